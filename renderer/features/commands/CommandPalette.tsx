import type { JSX } from 'react';
import { text } from '#shared/text/text';
import { runCommand, shownKeyOf, useCommands } from '../../platform/commands.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { ChoicePalette } from '../../ui/ChoicePalette.tsx';
import styles from './Commands.module.css';
import { groupOf, searchCommands } from './commandSearch.ts';

/** Every command that makes sense now, by name, while the palette is open. */
export function CommandPalette(): JSX.Element | null {
  const open = useViewStore((store) => store.dialogs.some(({ kind }) => kind === 'commands'));
  return open ? <OpenCommands /> : null;
}

function OpenCommands(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const close = useViewStore((store) => store.closeDialog);
  const commands = useCommands().filter(({ unlisted, when }) => unlisted !== true && when?.() !== false);
  return (
    <ChoicePalette
      label={say('commands.palette')}
      placeholder={say('commands.palette.placeholder')}
      className={styles.palette}
      find={(query) =>
        searchCommands(commands, query, locale).map((command) => {
          const keys = shownKeyOf(command.id);
          return {
            id: command.id,
            name: text(locale, command.label),
            hint: groupOf(command, locale),
            ...(keys === '' ? {} : { keys }),
            choose: () => void runCommand(command.id),
          };
        })
      }
      nothing={() => say('commands.palette.nothing')}
      onClose={close}
    />
  );
}
