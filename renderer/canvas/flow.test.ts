import { describe, expect, it } from 'vitest';
import { check } from '#shared/check/check';
import { applyOperations } from '#shared/graph/applyOperation';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId, wireId } from '#shared/graph/identifiers';
import type { Operation } from '#shared/graph/operations';
import { createTemplate } from '#shared/templates/templates';
import { FlowModel } from './flow.ts';
import type { Flow, FlowSource } from './flow.ts';

const example = createTemplate('plain-or-residual');
const source = (document: GradloomDocument, values: Partial<FlowSource> = {}): FlowSource => ({
  document,
  check: check(document),
  sheet: null,
  locale: 'en',
  selectedNodes: new Set(),
  selectedWires: new Set(),
  moved: new Map(),
  dragging: false,
  area: null,
  ...values,
});
const begin = source(example);

/** What React Flow would render anew: nodes and wires whose object changed. */
const changes = (before: Flow, after: Flow): { nodes: string[]; wires: string[] } => {
  const known = new Set<unknown>([...before.nodes, ...before.wires]);
  return {
    nodes: after.nodes.filter((node) => !known.has(node)).map(({ id }) => id),
    wires: after.wires.filter((wire) => !known.has(wire)).map(({ id }) => id),
  };
};
const edited = (operations: readonly Operation[]): { before: Flow; after: Flow } => {
  const model = new FlowModel();
  const before = model.update(begin);
  return { before, after: model.update(source(applyOperations(example, operations))) };
};
const [frame] = example.graph.nodes.filter(({ type }) => type === 'frame');
const layers = example.graph.nodes.filter(({ type }) => type === 'dense');
const [, first, second] = layers.map(({ id }) => id);
if (frame === undefined || first === undefined || second === undefined)
  throw new Error('the example has no frame and layers');

describe('what an event renders anew', () => {
  it('is nothing where nothing changed, not even the lists', () => {
    const model = new FlowModel();
    const flow = model.update(begin);
    expect(model.update({ ...begin })).toBe(flow);
    // Check makes all its findings anew at every edit; what they say is the same.
    const again = model.update({ ...begin, check: check(example) });
    expect(again.nodes).toBe(flow.nodes);
    expect(again.wires).toBe(flow.wires);
  });

  it('is one card where a label changes, and the wires that are named after it', () => {
    const { before, after } = edited([{ kind: 'setNode', node: first, set: { label: 'Renamed' } }]);
    expect(changes(before, after).nodes).toEqual([first]);
    expect(changes(before, after).wires).toHaveLength(2);
  });

  it('is nothing where a parameter changes that no card shows', () => {
    const { before, after } = edited([{ kind: 'setParameters', node: first, set: { activation: 'tanh' } }]);
    expect(changes(before, after)).toEqual({ nodes: [], wires: [] });
  });

  it('is the cards whose shape, weights or problems change', () => {
    const { before, after } = edited([{ kind: 'setParameters', node: first, set: { units: 16 } }]);
    // The layer itself, and the one after it, which now has fewer weights.
    expect(changes(before, after)).toEqual({ nodes: [first, second], wires: [] });
  });

  it('is one card and its wires where one card moves', () => {
    const { before, after } = edited([{ kind: 'moveNodes', moves: [{ node: first, position: { x: 200, y: 130 } }] }]);
    const touching = example.graph.wires.filter(({ from, to }) => from.node === first || to.node === first);
    const found = changes(before, after);
    expect(found.nodes.filter((id) => id !== frame.id)).toEqual([first]);
    expect(found.wires.length).toBeLessThanOrEqual(touching.length + 2);
    for (const { id } of touching) expect(found.wires).toContain(id);
  });

  it('is one card and its wires at each step of a drag', () => {
    const model = new FlowModel();
    let before = model.update(begin);
    for (let step = 1; step <= 5; step++) {
      const moved = new Map([[first, { x: 200 + step, y: 130 + step }]]);
      const after = model.update({ ...begin, moved, dragging: true });
      expect(changes(before, after).nodes.filter((id) => id !== frame.id)).toEqual([first]);
      expect(changes(before, after).wires).toHaveLength(2);
      before = after;
    }
  });

  it('is what is selected and what was, when the selection changes', () => {
    const model = new FlowModel();
    const one = model.update({ ...begin, selectedNodes: new Set([first]) });
    const wire = example.graph.wires[0]?.id ?? wireId('w1');
    const two = model.update({ ...begin, selectedNodes: new Set([second]), selectedWires: new Set([wire]) });
    expect(changes(one, two)).toEqual({ nodes: [first, second], wires: [wire] });
    expect(two.nodes.filter(({ selected }) => selected === true).map(({ id }) => id)).toEqual([second]);
  });
});

