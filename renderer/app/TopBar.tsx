import type { JSX } from 'react';
import { text } from '#shared/text/text';
import { HelpButton } from '../features/commands/HelpButton.tsx';
import { FileMenu } from '../features/files/FileMenu.tsx';
import { OverlayControls } from '../features/gradients/OverlayControls.tsx';
import { SettingsButton } from '../features/settings/SettingsButton.tsx';
import { Transport } from '../features/training/Transport.tsx';
import { runCommand, shownKeyOf } from '../platform/commands.ts';
import { useLocale, useText } from '../platform/i18n.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import type { EditLabel } from '../state/documentStore.ts';
import { useKeptRuns } from '../state/keptRuns.ts';
import { useLessonStore } from '../state/lessonStore.ts';
import { useViewStore } from '../state/viewStore.ts';
import { IconButton } from '../ui/IconButton.tsx';
import styles from './TopBar.module.css';

/** The name of the product: a mark of two threads, and the word. */
const product = 'Gradloom';

/** Brand, document, undo and redo; the transport; the gradient's view and the settings. */
export function TopBar(): JSX.Element {
  const say = useText();
  return (
    <header className={styles.bar} aria-label={say('app.topBar')} data-area="top">
      <div className={styles.start}>
        <span className={styles.brand}>
          <svg width="18" height="18" viewBox="0 0 20 20" aria-hidden="true">
            <path className={styles.faded} d="M2 5C9 5 9 15 18 15" />
            <path className={styles.clear} d="M2 15C9 15 9 5 18 5" />
          </svg>
          <h1 className={styles.word}>{product}</h1>
        </span>
        <FileMenu />
        <Travel />
      </div>
      <Transport />
      <div className={styles.end}>
        <ProjectorControls />
        <OverlayControls />
        <HelpButton />
        <SettingsButton />
      </div>
    </header>
  );
}

/** In the projector view: the way to the inspector, which says why a wire is dark, and the way back out. */
function ProjectorControls(): JSX.Element | null {
  const say = useText();
  const isProjected = useViewStore((store) => store.isProjected);
  const inspectorOpen = useViewStore((store) => store.inspectorOpen);
  const isCovered = useLessonStore((store) => store.isShown);
  const isComparing = useKeptRuns((store) => store.compared.length > 0);
  if (!isProjected) return null;
  return (
    <>
      {!isCovered && !isComparing && (
        <IconButton
          icon="information"
          pressed={inspectorOpen}
          label={say('command.inspector')}
          keys={shownKeyOf('view.inspector')}
          onClick={() => runCommand('view.inspector')}
        />
      )}
      <IconButton
        icon="monitor"
        pressed
        label={say('command.projector')}
        keys={shownKeyOf('view.projector')}
        onClick={() => runCommand('view.projector')}
      />
    </>
  );
}

/** Undo and redo, each saying what it would take back or do again. */
function Travel(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const undoLabel = useDocumentStore((store) => store.undoLabel);
  const redoLabel = useDocumentStore((store) => store.redoLabel);
  const words = (label: EditLabel | null): string | undefined =>
    label === null ? undefined : text(locale, label.key, label.values);
  return (
    <div className={styles.travel}>
      <IconButton
        icon="undo"
        label={say('command.undo')}
        hint={words(undoLabel)}
        keys={shownKeyOf('edit.undo')}
        disabled={undoLabel === null}
        onClick={() => runCommand('edit.undo')}
      />
      <IconButton
        icon="redo"
        label={say('command.redo')}
        hint={words(redoLabel)}
        keys={shownKeyOf('edit.redo')}
        disabled={redoLabel === null}
        onClick={() => runCommand('edit.redo')}
      />
    </div>
  );
}
