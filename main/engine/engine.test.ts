import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import type { Training } from '#shared/graph/training';
import type { Failure } from '#shared/protocol/calls';
import type { EngineMessage, EngineRequest, EngineResults, NamedArray, NamedArrays } from '#shared/protocol/engine';
import { Engine } from './engine.ts';
import { nativeDevice } from './testing/device.ts';
import { sketch } from './testing/documents.ts';

const report = {
  state: 'ready',
  backend: 'tensorflow',
  version: '2',
  devices: ['CPU'],
  way: 'test',
  attempts: [],
  node: '',
  platform: '',
  threads: 1,
} as const;

let messages: EngineMessage[] = [];
let engine: Engine;
let calls = 0;

beforeEach(() => {
  messages = [];
  engine = new Engine(nativeDevice(), { ...report, devices: [...report.devices], attempts: [] }, (message) =>
    messages.push(message),
  );
});

function ask<Kind extends EngineRequest['kind']>(request: Extract<EngineRequest, { kind: Kind }>): EngineResults[Kind] {
  const id = (calls += 1);
  engine.handle({ id, request });
  const answer = messages.find(
    (message) => (message.kind === 'result' || message.kind === 'failure') && message.id === id,
  );
  if (answer?.kind === 'result') return answer.result as EngineResults[Kind];
  throw answer?.kind === 'failure' ? answer.failure : new Error('no answer');
}

/** The failure a request is answered with. */
function refused(request: EngineRequest): Failure {
  try {
    ask(request);
  } catch (failure) {
    return failure as Failure;
  }
  throw new Error('it was not refused');
}

function document(training: Partial<Training> = {}): GradloomDocument {
  return sketch(
    {
      x: { type: 'input', params: { shape: [2] }, rest: { label: 'Point' } },
      hidden: { type: 'dense', params: { units: 3, activation: 'tanh' } },
      last: { type: 'dense', params: { units: 2 } },
      aside: { type: 'dense', params: { units: 4 } },
      out: { type: 'output', params: { link: 'softmax' } },
    },
    ['x > hidden', 'hidden > last', 'last > out', 'hidden > aside'],
    {
      losses: [{ output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
      epochs: 2,
      batch: 16,
      seed: 4,
      data: {
        source: { kind: 'twoSpirals', size: 40, noise: 0 },
        seed: 1,
        validation: 0,
        inputs: { [nodeId('x')]: 'point' },
      },
      ...training,
    },
  );
}

const floats = (shape: number[], ...values: number[]): NamedArray => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from(values),
});
const classes = (...values: number[]): NamedArray => ({
  shape: [values.length],
  dtype: 'int32',
  data: Int32Array.from(values),
});

function predictByHand(weights: NamedArrays, point: readonly [number, number]): number[] {
  const get = (id: string): number[] => Array.from(weights[id]?.data ?? []);
  const hidden = get('hidden/bias').map((bias, unit) =>
    Math.tanh(point[0] * (get('hidden/kernel')[unit] ?? 0) + point[1] * (get('hidden/kernel')[3 + unit] ?? 0) + bias),
  );
  const logits = [0, 1].map((k) =>
    hidden.reduce(
      (sum, value, unit) => sum + value * (get('last/kernel')[2 * unit + k] ?? 0),
      get('last/bias')[k] ?? 0,
    ),
  );
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  return logits.map((logit) => Math.exp(logit) / total);
}

