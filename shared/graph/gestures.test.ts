import { describe, expect, it } from 'vitest';
import { applyOperation, applyOperations } from './applyOperation.ts';
import type { GradloomDocument } from './document.ts';
import {
  addCellTerminal,
  addedNodes,
  addLoopInput,
  addLoopOutput,
  addLoopState,
  backEdgeBody,
  closesCycle,
  connect,
  connectPlaced,
  copyNodes,
  createCellFromSelection,
  cycleTester,
  deleteSelection,
  disconnect,
  dissolve,
  duplicate,
  expandInstance,
  exposeParameter,
  GestureError,
  hideParameter,
  insertNodeOnWire,
  insertOnWire,
  loopFromBackEdge,
  makeUnique,
  moveInput,
  moveInto,
  moveLoopTerminal,
  pasteNodes,
  placeInstance,
  reattachWire,
  removeCellDefinition,
  removeCellTerminal,
  removeLoopTerminal,
  renameCellTerminal,
  renameLoopTerminal,
  setLoopInput,
  setLoopOutput,
  setLoopState,
  usesCell,
  wrapInFrame,
  wrapInLoop,
} from './gestures.ts';
import { createHistory, record, undo } from './history.ts';
import { cellId, nodeId, terminalId, wireId } from './identifiers.ts';
import type { Operation } from './operations.ts';
import { absolutePosition, findNode, loopParametersOf } from './queries.ts';
import { serialiseDocument } from './serialise.ts';
import { documentOf, end, ids, loopParams, node, spelled, wiring } from './testing/fixtures.ts';

/** The document after a gesture; on the way it is undone, which must return it whole. */
function after(document: GradloomDocument, operations: readonly Operation[]): GradloomDocument {
  const next = applyOperations(document, operations);
  const back = undo(record(createHistory(), document, next, { key: 'gesture' }), next);
  expect(back === null ? document : back.document).toStrictEqual(document);
  expect(serialiseDocument(back?.document ?? document)).toBe(serialiseDocument(document));
  return next;
}

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof GestureError) return error.message;
    throw error;
  }
  throw new Error('The gesture was not refused.');
}

/** input → a → b → c → output, with c also fed by a where `skip`. */
const chain = documentOf(
  [
    node('input'),
    node('a', { type: 'dense', position: { x: 200, y: 0 } }),
    node('b', { type: 'dense', position: { x: 400, y: 0 } }),
    node('c', { type: 'dense', position: { x: 600, y: 0 } }),
    node('output', { position: { x: 800, y: 0 } }),
  ],
  ['input.out > a.in', 'a.out > b.in', 'b.out > c.in', 'c.out > output.in'],
);

const merge = documentOf(
  [node('p', { type: 'input' }), node('q', { type: 'input' }), node('r', { type: 'input' }), node('add')],
  ['p.out > add.in.0', 'q.out > add.in.1', 'r.out > add.in.2'],
);

/** input → loop(x: constant; h: state) → output, with `inner` inside. */
const looped = documentOf(
  [
    node('input'),
    node('loop', {
      params: loopParams({ iterations: 3, states: [{ id: 'h' }], inputs: ['x'], outputs: ['h'] }),
      position: { x: 200, y: 100 },
    }),
    node('inner', { type: 'add', parent: 'loop', position: { x: 50, y: 60 } }),
    node('output', { position: { x: 600, y: 0 } }),
    node('other', { type: 'dense', position: { x: 0, y: 300 } }),
  ],
  [
    'input.out > loop.in.x',
    'loop.input.x > inner.in.0',
    'loop.state.h > inner.in.1',
    'inner.out > loop.next.h',
    'inner.out > loop.result.h',
    'loop.out.h > output.in',
  ],
);

describe('connect', () => {
  it('adds a wire', () => {
    const document = documentOf([node('a'), node('b')]);
    const next = after(document, connect(document, end('a.out'), end('b.in')));
    expect(next.graph.wires.map(spelled)).toEqual(['a.out > b.in']);
  });

  it('replaces the wire of a port that takes one, under its id', () => {
    const next = after(chain, connect(chain, end('a.out'), end('c.in')));
    expect(next.graph.wires.map((wire) => [wire.id, spelled(wire)])).toContainEqual(['w3', 'a.out > c.in']);
    expect(next.graph.wires).toHaveLength(4);
    expect(connect(next, end('a.out'), end('c.in'))).toEqual([]);
  });

  it('takes the next free port of a merge, and replaces at a wired one', () => {
    const document = applyOperation(merge, { kind: 'addNodes', sheet: null, nodes: [node('s', { type: 'input' })] });
    const added = after(document, connect(document, end('s.out'), end('add.in.9')));
    expect(wiring(added)).toContain('s.out > add.in.3');
    const replaced = after(document, connect(document, end('s.out'), end('add.in.1')));
    expect(wiring(replaced)).toEqual(['p.out > add.in.0', 'r.out > add.in.2', 's.out > add.in.1']);
  });

  it('closes gaps that a file left in a merge', () => {
    const gaps = documentOf([node('p', { type: 'input' }), node('add')], ['p.out > add.in.4']);
    const next = after(gaps, connect(gaps, end('p.out'), end('add.in.2')));
    expect(wiring(next)).toEqual(['p.out > add.in.0', 'p.out > add.in.1']);
  });

  it('leads a value from outside into a loop as a constant, once', () => {
    const first = after(looped, connect(looped, end('other.out'), end('inner.in.2')));
    expect(wiring(first)).toEqual(
      [...wiring(looped), 'other.out > loop.in.dense', 'loop.input.dense > inner.in.2'].toSorted(),
    );
    const again = after(looped, connect(looped, end('input.out'), end('inner.in.2')));
    expect(wiring(again)).toEqual([...wiring(looped), 'loop.input.x > inner.in.2'].toSorted());
  });

  it('leads a value out of a loop as an output "last", once', () => {
    const next = after(looped, connect(looped, end('inner.out'), end('other.in')));
    expect(wiring(next)).toEqual([...wiring(looped), 'loop.out.h > other.in'].toSorted());
    const state = after(looped, connect(looped, end('loop.state.h'), end('other.in')));
    expect(wiring(state)).toContain('loop.state.h > loop.result.h-2');
    expect(wiring(state)).toContain('loop.out.h-2 > other.in');
  });

  it('leads a value through nested loops', () => {
    const deep = applyOperations(looped, wrapInLoop(looped, ids('inner')));
    const next = after(deep, connect(deep, end('other.out'), end('inner.in.2')));
    expect(wiring(next)).toEqual(
      [
        ...wiring(deep),
        'other.out > loop.in.dense',
        'loop.input.dense > loop-2.in.dense',
        'loop-2.input.dense > inner.in.2',
      ].toSorted(),
    );
  });

  it('refuses cycles, wrong ways and two sheets', () => {
    expect(refusal(() => connect(chain, end('c.out'), end('a.in')))).toContain('would close a cycle');
    expect(refusal(() => connect(chain, end('c.out'), end('c.in')))).toContain('would close a cycle');
    expect(refusal(() => connect(looped, end('inner.out'), end('inner.in.0')))).toContain('would close a cycle');
    expect(refusal(() => connect(looped, end('loop.out.h'), end('loop.in.x')))).toContain('would close a cycle');
    expect(refusal(() => connect(chain, end('c.in'), end('output.in')))).toContain('No value comes out of “c” at “in”');
    expect(refusal(() => connect(looped, end('input.out'), end('loop.state.h')))).toContain('No value goes into');
    expect(refusal(() => connect(chain, end('none.out'), end('c.in')))).toContain('“none” is not in this document');
    const cells = applyOperations(chain, createCellFromSelection(chain, ids('b'), { name: 'B' }));
    expect(refusal(() => connect(cells, end('a.out'), end('b.in')))).toContain('different sheets');
  });

  it('sees no cycle in what goes round through a state', () => {
    expect(closesCycle(looped, end('inner.out'), end('loop.next.h'))).toBe(false);
    expect(closesCycle(looped, end('loop.state.h'), end('inner.in.2'))).toBe(false);
    expect(closesCycle(looped, end('loop.out.h'), end('inner.in.2'))).toBe(true);
    expect(closesCycle(chain, end('a.out'), end('c.in'))).toBe(false);
    const closes = cycleTester(chain, end('b.out'));
    expect(chain.graph.nodes.filter(({ id }) => closes({ node: id, port: 'in' })).map(({ id }) => id)).toEqual([
      'input',
      'a',
      'b',
    ]);
  });
});

