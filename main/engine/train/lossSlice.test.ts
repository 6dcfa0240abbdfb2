import { describe, expect, test, vi } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import type { Training } from '#shared/graph/training';
import { sliceDirection, slicePoints } from '#shared/theory/lossSlice';
import type { Device } from '../backend/device.ts';
import { loadJavaScript } from '../backend/load.ts';
import { makeDataSet } from '../data/dataSet.ts';
import { initialWeights, planDocument } from '../execute/network.ts';
import { EngineFailure } from '../failure.ts';
import type { Subject } from '../subject.ts';
import * as recorded from '../trace/recordedSlice.ts';
import { nativeDevice } from '../testing/device.ts';
import { sketch } from '../testing/documents.ts';
import { watchRun } from '../testing/runs.ts';
import { LossSlice } from './lossSlice.ts';

/** A document with the weights that it begins with. */
function subjectOf(device: Device, document: GradloomDocument): Subject {
  const plan = planDocument(document);
  const { data } = document.training;
  if (data === null) throw new Error('the document has no data');
  const values = initialWeights(plan, document.training.seed);
  return {
    document,
    plan,
    dataSet: makeDataSet(data),
    step: null,
    tensors: () =>
      plan.weights.map(({ shape }, at) => device.tensor(Float32Array.from(values[at] ?? []), shape, 'float32')),
  };
}

const spirals = {
  source: { kind: 'twoSpirals', size: 30, noise: 0.1 },
  seed: 2,
  validation: 0.2,
  inputs: { [nodeId('x')]: 'point' },
} as const;

/** y = x·W + b on the points of two spirals, to give them back doubled by its weight. */
function linear(training: Partial<Training> = {}): GradloomDocument {
  return sketch(
    {
      x: { type: 'input', params: { shape: [2] } },
      map: { type: 'dense', params: { units: 2, kernelRegulariser: { l1: 0, l2: 0.05 } } },
      out: { type: 'output' },
    },
    ['x > map', 'map > out'],
    {
      losses: [{ output: nodeId('out'), kind: 'meanSquaredError', weight: 3, target: 'point' }],
      data: spirals,
      ...training,
    },
  );
}

describe('the slice of a linear model under squared error is a quadratic', () => {
  test.each(['recorded', 'plain', 'javascript'])('%s', async (way) => {
    const device = way === 'javascript' ? await loadJavaScript() : nativeDevice();
    if (way === 'plain') vi.stubEnv('GRADLOOM_WAY', 'plain');
    const recording = vi.spyOn(recorded, 'recordSlice');
    const document = linear();
    const subject = subjectOf(device, document);
    const before = device.tensorCount();
    const slice = LossSlice.of(device, subject, { seed: 7, examples: 1000 });
    expect(recording).toHaveBeenCalledTimes(way === 'recorded' ? 1 : 0);
    recording.mockRestore();
    vi.unstubAllEnvs();
    expect(slice.begun).toMatchObject({ examples: 24, names: ['loss', 'loss/out'], elements: { all: 6, moved: 4 } });

    const { fields, training } = subject.dataSet;
    const points = fields.find(({ name }) => name === 'point')?.values ?? [];
    const [kernel = new Float32Array(0), bias = new Float32Array(0)] = initialWeights(
      subject.plan,
      document.training.seed,
    );
    const [weight] = subject.plan.weights;
    if (weight === undefined) throw new Error('the model has a kernel');
    const [d, e] = (['first', 'second'] as const).map((direction) =>
      sliceDirection(weight, kernel, [-1], { seed: 7, direction }),
    );
    /** Mean over examples and elements of (x·(W + a·d + b·e) + bias − x)², in double precision. */
    const squared = (a: number, b: number): number => {
      const moved = [...kernel].map((value, at) => value + a * (d?.[at] ?? 0) + b * (e?.[at] ?? 0));
      let sum = 0;
      for (const example of training) {
        for (const unit of [0, 1]) {
          const x = [points[2 * example] ?? 0, points[2 * example + 1] ?? 0];
          const y = (x[0] ?? 0) * (moved[unit] ?? 0) + (x[1] ?? 0) * (moved[2 + unit] ?? 0) + (bias[unit] ?? 0);
          sum += (y - (x[unit] ?? 0)) ** 2;
        }
      }
      return sum / (2 * training.length);
    };
    const penalty = (a: number, b: number): number =>
      0.05 * [...kernel].reduce((sum, value, at) => sum + (value + a * (d?.[at] ?? 0) + b * (e?.[at] ?? 0)) ** 2, 0);
    for (const [a, b] of slicePoints({ points: 5, range: 1 })) {
      const [loss = Number.NaN, head = Number.NaN] = slice.at([a, b]);
      expect(head / squared(a, b)).toBeCloseTo(1, 5);
      expect(loss / (3 * squared(a, b) + penalty(a, b))).toBeCloseTo(1, 5);
    }
    // Along any line the third difference of a quadratic is 0.
    const along = [-1.5, -0.5, 0.5, 1.5].map((a) => slice.at([a, 0.5 * a])[0] ?? Number.NaN);
    const third = (along[3] ?? 0) - 3 * (along[2] ?? 0) + 3 * (along[1] ?? 0) - (along[0] ?? 0);
    expect(Math.abs(third)).toBeLessThan(1e-5 * Math.max(...along));
    slice.dispose();
    expect(device.tensorCount()).toBe(before);
  });
});

