import { elementCount } from '../../permute.ts';
import type { NodeCall } from './call.ts';
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

function gather(call: NodeCall, data: Fixed, indices: Fixed): Fixed {
  if (data.shape.length !== 1) return call.refuse('fixed values');
  const values = small(call, data);
  const picked = small(call, indices).map((index) => values[index < 0 ? index + values.length : index]);
  if (picked.some((value) => value === undefined)) return call.refuse('indices');
  return fixed(indices.shape, data.dtype, picked as readonly number[]);
}

function concatenate(call: NodeCall, values: readonly Fixed[]): Fixed {
  if (values.some(({ shape }) => shape.length !== 1)) return call.refuse('fixed values');
  const all = values.flatMap((value) => small(call, value));
  if (all.length > mostFolded) return call.refuse('fixed values');
  return fixed([all.length], values[0]?.dtype ?? 'int32', all);
}

function slice(call: NodeCall, data: Fixed): Fixed {
  if (data.shape.length !== 1) return call.refuse('fixed values');
  const [start = 0] = call.list('starts', 1) ?? [];
  const [end = 0] = call.list('ends', 2) ?? [];
  if ((call.list('steps', 4)?.[0] ?? 1) !== 1) return call.refuse('steps');
  const values = small(call, data).slice(start, end);
  return fixed([values.length], data.dtype, values);
}

const functions: Readonly<Record<string, (left: number, right: number) => number>> = {
  Add: (left, right) => left + right,
  Sub: (left, right) => left - right,
  Mul: (left, right) => left * right,
  Div: (left, right) => left / right,
};

function arithmetic(call: NodeCall, left: Fixed, right: Fixed): Fixed {
  const compute = functions[call.node.operator];
  const [a, b] = [small(call, left), small(call, right)];
  const isInteger = left.dtype === 'int32' && right.dtype === 'int32';
  // The number of examples is not known, and neither is what is computed of it.
  if (compute === undefined || [...a, ...b].some(Number.isNaN)) return call.refuse('fixed values');
  if (a.length !== b.length && a.length !== 1 && b.length !== 1) return call.refuse('shapes');
  const values = (a.length >= b.length ? a : b).map((_, index) => {
    const value = compute(a[a.length === 1 ? 0 : index] ?? 0, b[b.length === 1 ? 0 : index] ?? 0);
    return isInteger ? Math.trunc(value) : value;
  });
  return fixed(a.length >= b.length ? left.shape : right.shape, isInteger ? 'int32' : 'float32', values);
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
 * arithmetic that models do with shapes. A shape of a computed value is fixed, too, up to the number of examples.
 * @throws Unsupported
 */
export function folded(call: NodeCall): OnnxValue | null {
  const { inputs, node } = call;
  const [first, second] = inputs;
  if (node.operator === 'Constant') return constant(call);
  if (node.operator === 'Shape' && first !== undefined) {
    const { batch } = call.surroundings;
    const whole = first.is === 'fixed' ? first.shape : [batch ?? Number.NaN, ...first.shape];
    return fixed([whole.length], 'int32', whole);
  }
  if (first?.is !== 'fixed' || inputs.some((input) => input?.is === 'flowing')) return null;
  switch (node.operator) {
    case 'Identity':
    case 'Dropout':
      return first;
    case 'Cast':
      return { ...first, dtype: [1, 10, 11, 16].includes(call.number('to', 1)) ? 'float32' : 'int32' };
    case 'Gather':
      return second?.is === 'fixed' ? gather(call, first, second) : null;
    case 'Concat':
      return concatenate(
        call,
        inputs.filter((input) => input?.is === 'fixed'),
      );
    case 'Slice':
      return slice(call, first);
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
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
      return second?.is === 'fixed' ? arithmetic(call, first, second) : null;
    case 'ConstantOfShape': {
      const shape = small(call, first);
      if (!(elementCount(shape) <= mostFolded)) return call.refuse('fixed values');
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
      return null;
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
