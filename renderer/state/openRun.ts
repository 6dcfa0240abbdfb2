import type { GradloomDocument } from '#shared/graph/document';
import { parseDocument } from '#shared/graph/serialise';
import type { RunHistory } from '#shared/protocol/runs';
import { getClient } from '../platform/client.ts';
import { useDocumentStore } from './documentStore.ts';
import { epochsOfHistory, framesOfHistory } from './history.ts';
import { tellFailure } from './keptRuns.ts';
import { forgetRun, useRunStore } from './runStore.ts';
import { showCanvas } from './showCanvas.ts';
import { telemetry } from './telemetry.ts';

/** Puts a document into the window, asking about unsaved work first. */
export type ShowDocument = (document: GradloomDocument) => Promise<void>;

/** A kept run's history, its document in the window; null where that did not come about. */
async function showRun(run: string, show: ShowDocument): Promise<RunHistory | null> {
  try {
    const history = await getClient().call('run.history', { run });
    const parsed = parseDocument(history.document);
    if (!parsed.ok) return null;
    await show(parsed.document);
    showCanvas();
    return useDocumentStore.getState().document === parsed.document ? history : null;
  } catch (problem) {
    tellFailure(problem);
    return null;
  }
}

function recall(history: RunHistory): void {
  telemetry.begin(history.table);
  for (const frame of framesOfHistory(history)) telemetry.recall(frame);
}

/** Shows a kept run: its document, and all that it measured. Nothing runs. */
export async function openRun(run: string, show: ShowDocument): Promise<void> {
  const history = await showRun(run, show);
  if (history === null) return;
  const { state } = history.summary;
  forgetRun();
  useRunStore.setState({
    kept: run,
    notFinite: history.notFinite,
    state: state === 'finished' || state === 'failed' ? state : 'stopped',
    table: history.table,
    epochs: epochsOfHistory(history),
    document: useDocumentStore.getState().document,
  });
  recall(history);
}

/** Goes on with a kept run from its last checkpoint. */
export async function resumeRun(run: string, show: ShowDocument): Promise<void> {
  const history = await showRun(run, show);
  if (history === null) return;
  await useRunStore.getState().resume(run, epochsOfHistory(history), () => recall(history));
}
