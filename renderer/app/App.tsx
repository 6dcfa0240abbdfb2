import { useEffect } from 'react';
import type { JSX } from 'react';
import { Canvas } from '../canvas/Canvas.tsx';
import { AboutDialog } from '../features/about/AboutDialog.tsx';
import { CompareView } from '../features/compare/CompareView.tsx';
import { CommandPalette } from '../features/commands/CommandPalette.tsx';
import { KeysDialog } from '../features/commands/KeysDialog.tsx';
import { CrashDialog } from '../features/crashes/CrashDialog.tsx';
import { EngineBanner } from '../features/engine/EngineBanner.tsx';
import { openTemplate } from '../features/files/fileActions.ts';
import { FileBanner } from '../features/files/FileBanner.tsx';
import { FileQuestions } from '../features/files/FileQuestions.tsx';
import { HistoryPanel } from '../features/history/HistoryPanel.tsx';
import { Inspector } from '../features/inspector/Inspector.tsx';
import { LessonsPanel } from '../features/lessons/LessonsPanel.tsx';
import { LessonView } from '../features/lessons/LessonView.tsx';
import { Palette } from '../features/palette/Palette.tsx';
import { RunsPanel } from '../features/runs/RunsPanel.tsx';
import { TourCard } from '../features/tour/TourCard.tsx';
import { TrainingPanel } from '../features/training/TrainingPanel.tsx';
import { ProgressLine } from '../features/training/Transport.tsx';
import { UpdateDialog } from '../features/updates/UpdateDialog.tsx';
import { ValueSection } from '../features/values/ValueSection.tsx';
import { LocaleProvider, useText } from '../platform/i18n.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { useKeptRuns } from '../state/keptRuns.ts';
import { useLessonStore } from '../state/lessonStore.ts';
import { useRunStore } from '../state/runStore.ts';
import { keepRoomForCanvas, shortWindow, useViewStore, usualInspectorWidth } from '../state/viewStore.ts';
import { Splitter } from '../ui/Splitter.tsx';
import styles from './App.module.css';
import { Boundary } from './Boundary.tsx';
import { Dock } from './Dock.tsx';
import { Notices } from './Notices.tsx';
import { Rail } from './Rail.tsx';
import { useAppearance } from './theme.ts';
import { TopBar } from './TopBar.tsx';

/** The whole window. */
export function App(): JSX.Element {
  const locale = useViewStore((store) => store.locale);
  return (
    <LocaleProvider locale={locale}>
      <Boundary rescue={<FileQuestions />}>
        <Shell />
      </Boundary>
    </LocaleProvider>
  );
}

function Shell(): JSX.Element {
  const theme = useAppearance();
  const isComparing = useKeptRuns((store) => store.compared.length > 0);
  const isLearning = useLessonStore((store) => store.isShown);
  const isProjected = useViewStore((store) => store.isProjected);
  useTitle();
  useDockAtFirstRun();
  useEffect(keepRoomForCanvas, []);
  return (
    <div className={styles.shell}>
      <Boundary>
        <TopBar />
      </Boundary>
      <ProgressLine />
      <EngineBanner />
      <FileBanner />
      <div className={styles.body}>
        {!isProjected && <Rail />}
        <LeftPanel />
        {isLearning ? (
          <Boundary>
            <LessonView onOpen={openTemplate} />
          </Boundary>
        ) : isComparing ? (
          <Boundary>
            <CompareView theme={theme} />
          </Boundary>
        ) : (
          <>
            <main className={styles.middle}>
              <div className={styles.canvas} data-area="canvas">
                <Boundary>
                  <Canvas theme={theme} />
                </Boundary>
                <Notices />
              </div>
              <LowerPanel />
            </main>
            <RightPanel />
          </>
        )}
      </div>
      <Boundary>
        <CommandPalette />
        <KeysDialog />
        <TourCard />
        <CrashDialog />
        <UpdateDialog />
        <AboutDialog />
      </Boundary>
    </div>
  );
}

function LeftPanel(): JSX.Element | null {
  const say = useText();
  const open = useViewStore((store) => store.paletteOpen);
  const width = useViewStore((store) => store.paletteWidth);
  const tab = useViewStore((store) => store.railTab);
  const set = useViewStore((store) => store.set);
  if (!open) return null;
  return (
    <>
      <div className={styles.side} style={{ width }} data-area="left">
        <Boundary key={tab}>
          {tab === 'layers' ? (
            <Palette onOpenTemplate={(document) => void openTemplate(document)} />
          ) : tab === 'training' ? (
            <TrainingPanel />
          ) : tab === 'history' ? (
            <HistoryPanel />
          ) : tab === 'runs' ? (
            <RunsPanel onOpen={(document) => openTemplate(document)} />
          ) : (
            <LessonsPanel />
          )}
        </Boundary>
      </div>
      <Splitter
        label={say('app.resize.left')}
        direction="vertical"
        panel="before"
        size={width}
        minimum={160}
        maximum={420}
        normal={196}
        onResize={(paletteWidth) => set({ paletteWidth })}
      />
    </>
  );
}

function RightPanel(): JSX.Element | null {
  const say = useText();
  const open = useViewStore((store) => store.inspectorOpen);
  const width = useViewStore((store) => store.inspectorWidth);
  const set = useViewStore((store) => store.set);
  if (!open) return null;
  return (
    <>
      <Splitter
        label={say('app.resize.inspector')}
        direction="vertical"
        panel="after"
        size={width}
        minimum={220}
        maximum={560}
        normal={usualInspectorWidth()}
        onResize={(inspectorWidth) => set({ inspectorWidth })}
      />
      <div className={styles.side} style={{ width }} data-area="inspector">
        <Boundary>
          <Inspector>
            <ValueSection />
          </Inspector>
        </Boundary>
      </div>
    </>
  );
}

function LowerPanel(): JSX.Element | null {
  const say = useText();
  const open = useViewStore((store) => store.dockOpen);
  const chosen = useViewStore((store) => store.dockHeight);
  const isProjected = useViewStore((store) => store.isProjected);
  // Large type needs room; what the person chose comes back with the small.
  const height = isProjected ? Math.max(chosen, Math.round(window.innerHeight * 0.4)) : chosen;
  const set = useViewStore((store) => store.set);
  if (!open) return null;
  return (
    <>
      <Splitter
        label={say('app.resize.dock')}
        direction="horizontal"
        panel="after"
        size={height}
        minimum={110}
        maximum={Math.max(160, Math.round(window.innerHeight * 0.7))}
        normal={214}
        onResize={(dockHeight) => set({ dockHeight })}
      />
      <div className={styles.lower} style={{ height }} data-area="dock">
        <Dock />
      </div>
    </>
  );
}

/** The window's title names the document and whether it is saved. */
function useTitle(): void {
  const say = useText();
  const name = useDocumentStore((store) => store.document.name);
  const dirty = useDocumentStore((store) => store.dirty);
  useEffect(() => {
    document.title = say(dirty ? 'app.title.dirty' : 'app.title', { name });
  }, [dirty, name, say]);
}

/** At rest the canvas has the room; the first run opens the curves once, so that they are found. */
function useDockAtFirstRun(): void {
  const isRunning = useRunStore((store) => store.state === 'running');
  useEffect(() => {
    const { dockOffered, dockOpen, set } = useViewStore.getState();
    // In a small window the dock would take the place of all else.
    if (!isRunning || dockOffered || window.innerHeight <= shortWindow) return;
    // What a person has open already stays what it is.
    set(dockOpen ? { dockOffered: true } : { dockOffered: true, dockOpen: true, dockTab: 'curves' });
  }, [isRunning]);
}
