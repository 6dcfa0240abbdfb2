import { useEffect, useRef, useState } from 'react';
import type { JSX, KeyboardEvent as ReactKeyboardEvent } from 'react';
import {
  chooseKeys,
  hasChosenKeys,
  keysOf,
  ownerOfKeys,
  pressedKeys,
  resetKeys,
  showKeys,
  useCommands,
} from '../../platform/commands.ts';
import type { Command } from '../../platform/commands.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import styles from './Commands.module.css';
import { byGroup, searchCommands } from './commandSearch.ts';

/** All keys, while they are shown: which command has which, and other ones for those that can be changed. */
export function KeysDialog(): JSX.Element | null {
  const open = useViewStore((store) => store.dialogs.some(({ kind }) => kind === 'keys'));
  return open ? <OpenKeys /> : null;
}

function OpenKeys(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const close = useViewStore((store) => store.closeDialog);
  const commands = useCommands();
  const [query, setQuery] = useState('');
  const [changing, setChanging] = useState<string | null>(null);
  const found = searchCommands(commands, query, locale);
  return (
    <Dialog
      title={say('commands.keys')}
      width="medium"
      onClose={close}
      actions={
        <Button disabled={!commands.some(({ id }) => hasChosenKeys(id))} onClick={() => resetKeys()}>
          {say('commands.keys.resetAll')}
        </Button>
      }
    >
      <input
        data-autofocus
        type="search"
        className={styles.search}
        value={query}
        placeholder={say('commands.keys.search')}
        aria-label={say('commands.keys.search')}
        onChange={(event) => setQuery(event.target.value)}
      />
      {found.length === 0 && <p className={styles.nothing}>{say('commands.keys.nothing')}</p>}
      {byGroup(found, locale).map(({ name, commands: members }) => (
        <section key={name}>
          <h3 className={styles.group}>{name}</h3>
          <ul className={styles.rows}>
            {members.map((command) => (
              <Row
                key={command.id}
                command={command}
                changing={changing === command.id}
                onChanging={(on) => setChanging(on ? command.id : null)}
              />
            ))}
          </ul>
        </section>
      ))}
    </Dialog>
  );
}

function Row({
  command,
  changing,
  onChanging,
}: {
  readonly command: Command;
  readonly changing: boolean;
  onChanging(on: boolean): void;
}): JSX.Element {
  const say = useText();
  const name = say(command.label);
  const keys = keysOf(command.id);
  const shown = keys.length === 0 ? say('commands.keys.none') : keys.map((one) => showKeys(one)).join('  ');
  return (
    <li className={styles.row}>
      <span className={styles.name}>{name}</span>
      {hasChosenKeys(command.id) && (
        <IconButton
          icon="reset"
          size="small"
          label={say('commands.keys.reset', { command: name })}
          onClick={() => resetKeys(command.id)}
        />
      )}
      {command.native === true ? (
        <kbd className={styles.keys} title={say('commands.keys.fixed')}>
          {shown}
        </kbd>
      ) : changing ? (
        <Recorder command={command} onDone={() => onChanging(false)} />
      ) : (
        <button
          type="button"
          className={classes(styles.keys, styles.change, keys.length === 0 && styles.none)}
          aria-label={`${say('commands.keys.change', { command: name })}: ${shown}`}
          title={say('commands.keys.change', { command: name })}
          onClick={() => onChanging(true)}
        >
          {shown}
        </button>
      )}
    </li>
  );
}

/** Waits for new keys. Where they belong to another command it says so, and asks. */
function Recorder({ command, onDone }: { readonly command: Command; onDone(): void }): JSX.Element {
  const say = useText();
  const [wanted, setWanted] = useState<string | null>(null);
  const field = useRef<HTMLButtonElement>(null);
  const owner = wanted === null ? undefined : ownerOfKeys(wanted);
  useEffect(() => field.current?.focus(), []);
  const take = (keys: string): void => {
    chooseKeys(command.id, [keys]);
    onDone();
  };
  const onKeyDown = (event: ReactKeyboardEvent): void => {
    if (event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') {
      onDone();
      return;
    }
    const keys = pressedKeys(event.nativeEvent);
    if (keys === null) return;
    const other = ownerOfKeys(keys);
    if (other === undefined || other.id === command.id) take(keys);
    else setWanted(keys);
  };
  if (wanted !== null && owner !== undefined) {
    return (
      <span className={styles.conflict} role="alert">
        <span>{say('commands.keys.taken', { keys: showKeys(wanted), command: say(owner.label) })}</span>
        {owner.native !== true && (
          <Button size="small" onClick={() => take(wanted)}>
            {say('commands.keys.take')}
          </Button>
        )}
        <Button size="small" onClick={onDone}>
          {say('commands.keys.leave')}
        </Button>
      </span>
    );
  }
  return (
    <button ref={field} type="button" className={classes(styles.keys, styles.recording)} onKeyDown={onKeyDown}>
      {say('commands.keys.press')}
    </button>
  );
}
