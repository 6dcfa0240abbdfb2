import type { BinaryFunction, CompareFunction, OperationKind, UnaryFunction } from '#shared/layers/operations';
import type { EmitterTable } from '../model.ts';
import { inputAt, Refusal, typeAt } from '../model.ts';
import { elementCount } from '../permute.ts';
import { float32 } from './emission.ts';
import type { Call, LayerEmission } from './emission.ts';
import type { LayerConfig, LayerTensor } from './layerGraph.ts';

const unaryOperations: Readonly<Record<UnaryFunction, string>> = {
  exponential: 'Exp',
  logarithm: 'Log',
  squareRoot: 'Sqrt',
  square: 'Square',
  absolute: 'Absolute',
  negative: 'Negative',
  reciprocal: 'Reciprocal',
  sign: 'Sign',
  sine: 'Sin',
  cosine: 'Cos',
};

const binaryOperations: Readonly<Record<BinaryFunction, string>> = {
  add: 'Add',
  subtract: 'Subtract',
  multiply: 'Multiply',
  divide: 'Divide',
  maximum: 'Maximum',
  minimum: 'Minimum',
  power: 'Power',
};

const compareOperations: Readonly<Record<CompareFunction, string>> = {
  equal: 'Equal',
  notEqual: 'NotEqual',
  greater: 'Greater',
  greaterEqual: 'GreaterEqual',
  less: 'Less',
  lessEqual: 'LessEqual',
};

/** Functions of one value that layers can say, for files that hold layers only. */
function unary(emission: LayerEmission, call: Call<'unary'>): LayerTensor {
  const { function: name } = call.attributes;
  const x = inputAt(call);
  if (emission.dialect === 'keras') return emission.operation(call, unaryOperations[name], {});
  switch (name) {
    case 'negative':
      return emission.rescaled(call, x, -1, 0);
    case 'square':
      return emission.plain(call, 'Multiply', {}, [x, x]);
    case 'absolute':
      return emission.plain(call, 'Maximum', {}, [x, emission.rescaled(call, x, -1, 0)]);
    default:
      throw new Refusal('operation', { kind: name });
  }
}

function binary(emission: LayerEmission, call: Call<'binary'>): LayerTensor {
  const { function: name } = call.attributes;
  const inputs = emission.aligned(call);
  if (emission.dialect === 'keras') return emission.operation(call, binaryOperations[name], {}, inputs);
  switch (name) {
    case 'add':
    case 'multiply':
    case 'maximum':
    case 'minimum':
      return emission.plain(call, binaryOperations[name], {}, inputs);
    case 'subtract': {
      const [a, b] = inputs;
      if (a === undefined || b === undefined) throw new Error('a difference has two inputs');
      return emission.plain(call, 'Add', {}, [a, emission.rescaled(call, b, -1, 0)]);
    }
    default:
      throw new Refusal('operation', { kind: name });
  }
}

const reduceOperations = { sum: 'Sum', mean: 'Mean', maximum: 'Max', minimum: 'Min' } as const;

/** Without operations: the reduced axes come first, as one, and a global pool takes them away. */
function reduce(emission: LayerEmission, call: Call<'reduce'>): LayerTensor {
  const { function: name, axes, keepAxes } = call.attributes;
  if (emission.dialect === 'keras') {
    const config = { axis: axes.map((axis) => axis + 1), keepdims: keepAxes };
    return emission.operation(call, reduceOperations[name], config);
  }
  const { shape } = typeAt(call);
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...axes, ...kept];
  const isInOrder = order.every((axis, index) => axis === index);
  const turnedType = float32(order.map((axis) => shape[axis] ?? 1));
  const dims = order.map((axis) => axis + 1);
  const turned = isInOrder ? inputAt(call) : emission.plain(call, 'Permute', { dims }, call.inputs, turnedType);
  const count = elementCount(axes.map((axis) => shape[axis] ?? 1));
  const table = emission.reshape(call, turned, [count, elementCount(shape) / count]);
  const pool = (className: string, from: LayerTensor): LayerTensor => {
    const config: LayerConfig = emission.dialect === 'tfjs' ? {} : { data_format: 'channels_last' };
    return emission.plain(call, className, config, [from], float32(table.type.shape.slice(1)));
  };
  const pooled = ((): LayerTensor => {
    switch (name) {
      case 'mean':
        return pool('GlobalAveragePooling1D', table);
      case 'sum':
        return emission.rescaled(call, pool('GlobalAveragePooling1D', table), count, 0);
      case 'maximum':
        return pool('GlobalMaxPooling1D', table);
      case 'minimum':
        return emission.rescaled(call, pool('GlobalMaxPooling1D', emission.rescaled(call, table, -1, 0)), -1, 0);
    }
  })();
  return emission.reshape(call, pooled, call.type.shape);
}

function matrixProduct(emission: LayerEmission, call: Call<'matrixProduct'>): LayerTensor {
  const { transposeA, transposeB } = call.attributes;
  const [a, b] = emission.aligned(call);
  if (a === undefined || b === undefined) throw new Error('a product of matrices has two inputs');
  const rank = a.type.shape.length;
  if (emission.dialect !== 'keras') {
    if (rank !== 2) throw new Refusal('operation', { kind: 'matrixProduct' });
    return emission.plain(call, 'Dot', { axes: [transposeA ? 1 : 2, transposeB ? 2 : 1], normalize: false }, [a, b]);
  }
  const turned = (value: LayerTensor, isTurned: boolean): LayerTensor => {
    if (!isTurned) return value;
    const { shape, dtype } = value.type;
    const axes = [...shape.slice(0, -1).map((_, axis) => axis), rank, rank - 1];
    const type = { shape: axes.slice(1).map((axis) => shape[axis - 1] ?? 1), dtype };
    return emission.operation(call, 'Transpose', { axes }, [value], type);
  };
  return emission.operation(call, 'Matmul', {}, [turned(a, transposeA), turned(b, transposeB)]);
}

/** Arithmetic, comparisons and masks: Keras's operations, and layers where those can say the same. */
export const logicLayers: Pick<
  EmitterTable<LayerEmission, LayerTensor>,
  Extract<OperationKind, 'unary' | 'binary' | 'reduce' | 'matrixProduct' | 'compare' | 'logical' | 'maskFill'>
> = {
  unary,
  binary,
  reduce,
  matrixProduct,
  compare: (emission, call) => {
    const { function: name, value } = call.attributes;
    const inputs = value === null ? emission.aligned(call) : call.inputs;
    const constants = value === null ? [] : [value];
    return emission.operation(call, compareOperations[name], {}, inputs, call.type, { constants });
  },
  logical: (emission, call) => {
    const name = { and: 'LogicalAnd', or: 'LogicalOr', not: 'LogicalNot' }[call.attributes.function];
    return emission.operation(call, name, {}, emission.aligned(call));
  },
  maskFill: (emission, call) => {
    const inputs = [...emission.aligned(call)].reverse();
    const constants = [call.attributes.value];
    return emission.operation(call, 'Where', {}, inputs, call.type, { constants });
  },
};
