import type { RunState } from '#shared/protocol/calls';
import type { TextValues } from '#shared/text/locale';
import type { TextKey } from '#shared/text/text';

/** What decides whether a run may start. */
export interface Readiness {
  readonly errors: number;
  readonly engine: 'starting' | 'ready' | 'dead' | 'unknown';
  readonly connected: boolean;
}

/** Why nothing can be started now, as a text and its values; null where it can. */
export function blockedBy(readiness: Readiness): { readonly key: TextKey; readonly values: TextValues } | null {
  if (!readiness.connected) return { key: 'training.blocked.connection', values: {} };
  if (readiness.engine === 'dead') return { key: 'training.blocked.engineDead', values: {} };
  if (readiness.engine !== 'ready') return { key: 'training.blocked.engine', values: {} };
  if (readiness.errors === 1) return { key: 'training.blocked.problem', values: {} };
  if (readiness.errors > 1) return { key: 'training.blocked.problems', values: { count: readiness.errors } };
  return null;
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
 * Optimiser steps done of all. A finished run has done them all, or those up to the epoch after which it stopped early;
 * its last measurement came before the last of them.
 */
export function stepsDone(
  progress: { readonly step: number; readonly stepsPerEpoch: number; readonly epochs: number },
  state: RunState | null,
  lastEpoch: number | null,
): { readonly done: number; readonly all: number } {
  const all = progress.stepsPerEpoch * progress.epochs;
  return { done: state === 'finished' ? (lastEpoch ?? all) : progress.step, all };
}

/** How much of a run is done, from 0 to 1; null where it is not known. A finished one is done, however early. */
export function shareDone(
  progress: { readonly step: number; readonly stepsPerEpoch: number; readonly epochs: number } | null,
  state: RunState | null,
): number | null {
  if (progress === null) return null;
  if (state === 'finished') return 1;
  const { done, all } = stepsDone(progress, state, null);
  return all > 0 ? Math.min(1, Math.max(0, done / all)) : null;
}
