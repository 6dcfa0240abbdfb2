import { create } from 'zustand';
import type { GradloomDocument } from '#shared/graph/document';
import type { CallArguments, Failure, ServiceEvent } from '#shared/protocol/calls';
import { failureOf, getClient } from '../platform/client.ts';

/** What one run of the sweep came to. */
export type SweptRun = Omit<Extract<ServiceEvent, { event: 'sweep.run' }>, 'event' | 'done' | 'runs'>;

/** A call whose document has passed its schema. */
export type SweepRequest = CallArguments<'sweep.start'> & { readonly document: GradloomDocument };

export interface SweepState {
  /** Runs of the whole sweep; 0 before the first. */
  readonly all: number;
  readonly done: number;
  readonly underWay: boolean;
  readonly runs: readonly SweptRun[];
  /** The document that is swept over, whose nodes the runs name; null before the first sweep. */
  readonly document: GradloomDocument | null;
  readonly failure: Failure | null;
  start(request: SweepRequest): Promise<void>;
  stop(): Promise<void>;
}

/** The sweep of this window. */
export const useSweepStore = create<SweepState>()((set) => ({
  all: 0,
  done: 0,
  underWay: false,
  runs: [],
  document: null,
  failure: null,

  start: async (request) => {
    set({ all: 0, done: 0, underWay: true, runs: [], document: request.document, failure: null });
    try {
      const { runs } = await getClient().call('sweep.start', request);
      set({ all: runs });
    } catch (problem) {
      set({ underWay: false, failure: failureOf(problem) });
    }
  },

  stop: async () => {
    set({ failure: null });
    try {
      await getClient().call('sweep.stop', {});
    } catch (problem) {
      // It goes on; a person can ask again.
      set({ failure: failureOf(problem) });
    }
  },
}));

/** Takes an event of the window's sweep. */
export function receiveSweep(event: Extract<ServiceEvent, { event: `sweep.${string}` }>): void {
  if (event.event === 'sweep.end') {
    useSweepStore.setState({ underWay: false, failure: event.failure });
    return;
  }
  const { event: _event, done, runs: all, ...run } = event;
  useSweepStore.setState(({ runs }) => ({ done, all, runs: [...runs, run] }));
}
