import { describe, expect, test } from 'vitest';
import type { ExaminedHead } from './examined.ts';
import { addStretch, confusionOf, examplesIn, worstOf } from './examined.ts';
import { drawStroke } from './pad.ts';
import { gridPoints, halfAround, surfaceCells } from './surface.ts';

function head(actual: number[], predicted: number[], loss: ExaminedHead['loss'], positions = 1): ExaminedHead {
  const confidence = actual.map(() => 1);
  return { output: 'out', target: 'label', loss, decided: { classes: 3, positions, actual, predicted, confidence } };
}

describe('judged examples', () => {
  test('stretches join in order, with the first and the last step', () => {
    const first = addStretch(null, {
      step: 4,
      count: 5,
      from: 0,
      examined: 3,
      heads: [head([0, 1, 2], [0, 1, 1], [1, 2, 3])],
    });
    const both = addStretch(first, { step: 7, count: 5, from: 3, examined: 2, heads: [head([2, 2], [2, 0], [4, 5])] });
    expect(both).toMatchObject({ examined: 5, count: 5, steps: [4, 7] });
    expect(both.heads[0]?.loss).toEqual([1, 2, 3, 4, 5]);
    expect(both.heads[0]?.decided?.predicted).toEqual([0, 1, 1, 2, 0]);
  });

  test('every decision is counted once, the right class down, the decided one across', () => {
    const judged = head([0, 1, 2, 2, 2], [0, 1, 1, 2, 1], [0, 0, 0, 0, 0]);
    const confusion = confusionOf(judged);
    expect(confusion).toEqual({ classes: 3, counts: [1, 0, 0, 0, 1, 0, 0, 2, 1], right: 3, all: 5 });
    expect(examplesIn(judged, 2, 1)).toEqual([2, 4]);
    expect(examplesIn(judged, 0, 2)).toEqual([]);
    expect(confusionOf({ ...judged, decided: null })).toBeNull();
  });

  test('several positions belong to one example', () => {
    const judged = head([0, 1, 1, 1], [1, 1, 0, 0], [0, 0], 2);
    expect(confusionOf(judged)?.all).toBe(4);
    expect(examplesIn(judged, 1, 0)).toEqual([1]);
  });

  test('the worst come first, and what is not a number before all', () => {
    expect(worstOf(head([], [], [1, 'NaN', 3, 'Infinity', 3]), 4).map(({ example }) => example)).toEqual([1, 3, 2, 4]);
  });
});

describe('the plane', () => {
  test('its points are the middles of the cells, from the top left', () => {
    expect(gridPoints(2, 2)).toEqual([-1, 1, 1, 1, -1, -1, 1, -1]);
    expect(halfAround([1, -4])).toBeCloseTo(4.4, 12);
    expect(halfAround([])).toBe(1);
  });

  test('chance is not sure at all, certainty is', () => {
    expect(surfaceCells({ shape: [2, 2], values: [0.5, 0.5, 0, 1] }, 'softmax')).toEqual([
      { kind: 'class', class: 0, sureness: 0 },
      { kind: 'class', class: 1, sureness: 1 },
    ]);
    expect(surfaceCells({ shape: [2, 1], values: [0.5, 0.9] }, 'sigmoid')[1]).toMatchObject({ class: 1 });
    expect(surfaceCells({ shape: [2, 1], values: [-2, 1] }, 'none')).toEqual([
      { kind: 'share', share: -1 },
      { kind: 'share', share: 0.5 },
    ]);
  });
});

test('a stroke leaves full ink on its way, a soft edge, and nothing far from it', () => {
  const size = { height: 5, width: 7 };
  const drawn = drawStroke(new Array<number>(35).fill(0), size, [1.5, 2.5], [5.5, 2.5], 0.75);
  expect(drawn.slice(14, 21)).toEqual([0.25, 1, 1, 1, 1, 1, 0.25]);
  expect(drawn[7 + 3]).toBeCloseTo(0.25, 12);
  expect(drawn[3]).toBe(0);
  expect(drawStroke(drawn, size, [1.5, 2.5], [1.5, 2.5], 0.75)).toEqual(drawn);
});
