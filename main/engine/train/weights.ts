import type { Device, Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';
import type { Hold } from '../backend/hold.ts';
import { holdOn } from '../backend/hold.ts';
import type { Plan } from '../execute/plan.ts';

/** Indices of the weights that an optimiser moves: neither frozen nor statistics. */
export function movedWeights(plan: Plan): number[] {
  return plan.weights.flatMap((weight, at) => (weight.trainable && plan.statistics[at] !== true ? [at] : []));
}

/** A weight of at least this many elements lies alone: copying it into and out of a vector would cost more than a few operations. */
const aloneFrom = 1 << 12;

/** Weights that clipping and the optimiser treat as one array: one large weight, or many small ones in one vector. */
export interface Block {
  /** Indices of the weights. */
  readonly weights: readonly number[];
  /** Elements of each. */
  readonly sizes: readonly number[];
  /** Of the array: the weight's own where it lies alone. */
  readonly shape: readonly number[];
}

/** The blocks of the weights that move: large ones alone, all small ones together. */
function blocksOf(plan: Plan): Block[] {
  const blocks: Block[] = [];
  const small: number[] = [];
  const sizeAt = (at: number): number => sizeOf(plan.weights[at]?.shape ?? []);
  for (const at of movedWeights(plan)) {
    if (sizeAt(at) < aloneFrom) small.push(at);
    else blocks.push({ weights: [at], sizes: [sizeAt(at)], shape: plan.weights[at]?.shape ?? [] });
  }
  const sizes = small.map(sizeAt);
  if (small.length > 0) blocks.push({ weights: small, sizes, shape: [sizes.reduce((sum, size) => sum + size, 0)] });
  return blocks;
}

/** The weights in an array per block, by weight index. */
export function unblock(plan: Plan, arrays: readonly Float32Array[]): Map<number, Float32Array> {
  const parts = new Map<number, Float32Array>();
  blocksOf(plan).forEach(({ weights, sizes }, position) => {
    let from = 0;
    weights.forEach((at, member) => {
      const size = sizes[member] ?? 0;
      parts.set(at, (arrays[position] ?? new Float32Array(0)).slice(from, from + size));
      from += size;
    });
  });
  return parts;
}

/** The moved ones of all weights as one vector, in their order. */
export function joinWeights(plan: Plan, values: readonly Float32Array[]): Float32Array {
  const { offsets, length } = placesOf(plan);
  const whole = new Float32Array(length);
  for (const [at, offset] of offsets) whole.set(values[at] ?? [], offset);
  return whole;
}

/** An array per block as one vector in the order of the moved weights: what leaves the engine. */
export function joinBlocks(plan: Plan, arrays: readonly Float32Array[]): Float32Array {
  const { offsets, length } = placesOf(plan);
  const whole = new Float32Array(length);
  for (const [at, values] of unblock(plan, arrays)) whole.set(values, offsets.get(at));
  return whole;
}

/** The inverse of `joinBlocks`. */
export function splitBlocks(plan: Plan, whole: Float32Array): Float32Array[] {
  const { offsets } = placesOf(plan);
  return blocksOf(plan).map(({ weights, sizes, shape }) => {
    const array = new Float32Array(sizeOf(shape));
    let to = 0;
    weights.forEach((at, member) => {
      const from = offsets.get(at) ?? 0;
      const size = sizes[member] ?? 0;
      array.set(whole.subarray(from, from + size), to);
      to += size;
    });
    return array;
  });
}

function placesOf(plan: Plan): { readonly offsets: ReadonlyMap<number, number>; readonly length: number } {
  const offsets = new Map<number, number>();
  let length = 0;
  for (const at of movedWeights(plan)) {
    offsets.set(at, length);
    length += sizeOf(plan.weights[at]?.shape ?? []);
  }
  return { offsets, length };
}

/**
 * The weights of a run. Those an optimiser moves lie in blocks, so that clipping and the optimiser's arithmetic cost few
 * operations however many weights there are; the others (frozen ones, moving statistics) lie apart.
 */
export class RunWeights {
  readonly #device: Device;
  readonly #plan: Plan;
  readonly blocks: readonly Block[];
  readonly #apart: (Tensor | null)[];
  #arrays: Tensor[];

  /** The device takes copies of `values`; `hold` says what keeps them there between steps. */
  constructor(device: Device, plan: Plan, values: readonly Float32Array[], hold: Hold = holdOn(device)) {
    this.#device = device;
    this.#plan = plan;
    this.blocks = blocksOf(plan);
    this.#arrays = this.blocks.map(({ weights, sizes, shape }, position) => {
      const whole = new Float32Array(sizeOf(shape));
      let offset = 0;
      weights.forEach((at, member) => {
        whole.set(values[at] ?? [], offset);
        offset += sizes[member] ?? 0;
      });
      return hold(`block/${position}`, whole, shape, 'float32');
    });
    const isMoved = new Set(movedWeights(plan));
    this.#apart = plan.weights.map(({ shape }, at) =>
      isMoved.has(at) ? null : hold(`apart/${at}`, Float32Array.from(values[at] ?? []), shape, 'float32'),
    );
  }

  /** The moved weights, one array per block. */
  get arrays(): readonly Tensor[] {
    return this.#arrays;
  }

  /** Weights that an optimiser does not move: frozen ones and moving statistics. By weight index. */
  get apart(): readonly (Tensor | null)[] {
    return this.#apart;
  }

  /** Every weight in its shape, in the order of the Program's weights; made in the scope around. */
  tensors(arrays: readonly Tensor[] = this.#arrays): Tensor[] {
    const parts = new Map(this.split(arrays));
    return this.#plan.weights.map(({ id }, at) => {
      const tensor = parts.get(at) ?? this.#apart[at];
      if (tensor === null || tensor === undefined) throw new Error(`the run has no value of the weight ${id}`);
      return tensor;
    });
  }

  /** Arrays like those of the blocks, cut into pieces of the weights' shapes, by weight index. */
  split(arrays: readonly Tensor[]): [number, Tensor][] {
    return this.blocks.flatMap(({ weights, sizes }, position) => {
      const array = arrays[position];
      if (array === undefined) return [];
      const pieces = this.#device.split(array, sizes, 0);
      return weights.map((at, member): [number, Tensor] => {
        const piece = pieces[member] ?? array;
        const shape = this.#plan.weights[at]?.shape ?? [];
        return [at, hasShape(piece, shape) ? piece : this.#device.reshape(piece, shape)];
      });
    });
  }

  /** Gradients of the moved weights, one array per block; zeros where nothing flows. */
  join(gradients: readonly (Tensor | null)[]): Tensor[] {
    return this.blocks.map(({ weights, sizes, shape }) => {
      const isAlone = weights.length === 1;
      const pieces = weights.map((at, member) => {
        const pieceShape = isAlone ? shape : [sizes[member] ?? 0];
        const gradient = gradients[at] ?? null;
        if (gradient === null) {
          return this.#device.tensor(new Float32Array(sizeOf(pieceShape)), pieceShape, 'float32');
        }
        return hasShape(gradient, pieceShape) ? gradient : this.#device.reshape(gradient, pieceShape);
      });
      return this.#device.concatenate(pieces, 0);
    });
  }

  /** Takes the next arrays and the next values of the moving statistics, and lets the old ones go. */
  replace(arrays: readonly Tensor[] | null, all: readonly Tensor[]): void {
    if (arrays !== null) {
      const old = this.#arrays;
      this.#arrays = arrays.map((array) => this.#device.keep(array));
      for (const array of old) if (!arrays.includes(array)) this.#device.dispose(array);
    }
    this.#apart.forEach((old, at) => {
      const next = all[at];
      if (old === null || next === undefined || next === old || this.#plan.statistics[at] !== true) return;
      this.#apart[at] = this.#device.keep(next);
      this.#device.dispose(old);
    });
  }

  /** Copies of every weight's values, in the order of the Program's weights. */
  read(): Float32Array[] {
    return this.#device.scope(() => this.tensors().map((tensor) => Float32Array.from(this.#device.read(tensor))));
  }

  dispose(): void {
    for (const array of this.#arrays) this.#device.dispose(array);
    this.#arrays = [];
    this.#apart.forEach((tensor, at) => {
      if (tensor !== null) this.#device.dispose(tensor);
      this.#apart[at] = null;
    });
  }
}

function hasShape({ shape }: Tensor, wanted: readonly number[]): boolean {
  return shape.length === wanted.length && shape.every((length, axis) => length === wanted[axis]);
}
