import { expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import type { JsonValue } from '#shared/graph/json';
import { createTemplate } from '#shared/templates/templates';
import { nativeDevice } from '../testing/device.ts';
import { watchRun } from '../testing/runs.ts';

interface Short {
  readonly settings: Readonly<Record<string, JsonValue>>;
  /** Examples, held back ones included. */
  readonly size: number;
  readonly epochs: number;
  readonly batch: number;
  /** The mean loss of the last five steps stays below this part of the first step's. */
  readonly below: number;
}

const small = { size: 400, epochs: 6, batch: 32 } as const;
const deep = { size: 160, epochs: 6, batch: 20 } as const;

/** Small variants of the templates, in time for a test; their data and optimisers are those of the template. */
const runs: readonly (readonly [string, Short])[] = [
  ['resnet-cifar', { ...small, settings: { depth: '8', firstChannels: 8, side: 16 }, below: 0.75 }],
  [
    'resnet-cifar',
    { ...small, settings: { depth: '8', firstChannels: 8, side: 16, order: 'before', shortcut: 'B' }, below: 0.85 },
  ],
  ['densenet', { ...small, settings: { layersInBlock: 2, growth: 8, side: 16 }, below: 0.92 }],
  ['dianet', { ...small, settings: { blocksInStage: 1, firstChannels: 4, side: 16 }, below: 0.93 }],
  ['unet', { settings: { levels: 2, filters: 4, side: '16' }, size: 200, epochs: 6, batch: 16, below: 0.8 }],
  ['autoencoder', { ...small, settings: {}, below: 0.5 }],
  ['autoencoder', { ...small, settings: { form: 'convolution', units: 64 }, below: 0.65 }],
  ['rla', { ...small, settings: { iterations: 4 }, below: 0.92 }],
  ['resnet', { ...deep, settings: { firstChannels: 4, side: '32', classes: 10 }, below: 0.95 }],
  ['rla-net', { ...deep, settings: { firstChannels: 4, memory: 4, side: '32', classes: 10 }, below: 0.95 }],
];

function shortened(name: string, { settings, size, epochs, batch }: Short): GradloomDocument {
  const document = createTemplate(name, settings);
  const { data } = document.training;
  if (data === null || !('size' in data.source)) throw new Error(`${name} has no data with a size`);
  return {
    ...document,
    training: { ...document.training, epochs, batch, data: { ...data, source: { ...data.source, size } } },
  };
}

test.each(runs)('%s learns: %j', async (name, short) => {
  const watched = watchRun(nativeDevice(), shortened(name, short));
  await watched.over;
  const losses = watched.frames.map(({ loss }) => loss);
  const first = losses[0] ?? Number.NaN;
  const last = losses.slice(-5).reduce((sum, loss) => sum + loss / 5, 0);
  watched.run.dispose();
  expect(last / first).toBeLessThan(short.below);
});
