import { afterEach, expect, test } from 'vitest';
import { createTemplate } from '#shared/templates/templates';
import { nodeId } from '#shared/graph/identifiers';
import { useDocumentStore } from './documentStore.ts';
import { isOutdated } from './useOutdated.ts';

const label = { key: 'command.undo' } as const;

afterEach(() => useDocumentStore.getState().newDocument());

test('a run is of an earlier state while an edit stands, and no longer once all is undone', () => {
  const { load, edit, undo, redo } = useDocumentStore.getState();
  load(createTemplate('plain-or-residual'), null, null);
  const began = useDocumentStore.getState().document;
  const outdated = (): boolean => isOutdated(began, useDocumentStore.getState().document);
  expect(isOutdated(null, began)).toBe(false);
  expect(outdated()).toBe(false);
  edit([{ kind: 'removeNodes', nodes: [nodeId('plain-dense-3')] }], label);
  expect(outdated()).toBe(true);
  edit([{ kind: 'setTraining', set: { epochs: 77 } }], label);
  undo();
  expect(outdated()).toBe(true);
  undo();
  expect(outdated()).toBe(false);
  redo();
  expect(outdated()).toBe(true);
});
