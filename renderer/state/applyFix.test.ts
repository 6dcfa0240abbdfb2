import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeFix } from '#shared/check/report';
import { createTemplate } from '#shared/templates/templates';
import { applyFix } from './applyFix.ts';
import { useDocumentStore } from './documentStore.ts';
import { useViewStore } from './viewStore.ts';

const example = createTemplate('plain-mlp');

beforeEach(() => {
  useDocumentStore.getState().load(example, null, null);
  useViewStore.getState().set({ paletteOpen: false, inspectorOpen: true, railTab: 'layers' });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

test('a way out that changes losses shows their settings, wherever its button stands', () => {
  applyFix(makeFix('removeLoss', {}, [{ kind: 'setTraining', set: { losses: [], metrics: [] } }]));
  expect(useDocumentStore.getState().document.training.losses).toEqual([]);
  expect(useViewStore.getState()).toMatchObject({ paletteOpen: true, railTab: 'training' });
});

test('one that edits the sheet leaves the panels as they are', () => {
  applyFix(makeFix('removeWire', {}, [{ kind: 'removeWires', wires: [] }]));
  expect(useViewStore.getState()).toMatchObject({ paletteOpen: false, railTab: 'layers' });
});

test.each([
  ['inspector', { inspectorOpen: true, dockOpen: false }, { innerWidth: 800, innerHeight: 900 }],
  ['dock of a short window', { inspectorOpen: false, dockOpen: true }, { innerWidth: 800, innerHeight: 400 }],
])('one pressed in the %s folds nothing of it where the settings have no room beside', (_, open, size) => {
  useViewStore.getState().set(open);
  vi.stubGlobal('window', size);
  applyFix(makeFix('removeLoss', {}, [{ kind: 'setTraining', set: { losses: [], metrics: [] } }]));
  expect(useDocumentStore.getState().document.training.losses).toEqual([]);
  expect(useViewStore.getState()).toMatchObject({ ...open, paletteOpen: false });
});
