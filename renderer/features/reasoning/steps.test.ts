import { describe, expect, test } from 'vitest';
import { wireId } from '#shared/graph/identifiers';
import type { PlainArray } from '#shared/protocol/inspection';
import { shownArray } from '../../state/shownArray.ts';
import { byIteration, changes, decision, sharesOf } from './steps.ts';

function plain(values: number[], shape: number[] = [values.length]): PlainArray {
  return {
    shape,
    kept: shape,
    dtype: 'float32',
    values,
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    mean: 0,
  };
}

describe('what an answer says of each iteration', () => {
  test('by iteration, whatever order they come in and whatever else is among them', () => {
    const place = { wire: wireId('w') };
    const at = (iteration: number, value: number) => ({
      place,
      path: [{ instance: 'cell' }, { loop: 'look', iteration }],
      value: plain([value]),
    });
    const other = { place: { wire: wireId('v') }, path: [{ loop: 'look', iteration: 0 }], value: plain([9]) };
    const values = byIteration([other, at(1, 5), at(0, 4), at(1, 6)], place, 'look');
    expect(values.map((value) => value.values)).toEqual([[4], [5]]);
    expect(byIteration([at(0, 4)], place, 'another')).toEqual([]);
  });

  test('the mean over heads is the share of a region', () => {
    expect(sharesOf(shownArray(plain([0.2, 0.3, 0.5])), 3)).toEqual([0.2, 0.3, 0.5]);
    const heads = sharesOf(shownArray(plain([0.2, 0.8, 0.6, 0.4], [2, 2])), 2);
    expect(heads[0]).toBeCloseTo(0.4, 12);
    expect(heads[1]).toBeCloseTo(0.6, 12);
    expect(sharesOf(shownArray(plain([0.1, 0.9], [2, 1])), 2)).toEqual([0.1, 0.9]);
    expect(sharesOf(shownArray(plain([1])), 4)).toEqual([]);
  });

  test('the change of memory is the distance, and of a residual state its branch', () => {
    const before = [shownArray(plain([1, 1]))];
    const after = [shownArray(plain([4, 5]))];
    expect(changes(before, after, false)).toEqual([5]);
    expect(changes(before, after, true)[0]).toBeCloseTo(Math.sqrt(41), 12);
  });

  test('the decision is the first largest', () => {
    expect(decision(shownArray(plain([0.2, 0.4, 0.4])))).toEqual({ chosen: 1, share: 0.4 });
  });
});
