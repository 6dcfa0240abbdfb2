import type { Initialiser } from '#shared/graph/values';

/** The kinds that can be chosen; 'values' stays where a document has it and is not offered. */
export const initialiserKinds = [
  'glorotUniform',
  'glorotNormal',
  'heUniform',
  'heNormal',
  'lecunUniform',
  'lecunNormal',
  'orthogonal',
  'normal',
  'uniform',
  'constant',
] as const;
export type InitialiserKind = Initialiser['kind'];

/** An initialiser of a kind, with settings to start from. */
export function newInitialiser(kind: InitialiserKind): Initialiser {
  switch (kind) {
    case 'glorotUniform':
    case 'glorotNormal':
    case 'heUniform':
    case 'heNormal':
    case 'lecunUniform':
    case 'lecunNormal':
      return { kind };
    case 'orthogonal':
      return { kind, gain: 1 };
    case 'normal':
      return { kind, mean: 0, deviation: 0.05 };
    case 'uniform':
      return { kind, minimum: -0.05, maximum: 0.05 };
    case 'constant':
      return { kind, value: 0 };
    case 'values':
      return { kind, values: [] };
  }
}

/** One number of an initialiser that can be edited. */
export interface InitialiserNumber {
  readonly name: 'gain' | 'mean' | 'deviation' | 'minimum' | 'maximum' | 'value';
  readonly value: number;
  /** The least it may be. */
  readonly minimum: number;
  readonly maximum: number;
  with(value: number): Initialiser;
}

const wide = { minimum: -1e6, maximum: 1e6 } as const;

/** The numbers that an initialiser has. The ends of a uniform distribution bound each other. */
export function initialiserNumbers(initialiser: Initialiser): readonly InitialiserNumber[] {
  switch (initialiser.kind) {
    case 'orthogonal':
      return [{ name: 'gain', value: initialiser.gain, ...wide, with: (gain) => ({ ...initialiser, gain }) }];
    case 'normal':
      return [
        { name: 'mean', value: initialiser.mean, ...wide, with: (mean) => ({ ...initialiser, mean }) },
        {
          name: 'deviation',
          value: initialiser.deviation,
          ...wide,
          minimum: 0,
          with: (deviation) => ({ ...initialiser, deviation }),
        },
      ];
    case 'uniform':
      return [
        {
          name: 'minimum',
          value: initialiser.minimum,
          ...wide,
          maximum: initialiser.maximum,
          with: (minimum) => ({ ...initialiser, minimum }),
        },
        {
          name: 'maximum',
          value: initialiser.maximum,
          ...wide,
          minimum: initialiser.minimum,
          with: (maximum) => ({ ...initialiser, maximum }),
        },
      ];
    case 'constant':
      return [{ name: 'value', value: initialiser.value, ...wide, with: (value) => ({ ...initialiser, value }) }];
    case 'glorotUniform':
    case 'glorotNormal':
    case 'heUniform':
    case 'heNormal':
    case 'lecunUniform':
    case 'lecunNormal':
    case 'values':
      return [];
  }
}
