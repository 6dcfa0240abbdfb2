import { describe, expect, test } from 'vitest';
import { RandomStream } from '../program/random.ts';
import { findPython, runPython, skipReason } from '../testing/python.ts';
import { largestSingularValue, spectralRadius } from './spectral.ts';
import type { LinearMap } from './spectral.ts';

/** A matrix, row by row, as a map. */
function mapOf(rows: number, columns: number, values: ArrayLike<number>): LinearMap {
  const at = (row: number, column: number): number => values[row * columns + column] ?? 0;
  return {
    size: columns,
    apply: (x) =>
      Float64Array.from({ length: rows }, (_, row) =>
        x.reduce((sum, value, column) => sum + at(row, column) * value, 0),
      ),
    transpose: (y) =>
      Float64Array.from({ length: columns }, (_, column) =>
        y.reduce((sum, value, row) => sum + at(row, column) * value, 0),
      ),
  };
}

function drawn(length: number, name: string): Float64Array {
  const stream = new RandomStream(5, name);
  return Float64Array.from({ length }, () => stream.normal());
}

const golden = (1 + Math.sqrt(5)) / 2;

describe('the largest singular value', () => {
  test.each([
    ['a diagonal', 3, 3, [1, 0, 0, 0, -7, 0, 0, 0, 2], 7],
    ['a shear', 2, 2, [1, 1, 0, 1], golden],
    ['a row', 1, 4, [1, 2, 3, 4], Math.sqrt(30)],
    ['a turn', 2, 2, [0.6, -0.8, 0.8, 0.6], 1],
    ['nothing', 2, 2, [0, 0, 0, 0], 0],
  ])('%s', (_, rows, columns, values, expected) => {
    expect(largestSingularValue(mapOf(rows, columns, values), drawn(columns, 'start'))).toBeCloseTo(expected, 10);
  });

  test('of a tridiagonal Toeplitz matrix: 2 + 2·cos(π/(n + 1)), its neighbours close below', () => {
    const n = 60;
    const values = Float64Array.from({ length: n * n }, (_, place) => {
      const distance = Math.abs(Math.floor(place / n) - (place % n));
      return distance === 0 ? 2 : distance === 1 ? 1 : 0;
    });
    const expected = 2 + 2 * Math.cos(Math.PI / (n + 1));
    expect(largestSingularValue(mapOf(n, n, values), drawn(n, 'start')) / expected).toBeCloseTo(1, 4);
    expect(largestSingularValue(mapOf(n, n, values), drawn(n, 'start'), n)).toBeCloseTo(expected, 6);
  });
});

describe('the spectral radius', () => {
  test.each([
    ['a turn, with complex eigenvalues', 2, [0.54, -0.72, 0.72, 0.54], 0.9],
    ['a companion matrix', 2, [1, 1, 1, 0], golden],
    ['a Jordan block', 2, [0.9, 5, 0, 0.9], 0.9],
    ['a nilpotent matrix', 2, [0, 3, 0, 0], 0],
    ['tiny numbers', 2, [1e-30, 0, 0, 2e-30], 2e-30],
  ])('of %s', (_, n, values, expected) => {
    expect(Math.abs(spectralRadius(values, n) - expected)).toBeLessThanOrEqual(2e-4 * expected);
  });
});

const python = findPython(['numpy']);

test.skipIf(python === undefined)(`both agree with NumPy (${skipReason(['numpy'])})`, () => {
  const [rows, columns] = [48, 64];
  const wide = drawn(rows * columns, 'wide');
  const square = drawn(columns * columns, 'square').map((value) => value / 8);
  const script = [
    'import json, sys, numpy',
    'given = json.load(sys.stdin)',
    `wide = numpy.array(given["wide"]).reshape(${rows}, ${columns})`,
    `square = numpy.array(given["square"]).reshape(${columns}, ${columns})`,
    'print(json.dumps([numpy.linalg.svd(wide)[1][0], numpy.linalg.svd(square)[1][0], abs(numpy.linalg.eigvals(square)).max()]))',
  ].join('\n');
  const answer = runPython(python ?? '', script, { wide: [...wide], square: [...square] });
  const [norm = 0, squareNorm = 0, radius = 0] = answer as number[];
  expect(largestSingularValue(mapOf(rows, columns, wide), drawn(columns, 'start')) / norm).toBeCloseTo(1, 6);
  expect(largestSingularValue(mapOf(columns, columns, square), drawn(columns, 'start')) / squareNorm).toBeCloseTo(1, 6);
  expect(spectralRadius(square, columns) / radius).toBeCloseTo(1, 4);
  // The two are two things.
  expect(squareNorm / radius).toBeGreaterThan(1.5);
});
