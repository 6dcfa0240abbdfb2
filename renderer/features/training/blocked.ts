import type { Training } from '#shared/graph/training';
import type { RunState } from '#shared/protocol/calls';
import type { TextValues } from '#shared/text/locale';
import type { TextKey } from '#shared/text/text';

/** What decides whether a run may start. */
export interface Readiness {
  readonly errors: number;
  readonly engine: 'starting' | 'ready' | 'dead' | 'unknown';
  readonly connected: boolean;
  /** What training needs and the document does not have. */
  readonly lacks: 'loss' | 'data' | null;
  /** Whether a lesson stands in place of the canvas: its steps run by buttons of their own. */
  readonly isLesson: boolean;
}

/** Why nothing can be started now: a text, its values, and the part of the window where that can be mended. */
export interface Block {
  readonly key: TextKey;
  readonly values: TextValues;
  /** null: there is nothing to do but wait. */
  readonly mendedIn: 'canvas' | 'problems' | 'data' | 'training' | null;
}

/** Why nothing can be started now; null where it can. */
export function blockedBy({ connected, engine, errors, lacks, isLesson }: Readiness): Block | null {
  const waiting = { values: {}, mendedIn: null } as const;
  if (isLesson) return { key: 'training.blocked.lesson', values: {}, mendedIn: 'canvas' };
  if (!connected) return { key: 'training.blocked.connection', ...waiting };
  if (engine === 'dead') return { key: 'training.blocked.engineDead', ...waiting };
  if (engine !== 'ready') return { key: 'training.blocked.engine', ...waiting };
  if (errors === 1) return { key: 'training.blocked.problem', values: {}, mendedIn: 'problems' };
  if (errors > 1) return { key: 'training.blocked.problems', values: { count: errors }, mendedIn: 'problems' };
  if (lacks === 'data') return { key: 'training.blocked.data', values: {}, mendedIn: 'data' };
  if (lacks === 'loss') return { key: 'training.blocked.loss', values: {}, mendedIn: 'training' };
  return null;
}

/** What a document lacks to be trained. */
export function lackOf({ data, losses }: Pick<Training, 'data' | 'losses'>): Readiness['lacks'] {
  if (data === null) return 'data';
  return losses.length === 0 ? 'loss' : null;
}

/** What the first button of the transport does: start, hold, or go on. */
export function mainAction(state: RunState | null): 'start' | 'pause' | 'resume' | 'wait' {
  switch (state) {
    case 'running':
      return 'pause';
    case 'paused':
      return 'resume';
    case 'preparing':
      return 'wait';
    case 'finished':
    case 'stopped':
    case 'failed':
    case null:
      return 'start';
  }
}

/**
 * The number of the latest step, of that of the last one; both count from 0, as wherever a measurement names its step. A
 * finished run is at the last step, or at the last one of the epoch after which it stopped early.
 */
export function stepNow(
  progress: { readonly step: number; readonly stepsPerEpoch: number; readonly epochs: number },
  state: RunState | null,
  lastEpoch: number | null,
): { readonly now: number; readonly last: number } {
  const all = progress.stepsPerEpoch * progress.epochs;
  return { now: state === 'finished' ? (lastEpoch ?? all) - 1 : progress.step, last: all - 1 };
}

/** How much of a run is done, from 0 to 1; null where it is not known. A finished one is done, however early. */
export function shareDone(
  progress: { readonly step: number; readonly stepsPerEpoch: number; readonly epochs: number } | null,
  state: RunState | null,
): number | null {
  if (progress === null) return null;
  if (state === 'finished') return 1;
  const all = progress.stepsPerEpoch * progress.epochs;
  return all > 0 ? Math.min(1, Math.max(0, progress.step / all)) : null;
}
