import type { ForeignValue } from '../foreignSheet.ts';
import { Unsupported } from '../unsupported.ts';
import type { LayerCall, LayerReader } from './call.ts';

/** Whether all values have one shape: sums and products of those are one layer, others broadcast two by two. */
function areAlike(values: readonly ForeignValue[]): boolean {
  return values.every(({ type }) => String(type.shape) === String(values[0]?.type.shape));
}

function chained(call: LayerCall, name: string, values: readonly ForeignValue[]): ForeignValue {
  const [first, ...others] = values;
  if (first === undefined || others.length === 0) throw new Unsupported(`${call.className} (${values.length} inputs)`);
  return others.reduce((a, b, index) => {
    // Keras aligns at the batch axis where the number of axes differs; the catalogue at the last one.
    if (a.type.shape.length !== b.type.shape.length) throw new Unsupported(`${call.className} (ranks differ)`);
    const more = index === others.length - 1 ? {} : { name: `${call.name}-${index}` };
    return call.put('binary', { function: name }, { a, b }, more);
  }, first);
}

function sum(call: LayerCall): ForeignValue {
  return areAlike(call.inputs) ? call.put('add', {}) : chained(call, 'add', call.inputs);
}

function merge(name: string): LayerReader {
  return (call) => chained(call, name, call.inputs);
}

function average(call: LayerCall): ForeignValue {
  const total = areAlike(call.inputs)
    ? call.put('add', {}, call.inputs, { name: `${call.name}-sum` })
    : chained(call, 'add', call.inputs);
  return call.put('rescaling', { factor: 1 / call.inputs.length, offset: 0 }, [total]);
}

function concatenation(call: LayerCall): ForeignValue {
  const axis = call.settings.number('axis', -1);
  if (axis === 0) call.settings.refuse('axis');
  return call.put('concatenate', { axis: axis > 0 ? axis - 1 : axis });
}

/** Layers that bring several values together. */
export const mergeReaders: Readonly<Record<string, LayerReader>> = {
  Add: sum,
  Multiply: (call) => (areAlike(call.inputs) ? call.put('multiply', {}) : chained(call, 'multiply', call.inputs)),
  Subtract: merge('subtract'),
  Maximum: merge('maximum'),
  Minimum: merge('minimum'),
  Average: average,
  Concatenate: concatenation,
};

/** The fixed number that an operation is given beside its tensor, and whether it comes first. */
function constantOf({ given }: LayerCall): { readonly value: number; readonly isFirst: boolean } | null {
  const values = [...given.positional, ...Object.values(given.keywords)];
  const index = values.findIndex((argument) => argument.is === 'value' && typeof argument.value === 'number');
  const found = values[index];
  if (found?.is !== 'value' || typeof found.value !== 'number') return null;
  return { value: found.value, isFirst: index === 0 };
}

function arithmetic(
  merged: LayerReader,
  withConstant: (value: number, isFirst: boolean) => { readonly factor: number; readonly offset: number } | null,
): LayerReader {
  return (call) => {
    if (call.inputs.length === 2) return merged(call);
    const constant = constantOf(call);
    const params = constant === null ? null : withConstant(constant.value, constant.isFirst);
    if (params === null) throw new Unsupported(`${call.className} (operation)`);
    return call.put('rescaling', params);
  };
}

function unary(name: string): LayerReader {
  return (call) => call.put('unary', { function: name });
}

function activation(name: string): LayerReader {
  return (call) => call.put('activation', { function: name });
}

const divided = arithmetic(merge('divide'), (value, isFirst) => (isFirst ? null : { factor: 1 / value, offset: 0 }));

/** Keras's operations, as the arithmetic of tensors becomes them. */
export const operationReaders: Readonly<Record<string, LayerReader>> = {
  Add: arithmetic(sum, (offset) => ({ factor: 1, offset })),
  Subtract: arithmetic(merge('subtract'), (value, isFirst) =>
    isFirst ? { factor: -1, offset: value } : { factor: 1, offset: -value },
  ),
  Multiply: arithmetic(mergeReaders['Multiply'] ?? sum, (factor) => ({ factor, offset: 0 })),
  Divide: divided,
  TrueDivide: divided,
  Maximum: arithmetic(merge('maximum'), () => null),
  Minimum: arithmetic(merge('minimum'), () => null),
  Negative: (call) => call.put('rescaling', { factor: -1, offset: 0 }),
  Absolute: unary('absolute'),
  Square: unary('square'),
  Sqrt: unary('squareRoot'),
  Exp: unary('exponential'),
  Log: unary('logarithm'),
  Reciprocal: unary('reciprocal'),
  Sign: unary('sign'),
  Sin: unary('sine'),
  Cos: unary('cosine'),
  Relu: activation('relu'),
  Relu6: activation('relu6'),
  Sigmoid: activation('sigmoid'),
  Tanh: activation('tanh'),
  Softplus: activation('softplus'),
  Softsign: activation('softsign'),
  Silu: activation('swish'),
  HardSigmoid: activation('hardSigmoid'),
  HardSilu: activation('hardSwish'),
  Selu: activation('selu'),
};
