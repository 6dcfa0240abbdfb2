import { expect, test } from 'vitest';
import { check } from './check.ts';
import { createTemplate } from '../templates/templates.ts';
import { heldWeights } from './heldWeights.ts';

test('a loop has the weights inside it, an instance those of its cell, and frames those of shared cells once', () => {
  const rla = createTemplate('rla');
  const facts = check(rla);
  const loop = rla.graph.nodes.find(({ type }) => type === 'loop');
  if (loop === undefined) throw new Error('the template has no loop');
  const outside = rla.graph.nodes
    .filter(({ id, parent }) => id !== loop.id && parent !== loop.id)
    .reduce((sum, { id }) => sum + (facts.nodes.get(id)?.trainableWeights ?? 0), 0);
  expect(heldWeights(rla, facts, loop).trainable).toBe(facts.totals.trainable - outside);

  const dianet = createTemplate('dianet', { blocksInStage: 3 });
  const checked = check(dianet);
  const instance = dianet.graph.nodes.find(({ id }) => id === 'unit-1-1');
  if (instance === undefined) throw new Error('the template has no instance');
  expect(heldWeights(dianet, checked, instance).trainable).toBe(10_784);
});