describe('disconnect and moveInput', () => {
  it('keep the inputs of a merge dense and in order', () => {
    const next = after(merge, disconnect(merge, [wireId('w1')]));
    expect(next.graph.wires.map((wire) => [wire.id, spelled(wire)])).toEqual([
      ['w2', 'q.out > add.in.0'],
      ['w3', 'r.out > add.in.1'],
    ]);
    const turned = after(merge, moveInput(merge, nodeId('add'), 2, 0));
    expect(wiring(turned)).toEqual(['p.out > add.in.1', 'q.out > add.in.2', 'r.out > add.in.0']);
  });
});

describe('insertOnWire', () => {
  it('puts a node between the ends, and the wire keeps its id', () => {
    const next = after(chain, insertOnWire(chain, wireId('w2'), node('n', { type: 'dropout' })));
    expect(next.graph.wires.map((wire) => [wire.id, spelled(wire)])).toEqual([
      ['w1', 'input.out > a.in'],
      ['w2', 'a.out > n.in'],
      ['w3', 'b.out > c.in'],
      ['w4', 'c.out > output.in'],
      ['w5', 'n.out > b.in'],
    ]);
  });
});

describe('insertNodeOnWire', () => {
  const loose = applyOperation(chain, { kind: 'addNodes', sheet: null, nodes: [node('n', { type: 'dropout' })] });

  it('puts a node that stands alone between the ends, and the wire keeps its id', () => {
    const next = after(loose, insertNodeOnWire(loose, wireId('w2'), nodeId('n')));
    expect(next.graph.wires.map((wire) => [wire.id, spelled(wire)])).toEqual([
      ['w1', 'input.out > a.in'],
      ['w2', 'a.out > n.in'],
      ['w3', 'b.out > c.in'],
      ['w4', 'c.out > output.in'],
      ['w5', 'n.out > b.in'],
    ]);
  });

  it('refuses a node with wires, and one outside of the wire’s loop', () => {
    expect(refusal(() => insertNodeOnWire(loose, wireId('w2'), nodeId('c')))).toContain('has wires already');
    const inner = looped.graph.wires.find(({ to }) => to.port === 'next.h')?.id ?? wireId('none');
    expect(refusal(() => insertNodeOnWire(looped, inner, nodeId('other')))).not.toBe('');
  });
});

describe('reattachWire', () => {
  it('moves either end, and the wire keeps its id', () => {
    const cut = applyOperations(chain, disconnect(chain, [wireId('w4')]));
    const ahead = after(cut, reattachWire(cut, wireId('w3'), 'to', end('output.in')));
    expect(ahead.graph.wires.map((wire) => [wire.id, spelled(wire)])).toContainEqual(['w3', 'b.out > output.in']);
    const behind = after(chain, reattachWire(chain, wireId('w4'), 'from', end('a.out')));
    expect(behind.graph.wires.map((wire) => [wire.id, spelled(wire)])).toContainEqual(['w4', 'a.out > output.in']);
    expect(reattachWire(chain, wireId('w4'), 'from', end('c.out'))).toEqual([]);
  });

  it('takes the place of a wire that the port had', () => {
    const next = after(chain, reattachWire(chain, wireId('w2'), 'to', end('c.in')));
    expect(next.graph.wires.map((wire) => [wire.id, spelled(wire)])).toEqual([
      ['w1', 'input.out > a.in'],
      ['w2', 'a.out > c.in'],
      ['w4', 'c.out > output.in'],
    ]);
  });

  it('changes the order of a merge where it goes from one of its places to another', () => {
    expect(wiring(after(merge, reattachWire(merge, wireId('w3'), 'to', end('add.in.0'))))).toEqual([
      'p.out > add.in.1',
      'q.out > add.in.2',
      'r.out > add.in.0',
    ]);
  });

  it('leads a wire through the border of a loop, and closes no cycle', () => {
    const wire = looped.graph.wires.find(({ to }) => to.node === 'output')?.id ?? wireId('none');
    const next = after(looped, reattachWire(looped, wire, 'to', end('other.in')));
    expect(wiring(next)).toContain('loop.out.h > other.in');
    const fed = applyOperations(looped, connect(looped, end('input.out'), end('other.in')));
    const inner = fed.graph.wires.find(({ to }) => to.node === 'inner' && to.port === 'in.0')?.id ?? wireId('none');
    const crossed = after(fed, reattachWire(fed, inner, 'from', end('other.out')));
    expect(wiring(crossed)).toEqual(
      expect.arrayContaining(['other.out > loop.in.dense', 'loop.input.dense > inner.in.0']),
    );
    expect(refusal(() => reattachWire(chain, wireId('w1'), 'from', end('c.out')))).toContain('cycle');
  });
});

