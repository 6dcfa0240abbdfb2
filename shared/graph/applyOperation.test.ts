import { describe, expect, it } from 'vitest';
import { applyOperation, applyOperations } from './applyOperation.ts';
import type { GradloomDocument } from './document.ts';
import { cellId, nodeId, terminalId, wireId } from './identifiers.ts';
import type { Operation } from './operations.ts';
import { OperationError } from './operations.ts';
import { absolutePosition, findNode } from './queries.ts';
import { documentOf, ids, loopParams, node, wire, wiring } from './testing/fixtures.ts';

const block = {
  id: cellId('block'),
  name: 'Block',
  inputs: [{ id: terminalId('x') }],
  outputs: [{ id: terminalId('y') }],
  parameters: [],
  graph: {
    nodes: [
      node('bin', { type: 'cellInput', params: { terminal: 'x' } }),
      node('bd', { type: 'dense' }),
      node('bout', { type: 'cellOutput', params: { terminal: 'y' } }),
    ],
    wires: [wire('b1', 'bin.out > bd.in'), wire('b2', 'bd.out > bout.in')],
  },
};

/** frame ⊃ loop ⊃ dense, and outside of them an input and an output. */
const nested: GradloomDocument = {
  ...documentOf(
    [
      node('input'),
      node('frame', { position: { x: 100, y: 50 } }),
      node('loop', {
        parent: 'frame',
        position: { x: 20, y: 10 },
        params: loopParams({ inputs: ['x'], outputs: ['y'] }),
      }),
      node('dense', { parent: 'loop', position: { x: 5, y: 6 } }),
      node('output', { position: { x: 500, y: 0 } }),
    ],
    ['input.out > loop.in.x', 'loop.input.x > dense.in', 'dense.out > loop.result.y', 'loop.out.y > output.in'],
  ),
  cells: [block],
};

/** The error that an operation must give. */
function refusal(document: GradloomDocument, operation: Operation): OperationError {
  const copy = structuredClone(document);
  try {
    applyOperation(document, operation);
  } catch (error) {
    expect(document).toStrictEqual(copy);
    if (error instanceof OperationError) return error;
    throw error;
  }
  throw new Error('The operation was not refused.');
}

