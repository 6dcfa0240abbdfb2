import { elementCount } from '../../permute.ts';
import { withAxes } from './constants.ts';
import type { NodeCall } from './call.ts';
import type { BatchPlace, Fixed, Flowing } from './values.ts';
import { inOrder } from './values.ts';

/*
 * Files that leave the number of examples open compute shapes of it. While a file is read a prime stands for it, so that
 * lengths are the batch's exactly where they are its multiples. Where a model puts the batch anywhere but first (heads and
 * windows in its axis, sequences before it), values are lifted as if there were one example, and this file follows where
 * among their axes the batch lies: what would mix examples is refused.
 */

const candidates = [53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113];

/** A number for the number of examples that divides none of these lengths. */
export function batchSymbol(lengths: Iterable<number>): number {
  const known = [...lengths].filter((length) => length > 0);
  return candidates.find((prime) => known.every((length) => length % prime !== 0)) ?? 127;
}

/** How many elements lie between an example and the next. */
function strideOf(shape: readonly number[], { axis, inner }: BatchPlace): number {
  return inner * elementCount(shape.slice(axis + 1));
}

const own = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

function refuse(call: NodeCall): never {
  return call.refuse('it puts examples together');
}

/** Where the batch lies once the numbers are in another shape. @param axis of the new shape that holds it */
function reshapedPlace(call: NodeCall, value: Flowing, place: BatchPlace, shape: readonly number[], axis: number) {
  const inner = strideOf(value.shape, place) / elementCount(shape.slice(axis + 1));
  const isWhole = Number.isInteger(inner) && inner >= 1 && Number.isInteger((shape[axis] ?? 0) / inner);
  return isWhole ? { axis, inner } : refuse(call);
}

/** Where all values that meet element by element have the batch; a fixed one is the same for every example. */
function commonPlace(call: NodeCall, rank: number, inputs: readonly (Flowing | Fixed | undefined)[]): BatchPlace {
  const places = inputs.flatMap((value) =>
    value?.is === 'flowing' && value.batch !== null
      ? [{ axis: value.batch.axis + rank - value.shape.length, inner: value.batch.inner }]
      : [],
  );
  const [first] = places;
  if (first === undefined || places.some(({ axis, inner }) => axis !== first.axis || inner !== first.inner)) {
    return refuse(call);
  }
  const isSame = inputs.every(
    (value) => value?.is !== 'fixed' || (value.shape[first.axis - rank + value.shape.length] ?? 1) === 1,
  );
  return isSame ? first : refuse(call);
}

/** The axis of a reshaped value that holds the batch: the one whose length is computed of it, else the one left open. */
function reshapedAxis(call: NodeCall): number {
  const target = call.inputs[1];
  const said = call.list('shape', 1) ?? [];
  const { symbol } = call.surroundings;
  const isSaid = target?.is === 'fixed' && target.isOfBatch;
  const found = inOrder(said.length).filter(
    (axis) => isSaid && (said[axis] ?? 0) !== 0 && (said[axis] ?? 1) % symbol === 0,
  );
  const [only = said.indexOf(-1)] = found;
  return found.length > 1 || only < 0 ? refuse(call) : only;
}

function withoutAxes(call: NodeCall, place: BatchPlace, gone: readonly number[]): BatchPlace {
  if (gone.includes(place.axis)) return refuse(call);
  return { ...place, axis: place.axis - gone.filter((axis) => axis < place.axis).length };
}

function productPlace(call: NodeCall, value: Flowing, result: Flowing, place: BatchPlace): BatchPlace {
  const [left, right] = call.inputs;
  const rank = result.shape.length;
  if (left?.is === 'flowing' && right?.is === 'fixed' && right.shape.length === 2) {
    return place.axis < value.shape.length - 1 ? place : refuse(call);
  }
  const common = commonPlace(call, rank, [left, right]);
  return common.axis < rank - 2 ? common : refuse(call);
}

function summedPlace(call: NodeCall): BatchPlace {
  const equation = call.text('equation', '').replaceAll(' ', '');
  const [terms = '', result = ''] = equation.split('->');
  const letters = terms.split(',').map((term, index) => {
    const value = call.inputs[index];
    return value?.is === 'flowing' && value.batch !== null ? term[value.batch.axis] : undefined;
  });
  const [first] = letters;
  const inner = call.flowing(0).batch?.inner ?? 1;
  const isSame = letters.every((letter) => letter === first) && inner === (call.flowing(1).batch?.inner ?? 1);
  const axis = first === undefined ? -1 : result.indexOf(first);
  return isSame && axis >= 0 ? { axis, inner } : refuse(call);
}

