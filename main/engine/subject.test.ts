import { beforeEach, describe, expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId, wireId } from '#shared/graph/identifiers';
import { flatten } from '#shared/program/flatten';
import { lower } from '#shared/program/lower';
import { pathSuffix } from '#shared/program/path';
import type { Program } from '#shared/program/program';
import { RandomStream } from '#shared/program/random';
import type { EngineMessage, EngineRequest, EngineResults, InspectedArray, NamedArrays } from '#shared/protocol/engine';
import type { Place } from '#shared/protocol/inspection';
import type { Array64 } from '#shared/testing/array64';
import { relativeDifference } from '#shared/testing/array64';
import { Differences } from '#shared/testing/differences';
import type { Batch } from '#shared/testing/interpreter';
import { interpretProgram } from '#shared/testing/interpreter';
import { Engine } from './engine.ts';
import { cutArray, keptShape } from './execute/inspect.ts';
import { EngineFailure } from './failure.ts';
import { nativeDevice } from './testing/device.ts';
import { sketch } from './testing/documents.ts';

const iterations = 4;

/** A stem with normalisation and dropout, a loop of four with a residual state, and a class. */
function loopDocument(count = iterations): GradloomDocument {
  const inside = { parent: nodeId('loop') };
  return sketch(
    {
      x: { type: 'input', params: { shape: [2] } },
      stem: { type: 'dense', params: { units: 5, activation: 'tanh' } },
      norm: { type: 'batchNormalisation' },
      drop: { type: 'dropout', params: { rate: 0.5 } },
      loop: {
        type: 'loop',
        params: {
          iterations: count,
          states: [{ id: 's', shape: [5], initial: { kind: 'wired' }, residual: true }],
          inputs: [{ id: 'c', kind: 'constant' }],
          outputs: [{ id: 'y', kind: 'last' }],
        },
      },
      both: { type: 'concatenate', rest: inside },
      unit: { type: 'dense', params: { units: 5, activation: 'tanh' }, rest: inside },
      map: { type: 'dense', params: { units: 3, activation: 'softmax' }, rest: inside },
      last: { type: 'dense', params: { units: 2 } },
      out: { type: 'output', params: { link: 'softmax' } },
    },
    [
      'x > stem',
      'stem > norm',
      'norm > drop',
      'drop > loop.init.s',
      'x > loop.in.c',
      'loop.state.s > both.in.0',
      'loop.input.c > both.in.1',
      'both > unit',
      'unit > loop.next.s',
      'unit > loop.result.y',
      'both > map',
      'loop.out.y > last',
      'last > out',
    ],
    {
      losses: [{ output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 2, target: 'label' }],
      epochs: 1,
      batch: 8,
      data: {
        source: { kind: 'twoSpirals', size: 60, noise: 0.1 },
        seed: 3,
        validation: 0.25,
        inputs: { [nodeId('x')]: 'point' },
      },
    },
  );
}

let engine: Engine;
let messages: EngineMessage[] = [];
let calls = 0;

beforeEach(() => {
  messages = [];
  const report = { version: '2', way: 'test', node: '', platform: '', threads: 1 };
  engine = new Engine(
    nativeDevice(),
    { state: 'ready', backend: 'tensorflow', devices: ['CPU'], attempts: [], ...report },
    (message) => messages.push(message),
  );
});

function ask<Kind extends EngineRequest['kind']>(request: Extract<EngineRequest, { kind: Kind }>): EngineResults[Kind] {
  const id = (calls += 1);
  engine.handle({ id, request });
  const answer = messages.find(
    (message) => (message.kind === 'result' || message.kind === 'failure') && message.id === id,
  );
  if (answer?.kind === 'result') return answer.result as EngineResults[Kind];
  throw answer?.kind === 'failure' ? new EngineFailure(answer.failure.code as never, answer.failure.values) : answer;
}

function programOf(document: GradloomDocument): Program {
  const lowered = lower(document);
  if (!lowered.ok) throw new Error(lowered.diagnostics.map(({ message }) => message).join('\n'));
  return lowered.program;
}

/** Weights far from where they start, moving statistics among them. */
function someWeights(document: GradloomDocument): NamedArrays {
  const random = new RandomStream(11, 'weights');
  return Object.fromEntries(
    flatten(programOf(document)).weights.map(({ id, shape }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      const draw = (): number => (id.endsWith('movingVariance') ? 0.5 + random.uniform() : 0.6 * random.normal());
      return [id, { shape, dtype: 'float32', data: Float32Array.from({ length: size }, draw) }];
    }),
  );
}

