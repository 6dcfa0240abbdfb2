import type { GeneratedSource } from './training.ts';

type Kind = GeneratedSource['kind'];

/** Every source that makes its examples, with settings to start from, in the order in which a person finds them. */
const starts: { readonly [Each in Kind]: Extract<GeneratedSource, { kind: Each }> } = {
  twoSpirals: { kind: 'twoSpirals', size: 1000, noise: 0.02 },
  circles: { kind: 'circles', size: 1000, noise: 0.08, ratio: 0.5 },
  moons: { kind: 'moons', size: 1000, noise: 0.1 },
  xor: { kind: 'xor', size: 1000, noise: 0.05 },
  clusters: { kind: 'clusters', size: 1000, noise: 0.12, classes: 4 },
  sine: { kind: 'sine', size: 1000, noise: 0.1 },
  parity: { kind: 'parity', size: 2000, bits: 8 },
  digits: { kind: 'digits', size: 2000, noise: 0.1, shift: 2, slant: 0.2 },
  digitSequences: { kind: 'digitSequences', size: 2000, noise: 0.1, shift: 2, slant: 0.2, step: 'row' },
  colouredShapes: { kind: 'colouredShapes', size: 2000, side: 32, shapes: 10, noise: 0.05 },
  segmentedShapes: { kind: 'segmentedShapes', size: 1000, side: 32, shapes: 3, count: 3, noise: 0.05 },
  sortOfClevr: { kind: 'sortOfClevr', images: 500 },
  adding: { kind: 'adding', size: 5000, length: 50 },
  copying: { kind: 'copying', size: 5000, symbols: 5, alphabet: 8, delay: 20 },
  repeatedTokens: { kind: 'repeatedTokens', size: 4000, length: 16, alphabet: 20 },
  identity: { kind: 'identity', size: 1000, shape: [8] },
  random: { kind: 'random', size: 256, shape: [2], targetShape: [1] },
};

/** The kinds of sources that make their examples, in that order. */
export const dataSourceKinds: readonly Kind[] = Object.values(starts).map(({ kind }) => kind);

/** A source of a kind with settings to start from. */
export function newSource(kind: Kind): GeneratedSource {
  return starts[kind];
}

type NumberKey =
  | 'size'
  | 'images'
  | 'noise'
  | 'ratio'
  | 'classes'
  | 'bits'
  | 'shift'
  | 'slant'
  | 'side'
  | 'shapes'
  | 'count'
  | 'length'
  | 'symbols'
  | 'alphabet'
  | 'delay';

/** How one setting of a source is edited; its words are `data.<key>`. */
export type SourceSetting =
  | {
      readonly key: NumberKey;
      readonly kind: 'integer' | 'number';
      readonly minimum: number;
      readonly maximum: number;
      readonly exclusive?: true;
    }
  | { readonly key: 'shape' | 'targetShape'; readonly kind: 'shape' }
  | { readonly key: 'step'; readonly kind: 'choice'; readonly options: readonly ['row', 'pixel'] };

const integer = (key: NumberKey, minimum: number, maximum: number): SourceSetting => {
  return { key, kind: 'integer', minimum, maximum };
};
const noise: SourceSetting = { key: 'noise', kind: 'number', minimum: 0, maximum: 1 };
const many = integer('size', 2, 1_000_000);
const images = integer('size', 10, 200_000);
const drawing = [
  images,
  noise,
  integer('shift', 0, 6),
  { key: 'slant', kind: 'number', minimum: 0, maximum: 0.6 },
] as const;

/** The settings of each kind of source, beside its kind. */
export const sourceSettings: Readonly<Record<Kind, readonly SourceSetting[]>> = {
  twoSpirals: [many, noise],
  circles: [many, noise, { key: 'ratio', kind: 'number', minimum: 0, maximum: 1, exclusive: true }],
  moons: [many, noise],
  xor: [many, noise],
  clusters: [many, noise, integer('classes', 2, 10)],
  sine: [many, noise],
  parity: [many, integer('bits', 1, 64)],
  digits: drawing,
  digitSequences: [...drawing, { key: 'step', kind: 'choice', options: ['row', 'pixel'] }],
  colouredShapes: [images, integer('side', 12, 256), integer('shapes', 2, 10), noise],
  segmentedShapes: [
    integer('size', 2, 200_000),
    integer('side', 16, 128),
    integer('shapes', 2, 10),
    integer('count', 1, 6),
    noise,
  ],
  sortOfClevr: [integer('images', 2, 100_000)],
  adding: [many, integer('length', 2, 2000)],
  copying: [many, integer('symbols', 1, 100), integer('alphabet', 2, 64), integer('delay', 1, 2000)],
  repeatedTokens: [many, integer('length', 2, 512), integer('alphabet', 2, 1000)],
  identity: [integer('size', 1, 1_000_000), { key: 'shape', kind: 'shape' }],
  random: [integer('size', 1, 1_000_000), { key: 'shape', kind: 'shape' }, { key: 'targetShape', kind: 'shape' }],
};