/** Operators that look along one axis, by the axis that they look along where the file says none. */
const alongOneAxis: Readonly<Record<string, number>> = {
  Softmax: -1,
  LogSoftmax: -1,
  LayerNormalization: -1,
  Split: 0,
};

const elementByElement: ReadonlySet<string> = new Set([
  ...['Relu', 'LeakyRelu', 'Elu', 'Selu', 'Clip', 'Sigmoid', 'HardSigmoid', 'HardSwish', 'Gelu', 'Swish', 'Tanh'],
  ...['Softplus', 'Softsign', 'Exp', 'Log', 'Sqrt', 'Abs', 'Neg', 'Reciprocal', 'Sign', 'Sin', 'Cos'],
  ...['Identity', 'Cast', 'Dropout'],
]);
const meeting: ReadonlySet<string> = new Set(['Add', 'Sum', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Pow']);
const reductions: ReadonlySet<string> = new Set(['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceL2']);

/**
 * Where a lifted value that a node gives has the batch, of an open number of examples.
 * @param call with lifted inputs
 * @throws Unsupported where the node puts examples together, or may
 */
export function batchAfter(call: NodeCall, result: Flowing): BatchPlace {
  const { operator } = call.node;
  const value = call.inputs.find((input): input is Flowing => input?.is === 'flowing');
  const place = value?.batch;
  if (value === undefined || place === null || place === undefined) return refuse(call);
  const rank = value.shape.length;
  const kept = (axis: number): BatchPlace => (own(axis, rank) === place.axis ? refuse(call) : place);
  if (elementByElement.has(operator)) return place;
  if (meeting.has(operator)) return commonPlace(call, result.shape.length, call.inputs);
  const along = alongOneAxis[operator];
  if (along !== undefined) return kept(call.number('axis', along));
  if (reductions.has(operator)) {
    const gone = (call.list('axes', 1) ?? refuse(call)).map((axis) => own(axis, rank));
    if (call.number('keepdims', 1) === 0) return withoutAxes(call, place, gone);
    return gone.includes(place.axis) ? refuse(call) : place;
  }
  switch (operator) {
    case 'Reshape':
      return reshapedPlace(call, value, place, result.shape, reshapedAxis(call));
    case 'Squeeze':
      return withoutAxes(
        call,
        place,
        (call.list('axes', 1) ?? refuse(call)).map((axis) => own(axis, rank)),
      );
    case 'Unsqueeze': {
      // Marks the batch's axis among the others.
      const marked = withAxes(
        inOrder(rank).map((axis) => (axis === place.axis ? Number.NaN : 1)),
        call.list('axes', 1) ?? [],
      );
      return { ...place, axis: marked.findIndex(Number.isNaN) };
    }
    case 'Transpose': {
      const order = call.list('perm') ?? inOrder(rank).toReversed();
      return { ...place, axis: order.indexOf(place.axis) };
    }
    case 'Expand':
      return result.shape.length === rank ? place : refuse(call);
    case 'Concat': {
      const common = commonPlace(call, result.shape.length, call.inputs);
      const isMixed = call.inputs.some((input) => input?.is === 'fixed') && common.inner > 1;
      return isMixed || own(call.number('axis', 0), rank) === common.axis ? refuse(call) : common;
    }
    case 'MatMul':
      return productPlace(call, value, result, place);
    case 'Gemm':
      return place.axis < rank - 1 ? place : refuse(call);
    case 'Einsum':
      return summedPlace(call);
    case 'Slice': {
      const starts = call.list('starts', 1) ?? [];
      const axes = call.list('axes', 3) ?? starts.map((_, axis) => axis);
      return axes.some((axis) => own(axis, rank) === place.axis) ? refuse(call) : place;
    }
    case 'Gather':
      return withoutAxes(call, kept(call.number('axis', 0)), [own(call.number('axis', 0), rank)]);
    case 'Pad': {
      const pads = call.list('pads', 1) ?? [];
      const isPadded = pads[place.axis] !== 0 || pads[place.axis + pads.length / 2] !== 0;
      return isPadded ? refuse(call) : place;
    }
    default:
      return refuse(call);
  }
}