describe('connectPlaced', () => {
  it('makes a terminal of a loop, on the side that the wire comes from', () => {
    const empty = applyOperation(chain, {
      kind: 'addNodes',
      sheet: null,
      nodes: [node('loop', { params: loopParams({}) })],
    });
    expect(wiring(after(empty, connectPlaced(empty, nodeId('loop'), end('a.out'), 'output')))).toContain(
      'a.out > loop.in.dense',
    );
    expect(wiring(after(empty, connectPlaced(empty, nodeId('loop'), end('output.in'), 'input')))).toContain(
      'loop.out.output > output.in',
    );
  });

  it('takes the first port of an instance', () => {
    const made = applyOperations(chain, createCellFromSelection(chain, ids('b'), { name: 'Block' }));
    const placed = applyOperations(
      made,
      placeInstance(made, cellId('Block'), { sheet: null, position: { x: 0, y: 9 } }),
    );
    expect(wiring(after(placed, connectPlaced(placed, nodeId('Block-2'), end('a.out'), 'output')))).toContain(
      'a.out > Block-2.in.in',
    );
  });
});

describe('duplicate, copy and paste', () => {
  it('lets what comes in from elsewhere come in to the copies too, where that is asked for', () => {
    const next = after(chain, duplicate(chain, ids('b', 'c'), { entering: true }));
    expect(wiring(next)).toEqual([...wiring(chain), 'a.out > b-2.in', 'b-2.out > c-2.in'].toSorted());
  });

  it('copies nodes with what is inside and the wires between, under new ids', () => {
    const next = after(looped, duplicate(looped, ids('loop', 'inner')));
    expect(next.graph.nodes.slice(5).map(({ id, parent, position }) => ({ id, parent, position }))).toEqual([
      { id: 'loop-2', parent: undefined, position: { x: 232, y: 132 } },
      { id: 'inner-2', parent: 'loop-2', position: { x: 50, y: 60 } },
    ]);
    expect(wiring(next)).toEqual(
      [
        ...wiring(looped),
        'loop-2.input.x > inner-2.in.0',
        'loop-2.state.h > inner-2.in.1',
        'inner-2.out > loop-2.next.h',
        'inner-2.out > loop-2.result.h',
      ].toSorted(),
    );
    expect(addedNodes(duplicate(looped, ids('loop')))).toEqual(['loop-2']);
  });

  it('gives copies labels that are free: the next number where the label is taken', () => {
    const named = documentOf([
      node('a', { label: 'Block' }),
      node('b', { label: 'Dense 2' }),
      node('c', { label: 'Dense 3' }),
      node('d'),
    ]);
    const next = after(named, duplicate(named, ids('a', 'b', 'd')));
    expect(next.graph.nodes.slice(4).map(({ label }) => label)).toEqual(['Block 2', 'Dense 4', undefined]);
    const other = documentOf([node('z', { label: 'Dense 2' })]);
    const pasted = after(
      other,
      pasteNodes(other, copyNodes(named, ids('b', 'c')), { sheet: null, offset: { x: 0, y: 0 } }),
    );
    expect(pasted.graph.nodes.map(({ label }) => label)).toEqual(['Dense 2', 'Dense 3', 'Dense 4']);
  });

  it('lets sharing over a copied loop follow the copy, and that over one around stay', () => {
    const shared = applyOperations(looped, [
      { kind: 'setNode', node: nodeId('inner'), set: { perStep: [...ids('loop')] } },
    ]);
    const whole = after(shared, duplicate(shared, ids('loop')));
    expect(findNode(whole, nodeId('inner-2'))?.node.perStep).toEqual(['loop-2']);
    const one = after(shared, duplicate(shared, ids('inner')));
    expect(findNode(one, nodeId('inner-2'))?.node).toMatchObject({ perStep: ['loop'], parent: 'loop' });
    // Both of the copied merge's inputs came from outside, so it has none.
    expect(one.graph.wires).toHaveLength(looped.graph.wires.length);
  });

  it('pastes into another document with the cells that are needed', () => {
    const cells = applyOperations(chain, createCellFromSelection(chain, ids('b'), { name: 'Block' }));
    const snapshot = copyNodes(cells, ids('a', 'Block', 'c'));
    expect(snapshot.cells.map(({ id }) => id)).toEqual(['Block']);
    const target = documentOf([node('b'), node('frame', { position: { x: 100, y: 100 } })]);
    const next = after(
      target,
      pasteNodes(target, snapshot, { sheet: null, parent: nodeId('frame'), offset: { x: 10, y: 20 } }),
    );
    expect(next.cells[0]?.graph.nodes.map(({ id }) => id)).toEqual(['in', 'b-2', 'out']);
    const pasted = findNode(next, nodeId('Block'))?.node;
    expect(pasted).toMatchObject({ parent: 'frame', params: { cell: 'Block' } });
    expect(absolutePosition(next.graph, nodeId('Block'))).toEqual({ x: 410, y: 20 });
    expect(wiring(next)).toEqual(['Block.out.out > c.in', 'a.out > Block.in.in']);
  });

  it('lets no cell come to lie inside itself', () => {
    const cells = applyOperations(chain, createCellFromSelection(chain, ids('b'), { name: 'Block' }));
    const block = cellId('Block');
    const snapshot = copyNodes(cells, ids('Block'));
    const place = { sheet: block, offset: { x: 0, y: 0 } };
    expect(refusal(() => pasteNodes(cells, snapshot, place))).toContain('cannot use itself');
    expect(refusal(() => placeInstance(cells, block, { sheet: block, position: { x: 0, y: 0 } }))).toContain('itself');
    const next = after(cells, placeInstance(cells, block, { sheet: null, position: { x: 1, y: 2 } }));
    expect(findNode(next, nodeId('Block-2'))?.node.params).toEqual({
      cell: 'Block',
      weights: 'shared',
      parameters: {},
    });
    expect(usesCell(next, block, block)).toBe(true);
  });
});

