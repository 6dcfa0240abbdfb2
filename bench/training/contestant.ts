import type { NamedArrays } from '#shared/protocol/engine';

/** What every contestant is given of one network. */
export interface Material {
  readonly network: string;
  /** Inputs by their nodes' ids, and `label`; a whole number of batches. */
  readonly data: NamedArrays;
  /** By weight id, in TensorFlow's layout. */
  readonly weights: NamedArrays;
  readonly batch: number;
}

/** One way to train one network. */
export interface Contestant {
  /** Of the first batch, before any step; null where it is not the same network. */
  readonly loss: number | null;
  /** What the table says beside its figure. */
  readonly note: string | null;
  /** Takes so many steps, batch after batch; returns seconds. */
  run(steps: number): Promise<number>;
  close(): void;
}
