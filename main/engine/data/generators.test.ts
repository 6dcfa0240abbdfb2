import { describe, expect, test } from 'vitest';
import {
  clevrKinds,
  clevrQuestions,
  clevrSide,
  clevrWords,
  describeFields,
  shapeColours,
} from '#shared/graph/dataFields';
import { dataSourceKinds, newSource } from '#shared/graph/dataSources';
import type { Data, DataSource } from '#shared/graph/training';
import type { DataSet, DrawnField, Field } from './dataSet.ts';
import { makeDataSet, valuesOf } from './dataSet.ts';

const dataOf = (source: DataSource, seed = 3): Data => ({ source, seed, validation: 0.25, inputs: {} });

function fieldOf({ fields, drawn }: DataSet, name: string): Field | DrawnField {
  const found = [...fields, ...drawn].find((field) => field.name === name);
  if (found === undefined) throw new Error(`no field ${name}`);
  return found;
}

/** Every example's values of a field. */
function rows(dataSet: DataSet, name: string): number[][] {
  const field = fieldOf(dataSet, name);
  return Array.from({ length: dataSet.size }, (_, index) => Array.from(valuesOf(field, [index])));
}

describe.each(dataSourceKinds)('%s', (kind) => {
  const start = newSource(kind);
  const source = kind === 'sortOfClevr' ? { kind, images: 12 } : ({ ...start, size: 48 } as DataSource);
  const dataSet = makeDataSet(dataOf(source));

  test('has the fields that are described, finite and within their vocabulary', () => {
    for (const { name, shape, dtype, words, classes } of describeFields(source)) {
      const field = fieldOf(dataSet, name);
      expect(field.type).toEqual({ shape, dtype });
      const values = valuesOf(field, dataSet.training);
      expect(values.length).toBe(dataSet.training.length * shape.reduce((size, length) => size * length, 1));
      expect(values.every((value) => Number.isFinite(value))).toBe(true);
      const names = words ?? classes;
      if (names !== undefined) expect(values.every((value) => value >= 0 && value < names.length)).toBe(true);
    }
  });

  test('is a pure function of its settings, and another seed gives other examples', () => {
    const again = makeDataSet(dataOf(source));
    const other = makeDataSet(dataOf(source, 4));
    const [first] = describeFields(source);
    const values = (from: DataSet) => Array.from(valuesOf(fieldOf(from, first?.name ?? ''), from.training));
    expect(values(again)).toEqual(values(dataSet));
    expect(values(other)).not.toEqual(values(dataSet));
  });
});

test('a field too large for memory is drawn, and its examples are those that a smaller set holds', () => {
  const shapes = (size: number): DataSource => ({ kind: 'colouredShapes', size, side: 32, shapes: 10, noise: 0.1 });
  const small = makeDataSet(dataOf(shapes(100)));
  const large = makeDataSet(dataOf(shapes(100_000)));
  expect(large.drawn.map(({ name }) => name)).toEqual(['image']);
  expect(large.fields.map(({ name }) => name)).toEqual(['colour', 'shape']);
  for (const name of ['image', 'colour', 'shape']) {
    expect(valuesOf(fieldOf(large, name), [7, 99, 3])).toEqual(valuesOf(fieldOf(small, name), [7, 99, 3]));
  }
});

