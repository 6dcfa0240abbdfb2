import { describe, expect, test } from 'vitest';
import type { Loss, Optimiser, Training } from '#shared/graph/training';
import { lossKinds } from '#shared/graph/trainingKinds';
import { createTemplate } from '#shared/templates/templates';
import { randomBatch, randomDocument } from '#shared/testing/randomGraphs';
import { loadJavaScript } from '../backend/load.ts';
import type { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { Field } from '../data/dataSet.ts';
import { makeDataSet } from '../data/dataSet.ts';
import { initialWeights, planDocument } from '../execute/network.ts';
import type { Case } from '../testing/agreement.ts';
import { difference, expectSameMeasures, order, takers } from '../testing/agreement.ts';
import { nativeDevice } from '../testing/device.ts';
import { watchRun } from '../testing/runs.ts';
import { isDeep } from '../train/cadence.ts';
import { chooseWay } from '../train/stepTaker.ts';
import type { StepNumbers, StepTaker } from '../train/step.ts';
import { evaluate } from '../train/evaluate.ts';
import { GraphStepper } from './graphStepper.ts';

const device = nativeDevice() as TensorFlowDevice;

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
  return { plan, dataSet: { size, group: 1, fields, drawn: [], training: all, validation: new Int32Array(0) }, values };
}

function templateCase(name: string, settings: Record<string, string | number | boolean>): Case {
  const plan = planDocument(createTemplate(name, settings));
  const { data, seed } = plan.program.training;
  if (data === null) throw new Error(`template ${name} has no data`);
  return { plan, dataSet: makeDataSet(data), values: initialWeights(plan, seed) };
}

