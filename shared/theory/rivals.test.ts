import { describe, expect, test } from 'vitest';
import type { Training } from '../graph/training.ts';
import { createTemplate } from '../templates/templates.ts';
import type { Trained } from './rivals.ts';
import { rivalOf } from './rivals.ts';

const { training } = createTemplate('plain-mlp', {});
const trained = (name: 'plain-mlp' | 'residual-mlp', depth: number, change: Partial<Training> = {}): Trained => ({
  document: { ...createTemplate(name, { depth: String(depth) }), training: { ...training, ...change } },
  depth,
});
const plain = trained('plain-mlp', 20);
const residual = trained('residual-mlp', 20);

describe('a run beside which depth can be blamed', () => {
  test('is shallower, or has more residual sums in a row; not the other way round, and not itself', () => {
    expect(rivalOf(plain, trained('plain-mlp', 4))).toBe('shallower');
    expect(rivalOf(plain, residual)).toBe('residual');
    expect(rivalOf(trained('plain-mlp', 4), plain)).toBeNull();
    expect(rivalOf(residual, plain)).toBeNull();
    expect(rivalOf(plain, plain)).toBeNull();
  });

  test('has the same data, seed, batch and rate', () => {
    const { data, optimiser } = training;
    if (data === null) throw new Error('the template trains on nothing');
    const unfair: readonly Partial<Training>[] = [
      { seed: training.seed + 1 },
      { data: { ...data, seed: data.seed + 1 } },
      { batch: training.batch * 2 },
      { optimiser: { ...optimiser, learningRate: optimiser.learningRate * 2 } },
      { clipping: { kind: 'value', threshold: 1 } },
    ];
    for (const change of unfair) expect(rivalOf(plain, trained('residual-mlp', 20, change))).toBeNull();
  });

  test('may be longer, unless its rate depends on its length; names of nodes and what is measured do not count', () => {
    const longer = { epochs: training.epochs + 1, probes: { every: 7, details: 70 } };
    const beside = (schedule: Training['schedule']) =>
      rivalOf(trained('plain-mlp', 20, { schedule }), trained('residual-mlp', 20, { schedule, ...longer }));
    expect(beside({ kind: 'constant' })).toBe('residual');
    expect(beside({ kind: 'cosine', minimum: 0 })).toBeNull();
  });
});
