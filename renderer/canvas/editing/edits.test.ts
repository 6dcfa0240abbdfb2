import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import type { NodeId } from '#shared/graph/identifiers';
import { ancestorsOf, newDocument, nodeOf } from '#shared/graph/queries';
import { palette } from '#shared/layers/palette';
import type { PaletteEntry } from '#shared/layers/palette';
import { cardHeight, cardWidth, loopHeader } from '#shared/drawing/layout';
import type { Point } from '#shared/drawing/route';
import { boxOf, buildScene, emptyScene } from '#shared/drawing/scene';
import type { SceneNode } from '#shared/drawing/scene';
import { createTemplate } from '#shared/templates/templates';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useNoticeStore } from '../../state/noticeStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { followStores, useCanvasStore } from '../canvasStore.ts';
import { aligned } from './arrange.ts';
import {
  addLayer,
  appendLayer,
  arrangeSelection,
  connectPorts,
  connectSelection,
  copySelection,
  cutSelection,
  deleteSelection,
  duplicateSelection,
  duplicateTo,
  freezeSelection,
  nudgeSelection,
  paste,
  selectAll,
  stepSelection,
} from './edits.ts';
import { dropNodes, emptyLoop, wrapSelectionInLoop } from './structure.ts';

const store = (): ReturnType<typeof useDocumentStore.getState> => useDocumentStore.getState();
const graph = (): ReturnType<typeof store>['document']['graph'] => store().document.graph;
const entries = (): number => store().history.entries.length;
const selected = (): string[] => [...useSelectionStore.getState().nodes];
const entry = (id: string): PaletteEntry => {
  const found = palette.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no ${id} in the palette`);
  return found;
};
/** Pairs of cards that lie over one another, of which neither holds the other. */
function overlaps(): readonly string[] {
  const nodes = [...buildScene(store().document, null, new Map(), emptyScene).nodes];
  const holds = (one: NodeId, other: NodeId): boolean => ancestorsOf(graph(), other).some(({ id }) => id === one);
  return nodes.flatMap(([id, node], index) =>
    nodes.slice(index + 1).flatMap(([otherId, otherNode]) => {
      if (holds(id, otherId) || holds(otherId, id)) return [];
      const [one, other] = [boxOf(node), boxOf(otherNode)];
      const apart =
        one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
      return apart ? [] : [`${id} ${otherId}`];
    }),
  );
}
const middle = { x: 300, y: 200 };
let leave: () => void = () => undefined;

beforeEach(() => {
  store().load(newDocument(), null, null);
  useSelectionStore.getState().clear();
  useNoticeStore.setState({ notices: [] });
  leave = followStores();
});
afterEach(() => {
  leave();
  vi.useRealTimers();
});

describe('wiring by keyboard', () => {
  it('goes from the node selected first to the one selected second, at a free port that fits', () => {
    for (const [id, x] of [
      ['input', 0],
      ['dense', 200],
      ['add', 400],
    ] as const)
      addLayer(entry(id), { x, y: 0 });
    const select = (...ids: readonly string[]): void => useSelectionStore.getState().select({ nodes: ids.map(nodeId) });
    select('input', 'dense');
    connectSelection();
    select('dense', 'add');
    connectSelection();
    connectSelection();
    expect(graph().wires.map(({ from, to }) => `${from.node}-${to.node}/${to.port}`)).toEqual([
      'input-dense/in',
      'dense-add/in.0',
      'dense-add/in.1',
    ]);
    select('add', 'input');
    connectSelection();
    expect(graph().wires).toHaveLength(3);
    expect(useNoticeStore.getState().notices).toHaveLength(1);
  });

  it('puts a layer into the one selected wire', () => {
    addLayer(entry('input'), { x: 0, y: 0 });
    appendLayer(entry('dense'), middle);
    useSelectionStore.getState().select({ wires: graph().wires.map(({ id }) => id) });
    appendLayer(entry('dropout'), middle);
    expect(graph().wires.map(({ from, to }) => `${from.node}-${to.node}`)).toEqual(['input-dropout', 'dropout-dense']);
  });
});

describe('adding', () => {
  it('places a layer, selects it, and wires the next one behind it: one entry each', () => {
    appendLayer(entry('input'), middle);
    const second = appendLayer(entry('dense'), middle);
    const third = appendLayer(entry('add'), middle);
    expect(entries()).toBe(3);
    expect(graph().wires.map(({ from, to }) => `${from.node}-${to.node}/${to.port}`)).toEqual([
      'input-dense/in',
      'dense-add/in.0',
    ]);
    expect(selected()).toEqual([third]);
    const xs = graph().nodes.map(({ position }) => position.x);
    expect(xs).toEqual([...xs].sort((one, other) => one - other));
    store().undo();
    expect(graph().nodes.map(({ id }) => id)).toEqual(['input', second]);
  });

  it('leaves the same air behind a small sum as behind a card, and names what the palette names', () => {
    appendLayer(entry('input'), middle);
    appendLayer(entry('add'), middle);
    appendLayer(entry('relu'), middle);
    appendLayer(entry('tanh'), middle);
    const boxes = graph().nodes.flatMap(({ id }) => {
      const node = buildScene(store().document, null, new Map(), emptyScene).nodes.get(id);
      return node === undefined ? [] : [boxOf(node)];
    });
    const gaps = boxes.slice(1).map(({ left }, at) => left - (boxes[at]?.right ?? 0));
    expect(gaps).toEqual([36, 36, 36]);
    expect(graph().nodes.map(({ id }) => id)).toEqual(['input', 'add', 'relu', 'tanh']);
  });

  it('does not put a card on another', () => {
    appendLayer(entry('input'), middle);
    useSelectionStore.getState().clear();
    appendLayer(entry('input'), middle);
    const [one, other] = graph().nodes;
    expect(Math.abs((one?.position.y ?? 0) - (other?.position.y ?? 0))).toBeGreaterThanOrEqual(48);
  });

  it('puts what is dropped in a frame into the frame', () => {
    store().edit(
      [
        {
          kind: 'addNodes',
          sheet: null,
          nodes: [
            {
              id: nodeId('frame'),
              type: 'frame',
              params: {},
              position: { x: 100, y: 100 },
              size: { width: 400, height: 300 },
            },
          ],
        },
      ],
      { key: 'canvas.edit.add' },
    );
    addLayer(entry('dense'), { x: 150, y: 160 });
    expect(graph().nodes[1]).toMatchObject({ parent: 'frame', position: { x: 50, y: 60 } });
  });
});

describe('connecting', () => {
  beforeEach(() => {
    addLayer(entry('input'), { x: 0, y: 0 });
    addLayer(entry('dense'), { x: 200, y: 0 });
    addLayer(entry('convolution2d'), { x: 400, y: 0 });
  });
  const port = (node: string, name: string): { node: ReturnType<typeof nodeId>; port: string } => ({
    node: nodeId(node),
    port: name,
  });

  it('is one entry, and a wire that was there gives way', () => {
    addLayer(entry('input'), { x: 0, y: 100 });
    const before = entries();
    expect(connectPorts(port('input', 'out'), port('dense', 'in'))).toBe(true);
    expect(connectPorts(port('input-2', 'out'), port('dense', 'in'))).toBe(true);
    expect(graph().wires.map(({ from }) => from.node)).toEqual(['input-2']);
    expect(entries()).toBe(before + 2);
  });

  it('says why it cannot be, and changes nothing', () => {
    const { document } = store();
    expect(connectPorts(port('dense', 'out'), port('dense', 'in'))).toBe(false);
    expect(useNoticeStore.getState().notices.map(({ key }) => key)).toEqual(['canvas.refused.sameNode']);
    expect(store().document).toBe(document);
  });
});

describe('moving', () => {
  beforeEach(() => {
    addLayer(entry('input'), { x: 10, y: 20 });
    addLayer(entry('dense'), { x: 200, y: 20 });
  });

  it('of several nodes by a drag is one entry, in whole pixels', () => {
    const before = entries();
    dropNodes(
      new Map([
        [nodeId('input'), { x: 11.4, y: 30.6 }],
        [nodeId('dense'), { x: 201.4, y: 30.6 }],
      ]),
      null,
    );
    expect(entries()).toBe(before + 1);
    expect(graph().nodes.map(({ position }) => position)).toEqual([
      { x: 11, y: 31 },
      { x: 201, y: 31 },
    ]);
  });

  it.each(['frame', 'loop'] as const)('into a %s makes it grow, and its neighbours make room', (type) => {
    const params = type === 'loop' ? { ...emptyLoop } : {};
    const around = {
      id: nodeId('around'),
      type,
      params,
      position: { x: 0, y: 200 },
      size: { width: 240, height: 140 },
    };
    const after = { id: nodeId('after'), type: 'relu', params: {}, position: { x: 280, y: 240 } };
    store().edit([{ kind: 'addNodes', sheet: null, nodes: [around, after] }], { key: 'canvas.edit.move' });
    const before = entries();
    const document = store().document;
    dropNodes(new Map([[nodeId('dense'), { x: 180, y: 250 }]]), around.id);
    expect(entries()).toBe(before + 1);
    const scene = buildScene(store().document, null, new Map(), emptyScene);
    const boxes = ['around', 'dense', 'after'].map((id) => boxOf(scene.nodes.get(nodeId(id)) as SceneNode));
    const [grown, held, neighbour] = boxes;
    expect(nodeOf(graph(), nodeId('dense'))?.parent).toBe(around.id);
    expect(grown?.right).toBeGreaterThan(held?.right ?? Infinity);
    expect(neighbour?.left).toBeGreaterThan(grown?.right ?? Infinity);
    expect(neighbour?.top).toBe(240);
    store().undo();
    expect(store().document).toEqual(document);
    // Without growth nothing else moves.
    dropNodes(new Map([[nodeId('dense'), { x: 40, y: 250 }]]), around.id);
    expect(nodeOf(graph(), after.id)?.position).toEqual(after.position);
  });

  describe('of nodes in several containers', () => {
    const loop = nodeId('loop');
    const [inside, outside] = [nodeId('relu'), nodeId('tanh')];
    const place = (id: NodeId): Point | undefined => nodeOf(graph(), id)?.position;
    beforeEach(() => {
      const around = { id: loop, type: 'loop', params: { ...emptyLoop }, position: { x: 400, y: 200 } };
      const held = { id: inside, type: 'relu', params: {}, position: { x: 60, y: 60 }, parent: loop };
      const free = { id: outside, type: 'tanh', params: {}, position: { x: 100, y: 100 } };
      store().edit([{ kind: 'addNodes', sheet: null, nodes: [around, held, free] }], { key: 'canvas.edit.add' });
    });

    it('by a drag that crosses no border leaves each in its own', () => {
      const moved = new Map([
        [inside, { x: 70, y: 80 }],
        [outside, { x: 110, y: 120 }],
      ]);
      dropNodes(moved, 'own');
      expect(nodeOf(graph(), inside)).toMatchObject({ parent: loop, position: { x: 70, y: 80 } });
      expect(nodeOf(graph(), outside)?.parent).toBeUndefined();
      expect(place(outside)).toEqual({ x: 110, y: 120 });
      expect(store().undoLabel?.key).toBe('canvas.edit.move');
    });

    it('by a drag that copies leaves the copy where the pointer is: outside it lies in no loop', () => {
      duplicateTo(new Map([[inside, { x: 60, y: 400 }]]), null);
      const [copy] = selected().map((id) => nodeOf(graph(), nodeId(id)));
      expect(copy).toMatchObject({ type: 'relu', position: { x: 460, y: 600 } });
      expect(copy?.parent).toBeUndefined();
      expect(nodeOf(graph(), inside)).toMatchObject({ parent: loop, position: { x: 60, y: 60 } });
      duplicateTo(new Map([[inside, { x: 60, y: 120 }]]), 'own');
      expect(nodeOf(graph(), nodeId(selected()[0] ?? ''))).toMatchObject({ parent: loop, position: { x: 60, y: 120 } });
    });

    it('by lining up or by the arrow keys takes none out through the border', () => {
      useSelectionStore.getState().select({ nodes: [inside, outside] });
      arrangeSelection((nodes) => aligned(nodes, 'left'));
      expect(place(outside)).toEqual({ x: 100, y: 100 });
      expect(place(inside)).toEqual({ x: 18, y: 60 });
      useSelectionStore.getState().select({ nodes: [inside] });
      for (let press = 0; press < 10; press++) nudgeSelection({ x: -20, y: -20 });
      expect(place(inside)).toEqual({ x: 18, y: loopHeader + 8 });
      store().undo();
      expect(place(inside)).toEqual({ x: 18, y: 60 });
    });
  });

  it('by the arrow keys is one entry for presses that follow one another, and another one after a pause', () => {
    vi.useFakeTimers();
    selectAll();
    const before = entries();
    for (let press = 0; press < 5; press++) nudgeSelection({ x: 4, y: 0 });
    vi.advanceTimersByTime(1000);
    expect(entries()).toBe(before + 1);
    expect(graph().nodes[0]?.position).toEqual({ x: 30, y: 20 });
    nudgeSelection({ x: 0, y: 4 });
    vi.advanceTimersByTime(1000);
    expect(entries()).toBe(before + 2);
    store().undo();
    store().undo();
    expect(graph().nodes[0]?.position).toEqual({ x: 10, y: 20 });
  });

  describe('by the arrow keys while nodes keep to the dots', () => {
    const placed = (): readonly Point[] => graph().nodes.map(({ position }) => position);
    beforeEach(() => {
      vi.useFakeTimers();
      store().load(newDocument(), null, null);
      useViewStore.getState().set({ snap: true });
      addLayer(entry('dense'), { x: 33, y: -7 });
      addLayer(entry('relu'), { x: 75, y: 100 });
    });
    afterEach(() => useViewStore.getState().set({ snap: false }));

    it('one goes to the next line of dots that way, and from there on a dot a press; Shift goes five', () => {
      const steps: readonly (readonly [Point, 'small' | 'large', Point])[] = [
        [{ x: 1, y: 0 }, 'small', { x: 80, y: 100 }],
        [{ x: 1, y: 0 }, 'small', { x: 100, y: 100 }],
        [{ x: 0, y: -1 }, 'small', { x: 100, y: 80 }],
        [{ x: -1, y: 0 }, 'large', { x: 0, y: 80 }],
        [{ x: -1, y: 0 }, 'small', { x: -20, y: 80 }],
      ];
      for (const [way, size, expected] of steps) {
        stepSelection(way, size);
        expect(placed()[1]).toEqual(expected);
      }
      expect(placed()[0]).toEqual({ x: 33, y: -7 });
      vi.advanceTimersByTime(1000);
      expect(entries()).toBe(3);
    });

    it('several keep together: their upper left corner goes to the line', () => {
      selectAll();
      stepSelection({ x: -1, y: 0 }, 'small');
      expect(placed()).toEqual([
        { x: 20, y: -7 },
        { x: 62, y: 100 },
      ]);
      stepSelection({ x: 0, y: 1 }, 'small');
      expect(placed()).toEqual([
        { x: 20, y: 0 },
        { x: 62, y: 107 },
      ]);
    });

    it('against the border of its loop it stops, and the first press back leads away from there', () => {
      const loop = addLayer(entry('dense'), { x: 400, y: 400 });
      if (loop === null) throw new Error('nothing was added');
      useSelectionStore.getState().select({ nodes: [loop] });
      wrapSelectionInLoop();
      useSelectionStore.getState().select({ nodes: [loop] });
      const place = (): number => store().document.graph.nodes.find(({ id }) => id === loop)?.position.x ?? Number.NaN;
      for (let press = 0; press < 5; press++) stepSelection({ x: -1, y: 0 }, 'small');
      const border = place();
      stepSelection({ x: -1, y: 0 }, 'small');
      expect(place()).toBe(border);
      stepSelection({ x: 1, y: 0 }, 'small');
      expect(place()).toBeGreaterThan(border);
    });

    it('without the grid it is four pixels, and twenty with Shift', () => {
      useViewStore.getState().set({ snap: false });
      stepSelection({ x: 1, y: 0 }, 'small');
      stepSelection({ x: 0, y: 1 }, 'large');
      expect(placed()[1]).toEqual({ x: 79, y: 120 });
    });
  });

  it('by the arrow keys starts anew where another edit came between', () => {
    vi.useFakeTimers();
    useSelectionStore.getState().select({ nodes: [nodeId('input')] });
    nudgeSelection({ x: 4, y: 0 });
    dropNodes(new Map([[nodeId('dense'), { x: 300, y: 20 }]]), null);
    nudgeSelection({ x: 4, y: 0 });
    vi.advanceTimersByTime(1000);
    expect(graph().nodes.map(({ position }) => position.x)).toEqual([18, 300]);
  });
});

describe('the selection', () => {
  it('is frozen as a whole, and learns again where all of it was frozen', () => {
    for (const id of ['input', 'dense', 'dense']) appendLayer(entry(id), middle);
    const [, one, other] = graph().nodes.map(({ id }) => id);
    if (one === undefined || other === undefined) throw new Error('two dense layers were added');
    const frozen = (): string[] => graph().nodes.flatMap((node) => (node.frozen === true ? [node.id] : []));
    const before = entries();
    useSelectionStore.getState().select({ nodes: [one] });
    freezeSelection();
    useSelectionStore.getState().select({ nodes: [one, other] });
    freezeSelection();
    expect(frozen()).toEqual([one, other]);
    expect(entries()).toBe(before + 2);
    freezeSelection();
    expect(frozen()).toEqual([]);
    store().undo();
    expect(frozen()).toEqual([one, other]);
  });

  beforeEach(() => {
    appendLayer(entry('input'), middle);
    appendLayer(entry('dense'), middle);
    appendLayer(entry('relu'), middle);
  });

  it('is deleted with its wires as one entry, and comes back whole', () => {
    const { document } = store();
    useSelectionStore.getState().select({ nodes: [nodeId('dense')] });
    const before = entries();
    deleteSelection();
    expect(graph().nodes.map(({ id }) => id)).toEqual(['input', 'relu']);
    expect(graph().wires).toEqual([]);
    expect(entries()).toBe(before + 1);
    expect(selected()).toEqual([]);
    store().undo();
    expect(store().document).toEqual(document);
  });

  it('is cut under that name, and otherwise as what is deleted', () => {
    const { document } = store();
    useSelectionStore.getState().select({ nodes: [nodeId('dense')] });
    deleteSelection();
    const { document: deleted } = store();
    expect(store().undoLabel).toEqual({ key: 'canvas.edit.delete' });
    store().undo();
    useSelectionStore.getState().select({ nodes: [nodeId('dense')] });
    cutSelection();
    expect(store().document).toEqual(deleted);
    expect(store().undoLabel).toEqual({ key: 'canvas.edit.cut' });
    store().undo();
    expect(store().document).toEqual(document);
  });

  it('is copied with the wires within it, under new ids, and pasted further on each time', () => {
    useSelectionStore.getState().select({ nodes: [nodeId('dense'), nodeId('relu')] });
    const text = copySelection();
    expect(paste(text)).toBe(true);
    expect(paste(text)).toBe(true);
    expect(graph().nodes).toHaveLength(7);
    expect(graph().wires).toHaveLength(4);
    const xs = graph()
      .nodes.filter(({ type }) => type === 'dense')
      .map(({ position }) => position.x);
    expect(new Set(xs).size).toBe(3);
    expect(selected()).toHaveLength(2);
    expect(paste('just words')).toBe(false);
    expect(paste(JSON.stringify({ gradloom: 'nodes', nodes: [{ id: '-' }], wires: [], cells: [] }))).toBe(false);
  });

  it('is pasted into a document of another window', () => {
    selectAll();
    const text = copySelection();
    store().newDocument();
    expect(paste(text)).toBe(true);
    expect(
      graph()
        .nodes.map(({ type }) => type)
        .sort(),
    ).toEqual(['activation', 'dense', 'input']);
  });

  it('is duplicated and pasted onto a free place, over no card', () => {
    store().load(newDocument(), null, null);
    addLayer(entry('dense'), { x: 0, y: 0 });
    addLayer(entry('dense'), { x: 40, y: 60 });
    addLayer(entry('dense'), { x: -30, y: 140 });
    useSelectionStore.getState().select({ nodes: [nodeId('dense')] });
    duplicateSelection();
    useSelectionStore.getState().select({ nodes: [nodeId('dense')] });
    const text = copySelection();
    paste(text);
    paste(text);
    const boxes = [...buildScene(store().document, null, new Map(), emptyScene).nodes.values()].map(boxOf);
    expect(boxes).toHaveLength(6);
    const over = boxes.flatMap((one, index) =>
      boxes
        .slice(index + 1)
        .filter(
          ({ left, right, top, bottom }) =>
            left < one.right && right > one.left && top < one.bottom && bottom > one.top,
        ),
    );
    expect(over).toEqual([]);
  });

  it('makes room between two cards for a layer that goes into their wire', () => {
    const wire = graph().wires[1]?.id;
    addLayer(
      entry('dropout'),
      {
        x: (nodeOf(graph(), nodeId('dense'))?.position.x ?? 0) + 84,
        y: nodeOf(graph(), nodeId('dense'))?.position.y ?? 0,
      },
      { wire: wire ?? null },
    );
    expect(graph().wires).toHaveLength(3);
    expect(overlaps()).toEqual([]);
  });

  it('makes room between two cards for a node that is dragged into their wire, too', () => {
    const wire = graph().wires[1]?.id;
    const place = nodeOf(graph(), nodeId('dense'))?.position ?? { x: 0, y: 0 };
    const dropout = addLayer(entry('dropout'), { x: place.x, y: place.y + 300 });
    if (dropout === null || wire === undefined) throw new Error('nothing was added');
    const before = entries();
    dropNodes(new Map([[dropout, { x: place.x + 84, y: place.y }]]), null, wire);
    expect(entries()).toBe(before + 1);
    expect(graph().wires).toHaveLength(3);
    expect(nodeOf(graph(), dropout)?.position).toEqual({ x: place.x + 84, y: place.y });
    expect(overlaps()).toEqual([]);
  });

  describe('put into a wire of a network in rows', () => {
    const example = createTemplate('plain-or-residual');
    const originsOf = (): ReadonlyMap<NodeId, Point> =>
      new Map(
        [...buildScene(store().document, null, new Map(), emptyScene).nodes].map(([id, { origin }]) => [id, origin]),
      );
    /** Puts a layer into the wire between two nodes, and gives how far to the right that moved which others. */
    function putBetween(from: string, to: string): Readonly<Record<string, number>> {
      const wire = graph().wires.find((one) => one.from.node === from && one.to.node === to);
      if (wire === undefined) throw new Error(`no wire from ${from} to ${to}`);
      const before = originsOf();
      useSelectionStore.getState().select({ wires: [wire.id] });
      appendLayer(entry('dropout'), middle);
      const after = originsOf();
      return Object.fromEntries(
        [...before].flatMap(([id, { x, y }]) => {
          const now = after.get(id);
          expect(now?.y, id).toBe(y);
          return now === undefined || now.x === x ? [] : [[id, now.x - x]];
        }),
      );
    }
    const left = (id: string): number => originsOf().get(nodeId(id))?.x ?? Number.NaN;

    beforeEach(() => store().load(example, null, null));

    it.each([
      ['plain-dense-4', 'plain-dense-5', ['plain-dense-5', 'plain-dense-6']],
      ['plain-dense-11', 'plain-dense-12', ['plain-dense-12', 'plain-dense-13']],
      ['residual-dense-1', 'residual-dense-2', ['residual-dense-2', 'residual-add-1']],
    ])('it moves what follows in its row, and no other row: between %s and %s', (from, to, behind) => {
      const moved = putBetween(from, to);
      expect(Object.keys(moved)).toEqual(behind);
      expect(new Set(Object.values(moved)).size).toBe(1);
      expect(overlaps()).toEqual([]);
    });

    it('it stands before a sum that hardly leaves room for it', () => {
      expect(putBetween('residual-dense-2', 'residual-add-1')).toEqual({ 'residual-add-1': expect.any(Number) });
      expect(left('dropout')).toBeGreaterThan(left('residual-dense-2') + cardWidth);
      expect(left('residual-add-1')).toBeGreaterThan(left('dropout') + cardWidth);
      expect(overlaps()).toEqual([]);
    });

    it('what the row leads to goes along, so that no wire begins to run backwards', () => {
      store().load(newDocument(), null, null);
      const nodes = [
        ['input', 0, 0],
        ['relu', 200, 0],
        ['tanh', 400, 0],
        ['add', 590, 120],
        ['sigmoid', 400, 240],
      ] as const;
      for (const [id, x, y] of nodes) addLayer(entry(id), { x, y });
      const joined = [
        ['input', 'relu', 'in'],
        ['relu', 'tanh', 'in'],
        ['tanh', 'add', 'in.0'],
        ['input', 'sigmoid', 'in'],
        ['sigmoid', 'add', 'in.1'],
      ] as const;
      for (const [from, to, port] of joined)
        connectPorts({ node: nodeId(from), port: 'out' }, { node: nodeId(to), port });
      const moved = putBetween('relu', 'tanh');
      expect(moved['tanh']).toBeGreaterThan(0);
      expect(moved['add']).toBe(moved['tanh']);
      expect(moved['sigmoid']).toBeUndefined();
      expect(overlaps()).toEqual([]);
    });

    it('into the wire around any block it pushes no card onto another', () => {
      const around = graph().wires.filter(({ to }) => to.port === 'in.1' || to.port === 'in.0');
      expect(around.length).toBeGreaterThan(10);
      for (const { id } of around) {
        store().load(example, null, null);
        useSelectionStore.getState().select({ wires: [id] });
        appendLayer(entry('dropout'), middle);
        expect(overlaps(), id).toEqual([]);
      }
    });

    it('what goes down beneath it comes to lie over nothing that stands further down and a little aside', () => {
      store().load(newDocument(), null, null);
      const between = { x: cardWidth + 40, y: 0 };
      const beneath = cardHeight + 10;
      const nodes = [
        ['input', 0, 0],
        ['relu', 2 * cardWidth + 80, 0],
        ['tanh', between.x, beneath],
        ['sigmoid', between.x + 60, beneath + cardHeight + 4],
      ] as const;
      for (const [id, x, y] of nodes) addLayer(entry(id), { x, y });
      connectPorts({ node: nodeId('input'), port: 'out' }, { node: nodeId('relu'), port: 'in' });
      expect(overlaps()).toEqual([]);
      addLayer(entry('dropout'), between, { wire: graph().wires[0]?.id ?? null });
      expect(nodeOf(graph(), nodeId('tanh'))?.position.y).toBe(beneath + 10);
      expect(overlaps()).toEqual([]);
    });
  });

  it('tells which wire a port gave up, and nothing where a free one took the wire', () => {
    store().load(newDocument(), null, null);
    for (const [id, x] of [
      ['input', 0],
      ['input', 200],
      ['add', 400],
    ] as const)
      addLayer(entry(id), { x, y: 0 });
    const out = (node: string) => ({ node: nodeId(node), port: 'out' });
    const sum = (port: string) => ({ node: nodeId('add'), port });
    connectPorts(out('input'), sum('in.0'));
    expect(useNoticeStore.getState().notices).toEqual([]);
    connectPorts(out('input-2'), sum('in.0'));
    expect(graph().wires).toHaveLength(1);
    expect(useNoticeStore.getState().notices.map(({ key }) => key)).toEqual(['canvas.replaced']);
  });

  it('is duplicated beside itself and the copy selected', () => {
    useSelectionStore.getState().select({ nodes: [nodeId('dense')] });
    const shown: string[][] = [];
    const takeAway = useCanvasStore.subscribe(({ flow }) =>
      shown.push(flow.nodes.flatMap(({ id, selected: isSelected }) => (isSelected === true ? [id] : []))),
    );
    duplicateSelection();
    takeAway();
    expect(selected()).toEqual(['dense-2']);
    expect(graph().nodes).toHaveLength(4);
    // The canvas follows both, the copy and that it is selected, at once.
    expect(shown).toEqual([['dense-2']]);
  });
});
