import { canvasCommands } from '../canvas/commands.ts';
import { aboutCommands } from '../features/about/aboutCommands.ts';
import { commandListCommands } from '../features/commands/commandListCommands.ts';
import { engineCommands } from '../features/engine/engineCommands.ts';
import { crashCommands } from '../features/crashes/crashCommands.ts';
import { fileCommands, openTemplate } from '../features/files/fileActions.ts';
import { lessonCommands } from '../features/lessons/lessonCommands.ts';
import { paletteCommands } from '../features/palette/paletteCommands.ts';
import { tourCommands } from '../features/tour/tourStore.ts';
import { trainingCommands } from '../features/training/runControls.ts';
import { updateCommands } from '../features/updates/updateCommands.ts';
import type { Command } from '../platform/commands.ts';
import { useLessonStore } from '../state/lessonStore.ts';
import { dockTabs, railTabs, toggleRail, useViewStore } from '../state/viewStore.ts';
import { enterNextArea, enterDock, enterLeft } from './areas.ts';

function toggle(panel: 'paletteOpen' | 'inspectorOpen' | 'dockOpen'): void {
  const view = useViewStore.getState();
  view.set({ [panel]: !view[panel] });
}

/** A lesson has a projector view of its own, which fills the window; one of both is on at a time. */
function toggleProjector(): void {
  const lesson = useLessonStore.getState();
  const view = useViewStore.getState();
  if (lesson.isShown && !view.isProjected) lesson.project(!lesson.isProjected);
  else view.project(!view.isProjected);
}

/** The lessons and the history of edits have commands of their own. */
const namelessRailTabs = railTabs.filter((tab) => tab !== 'lessons' && tab !== 'history');

const panelCommands: readonly Command[] = [
  { id: 'view.leftPanel', label: 'command.leftPanel', keys: ['Mod+B'], global: true, run: () => toggle('paletteOpen') },
  {
    id: 'view.inspector',
    label: 'command.inspector',
    keys: ['Mod+I'],
    global: true,
    run: () => toggle('inspectorOpen'),
  },
  {
    id: 'view.projector',
    label: 'command.projector',
    keys: ['P'],
    run: toggleProjector,
  },
  { id: 'view.history', label: 'command.history', keys: ['Shift+H'], run: () => toggleRail('history') },
  { id: 'view.dock', label: 'command.dock', keys: ['Mod+J'], global: true, run: () => toggle('dockOpen') },
  { id: 'view.nextArea', label: 'command.nextArea', keys: ['F6'], global: true, run: () => enterNextArea(1) },
  {
    id: 'view.previousArea',
    label: 'command.previousArea',
    keys: ['Shift+F6'],
    global: true,
    run: () => enterNextArea(-1),
  },
  ...dockTabs.map((tab): Command => ({ id: `view.dock.${tab}`, label: `app.dock.${tab}`, run: () => enterDock(tab) })),
  ...namelessRailTabs.map((tab): Command => ({
    id: `view.rail.${tab}`,
    label: `app.rail.${tab}`,
    run: () => enterLeft(tab),
  })),
];

/** Every command of the window. */
export const commands: readonly Command[] = [
  ...canvasCommands,
  ...fileCommands,
  ...trainingCommands,
  ...paletteCommands,
  ...lessonCommands,
  ...tourCommands(openTemplate),
  ...panelCommands,
  ...commandListCommands,
  ...crashCommands,
  ...engineCommands,
  ...updateCommands,
  ...aboutCommands,
];