/** Weights after a step minus before, of both ways, from one state. */
async function expectSameSteps(each: Case, batch: number): Promise<void> {
  const { plain, graph, dispose } = await takers(each);
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
      const expected = plain.weights();
      graph.weights().forEach((after, at) => {
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
  test.each(Array.from({ length: 24 }, (_, index) => index + 1))('random network %i', async (seed) => {
    await expectSameSteps(randomCase(seed, optimisers[seed % optimisers.length] ?? {}, 3), 2);
  });

  test.each([
    ['plain-or-residual', { depth: 6 }],
    ['residual-mlp', {}],
    ['digits-cnn', {}],
    ['rla', {}],
  ] as const)('template %s', async (name, settings) => {
    const each = templateCase(name, settings);
    const sgd = { kind: 'sgd', learningRate: 1e-2, momentum: 0 } as const;
    const program = { ...each.plan.program, training: { ...each.plan.program.training, optimiser: sgd } };
    await expectSameSteps({ ...each, plan: { ...each.plan, program } }, program.training.batch);
  });
});

test('what is left over of an epoch of a deep network measures everything all the same', async () => {
  const drawn = templateCase('plain-or-residual', { depth: 90 });
  const { program } = drawn.plan;
  const training = { ...program.training, batch: 60 };
  const each = { ...drawn, plan: { ...drawn.plan, program: { ...program, training } } };
  expect(isDeep(each.plan.wires.length)).toBe(true);
  const { plain, graph, dispose } = await takers(each, { kernels: false });
  try {
    const rest = each.dataSet.training.slice(0, each.dataSet.training.length % 60);
    expect(rest.length).toBeGreaterThan(0);
    const asked = order(rest, 0, true);
    const expected = plain.run(asked);
    const actual = graph.run(asked);
    expectSameMeasures(actual, expected);
    expect(actual.values).toEqual(expected.values);
    expect(actual.updateRatio).toEqual(expected.updateRatio);
    expect(graph.weights()).toEqual(plain.weights());
    expectSameMeasures(graph.run(order(rest, 1, false)), plain.run(order(rest, 1, false)));
  } finally {
    dispose();
  }
});

describe('every optimiser and loss', () => {
  // A larger ε than the usual one: without it the first steps follow the sign of a gradient, which rounding decides near 0.
  const roomy = { learningRate: 1e-2, epsilon: 1e-3 };
  const optimisers: Readonly<Record<string, Optimiser>> = {
    nesterov: { kind: 'sgd', learningRate: 1e-2, momentum: 0.9, nesterov: true },
    adam: { ...roomy, kind: 'adam', beta1: 0.9, beta2: 0.99 },
    adamW: { ...roomy, kind: 'adamW', beta1: 0.9, beta2: 0.99, weightDecay: 0.1 },
    rmsprop: { ...roomy, kind: 'rmsprop', rho: 0.9, momentum: 0 },
    rmspropMomentum: { ...roomy, kind: 'rmsprop', rho: 0.9, momentum: 0.5 },
    adagrad: { ...roomy, kind: 'adagrad', initialAccumulator: 0.1 },
  };
  test.each(Object.keys(optimisers))('%s', async (name) => {
    const each = templateCase('plain-or-residual', { depth: 2 });
    const training = { ...each.plan.program.training, optimiser: optimisers[name] ?? never() };
    await expectSameSteps({ ...each, plan: { ...each.plan, program: { ...each.plan.program, training } } }, 64);
  });

  const losses: readonly Omit<Loss, 'output' | 'weight' | 'target'>[] = [
    ...lossKinds.map((kind) => ({ kind })),
    { kind: 'softmaxCrossEntropy', labelSmoothing: 0.1, classWeights: [0.5, 3] },
    { kind: 'focal', labelSmoothing: 0.1, classWeights: [0.5, 3], gamma: 0.5 },
  ];
  test.each(losses)('$kind, smoothing $labelSmoothing', async (settings) => {
    const document = createTemplate('plain-or-residual', { depth: 2 });
    const losses = document.training.losses.map((loss) => ({ ...loss, ...settings }));
    const optimiser = { kind: 'sgd', learningRate: 1e-2, momentum: 0 } as const;
    const plan = planDocument({
      ...document,
      training: { ...document.training, losses, optimiser, batch: 11, data: null },
    });
    const inputs = plan.inputs.map((entry) => ({ ...entry, input: { ...entry.input, field: 'x' } }));
    const size = 12;
    const draw = (length: number, seed: number) => Float32Array.from({ length }, (_, at) => Math.sin(seed + 7 * at));
    const field = (name: string, shape: number[], values: Float32Array): Field => ({
      name,
      type: { shape, dtype: 'float32' },
      values,
    });
    const goal = losses[0]?.target ?? 'label';
    const share = (value: number): number => (value > 0 ? 1 : 0);
    const all = Int32Array.from({ length: size }, (_, index) => index);
    const fields = [field('x', [2], draw(2 * size, 1)), field(goal, [2], draw(2 * size, 2).map(share))];
    const dataSet = { size, group: 1, fields, drawn: [], training: all, validation: new Int32Array(0) };
    await expectSameSteps({ plan: { ...plan, inputs }, dataSet, values: initialWeights(plan, 3) }, 11);
  });
});

function never(): never {
  throw new Error('the table has it');
}

test('looking at a step changes nothing', async () => {
  const each = templateCase('plain-or-residual', { depth: 2 });
  const { graph, dispose } = await takers(each);
  const examples = each.dataSet.training.slice(0, 64);
  const looked = graph.run({ ...order(examples, 0, true), apply: false });
  expect(graph.weights()).toEqual(each.values.map((values) => Float32Array.from(values)));
  expect(graph.run(order(examples, 0, true)).loss).toBe(looked.loss);
  dispose();
});

describe('evaluation and prediction in the session', () => {
  test.each([
    ['digits-cnn', {}],
    ['plain-or-residual', { depth: 2 }],
  ] as const)('%s', async (name, settings) => {
    const each = templateCase(name, settings);
    const { plain, graph, dispose } = await takers(each);
    const examples = each.dataSet.training.slice(0, 64);
    for (let step = 0; step < 2; step++) for (const taker of [plain, graph]) taker.run(order(examples, step, false));
    const yes = (): Promise<boolean> => Promise.resolve(true);
    for (const part of [each.dataSet.training, each.dataSet.validation]) {
      const expected = (await evaluate(plain, each.plan, part, yes)) ?? {};
      const actual = (await evaluate(graph, each.plan, part, yes)) ?? {};
      expect(Object.keys(actual)).toEqual(Object.keys(expected));
      for (const [key, value] of Object.entries(expected)) expect(actual[key], key).toBeCloseTo(value, 4);
    }
    // Three parts, the last one not full.
    const inputs = Object.fromEntries(
      each.plan.inputs.map(({ input: { node, type } }) => {
        const length = type.shape.reduce((product, axis) => product * axis, 150);
        const data = Float32Array.from({ length }, (_, index) => Math.sin(index));
        return [node, { shape: [150, ...type.shape], dtype: 'float32', data }] as const;
      }),
    );
    const expected = plain.predict(inputs);
    const actual = graph.predict(inputs);
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [node, { shape, data }] of Object.entries(expected)) {
      expect(actual[node]?.shape).toEqual(shape);
      expect(difference(actual[node]?.data ?? [], data)).toBeLessThan(1e-4);
    }
    dispose();
  });
});