describe('closed forms', () => {
  test('circles, moons and XOR without noise lie where they should', () => {
    const circles = makeDataSet(dataOf({ kind: 'circles', size: 200, noise: 0, ratio: 0.3 }));
    const moons = makeDataSet(dataOf({ kind: 'moons', size: 200, noise: 0 }));
    const quadrants = makeDataSet(dataOf({ kind: 'xor', size: 200, noise: 0 }));
    const labels = rows(circles, 'label').map(([label = -1]) => label);
    rows(circles, 'point').forEach(([x = 0, y = 0], index) => {
      expect(Math.hypot(x, y)).toBeCloseTo(labels[index] === 0 ? 1 : 0.3, 5);
    });
    rows(moons, 'point').forEach(([x = 0, y = 0], index) => {
      const [centreX, centreY, side] = labels[index] === 0 ? [-0.5, -0.25, 1] : [0.5, 0.25, -1];
      expect(Math.hypot(x - centreX, y - centreY)).toBeCloseTo(1, 5);
      expect(side * (y - centreY)).toBeGreaterThanOrEqual(-1e-6);
    });
    rows(quadrants, 'point').forEach(([x = 0, y = 0], index) => {
      expect(x < 0 !== y < 0).toBe(labels[index] === 1);
    });
  });

  test('parity, adding and the copy problem ask for what they say', () => {
    const parity = makeDataSet(dataOf({ kind: 'parity', size: 64, bits: 7 }));
    const odd = rows(parity, 'bits').map((bits) => bits.filter((bit) => bit === 1).length % 2);
    expect(rows(parity, 'label').flat()).toEqual(odd);

    const adding = makeDataSet(dataOf({ kind: 'adding', size: 500, length: 11 }));
    const sums = rows(adding, 'sum').flat();
    rows(adding, 'sequence').forEach((sequence, index) => {
      const steps = Array.from({ length: 11 }, (_, step) => [sequence[2 * step] ?? 0, sequence[2 * step + 1] ?? 0]);
      const marked = steps.flatMap(([value = 0, mark], step) => (mark === 1 ? [{ value, step }] : []));
      expect(marked.map(({ step }) => step < 5)).toEqual([true, false]);
      expect(sums[index]).toBeCloseTo((marked[0]?.value ?? 0) + (marked[1]?.value ?? 0), 6);
    });
    // The variance of the sum of two uniform numbers is 1/6; the standard error of this estimate is about 0.009.
    const error = sums.reduce((total, sum) => total + (sum - 1) ** 2, 0) / sums.length;
    expect(Math.abs(error - 1 / 6)).toBeLessThan(0.04);

    const copying = makeDataSet(dataOf({ kind: 'copying', size: 20, symbols: 3, alphabet: 4, delay: 5 }));
    rows(copying, 'tokens').forEach((tokens, index) => {
      const copy = rows(copying, 'copy')[index] ?? [];
      expect(copy.slice(8)).toEqual(tokens.slice(0, 3));
      expect(tokens.slice(3)).toEqual([0, 0, 0, 0, 5, 0, 0, 0]);
      expect(copy.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 0));
    });
  });

  test('clusters have the deviation and the distance that were asked for', () => {
    const dataSet = makeDataSet(dataOf({ kind: 'clusters', size: 3000, noise: 0.1, classes: 3 }));
    const points = rows(dataSet, 'point');
    const centres = [0, 1, 2].map((group) => {
      const own = points.filter((_, index) => index % 3 === group);
      const mean = [0, 1].map((axis) => own.reduce((sum, at) => sum + (at[axis] ?? 0), 0) / own.length);
      const square = own.reduce(
        (sum, [x = 0, y = 0]) => sum + (x - (mean[0] ?? 0)) ** 2 + (y - (mean[1] ?? 0)) ** 2,
        0,
      );
      expect(Math.sqrt(square / (2 * own.length))).toBeCloseTo(0.1, 2);
      return mean;
    });
    const [[ax = 0, ay = 0] = [], [bx = 0, by = 0] = []] = centres;
    expect(Math.hypot(ax - bx, ay - by)).toBeGreaterThan(0.48);
  });

  test('the colour of a segmented pixel is that of a shape, white where there is none', () => {
    const source = { kind: 'segmentedShapes', size: 6, side: 40, shapes: 4, count: 3, noise: 0 } as const;
    const dataSet = makeDataSet(dataOf(source));
    const images = rows(dataSet, 'image');
    rows(dataSet, 'pixels').forEach((pixels, index) => {
      expect(pixels.some((pixel) => pixel > 0)).toBe(true);
      pixels.forEach((pixel, place) => {
        const colour = images[index]?.slice(3 * place, 3 * place + 3) ?? [];
        // At least half ink, the lightest of which is a grey of 0.5, or at most half of it on white.
        if (pixel === 0) expect(Math.max(...colour)).toBeGreaterThan(0.49);
        else expect(Math.min(...colour)).toBeLessThan(0.76);
      });
    });
  });
});

