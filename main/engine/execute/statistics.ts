import type { AdamMoments, Device, MeasuringKernels, Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';

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

/** Values of more elements than this are looked at by themselves; smaller ones of one shape together. */
const packedUpTo = 1 << 18;
/** From so many elements on, reading a gradient where it lies, in passes of its own, costs less than packing it. */
const apartFrom = 1 << 14;
/** A largest magnitude between these: squares and their sums neither under- nor overflow so far that it could be seen. */
const squaresFitFrom = 1e-10;
const squaresFitTo = 1e4;
/** Elements of one pack. */
const packSize = 1 << 21;

/** The smallest normal float32. */
const smallestNormal = 2 ** -126;

type Row = readonly Tensor[];

/** How the magnitudes of large tensors are taken. */
export interface StatisticsOptions {
  /**
   * Large tensors in passes that write nothing, which read right only where no largest magnitude leaves 1e-10 … 1e4: see
   * `Collected.fits`. Otherwise every tensor is divided by its largest magnitude first, and reads right from 2^-126 to 1e38.
   */
  readonly brief: boolean;
}

/** What was asked for as one vector on the device, and how to read it. */
export interface Collected {
  /** [n, 1]; null where nothing was asked for. */
  readonly vector: Tensor | null;
  /** float32 scalar: 1 where every brief measure reads right, else 0; null where there is none. */
  readonly fits: Tensor | null;
  readonly readings: (numbers: ArrayLike<number>) => Readings;
}

/**
 * Collects what a step measures and brings it to the host as ONE vector. Small tensors of equal shape are stacked, so that
 * a hundred wires cost the operations of one.
 */
export class Statistics {
  readonly #device: Device;
  readonly #magnitudes = new Registry();
  /** What magnitudes were asked of: the tensor that is measured, and the elements of the one that was meant. */
  readonly #asked: { readonly measured: number; readonly size: number }[] = [];
  readonly #numbers = new Map<Tensor, number>();
  readonly #distributions = new Registry();
  readonly #finite = new Registry();
  /** Two tensors each, stacked. */
  readonly #pairs = new Registry();
  readonly #cosines: Cosine[] = [];
  /** Two tensors each, as they are. */
  readonly #compared: (readonly [Tensor, Tensor])[] = [];
  /** Of each weight, and the ε in what its step is divided by; null where that was not asked for. */
  #adam: { readonly moments: readonly AdamMoments[]; readonly epsilon: Tensor } | null = null;
  readonly #scalars: Tensor[] = [];

  readonly #brief: boolean;

  constructor(device: Device, { brief }: StatisticsOptions = { brief: false }) {
    this.#device = device;
    this.#brief = brief;
  }

  /** Asks for the magnitude of a float32 tensor; the same elements are measured once. Returns its number. */
  magnitude(tensor: Tensor): number {
    const known = this.#numbers.get(tensor);
    if (known !== undefined) return known;
    const measured = this.#magnitudes.add(this.#device.sameElements(tensor));
    const number = this.#asked.push({ measured, size: sizeOf(tensor.shape) }) - 1;
    this.#numbers.set(tensor, number);
    return number;
  }

  /** Asks for the magnitudes of mean/(√square + ε), Adam's steps before their size, of all weights at once. */
  adamSteps(moments: readonly AdamMoments[], epsilon: number): void {
    if (this.#adam !== null) throw new Error("Adam's steps were asked for twice");
    this.#adam = { moments, epsilon: this.#device.scalar(epsilon) };
  }

  /** Asks for the distribution of a value of any element type. */
  distribution(tensor: Tensor): number {
    return this.#distributions.add(tensor);
  }

  /** Asks whether all elements of a float32 tensor are finite. */
  finite(tensor: Tensor): void {
    this.#finite.add(tensor);
  }

  /**
   * Asks for the cosine of the angle between two float32 tensors of one shape, as long vectors; the same two are measured
   * once. Returns its number.
   */
  cosine(one: Tensor, other: Tensor): number {
    const known = this.#cosines.findIndex(({ of }) => of.includes(one) && of.includes(other) && one !== other);
    return known < 0 ? this.#cosines.push(this.#askCosine(one, other)) - 1 : known;
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
  collect(): Collected {
    const { kernels } = this.#device;
    return kernels === null ? this.#collectInSteps() : this.#collectWith(kernels);
  }

  /** Each tensor read once, where it lies. */
  #collectWith(kernels: MeasuringKernels): Collected {
    const device = this.#device;
    const columns: Tensor[] = [];
    let rows = 0;
    /** Measures items, each as large as its tensor, in groups and returns where each one's numbers begin. */
    const layOut = <Item>(
      items: readonly Item[],
      tensorOf: (item: Item) => Tensor,
      numbers: number,
      measure: (group: readonly Item[]) => Tensor,
    ): readonly number[] => {
      const places: number[] = [];
      for (const group of measuredTogether(items.map(tensorOf))) {
        columns.push(measure(group.flatMap(({ index }) => items[index] ?? [])));
        group.forEach(({ index }, position) => (places[index] = rows + position * numbers));
        rows += group.length * numbers;
      }
      return places;
    };
    const itself = (tensor: Tensor): Tensor => tensor;
    const meanOf = ({ mean }: AdamMoments): Tensor => mean;
    const adam = this.#adam;
    const magnitudes = layOut(this.#magnitudes.tensors, itself, 2, kernels.magnitudes);
    const adamSteps =
      adam === null ? [] : layOut(adam.moments, meanOf, 2, (group) => kernels.adamSteps(group, adam.epsilon));
    const distributions = layOut(this.#distributions.tensors, itself, 3, kernels.distributions);
    const pairs = rows;
    if (this.#compared.length > 0) columns.push(kernels.cosines(this.#compared));
    rows += this.#compared.length;
    const finite = this.#finite.tensors.length > 0 ? rows++ : null;
    if (finite !== null) columns.push(kernels.finite(this.#finite.tensors));
    const scalars = rows;
    if (this.#scalars.length > 0) columns.push(this.#column(this.#scalars));
    const readings = (numbers: ArrayLike<number>): Readings => {
      const at = (offset: number | undefined): number => numbers[offset ?? -1] ?? Number.NaN;
      const magnitudeAt = (place: number | undefined, held: number, size: number): Magnitude =>
        magnitudeOf(at(place), at((place ?? -2) + 1), held, size);
      return {
        magnitude: (index) => {
          const { measured, size } = this.#askedOf(index);
          return magnitudeAt(magnitudes[measured], sizeOf(this.#magnitudes.tensors[measured]?.shape ?? []), size);
        },
        adamStep: (index) => {
          const size = sizeOf(adam?.moments[index]?.mean.shape ?? []);
          return magnitudeAt(adamSteps[index], size, size);
        },
        distribution: (index) => {
          const place = distributions[index] ?? -1;
          return { mean: at(place), deviation: at(place + 1), zeros: at(place + 2) };
        },
        cosine: (index) => at(pairs + index),
        scalar: (index) => at(scalars + index),
        finite: () => finite === null || at(finite) === 0,
      };
    };
    return { vector: columns.length === 0 ? null : device.concatenate(columns, 0), fits: null, readings };
  }

  /** In TensorFlow's own operations. */
  #collectInSteps(): Collected {
    const device = this.#device;
    const columns: Tensor[] = [];
    const scalars = [...this.#scalars];
    const adamSteps = this.#measureAdamSteps();
    const large = this.#magnitudes.tensors.flatMap((tensor, index): Large[] => {
      if (sizeOf(tensor.shape) < apartFrom) return [];
      const axes = tensor.shape.map((_, axis) => axis);
      const [largest, smallest] = [device.largest(tensor, axes, false), device.smallest(tensor, axes, false)];
      return [{ index, tensor, largest, smallest }];
    });
    const max = large.length === 0 ? null : this.#largestMagnitudes(large);
    // Where all are 0, 0 is divided by something.
    const divisors =
      max === null || this.#brief ? [] : device.unstack(device.maximum(max, device.scalar(smallestNormal)), 0);
    // Per tensor that is measured apart: which scalar its largest element is; its smallest one and its squares follow.
    const apart = new Map<number, number>();
    large.forEach(({ index, tensor, largest, smallest }, at) => {
      const divisor = divisors[at];
      const squares = device.halfSquares(divisor === undefined ? tensor : device.divide(tensor, divisor));
      apart.set(index, scalars.push(largest, smallest, squares) - 3);
    });
    const packed = this.#magnitudes.groups((index) => !apart.has(index));
    const magnitudes = this.#layOut(packed, 2, columns, (pack, axis) => this.#measureMagnitude(pack, axis));
    const distributions = this.#layOut(this.#distributions.groups(), 3, columns, (pack, axis) =>
      this.#measureDistribution(pack, axis),
    );
    const nonFinite = this.#layOut(this.#finite.groups(), 1, columns, (pack, axis) => [
      device.sum(device.multiply(pack, device.scalar(0)), axis, true),
    ]);
    const pairs = this.#layOut(this.#pairs.groups(), 3, columns, (pack) => this.#measurePairs(pack));
    const scalarOffset = columns.reduce((rows, column) => rows + (column.shape[0] ?? 0), 0);
    if (scalars.length > 0) {
      columns.push(this.#column(scalars));
    }
    const vector = columns.length === 0 ? null : device.concatenate(columns, 0);
    const readings = (numbers: ArrayLike<number>): Readings => {
      const at = (offset: number): number => numbers[offset] ?? Number.NaN;
      const magnitude = (index: number): Magnitude => {
        const { measured, size } = this.#askedOf(index);
        const scalar = apart.get(measured);
        if (scalar !== undefined) {
          const [largest, smallest, halfSquares] = [0, 1, 2].map((next) => at(scalarOffset + scalar + next));
          const max = Math.max(largest ?? Number.NaN, -(smallest ?? Number.NaN));
          const root = Math.sqrt((2 * (halfSquares ?? Number.NaN)) / size);
          return { max, rms: max === 0 || this.#brief ? root : max * root, size };
        }
        const { row, stride, size: held } = magnitudes(measured);
        return magnitudeOf(at(row), at(row + stride), held, size);
      };
      return {
        magnitude,
        adamStep: (index) => magnitude(adamSteps[index] ?? -1),
        distribution: (index) => {
          const { row, stride } = distributions(index);
          return { mean: at(row), deviation: Math.sqrt(at(row + stride)), zeros: at(row + 2 * stride) };
        },
        cosine: (index) => {
          const asked = this.#cosines[index];
          if (asked === undefined) throw new Error(`cosine ${index} was never asked for`);
          if ('pair' in asked) {
            const { row, stride } = pairs(asked.pair);
            return at(row) / Math.sqrt(at(row + stride) * at(row + 2 * stride));
          }
          const [one, other] = asked.magnitudes.map(magnitude);
          return at(scalarOffset + asked.product) / ((one?.rms ?? 0) * (other?.rms ?? 0) * (one?.size ?? 0));
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
    return { vector, fits: max === null || !this.#brief ? null : this.#fits(max), readings };
  }

  /** Asks for the magnitudes of Adam's steps, which are written for it, and returns their numbers. */
  #measureAdamSteps(): readonly number[] {
    if (this.#adam === null) return [];
    const device = this.#device;
    const { moments, epsilon } = this.#adam;
    return moments.map(({ mean, square }) =>
      this.magnitude(device.divide(mean, device.add(device.squareRoot(square), epsilon))),
    );
  }

  #askedOf(index: number): { readonly measured: number; readonly size: number } {
    const asked = this.#asked[index];
    if (asked === undefined) throw new Error(`magnitude ${index} was never asked for`);
    return asked;
  }

  /** [n, 1] of scalars. */
  #column(scalars: readonly Tensor[]): Tensor {
    const device = this.#device;
    const flat = scalars.map((scalar) => (scalar.shape.length === 0 ? scalar : device.reshape(scalar, [])));
    return device.reshape(device.stack(flat, 0), [flat.length, 1]);
  }

  /** Of large tensors, where measures are brief, one product and their sizes; small ones are stacked and scaled. */
  #askCosine(one: Tensor, other: Tensor): Cosine {
    const device = this.#device;
    const size = sizeOf(one.shape);
    if (device.kernels !== null) return { of: [one, other], pair: this.#compared.push([one, other]) - 1 };
    if (!this.#brief || size < apartFrom)
      return { of: [one, other], pair: this.#pairs.add(device.stack([one, other], 0)) };
    const row = device.reshape(one, [1, size]);
    const column = device.reshape(other, [size, 1]);
    return {
      of: [one, other],
      magnitudes: [this.magnitude(one), this.magnitude(other)],
      product: this.scalar(device.reshape(device.matrixMultiply(row, column, false, false), [])),
    };
  }

  /** [n]: the largest magnitude of each. */
  #largestMagnitudes(large: readonly Large[]): Tensor {
    const device = this.#device;
    const column = (end: 'largest' | 'smallest'): Tensor =>
      device.stack(
        large.map((own) => own[end]),
        0,
      );
    return device.maximum(column('largest'), device.multiply(column('smallest'), device.scalar(-1)));
  }

  /** 1 where every largest magnitude is 0 or lies where squares fit, else 0. */
  #fits(max: Tensor): Tensor {
    const device = this.#device;
    const limited = device.minimum(device.maximum(max, device.scalar(squaresFitFrom)), device.scalar(squaresFitTo));
    const isOne = (wanted: Tensor): Tensor => device.cast(device.equal(max, wanted), 'float32');
    return device.smallest(device.maximum(isOne(limited), isOne(device.scalar(0))), [0], false);
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
    return [mean, device.mean(device.squaredDifference(values, mean), axis, true), device.mean(zeros, axis, true)];
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

/** A tensor that is measured where it lies, with its largest and its smallest element. */
interface Large {
  readonly index: number;
  readonly tensor: Tensor;
  readonly largest: Tensor;
  readonly smallest: Tensor;
}

/** What a step measured. */
export interface Readings {
  magnitude(index: number): Magnitude;
  /** Of the weight whose moments were given at this place. */
  adamStep(index: number): Magnitude;
  distribution(index: number): Distribution;
  /** NaN where one of the two is zero. */
  cosine(index: number): number;
  scalar(index: number): number;
  /** Whether everything given to `finite` is finite. */
  finite(): boolean;
}

/** In doubles: the square root of the mean of (x/max)² lies between 1/√held and 1, times max down to 2^-126. */
function magnitudeOf(max: number, share: number, held: number, size: number): Magnitude {
  return { max, rms: max === 0 ? 0 : max * Math.sqrt((share * held) / size), size };
}

/** Elements that one kernel measures one tensor after the other: enough to be worth its call, and few enough to lie near. */
const togetherUpTo = 1 << 15;

/** Tensors of one element type after each other, as one kernel measures them: few elements, or one large tensor. */
function measuredTogether(tensors: readonly Tensor[]): Entry[][] {
  const open = new Map<string, { elements: number; readonly entries: Entry[] }>();
  const groups: Entry[][] = [];
  tensors.forEach((tensor, index) => {
    const elements = sizeOf(tensor.shape);
    const group = open.get(tensor.dtype);
    if (group !== undefined && group.elements + elements <= togetherUpTo) {
      group.elements += elements;
      group.entries.push({ tensor, index });
      return;
    }
    const entries = [{ tensor, index }];
    groups.push(entries);
    if (elements <= togetherUpTo) open.set(tensor.dtype, { elements, entries });
  });
  return groups;
}

interface Entry {
  readonly tensor: Tensor;
  readonly index: number;
}

/** A cosine that is asked for: by the number of a stacked pair, or from a scalar that holds the product, and magnitudes. */
type Cosine =
  | { readonly of: readonly Tensor[]; readonly pair: number }
  | { readonly of: readonly Tensor[]; readonly product: number; readonly magnitudes: readonly number[] };

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
