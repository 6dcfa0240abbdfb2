import { describe, expect, it } from 'vitest';
import { applyOperation } from './applyOperation.ts';
import { cellId, nodeId, terminalId, wireId } from './identifiers.ts';
import {
  absolutePosition,
  ancestorsOf,
  childrenOf,
  descendantsOf,
  enclosingLoops,
  endpointScope,
  findCell,
  findNode,
  findWire,
  graphOf,
  instanceParametersOf,
  instancesOf,
  loopParametersOf,
  newCellId,
  newDocument,
  newNodeId,
  newTerminalId,
  newWireId,
  scopeOf,
  sheets,
  wiresFrom,
  wiresInto,
} from './queries.ts';
import { parseDocument, serialiseDocument } from './serialise.ts';
import { documentOf, end, loopParams, node, wire } from './testing/fixtures.ts';

const instance = { type: 'cell', params: { cell: 'block', weights: 'shared', parameters: {} } };

/** outer loop ⊃ (frame ⊃ inner loop ⊃ dense, instance one); a cell whose sheet holds instance two. */
const document = {
  ...documentOf(
    [
      node('outer', { type: 'loop', params: loopParams({ states: [{ id: 'h' }] }), position: { x: 10, y: 20 } }),
      node('frame', { parent: 'outer', position: { x: 1, y: 2 } }),
      node('inner', { type: 'loop', params: { iterations: 'many' }, parent: 'frame', position: { x: 100, y: 0 } }),
      node('dense', { parent: 'inner', position: { x: 0.5, y: 0.25 } }),
      node('one', { ...instance, parent: 'outer' }),
      node('add'),
    ],
    ['outer.state.h > one.in.x', 'add.out > add.in.0', 'one.out.y > outer.next.h', 'add.out > add.in.1'],
  ),
  cells: [
    {
      id: cellId('block'),
      name: 'Block',
      inputs: [{ id: terminalId('x') }],
      outputs: [{ id: terminalId('y') }],
      parameters: [],
      graph: {
        nodes: [node('two', { ...instance, params: { cell: 'block' } })],
        wires: [wire('c1', 'two.out > two.in')],
      },
    },
  ],
};
const { graph } = document;