describe('a node', () => {
  it('comes after what it lies in, with its size and its ports, so that nothing has to be measured', () => {
    const { nodes } = new FlowModel().update(begin);
    const seen = new Set<string>();
    for (const { id, parentId, width, height, measured, handles } of nodes) {
      if (parentId !== undefined) expect(seen.has(parentId)).toBe(true);
      seen.add(id);
      expect(measured).toEqual({ width, height });
      expect(handles).toBeDefined();
    }
    expect(nodes).toHaveLength(example.graph.nodes.length);
  });

  it('tells a screen reader its name, kind, shape, weights and problems, in the language of the window', () => {
    const document = applyOperations(example, [
      {
        kind: 'addNodes',
        sheet: null,
        nodes: [{ id: nodeId('loose'), type: 'dense', params: { units: 3 }, position: { x: 0, y: 900 } }],
      },
    ]);
    const model = new FlowModel();
    const labelOf = (flow: Flow, id: string): string => flow.nodes.find((node) => node.id === id)?.ariaLabel ?? '';
    const english = model.update(source(document));
    expect(labelOf(english, first)).toMatch(/^Dense 1, Dense; shape 32; 1,056 weights$/);
    expect(labelOf(english, 'loose').length).toBeGreaterThan('Dense'.length);
    const chinese = model.update(source(document, { locale: 'zh-CN' }));
    expect(labelOf(chinese, first)).toContain('1,056 个权重');
  });
});

describe('the part of a large sheet that React Flow is given', () => {
  const inner = example.graph.nodes.find(({ parent }) => parent !== undefined);
  const wire = example.graph.wires[0];
  if (inner === undefined || wire === undefined) throw new Error('the example has nothing in its frame');
  const whole = new FlowModel().update(begin);
  const placed = whole.scene.nodes.get(inner.id);
  if (placed === undefined) throw new Error('the scene has no such node');
  const area = {
    left: placed.origin.x + 1,
    top: placed.origin.y + 1,
    right: placed.origin.x + 2,
    bottom: placed.origin.y + 2,
  };
  const ids = (flow: Flow): string[] => flow.nodes.map(({ id }) => id);

  it('is what lies in the area, the containers around it, and both ends of each wire that is there', () => {
    const flow = new FlowModel().update({ ...begin, area });
    expect(flow.nodes.length).toBeLessThan(whole.nodes.length);
    expect(ids(flow)).toContain(inner.id);
    for (const { parentId } of flow.nodes) if (parentId !== undefined) expect(ids(flow)).toContain(parentId);
    for (const { source, target } of flow.wires) expect(ids(flow)).toEqual(expect.arrayContaining([source, target]));
    const order = ids(whole);
    expect(ids(flow)).toEqual(order.filter((id) => ids(flow).includes(id)));
    // All of it is drawn, and found.
    expect(flow.scene.nodes.size).toBe(whole.scene.nodes.size);
  });

  it('always holds what is selected', () => {
    const model = new FlowModel();
    const away = { left: -9000, top: -9000, right: -8000, bottom: -8000 };
    expect(model.update({ ...begin, area: away }).nodes).toEqual([]);
    const selected = model.update({ ...begin, area: away, selectedNodes: new Set([inner.id]) });
    expect(ids(selected)).toContain(inner.id);
    const edge = model.update({ ...begin, area: away, selectedWires: new Set([wire.id]) });
    expect(edge.wires.map(({ id }) => id)).toEqual([wire.id]);
    expect(ids(edge)).toEqual(expect.arrayContaining([wire.from.node, wire.to.node]));
  });

  it('keeps the objects of what stays in it, and follows an edit outside without a change', () => {
    const model = new FlowModel();
    const before = model.update({ ...begin, area });
    const wider = model.update({ ...begin, area: { ...area, right: area.right + 400 } });
    const known = new Set<unknown>(before.nodes);
    expect(wider.nodes.filter((node) => known.has(node))).toHaveLength(before.nodes.length);
    const narrow = model.update({ ...begin, area });
    const outside = example.graph.nodes.find(({ id }) => !ids(narrow).includes(id));
    if (outside === undefined) throw new Error('everything lies in the area');
    const renamed = applyOperations(example, [{ kind: 'setNode', node: outside.id, set: { label: 'Renamed' } }]);
    const after = model.update({ ...begin, document: renamed, area });
    expect(after.nodes).toBe(narrow.nodes);
    expect(after.wires).toBe(narrow.wires);
  });

  it('says the same of each card as the whole would', () => {
    const model = new FlowModel();
    model.update({ ...begin, area });
    const frozen = applyOperations(example, [{ kind: 'setNode', node: inner.id, set: { label: 'Renamed' } }]);
    const part = model.update({ ...source(frozen), area });
    const all = new FlowModel().update(source(frozen));
    for (const node of part.nodes) expect(node).toEqual(all.nodes.find(({ id }) => id === node.id));
  });
});