describe('requests', () => {
  test('weights: every weight under its id, from the document’s seed or another', () => {
    const weights = ask({ kind: 'weights', document: document(), seed: null });
    expect(Object.fromEntries(Object.entries(weights).map(([id, { shape }]) => [id, shape]))).toEqual({
      'hidden/kernel': [2, 3],
      'hidden/bias': [3],
      'last/kernel': [3, 2],
      'last/bias': [2],
      'aside/kernel': [3, 4],
      'aside/bias': [4],
    });
    expect(ask({ kind: 'weights', document: document(), seed: 4 })).toEqual(weights);
    expect(ask({ kind: 'weights', document: document(), seed: 5 })).not.toEqual(weights);
  });

  test('predict: the outputs after their links, under given weights', () => {
    const weights = ask({ kind: 'weights', document: document(), seed: 9 });
    const points: [number, number][] = [
      [0.3, -0.5],
      [-1, 0.25],
    ];
    const inputs = { Point: floats([2, 2], ...points.flat()) };
    const result = ask({ kind: 'predict', document: document(), seed: null, weights, inputs });
    expect(result['out']?.shape).toEqual([2, 2]);
    const expected = points.flatMap((point) => predictByHand(weights, point));
    Array.from(result['out']?.data ?? []).forEach((value, index) =>
      expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 6),
    );
  });

  test('predict: many examples in several passes, in their order', () => {
    const weights = ask({ kind: 'weights', document: document(), seed: 9 });
    const points = Float32Array.from({ length: 10_000 }, (_, index) => Math.sin(index));
    const inputs = { x: { shape: [5000, 2], dtype: 'float32', data: points } } as const;
    const result = ask({ kind: 'predict', document: document(), seed: null, weights, inputs });
    expect(result['out']?.shape).toEqual([5000, 2]);
    for (const row of [0, 4095, 4096, 4999]) {
      const expected = predictByHand(weights, [points[2 * row] ?? 0, points[2 * row + 1] ?? 0]);
      expect(result['out']?.data[2 * row]).toBeCloseTo(expected[0] ?? Number.NaN, 6);
    }
  });

  test('gradients: the path that leads to no loss says so, the measures follow from the raw gradients', () => {
    const inputs = { x: floats([3, 2], 1, 2, 3, 4, 5, 6), out: classes(0, 1, 0) };
    const measures = ask({ kind: 'gradients', document: document(), seed: null, weights: null, inputs, raw: true });
    expect(measures.wires.map(({ wire, mark }) => [wire, mark])).toEqual([
      ['w1', 'none'],
      ['w2', 'none'],
      ['w4', 'noPath'],
      ['w3', 'none'],
    ]);
    expect(measures.raw?.['w4']).toBeUndefined();
    for (const { wire, l2, rms, max } of measures.wires) {
      const values = Array.from(measures.raw?.[wire]?.data ?? [0]);
      expect(l2).toBeCloseTo(Math.hypot(...values), 6);
      expect(rms).toBeCloseTo(Math.hypot(...values) / Math.sqrt(values.length), 6);
      expect(max).toBe(Math.max(...values.map(Math.abs)));
    }
    const head = Array.from(measures.raw?.['w3']?.data ?? []);
    expect(measures.headRms).toBeCloseTo(Math.hypot(...head) / Math.sqrt(6), 6);
    expect(measures.headLosses).toEqual({ out: measures.loss });
    expect(measures.weights.find(({ id }) => id === 'aside/kernel')?.l2).toBe(0);
    expect(measures.weights.find(({ id }) => id === 'hidden/kernel')).toMatchObject({ node: 'hidden', shape: [2, 3] });
  });

  test('what relative divides by is the gradient at all outputs together, each with its loss’s weight', () => {
    const twoHeads = sketch(
      {
        x: { type: 'input', params: { shape: [2] } },
        near: { type: 'dense', params: { units: 2 } },
        far: { type: 'dense', params: { units: 3 } },
        a: { type: 'output' },
        b: { type: 'output' },
      },
      ['x > near', 'x > far', 'near > a', 'far > b'],
      {
        losses: [
          { output: nodeId('a'), kind: 'linear', weight: 1, target: 'a' },
          { output: nodeId('b'), kind: 'linear', weight: 4, target: 'b' },
        ],
      },
    );
    // Σ(output·target)/batch: the gradient at an element of an output is weight·target/batch.
    const inputs = {
      x: floats([2, 2], 1, 2, 3, 4),
      a: floats([2, 2], 3, -1, 2, 5),
      b: floats([2, 3], 1, 0, -2, 2, 2, 1),
    };
    const { headRms, wires } = ask({
      kind: 'gradients',
      document: twoHeads,
      seed: null,
      weights: null,
      inputs,
      raw: false,
    });
    const squares = { a: 9 + 1 + 4 + 25, b: 16 * (1 + 0 + 4 + 4 + 4 + 1) };
    expect(headRms).toBeCloseTo(Math.sqrt((squares.a + squares.b) / 10) / 2, 6);
    const rmsOf = (wire: string): number => wires.find((one) => one.wire === wire)?.rms ?? Number.NaN;
    expect(rmsOf('w3')).toBeCloseTo(Math.sqrt(squares.a / 4) / 2, 6);
    expect(rmsOf('w4')).toBeCloseTo(Math.sqrt(squares.b / 6) / 2, 6);
    // The squares of the relative sizes, weighted by elements, add up to 1 over the outputs.
    expect((4 * rmsOf('w3') ** 2 + 6 * rmsOf('w4') ** 2) / (10 * headRms ** 2)).toBeCloseTo(1, 6);
  });

  test('a run: predictions and weights while it is paused and after its end', async () => {
    const finished = new Promise<void>((resolve) => {
      engine = new Engine(nativeDevice(), { ...report, devices: ['CPU'], attempts: [] }, (message) => {
        messages.push(message);
        if (message.kind === 'state' && message.state === 'finished') resolve();
      });
    });
    expect(
      ask({ kind: 'start', run: 'r1', document: document(), weights: null, paused: true, folder: null }),
    ).toBeNull();
    const before = ask({ kind: 'runWeights', run: 'r1' });
    expect(before).toEqual(ask({ kind: 'weights', document: document(), seed: null }));
    ask({ kind: 'control', run: 'r1', action: 'resume' });
    await finished;
    const after = ask({ kind: 'runWeights', run: 'r1' });
    expect(after).not.toEqual(before);
    const inputs = { x: floats([1, 2], 0.4, 0.1) };
    const predicted = ask({ kind: 'predictRun', run: 'r1', inputs });
    const expected = predictByHand(after, [0.4, 0.1]);
    Array.from(predicted['out']?.data ?? []).forEach((value, index) =>
      expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 6),
    );
    // The path to no loss has a gradient of nothing and does not move.
    expect(after['aside/kernel']).toEqual(before['aside/kernel']);
  });

  test('old runs are let go of: at most four that are over answer', async () => {
    process.env.GRADLOOM_WAY = 'plain';
    const before = nativeDevice().tensorCount();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      ask({ kind: 'start', run: name, document: document(), weights: null, paused: true, folder: null });
      ask({ kind: 'control', run: name, action: 'stop' });
      const isOver = () =>
        messages.some((message) => message.kind === 'state' && message.run === name && message.state === 'stopped');
      await vi.waitUntil(isOver, { timeout: 10_000, interval: 5 });
    }
    expect(refused({ kind: 'runWeights', run: 'a' }).code).toBe('run.unknown');
    expect(Object.keys(ask({ kind: 'runWeights', run: 'e' }))).toContain('last/bias');
    // Two data fields, one vector of weights and Adam's two moments for each run kept.
    expect(nativeDevice().tensorCount() - before).toBe(4 * 5);
    delete process.env.GRADLOOM_WAY;
  });

  test('some weights can be taken from elsewhere; the others start from the seed', () => {
    const start = (taken: NamedArrays) =>
      ({
        kind: 'start',
        run: 'taken',
        document: document(),
        weights: null,
        taken,
        paused: true,
        folder: null,
      }) as const;
    const wrong = refused(start({ 'last/bias': floats([3], 1, 2, 3) }));
    expect(wrong).toMatchObject({ code: 'engine.weightShape', values: { weight: 'last/bias', received: [3] } });
    expect(refused(start({ 'first/bias': floats([2], 1, 2) })).code).toBe('engine.weightUnknown');
    ask(start({ 'last/bias': floats([2], 5, -5) }));
    expect(ask({ kind: 'runWeights', run: 'taken' })).toEqual({
      ...ask({ kind: 'weights', document: document(), seed: null }),
      'last/bias': floats([2], 5, -5),
    });
    ask({ kind: 'control', run: 'taken', action: 'stop' });
  });
});

