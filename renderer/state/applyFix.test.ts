import { beforeEach, expect, test } from 'vitest';
import { makeFix } from '#shared/check/report';
import { createTemplate } from '#shared/templates/templates';
import { applyFix } from './applyFix.ts';
import { useDocumentStore } from './documentStore.ts';
import { useViewStore } from './viewStore.ts';

const example = createTemplate('plain-mlp');

beforeEach(() => {
  useDocumentStore.getState().load(example, null, null);
  useViewStore.getState().set({ paletteOpen: false, railTab: 'layers' });
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
