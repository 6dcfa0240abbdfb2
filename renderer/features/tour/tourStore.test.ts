import { expect, test } from 'vitest';
import type { WireId } from '#shared/graph/identifiers';
import { createTemplate } from '#shared/templates/templates';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { tourSteps } from './steps.ts';
import { followTour, nextTourStep, offerTour, useTourStore } from './tourStore.ts';

const place = (): string | undefined => tourSteps[useTourStore.getState().place ?? -1]?.id;
const select = (wire: WireId | undefined): void =>
  useSelectionStore.getState().select({ wires: wire === undefined ? [] : [wire] });

test('a wire that is selected before it is asked for is let go, so that clicking it leads on', () => {
  const example = createTemplate('plain-or-residual');
  const dark = example.graph.wires.find(({ to }) => to.node === 'plain-dense-1')?.id;
  useDocumentStore.getState().load(example, null, null);
  const stop = followTour();
  select(dark);
  offerTour();
  expect(place()).toBe('run');

  nextTourStep();
  expect(place()).toBe('dark');
  expect(useSelectionStore.getState().wires.size).toBe(0);
  select(dark);
  expect(place()).toBe('why');
  stop();
});
