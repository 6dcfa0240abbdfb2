import { beforeEach, expect, test } from 'vitest';
import { check } from '#shared/check/check';
import { createTemplate } from '#shared/templates/templates';
import { useViewStore } from '../../state/viewStore.ts';
import { panelOf, showProblem } from './problemPlace.ts';

beforeEach(() => useViewStore.getState().set({ paletteOpen: false, dockOpen: false, dockTab: 'problems' }));

const example = createTemplate('plain-mlp');
const { training } = example;

test('a problem of a loss leads to the settings of training, one of the data to the data', () => {
  const withoutLoss = check({ ...example, training: { ...training, losses: [] } });
  const problem = withoutLoss.diagnostics.find(({ code }) => code === 'outputWithoutLoss');
  if (problem === undefined) throw new Error('nothing is told of the missing loss');
  showProblem(problem);
  expect(useViewStore.getState()).toMatchObject({ paletteOpen: true, railTab: 'training', dockOpen: false });

  const withoutData = check({ ...example, training: { ...training, data: null } });
  const other = withoutData.diagnostics.find(({ code }) => code === 'noData');
  if (other === undefined) throw new Error('nothing is told of the missing data');
  expect(other.node).toBeUndefined();
  showProblem(other);
  expect(useViewStore.getState()).toMatchObject({ dockOpen: true, dockTab: 'data' });
});

test('a problem of the sheet has its place there alone', () => {
  expect(panelOf({ code: 'shapesDiffer' })).toBeNull();
  showProblem({ code: 'shapesDiffer' });
  expect(useViewStore.getState()).toMatchObject({ paletteOpen: false, dockOpen: false });
});
