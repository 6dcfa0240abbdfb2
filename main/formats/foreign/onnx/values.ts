import type { JsonObject } from '#shared/graph/json';
import type { TensorType } from '#shared/graph/values';
import { elementCount, permuteAxes, permutedShape } from '../../permute.ts';
import type { ForeignValue } from '../foreignSheet.ts';
import { Unsupported } from '../unsupported.ts';

/**
 * A value that depends on the inputs. ONNX has channels first, the catalogue has them last: instead of turning values, each
 * knows how its axes lie. Axes are those of an example; the batch is axis 0 of both and stays out.
 */
export interface Flowing {
  readonly is: 'flowing';
  readonly given: ForeignValue;
  /** The example's shape as ONNX has it. */
  readonly shape: readonly number[];
  /** Axis i of the sheet's value is ONNX's axis `axes[i]`; axes that are left out have the length 1. */
  readonly axes: readonly number[];
  /** Of a value that was flattened with its axes in the sheet's order: what it was before. */
  readonly flattened: { readonly shape: readonly number[]; readonly axes: readonly number[] } | null;
  /** Whether no number in it is below zero. */
  readonly isPositive: boolean;
  /**
   * Whether `shape` has all axes of ONNX's, that of the batch among them. So it is where a model of one example puts windows
   * or heads into the axis of the batch, or the batch elsewhere: all of it belongs to the one example.
   */
  readonly isLifted: boolean;
  /** Of a lifted value where the number of examples is open: where among its axes they lie. */
  readonly batch: BatchPlace | null;
}

/** An axis that holds the batch, with so many elements of that axis between an example and the next. */
export interface BatchPlace {
  readonly axis: number;
  readonly inner: number;
}

/** A value that the file fixes. */
export interface Fixed {
  readonly is: 'fixed';
  readonly shape: readonly number[];
  readonly dtype: TensorType['dtype'];
  readonly numbers: () => Float32Array;
  /** Whether it is a weight of the model rather than a number in its computation. */
  readonly isWeight: boolean;
  /** Whether a number in it is computed of the open number of examples, for which a symbol stands. */
  readonly isOfBatch?: boolean;
}

export type OnnxValue = Flowing | Fixed;

/** 0, 1, 2, …: the axes of an example in ONNX's own order. */
export function inOrder(rank: number): readonly number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** The order of the catalogue: channels last. */
export function channelsLast(rank: number): readonly number[] {
  return rank === 0 ? [] : [...inOrder(rank).slice(1), 0];
}

/** A value of a layer's in the given order of axes. */
export function flowing(given: ForeignValue, shape: readonly number[], axes: readonly number[]): Flowing {
  return { is: 'flowing', given, shape, axes, flattened: null, isPositive: false, isLifted: false, batch: null };
}

/** The one number that a fixed value holds, or null where it holds several. */
export function scalarOf(value: OnnxValue | undefined): number | null {
  return value?.is === 'fixed' && elementCount(value.shape) === 1 ? (value.numbers()[0] ?? null) : null;
}

/** A fixed value with its axes in another order, which is computed when it is asked for. */
export function turned(value: Fixed, axes: readonly number[]): Fixed {
  const { shape, numbers } = value;
  return { ...value, shape: permutedShape(shape, axes), numbers: () => permuteAxes(numbers(), shape, axes) };
}

/**
 * The value with the batch's axis, of length 1, as an axis of the example.
 * @param isOpen whether it stands for an open number of examples
 */
export function lifted(value: Flowing, put: PutShape, isOpen: boolean): Flowing {
  if (value.isLifted) return value;
  const { given, shape, axes, isPositive } =
    value.flattened === null ? value : flowing(arranged(value, [0], put), value.shape, [0]);
  const whole = flowing(
    given,
    [1, ...shape],
    axes.map((axis) => axis + 1),
  );
  return { ...whole, isPositive, isLifted: true, batch: isOpen ? { axis: 0, inner: 1 } : null };
}

/** A lifted value whose first axis has the length 1 and is the batch's is one of an example again. */
export function lowered(value: Flowing, put: PutShape): Flowing {
  const isFirst = value.shape[0] === 1 && (value.batch === null || value.batch.axis === 0);
  if (!isFirst || value.shape.length < 2) return { ...value, isLifted: true };
  const { axes, shape, isPositive, batch } = value;
  if (value.flattened !== null) {
    return lowered({ ...flowing(arranged(value, [0], put), shape, [0]), isPositive, batch }, put);
  }
  const rest = axes.filter((axis) => axis !== 0);
  if (rest.length === 0) return { ...value, isLifted: true };
  const given = rest.length === axes.length ? value.given : arranged(value, rest, put);
  return {
    ...flowing(
      given,
      shape.slice(1),
      rest.map((axis) => axis - 1),
    ),
    isPositive,
  };
}

/** Adds a layer of shapes to the sheet; the last argument is the value it reads. */
export type PutShape = (
  type: 'permute' | 'reshape' | 'flatten',
  params: JsonObject,
  input: ForeignValue,
) => ForeignValue;

