import { expect, test } from 'vitest';
import { text } from '../text/text.ts';
import { parameterWords, settingWords } from './settingWords.ts';

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
