import { create } from 'zustand';
import type { CallResult } from '#shared/protocol/calls';
import type { RunNotes, RunSummary } from '#shared/protocol/runs';
import { CallFailure, getClient } from '../platform/client.ts';
import { useNoticeStore } from './noticeStore.ts';

export interface KeptRunsState {
  /** null: not asked for yet. */
  readonly runs: readonly RunSummary[] | null;
  readonly trash: CallResult<'run.list'>['trash'];
  /** The run that went into the trash last, so that it can be taken out again at once. */
  readonly removed: string | null;
  /** Runs that stand side by side; empty while nothing is compared. */
  readonly compared: readonly string[];
  refresh(): Promise<void>;
  /** Changes a run's note or colour; what is not named stays. */
  note(run: string, change: Partial<RunNotes>): Promise<void>;
  remove(run: string): Promise<void>;
  restore(run: string): Promise<void>;
  emptyTrash(): Promise<void>;
  compare(runs: readonly string[]): void;
}

/** Tells a failed call at the edge of the canvas. */
export function tellFailure(problem: unknown): void {
  if (!(problem instanceof CallFailure)) throw problem;
  useNoticeStore.getState().notify('problem', 'runs.failed', { reason: problem.failure.message });
}

/** The runs that are kept on the disk, for all that list or compare them. */
export const useKeptRuns = create<KeptRunsState>()((set, get) => {
  const changed = async (call: Promise<unknown>): Promise<void> => {
    try {
      await call;
    } catch (problem) {
      tellFailure(problem);
    }
    await get().refresh();
  };
  return {
    runs: null,
    trash: { count: 0, size: 0 },
    removed: null,
    compared: [],
    refresh: async () => {
      try {
        set(await getClient().call('run.list', {}));
      } catch (problem) {
        tellFailure(problem);
      }
    },
    note: (run, change) => {
      const known = get().runs?.find((other) => other.run === run);
      const notes = { note: '', colour: null, ...(known && { note: known.note, colour: known.colour }), ...change };
      // Shown at once: the next change must find this one, whether the list has been read again by then or not.
      set(({ runs }) => ({
        runs: runs?.map((other) => (other.run === run ? { ...other, ...notes } : other)) ?? null,
      }));
      return changed(getClient().call('run.note', { run, notes }));
    },
    remove: (run) => {
      set({ removed: run });
      return changed(getClient().call('run.remove', { run }));
    },
    restore: (run) => {
      set({ removed: null });
      return changed(getClient().call('run.restore', { run }));
    },
    emptyTrash: () => {
      set({ removed: null });
      return changed(getClient().call('run.emptyTrash', {}));
    },
    compare: (compared) => set({ compared }),
  };
});
