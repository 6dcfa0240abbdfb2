import { canvasCommands } from '../canvas/commands.ts';
import { commandListCommands } from '../features/commands/commandListCommands.ts';
import { fileCommands } from '../features/files/fileActions.ts';
import { lessonCommands } from '../features/lessons/lessonCommands.ts';
import { paletteCommands } from '../features/palette/paletteCommands.ts';
import { trainingCommands } from '../features/training/runControls.ts';
import type { Command } from '../platform/commands.ts';
import { toggleRail, useViewStore } from '../state/viewStore.ts';

function toggle(panel: 'paletteOpen' | 'inspectorOpen' | 'dockOpen'): void {
  const view = useViewStore.getState();
  view.set({ [panel]: !view[panel] });
}

const panelCommands: readonly Command[] = [
  { id: 'view.leftPanel', label: 'command.leftPanel', keys: ['Mod+B'], global: true, run: () => toggle('paletteOpen') },
  {
    id: 'view.inspector',
    label: 'command.inspector',
    keys: ['Mod+I'],
    global: true,
    run: () => toggle('inspectorOpen'),
  },
  { id: 'view.history', label: 'command.history', keys: ['Shift+H'], run: () => toggleRail('history') },
  { id: 'view.dock', label: 'command.dock', keys: ['Mod+J'], global: true, run: () => toggle('dockOpen') },
];

/** Every command of the window. */
export const commands: readonly Command[] = [
  ...canvasCommands,
  ...fileCommands,
  ...trainingCommands,
  ...paletteCommands,
  ...lessonCommands,
  ...panelCommands,
  ...commandListCommands,
];
