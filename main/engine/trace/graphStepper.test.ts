import { describe, expect, test } from 'vitest';
import type { Training } from '#shared/graph/training';
import { createTemplate } from '#shared/templates/templates';
import { randomBatch, randomDocument } from '#shared/testing/randomGraphs';
import type { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { DataSet, Field } from '../data/dataSet.ts';
import { makeDataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import { initialWeights, planDocument } from '../execute/network.ts';
import type { Plan } from '../execute/plan.ts';
import { nativeDevice } from '../testing/device.ts';
import { watchRun } from '../testing/runs.ts';
import { chooseWay } from '../train/stepTaker.ts';
import type { StepNumbers, StepOrder, StepTaker } from '../train/step.ts';
import { Stepper } from '../train/step.ts';
import { RunWeights } from '../train/weights.ts';
import { GraphStepper } from './graphStepper.ts';

const device = nativeDevice() as TensorFlowDevice;

interface Case {
  readonly plan: Plan;
  readonly dataSet: DataSet;
  readonly values: readonly Float32Array[];
}

/** A random document with drawn data; the plan reads its inputs from fields named like them. */
function randomCase(seed: number, training: Partial<Training>, size: number): Case {
  const drawn = randomDocument(seed, { kinks: true, dropout: true });
  const planned = planDocument({ ...drawn, training: { ...drawn.training, ...training, batch: size - 1, data: null } });
  const inputs = planned.inputs.map(({ input, value }) => ({
    input: { ...input, field: input.node as string },
    value,
  }));
  const plan = { ...planned, inputs };
  const { batch, labels } = randomBatch(plan.program, seed, size);
  const field = (name: string, { shape, values }: { shape: readonly number[]; values: ArrayLike<number> }): Field => ({
    name,
    type: { shape: shape.slice(1), dtype: labels.has(name) ? 'int32' : 'float32' },
    values: labels.has(name) ? Int32Array.from(values) : Float32Array.from(values),
  });
  const fields = [...Object.entries(batch.inputs), ...Object.entries(batch.targets)].map(([name, array]) =>
    field(name, array),
  );
  const all = Int32Array.from({ length: size }, (_, index) => index);
  const values = plan.weights.map(({ id }) => Float32Array.from(batch.weights.get(id)?.values ?? []));
  return { plan, dataSet: { size, fields, training: all, validation: new Int32Array(0) }, values };
}

function templateCase(name: string, settings: Record<string, string | number | boolean>): Case {
  const plan = planDocument(createTemplate(name, settings));
  const { data, seed } = plan.program.training;
  if (data === null) throw new Error(`template ${name} has no data`);
  return { plan, dataSet: makeDataSet(data), values: initialWeights(plan, seed) };
}

function takers({ plan, dataSet, values }: Case): { plain: Stepper; graph: GraphStepper; dispose: () => void } {
  const feed = new DataFeed(device, plan, dataSet);
  const plain = new Stepper(device, plan, feed, new RunWeights(device, plan, values));
  const graph = new GraphStepper(device, plan, dataSet, feed, new RunWeights(device, plan, values));
  return {
    plain,
    graph,
    dispose: () => {
      plain.dispose();
      graph.dispose();
      feed.dispose();
    },
  };
}

function order(examples: Int32Array, step: number, details: boolean): StepOrder {
  const wires = details ? 'all' : 'withoutInputs';
  return { examples, step, learningRate: 1e-3, wires, details, apply: true };
}

function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  let norm = 0;
  for (let index = 0; index < expected.length; index++) {
    error += ((actual[index] ?? Number.NaN) - (expected[index] ?? Number.NaN)) ** 2;
    norm += (expected[index] ?? 0) ** 2;
  }
  return norm === 0 ? Math.sqrt(error) : Math.sqrt(error / norm);
}

function expectSameMeasures(actual: StepNumbers, expected: StepNumbers): void {
  expect(Math.abs(actual.loss - expected.loss)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(expected.loss)));
  const all = ({ gradients }: StepNumbers) => [...gradients.wires, ...gradients.taps, ...gradients.weights];
  const measured = all(actual);
  const wanted = all(expected);
  // What is 0 in exact arithmetic (a bias before a normalisation) is rounding noise in float32, another one in each way.
  const noise = 2e-6 * Math.max(...wanted.map(({ rms }) => (Number.isFinite(rms) ? rms : 0)));
  wanted.forEach((want, index) => {
    const measure = measured[index];
    const rms = measure?.rms ?? Number.NEGATIVE_INFINITY;
    if (!Number.isFinite(want.rms)) return expect(rms).toBe(want.rms);
    expect(Math.abs(rms - want.rms)).toBeLessThanOrEqual(1e-3 * Math.abs(want.rms) + noise);
    if (Math.max(rms, want.rms) > noise) expect(measure?.mark).toBe(want.mark);
  });
}