describe('deleteSelection', () => {
  it('takes losses, metrics and bindings along, and closes merges', () => {
    const trained = applyOperations(merge, [
      { kind: 'addNodes', sheet: null, nodes: [node('output')] },
      {
        kind: 'setTraining',
        set: {
          losses: [{ output: nodeId('output'), kind: 'meanSquaredError', weight: 1, target: 't' }],
          metrics: [{ output: nodeId('output'), kind: 'meanAbsoluteError', target: 't' }],
          data: {
            source: { kind: 'random', size: 4, shape: [2], targetShape: [2] },
            seed: 1,
            validation: 0,
            inputs: { [nodeId('p')]: 'input', [nodeId('q')]: 'input' },
          },
        },
      },
    ]);
    const next = after(trained, deleteSelection(trained, { nodes: ids('p', 'output') }));
    expect(wiring(next)).toEqual(['q.out > add.in.0', 'r.out > add.in.1']);
    expect(next.training.losses).toEqual([]);
    expect(next.training.metrics).toEqual([]);
    expect(next.training.data?.inputs).toEqual({ q: 'input' });
  });

  it('removes containers whole, and wires', () => {
    const next = after(looped, deleteSelection(looped, { nodes: ids('loop', 'inner') }));
    expect(next.graph.nodes.map(({ id }) => id)).toEqual(['input', 'output', 'other']);
    expect(wiring(next)).toEqual([]);
    const cut = after(chain, deleteSelection(chain, { nodes: [], wires: [wireId('w2')] }));
    expect(cut.graph.wires.map(({ id }) => id)).toEqual(['w1', 'w3', 'w4']);
  });

  it('heals: what entered a removed chain goes on to what followed', () => {
    const next = after(chain, deleteSelection(chain, { nodes: ids('a', 'b') }, { heal: true }));
    expect(wiring(next)).toEqual(['c.out > output.in', 'input.out > c.in']);
    const plain = after(chain, deleteSelection(chain, { nodes: ids('a', 'b') }));
    expect(wiring(plain)).toEqual(['c.out > output.in']);
    // Two inputs: nothing says which of them should go on.
    const merged = applyOperations(merge, [
      { kind: 'addNodes', sheet: null, nodes: [node('output')] },
      { kind: 'addWires', sheet: null, wires: [{ id: wireId('w4'), from: end('add.out'), to: end('output.in') }] },
    ]);
    expect(wiring(after(merged, deleteSelection(merged, { nodes: ids('add') }, { heal: true })))).toEqual([]);
  });

  it('takes a cell’s port away with the node that stands for it, at every instance', () => {
    const cells = applyOperations(chain, createCellFromSelection(chain, ids('b'), { name: 'Block' }));
    const next = after(cells, deleteSelection(cells, { nodes: ids('in') }));
    expect(next.cells[0]?.inputs).toEqual([]);
    expect(wiring(next)).toEqual(['Block.out.out > c.in', 'c.out > output.in', 'input.out > a.in']);
  });

  it('exposes a parameter of a cell once, and takes it back with what instances gave it', () => {
    const cells = applyOperations(chain, createCellFromSelection(chain, ids('b'), { name: 'Block' }));
    const block = cellId('Block');
    const exposed = after(cells, exposeParameter(cells, block, nodeId('b'), 'units'));
    expect(exposed.cells[0]?.parameters).toEqual([{ id: 'units', node: 'b', parameter: 'units' }]);
    expect(exposeParameter(exposed, block, nodeId('b'), 'units')).toEqual([]);
    expect(refusal(() => exposeParameter(cells, block, nodeId('a'), 'units'))).not.toBe('');
    const given = applyOperation(exposed, {
      kind: 'setParameters',
      node: nodeId('Block'),
      set: { parameters: { units: 9 } },
    });
    const hidden = after(given, hideParameter(given, block, terminalId('units')));
    expect(hidden).toStrictEqual(cells);
  });

  it('stops exposing parameters of what is gone', () => {
    const cells = applyOperations(chain, [
      ...createCellFromSelection(chain, ids('b'), { name: 'Block' }),
      {
        kind: 'setCell',
        cell: cellId('Block'),
        set: { parameters: [{ id: terminalId('width'), node: nodeId('b'), parameter: 'units' }] },
      },
      { kind: 'setParameters', node: nodeId('Block'), set: { parameters: { width: 5, other: 6 } } },
    ]);
    const next = after(cells, deleteSelection(cells, { nodes: ids('b') }));
    expect(next.cells[0]?.parameters).toEqual([]);
    expect(findNode(next, nodeId('Block'))?.node.params['parameters']).toEqual({ other: 6 });
  });
});

describe('frames', () => {
  it('go around nodes without moving them', () => {
    const next = after(chain, wrapInFrame(chain, ids('b', 'c'), 'Head'));
    expect(findNode(next, nodeId('frame'))?.node).toMatchObject({
      type: 'frame',
      label: 'Head',
      position: { x: 372, y: -48 },
      size: { width: 388, height: 124 },
    });
    expect(findNode(next, nodeId('b'))?.node.parent).toBe('frame');
    expect(absolutePosition(next.graph, nodeId('b'))).toEqual({ x: 400, y: 0 });
    expect(next.graph.wires).toBe(chain.graph.wires);
    expect(refusal(() => wrapInFrame(looped, ids('inner', 'output')))).toContain('in a loop that others do not');
  });

  it('dissolve, and what they said of all inside is then said of each', () => {
    const framed = applyOperations(looped, [
      ...wrapInFrame(looped, ids('inner')),
      { kind: 'setNode', node: nodeId('frame'), set: { perStep: [...ids('loop')], frozen: true } },
    ]);
    expect(findNode(framed, nodeId('frame'))?.node.parent).toBe('loop');
    const next = after(framed, dissolve(framed, nodeId('frame')));
    expect(findNode(next, nodeId('inner'))?.node).toEqual({
      ...node('inner', { type: 'add', parent: 'loop', position: { x: 50, y: 60 } }),
      perStep: ['loop'],
      frozen: true,
    });
    expect(wiring(next)).toEqual(wiring(looped));
  });
});