describe('Sort-of-CLEVR', () => {
  const dataSet = makeDataSet(dataOf({ kind: 'sortOfClevr', images: 40 }));

  /** Reads a picture back: where each colour lies, and whether its corner is filled. */
  function seen(image: readonly number[]): readonly { x: number; y: number; isCircle: boolean }[] {
    return shapeColours.map(({ value }) => {
      const places: [number, number][] = [];
      for (let row = 0; row < clevrSide; row++) {
        for (let column = 0; column < clevrSide; column++) {
          const at = 3 * (row * clevrSide + column);
          if (value.every((level, channel) => Math.abs((image[at + channel] ?? -1) - level) < 1e-6)) {
            places.push([column, row]);
          }
        }
      }
      const mean = (axis: 0 | 1): number => places.reduce((sum, place) => sum + place[axis], 0) / places.length;
      return { x: mean(0), y: mean(1), isCircle: places.length < 121 };
    });
  }

  test('the answers are those that the pictures give, and words and vector ask the same', () => {
    const image = fieldOf(dataSet, 'image');
    const [words, vectors, answers] = ['words', 'question', 'answer'].map((name) => rows(dataSet, name));
    for (let index = 0; index < dataSet.size; index++) {
      const things = seen(Array.from(valuesOf(image, [index])));
      const vector = vectors?.[index] ?? [];
      const colour = vector.slice(0, 6).indexOf(1);
      const kind = 3 * vector.slice(6, 8).indexOf(1) + vector.slice(8).indexOf(1);
      expect(vector.filter((value) => value === 1).length).toBe(3);
      const question = (words?.[index] ?? []).flatMap((word) => (word === 0 ? [] : [clevrWords[word]])).join(' ');
      expect(question).toBe(clevrKinds[kind]?.words.replace('*', shapeColours[colour]?.name ?? ''));
      expect(clevrKinds[kind]?.isRelational).toBe(index % clevrQuestions >= clevrQuestions / 2);
      const asked = things[colour] ?? { x: 0, y: 0, isCircle: false };
      const others = things.filter((thing) => thing !== asked);
      const distance = (thing: { x: number; y: number }): number => Math.hypot(thing.x - asked.x, thing.y - asked.y);
      const choose = (better: (a: number, b: number) => boolean) =>
        others.reduce((best, thing) => (better(distance(thing), distance(best)) ? thing : best));
      const shape = ({ isCircle }: { isCircle: boolean }): number => (isCircle ? 3 : 2);
      const expected = [
        () => shape(asked),
        () => (asked.x < clevrSide / 2 ? 0 : 1),
        () => (asked.y < clevrSide / 2 ? 0 : 1),
        () => shape(choose((a, b) => a < b - 1e-9)),
        () => shape(choose((a, b) => a >= b + 1e-9)),
        () => 3 + things.filter(({ isCircle }) => isCircle === asked.isCircle).length,
      ][kind]?.();
      const tied = others.filter((thing) => Math.abs(distance(thing) - distance(choose((a, b) => a > b))) < 1e-9);
      if (kind !== 4 || tied.length === 1)
        expect([index, question, answers?.[index]?.[0]]).toEqual([index, question, expected]);
    }
  });

  test('images are held back whole: no question on a picture that was trained on', () => {
    const imageOf = (example: number): number => Math.floor(example / clevrQuestions);
    const trained = new Set(Array.from(dataSet.training, imageOf));
    expect(trained.size).toBe(30);
    expect(Array.from(dataSet.validation).some((example) => trained.has(imageOf(example)))).toBe(false);
  });
});
