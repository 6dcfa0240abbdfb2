import { create } from 'zustand';
import type { GradloomDocument } from '#shared/graph/document';
import type { Failure, ServiceEvent } from '#shared/protocol/calls';
import type { RatePoint, RateRange } from '#shared/theory/rateRange';
import { readRange } from '#shared/theory/rateRange';
import { failureOf, getClient } from '../platform/client.ts';

export interface RangeResult {
  readonly range: RateRange;
  readonly document: GradloomDocument;
  /** A person ended it before it had run its course. */
  readonly stopped: boolean;
}

export interface RangeState {
  /** How far the test under way has come; null where none is. */
  readonly progress: { readonly step: number; readonly steps: number; readonly rate: number } | null;
  readonly underWay: boolean;
  /** A person has asked for the end of the test under way. */
  readonly stopping: boolean;
  /** What the last test showed, and of which document; null before the first. */
  readonly result: RangeResult | null;
  readonly failure: Failure | null;
  measure(document: GradloomDocument): Promise<void>;
  stop(): Promise<void>;
}

/** The range test of this window: see `readRange`. */
export const useRangeStore = create<RangeState>()((set, get) => ({
  progress: null,
  underWay: false,
  stopping: false,
  result: null,
  failure: null,

  measure: async (document) => {
    set({ progress: null, underWay: true, stopping: false, result: null, failure: null });
    try {
      const { points } = await getClient().call('range.measure', { document });
      const range = readRange(points.map(({ rate, loss }): RatePoint => ({ rate, loss: loss ?? Number.NaN })));
      set({ progress: null, underWay: false, result: { range, document, stopped: get().stopping } });
    } catch (problem) {
      set({ progress: null, underWay: false, failure: failureOf(problem) });
    }
  },

  stop: async () => {
    set({ stopping: true, failure: null });
    try {
      await getClient().call('range.stop', {});
    } catch (problem) {
      // It goes on; a person can ask again.
      set({ stopping: false, failure: failureOf(problem) });
    }
  },
}));

/** Takes an event of the window's range test. */
export function receiveRange({ step, steps, rate }: Extract<ServiceEvent, { event: 'range' }>): void {
  if (useRangeStore.getState().underWay) useRangeStore.setState({ progress: { step, steps, rate } });
}