describe('moveInto', () => {
  it('takes a constant away when what it carried moves in', () => {
    const wired = applyOperations(looped, connect(looped, end('other.out'), end('inner.in.2')));
    const next = after(wired, moveInto(wired, ids('other'), nodeId('loop')));
    expect(findNode(next, nodeId('other'))?.node).toMatchObject({ parent: 'loop', position: { x: -200, y: 200 } });
    expect(findNode(next, nodeId('loop'))?.node.params).toEqual(findNode(looped, nodeId('loop'))?.node.params);
    expect(wiring(next)).toEqual([...wiring(looped), 'other.out > inner.in.2'].toSorted());
  });

  it('reads inside what a loop hands out when the reader moves in', () => {
    const wired = applyOperations(looped, connect(looped, end('loop.out.h'), end('other.in')));
    const next = after(wired, moveInto(wired, ids('other'), nodeId('loop')));
    expect(wiring(next)).toEqual([...wiring(looped), 'inner.out > other.in'].toSorted());
  });

  it('moves data inputs and outputs into frames, but into no loop', () => {
    expect(refusal(() => moveInto(looped, ids('input', 'output'), nodeId('loop')))).toContain('stay where they are');
    const next = after(looped, moveInto(looped, ids('output', 'other'), nodeId('loop')));
    expect(findNode(next, nodeId('output'))?.node.parent).toBeUndefined();
    expect(findNode(next, nodeId('other'))?.node.parent).toBe('loop');
    const framed = applyOperation(looped, { kind: 'addNodes', sheet: null, nodes: [node('frame')] });
    expect(
      findNode(after(framed, moveInto(framed, ids('output'), nodeId('frame'))), nodeId('output'))?.node.parent,
    ).toBe('frame');
  });

  it('leaves a wire across the border where a way through terminals would close a cycle', () => {
    const next = after(looped, moveInto(looped, ids('inner'), null));
    expect(wiring(next)).toContain('loop.state.h > inner.in.1');
    expect(wiring(next)).toContain('input.out > inner.in.0');
  });

  it('makes a constant of what feeds a node that moves in', () => {
    const chained = applyOperations(looped, connect(looped, end('input.out'), end('other.in')));
    const next = after(chained, moveInto(chained, ids('other'), nodeId('loop')));
    expect(wiring(next)).toEqual([...wiring(looped), 'loop.input.x > other.in'].toSorted());
  });

  it('takes a constant from where it comes from when a node moves out, and forgets the loop’s sharing', () => {
    const inside = applyOperations(looped, [
      { kind: 'addNodes', sheet: null, nodes: [{ ...node('n', { parent: 'loop' }), perStep: [...ids('loop')] }] },
      { kind: 'addWires', sheet: null, wires: [{ id: wireId('w7'), from: end('loop.input.x'), to: end('n.in') }] },
    ]);
    const next = after(inside, moveInto(inside, ids('n'), null));
    expect(wiring(next)).toEqual([...wiring(looped), 'input.out > n.in'].toSorted());
    expect(findNode(next, nodeId('n'))?.node).toStrictEqual(node('n', { position: { x: 200, y: 100 } }));
  });
});

describe('wrapInLoop', () => {
  it('makes constants of what enters and outputs of what leaves, one for each value', () => {
    const skipped = applyOperations(chain, [
      { kind: 'addNodes', sheet: null, nodes: [node('add')] },
      {
        kind: 'addWires',
        sheet: null,
        wires: [
          { id: wireId('w5'), from: end('a.out'), to: end('add.in.0') },
          { id: wireId('w6'), from: end('b.out'), to: end('add.in.1') },
        ],
      },
    ]);
    const next = after(skipped, wrapInLoop(skipped, ids('b', 'add'), { iterations: 5 }));
    expect(findNode(next, nodeId('loop'))?.node.params).toEqual({
      iterations: 5,
      states: [],
      inputs: [{ id: 'dense', kind: 'constant' }],
      outputs: [{ id: 'dense', kind: 'last' }],
    });
    expect(next.graph.wires.map((wire) => [wire.id, spelled(wire)])).toEqual([
      ['w1', 'input.out > a.in'],
      ['w2', 'loop.input.dense > b.in'],
      ['w3', 'loop.out.dense > c.in'],
      ['w4', 'c.out > output.in'],
      ['w5', 'loop.input.dense > add.in.0'],
      ['w6', 'b.out > add.in.1'],
      ['w7', 'a.out > loop.in.dense'],
      ['w8', 'b.out > loop.result.dense'],
    ]);
    expect(absolutePosition(next.graph, nodeId('b'))).toEqual({ x: 400, y: 0 });
  });

  it('takes along what lies on a way between the chosen, but neither data inputs nor outputs', () => {
    const next = after(chain, wrapInLoop(chain, ids('input', 'a', 'c', 'output')));
    const inside = next.graph.nodes.filter(({ parent }) => parent === 'loop').map(({ id }) => id);
    expect(inside).toEqual(['a', 'b', 'c']);
    expect(refusal(() => wrapInLoop(chain, ids('input')))).toContain('Nothing is chosen');
  });

  it('nests, and stays inside the frame that holds all of it', () => {
    const framed = applyOperations(looped, wrapInFrame(looped, ids('inner')));
    const next = after(framed, wrapInLoop(framed, ids('inner')));
    expect(findNode(next, nodeId('loop-2'))?.node.parent).toBe('frame');
    expect(wiring(next)).toEqual([
      'inner.out > loop-2.result.add',
      'input.out > loop.in.x',
      'loop-2.input.h > inner.in.1',
      'loop-2.input.x > inner.in.0',
      'loop-2.out.add > loop.next.h',
      'loop-2.out.add > loop.result.h',
      'loop.input.x > loop-2.in.x',
      'loop.out.h > output.in',
      'loop.state.h > loop-2.in.h',
    ]);
  });
});

