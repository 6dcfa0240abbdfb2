import type { Training } from '#shared/graph/training';

type Settings = NonNullable<Training['earlyStopping']>;

/** The best epoch so far. */
export interface BestEpoch {
  /** From 1 on. */
  readonly epoch: number;
  readonly loss: number;
  /** In the order of the Program's weights; null where they are not kept. */
  readonly weights: readonly Float32Array[] | null;
}

/** Watches the loss from epoch to epoch and says when waiting longer is in vain (Prechelt 1998). */
export class EarlyStopping {
  readonly #settings: Settings;
  #best: BestEpoch | null = null;
  #waited = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get best(): BestEpoch | null {
    return this.#best;
  }

  /**
   * Judges the loss after an epoch (from 1 on). An epoch counts as better where the loss falls by more than
   * `minimumChange` below the best; `weights` is called only then, and only where the best weights are kept. True where
   * `patience` epochs in a row were no better: the run is to end.
   */
  isInVain(epoch: number, loss: number, weights: () => readonly Float32Array[]): boolean {
    const { patience, minimumChange, keepBest } = this.#settings;
    if (loss < (this.#best?.loss ?? Number.POSITIVE_INFINITY) - (this.#best === null ? 0 : minimumChange)) {
      this.#best = { epoch, loss, weights: keepBest ? weights() : null };
      this.#waited = 0;
      return false;
    }
    this.#waited += 1;
    return this.#waited >= patience;
  }
}
