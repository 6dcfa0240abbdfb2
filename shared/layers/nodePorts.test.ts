import { describe, expect, test } from 'vitest';
import type { GradloomDocument, GraphNode } from '../graph/document.ts';
import { nodeIdSchema, wireIdSchema } from '../graph/identifiers.ts';
import { newDocument } from '../graph/queries.ts';
import { portsOf, variadicIndex } from './nodePorts.ts';

function node(id: string, type: string, params: GraphNode['params'] = {}): GraphNode {
  return { id: nodeIdSchema.parse(id), type, params, position: { x: 0, y: 0 } };
}

function documentWith(
  nodes: readonly GraphNode[],
  ends: readonly (readonly [string, string])[] = [],
): GradloomDocument {
  const wires = ends.map(([target, port], index) => ({
    id: wireIdSchema.parse(`w${index}`),
    from: { node: nodeIdSchema.parse('x'), port: 'out' },
    to: { node: nodeIdSchema.parse(target), port },
  }));
  return { ...newDocument(), graph: { nodes: [...nodes], wires } };
}

function ids(document: GradloomDocument, of: GraphNode): readonly string[] {
  return portsOf(document, of).map(({ id, side, face }) => `${face} ${side} ${id}`);
}

describe('ports of layers', () => {
  test('one in, one out', () => {
    const dense = node('d', 'dense');
    expect(ids(documentWith([dense]), dense)).toEqual(['outer input in', 'outer output out']);
  });

  test('a formula has the inputs that it reads; one that cannot be read, those of the first one', () => {
    const inputs = (formula: string) => {
      const of = node('f', 'formula', { formula });
      return ids(documentWith([of]), of);
    };
    expect(inputs('c - a^2')).toEqual(['outer input a', 'outer input c', 'outer output out']);
    expect(inputs('c -')).toEqual(['outer input a', 'outer input b', 'outer output out']);
  });

  test('a data input has no input, an output no output, an unknown type none at all', () => {
    const [x, y, u] = [node('x', 'input'), node('y', 'output'), node('u', 'mystery')];
    const document = documentWith([x, y, u]);
    expect([ids(document, x), ids(document, y), ids(document, u)]).toEqual([
      ['outer output out'],
      ['outer input in'],
      [],
    ]);
  });

  test('a merge has a port for each wire and one to drop the next on', () => {
    const add = node('a', 'add');
    expect(ids(documentWith([add]), add)).toEqual(['outer input in.0', 'outer output out']);
    const wired = documentWith(
      [add],
      [
        ['a', 'in.0'],
        ['a', 'in.1'],
      ],
    );
    expect(ids(wired, add)).toEqual(['outer input in.0', 'outer input in.1', 'outer input in.2', 'outer output out']);
    expect(
      portsOf(wired, add)
        .filter(({ optional }) => optional === true)
        .map(({ id }) => id),
    ).toEqual(['in.2']);
  });

  test('a gap that a removed wire left stays where it is', () => {
    const add = node('a', 'add');
    const document = documentWith(
      [add],
      [
        ['a', 'in.0'],
        ['a', 'in.2'],
      ],
    );
    expect(ids(document, add)).toContain('outer input in.1');
  });

  test.each([
    ['in.0', 0],
    ['in.42', 42],
    ['in.01', null],
    ['in.99999', null],
    ['in.-1', null],
    ['in', null],
  ])('%s is input %s', (port, index) => {
    expect(variadicIndex(port)).toBe(index);
  });
});

describe('ports of structure', () => {
  test('a loop has an outer and an inner face', () => {
    const loop = node('l', 'loop', {
      iterations: 3,
      states: [
        { id: 'h', shape: [4], initial: { kind: 'wired' } },
        { id: 'c', shape: [4], initial: { kind: 'zeros' } },
      ],
      inputs: [{ id: 'x', kind: 'scan' }],
      outputs: [{ id: 'y', kind: 'all' }],
    });
    expect(ids(documentWith([loop]), loop)).toEqual([
      'outer input init.h',
      'inner output state.h',
      'inner input next.h',
      'inner output state.c',
      'inner input next.c',
      'outer input in.x',
      'inner output input.x',
      'inner input result.y',
      'outer output out.y',
    ]);
  });

  test('an instance has the terminals of its definition; a broken one has none', () => {
    const instance = node('i', 'cell', { cell: 'block', weights: 'shared', parameters: {} });
    const lost = node('j', 'cell', { cell: 'gone', weights: 'shared', parameters: {} });
    const document = {
      ...documentWith([instance, lost]),
      cells: [
        {
          id: 'block',
          name: 'Block',
          inputs: [{ id: 'x' }, { id: 'h' }],
          outputs: [{ id: 'y' }],
          parameters: [],
          graph: { nodes: [], wires: [] },
        },
      ],
    } as unknown as GradloomDocument;
    expect(ids(document, instance)).toEqual(['outer input in.x', 'outer input in.h', 'outer output out.y']);
    expect(ids(document, lost)).toEqual([]);
  });

  test('terminals of a definition, foreign layers and frames', () => {
    const opaque = node('o', 'opaque', {
      operator: 'Einsum',
      source: 'model.onnx',
      attributes: {},
      inputs: [{ id: 'a' }, { id: 'b' }],
      outputs: [{ id: 'y', shape: [3], dtype: 'float32' }],
    });
    const document = documentWith([opaque]);
    expect(ids(document, opaque)).toEqual(['outer input in.a', 'outer input in.b', 'outer output out.y']);
    expect(ids(document, node('t', 'cellInput', { terminal: 'x' }))).toEqual(['outer output out']);
    expect(ids(document, node('u', 'cellOutput', { terminal: 'y' }))).toEqual(['outer input in']);
    expect(ids(document, node('f', 'frame'))).toEqual([]);
  });
});