/** The value with its axes in the wanted order, which names every axis that is longer than 1. */
export function arranged(value: Flowing, wanted: readonly number[], put: PutShape): ForeignValue {
  const { given, axes, shape } = unflattened(value, put);
  if (String(axes) === String(wanted)) return given;
  // Axes of length 1 come and go with a reshape, all others turn.
  const isLong = (axis: number): boolean => axes.includes(axis) && wanted.includes(axis) && shape[axis] !== 1;
  const long = axes.filter(isLong);
  const order = wanted.filter(isLong);
  if (String(long) === String(order)) {
    return put('reshape', { targetShape: wanted.map((axis) => shape[axis] ?? 1) }, given);
  }
  const kept = wanted.filter((axis) => axes.includes(axis));
  const rest = axes.filter((axis) => !kept.includes(axis));
  const now = [...kept, ...rest];
  const turnedValue = put('permute', { permutation: now.map((axis) => axes.indexOf(axis)) }, given);
  return String(now) === String(wanted)
    ? turnedValue
    : put('reshape', { targetShape: wanted.map((axis) => shape[axis] ?? 1) }, turnedValue);
}

/** Undoes a flattening that was in the sheet's order, so that the numbers stand in ONNX's. */
function unflattened(value: Flowing, put: PutShape): Flowing {
  const { flattened, given, shape } = value;
  if (flattened === null) return value;
  const own = permutedShape(flattened.shape, flattened.axes);
  const whole = flowing(put('reshape', { targetShape: own }, given), flattened.shape, flattened.axes);
  const ordered = arranged(whole, inOrder(flattened.shape.length), put);
  return flowing(put('flatten', {}, ordered), shape, [0]);
}

interface Block {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** The smallest groups of neighbouring axes of two shapes that hold the same numbers. */
function blocksOf(before: readonly number[], after: readonly number[]): readonly Block[] {
  const blocks: Block[] = [];
  let [from, to] = [0, 0];
  while (from < before.length || to < after.length) {
    const [start, begin] = [from, to];
    let [left, right] = [before[from++] ?? 1, after[to++] ?? 1];
    while (left !== right) {
      if (left < right && from < before.length) left *= before[from++] ?? 1;
      else if (to < after.length) right *= after[to++] ?? 1;
      else throw new Unsupported('Reshape');
    }
    const axesOf = (first: number, end: number, length: number): readonly number[] =>
      inOrder(Math.min(end, length)).slice(Math.min(first, length));
    blocks.push({ from: axesOf(start, from, before.length), to: axesOf(begin, to, after.length) });
  }
  return blocks;
}

/**
 * The value in another shape of ONNX's, with as few layers as can be: axes of length 1 need none, what is split or brought
 * together keeps the sheet's order of axes, and a whole image that is flattened is turned at the weights that read it.
 */
export function reshaped(value: Flowing, target: readonly number[], put: PutShape): Flowing {
  const { shape } = value;
  if (String(shape) === String(target)) return value;
  const keep = value.flattened === null ? value : unflattened(value, put);
  const isShort = (axis: number): boolean => shape[axis] === 1;
  const long = inOrder(shape.length).filter((axis) => !isShort(axis));
  const targetLong = inOrder(target.length).filter((axis) => target[axis] !== 1);
  const lengths = (from: readonly number[], axes: readonly number[]): string =>
    String(axes.map((axis) => from[axis] ?? 1));
  const ownLong = keep.axes.filter((axis) => !isShort(axis));
  const { isPositive } = value;
  if (lengths(shape, long) === lengths(target, targetLong)) {
    const given =
      ownLong.length === keep.axes.length || ownLong.length === 0 ? keep.given : arranged(keep, ownLong, put);
    if (ownLong.length > 0) {
      const axes = ownLong.map((axis) => targetLong[long.indexOf(axis)] ?? 0);
      return { ...flowing(given, target, axes), isPositive };
    }
    return { ...flowing(put('reshape', { targetShape: target }, given), target, inOrder(target.length)), isPositive };
  }
  if (target.length === 1 && String(ownLong) !== String(long)) {
    const whole = flowing(put('flatten', {}, keep.given), target, [0]);
    const before = { shape, axes: keep.axes };
    return { ...whole, flattened: before, isPositive };
  }
  const blocks = blocksOf(shape, target);
  const placed = new Map(keep.axes.map((axis, index) => [axis, index]));
  const placeOf = ({ from }: Block): number => Math.min(...from.map((axis) => placed.get(axis) ?? shape.length));
  const ordered = blocks.toSorted((one, other) => placeOf(one) - placeOf(other));
  const given = arranged(
    keep,
    ordered.flatMap(({ from }) => from),
    put,
  );
  const axes = ordered.flatMap(({ to }) => to);
  const isFlat = target.length === 1;
  const whole = isFlat
    ? put('flatten', {}, given)
    : put('reshape', { targetShape: axes.map((axis) => target[axis] ?? 1) }, given);
  return { ...flowing(whole, target, axes), isPositive };
}
