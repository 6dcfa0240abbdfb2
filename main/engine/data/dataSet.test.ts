import { describe, expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import type { Data } from '#shared/graph/training';
import { nativeDevice } from '../testing/device.ts';
import type { NodeSketch } from '../testing/documents.ts';
import { sketch } from '../testing/documents.ts';
import { watchRun } from '../testing/runs.ts';
import { epochOrder, stepIndices, stepsPerEpoch } from './batches.ts';
import { makeDataSet, previewDataSet } from './dataSet.ts';

const spirals = (noise: number, size = 1000): Data => ({
  source: { kind: 'twoSpirals', size, noise },
  seed: 4,
  validation: 0.25,
  inputs: {},
});
const digits = (size: number): Data => ({
  source: { kind: 'digits', size, noise: 0.1, shift: 2, slant: 0.2 },
  seed: 2,
  validation: 0.2,
  inputs: { [nodeId('image')]: 'image' },
});

function total(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}

describe('two spirals', () => {
  test('lie on ±t(cos t, sin t)/3π, with t/3π distributed as √u', () => {
    const { fields } = makeDataSet(spirals(0));
    const points = fields[0]?.values ?? [];
    const labels = fields[1]?.values ?? [];
    const radii: number[] = [];
    for (let index = 0; index < 1000; index++) {
      const [x = 0, y = 0] = [points[2 * index], points[2 * index + 1]];
      const radius = Math.hypot(x, y);
      const angle = 3 * Math.PI * radius;
      const sign = labels[index] === 0 ? 1 : -1;
      expect(Math.abs(x - sign * radius * Math.cos(angle))).toBeLessThan(1e-5);
      expect(Math.abs(y - sign * radius * Math.sin(angle))).toBeLessThan(1e-5);
      radii.push(radius);
    }
    // E[√u] = 2/3, with a standard deviation of the mean of 0.0075.
    expect(Math.abs(radii.reduce((sum, radius) => sum + radius, 0) / 1000 - 2 / 3)).toBeLessThan(0.03);
  });

  test('noise moves points off the spiral by its deviation, and the classes are balanced', () => {
    const { fields } = makeDataSet(spirals(0.02));
    expect(total(fields[1]?.values ?? [])).toBe(500);
    expect(Math.abs(total(fields[0]?.values ?? []) / 2000)).toBeLessThan(0.05);
    // Noise along the arm hardly takes a point off it; noise across it does.
    const distances = Array.from({ length: 1000 }, (_, index) => {
      const [x = 0, y = 0] = [fields[0]?.values[2 * index], fields[0]?.values[2 * index + 1]];
      const sign = fields[1]?.values[index] === 0 ? 1 : -1;
      const curve = Array.from({ length: 400 }, (__, step) => (step / 400) * 3 * Math.PI);
      return Math.min(
        ...curve.map((t) =>
          Math.hypot(x - (sign * t * Math.cos(t)) / (3 * Math.PI), y - (sign * t * Math.sin(t)) / (3 * Math.PI)),
        ),
      );
    });
    const rms = Math.sqrt(total(distances.map((distance) => distance ** 2)) / 1000);
    expect(rms).toBeGreaterThan(0.015);
    expect(rms).toBeLessThan(0.025);
  });
});

describe('a data set', () => {
  test.each([spirals(0.02), digits(100)])('is a pure function of its settings: %o', (data) => {
    expect(makeDataSet(data)).toEqual(makeDataSet(data));
    expect(makeDataSet({ ...data, seed: 5 }).fields).not.toEqual(makeDataSet(data).fields);
  });

  test('is split into two parts that together are the whole, of the sizes asked for', () => {
    const { training, validation } = makeDataSet(spirals(0.02));
    expect([training.length, validation.length]).toEqual([750, 250]);
    expect([...training, ...validation].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, index) => index),
    );
    expect(makeDataSet({ ...spirals(0, 2), validation: 0.9 }).training).toHaveLength(1);
  });

  test('of normal numbers has mean 0 and deviation 1', () => {
    const { fields } = makeDataSet({
      source: { kind: 'random', size: 2000, shape: [3], targetShape: [] },
      seed: 1,
      validation: 0,
      inputs: {},
    });
    expect(fields.map(({ name, type }) => [name, type.shape])).toEqual([
      ['input', [3]],
      ['target', []],
    ]);
    const values = Array.from(fields[0]?.values ?? []);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(values.reduce((sum, value) => sum + value ** 2, 0) / values.length).toBeCloseTo(1, 1);
  });

  test('shows a preview: the first training examples, sizes, class balance', () => {
    const data = makeDataSet(digits(100));
    const preview = previewDataSet(data, 7);
    expect(preview).toMatchObject({ count: 7, training: 80, validation: 20, classes: { label: Array(10).fill(10) } });
    expect(preview.fields.map(({ name, shape, values }) => [name, shape, values.length])).toEqual([
      ['image', [28, 28, 1], 7 * 784],
      ['label', [], 7],
    ]);
    const first = data.training[0] ?? 0;
    expect(preview.fields[1]?.values[0]).toBe(data.fields[1]?.values[first]);
    expect(previewDataSet(data, 5000).count).toBe(80);
  });
});