describe('queries', () => {
  it('lists the sheets and finds things on all of them', () => {
    expect(sheets(document).map(({ sheet }) => sheet)).toEqual([null, 'block']);
    expect(graphOf(document, null)).toBe(graph);
    expect(graphOf(document, cellId('block'))).toBe(document.cells[0]?.graph);
    expect(graphOf(document, cellId('none'))).toBeUndefined();
    expect(findNode(document, nodeId('two'))).toMatchObject({ sheet: 'block', node: { id: 'two' } });
    expect(findNode(document, nodeId('none'))).toBeUndefined();
    expect(findNode(document, nodeId('constructor'))).toBeUndefined();
    expect(findWire(document, wireId('c1'))).toMatchObject({ sheet: 'block', wire: { id: 'c1' } });
    expect(findCell(document, cellId('block'))?.name).toBe('Block');
  });

  it('knows what lies in what', () => {
    expect(childrenOf(graph, null).map(({ id }) => id)).toEqual(['outer', 'add']);
    expect(childrenOf(graph, nodeId('outer')).map(({ id }) => id)).toEqual(['frame', 'one']);
    expect(descendantsOf(graph, nodeId('outer')).map(({ id }) => id)).toEqual(['frame', 'inner', 'dense', 'one']);
    expect(ancestorsOf(graph, nodeId('dense')).map(({ id }) => id)).toEqual(['inner', 'frame', 'outer']);
    expect(enclosingLoops(graph, nodeId('dense'))).toEqual(['inner', 'outer']);
    expect(absolutePosition(graph, nodeId('dense'))).toEqual({ x: 111.5, y: 22.25 });
  });

  it('counts loops, not frames, as scopes, and a loop’s inner ports as inside', () => {
    expect(scopeOf(graph, nodeId('dense'))).toBe('inner');
    expect(scopeOf(graph, nodeId('inner'))).toBe('outer');
    expect(scopeOf(graph, nodeId('frame'))).toBe('outer');
    expect(scopeOf(graph, nodeId('outer'))).toBeNull();
    expect(endpointScope(graph, end('outer.state.h'))).toBe('outer');
    expect(endpointScope(graph, end('outer.next.h'))).toBe('outer');
    expect(endpointScope(graph, end('outer.out.y'))).toBeNull();
    expect(endpointScope(graph, end('one.out.y'))).toBe('outer');
  });

  it('finds wires by their ends, in the order of the sheet', () => {
    expect(wiresInto(graph, nodeId('add')).map(({ id }) => id)).toEqual(['w2', 'w4']);
    expect(wiresInto(graph, nodeId('add'), 'in.1').map(({ id }) => id)).toEqual(['w4']);
    expect(wiresFrom(graph, nodeId('add'), 'out')).toHaveLength(2);
    expect(wiresFrom(graph, nodeId('dense'))).toEqual([]);
  });

  it('reads the parameters of loops and instances, and none from broken ones', () => {
    const outer = findNode(document, nodeId('outer'))?.node;
    const inner = findNode(document, nodeId('inner'))?.node;
    expect(outer === undefined ? null : loopParametersOf(outer)?.states).toHaveLength(1);
    expect(inner === undefined ? 0 : loopParametersOf(inner)).toBeNull();
    expect(instancesOf(document, cellId('block')).map(({ node: { id }, sheet }) => [id, sheet])).toEqual([
      ['one', null],
      ['two', 'block'],
    ]);
    expect(instanceParametersOf(node('two', { ...instance, params: { cell: 'block' } }))).toBeNull();
  });

  it('sees an edit although it has indexed the document before', () => {
    findNode(document, nodeId('add'));
    const after = applyOperation(document, { kind: 'removeNodes', nodes: [nodeId('add')] });
    expect(findNode(after, nodeId('add'))).toBeUndefined();
    expect(wiresInto(after.graph, nodeId('add'))).toEqual([]);
    expect(findNode(document, nodeId('add'))).toBeDefined();
  });

  it('finds the same node and wire however often it is asked, of several with one id, too', () => {
    const broken = documentOf(
      [node('dense'), node('add'), node('dense', { position: { x: 7, y: 7 } })],
      ['dense.out > add.in.0', 'add.out > dense.in'],
    );
    const twice = {
      ...broken,
      graph: { ...broken.graph, wires: broken.graph.wires.map((one) => ({ ...one, id: wireId('w1') })) },
    };
    const asked = Array.from({ length: 40 }, () => [
      findNode(twice, nodeId('dense'))?.node.position.x,
      findNode(twice, nodeId('add'))?.node.id,
      findNode(twice, nodeId('gone')),
      findWire(twice, wireId('w1'))?.wire.to.node,
      findWire(twice, wireId('gone')),
    ]);
    expect(new Set(asked.map((found) => JSON.stringify(found)))).toEqual(new Set(['[7,"add",null,"dense",null]']));
  });

  it('makes ids that are free in the whole document', () => {
    expect(newNodeId(document, 'relu')).toBe('relu');
    expect(newNodeId(document, 'dense')).toBe('dense-2');
    expect(newNodeId(document, 'two', new Set([nodeId('two-2')]))).toBe('two-3');
    expect(newNodeId(document, '隐藏层')).toBe('node');
    expect(newNodeId(document, ' Hidden layer #1/… ')).toBe('Hidden-layer-1');
    expect(newNodeId(document, '__proto__')).toBe('node');
    expect(newNodeId(document, 'x'.repeat(500))).toHaveLength(56);
    expect(newWireId(document)).toBe('w6');
    expect(newWireId(document, new Set([wireId('w7')]))).toBe('w8');
    expect(newCellId(document, 'Block')).toBe('Block');
    expect(newCellId(document, 'block')).toBe('block-2');
    expect(newCellId(document, '单元 1')).toBe('cell-1');
    expect(newTerminalId(['h', 'h-2'], 'h')).toBe('h-3');
  });

  it('makes an empty document that can be read back', () => {
    const empty = newDocument();
    expect(parseDocument(serialiseDocument(empty))).toStrictEqual({ ok: true, document: empty, migratedFrom: null });
    expect(empty.graph.nodes).toEqual([]);
  });
});
