import { elementCount } from '../../permute.ts';
import type { NodeCall } from './call.ts';
import { foldedNumbers } from './folding.ts';
import { forOneExample } from './oneExample.ts';
import type { Fixed, OnnxValue } from './values.ts';
import { inOrder, turned } from './values.ts';

/** Numbers that are computed here: lists of lengths have a handful. Larger ones are only turned and named otherwise. */
const mostFolded = 2 ** 16;

function fixed(shape: readonly number[], dtype: Fixed['dtype'], values: readonly number[]): Fixed {
  return { is: 'fixed', shape, dtype, numbers: () => Float32Array.from(values), isWeight: false };
}

function small(call: NodeCall, value: Fixed): readonly number[] {
  if (elementCount(value.shape) > mostFolded) return call.refuse('fixed values');
  return Array.from(value.numbers());
}

function axisOf(call: NodeCall, axis: number, rank: number): number {
  const own = axis < 0 ? axis + rank : axis;
  return own >= 0 && own < rank ? own : call.refuse(`axis ${axis}`);
}

function casted(call: NodeCall, value: Fixed): Fixed {
  const to = call.number('to', 1);
  if ([1, 10, 11, 16].includes(to)) return { ...value, dtype: 'float32' };
  if (to !== 9 && value.dtype === 'int32') return value;
  const { numbers } = value;
  const whole = (): Float32Array => numbers().map((each) => (to === 9 ? Number(each !== 0) : Math.trunc(each)));
  return { ...value, dtype: to === 9 ? 'bool' : 'int32', numbers: whole };
}

function withoutAxes(shape: readonly number[], axes: readonly number[] | undefined): readonly number[] {
  const gone = axes?.map((axis) => (axis < 0 ? axis + shape.length : axis));
  return shape.filter((length, axis) => (gone === undefined ? length !== 1 : !gone.includes(axis)));
}

/** The shape with axes of length 1 put in where `axes` says, counted in the result. */
export function withAxes(shape: readonly number[], axes: readonly number[]): readonly number[] {
  const rank = shape.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  let next = 0;
  return inOrder(rank).map((axis) => (added.has(axis) ? 1 : (shape[next++] ?? 1)));
}

function resized(call: NodeCall, value: Fixed): Fixed {
  const target = call.list('shape', 1) ?? [];
  const known = target.map((length, axis) => (length === 0 ? (value.shape[axis] ?? 1) : length));
  const rest = elementCount(value.shape) / elementCount(known.filter((length) => length !== -1));
  const shape = known.map((length) => (length === -1 ? rest : length));
  if (elementCount(shape) !== elementCount(value.shape) || shape.some((length) => !(length >= 0))) {
    return call.refuse('shape');
  }
  return { ...value, shape };
}

/**
 * What a node gives whose inputs the file fixes, computed while the model is read; null where the node is none of the
 * arithmetic that models do with shapes. A shape of a computed value is fixed, too: a symbol stands for an open number of
 * examples.
 * @throws Unsupported
 */
export function folded(call: NodeCall): OnnxValue | null {
  const value = computed(call);
  if (value?.is !== 'fixed' || value.isOfBatch === true) return value;
  const { inputs, surroundings } = call;
  if (!inputs.some((input) => input?.is === 'fixed' && input.isOfBatch === true)) return value;
  const isOfBatch = small(call, value).some((number) => number !== 0 && number % surroundings.symbol === 0);
  return { ...value, isOfBatch };
}

function computed(call: NodeCall): OnnxValue | null {
  const { inputs, node } = call;
  const [first] = inputs;
  if (node.operator === 'Constant') return constant(call);
  if (node.operator === 'Shape' && first !== undefined) {
    const { batch, symbol } = call.surroundings;
    if (first.is === 'fixed') return fixed([first.shape.length], 'int32', first.shape);
    const place = first.batch?.axis;
    const whole = first.isLifted
      ? first.shape.map((length, axis) => (axis === place ? length * symbol : length))
      : [symbol, ...first.shape];
    return { ...fixed([whole.length], 'int32', whole), isOfBatch: batch === null };
  }
  if (first?.is !== 'fixed' || inputs.some((input) => input?.is === 'flowing')) return null;
  switch (node.operator) {
    case 'Identity':
    case 'Dropout':
      return first;
    case 'Cast':
      return casted(call, first);
    case 'Unsqueeze':
      return { ...first, shape: withAxes(first.shape, call.list('axes', 1) ?? []) };
    case 'Squeeze':
      return { ...first, shape: withoutAxes(first.shape, call.list('axes', 1)) };
    case 'Reshape':
      return resized(call, first);
    case 'Transpose': {
      const axes = call.list('perm') ?? inOrder(first.shape.length).toReversed();
      if (new Set(axes).size !== first.shape.length) return call.refuse('perm');
      return turned(
        first,
        axes.map((axis) => axisOf(call, axis, first.shape.length)),
      );
    }
    case 'ConstantOfShape': {
      const shape = forOneExample(call, first, small(call, first));
      call.surroundings.fold(elementCount(shape));
      const value = call.node.attributes['value'];
      const [fill = 0] = value?.is === 'tensor' ? value.value.numbers() : [];
      const dtype = value?.is === 'tensor' ? value.value.dtype : 'float32';
      return fixed(
        shape,
        dtype,
        Array.from({ length: elementCount(shape) }, () => fill),
      );
    }
    default:
      return foldedNumbers(call);
  }
}

function constant(call: NodeCall): Fixed {
  const { attributes } = call.node;
  const { value, value_float: float, value_int: integer, value_floats: floats, value_ints: integers } = attributes;
  if (value?.is === 'tensor') return { is: 'fixed', ...value.value, isWeight: false };
  if (float?.is === 'number') return fixed([], 'float32', [float.value]);
  if (integer?.is === 'number') return fixed([], 'int32', [integer.value]);
  if (floats?.is === 'numbers') return fixed([floats.value.length], 'float32', floats.value);
  if (integers?.is === 'numbers') return fixed([integers.value.length], 'int32', integers.value);
  return call.refuse(Object.keys(attributes).join(', '));
}
