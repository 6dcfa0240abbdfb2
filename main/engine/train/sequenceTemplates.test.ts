import { describe, expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import type { JsonValue } from '#shared/graph/json';
import { createTemplate } from '#shared/templates/templates';
import { nativeDevice } from '../testing/device.ts';
import { watchRun } from '../testing/runs.ts';

/** A template made small, and what a network must fall below that has learned something. */
interface Small {
  readonly name: string;
  readonly settings: Readonly<Record<string, JsonValue>>;
  /** Examples, or images. */
  readonly amount: number;
  readonly epochs: number;
  /** The loss of the best answer that does not look at the input. */
  readonly blind: number;
}

/** −Σ p·ln p. */
const entropy = (...shares: readonly number[]): number => shares.reduce((sum, p) => sum - p * Math.log(p), 0);

/** Saying 1 has a squared error of 1/6: two variances of a uniform number. */
const adding = { name: 'adding-problem', amount: 1500, epochs: 8, blind: 1 / 6 } as const;
/** Blanks at three places of four, one of two symbols at the fourth: 1 symbol, delay 2. */
const copying = { name: 'copy-problem', amount: 3000, epochs: 5, blind: entropy(0.5, 0.5) / 4 } as const;
/** Of the second and later of 4 tokens out of 8, 1 − (7/8)^place stood before. */
const repeated = [1, 2, 3].reduce((sum, place) => sum + entropy((7 / 8) ** place, 1 - (7 / 8) ** place) / 4, 0);

const small: readonly Small[] = [
  ...['simple', 'lstm', 'gru'].flatMap((cell): Small[] => [
    ...['layer', 'loop'].map((drawing) => ({
      ...adding,
      settings: { cell, drawing, sequenceLength: 4, memoryUnits: 16 },
    })),
    { ...copying, settings: { cell, symbols: 1, alphabet: 2, delay: 2, memoryUnits: 16 } },
  ]),
  ...['own', 'shared', 'perStep'].map((sharing): Small => ({
    name: 'transformer-encoder',
    settings: { sharing, sequenceLength: 4, features: 16, heads: 2 },
    amount: 1200,
    epochs: 6,
    blind: repeated,
  })),
];

/** The document with less data and fewer epochs. */
function reduced({ name, settings, amount, epochs }: Small): GradloomDocument {
  const document = createTemplate(name, settings);
  const { data } = document.training;
  if (data === null || !('size' in data.source)) throw new Error(`the template ${name} has no such data`);
  const source = { ...data.source, size: amount };
  return { ...document, training: { ...document.training, epochs, data: { ...data, source, validation: 0.2 } } };
}

describe.each(small)('$name with $settings', (each) => {
  test('learns more than any answer can know that does not look', async () => {
    const watched = watchRun(nativeDevice(), reduced(each));
    await watched.over;
    expect(watched.states.at(-1)?.state).toBe('finished');
    expect(watched.epochs.at(-1)?.validation['loss']).toBeLessThan(0.7 * each.blind);
    watched.run.dispose();
  });
});

test.each([
  ['iterative-attention', {}],
  ['iterative-attention', { scoring: 'dotProduct', fusion: 'product', question: 'words', memoryUnits: 16 }],
  ['iterative-attention', { memoryCell: 'lstm', memoryUnits: 16 }],
  ['picture-at-once', {}],
] as const)('%s with %j follows its gradient', async (name, settings) => {
  const document = createTemplate(name, { ...settings, images: 10 });
  const watched = watchRun(nativeDevice(), { ...document, training: { ...document.training, epochs: 8, batch: 30 } });
  await watched.over;
  expect(watched.states.at(-1)?.state).toBe('finished');
  const losses = watched.epochs.map(({ training }) => training['loss'] ?? Number.NaN);
  expect(losses.at(-1)).toBeLessThan(0.85 * Math.log(10));
  watched.run.dispose();
});
