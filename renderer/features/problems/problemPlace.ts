import type { Diagnostic } from '#shared/check/diagnostic';
import type { ProblemCode } from '#shared/check/report';
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
] satisfies readonly ProblemCode[]);
const ofData: ReadonlySet<string> = new Set([
  'noData',
  'inputUnbound',
  'fieldUnknown',
  'inputShape',
  'inputType',
  'bindingUnknown',
] satisfies readonly ProblemCode[]);

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
