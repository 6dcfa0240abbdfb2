import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { align, decades, thin, valueBefore } from './curveData.ts';

describe('thin', () => {
  test('leaves short series as they are, gaps included', () => {
    expect(thin([0, 1, 2], [5, Number.NaN, 7], 10)).toEqual({ steps: [0, 1, 2], values: [5, null, 7] });
  });

  test('keeps one spike among ten thousand steps', () => {
    const steps = Array.from({ length: 10_000 }, (_, step) => step);
    const values = steps.map((step) => (step === 6_543 ? 99 : Math.exp(-step / 3000)));
    const { steps: kept, values: thinned } = thin(steps, values, 300);
    expect(kept.length).toBeLessThanOrEqual(600);
    expect(thinned[kept.indexOf(6_543)]).toBe(99);
  });

  test('keeps the order of steps, the extremes, and a place that is not finite', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e3, max: 1e3 }), { minLength: 1, maxLength: 400 }), (values) => {
        const steps = values.map((_, index) => 3 * index);
        const thinned = thin(steps, values, 20);
        expect(thinned.steps).toEqual([...thinned.steps].sort((one, other) => one - other));
        const finite = values.filter(Number.isFinite);
        const kept = thinned.values.filter((value) => value !== null);
        if (finite.length > 0) {
          expect(Math.max(...kept)).toBe(Math.max(...finite));
          expect(Math.min(...kept)).toBe(Math.min(...finite));
        }
        expect(thinned.values.includes(null)).toBe(values.some((value) => !Number.isFinite(value)));
      }),
      { examples: [[[Number.NaN]]] },
    );
  });
});

test('lines with rows of their own share one axis', () => {
  expect(
    align([
      { steps: [0, 1, 2], values: [1, null, 3] },
      { steps: [2, 4], values: [7, 8] },
    ]),
  ).toEqual([
    [0, 1, 2, 4],
    [1, null, 3, undefined],
    [undefined, undefined, 7, 8],
  ]);
});

test('reads the value at or before a step', () => {
  const line = { steps: [0, 16, 32], values: [1, null, 0.5] };
  expect(valueBefore(line, 40)).toBe(0.5);
  expect(valueBefore(line, 20)).toBe(1);
  expect(valueBefore(line, -1)).toBeNull();
});

test('lines of a logarithmic axis', () => {
  expect(decades(0.004, 20)).toEqual([0.01, 0.1, 1, 10]);
  expect(decades(0.4, 8)).toEqual([0.5, 1, 2, 5]);
  expect(decades(1, 1)).toEqual([1]);
  expect(decades(0.5, 2e36)).toEqual([1, 1e7, 1e14, 1e21, 1e28, 1e35]);
  expect(decades(1e-3, 10)).toEqual([0.001, 0.01, 0.1, 1, 10]);
  expect(decades(1e-4, 10, 3)).toEqual([1e-4, 0.01, 1]);
  expect(decades(0.4, 8, 2)).toEqual([0.5, 2]);
});