/** Normalised, dropped out and regularised, with two outputs of which one has two losses. */
function twoHeads(training: Partial<Training> = {}): GradloomDocument {
  return sketch(
    {
      x: { type: 'input', params: { shape: [2] } },
      hidden: { type: 'dense', params: { units: 8, activation: 'tanh', kernelRegulariser: { l1: 0.01, l2: 0 } } },
      norm: { type: 'batchNormalisation', params: { momentum: 0.8 } },
      drop: { type: 'dropout', params: { rate: 0.4 } },
      classes: { type: 'dense', params: { units: 2 } },
      out: { type: 'output', params: { link: 'softmax' } },
      back: { type: 'dense', params: { units: 2 } },
      copy: { type: 'output' },
    },
    ['x > hidden', 'hidden > norm', 'norm > drop', 'drop > classes', 'classes > out', 'drop > back', 'back > copy'],
    {
      losses: [
        { output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 1, target: 'label' },
        { output: nodeId('copy'), kind: 'meanSquaredError', weight: 0.5, target: 'point' },
        { output: nodeId('copy'), kind: 'meanAbsoluteError', weight: 0.25, target: 'point' },
      ],
      batch: 7,
      epochs: 2,
      data: spirals,
      ...training,
    },
  );
}

test('at the weights themselves it is the loss that the run evaluated', async () => {
  const device = nativeDevice();
  const document = twoHeads();
  const watched = watchRun(device, document);
  await watched.over;
  const evaluated = watched.epochs.at(-1)?.training ?? {};
  const slice = LossSlice.of(device, { document, ...watched.run.subject }, { seed: 1, examples: 1000 });
  const { names, centre, step } = slice.begun;
  expect(step).toBe(8);
  expect(names).toEqual(['loss', 'loss/out', 'loss/copy']);
  names.forEach((name, at) => expect((centre[at] ?? Number.NaN) / (evaluated[name] ?? Number.NaN)).toBeCloseTo(1, 5));
  expect(slice.at([0, 0])).toEqual(centre);
  expect(slice.at([0.5, -0.5])[0]).not.toBeCloseTo(centre[0] ?? Number.NaN, 3);
  slice.dispose();
  watched.run.dispose();
});

test('a run that is sliced on its way comes to the same as one that is not', async () => {
  const device = nativeDevice();
  const outcomes = [];
  for (const isSliced of [false, true]) {
    const document = twoHeads();
    const watched = watchRun(device, document, { paused: true });
    await watched.until((message) => message.kind === 'state' && message.state === 'paused');
    if (isSliced) {
      const slice = LossSlice.of(device, { document, ...watched.run.subject }, { seed: 1, examples: 5 });
      for (const point of slicePoints({ points: 3, range: 1 })) slice.at(point);
      slice.dispose();
    }
    watched.run.control('resume');
    await watched.over;
    outcomes.push(watched.run.weights());
    watched.run.dispose();
  }
  expect(outcomes[1]).toEqual(outcomes[0]);
});

test('a network in which nothing with filters is trained is refused', () => {
  const device = nativeDevice();
  const frozen = sketch(
    { x: { type: 'input', params: { shape: [2] } }, norm: { type: 'batchNormalisation' }, out: { type: 'output' } },
    ['x > norm', 'norm > out'],
    { losses: [{ output: nodeId('out'), kind: 'meanSquaredError', weight: 1, target: 'point' }], data: spirals },
  );
  const start = (document: GradloomDocument): (() => LossSlice) => {
    const subject = subjectOf(device, document);
    return () => LossSlice.of(device, subject, { seed: 1, examples: 8 });
  };
  expect(start(frozen)).toThrow(EngineFailure);
  expect(start(frozen)).toThrow(/no direction to slice along/);
  expect(start(linear({ losses: [] }))).toThrow(/no loss/);
});
