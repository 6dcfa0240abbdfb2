import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import type { Training } from '#shared/graph/training';
import { decodeFrame } from '#shared/protocol/telemetry';
import { readNpz } from '../../formats/npz.ts';
import { makeDataSet } from '../data/dataSet.ts';
import { measureGradients } from '../execute/gradients.ts';
import { initialWeights, planDocument } from '../execute/network.ts';
import { nativeDevice } from '../testing/device.ts';
import type { NodeSketch } from '../testing/documents.ts';
import { sketch } from '../testing/documents.ts';
import { watchRun } from '../testing/runs.ts';

const folder = mkdtempSync(join(tmpdir(), 'gradloom-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spirals = (size: number, validation = 0.2): Training['data'] => ({
  source: { kind: 'twoSpirals', size, noise: 0.02 },
  seed: 5,
  validation,
  inputs: { [nodeId('point')]: 'point' },
});

/** Two spirals, a few normalised layers with dropout, softmax cross-entropy. */
function network(
  training: Partial<Training> = {},
  hidden: Readonly<Record<string, NodeSketch>> = {},
): GradloomDocument {
  const middle = { norm: { type: 'batchNormalisation' }, drop: { type: 'dropout', params: { rate: 0.2 } }, ...hidden };
  const nodes: Record<string, NodeSketch> = {
    point: { type: 'input', params: { shape: [2] } },
    first: { type: 'dense', params: { units: 16, activation: 'tanh' } },
    ...middle,
    last: { type: 'dense', params: { units: 2 } },
    out: { type: 'output', params: { link: 'softmax' } },
  };
  const order = ['point', 'first', ...Object.keys(middle), 'last', 'out'];
  const wires = order.slice(1).map((id, index) => `${order[index]} > ${id}`);
  return sketch(nodes, wires, {
    losses: [{ output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
    metrics: [{ output: nodeId('out'), kind: 'accuracy', target: 'label' }],
    optimiser: { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    epochs: 3,
    batch: 32,
    seed: 11,
    data: spirals(250),
    probes: { every: 1, details: 10 },
    ...training,
  });
}

const statesOf = (states: readonly { readonly state: string }[]): string[] => states.map(({ state }) => state);

/** Everything holds the plain way and as a recorded graph. */
function takeWay(way: 'plain' | 'graph'): void {
  beforeAll(() => {
    process.env.GRADLOOM_WAY = way;
  });
  afterAll(() => {
    delete process.env.GRADLOOM_WAY;
  });
}

describe.each(['plain', 'graph'] as const)('a run, %s way', (way) => {
  takeWay(way);

  test.each([
    ['Adam', { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }],
    ['momentum', { kind: 'sgd', learningRate: 0.05, momentum: 0.9 }],
  ] as const)('goes on from a checkpoint as if it had never stopped: %s', async (_name, optimiser) => {
    const document = network({ optimiser, schedule: { kind: 'cosine', minimum: 0 } });
    const whole = watchRun(nativeDevice(), document);
    const first = watchRun(nativeDevice(), document, { paused: true });
    for (let step = 0; step < 9; step++) first.run.control('step');
    await first.until((message) => message.kind === 'frame' && decodeFrame(message.bytes).step === 9);
    first.run.control('stop');
    await Promise.all([first.over, whole.over]);
    const checkpoint = first.run.checkpoint();
    expect(checkpoint.step).toBe(9);
    const second = watchRun(nativeDevice(), document, { checkpoint });
    await second.over;
    expect(second.frames.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, step) => 9 + step));
    expect(second.frames.map(({ loss }) => loss)).toEqual(whole.frames.slice(9).map(({ loss }) => loss));
    expect(second.run.weights()).toEqual(whole.run.weights());
    expect(second.run.checkpoint()).toEqual(whole.run.checkpoint());
    expect(second.epochs.map(({ training }) => training)).toEqual(
      whole.epochs.slice(1).map(({ training }) => training),
    );
    for (const { run } of [whole, first, second]) run.dispose();
  });

  test('stops early, with the weights of its best epoch', async () => {
    // A rate at which the validation loss soon goes up and down.
    const optimiser = { kind: 'sgd', learningRate: 1, momentum: 0.5 } as const;
    const earlyStopping = { patience: 2, minimumChange: 0, keepBest: true };
    const watched = watchRun(nativeDevice(), network({ optimiser, epochs: 60, earlyStopping }));
    await watched.over;
    expect(statesOf(watched.states).at(-1)).toBe('finished');
    const losses = watched.epochs.map(({ validation }) => validation['loss'] ?? Number.NaN);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(watched.epochs.length).toBe(best + 2);
    expect(watched.epochs.length).toBeLessThan(60);
    expect(watched.epochs.at(-1)?.best).toBe(best);
    const short = watchRun(nativeDevice(), network({ optimiser, epochs: best }));
    await short.over;
    expect(watched.run.weights()).toEqual(short.run.weights());
    for (const { run } of [watched, short]) run.dispose();
  });

  test('refuses what another optimiser remembers', async () => {
    const first = watchRun(nativeDevice(), network({ epochs: 1 }));
    await first.over;
    const checkpoint = first.run.checkpoint();
    first.run.dispose();
    const other = network({ optimiser: { kind: 'sgd', learningRate: 0.05, momentum: 0.9 } });
    expect(() => watchRun(nativeDevice(), other, { checkpoint })).toThrow(/first\/kernel:velocity/u);
  });

  test('goes through its epochs, with a remainder batch, and tells its table, frames, epochs and end', async () => {
    const watched = watchRun(nativeDevice(), network());
    await watched.over;
    expect(statesOf(watched.states)).toEqual(['preparing', 'running', 'finished']);
    const [table] = watched.tables;
    // 200 examples in batches of 32: six whole ones and one of 8.
    expect(table).toMatchObject({ stepsPerEpoch: 7, epochs: 3, batch: 32, way });
    expect(watched.frames.map(({ step }) => step)).toEqual(Array.from({ length: 21 }, (_, step) => step));
    expect(watched.frames.map(({ epoch }) => epoch)).toEqual(
      Array.from({ length: 21 }, (_, step) => Math.floor(step / 7)),
    );
    expect(watched.epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 7],
      [2, 14],
      [3, 21],
    ]);
    for (const frame of watched.frames) {
      expect(frame.wireRms).toHaveLength(table?.wires.length ?? -1);
      expect(frame.weightGradient).toHaveLength(table?.weights.length ?? -1);
      expect(Number.isFinite(frame.loss)).toBe(true);
      expect(frame.details).toBe(frame.step % 10 === 0);
      // The wire from the data input is measured with the details only.
      expect(Number.isNaN(frame.wireRms[0])).toBe(!frame.details);
      expect(Number.isNaN(frame.wireRms[1])).toBe(false);
      expect(Number.isNaN(frame.valueMean[1])).toBe(!frame.details);
    }
    const last = watched.epochs.at(-1);
    expect(Object.keys(last?.training ?? {}).sort()).toEqual(['accuracy/out', 'loss', 'loss/out']);
    expect(Object.keys(last?.validation ?? {}).sort()).toEqual(['accuracy/out', 'loss', 'loss/out']);
    expect(last?.training['loss'] ?? 1).toBeLessThan(watched.epochs[0]?.training['loss'] ?? 0);
    watched.run.dispose();
  });

  test('with the same seed is the same run, bit for bit, and another with another', async () => {
    const runs = await Promise.all(
      [11, 11, 12].map(async (seed) => {
        const watched = watchRun(nativeDevice(), network({ seed }));
        await watched.over;
        const weights = watched.run.weights();
        watched.run.dispose();
        return {
          losses: watched.frames.map(({ loss }) => loss),
          weights,
          training: watched.epochs.map((epoch) => epoch.training),
        };
      }),
    );
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]?.losses).not.toEqual(runs[0]?.losses);
  });

  test('started paused measures step 0 as `gradients` does, changes nothing, and waits', async () => {
    const document = network();
    const watched = watchRun(nativeDevice(), document, { paused: true });
    await watched.until((message) => message.kind === 'state' && message.state === 'paused');
    expect(statesOf(watched.states)).toEqual(['preparing', 'paused']);
    const [frame] = watched.frames;
    expect(watched.frames).toHaveLength(1);
    const plan = planDocument(document);
    const weights = initialWeights(plan, 11);
    const measured = measureGradients(nativeDevice(), { plan, weights, inputs: null, seed: 11, raw: false });
    expect(frame?.step).toBe(0);
    expect(frame?.loss).toBe(measured.loss);
    expect(frame?.headRms).toBe(measured.headRms);
    measured.wires.forEach(({ rms, max }, index) => {
      expect(frame?.wireRms[index]).toBe(Math.fround(rms));
      expect(frame?.wireMax[index]).toBe(Math.fround(max));
    });
    plan.weights.forEach(({ id }, index) => expect(watched.run.weights()[id]?.data).toEqual(weights[index]));
    watched.run.control('stop');
    await watched.over;
    watched.run.dispose();
  });

  test('pause, one step, resume and stop act within one step', async () => {
    const watched = watchRun(nativeDevice(), network({ epochs: 1000 }), { paused: true });
    const paused = () => watched.until((message) => message.kind === 'state' && message.state === 'paused');
    await paused();
    // What is shown after a step is what comes next: its measures under the weights that the step left.
    for (const expected of [1, 2, 3]) {
      const again = paused();
      watched.run.control('step');
      await again;
      expect(watched.frames.at(-1)?.step).toBe(expected);
      expect(watched.frames.at(-1)?.details).toBe(true);
    }
    watched.run.control('resume');
    await watched.until((message) => message.kind === 'epoch');
    const again = paused();
    const before = watched.frames.at(-1)?.step ?? 0;
    watched.run.control('pause');
    await again;
    // One step at most was under way; then the one that would follow it is looked at.
    expect((watched.frames.at(-1)?.step ?? 0) - before).toBeLessThanOrEqual(2);
    const weights = watched.run.weights();
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    expect(watched.run.weights()).toEqual(weights);
    watched.run.control('stop');
    await watched.over;
    expect(watched.states.at(-1)?.state).toBe('stopped');
    watched.run.dispose();
  });

  test('follows its schedule, and tells the norm of the gradient before and after clipping', async () => {
    const schedule = { kind: 'step', every: 5, factor: 0.5 } as const;
    const tell = async (clipping: Training['clipping']) => {
      const watched = watchRun(nativeDevice(), network({ schedule, clipping, epochs: 1 }));
      await watched.over;
      watched.run.dispose();
      return watched.frames;
    };
    const free = await tell({ kind: 'none' });
    expect(free.map(({ learningRate }) => learningRate)).toEqual([0.01, 0.01, 0.01, 0.01, 0.01, 0.005, 0.005]);
    for (const { gradientNorm, appliedNorm, weightGradient } of free) {
      expect(appliedNorm).toBe(gradientNorm);
      // Moving statistics have no gradient; all others are in the norm.
      expect(Math.hypot(...weightGradient) / gradientNorm).toBeCloseTo(1, 6);
    }
    for (const { gradientNorm, appliedNorm } of await tell({ kind: 'globalNorm', threshold: 0.01 })) {
      expect(gradientNorm).toBeGreaterThan(0.01);
      expect(appliedNorm).toBe(0.01);
    }
    for (const { gradientNorm, appliedNorm } of await tell({ kind: 'value', threshold: 1e-3 })) {
      expect(appliedNorm).toBeGreaterThan(1e-3);
      expect(appliedNorm).toBeLessThan(gradientNorm);
    }
  });

  test('measures taps: with one example and one unit, the gradient at a pre-activation is that of the bias', async () => {
    const document = network(
      { batch: 1, epochs: 1, data: spirals(3, 0) },
      {
        norm: { type: 'dense', params: { units: 1, activation: 'sigmoid' } },
        drop: { type: 'activation', params: { function: 'linear' } },
      },
    );
    const watched = watchRun(nativeDevice(), document);
    await watched.over;
    watched.run.dispose();
    const [table] = watched.tables;
    const tap = table?.wires.findIndex((wire) => wire.tap === 'norm:preactivation') ?? -1;
    const bias = table?.weights.findIndex(({ id }) => id === 'norm/bias') ?? -1;
    expect(table?.wires[tap]).toMatchObject({ wire: '', depth: 2, shape: [1] });
    for (const { wireRms, weightGradient } of watched.frames) {
      expect(wireRms[tap]).toBeGreaterThan(0);
      expect(wireRms[tap]).toBe(weightGradient[bias]);
    }
  });

  test('is the same run whether it was paused and stepped on the way or not', async () => {
    const straight = watchRun(nativeDevice(), network());
    await straight.over;
    const stepped = watchRun(nativeDevice(), network(), { paused: true });
    for (let step = 0; step < 5; step++) {
      await stepped.until((message) => message.kind === 'state' && message.state === 'paused');
      stepped.run.control('step');
    }
    await stepped.until((message) => message.kind === 'state' && message.state === 'paused');
    stepped.run.control('resume');
    await stepped.over;
    expect(stepped.run.weights()).toEqual(straight.run.weights());
    straight.run.dispose();
    stepped.run.dispose();
  });

  test('sends at most one frame per 33 ms, the latest one at the end, and keeps all on disk', async () => {
    const path = join(folder, `history-${way}`);
    let time = 0;
    // The clock moves 1 ms per look: most steps fall into one interval.
    const watched = watchRun(nativeDevice(), network(), { folder: path, now: () => (time += 1) });
    await watched.over;
    expect(watched.frames.length).toBeLessThan(15);
    expect(watched.frames.at(-1)?.step).toBe(20);
    expect(readdirSync(path).sort()).toEqual([
      'checkpoint.npz',
      'epochs.jsonl',
      'steps.bin',
      'table.json',
      'weights.npz',
    ]);
    const bytes = new Uint8Array(readFileSync(join(path, 'steps.bin')));
    const view = new DataView(bytes.buffer);
    const steps: number[] = [];
    for (let offset = 0; offset < bytes.length;) {
      const length = view.getUint32(offset, true);
      const frame = decodeFrame(bytes.subarray(offset + 4, offset + 4 + length));
      expect(frame.valueMean.length).toBe(frame.details ? (watched.tables[0]?.wires.length ?? -1) : 0);
      steps.push(frame.step);
      offset += 4 + length;
    }
    expect(steps).toEqual(Array.from({ length: 21 }, (_, step) => step));
    const epochs = readFileSync(join(path, 'epochs.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(epochs).toHaveLength(3);
    expect(JSON.parse(readFileSync(join(path, 'table.json'), 'utf8'))).toEqual(watched.tables[0]);
    expect({ ...readNpz(new Uint8Array(readFileSync(join(path, 'weights.npz')))) }).toEqual(watched.run.weights());
    watched.run.dispose();
  });

  test('says which folder could not be written', async () => {
    const path = join(folder, `gone-${way}`);
    const watched = watchRun(nativeDevice(), network({ epochs: 50 }), { folder: path });
    rmSync(path, { recursive: true });
    await watched.over;
    expect(watched.states.at(-1)).toMatchObject({ state: 'failed', failure: { code: 'engine.history' } });
    watched.run.dispose();
  });

  test('leaks no tensor: 50 steps long the same number, and none left in the end', async () => {
    const device = nativeDevice();
    const before = device.tensorCount();
    const counts = new Set<number>();
    const watched = watchRun(device, network({ epochs: 8, clipping: { kind: 'norm', threshold: 1 } }));
    const look = (): void => {
      if (watched.run.isOver) return;
      counts.add(device.tensorCount());
      setImmediate(look);
    };
    await watched.until((message) => message.kind === 'epoch');
    look();
    await watched.over;
    expect(watched.frames.length).toBeGreaterThan(50);
    expect(counts.size).toBe(1);
    watched.run.dispose();
    expect(device.tensorCount()).toBe(before);
  });
});