describe('loopFromBackEdge', () => {
  const state = { shape: [4], iterations: 7 };

  it('makes the cycle the body of a loop, and the wire a state that starts with what fed the port', () => {
    expect([...backEdgeBody(chain, end('c.out'), end('b.in'))].toSorted()).toEqual(['b', 'c']);
    const next = after(chain, loopFromBackEdge(chain, end('c.out'), end('b.in'), state));
    expect(findNode(next, nodeId('loop'))?.node.params).toEqual({
      iterations: 7,
      states: [{ id: 'dense', shape: [4], initial: { kind: 'wired' } }],
      inputs: [],
      outputs: [{ id: 'dense', kind: 'last' }],
    });
    expect(wiring(next)).toEqual([
      'a.out > loop.init.dense',
      'b.out > c.in',
      'c.out > loop.next.dense',
      'c.out > loop.result.dense',
      'input.out > a.in',
      'loop.out.dense > output.in',
      'loop.state.dense > b.in',
    ]);
    expect(next.graph.wires.find(({ id }) => id === 'w2')).toMatchObject({ from: { port: 'state.dense' } });
  });

  it('names states by what they hold: label, named port or type, and numbers those of one name', () => {
    const named = (label: string): GradloomDocument =>
      documentOf(
        [node('input'), node('b', { type: 'dense' }), node('c', { type: 'dense', label }), node('output')],
        ['input.out > b.in', 'b.out > c.in', 'c.out > output.in'],
      );
    const states = (document: GradloomDocument): readonly string[] =>
      [findNode(document, nodeId('loop'))?.node].flatMap((loop) =>
        loop === undefined ? [] : (loopParametersOf(loop)?.states ?? []).map(({ id }) => id),
      );
    const close = (document: GradloomDocument, from: string, to: string): GradloomDocument =>
      after(document, loopFromBackEdge(document, end(from), end(to), state));
    const once = close(named('Glimpse 7'), 'c.out', 'b.in');
    expect(states(once)).toEqual(['Glimpse-7']);
    // A label without letters that an id can be made of says nothing.
    expect(states(close(named('记忆'), 'c.out', 'b.in'))).toEqual(['dense']);
    const merge = documentOf(
      [node('input'), node('add'), node('d', { type: 'dense' }), node('output')],
      ['input.out > add.in.0', 'add.out > d.in', 'd.out > output.in'],
    );
    const twice = close(close(merge, 'd.out', 'add.in.1'), 'd.out', 'add.in.2');
    expect(states(twice)).toEqual(['dense', 'dense-2']);
  });

  it('starts with zeros where nothing fed the port, here the next one of a merge', () => {
    const document = documentOf(
      [node('input'), node('add'), node('dense'), node('output')],
      ['input.out > add.in.0', 'add.out > dense.in', 'dense.out > output.in'],
    );
    const next = after(document, loopFromBackEdge(document, end('dense.out'), end('add.in.1'), state));
    expect(findNode(next, nodeId('loop'))?.node.params).toEqual({
      iterations: 7,
      states: [{ id: 'dense', shape: [4], initial: { kind: 'zeros' } }],
      inputs: [{ id: 'input', kind: 'constant' }],
      outputs: [{ id: 'dense', kind: 'last' }],
    });
    expect(wiring(next)).toEqual([
      'add.out > dense.in',
      'dense.out > loop.next.dense',
      'dense.out > loop.result.dense',
      'input.out > loop.in.input',
      'loop.input.input > add.in.0',
      'loop.out.dense > output.in',
      'loop.state.dense > add.in.1',
    ]);
  });

  it('takes every branch of the cycle, and a node on its own', () => {
    const branched = documentOf(
      [node('input'), node('a'), node('b'), node('c'), node('add'), node('aside')],
      ['input.out > a.in', 'a.out > b.in', 'a.out > c.in', 'b.out > add.in.0', 'c.out > add.in.1', 'c.out > aside.in'],
    );
    const next = after(branched, loopFromBackEdge(branched, end('add.out'), end('a.in'), state));
    const inside = next.graph.nodes.filter(({ parent }) => parent === 'loop').map(({ id }) => id);
    expect(inside).toEqual(['a', 'b', 'c', 'add']);
    expect(wiring(next)).toContain('loop.out.c > aside.in');
    const self = after(chain, loopFromBackEdge(chain, end('b.out'), end('b.in'), state));
    expect(self.graph.nodes.filter(({ parent }) => parent === 'loop').map(({ id }) => id)).toEqual(['b']);
  });

  it('gives a loop one more state where both ends lie in it', () => {
    const document = applyOperations(looped, [
      { kind: 'addNodes', sheet: null, nodes: [node('g', { type: 'dense', parent: 'loop' })] },
    ]);
    const wired = applyOperations(document, connect(document, end('g.out'), end('inner.in.2')));
    const next = after(wired, loopFromBackEdge(wired, end('inner.out'), end('g.in'), state));
    const loop = findNode(next, nodeId('loop'))?.node;
    expect(loop === undefined ? null : loopParametersOf(loop)?.states.map(({ id }) => id)).toEqual(['h', 'add']);
    expect(wiring(next)).toEqual([...wiring(wired), 'inner.out > loop.next.add', 'loop.state.add > g.in'].toSorted());
    const nested = after(wired, loopFromBackEdge(wired, end('inner.out'), end('g.in'), { ...state, nested: true }));
    expect(findNode(nested, nodeId('inner'))?.node.parent).toBe('loop-2');
    expect(findNode(nested, nodeId('loop-2'))?.node.parent).toBe('loop');
  });

  it('turns a constant of the loop around into the start of the new state', () => {
    const document = applyOperations(looped, [
      { kind: 'removeWires', wires: [wireId('w2')] },
      { kind: 'addNodes', sheet: null, nodes: [node('g', { type: 'dense', parent: 'loop' })] },
      {
        kind: 'addWires',
        sheet: null,
        wires: [
          { id: wireId('w2'), from: end('loop.input.x'), to: end('g.in') },
          { id: wireId('w8'), from: end('g.out'), to: end('inner.in.0') },
        ],
      },
    ]);
    const next = after(document, loopFromBackEdge(document, end('inner.out'), end('g.in'), state));
    expect(wiring(next)).toEqual([
      'g.out > inner.in.0',
      'inner.out > loop.next.add',
      'inner.out > loop.next.h',
      'inner.out > loop.result.h',
      'input.out > loop.init.add',
      'loop.out.h > output.in',
      'loop.state.add > g.in',
      'loop.state.h > inner.in.1',
    ]);
  });

  it('leads a value out of a loop first that it goes around', () => {
    const before = applyOperations(looped, [
      { kind: 'addNodes', sheet: null, nodes: [node('pre', { type: 'dense' })] },
      { kind: 'setWires', wires: [{ id: wireId('w1'), from: end('pre.out'), to: end('loop.in.x') }] },
    ]);
    const next = after(before, loopFromBackEdge(before, end('inner.out'), end('pre.in'), state));
    expect(findNode(next, nodeId('loop'))?.node.parent).toBe('loop-2');
    expect(wiring(next)).toContain('loop.out.h > loop-2.next.h');
    expect(wiring(next)).toContain('loop-2.state.h > pre.in');
    expect(refusal(() => loopFromBackEdge(looped, end('loop.out.h'), end('inner.in.0'), state))).toContain(
      'inside another loop',
    );
  });

  it('refuses a wire that closes no cycle', () => {
    expect(refusal(() => loopFromBackEdge(chain, end('a.out'), end('c.in'), state))).toContain('closes no cycle');
  });
});

