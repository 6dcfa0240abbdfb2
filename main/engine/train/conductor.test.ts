import { describe, expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import type { NamedArrays } from '#shared/protocol/engine';
import { decodeFrame } from '#shared/protocol/telemetry';
import { nativeDevice } from '../testing/device.ts';
import { sketch } from '../testing/documents.ts';
import { watchRun } from '../testing/runs.ts';
import { Conductor } from './conductor.ts';

/** Two spirals through dense layers; the weights of layers with equal names start equal. */
function network(hidden: readonly string[], learningRate = 0.01): GradloomDocument {
  const order = ['point', ...hidden, 'last', 'out'];
  return sketch(
    {
      point: { type: 'input', params: { shape: [2] } },
      ...Object.fromEntries(
        hidden.map((id) => [id, { type: 'dense', params: { units: 8, activation: 'tanh' } }] as const),
      ),
      last: { type: 'dense', params: { units: 2 } },
      out: { type: 'output', params: { link: 'softmax' } },
    },
    order.slice(1).map((id, index) => `${order[index]} > ${id}`),
    {
      losses: [{ output: nodeId('out'), kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
      optimiser: { kind: 'sgd', learningRate, momentum: 0 },
      epochs: 2,
      batch: 16,
      seed: 3,
      data: {
        source: { kind: 'twoSpirals', size: 64, noise: 0.02 },
        seed: 5,
        validation: 0,
        inputs: { [nodeId('point')]: 'point' },
      },
    },
  );
}

describe('runs in lock-step', () => {
  test('take every step together, on the same batches, and each is the run it would be alone', async () => {
    const device = nativeDevice();
    const documents = [network(['first']), network(['first', 'second'])];
    const alone: { readonly losses: readonly number[]; readonly weights: NamedArrays }[] = [];
    for (const document of documents) {
      const watched = watchRun(device, document);
      await watched.over;
      alone.push({ losses: watched.frames.map(({ loss }) => loss), weights: watched.run.weights() });
      watched.run.dispose();
    }
    const conductor = new Conductor(false, 2);
    const told: [string, number][] = [];
    const together = documents.map((document, index) =>
      watchRun(device, document, {
        conductor,
        name: String(index),
        hear: (message) => {
          if (message.kind === 'frame') told.push([message.run, decodeFrame(message.bytes).step]);
        },
      }),
    );
    await Promise.all(together.map(({ over }) => over));
    // Neither takes step n + 1 before both have taken step n.
    const steps = told.map(([, step]) => step);
    expect(steps).toEqual(steps.toSorted((one, other) => one - other));
    expect(told.filter(([run]) => run === '0')).toHaveLength(8);
    expect(told.filter(([run]) => run === '1')).toHaveLength(8);
    together.forEach(({ run, frames }, index) => {
      expect(frames.map(({ loss }) => loss)).toEqual(alone[index]?.losses);
      expect(run.weights()).toEqual(alone[index]?.weights);
      run.dispose();
    });
  });

  test('the first step waits for the last to join; pause, one step and stop hold for all at the same step', async () => {
    const device = nativeDevice();
    const conductor = new Conductor(true, 2);
    const first = watchRun(device, network(['first']), { conductor, name: 'first' });
    await first.until((message) => message.kind === 'table');
    const second = watchRun(device, network(['first', 'second']), { conductor, name: 'second' });
    const stepsOf = (watched: typeof first): number[] => watched.frames.map(({ step }) => step);
    const paused = (watched: typeof first): Promise<void> =>
      watched.until((message) => message.kind === 'state' && message.state === 'paused');
    await Promise.all([paused(first), paused(second)]);
    expect([stepsOf(first), stepsOf(second)]).toEqual([[0], [0]]);
    const again = [paused(first), paused(second)];
    second.run.control('step');
    await Promise.all(again);
    // Step 0 was looked at, taken, and step 1 is looked at.
    expect([stepsOf(first), stepsOf(second)]).toEqual([
      [0, 0, 1],
      [0, 0, 1],
    ]);
    first.run.control('stop');
    await Promise.all([first.over, second.over]);
    expect([first.run.state, second.run.state]).toEqual(['stopped', 'stopped']);
    for (const { run } of [first, second]) run.dispose();
  });

  test('one whose numbers stop being finite leaves; the other goes on', async () => {
    const device = nativeDevice();
    const conductor = new Conductor(false, 2);
    const broken = watchRun(device, network(['first'], 1e38), { conductor, name: 'broken' });
    const sound = watchRun(device, network(['first', 'second']), { conductor, name: 'sound' });
    await Promise.all([broken.over, sound.over]);
    expect(broken.run.state).toBe('failed');
    expect(sound.run.state).toBe('finished');
    expect(sound.epochs).toHaveLength(2);
    for (const { run } of [broken, sound]) run.dispose();
  });
});
