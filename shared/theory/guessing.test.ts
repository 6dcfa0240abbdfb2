import { expect, test } from 'vitest';
import { createTemplate } from '../templates/templates.ts';
import { guessingOutputs } from './guessing.ts';

/** Two spirals, 1,000 examples to train on: guessing gives 0.5, with a standard error of 0.016. */
const example = createTemplate('plain-or-residual');
const after = (plain: number, epochs = 30) =>
  Array.from({ length: epochs }, () => ({
    training: { 'accuracy/plain-output': plain, 'accuracy/residual-output': 1 },
  }));

test('an output that is right half of the time between two classes guesses', () => {
  expect(guessingOutputs(example, after(0.503))).toEqual([
    { output: 'plain-output', classes: 2, accuracy: 0.503, epochs: 30, examples: 1000 },
  ]);
});

test('one that is right more often by more than chance allows does not', () => {
  expect(guessingOutputs(example, after(0.58))).toEqual([]);
});

test('of a few examples nothing is said: guessing may get all of them right', () => {
  const { training } = example;
  const { data } = training;
  if (data === null) throw new Error('the example has no data');
  const few = (size: number) => ({
    training: {
      ...training,
      data: { ...data, validation: 0, source: { kind: 'twoSpirals', size, noise: 0 } as const },
    },
  });
  expect(guessingOutputs(few(8), after(1))).toEqual([]);
  expect(guessingOutputs(few(8), after(0.5))).toEqual([]);
  expect(guessingOutputs(few(20), after(1))).toEqual([]);
  expect(guessingOutputs(few(20), after(0.5))).toMatchObject([{ output: 'plain-output', examples: 20 }]);
});

test('nothing is said before enough epochs, or without data', () => {
  expect(guessingOutputs(example, after(0.5, 4))).toEqual([]);
  const { training } = example;
  expect(guessingOutputs({ training: { ...training, data: null } }, after(0.5))).toEqual([]);
});

test('a loss that chooses no class has no chance level', () => {
  const { training } = example;
  const losses = training.losses.map((loss) => ({ ...loss, kind: 'meanSquaredError' as const }));
  expect(guessingOutputs({ training: { ...training, losses } }, after(0.5))).toEqual([]);
});