describe('batches', () => {
  test('visit every training example once per epoch, in another order each time, the rest in a smaller batch', () => {
    const { training } = makeDataSet(spirals(0, 103));
    expect(stepsPerEpoch(training.length, 32)).toBe(3);
    const orders = [0, 1].map((epoch) => epochOrder(training, 9, epoch));
    for (const order of orders) {
      const visited = [0, 1, 2].flatMap((step) => Array.from(stepIndices(order, 32, step)));
      expect(visited.toSorted((a, b) => a - b)).toEqual(Array.from(training).toSorted((a, b) => a - b));
      expect(stepIndices(order, 32, 2)).toHaveLength(training.length - 64);
    }
    expect(orders[0]).not.toEqual(orders[1]);
    expect(epochOrder(training, 9, 0)).toEqual(orders[0]);
    expect(epochOrder(training, 10, 0)).not.toEqual(orders[0]);
  });
});

describe('drawn digits', () => {
  test('have soft edges, ink and blank paper, and values within 0 and 1', () => {
    const quiet: Data = { ...digits(50), source: { kind: 'digits', size: 50, noise: 0, shift: 0, slant: 0 } };
    const values = makeDataSet(quiet).fields[0]?.values ?? new Float32Array(0);
    expect(Math.min(...values)).toBe(0);
    expect(Math.max(...values)).toBe(1);
    for (let index = 0; index < 50; index++) {
      const image = values.subarray(index * 784, (index + 1) * 784);
      const ink = total(image);
      expect(ink).toBeGreaterThan(20);
      expect(ink).toBeLessThan(250);
      expect(image.some((value) => value > 0.05 && value < 0.95)).toBe(true);
      // No ink at the border while nothing is shifted.
      for (let at = 0; at < 28; at++) expect((image[at] ?? 1) + (image[27 * 28 + at] ?? 1)).toBe(0);
    }
  });

  test('shift moves them by at most that many pixels', () => {
    const centre = (shift: number): number[] => {
      const source = { kind: 'digits', size: 200, noise: 0, shift, slant: 0 } as const;
      const values = makeDataSet({ ...digits(200), source }).fields[0]?.values ?? new Float32Array(0);
      return Array.from({ length: 200 }, (_, index) => {
        let [ink, moment] = [0, 0];
        values.subarray(index * 784, (index + 1) * 784).forEach((value, pixel) => {
          ink += value;
          moment += value * (pixel % 28);
        });
        return moment / ink;
      });
    };
    const spread = (numbers: number[]): number => Math.max(...numbers) - Math.min(...numbers);
    expect(spread(centre(4))).toBeGreaterThan(spread(centre(0)) + 4);
    expect(spread(centre(4))).toBeLessThan(spread(centre(0)) + 8.5);
  });

  test('a small convolutional network learns them beyond 0.95, a linear one does not', async () => {
    const validation = async (middle: Readonly<Record<string, NodeSketch>>, epochs: number): Promise<number> => {
      const nodes: Record<string, NodeSketch> = {
        image: { type: 'input', params: { shape: [28, 28, 1] } },
        ...middle,
        flat: { type: 'flatten' },
        last: { type: 'dense', params: { units: 10 } },
        out: { type: 'output' },
      };
      const order = Object.keys(nodes);
      const wires = order.slice(1).map((id, index) => `${order[index]} > ${id}`);
      const watched = watchRun(
        nativeDevice(),
        sketch(nodes, wires, {
          losses: [{ output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
          metrics: [{ output: nodeId('out'), kind: 'accuracy', target: 'label' }],
          optimiser: { kind: 'adam', learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
          epochs,
          batch: 50,
          seed: 1,
          data: digits(2500),
        }),
      );
      await watched.over;
      watched.run.dispose();
      return watched.epochs.at(-1)?.validation['accuracy/out'] ?? 0;
    };
    const convolution = (filters: number): NodeSketch => ({
      type: 'convolution2d',
      params: {
        filters,
        kernelSize: [3, 3],
        padding: 'same',
        activation: 'relu',
        kernelInitialiser: { kind: 'heNormal' },
      },
    });
    const pool: NodeSketch = { type: 'pooling2d', params: { mode: 'max', size: [2, 2], strides: [2, 2] } };
    expect(
      await validation({ one: convolution(8), half: pool, two: convolution(16), quarter: pool }, 7),
    ).toBeGreaterThan(0.95);
    expect(await validation({}, 10)).toBeLessThan(0.93);
  });
});
