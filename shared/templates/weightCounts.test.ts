import { describe, expect, test } from 'vitest';
import { check } from '../check/check.ts';
import type { JsonValue } from '../graph/json.ts';
import { createTemplate } from './templates.ts';

type Settings = Readonly<Record<string, JsonValue>>;

function trainable(name: string, settings: Settings): number {
  const { ok, diagnostics, totals } = check(createTemplate(name, settings));
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  expect(ok).toBe(true);
  return totals.trainable;
}

/** 9·from·to of one 3×3 convolution without bias. */
const square = (from: number, to: number): number => 9 * from * to;

describe('residual networks for small images', () => {
  // 20 and 56: results.md 7. The others: published with He et al. 2015 as 0.46, 0.66 and 1.7 million.
  test.each([
    ['20', 269_722],
    ['32', 464_154],
    ['44', 658_586],
    ['56', 853_018],
    ['110', 1_727_962],
  ])('of %s layers', (depth, expected) => {
    expect(trainable('resnet-cifar', { depth })).toBe(expected);
    // Zeros for new channels have no weights: the plain network has as many.
    expect(trainable('resnet-cifar', { depth, shortcut: 'none' })).toBe(expected);
    // The last normalisation has 2·(64 − 16) more than the stem's had; two blocks' first ones 2·16 and 2·32 less.
    expect(trainable('resnet-cifar', { depth, order: 'before' })).toBe(expected);
  });

  test('shortcut B adds its 1×1 convolutions, and their normalisations where those follow', () => {
    expect(trainable('resnet-cifar', { shortcut: 'B' })).toBe(269_722 + 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64);
    expect(trainable('resnet-cifar', { shortcut: 'B', order: 'before' })).toBe(269_722 + 16 * 32 + 32 * 64);
  });

  test('without normalisation each convolution has a bias instead', () => {
    const convolutions = square(3, 16) + 6 * square(16, 16) + square(16, 32) + 5 * square(32, 32);
    const last = square(32, 64) + 5 * square(64, 64) + 650;
    const biases = 16 + 6 * (16 + 32 + 64);
    expect(trainable('resnet-cifar', { normalisation: 'none', shortcut: 'none' })).toBe(convolutions + last + biases);
  });
});
