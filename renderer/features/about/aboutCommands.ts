import type { Command } from '../../platform/commands.ts';
import { useViewStore } from '../../state/viewStore.ts';

function show(): void {
  const { dialogs, openDialog } = useViewStore.getState();
  if (!dialogs.some(({ kind }) => kind === 'about')) openDialog({ kind: 'about' });
}

/** The command that says what Gradloom is and whose work is in it, for the composition root to register. */
export const aboutCommands: readonly Command[] = [{ id: 'help.about', label: 'about.command', run: show }];