function array64Of({ shape, data }: { readonly shape: readonly number[]; readonly data: ArrayLike<number> }): Array64 {
  return { shape, values: Float64Array.from(data) };
}

function batchOf(
  weights: NamedArrays,
  fields: Readonly<Record<string, Pick<InspectedArray, 'shape' | 'data'>>>,
): Batch {
  const row = (name: string): Array64 => {
    const field = fields[name];
    if (field === undefined) throw new Error(`no field ${name}`);
    return array64Of({ shape: [1, ...field.shape], data: field.data });
  };
  return {
    inputs: { x: row('point') },
    targets: { label: row('label') },
    weights: new Map(Object.entries(weights).map(([id, array]) => [id, array64Of(array)])),
    training: false,
    seed: 1,
    step: 0,
  };
}

const example = { part: 'validation', number: 6 } as const;

describe('one example', () => {
  const document = loopDocument();
  const weights = someWeights(document);
  const of = { document, weights };
  const places = document.graph.wires.map(({ id }): Place => ({ wire: id }));

  test('has on every wire, in every iteration, the value and the gradient that float64 says', () => {
    const inspection = ask({ kind: 'inspect', of, example, places, iterations: {}, gradients: true });
    const batch = batchOf(weights, inspection.fields);
    const program = programOf(document);
    const expected = interpretProgram(program, batch);
    const flat = flatten(program);
    const differences = new Differences(flat, batch);
    expect(inspection.values).toHaveLength(flat.wires.length);
    expect(inspection.left).toBe(0);
    expect(Math.abs((inspection.loss ?? 0) / expected.loss - 1)).toBeLessThan(1e-5);
    let flowing = 0;
    for (const { place, path, value, gradient } of inspection.values) {
      const wire = 'wire' in place ? place.wire : '';
      const name = `${wire}${pathSuffix(path as never)}`;
      const is = expected.wires.get(name);
      expect(is?.shape.slice(1), name).toEqual(value.shape);
      expect(relativeDifference(value.data, is?.values ?? []), name).toBeLessThan(2e-5);
      const flatWire = flat.wires.find(
        (one) => one.wire === wire && pathSuffix(one.path) === pathSuffix(path as never),
      );
      if (flatWire === undefined) throw new Error(name);
      const slope = differences.wireGradient(flatWire).values;
      if (gradient === null) expect(Math.max(...slope.map(Math.abs)), name).toBeLessThan(1e-9);
      else {
        flowing += 1;
        expect(relativeDifference(gradient.data, slope), name).toBeLessThan(1e-4);
      }
    }
    // Nothing comes back from the map, which nobody reads, from all results but the last, and from the last state.
    expect(flowing).toBe(flat.wires.length - iterations - (iterations - 1) - 1);
    const [logits] = [expected.outputs.get(nodeId('out'))?.values ?? []];
    const total = [...logits].reduce((sum, logit) => sum + Math.exp(logit), 0);
    [...logits].forEach((logit, index) =>
      expect(inspection.outputs['out']?.data[index]).toBeCloseTo(Math.exp(logit) / total, 5),
    );
  });

  test('is the one of that number in its part, and a number beyond them is refused', () => {
    const { data } = document.training;
    if (data === null) throw new Error('no data');
    const preview = ask({ kind: 'preview', data, count: 5 });
    expect(preview).toMatchObject({ training: 45, validation: 15 });
    for (let number = 0; number < 5; number++) {
      const request = { kind: 'inspect', of, places: [], iterations: {}, gradients: false } as const;
      const { fields, count } = ask({ ...request, example: { part: 'training', number } });
      expect(count).toBe(45);
      const points = preview.fields.find(({ name }) => name === 'point')?.values ?? [];
      expect(Array.from(fields['point']?.data ?? [])).toEqual(points.slice(2 * number, 2 * number + 2));
    }
    expect(() =>
      ask({
        kind: 'inspect',
        of,
        places: [],
        iterations: {},
        gradients: false,
        example: { part: 'validation', number: 15 },
      }),
    ).toThrow('There is no example 16: this part of the data set has 15.');
  });

  test('shows one iteration where one is asked for, and a port that no wire leaves', () => {
    const asked: Place[] = [
      { wire: wireId('w9') },
      { node: nodeId('map'), port: 'out' },
      { node: nodeId('both'), port: 'out' },
    ];
    const { values } = ask({
      kind: 'inspect',
      of,
      example,
      places: asked,
      iterations: { loop: 2 },
      gradients: true,
    });
    expect(values.map(({ place, path }) => [place, path])).toEqual(
      asked.map((place) => [place, [{ loop: 'loop', iteration: 2 }]]),
    );
    const map = values[1]?.value;
    expect(map?.shape).toEqual([3]);
    // A softmax of what the wire before it carries, through the weights of the layer.
    const before = Array.from(values[2]?.value.data ?? []);
    const logits = [0, 1, 2].map((unit) =>
      before.reduce(
        (sum, value, at) => sum + value * (weights['map/kernel']?.data[3 * at + unit] ?? 0),
        weights['map/bias']?.data[unit] ?? 0,
      ),
    );
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    logits.forEach((logit, unit) => expect(map?.data[unit]).toBeCloseTo(Math.exp(logit) / total, 5));
    // The port hands its value to two: its gradient is the sum of both.
    const wires = ask({
      kind: 'inspect',
      of,
      example,
      places: [{ wire: wireId('w8') }, { wire: wireId('w11') }],
      iterations: { loop: 2 },
      gradients: true,
    }).values;
    const shares = wires.map(({ gradient }) => gradient?.data ?? new Float32Array(7));
    values[2]?.gradient?.data.forEach((value, at) =>
      expect(value).toBeCloseTo((shares[0]?.[at] ?? 0) + (shares[1]?.[at] ?? 0), 6),
    );
  });

  test('leaves nothing on the device', () => {
    ask({ kind: 'inspect', of, example, places, iterations: {}, gradients: true });
    const before = nativeDevice().tensorCount();
    ask({ kind: 'inspect', of, example, places, iterations: {}, gradients: true });
    ask({ kind: 'iterate', of, example, loop: 'loop', iterations: [1, 2] });
    ask({ kind: 'examine', of, part: 'training', from: 0, count: 45 });
    expect(nativeDevice().tensorCount()).toBe(before);
  });
});

