import { expect, test } from 'vitest';
import { nodeId } from '../graph/identifiers.ts';
import { createTemplate } from '../templates/templates.ts';
import type { Finding } from './detectors.ts';
import { foundBehind, guessingOutputs } from './guessing.ts';

/** Two spirals, 1,000 examples to train on: guessing gives 0.5, with a standard error of 0.016. */
const example = createTemplate('plain-or-residual');
const after = (plain: number, epochs = 30) =>
  Array.from({ length: epochs }, () => ({
    training: { 'accuracy/plain-output': plain, 'accuracy/residual-output': 1 },
  }));

test('an output that is right half of the time between two classes guesses', () => {
  expect(guessingOutputs(example, after(0.503), null)).toEqual([
    { output: 'plain-output', classes: 2, accuracy: 0.503, epochs: 30, examples: 1000, frequent: null },
  ]);
});

test('one that is right more often by more than chance allows does not', () => {
  expect(guessingOutputs(example, after(0.58), null)).toEqual([]);
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
  expect(guessingOutputs(few(8), after(1), null)).toEqual([]);
  expect(guessingOutputs(few(8), after(0.5), null)).toEqual([]);
  expect(guessingOutputs(few(20), after(1), null)).toEqual([]);
  expect(guessingOutputs(few(20), after(0.5), null)).toMatchObject([{ output: 'plain-output', examples: 20 }]);
});

test('with a class that is more frequent, guessing gives as much as always naming that one', () => {
  const counts = (one: number, other: number) => ({ label: [one, other] });
  // 0.7 of all, with a standard error of 0.0145 on the 1,000 examples.
  expect(guessingOutputs(example, after(0.74), counts(875, 375))).toMatchObject([{ accuracy: 0.74, frequent: 0.7 }]);
  expect(guessingOutputs(example, after(0.75), counts(875, 375))).toEqual([]);
  expect(guessingOutputs(example, after(0.503), counts(625, 625))).toMatchObject([{ frequent: null }]);
  expect(guessingOutputs(example, after(0.58), counts(625, 625))).toEqual([]);
  // Where every example is of one class, there is nothing to guess; of another field nothing is known.
  expect(guessingOutputs(example, after(1), counts(1250, 0))).toEqual([]);
  expect(guessingOutputs(example, after(0.503), { other: [1, 2] })).toMatchObject([{ frequent: null }]);
});

const finding = (node: string | null, verdict: Finding['verdict'] = 'found'): Finding => ({
  ailment: 'vanishing',
  verdict,
  code: 'noRatio',
  values: {},
  node,
});

test('of what was found, that which lies between the data and the output is named, and what is of the whole run', () => {
  const own = [finding(null), finding('plain-output'), finding('plain-dense-3')];
  const others = [finding('residual-output'), finding('residual-dense-3'), finding('plain-output', 'unsure')];
  expect(foundBehind(example, nodeId('plain-output'), [...others, ...own])).toEqual(own);
});

test('the way to an output leads through loops and into cells', () => {
  for (const document of [
    createTemplate('adding-problem', { sequenceLength: 10, cell: 'lstm', drawing: 'loop' }),
    createTemplate('resnet-cifar', { depth: '8' }),
  ]) {
    const output = document.graph.nodes.find(({ type }) => type === 'output');
    if (output === undefined) throw new Error(`${document.name} has no output`);
    const inside = [
      ...document.graph.nodes.filter(({ parent }) => parent !== undefined),
      ...document.cells.flatMap(({ graph }) => graph.nodes),
    ].filter(({ type }) => ['lstmCell', 'convolution2d', 'batchNormalisation'].includes(type));
    expect(inside.length).toBeGreaterThan(0);
    for (const { id } of inside) expect(foundBehind(document, output.id, [finding(id)]), id).toHaveLength(1);
  }
  const unused = { ...example, cells: createTemplate('resnet-cifar', { depth: '8' }).cells };
  const [inUnused] = unused.cells.flatMap(({ graph }) => graph.nodes);
  expect(foundBehind(unused, nodeId('plain-output'), [finding(inUnused?.id ?? '')])).toEqual([]);
});

test('nothing is said before enough epochs, or without data', () => {
  expect(guessingOutputs(example, after(0.5, 4), null)).toEqual([]);
  const { training } = example;
  expect(guessingOutputs({ training: { ...training, data: null } }, after(0.5), null)).toEqual([]);
});

test('a loss that chooses no class has no chance level', () => {
  const { training } = example;
  const losses = training.losses.map((loss) => ({ ...loss, kind: 'meanSquaredError' as const }));
  expect(guessingOutputs({ training: { ...training, losses } }, after(0.5), null)).toEqual([]);
});
