import { useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';
import { getClient } from '../../platform/client.ts';
import { runCommand, shownKeyOf } from '../../platform/commands.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Menu } from '../../ui/Menu.tsx';
import type { MenuEntry } from '../../ui/Menu.tsx';
import { Tooltip } from '../../ui/Tooltip.tsx';
import { templateChoices } from './examples.ts';
import { ExportDialog } from './ExportDialog.tsx';
import {
  findWork,
  importModel,
  newFile,
  newWindow,
  openExport,
  openFile,
  openTemplate,
  save,
  saveAs,
  takeWeights,
} from './fileActions.ts';
import styles from './FileMenu.module.css';
import { baseName, folderOf } from './paths.ts';
import { FileQuestions } from './FileQuestions.tsx';
import { FoundWorkDialog } from './FoundWorkDialog.tsx';
import { VersionsDialog } from './VersionsDialog.tsx';

/** The document's name, which opens the menu of files; and every dialog that files may need. */
export function FileMenu(): JSX.Element {
  const say = useText();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const name = useDocumentStore((store) => store.document.name);
  const path = useDocumentStore((store) => store.path);
  const dirty = useDocumentStore((store) => store.dirty);
  const place = path ?? say('files.notSaved');
  useUnloadGuard(dirty);
  return (
    <>
      <Tooltip words={name} hint={dirty ? `${place} · ${say('files.dirty')}` : place}>
        <button
          ref={button}
          type="button"
          className={styles.button}
          aria-haspopup="menu"
          aria-expanded={open}
          aria-label={say('files.menu', { name })}
          onClick={() => setOpen(!open)}
        >
          <Icon name="file" />
          <span className={styles.name}>{name}</span>
          {dirty && <span className={styles.dirty} aria-hidden="true" />}
          <Icon name="chevronDown" size={14} />
        </button>
      </Tooltip>
      {open && <Entries anchor={button} onClose={() => setOpen(false)} />}
      <ExportDialog />
      <FoundWorkDialog />
      <VersionsDialog />
      <FileQuestions />
    </>
  );
}

function Entries(props: { readonly anchor: React.RefObject<HTMLButtonElement | null>; onClose(): void }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const recent = useRecent();
  const hasFile = useDocumentStore((store) => store.path !== null);
  const entries: MenuEntry[] = [
    {
      kind: 'action',
      id: 'new',
      label: say('files.new'),
      icon: 'newFile',
      keys: shownKeyOf('file.new'),
      run: () => void newFile(),
    },
    {
      kind: 'action',
      id: 'newWindow',
      label: say('files.newWindow'),
      keys: shownKeyOf('file.newWindow'),
      run: () => void newWindow(),
    },
    {
      kind: 'action',
      id: 'open',
      label: say('files.open'),
      icon: 'folder',
      keys: shownKeyOf('file.open'),
      run: () => void openFile(),
    },
    { kind: 'line', id: 'line-save' },
    {
      kind: 'action',
      id: 'save',
      label: say('files.save'),
      icon: 'save',
      keys: shownKeyOf('file.save'),
      run: () => void save(),
    },
    {
      kind: 'action',
      id: 'saveAs',
      label: say('files.saveAs'),
      keys: shownKeyOf('file.saveAs'),
      run: () => void saveAs(),
    },
    {
      kind: 'action',
      id: 'versions',
      label: say('files.versions'),
      icon: 'history',
      disabled: !hasFile,
      run: () => runCommand('file.versions'),
    },
    { kind: 'action', id: 'work', label: say('files.work'), run: () => void findWork() },
    { kind: 'line', id: 'line-export' },
    {
      kind: 'action',
      id: 'export',
      label: say('files.export'),
      icon: 'export',
      keys: shownKeyOf('file.export'),
      run: openExport,
    },
    {
      kind: 'action',
      id: 'import',
      label: say('files.import'),
      icon: 'import',
      run: () => void importModel(),
    },
    {
      kind: 'action',
      id: 'takeWeights',
      label: say('files.takeWeights'),
      run: () => void takeWeights(),
    },
    { kind: 'line', id: 'line-examples' },
    { kind: 'heading', id: 'examples', label: say('files.examples') },
    ...templateChoices(locale).map((choice): MenuEntry => ({
      kind: 'action',
      id: `example ${choice.id}`,
      label: choice.name,
      icon: 'templates',
      run: () => void openTemplate(choice.create()),
    })),
    { kind: 'action', id: 'templates', label: say('files.templates'), run: () => void runCommand('palette.templates') },
  ];
  if (recent.length > 0) {
    entries.push({ kind: 'line', id: 'line-recent' }, { kind: 'heading', id: 'recent', label: say('files.recent') });
    for (const path of recent.slice(0, 8)) {
      entries.push({
        kind: 'action',
        id: `recent ${path}`,
        label: baseName(path),
        hint: folderOf(path),
        run: () => void openFile(path),
      });
    }
  }
  return <Menu anchor={props.anchor} label={say('files.menu.label')} entries={entries} onClose={props.onClose} />;
}

/** Paths opened or saved lately. A shell that cannot tell has none. */
function useRecent(): readonly string[] {
  const [paths, setPaths] = useState<readonly string[]>([]);
  useEffect(() => {
    let wanted = true;
    getClient()
      .call('document.recent', {})
      .then(
        (result) => wanted && setPaths(result.paths),
        () => undefined,
      );
    return () => {
      wanted = false;
    };
  }, []);
  return paths;
}

/** Asks before a tab with unsaved work is closed; the words are the browser's own. */
function useUnloadGuard(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return undefined;
    const guard = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', guard);
    return () => window.removeEventListener('beforeunload', guard);
  }, [dirty]);
}
