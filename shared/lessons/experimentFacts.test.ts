import { describe, expect, it } from 'vitest';
import { chapter, chapterNames } from './chapters.ts';
import { experimentFacts } from './experimentFacts.ts';
import type { Experiment, Lesson } from './lesson.ts';
import { experimentSchema } from './lesson.ts';

const experiment = (given: object): Experiment =>
  experimentSchema.parse({
    id: 'net',
    label: { en: 'Net', 'zh-CN': '网' },
    document: { template: 'plain-mlp', settings: { depth: 20, activation: 'tanh' } },
    train: true,
    measures: [{ id: 'ratio', measure: { kind: 'gradientRatio', at: 'first' } }],
    ...given,
  });

describe('what a step runs, in words', () => {
  it('names template, settings, what varies and what is set as the window does', () => {
    const one = experiment({
      set: {
        'dense-*.kernelInitialiser': { kind: 'orthogonal', gain: 2 },
        'stem.useBias': false,
        'training.optimiser.kind': 'sgd',
        'training.optimiser.learningRate': 0.01,
        'dense-1.kernelRegulariser': { l1: 0, l2: 0.001 },
        'training.data.source': { kind: 'parity', size: 100, bits: 8 },
        'training.data.inputs': { point: 'bits' },
      },
      vary: { setting: 'width', values: [8, 16] },
    });
    expect(experimentFacts('en', [one], 'tensorflow')).toEqual({
      shared: [],
      own: [
        [
          'Plain network',
          'Layers: 20',
          'Activation: Tanh',
          'Units per layer: 8, 16',
          'Initial kernel of every “Dense”: Orthogonal, Gain 2',
          'Bias of “Stem”: off',
          'Optimiser: SGD with momentum',
          'Learning rate: 0.01',
          'Penalty on the kernel of “Dense 1”: L2 0.001',
          'Source: Parity, Examples 100, Bits 8',
          'Inputs read: point bits',
        ],
      ],
    });
  });

  it('tells once what all have alike', () => {
    const other = experiment({
      id: 'other',
      document: { template: 'plain-mlp', settings: { depth: 5, activation: 'tanh' } },
    });
    expect(experimentFacts('en', [experiment({}), other], 'tensorflow')).toEqual({
      shared: ['Plain network', 'Activation: Tanh'],
      own: [['Layers: 20'], ['Layers: 5']],
    });
  });

  it('tells the sizes of the engine that computes', () => {
    const smaller = experiment({ javascript: { settings: { depth: 5 }, set: { 'training.epochs': 3 } } });
    expect(experimentFacts('en', [smaller], 'javascript').own[0]).toContain('Layers: 5');
    expect(experimentFacts('en', [smaller], 'javascript').own[0]).toContain('Epochs: 3');
    expect(experimentFacts('en', [smaller], 'tensorflow').own[0]).toContain('Layers: 20');
  });

  it('leaves no raw name in the lessons that come along', () => {
    for (const name of chapterNames)
      for (const step of (chapter(name) as Lesson).steps) {
        if (step.kind !== 'run') continue;
        for (const locale of ['en', 'zh-CN'] as const) {
          const { shared, own } = experimentFacts(locale, step.experiments, 'javascript');
          const told = [...shared, ...own.flat()].join('\n');
          // A path of the file format, or a camelCase key that the text table lacks.
          expect(told).not.toMatch(/training\.|[a-z]\*|\b[a-z]+[A-Z][a-z]+\b/u);
        }
      }
  });
});
