import type { Device, Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';
import type { Hold } from '../backend/hold.ts';
import { holdOn } from '../backend/hold.ts';
import type { Plan } from '../execute/plan.ts';

/** Indices of the weights that an optimiser moves: neither frozen nor statistics. */
export function movedWeights(plan: Plan): number[] {
  return plan.weights.flatMap((weight, at) => (weight.trainable && plan.statistics[at] !== true ? [at] : []));
}

/**
 * The weights of a run. Those an optimiser moves lie in one long vector, so that clipping and the optimiser's arithmetic
 * cost the same few operations however many weights there are; the others (frozen ones, moving statistics) lie apart.
 */
export class RunWeights {
  readonly #device: Device;
  readonly #plan: Plan;
  /** Indices of the weights in the vector. */
  readonly moved: readonly number[];
  readonly #sizes: readonly number[];
  readonly #apart: (Tensor | null)[];
  #vector: Tensor | null;

  /** The device takes copies of `values`; `hold` says what keeps them there between steps. */
  constructor(device: Device, plan: Plan, values: readonly Float32Array[], hold: Hold = holdOn(device)) {
    this.#device = device;
    this.#plan = plan;
    this.moved = movedWeights(plan);
    this.#sizes = this.moved.map((at) => sizeOf(plan.weights[at]?.shape ?? []));
    const whole = new Float32Array(this.#sizes.reduce((sum, size) => sum + size, 0));
    let offset = 0;
    this.moved.forEach((at, position) => {
      whole.set(values[at] ?? [], offset);
      offset += this.#sizes[position] ?? 0;
    });
    this.#vector = whole.length === 0 ? null : hold('weights', whole, [whole.length], 'float32');
    const isMoved = new Set(this.moved);
    this.#apart = plan.weights.map(({ shape }, at) =>
      isMoved.has(at) ? null : hold(`apart/${at}`, Float32Array.from(values[at] ?? []), shape, 'float32'),
    );
  }

  /** The vector of moved weights; null where nothing is moved. */
  get vector(): Tensor | null {
    return this.#vector;
  }

  /** Weights that an optimiser does not move: frozen ones and moving statistics. By weight index. */
  get apart(): readonly (Tensor | null)[] {
    return this.#apart;
  }

  /** Every weight in its shape, in the order of the Program's weights; made in the scope around. */
  tensors(vector: Tensor | null = this.#vector): Tensor[] {
    const parts = new Map(this.split(vector));
    return this.#plan.weights.map(({ id }, at) => {
      const tensor = parts.get(at) ?? this.#apart[at];
      if (tensor === null || tensor === undefined) throw new Error(`the run has no value of the weight ${id}`);
      return tensor;
    });
  }

  /** A vector like that of the moved weights, cut into pieces of their shapes, by weight index. */
  split(vector: Tensor | null): [number, Tensor][] {
    if (vector === null) return [];
    return this.#device.split(vector, this.#sizes, 0).map((piece, position) => {
      const at = this.moved[position] ?? -1;
      const shape = this.#plan.weights[at]?.shape ?? [];
      return [at, shape.length === 1 ? piece : this.#device.reshape(piece, shape)];
    });
  }

  /** Gradients of the moved weights as one vector; zeros where nothing flows. Null where nothing is moved. */
  join(gradients: readonly (Tensor | null)[]): Tensor | null {
    if (this.#vector === null) return null;
    const pieces = this.moved.map((at, position) => {
      const size = this.#sizes[position] ?? 0;
      const gradient = gradients[at] ?? null;
      if (gradient === null) return this.#device.tensor(new Float32Array(size), [size], 'float32');
      return gradient.shape.length === 1 ? gradient : this.#device.reshape(gradient, [size]);
    });
    return this.#device.concatenate(pieces, 0);
  }

  /** Takes the next vector and the next values of the moving statistics, and lets the old ones go. */
  replace(vector: Tensor | null, all: readonly Tensor[]): void {
    if (vector !== null && vector !== this.#vector) {
      const old = this.#vector;
      this.#vector = this.#device.keep(vector);
      if (old !== null) this.#device.dispose(old);
    }
    this.#apart.forEach((old, at) => {
      const next = all[at];
      if (old === null || next === undefined || next === old || this.#plan.statistics[at] !== true) return;
      this.#apart[at] = this.#device.keep(next);
      this.#device.dispose(old);
    });
  }

  /** Takes values over: the whole vector, and the weights that stand apart by weight index. */
  load(vector: Float32Array | null, apart: readonly (Float32Array | null)[]): void {
    if (vector !== null && this.#vector !== null) {
      this.#device.dispose(this.#vector);
      this.#vector = this.#device.keep(this.#device.tensor(vector, [vector.length], 'float32'));
    }
    this.#apart.forEach((old, at) => {
      const values = apart[at] ?? null;
      if (old === null || values === null) return;
      this.#device.dispose(old);
      this.#apart[at] = this.#device.keep(this.#device.tensor(values, this.#plan.weights[at]?.shape ?? [], 'float32'));
    });
  }

  /** Copies of every weight's values, in the order of the Program's weights. */
  read(): Float32Array[] {
    return this.#device.scope(() => this.tensors().map((tensor) => Float32Array.from(this.#device.read(tensor))));
  }

  dispose(): void {
    if (this.#vector !== null) this.#device.dispose(this.#vector);
    this.#vector = null;
    this.#apart.forEach((tensor, at) => {
      if (tensor !== null) this.#device.dispose(tensor);
      this.#apart[at] = null;
    });
  }
}