describe('terminals', () => {
  it('of a loop are added, changed, renamed and removed with their wires', () => {
    const added = { shape: [2], initial: { kind: 'zeros' }, residual: true } as const;
    const more = after(looped, addLoopState(looped, nodeId('loop'), 'h', { ...added, shape: [...added.shape] }));
    const loop = findNode(more, nodeId('loop'))?.node;
    expect(loop === undefined ? null : loopParametersOf(loop)?.states[1]).toEqual({
      id: 'h-2',
      shape: [2],
      initial: { kind: 'zeros' },
      residual: true,
    });
    expect(addLoopInput(looped, nodeId('loop'), 'x', 'scan')).toHaveLength(1);
    expect(addLoopOutput(looped, nodeId('loop'), 'all h', 'all')[0]).toMatchObject({
      set: { outputs: [{ id: 'h' }, { id: 'all-h', kind: 'all' }] },
    });
    const renamed = after(
      looped,
      renameLoopTerminal(looped, nodeId('loop'), 'states', terminalId('h'), terminalId('m')),
    );
    expect(wiring(renamed)).toContain('loop.state.m > inner.in.1');
    expect(wiring(renamed)).toContain('inner.out > loop.next.m');
    expect(wiring(renamed)).toContain('loop.out.h > output.in');
    expect(
      refusal(() => renameLoopTerminal(more, nodeId('loop'), 'states', terminalId('h'), terminalId('h-2'))),
    ).toContain('already used');
    const removed = after(looped, removeLoopTerminal(looped, nodeId('loop'), 'inputs', terminalId('x')));
    // The merge inside lost its first input and closed up.
    expect(wiring(removed)).toEqual([
      'inner.out > loop.next.h',
      'inner.out > loop.result.h',
      'loop.out.h > output.in',
      'loop.state.h > inner.in.0',
    ]);
  });

  it('of a loop change their place, how they enter and what they hand out', () => {
    const loop = nodeId('loop');
    const h = terminalId('h');
    const parametersOf = (document: GradloomDocument) => {
      const found = findNode(document, loop)?.node;
      return found === undefined ? null : loopParametersOf(found);
    };
    const two = applyOperations(looped, addLoopState(looped, loop, 'm', { shape: [4], initial: { kind: 'zeros' } }));
    const moved = after(two, moveLoopTerminal(two, loop, 'states', terminalId('m'), 0));
    expect(parametersOf(moved)?.states.map(({ id }) => id)).toEqual(['m', 'h']);
    expect(wiring(moved)).toEqual(wiring(looped));
    const scanned = after(looped, setLoopInput(looped, loop, terminalId('x'), 'scan'));
    expect(parametersOf(scanned)?.inputs).toEqual([{ id: 'x', kind: 'scan' }]);
    // What hands a state out has no wire inside; that of the other way is drawn again.
    const handed = after(looped, setLoopOutput(looped, loop, h, { kind: 'all', state: h }));
    expect(parametersOf(handed)?.outputs).toEqual([{ id: 'h', kind: 'all', state: 'h' }]);
    expect(wiring(handed)).toEqual(wiring(looped).filter((text) => text !== 'inner.out > loop.result.h'));
    const renamed = after(handed, renameLoopTerminal(handed, loop, 'states', h, terminalId('memory')));
    expect(parametersOf(renamed)?.outputs).toEqual([{ id: 'h', kind: 'all', state: 'memory' }]);
    const gone = after(renamed, removeLoopTerminal(renamed, loop, 'states', terminalId('memory')));
    expect(parametersOf(gone)).toMatchObject({ states: [], outputs: [] });
    expect(wiring(gone)).not.toContain('loop.out.h > output.in');
    expect(parametersOf(after(handed, setLoopOutput(handed, loop, h, { state: null })))?.outputs).toEqual([
      { id: 'h', kind: 'all' },
    ]);
    expect(refusal(() => setLoopOutput(looped, loop, h, { state: terminalId('no') }))).toContain('no');
  });

  it('lose the wire of their start when they no longer start wired', () => {
    const wired = applyOperations(looped, [
      ...setLoopState(looped, nodeId('loop'), terminalId('h'), { initial: { kind: 'wired' } }),
      { kind: 'addWires', sheet: null, wires: [{ id: wireId('w7'), from: end('other.out'), to: end('loop.init.h') }] },
    ]);
    const next = after(wired, setLoopState(wired, nodeId('loop'), terminalId('h'), { initial: { kind: 'zeros' } }));
    expect(next).toStrictEqual(looped);
  });

  it('of a cell are added, renamed and removed inside and at every instance', () => {
    const cells = applyOperations(chain, createCellFromSelection(chain, ids('b'), { name: 'Block' }));
    const block = cellId('Block');
    const added = after(cells, addCellTerminal(cells, block, 'inputs', 'mask'));
    expect(added.cells[0]?.inputs).toEqual([{ id: 'in' }, { id: 'mask' }]);
    expect(findNode(added, nodeId('mask'))).toMatchObject({
      sheet: 'Block',
      node: { type: 'cellInput', params: { terminal: 'mask' } },
    });
    const renamed = after(cells, renameCellTerminal(cells, block, 'inputs', terminalId('in'), terminalId('x')));
    expect(renamed.cells[0]?.inputs).toEqual([{ id: 'x' }]);
    expect(wiring(renamed)).toContain('a.out > Block.in.x');
    expect(findNode(renamed, nodeId('in'))?.node.params).toEqual({ terminal: 'x' });
    const removed = after(cells, removeCellTerminal(cells, block, 'outputs', terminalId('out')));
    expect(removed.cells[0]?.outputs).toEqual([]);
    expect(wiring(removed)).toEqual(['a.out > Block.in.in', 'c.out > output.in', 'input.out > a.in']);
  });
});

