import { useEffect, useId, useRef, useState } from 'react';
import type { JSX, KeyboardEvent } from 'react';
import type { CallResult, Failure, FileEntry } from '#shared/protocol/calls';
import { CallFailure, getClient } from '../../platform/client.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { byteSize, moment } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { describeMessage } from '../../ui/words.ts';
import { shownEntries } from './entries.ts';
import type { Chosen } from './entries.ts';
import styles from './FileDialog.module.css';
import { documentName, joinPath, withEnding } from './paths.ts';
import inputs from '../../ui/inputs.module.css';

export interface FileDialogProps {
  readonly title: string;
  /** What the button that ends the dialog says. */
  readonly action: string;
  readonly folder: string;
  /** For saving: the name to start with. Absent: an existing file is chosen. */
  readonly name?: string;
  /** For saving: what the name ends with, that of a document where nothing is said. */
  readonly ending?: string;
  /** What may be chosen, a document where nothing is said. Of folders the one is meant that is shown. */
  readonly chooses?: Chosen;
  onAnswer(path: string | null): void;
}

const listWords = {
  document: 'files.dialog.list',
  file: 'files.dialog.list.all',
  folder: 'files.dialog.list.all',
  model: 'files.dialog.list.models',
  engine: 'files.dialog.list.engines',
} as const;

const emptyWords = {
  document: 'files.dialog.empty',
  file: 'files.dialog.empty.all',
  folder: 'files.dialog.empty.all',
  model: 'files.dialog.empty.models',
  engine: 'files.dialog.empty.engines',
} as const;

/** Letters of a file's name before its ending. */
function nameLength(typed: string, ending: string | undefined): number {
  if (ending === undefined) return documentName(typed).length;
  return typed.toLowerCase().endsWith(ending) ? typed.length - ending.length : typed.length;
}

/** The window's own file dialog, for shells that have none: a list that works by keyboard alone. */
export function FileDialog(props: FileDialogProps): JSX.Element {
  const { title, action, folder, name, ending, chooses = 'document', onAnswer } = props;
  const say = useText();
  const locale = useLocale();
  const saving = name !== undefined;
  const listing = useListing(folder, chooses !== 'document' && chooses !== 'folder');
  const [typed, setTyped] = useState(name ?? '');
  const [chosen, setChosen] = useState(0);
  const [isNaming, setNaming] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const entries = listing.result === null ? [] : shownEntries(listing.result.entries, chooses);
  const current = entries[Math.min(chosen, entries.length - 1)];

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen, listing.result]);

  const enter = (path: string): void => {
    setChosen(0);
    listing.go(path);
    list.current?.focus();
  };
  const take = (entry: FileEntry | undefined): void => {
    if (entry === undefined) return;
    if (entry.folder) enter(entry.path);
    else if (saving) setTyped(entry.name);
    else onAnswer(entry.path);
  };
  const submit = (): void => {
    if (listing.result === null) return;
    if (saving) {
      if (typed.trim() !== '') onAnswer(joinPath(listing.result.path, withEnding(typed, ending)));
    } else if (chooses === 'folder') onAnswer(listing.result.path);
    else take(current);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = entries.length - 1;
    const go = (index: number): void => {
      event.preventDefault();
      setChosen(Math.max(0, Math.min(index, last)));
    };
    if (event.key === 'ArrowDown') go(chosen + 1);
    else if (event.key === 'ArrowUp') go(chosen - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(last);
    else if (event.key === 'PageDown') go(chosen + 8);
    else if (event.key === 'PageUp') go(chosen - 8);
    else if (event.key === 'Enter') {
      event.preventDefault();
      take(current);
    } else if (event.key === 'Backspace' && listing.result !== null && listing.result.parent !== null) {
      event.preventDefault();
      enter(listing.result.parent);
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const letter = event.key.toLowerCase();
      const turned = [...entries.keys()].map((index) => (index + chosen + 1) % entries.length);
      const found = turned.find((index) => entries[index]?.name.toLowerCase().startsWith(letter));
      if (found !== undefined) go(found);
    }
  };

  return (
    <Dialog
      title={title}
      width="medium"
      onClose={() => onAnswer(null)}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={() => onAnswer(null)}>{say('ui.cancel')}</Button>
          <Button
            look="primary"
            type="submit"
            disabled={
              saving
                ? typed.trim() === '' || listing.result === null
                : chooses === 'folder'
                  ? listing.result === null
                  : current === undefined
            }
          >
            {action}
          </Button>
        </>
      }
    >
      <div className={styles.dialog}>
        {saving && (
          <label className={styles.nameRow}>
            <span className={styles.nameLabel}>{say('files.dialog.name')}</span>
            <input
              data-autofocus
              className={inputs['input']}
              value={typed}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => setTyped(event.target.value)}
              onFocus={(event) => event.target.setSelectionRange(0, nameLength(event.target.value, ending))}
            />
          </label>
        )}
        <div className={styles.place}>
          <IconButton
            icon="up"
            size="small"
            label={say('files.dialog.up')}
            disabled={listing.result === null || listing.result.parent === null}
            onClick={() => {
              if (listing.result !== null && listing.result.parent !== null) enter(listing.result.parent);
            }}
          />
          {saving && (
            <IconButton
              icon="newFolder"
              size="small"
              label={say('files.dialog.newFolder')}
              disabled={listing.result === null}
              pressed={isNaming}
              onClick={() => setNaming(!isNaming)}
            />
          )}
          <span className={styles.path} title={listing.result?.path}>
            <bdi>{listing.result?.path ?? folder}</bdi>
          </span>
        </div>
        {isNaming && listing.result !== null && (
          <NewFolder
            folder={listing.result.path}
            onMade={(path) => {
              setNaming(false);
              enter(path);
            }}
            onClose={() => {
              setNaming(false);
              list.current?.focus();
            }}
          />
        )}
        <div
          ref={list}
          role={entries.length === 0 ? 'group' : 'listbox'}
          tabIndex={0}
          data-autofocus={saving ? undefined : true}
          aria-label={say(listWords[chooses])}
          aria-activedescendant={current === undefined ? undefined : `${id}-${entries.indexOf(current)}`}
          className={styles.list}
          onKeyDown={onKeyDown}
        >
          {entries.map((entry, index) => (
            <div
              key={entry.path}
              id={`${id}-${index}`}
              role="option"
              aria-selected={entry === current}
              className={classes(styles.entry, entry.folder && styles.folder)}
              onClick={() => {
                setChosen(index);
                if (saving && !entry.folder) setTyped(entry.name);
              }}
              onDoubleClick={() => take(entry)}
            >
              <Icon name={entry.folder ? 'folder' : 'file'} />
              <span className={styles.name}>{entry.name}</span>
              {!entry.folder && (
                <>
                  <span className={styles.detail}>{moment(entry.modified, locale)}</span>
                  <span className={classes(styles.detail, styles.size)}>{byteSize(entry.size)}</span>
                </>
              )}
            </div>
          ))}
          {listing.failure !== null && (
            <p className={styles.failure} role="alert">
              {describeMessage(locale, 'failure', listing.failure)}
            </p>
          )}
          {listing.failure === null && listing.result !== null && entries.length === 0 && (
            <p className={styles.nothing}>{say(emptyWords[chooses])}</p>
          )}
        </div>
      </div>
    </Dialog>
  );
}