test('numbers too large to be squared are no reason to stop', async () => {
  const each = templateCase('residual-mlp', {});
  const program = {
    ...each.plan.program,
    training: { ...each.plan.program.training, optimiser: { kind: 'sgd', learningRate: 1e-30, momentum: 0.9 } },
  } as const;
  const heads = each.plan.heads.map((head) => ({ ...head, loss: { ...head.loss, weight: 1e25 } }));
  const { plain, graph, dispose } = await takers({ ...each, plan: { ...each.plan, program, heads } });
  const examples = each.dataSet.training.slice(0, 64);
  for (let step = 0; step < 3; step++) {
    const asked = { ...order(examples, step, true), learningRate: 1e-27 };
    const [expected, actual] = [plain.run(asked), graph.run(asked)];
    expect(actual.notFinite).toBeNull();
    expect(actual.loss / expected.loss).toBeCloseTo(1, 5);
  }
  graph.weights().forEach((weight, at) => expect(difference(weight, plain.weights()[at] ?? [])).toBeLessThan(1e-5));
  graph.memory().forEach((moment, at) => expect(difference(moment, plain.memory()[at] ?? [])).toBeLessThan(1e-3));
  dispose();
});

test.each([
  [1, false],
  [1e-12, false],
  [1e6, false],
  [1e-12, true],
  [1e6, true],
])(
  'where large gradients leave what brief measures read, the careful ones read them: %d; so do our kernels: %s',
  async (weight, kernels) => {
    const each = templateCase('digits-cnn', {});
    const heads = each.plan.heads.map((head) => ({ ...head, loss: { ...head.loss, weight } }));
    const sgd = { kind: 'sgd', learningRate: 1e-2, momentum: 0 } as const;
    const training = { ...each.plan.program.training, optimiser: sgd, clipping: { kind: 'none' } } as const;
    const program = { ...each.plan.program, training };
    const { plain, graph, dispose } = await takers({ ...each, plan: { ...each.plan, program, heads } }, { kernels });
    const examples = each.dataSet.training.slice(0, training.batch);
    // Steps enough to try the brief measures, let them rest, and try them again.
    for (let step = 0; step < 11; step++) {
      const asked = { ...order(examples, step, step === 3), learningRate: 1e-2 / weight };
      if (step === 3) {
        const look = { ...asked, apply: false };
        const [wanted, seen] = [plain.run(look), graph.run(look)];
        expectSameMeasures(seen, wanted);
        seen.updateRatio?.forEach((ratio, at) => expect(ratio / (wanted.updateRatio?.[at] ?? 0)).toBeCloseTo(1, 3));
      }
      const [expected, actual] = [plain.run(asked), graph.run(asked)];
      expect(actual.notFinite).toBeNull();
      expectSameMeasures(actual, expected);
      expect(Math.max(...actual.gradients.wires.map(({ max }) => (Number.isNaN(max) ? 0 : max)))).toBeGreaterThan(0);
    }
    graph.weights().forEach((after, at) => expect(difference(after, plain.weights()[at] ?? [])).toBeLessThan(1e-4));
    dispose();
  },
);

