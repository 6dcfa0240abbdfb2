import { expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import { defaultTraining, trainingSchema } from '#shared/graph/training';
import type { Training } from '#shared/graph/training';
import { newSource } from '#shared/graph/dataSources';
import { bindInputs } from '#shared/graph/dataBinding';
import { newData, switchSource } from './dataEdits.ts';

const input = { id: nodeId('x'), type: 'input', params: {}, position: { x: 0, y: 0 } };
const output = nodeId('output');

test('new data bind every input to the first field', () => {
  expect(newData('digits', [input]).inputs).toEqual({ x: 'image' });
  expect(newData('twoSpirals', []).inputs).toEqual({});
});

test('an input keeps a field that is still there', () => {
  expect(bindInputs(newSource('random'), [input], { [input.id]: 'target' })).toEqual({ x: 'target' });
  expect(bindInputs(newSource('digits'), [input], { [input.id]: 'target' })).toEqual({ x: 'image' });
});

test('switching the source rebinds inputs and targets, and the document accepts it', () => {
  const training: Training = {
    ...defaultTraining,
    losses: [{ output, kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
    metrics: [{ output, kind: 'accuracy', target: 'label' }],
    data: newData('twoSpirals', [input]),
  };
  const toDigits = { ...training, ...switchSource(training, 'digits', [input]) };
  expect(toDigits.data?.inputs).toEqual({ x: 'image' });
  expect(toDigits.losses[0]?.target).toBe('label');
  const toRandom = { ...training, ...switchSource(training, 'random', [input]) };
  expect(toRandom.losses[0]?.target).toBe('target');
  expect(toRandom.metrics[0]?.target).toBe('target');
  for (const result of [toDigits, toRandom]) expect(trainingSchema.safeParse(result).success).toBe(true);
});
