import { expect, test } from 'vitest';
import { text } from '../text/text.ts';
import { parameterWords, settingValueWords, settingWords } from './settingWords.ts';

test('settings go by the names that the window shows, in both languages', () => {
  expect(settingWords('en', 'training.optimiser.learningRate')).toBe('Learning rate');
  expect(settingWords('en', 'optimiser.learningRate')).toBe('Learning rate');
  expect(settingWords('en', 'schedule.every')).toBe('Schedule: Every … steps');
  expect(settingWords('en', 'clipping.threshold')).toBe('Gradient clipping: Threshold');
  expect(settingWords('en', 'training.optimiser.kind')).toBe('Optimiser');
  expect(settingWords('en', 'training.batch')).toBe('Batch');
  expect(settingWords('en', 'training.data.source.noise')).toBe('Noise');
  expect(settingWords('zh-CN', 'training.optimiser.learningRate')).toBe(text('zh-CN', 'training.learningRate'));
  expect(settingWords('en', 'training.nothing.known')).toBe('training.nothing.known');
});

test('parameters too; what lies within one keeps its path', () => {
  expect(parameterWords('en', 'units')).toBe(text('en', 'parameter.units.name'));
  expect(parameterWords('en', 'kernelInitialiser.gain')).toMatch(/^.+\.gain$/u);
  expect(parameterWords('en', 'perStep')).toBe('perStep');
});

test('values go by their names too: choices, initialisers, penalties, switches', () => {
  expect(settingValueWords('en', 'training.schedule.kind', 'cosine')).toBe('Cosine');
  expect(settingValueWords('en', 'training.data.source.kind', 'twoSpirals')).toBe('Two spirals');
  expect(settingValueWords('en', 'activation', 'relu')).toBe('ReLU');
  expect(settingValueWords('zh-CN', 'kernelInitialiser', { kind: 'heNormal' })).toBe(
    text('zh-CN', 'initialiser.heNormal'),
  );
  expect(settingValueWords('en', 'kernelInitialiser', { kind: 'normal', mean: 0, deviation: 0.1 })).toBe(
    'Normal, Mean 0, Standard deviation 0.1',
  );
  expect(settingValueWords('en', 'kernelRegulariser', { l1: 0, l2: 1e-4 })).toBe('L2 0.0001');
  expect(settingValueWords('en', 'useBias', false)).toBe('off');
  expect(settingValueWords('en', 'padding', null)).toBe('none');
  expect(settingValueWords('en', 'training.epochs', 1500)).toBe('1,500');
  expect(settingValueWords('en', 'nothing', 'known')).toBe('known');
});