test('getting ready tells its parts and can be called off', async () => {
  const { plan, dataSet, values } = templateCase('plain-or-residual', { depth: 2 });
  const told: number[] = [];
  const before = device.tensorCount();
  const stopped = await GraphStepper.prepare(device, plan, dataSet, values, null, (done, parts) => {
    told.push(done / parts);
    return Promise.resolve(told.length < 3);
  });
  expect(stopped).toBeNull();
  expect(told[0]).toBe(0);
  expect(told).toHaveLength(3);
  expect(told[2]).toBeLessThan(1);
  expect(device.tensorCount()).toBe(before);
});

test.each<Optimiser>([
  { kind: 'sgd', learningRate: 1, momentum: 0 },
  { kind: 'adam', learningRate: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
])('the first number that is not finite is named, and the weights before it stay: $kind', async (optimiser) => {
  const each = templateCase('residual-mlp', {});
  const training = { ...each.plan.program.training, optimiser };
  const plan = { ...each.plan, program: { ...each.plan.program, training } };
  const { plain, graph, dispose } = await takers({ ...each, plan });
  const run = (taker: StepTaker): { numbers: StepNumbers; weights: Float32Array[] } => {
    for (let step = 0; step < 50; step++) {
      const numbers = taker.run({ ...order(each.dataSet.training.slice(0, 64), step, true), learningRate: 1e15 });
      if (numbers.notFinite !== null) return { numbers, weights: taker.weights() };
    }
    throw new Error('everything stayed finite');
  };
  const expected = run(plain);
  const actual = run(graph);
  expect(actual.numbers.notFinite).toEqual(expected.numbers.notFinite);
  expect(actual.weights.every((values) => values.every(Number.isFinite))).toBe(true);
  expect(actual.numbers.updateRatio?.length).toBe(actual.weights.length);
  expect(new Set(actual.numbers.updateRatio)).toEqual(new Set([0]));
  dispose();
});

test('compiling, training and disposing leak no tensor', async () => {
  const each = templateCase('digits-cnn', {});
  const once = async (): Promise<void> => {
    const { graph, dispose } = await takers(each);
    for (let step = 0; step < 3; step++) graph.run(order(each.dataSet.training.slice(0, 64), step, step === 0));
    graph.weights();
    dispose();
  };
  await once();
  const before = device.tensorCount();
  for (let round = 0; round < 3; round++) await once();
  expect(device.tensorCount()).toBe(before);
});

test('a run records its steps and says so; one that does not says why, by a code and in words', async () => {
  const document = createTemplate('plain-or-residual', { depth: 2 });
  const watched = watchRun(device, { ...document, training: { ...document.training, epochs: 1 } });
  await watched.over;
  expect(watched.tables[0]).toMatchObject({ way: 'graph' });
  expect(watched.states.at(-1)).toMatchObject({ state: 'finished' });
  watched.run.dispose();

  const { plan, dataSet, values } = templateCase('plain-or-residual', { depth: 2 });
  const start = { plan, dataSet, weights: values, memory: null };
  const plain = await chooseWay(device, start, undefined, { GRADLOOM_WAY: 'plain' });
  expect(plain).toMatchObject({ way: 'plain', reason: { code: 'asked', message: 'GRADLOOM_WAY=plain asks for it' } });
  plain?.taker.dispose();

  const unrecorded = await chooseWay(device, start, () => Promise.reject(new Error('no room left\nat a place')), {});
  expect(unrecorded).toMatchObject({ way: 'plain', reason: { code: 'notRecorded', message: 'no room left' } });
  unrecorded?.taker.dispose();
  const javaScript = await chooseWay(await loadJavaScript(), start, undefined, {});
  const message = 'the pure-JavaScript engine has no graphs';
  expect(javaScript).toMatchObject({ way: 'plain', reason: { code: 'noGraphs', message } });
  javaScript?.taker.dispose();
});
