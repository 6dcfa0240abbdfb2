import type { Command } from '../../platform/commands.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import { useLessonStore } from '../../state/lessonStore.ts';
import { isUnderWay, useRunStore } from '../../state/runStore.ts';
import { showCanvas } from '../../state/showCanvas.ts';
import { commitOpenDraft } from '../../ui/drafts.ts';
import { blockedBy, lackOf, mainAction } from './blocked.ts';
import type { Readiness } from './blocked.ts';

/** Counts the errors of a document's check. */
export function countErrors(diagnostics: readonly { readonly severity: string }[]): number {
  return diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
}

/** What decides now whether a run may start. */
function readiness(): Readiness {
  const { report, connection } = useEngineStore.getState();
  return {
    errors: countErrors(useDocumentStore.getState().check.diagnostics),
    engine: report?.state ?? 'unknown',
    connected: connection === 'open',
    lacks: lackOf(useDocumentStore.getState().document.training),
    isLesson: useLessonStore.getState().isShown,
  };
}

/** Starts a run of the document; what it measures is drawn on the canvas, so that comes to the front. */
function start(how: Parameters<ReturnType<typeof useRunStore.getState>['start']>[0]): void {
  showCanvas();
  void useRunStore.getState().start(how);
}

/** Starts, holds or goes on, whichever the run's state calls for. Nothing happens where a run may not start. */
export function runOrPause(): void {
  commitOpenDraft();
  const { state, control } = useRunStore.getState();
  const action = mainAction(state);
  switch (action) {
    case 'pause':
    case 'resume':
      void control(action);
      return;
    case 'start':
      if (blockedBy(readiness()) === null) start({ paused: false });
      return;
    case 'wait':
      return;
  }
}

/** A new run of the document as it is now, from the weights of the last one wherever they still fit. */
export function runFromWeights(): void {
  commitOpenDraft();
  if (mayRunFromWeights()) start({ paused: false, keep: true });
}

/** Whether there is a run whose weights another one may start from. */
export function mayRunFromWeights(): boolean {
  const { run, state } = useRunStore.getState();
  return run !== null && state !== 'preparing' && state !== 'running' && blockedBy(readiness()) === null;
}

/** One step: of the run under way, or step 0 of a new one. */
export function oneStep(): void {
  commitOpenDraft();
  const { state, control } = useRunStore.getState();
  if (state === 'running') void control('pause');
  else if (state === 'paused') void control('step');
  else if (state !== 'preparing' && blockedBy(readiness()) === null) start({ paused: true });
}

/** Ends the run under way. */
export function stopRun(): void {
  const { state, control } = useRunStore.getState();
  if (isUnderWay(state)) void control('stop');
}

/** The commands of the transport, for the composition root to register. */
export const trainingCommands: readonly Command[] = [
  {
    id: 'training.run',
    label: 'training.run',
    keys: ['Mod+Enter'],
    global: true,
    when: () => isUnderWay(useRunStore.getState().state) || blockedBy(readiness()) === null,
    run: runOrPause,
  },
  {
    id: 'training.runFromWeights',
    label: 'training.runFromWeights',
    keys: ['Mod+Alt+Enter'],
    global: true,
    when: mayRunFromWeights,
    run: runFromWeights,
  },
  {
    id: 'training.step',
    label: 'training.step',
    keys: ['Mod+Shift+Enter'],
    global: true,
    when: () => isUnderWay(useRunStore.getState().state) || blockedBy(readiness()) === null,
    run: oneStep,
  },
  {
    id: 'training.stop',
    label: 'training.stop',
    keys: ['Mod+.'],
    global: true,
    when: () => isUnderWay(useRunStore.getState().state),
    run: stopRun,
  },
];
