import { describe, expect, test } from 'vitest';
import { check } from '../check/check.ts';
import type { JsonValue } from '../graph/json.ts';
import type { Shape } from '../graph/values.ts';
import { flatten } from '../program/flatten.ts';
import { lower } from '../program/lower.ts';
import { createTemplate } from './templates.ts';

type Settings = Readonly<Record<string, JsonValue>>;

function trainable(name: string, settings: Settings): number {
  const { ok, diagnostics, totals } = check(createTemplate(name, settings));
  // A network for ImageNet has more classes than the data that stand in for it.
  const told = diagnostics.filter(({ code }) => code !== 'surplusOutputs');
  expect(told.map(({ message }) => message)).toEqual([]);
  expect(ok).toBe(true);
  return totals.trainable;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const product = (values: readonly number[]): number => values.reduce((total, value) => total * value, 1);

/** Every weight of the flat Program with its shape. */
function weightsOf(name: string, settings: Settings): readonly { readonly id: string; readonly shape: Shape }[] {
  const lowered = lower(createTemplate(name, settings));
  if (!lowered.ok) throw new Error(lowered.diagnostics.map(({ message }) => message).join('\n'));
  return flatten(lowered.program).weights.map(({ id, shape }) => ({ id, shape }));
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

describe('networks for ImageNet, with 1000 classes', () => {
  // 50: architectures.md 5. 101 and 152: what the authors of PyTorch's torchvision give for theirs.
  test.each([
    ['50', 25_557_032],
    ['101', 44_549_160],
    ['152', 60_192_808],
  ])('ResNet-%s', (depth, expected) => {
    expect(trainable('resnet', { depth })).toBe(expected);
  });

  test('the size of the images changes nothing', () => {
    expect(trainable('resnet', { side: '224' })).toBe(25_557_032);
    expect(trainable('rla-net', { side: '224' })).toBe(25_870_696);
  });

  test('RLA-ResNet50 has more weights than ResNet-50', () => {
    expect(trainable('rla-net', {})).toBe(25_870_696);
  });
});

test('RLA-Net shares its recurrent convolutions within a stage and has a normalisation for each step', () => {
  const weights = weightsOf('rla-net', { firstChannels: 4, memory: 2 });
  expect(weights.filter(({ id }) => id.startsWith('recurrence-3-u/')).map(({ id }) => id)).toEqual([
    'recurrence-3-u/kernel',
  ]);
  expect(weights.filter(({ id }) => id.startsWith('recurrence-3-norm/gamma')).length).toBe(6);
  expect(weights.filter(({ id }) => id.startsWith('block-64-conv-2/')).length).toBe(5);
});

test.each([
  [1, 64, 10_784],
  [2, 128, 42_048],
  [3, 256, 166_016],
])(
  'the DIA-LSTM of stage %i, with %i channels, has 2.5N² + 8.5N weights, for all blocks together',
  (stage, n, expected) => {
    const unit = weightsOf('dianet', { blocksInStage: 3 }).filter(({ id }) => id.startsWith(`dia-${stage}-`));
    expect(2.5 * n * n + 8.5 * n).toBe(expected);
    expect(sum(unit.map(({ shape }) => product(shape)))).toBe(expected);
  },
);

test('DenseNet-40 with k = 12: published as 1.0 million', () => {
  const settings = { blocks: 3, layersInBlock: 12 };
  // The convolution of layer l reads 16 + 12l channels, each with two numbers of the normalisation before it.
  const layer = (channels: number): number => 2 * channels + square(channels, 12);
  const layers = Array.from({ length: 36 }, (_, index) => layer(16 + 12 * index));
  const between = (channels: number): number => 2 * channels + channels * channels;
  const rest = square(3, 16) + between(160) + between(304) + 2 * 448 + 448 * 10 + 10;
  expect(trainable('densenet', settings)).toBe(sum(layers) + rest);
  expect(sum(layers) + rest).toBe(1_019_722);
});

describe('recurrence along depth as the notes tell it', () => {
  test.each(['none', 'layer', 'batch'])(
    'N = 10 and N = 100 have the same weights, normalisation %s',
    (normalisation) => {
      for (const residual of [true, false]) {
        const few = weightsOf('rla', { iterations: 10, residual, normalisation, start: 'learned' });
        const many = weightsOf('rla', { iterations: 100, residual, normalisation, start: 'learned' });
        expect(many).toEqual(few);
      }
    },
  );

  test('the residual adds no weight', () => {
    expect(trainable('rla', { residual: true })).toBe(trainable('rla', { residual: false }));
  });

  test('each iteration has a cell of its own where that is asked for; without channels of h nothing of h is left', () => {
    const stem = 9 * 4 + 4 + 9 * 4 * 4 + 4;
    const head = 4 * 10 + 10;
    // A layer normalisation, then two convolutions of 3×3.
    const cell = (memory: number): number => 2 * (4 + memory) + (9 * (4 + memory) + 1) * (4 + memory);
    const common = { channels: 4, iterations: 5 };
    expect(trainable('rla', { ...common, memory: 2 })).toBe(stem + cell(2) + head);
    expect(trainable('rla', { ...common, memory: 2, cellWeights: 'perStep' })).toBe(stem + 5 * cell(2) + head);
    expect(trainable('rla', { ...common, memory: 0 })).toBe(stem + cell(0) + head);
  });

  test('of dense layers, x and h are vectors: their weights by the shapes of the matrices', () => {
    const stem = 28 * 28 * 4 + 4;
    const head = 4 * 10 + 10;
    // A layer normalisation, then one dense layer to x and one to h.
    const cell = (memory: number): number => 2 * (4 + memory) + (4 + memory + 1) * (4 + memory);
    const common = { form: 'dense', channels: 4, iterations: 5 };
    expect(trainable('rla', { ...common, memory: 2 })).toBe(stem + cell(2) + head);
    expect(trainable('rla', { ...common, memory: 2, iterations: 50 })).toBe(stem + cell(2) + head);
    expect(trainable('rla', { ...common, memory: 2, cellWeights: 'perStep' })).toBe(stem + 5 * cell(2) + head);
    expect(trainable('rla', { ...common, memory: 0 })).toBe(stem + cell(0) + head);
  });
});

describe('networks of sequences and attention', () => {
  const [units, features] = [32, 2];
  test.each([
    ['simple', units * (features + units + 1)],
    ['lstm', 4 * units * (features + units + 1)],
    // The bias has a row for the input and one for the memory.
    ['gru', 3 * units * (features + units + 2)],
  ])('the adding problem with %s, whether drawn as a layer or as a loop, of any length', (cell, expected) => {
    const drawings: readonly Settings[] = [{}, { drawing: 'loop' }, { drawing: 'loop', sequenceLength: 100 }];
    for (const settings of drawings) {
      expect(trainable('adding-problem', { cell, ...settings })).toBe(expected + units + 1);
    }
  });

  test('a Transformer encoder: 12 d² and 13 d in each block, as one or as many', () => {
    // Attention 4·(d² + d), dense layers 8·d² + 5·d, two normalisations of 2·d.
    const block = 12 * 32 ** 2 + 13 * 32;
    const around = 32 * 32 + 2 * 32 + 2;
    expect(trainable('transformer-encoder', {})).toBe(2 * block + 2 * 32 + around);
    expect(trainable('transformer-encoder', { normalised: 'after' })).toBe(2 * block + around);
    expect(trainable('transformer-encoder', { sharing: 'perStep', encoderBlocks: 3 })).toBe(
      3 * block + 2 * 32 + around,
    );
    for (const encoderBlocks of [1, 6])
      expect(trainable('transformer-encoder', { sharing: 'shared', encoderBlocks })).toBe(block + 2 * 32 + around);
  });
});

describe('questions on pictures', () => {
  test('looking more often adds no weights', () => {
    const once = trainable('iterative-attention', { looks: 1 });
    expect(trainable('iterative-attention', { looks: 12 })).toBe(once);
    // Values, keys, question; query over both; additive scores; GRU with the reset after; answer.
    const units = 64;
    const expected =
      (12 + 2 + 10 + 10 + 1) * units +
      (units + 1) * units +
      (11 + 1) * units +
      (2 * units + 1) * units +
      units +
      (2 * units * 3 * units + 2 * 3 * units) +
      (2 * units + 1) * 2 * units +
      (2 * units + 1) * 10;
    expect(once).toBe(expected);
    // An LSTM has four gates where a GRU has three, and one bias where a GRU with the reset after has two.
    const more = 4 * (2 * units * units + units) - 3 * (2 * units * units + 2 * units);
    expect(trainable('iterative-attention', { memoryCell: 'lstm' })).toBe(expected + more);
  });

  test('the control has within a tenth as many weights', () => {
    const ratio = trainable('picture-at-once', {}) / trainable('iterative-attention', {});
    expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
  });
});