describe('what an epoch tells', () => {
  test('is the loss of the whole set outside training, as a hand calculation has it', async () => {
    const document = network(
      { epochs: 1, data: spirals(250, 0), optimiser: { kind: 'sgd', learningRate: 1e-30, momentum: 0 } },
      {},
    );
    const watched = watchRun(nativeDevice(), document);
    await watched.over;
    // Without a moved weight: logits from the formulas, in doubles. Moving statistics have moved by 8 batches.
    const weights = watched.run.weights();
    const get = (id: string): number[] => Array.from(weights[id]?.data ?? []);
    const { data } = document.training;
    const fields = data === null ? [] : makeDataSet(data).fields;
    const points = fields[0]?.values ?? [];
    const labels = fields[1]?.values ?? [];
    let loss = 0;
    for (let example = 0; example < 250; example++) {
      const hidden = get('first/bias').map((bias, unit) => {
        const [x = 0, y = 0] = [points[2 * example], points[2 * example + 1]];
        const z = x * (get('first/kernel')[unit] ?? 0) + y * (get('first/kernel')[16 + unit] ?? 0) + bias;
        const centred = Math.tanh(z) - (get('norm/movingMean')[unit] ?? 0);
        const scaled = centred / Math.sqrt((get('norm/movingVariance')[unit] ?? 0) + 1e-3);
        return scaled * (get('norm/gamma')[unit] ?? 0) + (get('norm/beta')[unit] ?? 0);
      });
      const logits = [0, 1].map((k) =>
        hidden.reduce(
          (sum, value, unit) => sum + value * (get('last/kernel')[2 * unit + k] ?? 0),
          get('last/bias')[k] ?? 0,
        ),
      );
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      loss += Math.log(total) - (logits[labels[example] ?? 0] ?? 0);
    }
    expect(watched.epochs[0]?.training['loss']).toBeCloseTo(loss / 250, 5);
    watched.run.dispose();
  });
});

