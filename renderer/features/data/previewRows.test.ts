import { expect, test } from 'vitest';
import type { DataPreview } from '#shared/protocol/calls';
import { drawable, squareAround } from './previewRows.ts';

const base = { count: 2, training: 1, validation: 1, classes: {} };

test('points with their classes', () => {
  const preview: DataPreview = {
    ...base,
    fields: [
      { name: 'point', shape: [2], dtype: 'float32', values: [0.1, 0.2, -3, 4] },
      { name: 'label', shape: [], dtype: 'int32', values: [0, 1] },
    ],
  };
  expect(drawable(preview)).toEqual({
    kind: 'points',
    points: [
      [0.1, 0.2],
      [-3, 4],
    ],
    classes: [0, 1],
  });
});

test('images row by row', () => {
  const drawn = drawable({
    ...base,
    fields: [{ name: 'image', shape: [2, 2, 1], dtype: 'float32', values: [1, 2, 3, 4, 5, 6, 7, 8] }],
  });
  expect(drawn).toMatchObject({
    kind: 'images',
    height: 2,
    width: 2,
    images: [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ],
    classes: [],
  });
});

test('anything else as numbers', () => {
  const drawn = drawable({
    ...base,
    fields: [{ name: 'input', shape: [5], dtype: 'float32', values: [1, 2, 3, 4, 5] }],
  });
  expect(drawn).toEqual({ kind: 'numbers', fields: [{ name: 'input', values: [1, 2, 3, 4, 5] }] });
});

test('a square around points', () => {
  expect(squareAround([[1, -2]])).toBeCloseTo(2.2, 12);
  expect(squareAround([])).toBe(1);
});