describe('cells', () => {
  const made = applyOperations(chain, createCellFromSelection(chain, ids('b', 'c'), { name: 'Block', colour: 'teal' }));

  it('are removed with their instances expanded, each with nodes of its own', () => {
    const two = applyOperations(made, duplicate(made, ids('Block'), { entering: true }));
    const next = after(two, removeCellDefinition(two, cellId('Block')));
    expect(next.cells).toEqual([]);
    expect(next.graph.nodes.filter(({ type }) => type === 'dense')).toHaveLength(1 + 2 * 2);
    expect(next.graph.wires.filter(({ from }) => from.node === 'a')).toHaveLength(2);
    expect(next.graph.nodes.some(({ type }) => type === 'cell')).toBe(false);
  });

  it('take a part of a sheet over under its ids, and an instance takes the part’s place', () => {
    after(chain, createCellFromSelection(chain, ids('b', 'c'), { name: 'Block', colour: 'teal' }));
    const [cell] = made.cells;
    expect(cell).toMatchObject({
      id: 'Block',
      name: 'Block',
      colour: 'teal',
      inputs: [{ id: 'in' }],
      outputs: [{ id: 'out' }],
      parameters: [],
    });
    expect(cell?.graph.nodes.map(({ id, type, position }) => [id, type, position.x])).toEqual([
      ['in', 'cellInput', 0],
      ['b', 'dense', 200],
      ['c', 'dense', 400],
      ['out', 'cellOutput', 600],
    ]);
    expect(cell?.graph.wires.map((wire) => [wire.id, spelled(wire)])).toEqual([
      ['w3', 'b.out > c.in'],
      ['w2', 'in.out > b.in'],
      ['w5', 'c.out > out.in'],
    ]);
    expect(wiring(made)).toEqual(['Block.out.out > output.in', 'a.out > Block.in.in', 'input.out > a.in']);
    expect(findNode(made, nodeId('Block'))?.node).toMatchObject({
      position: { x: 400, y: 0 },
      params: { cell: 'Block', weights: 'shared', parameters: {} },
    });
  });

  it('name several ports of one side by the label or the type of what they stand for, never by an old id', () => {
    const fed = documentOf(
      [
        node('n1', { type: 'convolution2d', label: 'Stem' }),
        node('n2', { type: 'dense', label: '主干' }),
        node('n3', { type: 'dense' }),
        node('sum', { type: 'add' }),
        node('output'),
      ],
      ['n1.out > sum.in.0', 'n2.out > sum.in.1', 'n3.out > sum.in.2', 'sum.out > output.in'],
    );
    const next = after(fed, createCellFromSelection(fed, ids('sum'), { name: '单元 1' }));
    expect(next.cells[0]).toMatchObject({
      id: 'cell-1',
      inputs: [{ id: 'Stem' }, { id: 'dense' }, { id: 'dense-2' }],
      outputs: [{ id: 'out' }],
    });
  });

  it('hold loops, and keep sharing over a loop around as the instance’s', () => {
    const whole = after(looped, createCellFromSelection(looped, ids('loop'), { name: 'Recurrence' }));
    expect(whole.cells[0]?.graph.nodes.map(({ id, parent }) => [id, parent])).toEqual([
      ['in', undefined],
      ['loop', undefined],
      ['inner', 'loop'],
      ['out', undefined],
    ]);
    const perStep = applyOperation(looped, {
      kind: 'setNode',
      node: nodeId('inner'),
      set: { perStep: [...ids('loop')] },
    });
    const inside = after(perStep, createCellFromSelection(perStep, ids('inner'), { name: 'Unit' }));
    expect(findNode(inside, nodeId('Unit'))?.node).toMatchObject({ perStep: ['loop'], parent: 'loop' });
    expect(findNode(inside, nodeId('inner'))?.node.perStep).toBeUndefined();
    const two = applyOperation(perStep, { kind: 'addNodes', sheet: null, nodes: [node('g', { parent: 'loop' })] });
    expect(refusal(() => createCellFromSelection(two, ids('inner', 'g'), { name: 'Unit' }))).toContain(
      'Choose nodes that agree',
    );
  });

  it('expand in the place of an instance, with its values of exposed parameters', () => {
    const exposed = applyOperations(made, [
      {
        kind: 'setCell',
        cell: cellId('Block'),
        set: { parameters: [{ id: terminalId('width'), node: nodeId('b'), parameter: 'units' }] },
      },
      { kind: 'setParameters', node: nodeId('Block'), set: { parameters: { width: 12 } } },
      { kind: 'setNode', node: nodeId('Block'), set: { frozen: true } },
    ]);
    const next = after(exposed, expandInstance(exposed, nodeId('Block')));
    expect(wiring(next)).toEqual(['a.out > b-2.in', 'b-2.out > c-2.in', 'c-2.out > output.in', 'input.out > a.in']);
    expect(findNode(next, nodeId('b-2'))?.node).toStrictEqual({
      ...node('b-2', { type: 'dense', params: { units: 12 }, position: { x: 400, y: 0 } }),
      frozen: true,
    });
    expect(next.cells).toHaveLength(1);
    expect(next.graph.wires.find(({ id }) => id === 'w4')).toMatchObject({ to: { node: 'output' } });
    expect(refusal(() => expandInstance(exposed, nodeId('a')))).toContain('no instance of a cell');
  });

  it('expand what a cell only hands through', () => {
    const through = applyOperations(made, [
      { kind: 'removeNodes', nodes: ids('b', 'c') },
      {
        kind: 'addWires',
        sheet: cellId('Block'),
        wires: [{ id: wireId('t'), from: end('in.out'), to: end('out.in') }],
      },
    ]);
    expect(wiring(after(through, dissolve(through, nodeId('Block'))))).toEqual([
      'a.out > output.in',
      'input.out > a.in',
    ]);
  });

  it('become unique: a definition of its own for one of several instances', () => {
    expect(makeUnique(made, nodeId('Block'))).toEqual([]);
    const two = applyOperations(made, duplicate(made, ids('Block')));
    const next = after(two, makeUnique(two, nodeId('Block-2')));
    expect(next.cells.map(({ id, name }) => [id, name])).toEqual([
      ['Block', 'Block'],
      ['Block-2', 'Block 2'],
    ]);
    expect(next.cells[1]?.graph.nodes.map(({ id }) => id)).toEqual(['in-2', 'b-2', 'c-2', 'out-2']);
    expect(findNode(next, nodeId('Block-2'))?.node.params['cell']).toBe('Block-2');
    expect(findNode(next, nodeId('Block'))?.node.params['cell']).toBe('Block');
  });

  it('refuse a node whose parameter the definition around exposes', () => {
    const exposed = applyOperation(made, {
      kind: 'setCell',
      cell: cellId('Block'),
      set: { parameters: [{ id: terminalId('width'), node: nodeId('b'), parameter: 'units' }] },
    });
    expect(refusal(() => createCellFromSelection(exposed, ids('b'), { name: 'Inner' }))).toContain(
      'exposes “units” of “b”',
    );
    const inner = after(exposed, createCellFromSelection(exposed, ids('c'), { name: 'Inner' }));
    expect(inner.cells.map(({ id }) => id)).toEqual(['Block', 'Inner']);
    expect(usesCell(inner, cellId('Block'), cellId('Inner'))).toBe(true);
    expect(usesCell(inner, cellId('Inner'), cellId('Block'))).toBe(false);
  });
});

describe('dissolve', () => {
  it('takes a loop of one iteration away and leaves what it computed', () => {
    const once = applyOperations(chain, [
      ...loopFromBackEdge(chain, end('c.out'), end('b.in'), { shape: [4], iterations: 1 }),
      { kind: 'setNode', node: nodeId('b'), set: { perStep: [...ids('loop')] } },
    ]);
    const next = after(once, dissolve(once, nodeId('loop')));
    expect(wiring(next)).toEqual(wiring(chain));
    expect(next.graph.nodes).toEqual(chain.graph.nodes);
  });

  it('says what stands in the way', () => {
    expect(refusal(() => dissolve(looped, nodeId('loop')))).toContain('runs 3 times');
    const once = applyOperation(looped, { kind: 'setParameters', node: nodeId('loop'), set: { iterations: 1 } });
    expect(refusal(() => dissolve(once, nodeId('loop')))).toContain('its terminal “h”');
    expect(refusal(() => dissolve(looped, nodeId('inner')))).toContain('holds nothing');
    const broken = applyOperation(looped, { kind: 'setParameters', node: nodeId('loop'), set: { iterations: 'many' } });
    expect(refusal(() => dissolve(broken, nodeId('loop')))).toContain('are broken');
  });
});
