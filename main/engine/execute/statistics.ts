import type { Device, Tensor } from '../backend/device.ts';
import { sizeOf, squaresFit } from '../backend/device.ts';

/** Largest magnitude and root mean square of all elements. */
export interface Magnitude {
  readonly max: number;
  readonly rms: number;
  readonly size: number;
}

/** Of a value's elements. */
export interface Distribution {
  readonly mean: number;
  readonly deviation: number;
  /** Share of exact zeros. */
  readonly zeros: number;
}

/** Tensors of more elements than this are measured where they lie; smaller ones of one shape are measured together. */
const packedUpTo = 1 << 18;
/** From so many elements on, reading a tensor where it lies, in a few steps of its own, costs less than packing it. */
const apartFrom = 1 << 14;
/** Elements of one pack. */
const packSize = 1 << 21;

/** The smallest normal float32. */
const smallestNormal = 2 ** -126;

type Row = readonly Tensor[];

/**
 * Collects what a step measures and brings it to the host as ONE vector. Small tensors of equal shape are stacked, so that
 * a hundred wires cost the operations of one.
 */
export class Statistics {
  readonly #device: Device;
  readonly #magnitudes = new Registry();
  readonly #distributions = new Registry();
  readonly #finite = new Registry();
  /** Two tensors each, stacked. */
  readonly #pairs = new Registry();
  readonly #scalars: Tensor[] = [];

  constructor(device: Device) {
    this.#device = device;
  }

  /** Asks for the magnitude of a float32 tensor; the same tensor is measured once. Returns its number. */
  magnitude(tensor: Tensor): number {
    return this.#magnitudes.add(tensor);
  }

  /** Asks for the distribution of a value of any element type. */
  distribution(tensor: Tensor): number {
    return this.#distributions.add(tensor);
  }

  /** Asks whether all elements of a float32 tensor are finite. */
  finite(tensor: Tensor): void {
    this.#finite.add(tensor);
  }

  /** Asks for the cosine of the angle between two float32 tensors of one shape, as long vectors. Returns its number. */
  cosine(one: Tensor, other: Tensor): number {
    return this.#pairs.add(this.#device.stack([one, other], 0));
  }

  /** Asks for one float32 number. */
  scalar(tensor: Tensor): number {
    return this.#scalars.push(tensor) - 1;
  }