/** A line that asks for a folder's name and makes it. What does not work is said beneath it. */
function NewFolder(props: { readonly folder: string; onMade(path: string): void; onClose(): void }): JSX.Element {
  const { folder, onMade, onClose } = props;
  const say = useText();
  const locale = useLocale();
  const [name, setName] = useState('');
  const [failure, setFailure] = useState<Failure | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const make = async (): Promise<void> => {
    if (name.trim() === '') return;
    try {
      const { path } = await getClient().call('files.makeFolder', { path: joinPath(folder, name.trim()) });
      onMade(path);
    } catch (problem) {
      if (!(problem instanceof CallFailure)) throw problem;
      setFailure(problem.failure);
      field.current?.focus();
    }
  };
  return (
    <div className={styles.newFolder}>
      <input
        ref={field}
        className={inputs['input']}
        aria-label={say('files.dialog.newFolder.name')}
        placeholder={say('files.dialog.newFolder.name')}
        value={name}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          // Both keys are meant for the name, not for the dialog around it.
          if (event.nativeEvent.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
          event.preventDefault();
          event.stopPropagation();
          if (event.key === 'Escape') onClose();
          else void make();
        }}
      />
      <Button disabled={name.trim() === ''} onClick={() => void make()}>
        {say('files.dialog.newFolder.make')}
      </Button>
      {failure !== null && (
        <p className={styles.newFolderFailure} role="alert">
          {describeMessage(locale, 'failure', failure)}
        </p>
      )}
    </div>
  );
}

/** What is in a folder; a folder that cannot be read leaves the former one in view. */
function useListing(
  start: string,
  all: boolean,
): {
  readonly result: CallResult<'files.list'> | null;
  readonly failure: Failure | null;
  go(path: string): void;
} {
  const [path, go] = useState(start);
  const [result, setResult] = useState<CallResult<'files.list'> | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  useEffect(() => {
    let wanted = true;
    getClient()
      .call('files.list', { path, all })
      .then(
        (answer) => {
          if (!wanted) return;
          setResult(answer);
          setFailure(null);
        },
        (problem: unknown) => {
          if (!(problem instanceof CallFailure)) throw problem;
          if (wanted) setFailure(problem.failure);
        },
      );
    return () => {
      wanted = false;
    };
  }, [path, all]);
  return { result, failure, go };
}
