import type { Diagnostic } from '#shared/check/diagnostic';
import type { Operation } from '#shared/graph/operations';
import { showPlace } from '../../canvas/showPlace.ts';
import { showDockTab, showRail } from '../../state/viewStore.ts';

/** The part of the window where what a problem speaks of is set, besides the sheet. */
export type ProblemPanel = 'training' | 'data' | null;

const ofTraining: ReadonlySet<string> = new Set([
  'lossOutputUnknown',
  'metricOutputUnknown',
  'comparedType',
  'targetUnknown',
  'targetShape',
  'surplusOutputs',
  'classWeights',
  'outputWithoutLoss',
  'batchTooLarge',
]);
const ofData: ReadonlySet<string> = new Set([
  'noData',
  'inputUnbound',
  'fieldUnknown',
  'inputShape',
  'inputType',
  'bindingUnknown',
]);

/** Where a problem's cause is set, if not on the sheet alone. */
export function panelOf({ code }: Pick<Diagnostic, 'code'>): ProblemPanel {
  if (ofTraining.has(code)) return 'training';
  return ofData.has(code) ? 'data' : null;
}

/** Leads to what a problem speaks of: its place on the sheet, and the panel where its cause is set. */
export function showProblem(problem: Pick<Diagnostic, 'code' | 'node' | 'wire'>): void {
  showPlace(problem);
  const panel = panelOf(problem);
  if (panel === 'training') showRail('training');
  else if (panel === 'data') showDockTab('data');
}

/** Shows the settings of training where a way out has changed them: what it did is to be seen. */
export function showChanged(operations: readonly Operation[]): void {
  if (operations.some((one) => one.kind === 'setTraining' && one.set.losses !== undefined)) showRail('training');
}
