import type { Command } from '../../platform/commands.ts';
import { useViewStore } from '../../state/viewStore.ts';

function open(kind: 'commands' | 'keys'): void {
  const { dialogs, openDialog } = useViewStore.getState();
  if (!dialogs.some((dialog) => dialog.kind === kind)) openDialog({ kind });
}

/** The commands that show all commands, for the composition root to register. */
export const commandListCommands: readonly Command[] = [
  {
    id: 'commands.palette',
    label: 'commands.palette',
    keys: ['Mod+K'],
    global: true,
    unlisted: true,
    run: () => open('commands'),
  },
  { id: 'commands.keys', label: 'commands.keys', keys: ['?'], run: () => open('keys') },
];
