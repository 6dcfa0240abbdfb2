import type { Device, Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';
import type { Hold } from '../backend/hold.ts';
import { holdOn } from '../backend/hold.ts';
import type { Move } from '../execute/forward.ts';
import { moved } from '../execute/forward.ts';
import type { Plan } from '../execute/plan.ts';
import { isTrained } from '../execute/plan.ts';

/** Indices of the weights that an optimiser moves: neither frozen nor statistics. */
export function movedWeights(plan: Plan): number[] {
  return plan.weights.flatMap((_, at) => (isTrained(plan, at) ? [at] : []));
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

/** The statistics that are moved all at once, in one vector; of no weights where there are none. */
function statisticsOf(plan: Plan): Block {
  const weights = plan.movedOnce.flatMap((isOnce, at) => (isOnce ? [at] : []));
  const sizes = weights.map((at) => sizeOf(plan.weights[at]?.shape ?? []));
  return { weights, sizes, shape: [sizes.reduce((sum, size) => sum + size, 0)] };
}

/** The weights in an array per block, by weight index. */
export function unblock(plan: Plan, arrays: readonly Float32Array[]): Map<number, Float32Array> {
  return cut(blocksOf(plan), arrays);
}

/** The statistics in the vector that holds them all, by weight index. */
export function cutStatistics(plan: Plan, whole: Float32Array): Map<number, Float32Array> {
  return cut([statisticsOf(plan)], [whole]);
}

/** The inverse of `cutStatistics`; `values` has every weight. */
export function joinStatistics(plan: Plan, values: readonly Float32Array[]): Float32Array {
  return fill(statisticsOf(plan), values);
}

function cut(blocks: readonly Block[], arrays: readonly Float32Array[]): Map<number, Float32Array> {
  const parts = new Map<number, Float32Array>();
  blocks.forEach(({ weights, sizes }, position) => {
    let from = 0;
    weights.forEach((at, member) => {
      const size = sizes[member] ?? 0;
      parts.set(at, (arrays[position] ?? new Float32Array(0)).slice(from, from + size));
      from += size;
    });
  });
  return parts;
}

/** The array of a block of these weights. */
function fill({ weights, sizes, shape }: Block, values: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(sizeOf(shape));
  let offset = 0;
  weights.forEach((at, member) => {
    whole.set(values[at] ?? [], offset);
    offset += sizes[member] ?? 0;
  });
  return whole;
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
 * operations however many weights there are, and so do the moving statistics that one operation moves; the others (frozen
 * ones, statistics that several operations move) lie apart.
 */
export class RunWeights {
  readonly #device: Device;
  readonly #plan: Plan;
  readonly blocks: readonly Block[];
  readonly #statistics: Block;
  readonly #apart: (Tensor | null)[];
  #arrays: Tensor[];
  #moving: Tensor | null;

  /** The device takes copies of `values`; `hold` says what keeps them there between steps. */
  constructor(device: Device, plan: Plan, values: readonly Float32Array[], hold: Hold = holdOn(device)) {
    this.#device = device;
    this.#plan = plan;
    this.blocks = blocksOf(plan);
    this.#statistics = statisticsOf(plan);
    this.#arrays = this.blocks.map((block, position) =>
      hold(`block/${position}`, fill(block, values), block.shape, 'float32'),
    );
    this.#moving =
      this.#statistics.weights.length === 0
        ? null
        : hold('statistics', fill(this.#statistics, values), this.#statistics.shape, 'float32');
    const isMoved = new Set([...movedWeights(plan), ...this.#statistics.weights]);
    this.#apart = plan.weights.map(({ shape }, at) =>
      isMoved.has(at) ? null : hold(`apart/${at}`, Float32Array.from(values[at] ?? []), shape, 'float32'),
    );
  }

  /** The moved weights, one array per block. */
  get arrays(): readonly Tensor[] {
    return this.#arrays;
  }

  /** The moving statistics that are moved all at once; null where there are none. */
  get moving(): Tensor | null {
    return this.#moving;
  }

  /** Frozen weights, and moving statistics that several operations move. By weight index. */
  get apart(): readonly (Tensor | null)[] {
    return this.#apart;
  }

  /** Every weight in its shape, in the order of the Program's weights; made in the scope around. */
  tensors(arrays: readonly Tensor[] = this.#arrays): Tensor[] {
    const parts = new Map([
      ...this.split(arrays),
      ...(this.#moving === null ? [] : this.#pieces(this.#statistics, this.#moving)),
    ]);
    return this.#plan.weights.map(({ id }, at) => {
      const tensor = parts.get(at) ?? this.#apart[at];
      if (tensor === null || tensor === undefined) throw new Error(`the run has no value of the weight ${id}`);
      return tensor;
    });
  }

  /** Arrays like those of the blocks, cut into pieces of the weights' shapes, by weight index. */
  split(arrays: readonly Tensor[]): [number, Tensor][] {
    return this.blocks.flatMap((block, position) => {
      const array = arrays[position];
      return array === undefined ? [] : this.#pieces(block, array);
    });
  }

  #pieces({ weights, sizes }: Block, array: Tensor): [number, Tensor][] {
    const pieces = this.#device.split(array, sizes, 0);
    return weights.map((at, member): [number, Tensor] => {
      const piece = pieces[member] ?? array;
      const shape = this.#plan.weights[at]?.shape ?? [];
      return [at, hasShape(piece, shape) ? piece : this.#device.reshape(piece, shape)];
    });
  }

  /** The statistics that are moved all at once, after a training pass; null where there are none. */
  move(moves: readonly Move[]): Tensor | null {
    if (this.#moving === null) return null;
    const device = this.#device;
    const byWeight = new Map(moves.map((move) => [move.weight, move]));
    const own = this.#statistics.weights.map((at) => {
      const move = byWeight.get(at);
      if (move === undefined) throw new Error(`nothing moved the statistic ${this.#plan.weights[at]?.id ?? at}`);
      return move;
    });
    const measured = device.concatenate(
      own.map((move) => move.measured),
      0,
    );
    const factor = (of: (momentum: number) => number): Tensor => {
      const [first = 0, ...others] = own.map(({ momentum }) => of(momentum));
      if (others.every((other) => other === first)) return device.scalar(first);
      const each = own.flatMap(({ momentum }, at) =>
        Array.from({ length: this.#statistics.sizes[at] ?? 0 }, () => of(momentum)),
      );
      return device.tensor(Float32Array.from(each), this.#statistics.shape, 'float32');
    };
    return moved(
      device,
      this.#moving,
      measured,
      factor((momentum) => momentum),
      factor((momentum) => 1 - momentum),
    );
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

  /** Takes the next arrays and the next values of all moving statistics, and lets the old ones go. */
  replace(arrays: readonly Tensor[] | null, moving: Tensor | null, all: readonly Tensor[]): void {
    if (arrays !== null) {
      const old = this.#arrays;
      this.#arrays = arrays.map((array) => this.#device.keep(array));
      for (const array of old) if (!arrays.includes(array)) this.#device.dispose(array);
    }
    if (this.#moving !== null && moving !== null && moving !== this.#moving) {
      const old = this.#moving;
      this.#moving = this.#device.keep(moving);
      this.#device.dispose(old);
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
    if (this.#moving !== null) this.#device.dispose(this.#moving);
    this.#moving = null;
    this.#apart.forEach((tensor, at) => {
      if (tensor !== null) this.#device.dispose(tensor);
      this.#apart[at] = null;
    });
  }
}

function hasShape({ shape }: Tensor, wanted: readonly number[]): boolean {
  return shape.length === wanted.length && shape.every((length, axis) => length === wanted[axis]);
}
