import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import { createTemplate } from '#shared/templates/templates';
import { isCommandAvailable, registerCommands, runCommand } from '../platform/commands.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { useSelectionStore } from '../state/selectionStore.ts';
import { followStores } from './canvasStore.ts';
import { canvasCommands } from './commands.ts';

const store = (): ReturnType<typeof useDocumentStore.getState> => useDocumentStore.getState();
const select = (...ids: readonly string[]): void => useSelectionStore.getState().select({ nodes: ids.map(nodeId) });
let leave: readonly (() => void)[] = [];

beforeEach(() => {
  store().load(createTemplate('plain-or-residual'), null, null);
  useSelectionStore.getState().clear();
  leave = [followStores(), registerCommands(canvasCommands)];
});
afterEach(() => {
  for (const end of leave) end();
});

describe('with nothing selected', () => {
  it('what is about the selection is not offered, zooming to it included', () => {
    const about = ['view.zoomToSelection', 'edit.cut', 'edit.delete', 'edit.duplicate', 'structure.wrapInLoop'];
    expect(about.filter(isCommandAvailable)).toEqual([]);
    expect(runCommand('view.zoomToSelection')).toBe(false);
    select('plain-dense-1');
    expect(about.filter(isCommandAvailable)).toEqual(about);
    const [wire] = store().document.graph.wires;
    useSelectionStore.getState().select({ wires: wire === undefined ? [] : [wire.id] });
    expect(about.filter(isCommandAvailable)).toEqual(['view.zoomToSelection', 'edit.delete']);
  });
});
