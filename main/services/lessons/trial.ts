import type { GradloomDocument } from '#shared/graph/document';
import type { EngineClient } from '../engineClient.ts';
import type { Runs } from '../runs.ts';
import type { Recording } from './recording.ts';

/** One run of one experiment, while it can still be asked. */
export interface Trial {
  /** Id of the experiment, for messages. */
  readonly experiment: string;
  readonly engine: EngineClient;
  readonly runs: Runs;
  /** The run's name. */
  readonly run: string;
  /** With this trial's seed. */
  readonly document: GradloomDocument;
  readonly recording: Recording;
  /** Settles when the person wants the step to end. */
  readonly stopped: Promise<void>;
}

/** One point of what was measured; `x` is null where it is one number. */
export interface Point {
  readonly x: number | null;
  readonly y: number;
}

/** Whether a node is meant: by its id, or by the beginning of it before a `*`. */
export function isNamed(node: string, names: readonly string[]): boolean {
  return names.some((name) => (name.endsWith('*') ? node.startsWith(name.slice(0, -1)) : node === name));
}