test('a run answers with its weights of this moment and says after which step', async () => {
  const document = loopDocument();
  const stopped = new Promise<void>((resolve) => {
    engine = new Engine(
      nativeDevice(),
      {
        state: 'ready',
        backend: 'tensorflow',
        devices: ['CPU'],
        attempts: [],
        version: '2',
        way: 'test',
        node: '',
        platform: '',
        threads: 1,
      },
      (message) => {
        messages.push(message);
        if (message.kind === 'state' && message.state === 'finished') resolve();
      },
    );
  });
  ask({ kind: 'start', run: 'r', document, weights: null, paused: false, folder: null } as never);
  await stopped;
  const places: Place[] = [{ wire: wireId('w13') }];
  const request = { kind: 'inspect', example, places, iterations: {}, gradients: false } as const;
  const ofRun = ask({ ...request, of: { run: 'r' } });
  expect(ofRun.step).toBe(6);
  const weights = ask({ kind: 'runWeights', run: 'r' });
  expect(ofRun.values).toEqual(ask({ ...request, of: { document, weights } }).values);
  const fresh = ask({ ...request, of: { document: { ...document, name: 'other' }, weights: null } });
  expect(fresh.step).toBeNull();
  expect(fresh.values).not.toEqual(ofRun.values);
});

describe('a loop that ends early', () => {
  test('answers as the document with fewer iterations does', () => {
    const document = loopDocument();
    const weights = someWeights(document);
    const { answers } = ask({
      kind: 'iterate',
      of: { document, weights },
      example,
      loop: 'loop',
      iterations: [1, 2, 4, 7],
    });
    const { fields, outputs } = ask({
      kind: 'inspect',
      of: { document, weights },
      example,
      places: [],
      iterations: {},
      gradients: false,
    });
    expect(answers.map((answer) => answer.iterations)).toEqual([1, 2, 4, 7]);
    for (const answer of answers) {
      const program = programOf(loopDocument(answer.iterations));
      const logits = [
        ...(interpretProgram(program, batchOf(weights, fields)).outputs.get(nodeId('out'))?.values ?? []),
      ];
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      logits.forEach((logit, index) =>
        expect(answer.outputs['out']?.data[index]).toBeCloseTo(Math.exp(logit) / total, 5),
      );
    }
    expect(answers[2]?.outputs['out']?.data).toEqual(outputs['out']?.data);
  });

  test('is refused where there is no such loop', () => {
    const document = loopDocument();
    expect(() =>
      ask({ kind: 'iterate', of: { document, weights: null }, example, loop: 'stem', iterations: [1] }),
    ).toThrow('The network has no loop "stem".');
  });
});

