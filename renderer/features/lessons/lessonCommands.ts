import type { Command } from '../../platform/commands.ts';
import { showRail } from '../../state/viewStore.ts';

/** The commands that lead to the lessons, for the composition root to register. */
export const lessonCommands: readonly Command[] = [
  { id: 'lessons.show', label: 'lessons.command', run: () => showRail('lessons') },
];
