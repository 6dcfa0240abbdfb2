import { expect, test } from 'vitest';
import type { DataField } from '#shared/graph/dataFields';
import { describeFields } from '#shared/graph/dataFields';
import type { DataPreview } from '#shared/protocol/calls';
import { drawable, squareAround } from './previewRows.ts';

const base = { count: 2, training: 1, validation: 1, classes: {} };

const image: DataField = { name: 'image', shape: [2, 2, 1], dtype: 'float32', meaning: 'image' };
const label: DataField = { name: 'label', shape: [], dtype: 'int32', meaning: 'class', classes: ['cat', 'dog'] };

test('points with their classes', () => {
  const preview: DataPreview = {
    ...base,
    fields: [
      { name: 'label', shape: [], dtype: 'int32', values: [0, 1] },
      { name: 'point', shape: [2], dtype: 'float32', values: [0.1, 0.2, -3, 4] },
    ],
  };
  const point: DataField = { name: 'point', shape: [2], dtype: 'float32', meaning: 'vector' };
  expect(drawable(preview, [point, label])).toEqual({
    kind: 'points',
    points: [
      [0.1, 0.2],
      [-3, 4],
    ],
    classes: [0, 1],
  });
});

test('one number against another as points', () => {
  const preview: DataPreview = {
    ...base,
    fields: [
      { name: 'x', shape: [1], dtype: 'float32', values: [1, 2] },
      { name: 'y', shape: [1], dtype: 'float32', values: [3, 4] },
    ],
  };
  const drawn = drawable(preview, describeFields({ kind: 'sine', size: 2, noise: 0 }));
  expect(drawn).toMatchObject({
    kind: 'points',
    points: [
      [1, 3],
      [2, 4],
    ],
  });
});

test('pictures with the names of their classes', () => {
  const drawn = drawable(
    {
      ...base,
      fields: [
        { name: 'image', shape: [2, 2, 1], dtype: 'float32', values: [1, 2, 3, 4, 5, 6, 7, 8] },
        { name: 'label', shape: [], dtype: 'int32', values: [1, 0] },
      ],
    },
    [image, label],
  );
  expect(drawn).toMatchObject({
    kind: 'pictures',
    examples: [
      { pictures: [{ height: 2, width: 2, values: [1, 2, 3, 4] }], caption: ['dog'] },
      { pictures: [{ values: [5, 6, 7, 8] }], caption: ['cat'] },
    ],
  });
});

test('a question, without what fills it up, above its answer', () => {
  const words: DataField = {
    name: 'words',
    shape: [3],
    dtype: 'int32',
    meaning: 'tokens',
    words: ['·', 'which', 'pet'],
  };
  const drawn = drawable(
    {
      ...base,
      fields: [
        { name: 'label', shape: [], dtype: 'int32', values: [1, 0] },
        { name: 'words', shape: [3], dtype: 'int32', values: [1, 2, 0, 1, 0, 0] },
        { name: 'image', shape: [2, 2, 1], dtype: 'float32', values: [1, 2, 3, 4, 5, 6, 7, 8] },
      ],
    },
    [image, words, label],
  );
  expect(drawn).toMatchObject({ examples: [{ caption: ['which pet', 'dog'] }, { caption: ['which', 'cat'] }] });
});

test('a long sequence of few numbers lies on its side, one row for each number', () => {
  const drawn = drawable(
    {
      ...base,
      fields: [
        { name: 'sequence', shape: [3, 2], dtype: 'float32', values: [1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60] },
        { name: 'sum', shape: [1], dtype: 'float32', values: [0.5, 1.25] },
      ],
    },
    describeFields({ kind: 'adding', size: 2, length: 3 }),
  );
  expect(drawn).toMatchObject({
    kind: 'pictures',
    examples: [{ pictures: [{ height: 2, width: 3, values: [1, 2, 3, 10, 20, 30] }], caption: ['0.50'] }, {}],
  });
});

test('anything else as numbers', () => {
  const drawn = drawable(
    {
      ...base,
      fields: [{ name: 'input', shape: [5], dtype: 'float32', values: [1, 2, 3, 4, 5] }],
    },
    describeFields({ kind: 'identity', size: 1, shape: [5] }),
  );
  expect(drawn).toEqual({ kind: 'numbers', fields: [{ name: 'input', values: [1, 2, 3, 4, 5] }] });
});

test('a square around points', () => {
  expect(squareAround([[1, -2]])).toBeCloseTo(2.2, 12);
  expect(squareAround([])).toBe(1);
});