describe('judging examples', () => {
  test('gives each its loss, its class and the class decided, stretch by stretch', () => {
    const document = loopDocument();
    const weights = someWeights(document);
    const of = { document, weights };
    const whole = ask({ kind: 'examine', of, part: 'training', from: 0, count: 100 });
    expect(whole).toMatchObject({ step: null, count: 45, from: 0, examined: 45 });
    const [head] = whole.heads;
    expect(head).toMatchObject({ output: 'out', target: 'label', decided: { classes: 2, positions: 1 } });
    for (const number of [0, 17, 44]) {
      const inspection = ask({
        kind: 'inspect',
        of,
        example: { part: 'training', number },
        places: [],
        iterations: {},
        gradients: false,
      });
      const shares = Array.from(inspection.outputs['out']?.data ?? []);
      const label = inspection.fields['label']?.data[0] ?? -1;
      expect(head?.decided?.actual[number]).toBe(label);
      expect(head?.decided?.predicted[number]).toBe((shares[0] ?? 0) >= (shares[1] ?? 0) ? 0 : 1);
      expect(head?.decided?.confidence[number]).toBeCloseTo(Math.max(...shares), 6);
      expect(head?.loss[number]).toBeCloseTo(-Math.log(shares[label] ?? 0), 5);
    }
    const late = ask({ kind: 'examine', of, part: 'training', from: 40, count: 30 });
    expect(late.examined).toBe(5);
    expect(late.heads[0]?.decided?.predicted).toEqual(head?.decided?.predicted.slice(40));
    expect(ask({ kind: 'examine', of, part: 'training', from: 45, count: 30 })).toMatchObject({
      examined: 0,
      heads: [],
    });
  });

  test('runs kept of one document are looked at with their own weights, at their own step', () => {
    const document = loopDocument();
    const first = someWeights(document);
    const second = Object.fromEntries(
      Object.entries(first).map(([id, array]) => [id, { ...array, data: array.data.map((value) => -value) }]),
    );
    const lossesOf = (weights: NamedArrays, kept?: { readonly run: string; readonly step: number }) => {
      const of = { document, weights, ...(kept && { kept }) };
      const { step, heads } = ask({ kind: 'examine', of, part: 'training', from: 0, count: 5 });
      return { step, loss: Array.from(heads[0]?.loss ?? []) };
    };
    const one = lossesOf(first, { run: 'run-1', step: 30 });
    const other = lossesOf(second, { run: 'run-2', step: 30 });
    const later = lossesOf(first, { run: 'run-2', step: 40 });
    expect([one.step, other.step, later.step]).toEqual([30, 30, 40]);
    expect(other.loss).not.toEqual(one.loss);
    expect(later.loss).toEqual(one.loss);
    expect(lossesOf(first)).toEqual({ step: null, loss: one.loss });
  });

  test('without a loss there is nothing to compare with', () => {
    const document = loopDocument();
    const without = { ...document, training: { ...document.training, losses: [] } };
    expect(() =>
      ask({ kind: 'examine', of: { document: without, weights: null }, part: 'training', from: 0, count: 1 }),
    ).toThrow('nothing to compare its outputs with');
  });
});

describe('a large array', () => {
  test('is cut to leading blocks: channels of an image, steps of a sequence', () => {
    expect(keptShape([4, 4, 3], 100)).toEqual([4, 4, 3]);
    expect(keptShape([10, 10, 64], 1000)).toEqual([10, 10, 10]);
    expect(keptShape([100, 100, 3], 5000)).toEqual([50, 100, 1]);
    expect(keptShape([100, 7], 70)).toEqual([10, 7]);
    expect(keptShape([3, 700], 70)).toEqual([1, 70]);
    expect(keptShape([], 1)).toEqual([]);
  });

  test('keeps the numbers where they were, and the statistics of the whole', () => {
    const shape = [300, 300, 2];
    const data = Float32Array.from({ length: 180_000 }, (_, index) => index);
    data[179_999] = Number.NaN;
    const cut = cutArray({ shape, dtype: 'float32', data });
    expect(cut.kept).toEqual([218, 300, 1]);
    expect(cut.data).toHaveLength(218 * 300);
    // The first channel alone: every second number.
    expect(cut.data[301]).toBe(602);
    expect(cut).toMatchObject({ shape, minimum: 0, maximum: 179_998, mean: 179_998 / 2 });
  });
});
