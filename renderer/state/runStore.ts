import { create } from 'zustand';
import type { CallArguments, Failure, RunState, ServiceEvent } from '#shared/protocol/calls';
import type { NotFinite } from '#shared/protocol/runs';
import type { RunTable, TelemetryFrame } from '#shared/protocol/telemetry';
import type { GradloomDocument } from '#shared/graph/document';
import { failureOf, getClient } from '../platform/client.ts';
import { untilTick } from '../ui/ticks.ts';
import { useDocumentStore } from './documentStore.ts';
import { useNoticeStore } from './noticeStore.ts';

/** Where a run is, for reading; at most five a second. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  /** Optimiser steps done. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly examplesPerSecond: number;
  readonly secondsLeft: number;
  readonly loss: number;
}

export type EpochResult = Omit<Extract<ServiceEvent, { event: 'run.epoch' }>, 'event' | 'run'>;

export interface RunStoreState {
  readonly run: string | null;
  /** A kept run whose history is shown, where nothing runs. */
  readonly kept: string | null;
  /** null: nothing has run in this window. */
  readonly state: RunState | null;
  readonly table: RunTable | null;
  /** Of the parts of getting ready, how many are done; null before the first. */
  readonly preparing: { readonly done: number; readonly parts: number } | null;
  readonly progress: Progress | null;
  readonly epochs: readonly EpochResult[];
  readonly failure: Failure | null;
  readonly notFinite: NotFinite | null;
  /** The document that the run was started with: the numbers on the wires belong to it. */
  readonly document: GradloomDocument | null;
  /**
   * Starts a run of the document as it is now; `paused` measures step 0 and waits. `keep`: from the weights of the run
   * before, wherever the document still has one of that id and shape.
   */
  start(options: { readonly paused: boolean; readonly keep?: boolean }): Promise<void>;
  /**
   * Goes on with a kept run whose document the window shows. `epochs`: those it has behind it; `recall` shows what it
   * measured until then, once the table of what it measures has come.
   */
  resume(run: string, epochs: readonly EpochResult[], recall: () => void): Promise<void>;
  /** Starts a run of the document as it is now from the last checkpoint of a kept run. */
  branch(run: string): Promise<void>;
  /** Nothing happens where there is no run. */
  control(action: CallArguments<'run.control'>['action']): Promise<void>;
}

const nothing = {
  run: null,
  kept: null,
  state: null,
  table: null,
  preparing: null,
  progress: null,
  epochs: [],
  failure: null,
  notFinite: null,
  document: null,
} as const;

/** Runs that this window turned away from: what still comes of them must not be taken for the next one's. */
const forsaken = new Set<string>();

function forsake(run: string | null): void {
  if (run !== null) forsaken.add(run);
}

/** What runs that go on measured before, to be shown when their table has come. */
const recalls = new Map<string, () => void>();

/** Shows what a run that goes on measured before; for the moment at which its table was taken. */
export function recallPast(run: string): void {
  recalls.get(run)?.();
  recalls.delete(run);
}

/** The run of this window. */
export const useRunStore = create<RunStoreState>()((set, get) => ({
  ...nothing,

  start: async ({ paused, keep = false }) => {
    useDocumentStore.getState().commitGesture();
    const { document } = useDocumentStore.getState();
    const former = get().run;
    forsake(former);
    set({ ...nothing, state: 'preparing', document });
    try {
      const { run, kept } = await getClient().call('run.start', {
        document,
        paused,
        ...(keep && former !== null && { keep: former }),
      });
      if (kept !== null) useNoticeStore.getState().notify('information', 'training.kept', kept);
      // Events of the run may have come before the answer; they carry its name too.
      set((state) => (state.run === null ? { run } : {}));
    } catch (problem) {
      set({ state: 'failed', failure: failureOf(problem) });
    }
  },

  resume: async (run, epochs, recall) => {
    const { document } = useDocumentStore.getState();
    forsake(get().run);
    forsaken.delete(run);
    recalls.set(run, recall);
    set({ ...nothing, run, state: 'preparing', document, epochs });
    try {
      await getClient().call('run.resume', { run, paused: false });
    } catch (problem) {
      set({ state: 'failed', failure: failureOf(problem) });
    }
  },

  branch: async (from) => {
    useDocumentStore.getState().commitGesture();
    const { document } = useDocumentStore.getState();
    forsake(get().run);
    set({ ...nothing, state: 'preparing', document });
    try {
      const { run } = await getClient().call('run.branch', { run: from, document, paused: false });
      set((state) => (state.run === null ? { run } : {}));
    } catch (problem) {
      set({ state: 'failed', failure: failureOf(problem) });
    }
  },

  control: async (action) => {
    const { run } = get();
    if (run === null) return;
    try {
      await getClient().call('run.control', { run, action });
    } catch (problem) {
      set({ failure: failureOf(problem) });
    }
  },
}));

/** Whether a run is under way (preparing, running or paused). */
export function isUnderWay(state: RunState | null): boolean {
  return state === 'preparing' || state === 'running' || state === 'paused';
}

/** Forgets the run, for a document that it does not belong to. */
export function forgetRun(): void {
  forsake(useRunStore.getState().run);
  useRunStore.setState(nothing);
}

/** Takes an event of the services into the store. Events of a run that is not this window's are left alone. */
export function receiveRunEvent(event: Extract<ServiceEvent, { event: `run.${string}` }>): void {
  const now = useRunStore.getState();
  const run = event.event === 'run.table' ? event.table.run : event.run;
  const isOurs = now.run === run || (now.run === null && now.state === 'preparing' && !forsaken.has(run));
  if (!isOurs) return;
  switch (event.event) {
    case 'run.table':
      useRunStore.setState({ run, table: event.table });
      return;
    case 'run.preparing':
      useRunStore.setState({ run, preparing: { done: event.done, parts: event.parts } });
      return;
    case 'run.state':
      useRunStore.setState({ run, state: event.state, failure: event.failure, notFinite: event.notFinite });
      return;
    case 'run.epoch': {
      const { epoch, step, seconds, training, validation, best } = event;
      useRunStore.setState({ epochs: [...now.epochs, { epoch, step, seconds, training, validation, best }] });
      return;
    }
    default:
      event satisfies never;
  }
}

let waitingFrame: TelemetryFrame | null = null;
let lastProgress = -Infinity;
let progressTimer: ReturnType<typeof setTimeout> | undefined;

/** Takes a frame into `progress`, at most five times a second; the last frame always arrives. */
export function receiveProgress(frame: TelemetryFrame): void {
  waitingFrame = frame;
  if (progressTimer !== undefined) return;
  const wait = untilTick(lastProgress);
  if (wait === 0) showProgress();
  else progressTimer = setTimeout(showProgress, wait);
}

function showProgress(): void {
  progressTimer = undefined;
  const frame = waitingFrame;
  const { table } = useRunStore.getState();
  if (frame === null || table === null || table.run !== frame.run) return;
  lastProgress = performance.now();
  waitingFrame = null;
  useRunStore.setState({
    progress: {
      epoch: frame.epoch,
      epochs: table.epochs,
      step: frame.step,
      stepsPerEpoch: table.stepsPerEpoch,
      examplesPerSecond: frame.examplesPerSecond,
      secondsLeft: frame.secondsLeft,
      loss: frame.loss,
    },
  });
}
