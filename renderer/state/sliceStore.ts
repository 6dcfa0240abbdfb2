import { create } from 'zustand';
import type { CallSubject, Failure, ServiceEvent } from '#shared/protocol/calls';
import type { LossSlice, SliceSpan } from '#shared/theory/lossSlice';
import { usualSlice } from '#shared/theory/lossSlice';
import { failureOf, getClient } from '../platform/client.ts';

/** A network whose loss surface is sliced, under the name that its plot bears. */
export interface SlicedNetwork {
  readonly name: string;
  readonly of: CallSubject;
}

export interface SliceState {
  /** Where the next slices are measured. */
  readonly span: SliceSpan;
  /** Kept runs that are sliced, and whether the network in this window is. */
  readonly chosen: readonly string[];
  readonly isOwnChosen: boolean;
  /** How far the slices under way have come; null where none are. */
  readonly progress: { readonly done: number; readonly points: number } | null;
  /** What was measured last, and of what; null before the first. */
  readonly result: readonly { readonly network: SlicedNetwork; readonly slice: LossSlice }[] | null;
  /** The last ones were ended by a person. */
  readonly stopped: boolean;
  readonly failure: Failure | null;
  setSpan(change: Partial<SliceSpan>): void;
  choose(change: Partial<Pick<SliceState, 'chosen' | 'isOwnChosen'>>): void;
  measure(networks: readonly SlicedNetwork[]): Promise<void>;
  stop(): Promise<void>;
}

/** The slices of the loss surface that this window has asked for. */
export const useSliceStore = create<SliceState>()((set, get) => ({
  span: usualSlice,
  chosen: [],
  isOwnChosen: true,
  progress: null,
  result: null,
  stopped: false,
  failure: null,

  setSpan: (change) => set(({ span }) => ({ span: { ...span, ...change } })),

  choose: (change) => set(change),

  measure: async (networks) => {
    const { span } = get();
    set({
      progress: { done: 0, points: networks.length * span.points ** 2 },
      result: null,
      stopped: false,
      failure: null,
    });
    try {
      const of = networks.map((network) => network.of);
      const { slices } = await getClient().call('slice.measure', { networks: of, span });
      const result = slices?.flatMap(({ surfaces, ...slice }, at) => {
        const network = networks[at];
        if (network === undefined) return [];
        const read = surfaces.map(({ name, centre, values }) => ({
          name,
          centre: Number(centre),
          values: values.map(Number),
        }));
        return [{ network, slice: { ...slice, surfaces: read } }];
      });
      set({ progress: null, result: result ?? null, stopped: slices === null });
    } catch (problem) {
      set({ progress: null, failure: failureOf(problem) });
    }
  },

  stop: async () => {
    set({ failure: null });
    try {
      await getClient().call('slice.stop', {});
    } catch (problem) {
      // It goes on; a person can ask again.
      set({ failure: failureOf(problem) });
    }
  },
}));

/** Takes an event of the window's slices. */
export function receiveSlice({ done, points }: Extract<ServiceEvent, { event: 'slice' }>): void {
  if (useSliceStore.getState().progress !== null) useSliceStore.setState({ progress: { done, points } });
}
