import type { JSX } from 'react';
import type { TextKey } from '#shared/text/text';
import { runCommand, shownKeyOf } from '../../platform/commands.ts';
import { useText } from '../../platform/i18n.ts';
import type { IconName } from '../../ui/Icon.tsx';
import type { MenuEntry } from '../../ui/Menu.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';

/** What helps a person on: commands, in the order of the menu. */
const helpful: readonly { readonly command: string; readonly label: TextKey; readonly icon: IconName }[] = [
  { command: 'help.tour', label: 'tour.command', icon: 'wand' },
  { command: 'lessons.show', label: 'lessons.command', icon: 'lesson' },
  { command: 'commands.palette', label: 'commands.palette', icon: 'search' },
  { command: 'commands.keys', label: 'commands.keys', icon: 'information' },
  { command: 'help.update', label: 'update.command', icon: 'import' },
  { command: 'help.crashes', label: 'crash.command', icon: 'warning' },
  { command: 'help.about', label: 'about.command', icon: 'note' },
];

/** The menu of help. */
export function HelpButton(): JSX.Element {
  const say = useText();
  const entries = helpful.map(({ command, label, icon }): MenuEntry => ({
    kind: 'action',
    id: command,
    label: say(label),
    icon,
    keys: shownKeyOf(command),
    run: () => void runCommand(command),
  }));
  return <MenuButton data-anchor="help" icon="help" label={say('help.menu')} entries={entries} />;
}