describe('applyOperation', () => {
  it('adds nodes at the end of their sheet', () => {
    const after = applyOperation(nested, { kind: 'addNodes', sheet: cellId('block'), nodes: [node('extra')] });
    expect(after.cells[0]?.graph.nodes.map(({ id }) => id)).toEqual(['bin', 'bd', 'bout', 'extra']);
    expect(after.graph).toBe(nested.graph);
    expect(after.cells[0]?.graph.nodes[1]).toBe(block.graph.nodes[1]);
  });

  it('refuses ids that any sheet uses, and names the node, what was expected, what was received and the way out', () => {
    const error = refusal(nested, { kind: 'addNodes', sheet: null, nodes: [node('bd')] });
    expect(error.message).toBe(
      'addNodes "bd": expected a node id that the document does not use yet, cells included; received one that it uses. Take a new id.',
    );
    expect(error.problem.subject).toBe('bd');
    expect(refusal(nested, { kind: 'addNodes', sheet: null, nodes: [node('n1'), node('n1')] }).problem.subject).toBe(
      'n1',
    );
    const doubled: Operation = { kind: 'addWires', sheet: null, wires: [wire('b1', 'input.out > dense.in')] };
    expect(refusal(nested, doubled).problem.subject).toBe('b1');
  });

  it('refuses nodes that the format does not allow', () => {
    const bad = (given: object): Operation => ({ kind: 'addNodes', sheet: null, nodes: [{ ...node('n'), ...given }] });
    expect(refusal(nested, bad({ position: { x: Number.NaN, y: 0 } })).message).toContain('the number NaN');
    expect(refusal(nested, bad({ position: { x: 1e9, y: 0 } })).message).toContain(
      'position.x: expected at most 10000000; received 1000000000',
    );
    expect(refusal(nested, bad({ params: { f: () => 1 } })).message).toContain('a function');
    expect(refusal(nested, bad({ params: { a: [undefined] } })).message).toContain('undefined');
    expect(refusal(nested, bad({ params: JSON.parse('{"__proto__": 1}') as object })).message).toContain('"__proto__"');
    expect(refusal(nested, bad({ id: 'a/b' })).message).toContain('an id of 1 to 64 letters');
    expect(refusal(nested, bad({ colour: 7 })).message).toContain('colour: expected text in double quotes; received 7');
    expect(refusal(nested, bad({ shape: 1 })).message).toContain('shape is no key of the format');
    let deep: object = {};
    for (let level = 0; level < 5000; level += 1) deep = { deep };
    expect(refusal(nested, bad({ params: deep })).message).toContain('nesting deeper than 32 levels');
  });

  it('refuses parents that are missing, hold nothing, are on another sheet or run in a circle', () => {
    const bad = (parent: string): Operation => ({ kind: 'addNodes', sheet: null, nodes: [node('n', { parent })] });
    expect(refusal(nested, bad('none')).message).toContain('"none", which is none');
    expect(refusal(nested, bad('dense')).message).toContain('"dense" of type "dense"');
    expect(refusal(nested, bad('bd')).message).toContain('"bd", which is none');
    const circle = [node('f1', { type: 'frame', parent: 'f2' }), node('f2', { type: 'frame', parent: 'f1' })];
    expect(refusal(nested, { kind: 'addNodes', sheet: null, nodes: circle }).message).toContain('run in a circle');
  });

  it('removes a container with its contents and every wire that touches them', () => {
    const after = applyOperation(nested, { kind: 'removeNodes', nodes: ids('frame') });
    expect(after.graph.nodes.map(({ id }) => id)).toEqual(['input', 'output']);
    expect(after.graph.wires).toEqual([]);
    expect(after.graph.nodes[0]).toBe(nested.graph.nodes[0]);
    expect(after.cells).toBe(nested.cells);
  });

  it('never lets a wire dangle', () => {
    const add = (text: string): Operation => ({ kind: 'addWires', sheet: null, wires: [wire('w9', text)] });
    expect(refusal(nested, add('input.out > none.in')).message).toContain('"none", which is none');
    expect(refusal(nested, add('input.out > bd.in')).message).toContain('"bd", which is none');
    const set: Operation = { kind: 'setWires', wires: [wire('w1', 'bd.out > dense.in')] };
    expect(refusal(nested, set).problem.subject).toBe('w1');
  });

  it('lets wires name ports that nothing has, for check to report', () => {
    const after = applyOperation(nested, {
      kind: 'setParameters',
      node: nodeId('loop'),
      set: { outputs: [] },
    });
    expect(wiring(after)).toContain('loop.out.y > output.in');
  });

  it('gives wires new ends in their place', () => {
    const after = applyOperation(nested, { kind: 'setWires', wires: [wire('w2', 'loop.input.x > loop.result.y')] });
    expect(after.graph.wires.map(({ id }) => id)).toEqual(['w1', 'w2', 'w3', 'w4']);
    expect(after.graph.wires[1]?.to).toEqual({ node: 'loop', port: 'result.y' });
    expect(after.graph.nodes).toBe(nested.graph.nodes);
    const same = applyOperation(nested, { kind: 'setWires', wires: [wire('w2', 'loop.input.x > dense.in')] });
    expect(same).toBe(nested);
  });

  it('removes wires, and names the one that is not there', () => {
    const after = applyOperation(nested, { kind: 'removeWires', wires: [wireId('w2'), wireId('b1')] });
    expect(after.graph.wires).toHaveLength(3);
    expect(after.cells[0]?.graph.wires).toHaveLength(1);
    expect(refusal(nested, { kind: 'removeWires', wires: [wireId('w99')] }).problem.subject).toBe('w99');
  });

  it('moves nodes, and keeps no negative zero', () => {
    const after = applyOperation(nested, {
      kind: 'moveNodes',
      moves: [{ node: nodeId('dense'), position: { x: -0, y: 3.5 } }],
    });
    expect(findNode(after, nodeId('dense'))?.node.position).toStrictEqual({ x: 0, y: 3.5 });
  });

  it('merges and unsets parameters', () => {
    const set = (operation: Partial<Operation & { kind: 'setParameters' }>) =>
      applyOperation(nested, { kind: 'setParameters', node: nodeId('dense'), set: {}, ...operation });
    const first = set({ set: { units: 8, useBias: false } });
    expect(findNode(first, nodeId('dense'))?.node.params).toEqual({ units: 8, useBias: false });
    const second = applyOperation(first, {
      kind: 'setParameters',
      node: nodeId('dense'),
      set: { units: 9 },
      unset: ['useBias', 'never'],
    });
    expect(findNode(second, nodeId('dense'))?.node.params).toEqual({ units: 9 });
    const both: Operation = { kind: 'setParameters', node: nodeId('dense'), set: { a: 1 }, unset: ['a'] };
    expect(refusal(nested, both).message).toContain('"a" under both');
    const poison = JSON.parse('{"__proto__": {"units": 1}}') as Record<string, never>;
    const poisoned: Operation = { kind: 'setParameters', node: nodeId('dense'), set: poison };
    expect(refusal(nested, poisoned).message).toContain('"__proto__"');
  });

  it('sets and removes what describes a node, and nothing else', () => {
    const named = applyOperation(nested, {
      kind: 'setNode',
      node: nodeId('dense'),
      set: { label: 'Hidden', perStep: ids('loop').slice() },
    });
    expect(findNode(named, nodeId('dense'))?.node).toMatchObject({ label: 'Hidden', perStep: ['loop'] });
    const bare = applyOperation(named, {
      kind: 'setNode',
      node: nodeId('dense'),
      set: { label: undefined, perStep: undefined },
    });
    expect(bare).toStrictEqual(nested);
    const sneaky = { kind: 'setNode', node: nodeId('dense'), set: { parent: 'frame' } } as unknown as Operation;
    expect(refusal(nested, sneaky).message).toContain('"parent"');
  });

  it('changes a type and keeps id, wires and place, but not of a container with contents', () => {
    const after = applyOperation(nested, { kind: 'setType', node: nodeId('dense'), type: 'add', params: { a: 1 } });
    expect(findNode(after, nodeId('dense'))?.node).toEqual({
      ...node('dense'),
      type: 'add',
      params: { a: 1 },
      parent: 'loop',
      position: { x: 5, y: 6 },
    });
    expect(wiring(after)).toEqual(wiring(nested));
    const emptied: Operation = { kind: 'setType', node: nodeId('loop'), type: 'dense', params: {} };
    expect(refusal(nested, emptied).message).toContain('the node "dense" inside');
    const framed = applyOperation(nested, { kind: 'setType', node: nodeId('loop'), type: 'frame', params: {} });
    expect(findNode(framed, nodeId('loop'))?.node.type).toBe('frame');
  });

  it('keeps the absolute place and every wire when the parent changes', () => {
    const after = applyOperation(nested, { kind: 'setParent', nodes: ids('dense'), parent: null });
    expect(findNode(after, nodeId('dense'))?.node.position).toEqual({ x: 125, y: 66 });
    expect(Object.keys(findNode(after, nodeId('dense'))?.node ?? {})).not.toContain('parent');
    expect(after.graph.wires).toBe(nested.graph.wires);
    const back = applyOperation(after, { kind: 'setParent', nodes: ids('dense'), parent: nodeId('loop') });
    expect(back).toStrictEqual(nested);
  });

  it('moves a container and what was inside it apart without moving either on the sheet', () => {
    const after = applyOperation(nested, { kind: 'setParent', nodes: ids('frame', 'loop', 'dense'), parent: null });
    expect(absolutePosition(after.graph, nodeId('loop'))).toEqual({ x: 120, y: 60 });
    expect(absolutePosition(after.graph, nodeId('dense'))).toEqual({ x: 125, y: 66 });
  });

  it('refuses a parent inside the node or on another sheet', () => {
    const into = (child: string, parent: string): Operation => ({
      kind: 'setParent',
      nodes: ids(child),
      parent: nodeId(parent),
    });
    expect(refusal(nested, into('frame', 'loop')).message).toContain('the node itself or lies inside it');
    expect(refusal(nested, into('loop', 'loop')).message).toContain('the node itself or lies inside it');
    expect(refusal(nested, into('bd', 'loop')).message).toContain('"loop", which is none');
  });

  it('sets training and the header, and gives the document itself back where nothing changes', () => {
    const after = applyOperations(nested, [
      { kind: 'setTraining', set: { epochs: 3 } },
      { kind: 'setDocument', set: { name: 'N', note: 'why', weights: { file: 'a.npz', sha256: '0'.repeat(64) } } },
    ]);
    expect(after).toMatchObject({
      name: 'N',
      note: 'why',
      weights: { file: 'a.npz' },
      training: { epochs: 3, batch: 64 },
    });
    const bare = applyOperation(after, { kind: 'setDocument', set: { note: undefined, weights: undefined } });
    expect(Object.keys(bare)).not.toContain('note');
    expect(applyOperation(after, { kind: 'setTraining', set: { epochs: 3 } })).toBe(after);
    expect(applyOperation(after, { kind: 'setDocument', set: { name: 'N' } })).toBe(after);
    expect(refusal(nested, { kind: 'setTraining', set: { epochs: 0 } }).message).toContain(
      'epochs: expected at least 1; received 0',
    );
    expect(refusal(nested, { kind: 'setDocument', set: { name: '' } }).message).toContain('name: expected some text');
    const sneaky = { kind: 'setDocument', set: { version: 2 } } as unknown as Operation;
    expect(refusal(nested, sneaky).message).toContain('"version"');
  });

  it('adds, changes and removes cells, but none that has instances', () => {
    const other = { ...block, id: cellId('other'), graph: { nodes: [node('od')], wires: [] } };
    const after = applyOperations(nested, [
      { kind: 'addCell', cell: other },
      { kind: 'setCell', cell: cellId('other'), set: { name: 'Other', inputs: [], note: 'n' } },
    ]);
    expect(after.cells[1]).toEqual({ ...other, name: 'Other', inputs: [], note: 'n' });
    expect(after.cells[0]).toBe(nested.cells[0]);
    expect(applyOperation(after, { kind: 'removeCell', cell: cellId('other') })).toStrictEqual(nested);
    const used = applyOperation(after, {
      kind: 'addNodes',
      sheet: null,
      nodes: [node('cell', { params: { cell: 'other', weights: 'shared', parameters: {} } })],
    });
    expect(refusal(used, { kind: 'removeCell', cell: cellId('other') }).message).toContain('received 1: "cell"');
    expect(refusal(nested, { kind: 'addCell', cell: block }).message).toContain('already used');
    expect(
      refusal(nested, { kind: 'addCell', cell: { ...other, graph: { nodes: [node('dense')], wires: [] } } }).message,
    ).toContain('the node id "dense" is already used at graph.nodes[3].id');
    const twice = { inputs: [{ id: terminalId('a') }, { id: terminalId('a') }] };
    expect(refusal(nested, { kind: 'setCell', cell: cellId('block'), set: twice }).message).toContain(
      '"a" is already used',
    );
  });

  it('names sheets and things that do not exist', () => {
    expect(refusal(nested, { kind: 'addNodes', sheet: cellId('none'), nodes: [node('n')] }).problem.subject).toBe(
      'none',
    );
    expect(refusal(nested, { kind: 'removeNodes', nodes: ids('none') }).problem.subject).toBe('none');
    expect(refusal(nested, { kind: 'setCell', cell: cellId('none'), set: {} }).problem.subject).toBe('none');
  });

  it('applies a list of operations whole or not at all', () => {
    const copy = structuredClone(nested);
    const operations: readonly Operation[] = [
      { kind: 'removeNodes', nodes: ids('frame') },
      { kind: 'removeNodes', nodes: ids('dense') },
    ];
    expect(() => applyOperations(nested, operations)).toThrow(OperationError);
    expect(nested).toStrictEqual(copy);
  });
});