/** Weights after a step minus before, of both ways, from one state. */
function expectSameSteps(each: Case, batch: number): void {
  const { plain, graph, dispose } = takers(each);
  try {
    let before = each.values;
    for (let step = 0; step < 3; step++) {
      const size = step === 2 ? Math.max(1, each.dataSet.training.length % batch) : batch;
      const examples = each.dataSet.training.slice(0, Math.min(size, each.dataSet.training.length));
      const asked = order(examples, step, step !== 1);
      const expectedNumbers = plain.run(asked);
      const actualNumbers = graph.run(asked);
      expect(actualNumbers.notFinite).toEqual(expectedNumbers.notFinite);
      // Some random networks diverge; then both must name the same place.
      if (expectedNumbers.notFinite !== null) return;
      expectSameMeasures(actualNumbers, expectedNumbers);
      const expected = plain.weights().read();
      graph
        .weights()
        .read()
        .forEach((after, at) => {
          const change = after.map((value, index) => value - (before[at]?.[index] ?? 0));
          const wanted = (expected[at] ?? after).map((value, index) => value - (before[at]?.[index] ?? 0));
          // A weight that float32 hardly moves has an update of rounding noise.
          if (Math.hypot(...wanted.slice(0, 10_000)) < 1e-5) return;
          expect(difference(change, wanted), each.plan.weights[at]?.id).toBeLessThanOrEqual(step === 0 ? 2e-4 : 1e-2);
        });
      before = expected;
    }
  } finally {
    dispose();
  }
}

describe('one recorded step is the plain step', () => {
  const optimisers: readonly Partial<Training>[] = [
    { optimiser: { kind: 'sgd', learningRate: 1e-3, momentum: 0 }, clipping: { kind: 'none' } },
    { optimiser: { kind: 'sgd', learningRate: 1e-3, momentum: 0.9 }, clipping: { kind: 'globalNorm', threshold: 0.1 } },
    { optimiser: { kind: 'sgd', learningRate: 1e-3, momentum: 0.5 }, clipping: { kind: 'norm', threshold: 0.05 } },
    { optimiser: { kind: 'sgd', learningRate: 1e-3, momentum: 0.5 }, clipping: { kind: 'value', threshold: 0.01 } },
  ];
  test.each(Array.from({ length: 24 }, (_, index) => index + 1))('random network %i', (seed) => {
    expectSameSteps(randomCase(seed, optimisers[seed % optimisers.length] ?? {}, 3), 2);
  });

  test.each([
    ['plain-or-residual', { depth: 6 }],
    ['residual-mlp', {}],
    ['digits-cnn', {}],
    ['rla', {}],
  ] as const)('template %s', (name, settings) => {
    const each = templateCase(name, settings);
    const sgd = { kind: 'sgd', learningRate: 1e-2, momentum: 0 } as const;
    const program = { ...each.plan.program, training: { ...each.plan.program.training, optimiser: sgd } };
    expectSameSteps({ ...each, plan: { ...each.plan, program } }, program.training.batch);
  });
});

test('looking at a step changes nothing', () => {
  const each = templateCase('plain-or-residual', { depth: 2 });
  const { graph, dispose } = takers(each);
  const examples = each.dataSet.training.slice(0, 64);
  const looked = graph.run({ ...order(examples, 0, true), apply: false });
  expect(graph.weights().read()).toEqual(each.values.map((values) => Float32Array.from(values)));
  expect(graph.run(order(examples, 0, true)).loss).toBe(looked.loss);
  dispose();
});

test('the first number that is not finite is named, and the weights before it stay', () => {
  const each = templateCase('residual-mlp', {});
  const training = { ...each.plan.program.training, optimiser: { kind: 'sgd', learningRate: 1, momentum: 0 } } as const;
  const plan = { ...each.plan, program: { ...each.plan.program, training } };
  const { plain, graph, dispose } = takers({ ...each, plan });
  const run = (taker: StepTaker): { step: number; at: StepNumbers['notFinite']; weights: Float32Array[] } => {
    for (let step = 0; step < 50; step++) {
      const numbers = taker.run({ ...order(each.dataSet.training.slice(0, 64), step, true), learningRate: 1e15 });
      if (numbers.notFinite !== null) return { step, at: numbers.notFinite, weights: taker.weights().read() };
    }
    throw new Error('everything stayed finite');
  };
  const expected = run(plain);
  const actual = run(graph);
  expect(actual.at).toEqual(expected.at);
  expect(actual.weights.every((values) => values.every(Number.isFinite))).toBe(true);
  dispose();
});

test('compiling, training and disposing leak no tensor', () => {
  const each = templateCase('digits-cnn', {});
  const once = (): void => {
    const { graph, dispose } = takers(each);
    for (let step = 0; step < 3; step++) graph.run(order(each.dataSet.training.slice(0, 64), step, step === 0));
    graph.weights().read();
    dispose();
  };
  once();
  const before = device.tensorCount();
  for (let round = 0; round < 3; round++) once();
  expect(device.tensorCount()).toBe(before);
});

test('a run records its steps and says so; asked for the plain way, it says that', async () => {
  const document = createTemplate('plain-or-residual', { depth: 2 });
  const watched = watchRun(device, { ...document, training: { ...document.training, epochs: 1 } });
  await watched.over;
  expect(watched.tables[0]).toMatchObject({ way: 'graph' });
  expect(watched.states.at(-1)).toMatchObject({ state: 'finished' });
  watched.run.dispose();

  const { plan, dataSet, values } = templateCase('plain-or-residual', { depth: 2 });
  const feed = new DataFeed(device, plan, dataSet);
  const plain = chooseWay(device, plan, dataSet, feed, new RunWeights(device, plan, values), null, {
    GRADLOOM_WAY: 'plain',
  });
  expect(plain).toMatchObject({ way: 'plain', reason: 'GRADLOOM_WAY=plain asks for it' });
  plain.taker.dispose();
  feed.dispose();
});
