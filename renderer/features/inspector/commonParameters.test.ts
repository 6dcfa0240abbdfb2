import { describe, expect, test } from 'vitest';
import type { GraphNode } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import { commonParameters, setOnAll, setPartOnAll, shownParameters } from './commonParameters.ts';

const node = (id: string, type: string, params: GraphNode['params'] = {}): GraphNode => ({
  id: nodeId(id),
  type,
  params,
  position: { x: 0, y: 0 },
});
const names = (nodes: readonly GraphNode[]): readonly string[] => commonParameters(nodes).map(({ name }) => name);

describe('commonParameters', () => {
  test('of one layer are those that show for its settings', () => {
    expect(names([node('a', 'activation', { function: 'relu' })])).toEqual(['function']);
    expect(names([node('a', 'activation', { function: 'elu' })])).toEqual(['function', 'alpha']);
    expect(shownParameters(node('d', 'dense', { useBias: false }))).not.toContain('biasInitialiser');
  });

  test('of different layers are those that mean the same in both', () => {
    const common = names([node('d', 'dense'), node('c', 'convolution2d')]);
    expect(common).toContain('activation');
    expect(common).toContain('kernelInitialiser');
    expect(common).not.toContain('units');
    expect(common).not.toContain('filters');
  });

  test('a value that differs is left open, one that is the default by omission counts', () => {
    const [units, useBias] = commonParameters([
      node('a', 'dense', { units: 16 }),
      node('b', 'dense', { useBias: true }),
    ]);
    expect(units).toMatchObject({ name: 'units', value: undefined });
    expect(useBias).toMatchObject({ name: 'useBias', value: true });
  });

  test('a parameter that one of them hides is not common', () => {
    expect(
      names([node('a', 'activation', { function: 'elu' }), node('b', 'activation', { function: 'relu' })]),
    ).toEqual(['function']);
  });

  test('unknown types have none', () => {
    expect(names([node('a', 'dense'), node('b', 'nonsense')])).toEqual([]);
    expect(names([])).toEqual([]);
  });
});

test('sets a parameter only where it changes something', () => {
  const nodes = [node('a', 'dense', { units: 16 }), node('b', 'dense'), node('c', 'dense', { units: 8 })];
  expect(setOnAll(nodes, 'units', 32)).toEqual([
    { kind: 'setParameters', node: 'a', set: { units: 32 } },
    { kind: 'setParameters', node: 'c', set: { units: 32 } },
  ]);
});

test('of lists that differ in one place, the other is common, and each place is set by itself', () => {
  const nodes = [
    node('a', 'convolution2d', { kernelSize: [3, 5] }),
    node('b', 'convolution2d', { kernelSize: [3, 7] }),
  ];
  const kernel = commonParameters(nodes).find(({ name }) => name === 'kernelSize');
  expect(kernel).toMatchObject({ value: undefined, parts: [3, undefined] });
  expect(setPartOnAll(nodes, 'kernelSize', 0, 1)).toEqual([
    { kind: 'setParameters', node: 'a', set: { kernelSize: [1, 5] } },
    { kind: 'setParameters', node: 'b', set: { kernelSize: [1, 7] } },
  ]);
  expect(setPartOnAll(nodes, 'kernelSize', 1, 7)).toEqual([
    { kind: 'setParameters', node: 'a', set: { kernelSize: [3, 7] } },
  ]);
});