describe.each(['plain', 'graph'] as const)(
  'the first number that is not finite stops the run and is named, %s way',
  (way) => {
    takeWay(way);

    /** Layers of two units with given kernels, so that a chosen place overflows first. */
    function overflowing(
      kernels: readonly (readonly number[])[],
      activation: string,
      extra: Partial<Training> = {},
    ): GradloomDocument {
      const nodes: Record<string, NodeSketch> = { point: { type: 'input', params: { shape: [2] } } };
      const wires: string[] = [];
      let last = 'point';
      kernels.forEach((values, index) => {
        nodes[`d${index}`] = {
          type: 'dense',
          params: { units: 2, activation, useBias: false, kernelInitialiser: { kind: 'values', values: [...values] } },
        };
        wires.push(`${last} > d${index}`);
        last = `d${index}`;
      });
      nodes['out'] = { type: 'output' };
      wires.push(`${last} > out`);
      return sketch(nodes, wires, {
        losses: [{ output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
        data: spirals(40, 0),
        batch: 8,
        ...extra,
      });
    }

    test('a value, although what comes after would hide it', async () => {
      // The sum of two products overflows in d2; its sigmoid turns that into 1, and the loss stays finite.
      const huge = [3e38, 3e38, 3e38, 3e38];
      const watched = watchRun(
        nativeDevice(),
        overflowing([[0, 0, 0, 0], huge.map((value) => value / 2), huge, [1, 0, 0, 1]], 'sigmoid'),
      );
      await watched.over;
      const end = watched.states.at(-1);
      expect(end).toMatchObject({
        state: 'failed',
        failure: { code: 'run.notFinite' },
        notFinite: { what: 'value', kind: 'infinity', node: 'd2', step: 0 },
      });
      watched.run.dispose();
    });

    test('a gradient, while values and loss are finite', async () => {
      const document = overflowing(
        [
          [1e-25, 0, 0, 1e-25],
          [1e25, 0, 0, 1e25],
        ],
        'linear',
        {
          losses: [{ output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 1e30, target: 'label' }],
        },
      );
      const watched = watchRun(nativeDevice(), document);
      await watched.over;
      expect(watched.states.at(-1)?.notFinite).toMatchObject({
        what: 'gradient',
        kind: 'infinity',
        node: 'd1',
        wire: 'w2',
        step: 0,
      });
      expect(watched.frames.at(-1)?.wireMark[1]).toBe(3);
      watched.run.dispose();
    });

    test('a weight that the step itself carries beyond float32, and the weights stay as they were', async () => {
      const document = overflowing(
        [
          [1, 0, 0, 1],
          [1, 0, 0, 1],
        ],
        'linear',
        { optimiser: { kind: 'sgd', learningRate: 3e38, momentum: 0 } },
      );
      const broken = {
        ...document,
        training: { ...document.training, losses: document.training.losses.map((loss) => ({ ...loss, weight: 1e3 })) },
      };
      const watched = watchRun(nativeDevice(), broken);
      await watched.over;
      expect(watched.states.at(-1)?.notFinite).toMatchObject({ what: 'weight', step: 0 });
      expect(Array.from(watched.run.weights()['d0/kernel']?.data ?? [])).toEqual([1, 0, 0, 1]);
      watched.run.dispose();
    });

    test('in a loop, with its iteration', async () => {
      const document = sketch(
        {
          point: { type: 'input', params: { shape: [2] } },
          loop: {
            type: 'loop',
            params: {
              iterations: 60,
              states: [{ id: 'h', shape: [2], initial: { kind: 'wired' } }],
              inputs: [],
              outputs: [{ id: 'y', kind: 'last' }],
            },
          },
          step: {
            type: 'dense',
            params: { units: 2, useBias: false, kernelInitialiser: { kind: 'values', values: [10, 0, 0, 10] } },
            rest: { parent: nodeId('loop') },
          },
          out: { type: 'output' },
        },
        [
          'point > loop.init.h',
          'loop.state.h > step',
          'step > loop.next.h',
          'step > loop.result.y',
          'loop.out.y > out',
        ],
        {
          losses: [{ output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
          data: spirals(40, 0),
          batch: 8,
        },
      );
      const watched = watchRun(nativeDevice(), document, { paused: true });
      await watched.over;
      // Points of size about 1 times 10^39: the 39th product, give or take the largest point.
      const { notFinite } = watched.states.at(-1) ?? {};
      expect(notFinite).toMatchObject({ what: 'value', kind: 'infinity', node: 'step', step: 0 });
      expect(['[loop=38]', '[loop=39]']).toContain(notFinite?.path);
      watched.run.dispose();
    });
  },
);

test('a loop of 100 iterations with a residual state compiles, trains, and shows the gradient at each', async () => {
  const iterations = 100;
  const document = network(
    { epochs: 4, optimiser: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } },
    {},
  );
  const looped = sketch(
    {
      point: { type: 'input', params: { shape: [2] } },
      first: { type: 'dense', params: { units: 8 } },
      loop: {
        type: 'loop',
        params: {
          iterations,
          states: [{ id: 's', shape: [8], initial: { kind: 'wired' }, residual: true }],
          inputs: [],
          outputs: [{ id: 'o', kind: 'last', state: 's' }],
        },
      },
      step: { type: 'dense', params: { units: 8, activation: 'tanh' }, rest: { parent: nodeId('loop') } },
      last: { type: 'dense', params: { units: 2 } },
      out: { type: 'output', params: { link: 'softmax' } },
    },
    [
      'point > first',
      'first > loop.init.s',
      'loop.state.s > step',
      'step > loop.next.s',
      'loop.out.o > last',
      'last > out',
    ],
    document.training,
  );
  const watched = watchRun(nativeDevice(), looped);
  await watched.over;
  watched.run.dispose();
  expect(watched.states.at(-1)).toMatchObject({ state: 'finished' });
  expect(watched.tables[0]).toMatchObject({ way: 'graph' });
  expect(watched.tables[0]?.wires.filter(({ wire }) => wire === 'w4')).toHaveLength(iterations);
  const losses = watched.epochs.map(({ training }) => training['loss'] ?? Number.NaN);
  expect(losses).toHaveLength(4);
  expect(losses.at(-1)).toBeLessThan(0.95 * (losses[0] ?? 0));
});