describe('what is refused, and how it is told', () => {
  const gradients = (more: Partial<Extract<EngineRequest, { kind: 'gradients' }>>): EngineRequest => ({
    kind: 'gradients',
    document: document(),
    seed: null,
    weights: null,
    inputs: { x: floats([1, 2], 1, 2), out: classes(1) },
    raw: false,
    ...more,
  });
  const weightsWith = (changes: Record<string, NamedArray | undefined>): NamedArrays =>
    Object.fromEntries(
      Object.entries({ ...ask({ kind: 'weights', document: document(), seed: null }), ...changes }).filter(
        (entry): entry is [string, NamedArray] => entry[1] !== undefined,
      ),
    );

  test.each([
    [
      'a network with an error',
      gradients({ document: sketch({ d: { type: 'dense' } }, []) }),
      'run.problems',
      /problems/,
    ],
    ['no loss', gradients({ document: document({ losses: [] }) }), 'engine.noLoss', /no loss/],
    ['no data', gradients({ document: document({ data: null }), inputs: null }), 'engine.noData', /no data set/],
    [
      'an array too few',
      gradients({ inputs: { x: floats([1, 2], 1, 2) } }),
      'engine.arrayMissing',
      /one named out, label/,
    ],
    [
      'a wrong shape',
      gradients({ inputs: { x: floats([1, 3], 1, 2, 3), out: classes(1) } }),
      'engine.inputType',
      /float32 \[2\].*float32 \[3\]/,
    ],
    [
      'a class too high',
      gradients({ inputs: { x: floats([1, 2], 1, 2), out: classes(2) } }),
      'engine.classNumber',
      /class 2; .* 0 to 1/,
    ],
    [
      'a target of another size',
      gradients({ inputs: { x: floats([1, 2], 1, 2), out: floats([1, 3], 0, 0, 1) } }),
      'engine.targetShape',
      /expected 2 .* received 3/,
    ],
    [
      'two numbers of examples',
      gradients({ inputs: { x: floats([1, 2], 1, 2), out: classes(1, 0) } }),
      'engine.batchSizes',
      /expected 1, received 2/,
    ],
    ['an unknown run', { kind: 'control', run: 'nobody', action: 'stop' }, 'run.unknown', /nobody/],
    [
      'an unknown request',
      { kind: 'dance' } as unknown as EngineRequest,
      'internal',
      /does not know the request "dance"/,
    ],
  ] as const)('%s', (_, request, code, words) => {
    const before = nativeDevice().tensorCount();
    const failure = refused(request);
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(words);
    expect(nativeDevice().tensorCount()).toBe(before);
  });

  test('weights: one missing, one too many, one of another shape', () => {
    expect(refused(gradients({ weights: weightsWith({ 'last/bias': undefined }) }))).toMatchObject({
      code: 'engine.weightMissing',
      message: 'The weight "last/bias" of shape 2 is missing.',
    });
    expect(refused(gradients({ weights: weightsWith({ 'first/bias': floats([2], 0, 0) }) }))).toMatchObject({
      code: 'engine.weightUnknown',
    });
    expect(
      refused(gradients({ weights: weightsWith({ 'last/kernel': floats([2, 3], 0, 0, 0, 0, 0, 0) }) })).message,
    ).toMatch(/"last\/kernel" has the wrong shape: expected 3×2, received 2×3/);
  });

  test('a run that cannot start leaves nothing behind', () => {
    const before = nativeDevice().tensorCount();
    const wrong = document({
      data: {
        source: { kind: 'digits', size: 20, noise: 0, shift: 0, slant: 0 },
        seed: 1,
        validation: 0,
        inputs: { [nodeId('x')]: 'image' },
      },
    });
    const failure = refused({ kind: 'start', run: 'r', document: wrong, weights: null, paused: false, folder: null });
    expect(failure.message).toMatch(/.+/);
    expect(nativeDevice().tensorCount()).toBe(before);
    expect(refused({ kind: 'runWeights', run: 'r' }).code).toBe('run.unknown');
  });
});
