import { useRef, useState } from 'react';
import type { JSX } from 'react';
import type { TextKey } from '#shared/text/text';
import { runCommand, shownKeyOf } from '../../platform/commands.ts';
import { useText } from '../../platform/i18n.ts';
import type { IconName } from '../../ui/Icon.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Menu } from '../../ui/Menu.tsx';
import type { MenuEntry } from '../../ui/Menu.tsx';

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
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const entries = helpful.map(({ command, label, icon }): MenuEntry => ({
    kind: 'action',
    id: command,
    label: say(label),
    icon,
    keys: shownKeyOf(command),
    run: () => void runCommand(command),
  }));
  return (
    <>
      <IconButton
        ref={button}
        data-anchor="help"
        icon="help"
        label={say('help.menu')}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <Menu
          anchor={button}
          label={say('help.menu')}
          alignment="end"
          entries={entries}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
