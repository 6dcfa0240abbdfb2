import { describe, expect, test } from 'vitest';
import { createTemplate } from '#shared/templates/templates';
import { combinations, planSweep, splitValues, summariseRuns, withSeed } from './sweeps.ts';

const document = createTemplate('plain-mlp', {});

describe('sweeps', () => {
  test('values are split at commas outside brackets and quotations', () => {
    expect(splitValues('a,[1,2],"x,y",{"k":[3,4]}')).toEqual(['a', '[1,2]', '"x,y"', '{"k":[3,4]}']);
  });

  test('every choice is tried once, the last name turning fastest; blanks around a value do not count', () => {
    const settings = [
      { name: 'batch', value: '16, 32' },
      { name: 'optimiser.learningRate', value: '0.1,1' },
    ];
    expect(combinations(settings).map((chosen) => chosen.map(({ value }) => value))).toEqual([
      ['16', '0.1'],
      ['16', '1'],
      ['32', '0.1'],
      ['32', '1'],
    ]);
    const plan = planSweep(document, settings, 2);
    expect(plan.map(({ document: { training } }) => [training.batch, training.optimiser.learningRate])).toEqual([
      [16, 0.1],
      [16, 1],
      [32, 0.1],
      [32, 1],
    ]);
    expect(plan.every(({ document: { training } }) => training.epochs === 2)).toBe(true);
    expect(() => planSweep(document, [{ name: 'batch', value: '16,none' }], null)).toThrow(/batch/u);
  });

  test('seeds count up from the document’s own and begin anew after the largest', () => {
    const last = { ...document, training: { ...document.training, seed: 0xffff_ffff } };
    expect([0, 1].map((number) => withSeed(last, number).training.seed)).toEqual([0xffff_ffff, 0]);
  });

  test('runs that failed count neither in the median nor in the range', () => {
    const runs = [3, 1, 2].map((loss) => ({ state: 'finished' as const, measures: { 'training.loss': loss } }));
    const failed = { state: 'failed' as const, measures: { 'training.loss': 900 } };
    expect(summariseRuns([...runs, failed])).toEqual({
      'training.loss': { count: 3, median: 2, minimum: 1, maximum: 3 },
    });
  });
});
