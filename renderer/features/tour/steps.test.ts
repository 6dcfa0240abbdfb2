import { describe, expect, it } from 'vitest';
import { createTemplate } from '#shared/templates/templates';
import { text, textKeys } from '#shared/text/text';
import { isTourDocument, stepAfter, tourSteps } from './steps.ts';
import type { TourWorld } from './steps.ts';

const example = createTemplate('plain-or-residual');
const atRest: TourWorld = { document: example, run: null, wire: null };

/** The example with every hidden layer of the plain branch on ReLU. */
const withRelu: TourWorld = {
  ...atRest,
  document: createTemplate('plain-or-residual', { activation: 'relu' }),
};

function indexOf(id: string): number {
  const index = tourSteps.findIndex((step) => step.id === id);
  if (index < 0) throw new Error(`the tour has no step ${id}`);
  return index;
}

function isDone(id: string, before: TourWorld, now: TourWorld): boolean | undefined {
  return tourSteps[indexOf(id)]?.isDone?.(before, now);
}

describe('steps of the tour', () => {
  it('each has words in both languages that name no key it does not give', () => {
    const keys = new Set<string>(textKeys());
    for (const step of tourSteps) {
      expect(keys.has(step.title) && keys.has(step.words), step.id).toBe(true);
      for (const locale of ['en', 'zh-CN'] as const) {
        expect(text(locale, step.words).includes('{keys}'), `${step.id} in ${locale}`).toBe(step.keysOf !== undefined);
      }
    }
  });

  it('knows the example, whatever its activation, and no other document', () => {
    expect(isTourDocument(example)).toBe(true);
    expect(isTourDocument(withRelu.document)).toBe(true);
    expect(isTourDocument({ ...example, graph: { ...example.graph, wires: [] } })).toBe(true);
    expect(isTourDocument(createTemplate('digits-cnn'))).toBe(false);
  });

  it('finds its subjects in the example', () => {
    const dark = example.graph.wires.find(({ to }) => to.node === 'plain-dense-1');
    expect(tourSteps[indexOf('dark')]?.target(example)).toBe(`[data-wire="${dark?.id}"]`);
    const loop = tourSteps[indexOf('loop')]?.target(example);
    expect(example.graph.nodes.filter(({ id }) => loop?.includes(`"${id}"`) === true)).toHaveLength(1);
  });

  it('is done when the thing was done, not when it had been before', () => {
    const measured = { ...atRest, run: 'one' };
    expect(isDone('run', atRest, measured)).toBe(true);
    expect(isDone('run', measured, measured)).toBe(false);
    expect(isDone('again', measured, { ...measured, run: 'two' })).toBe(true);
    expect(isDone('dark', atRest, { ...atRest, wire: 'w1' })).toBe(true);
    expect(isDone('dark', { ...atRest, wire: 'w1' }, atRest)).toBe(false);
    expect(isDone('relu', atRest, withRelu)).toBe(true);
    expect(isDone('relu', withRelu, withRelu)).toBe(false);
    const looped = { ...atRest, document: createTemplate('rla') };
    expect(isDone('loop', atRest, looped)).toBe(true);
    expect(isDone('loop', looped, looped)).toBe(false);
  });
});

describe('the step that follows', () => {
  it('is the next one', () => {
    expect(stepAfter(indexOf('run'), atRest, atRest)).toBe(indexOf('dark'));
    expect(stepAfter(indexOf('again'), atRest, atRest)).toBe(indexOf('loop'));
  });

  it('leaves out what was done on the way', () => {
    expect(stepAfter(indexOf('why'), atRest, withRelu)).toBe(indexOf('again'));
  });

  it('never leads past the end', () => {
    expect(stepAfter(indexOf('end'), atRest, atRest)).toBe(indexOf('end'));
    expect(stepAfter(indexOf('loop'), atRest, { ...withRelu, run: 'one', wire: 'w1' })).toBe(indexOf('end'));
  });
});