  /** Measures everything asked for, with one transfer. */
  read(): Readings {
    const { vector, readings } = this.collect();
    return readings(vector === null ? new Float32Array(0) : this.#device.read(vector));
  }

  /** Measures everything asked for into one vector, which stays on the device, and says how to read it. */
  collect(): { readonly vector: Tensor | null; readonly readings: (numbers: ArrayLike<number>) => Readings } {
    const device = this.#device;
    const columns: Tensor[] = [];
    const scalars = [...this.#scalars];
    // Per tensor that is measured apart: which scalar its largest magnitude is; the one after is of its squares.
    const apart = new Map<number, number>();
    this.#magnitudes.tensors.forEach((tensor, index) => {
      const measured = sizeOf(tensor.shape) >= apartFrom ? device.magnitude(tensor) : null;
      if (measured !== null) apart.set(index, scalars.push(measured.max, measured.halfSquares) - 2);
    });
    const packed = this.#magnitudes.groups((index) => !apart.has(index));
    const magnitudes = this.#layOut(packed, 2, columns, (pack, axis) => this.#measureMagnitude(pack, axis));
    const distributions = this.#layOut(this.#distributions.groups(), 3, columns, (pack, axis) =>
      this.#measureDistribution(pack, axis),
    );
    const nonFinite = this.#layOut(this.#finite.groups(), 1, columns, (pack, axis) => [
      device.sum(device.multiply(pack, device.scalar(0)), axis, true),
    ]);
    const cosines = this.#layOut(this.#pairs.groups(), 3, columns, (pack) => this.#measurePairs(pack));
    const scalarOffset = columns.reduce((rows, column) => rows + (column.shape[0] ?? 0), 0);
    if (scalars.length > 0) {
      const flat = scalars.map((scalar) => (scalar.shape.length === 0 ? scalar : device.reshape(scalar, [])));
      columns.push(device.reshape(device.stack(flat, 0), [flat.length, 1]));
    }
    const vector = columns.length === 0 ? null : device.concatenate(columns, 0);
    const readings = (numbers: ArrayLike<number>): Readings => {
      const at = (offset: number): number => numbers[offset] ?? Number.NaN;
      return {
        magnitude: (index) => {
          const scalar = apart.get(index);
          if (scalar !== undefined) {
            const size = sizeOf(this.#magnitudes.tensors[index]?.shape ?? []);
            const [max, halfSquares] = [at(scalarOffset + scalar), at(scalarOffset + scalar + 1)];
            const root = Math.sqrt((2 * halfSquares) / size);
            return { max, rms: max === 0 ? 0 : squaresFit(max) ? root : max * root, size };
          }
          const { row, stride, size } = magnitudes(index);
          const max = at(row);
          // In doubles: the square root of the mean of (x/max)² lies between 1/√size and 1, times max down to 2^-126.
          return { max, rms: max === 0 ? 0 : max * Math.sqrt(at(row + stride)), size };
        },
        distribution: (index) => {
          const { row, stride } = distributions(index);
          return { mean: at(row), deviation: Math.sqrt(at(row + stride)), zeros: at(row + 2 * stride) };
        },
        cosine: (index) => {
          const { row, stride } = cosines(index);
          return at(row) / Math.sqrt(at(row + stride) * at(row + 2 * stride));
        },
        scalar: (index) => at(scalarOffset + index),
        finite: () => {
          for (let index = 0; index < this.#finite.tensors.length; index++) {
            if (at(nonFinite(index).row) !== 0) return false;
          }
          return true;
        },
      };
    };
    return { vector, readings };
  }

  /** max|x| and the mean of (x/max)², which neither under- nor overflows; the root is taken in doubles. */
  #measureMagnitude(pack: Tensor, axis: readonly number[]): Row {
    const device = this.#device;
    const max = device.largest(device.absolute(pack), axis, true);
    // Where all are 0, 0 is divided by something.
    const scaled = device.divide(pack, device.maximum(max, device.scalar(smallestNormal)));
    return [max, device.mean(device.square(scaled), axis, true)];
  }

  /** Of rows that hold two vectors each: the mean of their product and of their squares, each over its largest magnitude. */
  #measurePairs(pack: Tensor): Row {
    const device = this.#device;
    const [count = 0, length = 0] = pack.shape;
    const pairs = device.reshape(pack, [count, 2, length / 2]);
    const max = device.largest(device.absolute(pairs), [2], true);
    const scaled = device.divide(pairs, device.maximum(max, device.scalar(smallestNormal)));
    const [one, other] = device.unstack(scaled, 1);
    if (one === undefined || other === undefined) throw new Error('a pair does not hold two tensors');
    const mean = (x: Tensor): Tensor => device.mean(x, [1], true);
    return [mean(device.multiply(one, other)), mean(device.square(one)), mean(device.square(other))];
  }

  #measureDistribution(pack: Tensor, axis: readonly number[]): Row {
    const device = this.#device;
    const values = device.cast(pack, 'float32');
    const mean = device.mean(values, axis, true);
    const zeros = device.cast(device.equal(values, device.scalar(0)), 'float32');
    return [
      mean,
      device.mean(device.square(device.subtract(values, mean)), axis, true),
      device.mean(zeros, axis, true),
    ];
  }

  /**
   * Stacks tensors of one shape, measures each stack and appends the results, `[n, 1]` each, to `columns`. Returns where
   * each tensor's results lie: the first in `row`, the next `stride` further on.
   */
  #layOut(
    groups: readonly (readonly Entry[])[],
    results: number,
    columns: Tensor[],
    measure: (pack: Tensor, axis: readonly number[]) => Row,
  ): (index: number) => { row: number; stride: number; size: number } {
    const device = this.#device;
    const places: { row: number; stride: number; size: number }[] = [];
    let offset = columns.reduce((rows, column) => rows + (column.shape[0] ?? 0), 0);
    for (const group of groups) {
      const [first] = group;
      if (first === undefined) continue;
      const size = sizeOf(first.tensor.shape);
      const whole =
        group.length === 1
          ? first.tensor
          : device.stack(
              group.map(({ tensor }) => tensor),
              0,
            );
      const pack = device.reshape(whole, [group.length, size]);
      const measured = measure(pack, [1]);
      if (measured.length !== results)
        throw new Error(`a measure gave ${measured.length} numbers; expected ${results}`);
      columns.push(...measured);
      group.forEach(({ index }, position) => {
        places[index] = { row: offset + position, stride: group.length, size };
      });
      offset += group.length * results;
    }
    return (index) => {
      const place = places[index];
      if (place === undefined) throw new Error(`statistic ${index} was never asked for`);
      return place;
    };
  }
}

/** What a step measured. */
export interface Readings {
  magnitude(index: number): Magnitude;
  distribution(index: number): Distribution;
  /** NaN where one of the two is zero. */
  cosine(index: number): number;
  scalar(index: number): number;
  /** Whether everything given to `finite` is finite. */
  finite(): boolean;
}

interface Entry {
  readonly tensor: Tensor;
  readonly index: number;
}

/** Tensors in order of first mention, each once. */
class Registry {
  readonly tensors: Tensor[] = [];
  readonly #numbers = new Map<Tensor, number>();

  add(tensor: Tensor): number {
    const known = this.#numbers.get(tensor);
    if (known !== undefined) return known;
    const number = this.tensors.push(tensor) - 1;
    this.#numbers.set(tensor, number);
    return number;
  }

  /** Groups of equal shape and type; a large tensor is a group of its own. */
  groups(isWanted: (index: number) => boolean = () => true): Entry[][] {
    const open = new Map<string, Entry[]>();
    const groups: Entry[][] = [];
    this.tensors.forEach((tensor, index) => {
      if (!isWanted(index)) return;
      const size = sizeOf(tensor.shape);
      const key = `${tensor.dtype}${tensor.shape.join('x')}`;
      const group = size > packedUpTo ? undefined : open.get(key);
      if (group !== undefined && (group.length + 1) * size <= packSize) {
        group.push({ tensor, index });
        return;
      }
      const fresh = [{ tensor, index }];
      groups.push(fresh);
      open.set(key, fresh);
    });
    return groups;
  }
}
