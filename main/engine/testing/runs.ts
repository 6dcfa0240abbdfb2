import type { GradloomDocument } from '#shared/graph/document';
import type { Checkpoint, EngineMessage, NamedArrays } from '#shared/protocol/engine';
import type { RunTable, TelemetryFrame } from '#shared/protocol/telemetry';
import { decodeFrame } from '#shared/protocol/telemetry';
import type { Device } from '../backend/device.ts';
import { initialWeights, planDocument, takeWeights } from '../execute/network.ts';
import type { Conductor } from '../train/conductor.ts';
import { Run } from '../train/run.ts';

type State = Extract<EngineMessage, { kind: 'state' }>;
type Epoch = Extract<EngineMessage, { kind: 'epoch' }>;

/** A run and everything it told, in order. */
export interface WatchedRun {
  readonly run: Run;
  /** Resolves when the run is over. */
  readonly over: Promise<void>;
  readonly states: State[];
  readonly frames: TelemetryFrame[];
  readonly epochs: Epoch[];
  readonly tables: RunTable[];
  /** Resolves when a message of this kind has come that satisfies the condition. */
  until(condition: (message: EngineMessage) => boolean): Promise<void>;
}

/** Starts a run of a document on a device and collects what it tells. A clock that jumps lets every frame out. */
export function watchRun(
  device: Device,
  document: GradloomDocument,
  options: {
    readonly paused?: boolean;
    readonly folder?: string;
    readonly weights?: NamedArrays;
    /** Goes on from here instead of from `weights`. */
    readonly checkpoint?: Checkpoint;
    readonly now?: () => number;
    readonly conductor?: Conductor;
    /** Name of the run; 'test' without it. */
    readonly name?: string;
    /** Hears every message as it comes. */
    readonly hear?: (message: EngineMessage) => void;
  } = {},
): WatchedRun {
  const plan = planDocument(document);
  const { checkpoint } = options;
  const given = checkpoint?.weights ?? options.weights;
  const weights = given === undefined ? initialWeights(plan, plan.program.training.seed) : takeWeights(plan, given);
  const states: State[] = [];
  const frames: TelemetryFrame[] = [];
  const epochs: Epoch[] = [];
  const tables: RunTable[] = [];
  const waiting: { condition: (message: EngineMessage) => boolean; resolve: () => void }[] = [];
  let clock = 0;
  const receive = (message: EngineMessage): void => {
    options.hear?.(message);
    if (message.kind === 'state') states.push(message);
    if (message.kind === 'frame') frames.push(decodeFrame(message.bytes));
    if (message.kind === 'epoch') epochs.push(message);
    if (message.kind === 'table') tables.push(message.table);
    for (const wait of [...waiting]) {
      if (!wait.condition(message)) continue;
      waiting.splice(waiting.indexOf(wait), 1);
      wait.resolve();
    }
  };
  const run = new Run(
    device,
    'CPU',
    {
      name: options.name ?? 'test',
      plan,
      weights,
      paused: options.paused ?? false,
      folder: options.folder ?? null,
      from: checkpoint ?? null,
      ...(options.conductor === undefined ? {} : { conductor: options.conductor }),
    },
    receive,
    options.now ?? (() => (clock += 100)),
  );
  return {
    run,
    over: run.start(),
    states,
    frames,
    epochs,
    tables,
    until: (condition) =>
      new Promise((resolve) => {
        waiting.push({ condition, resolve });
      }),
  };
}
