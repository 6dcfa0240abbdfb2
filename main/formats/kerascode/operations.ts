import type { Regulariser } from '#shared/graph/values';
import type { ActivationKind, OperationKind } from '#shared/layers/operations';
import type { CodeCall, CodeOperation, CodeTable, StateEntry } from '../code/structure.ts';
import { affine, bracketed, number, sizes, tuple } from '../code/words.ts';
import { Refusal } from '../model.ts';
import { elementCount } from '../permute.ts';

/** More numbers than this stand in the file of weights, not in the code. */
const mostWrittenNumbers = 8;

function shapeOf(call: { readonly shapes: Readonly<Record<string, readonly number[]>> }, slot: string) {
  const shape = call.shapes[slot];
  if (shape === undefined) throw new Error(`an operation lacks its weight ${slot}`);
  return shape;
}

function rankOf({ inputTypes }: { readonly inputTypes: CodeCall['inputTypes'] }, index = 0): number {
  return inputTypes[index]?.shape.length ?? 0;
}

/** Weights in the order of `layer.weights`, each under the name that Keras gives it. */
function state(call: CodeCall, names: Readonly<Record<string, string>>): readonly StateEntry[] {
  return Object.entries(names).flatMap(([slot, name]) => {
    const shape = call.shapes[slot];
    if (shape === undefined) return [];
    const isStatistic = slot === 'movingMean' || slot === 'movingVariance';
    return [{ name, slot, isStatistic, shape, data: (read) => read(slot) }];
  });
}

function layer(constructor: string, entries: readonly StateEntry[], more: Partial<CodeOperation> = {}): CodeOperation {
  return {
    holder: { kind: 'module', constructor, state: entries },
    expression: (self, inputs) => `${self}(${inputs.join(', ')})`,
    ...more,
  };
}

/** `layers.Dense(8, use_bias=False)`: what is Keras's default is left out. */
function construct(className: string, options: readonly (string | null)[]): string {
  return `layers.${className}(${options.filter((option) => option !== null).join(', ')})`;
}

function regulariser(name: string, { regularisers }: CodeCall, slot: string): string | null {
  const found: Regulariser = regularisers[slot] ?? null;
  if (found === null) return null;
  const { l1, l2 } = found;
  const words =
    l1 === 0 ? `L2(${number(l2)})` : l2 === 0 ? `L1(${number(l1)})` : `L1L2(l1=${number(l1)}, l2=${number(l2)})`;
  return `${name}_regularizer=regularizers.${words}`;
}

const noBias = (useBias: boolean): string | null => (useBias ? null : 'use_bias=False');
const paddingOf = (padding: 'same' | 'valid'): string | null => (padding === 'same' ? 'padding="same"' : null);
const unlessOnes = (name: string, values: readonly number[]): string | null =>
  values.every((value) => value === 1) ? null : `${name}=${sizes(values)}`;

/** Functions of `keras.ops` that need nothing but the value. */
const plainActivations: Readonly<Partial<Record<ActivationKind['function'], string>>> = {
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  softplus: 'softplus',
  softsign: 'softsign',
  selu: 'selu',
  swish: 'silu',
  relu6: 'relu6',
  hardSigmoid: 'hard_sigmoid',
  hardSwish: 'hard_silu',
};

function activation(kind: ActivationKind, x: string): string {
  switch (kind.function) {
    case 'gelu':
      return `ops.gelu(${x}, approximate=False)`;
    case 'softmax':
      return `ops.softmax(${x}, axis=-1)`;
    case 'leakyRelu':
      return `ops.leaky_relu(${x}, negative_slope=${number(kind.slope)})`;
    case 'elu':
      return `ops.elu(${x}, alpha=${number(kind.alpha)})`;
    case 'clip':
      return `ops.clip(${x}, ${number(kind.minimum)}, ${number(kind.maximum)})`;
    default:
      return `ops.${plainActivations[kind.function] ?? kind.function}(${x})`;
  }
}

/** Values with axes of length 1 behind the batch, so that examples broadcast and batches never do. */
function aligned(call: CodeCall, inputs: readonly string[]): readonly string[] {
  const rank = Math.max(...call.inputTypes.map(({ shape }) => shape.length));
  return inputs.map((x, index) => {
    const { shape } = call.inputTypes[index] ?? { shape: [] };
    if (shape.length === rank) return bracketed(x);
    const ones = Array.from({ length: rank - shape.length }, () => 1);
    return `ops.reshape(${x}, ${tuple([-1, ...ones, ...shape])})`;
  });
}

const unaryFunctions = {
  exponential: 'exp',
  logarithm: 'log',
  squareRoot: 'sqrt',
  square: 'square',
  absolute: 'abs',
  negative: 'negative',
  reciprocal: 'reciprocal',
  sign: 'sign',
  sine: 'sin',
  cosine: 'cos',
} as const;

const compareOperators = {
  equal: 'equal',
  notEqual: 'not_equal',
  greater: 'greater',
  greaterEqual: 'greater_equal',
  less: 'less',
  lessEqual: 'less_equal',
} as const;

function binary(call: CodeCall<'binary'>): CodeOperation {
  const { function: name } = call.attributes;
  const operators = { add: '+', subtract: '-', multiply: '*', divide: '/' };
  return {
    expression: (_, inputs) => {
      const operands = aligned(call, inputs);
      if (name in operators) return operands.join(` ${operators[name as keyof typeof operators]} `);
      return `ops.${name}(${operands.join(', ')})`;
    },
  };
}

/** A sum or product; Keras's tensors know the operators. */
function infix(operator: string) {
  return (): CodeOperation => ({ expression: (_, inputs) => inputs.map(bracketed).join(` ${operator} `) });
}

function normalisation(
  call: CodeCall<'batchNormalisation' | 'layerNormalisation' | 'groupNormalisation'>,
  className: string,
  options: readonly (string | null)[],
): CodeOperation {
  const { scale, center, epsilon } = call.attributes;
  const words = [
    ...options,
    epsilon === 0.001 ? null : `epsilon=${number(epsilon)}`,
    scale ? null : 'scale=False',
    center ? null : 'center=False',
  ];
  const names = { gamma: 'gamma', beta: 'beta', movingMean: 'moving_mean', movingVariance: 'moving_variance' };
  return layer(construct(className, words), state(call, names));
}

function convolution(
  call: CodeCall<
    'convolution1d' | 'convolution2d' | 'convolution3d' | 'depthwiseConvolution2d' | 'transposedConvolution2d'
  >,
  className: string,
  size: readonly (string | null)[],
  window: { readonly strides: readonly number[]; readonly dilations?: readonly number[]; readonly groups?: number },
): CodeOperation {
  const { padding, useBias } = call.attributes;
  const { strides, dilations = [], groups = 1 } = window;
  const isDepthwise = className === 'DepthwiseConv2D';
  const options = [
    ...size,
    unlessOnes('strides', strides),
    paddingOf(padding),
    unlessOnes('dilation_rate', dilations),
    groups === 1 ? null : `groups=${groups}`,
    noBias(useBias),
    regulariser(isDepthwise ? 'depthwise' : 'kernel', call, 'kernel'),
    regulariser('bias', call, 'bias'),
  ];
  return layer(construct(className, options), state(call, { kernel: 'kernel', bias: 'bias' }));
}

/** A value that is the same for every example: the layers of the preamble repeat it over the batch of `first`. */
function constant(call: CodeCall<'constant'>): CodeOperation {
  const { shape, dtype, values } = call.attributes;
  const cast = dtype === 'float32' ? '' : `, dtype="${dtype}"`;
  const options = tuple(shape);
  if (values.length === 1 || elementCount(shape) <= mostWrittenNumbers) {
    const written = values.map((value) => (dtype === 'bool' ? (value === 0 ? 'False' : 'True') : number(value)));
    const all = values.length === 1 ? String(written[0]) : `[${written.join(', ')}]`;
    return {
      needs: ['Repeated'],
      expression: () => `Repeated(${all}, ${options}${cast})(${call.first})`,
    };
  }
  const whole: StateEntry = {
    name: 'value',
    slot: null,
    isStatistic: true,
    shape,
    data: () => Float32Array.from(values),
  };
  return {
    needs: ['Parameter'],
    holder: { kind: 'module', constructor: `Parameter(${options}, trainable=False)`, state: [whole] },
    expression: (self) => {
      const value = `${self}(${call.first})`;
      return dtype === 'float32' ? value : `ops.cast(${value}, "${dtype}")`;
    },
  };
}

function recurrent(call: CodeCall<'recurrent'>): CodeOperation {
  const { cell, activation: act, recurrentActivation, resetAfter, reverse, useBias, hasMask } = call.attributes;
  const [units = 1] = shapeOf(call, 'recurrentKernel');
  const options = [
    String(units),
    act === 'tanh' ? null : `activation="${act}"`,
    cell === 'simple' || recurrentActivation === 'sigmoid' ? null : `recurrent_activation="${recurrentActivation}"`,
    cell === 'gru' && !resetAfter ? 'reset_after=False' : null,
    noBias(useBias),
    'return_sequences=True',
    regulariser('kernel', call, 'kernel'),
    regulariser('recurrent', call, 'recurrentKernel'),
    regulariser('bias', call, 'bias'),
  ];
  const names = { kernel: 'kernel', recurrentKernel: 'recurrent_kernel', bias: 'bias' };
  const turned = (x: string): string => (reverse ? `ops.flip(${x}, axis=1)` : x);
  return layer(construct({ simple: 'SimpleRNN', lstm: 'LSTM', gru: 'GRU' }[cell], options), state(call, names), {
    expression: (self, [x = '', mask = '']) => {
      const masked = hasMask ? `, mask=${turned(mask)}` : '';
      const steps = turned(`${self}(${turned(x)}${masked})`);
      // A copy carries no mask on: here masks are ordinary values.
      return hasMask && !reverse ? `ops.copy(${steps})` : steps;
    },
  });
}

/** A way to say each kind of operation in Keras; layers where Keras has them, `keras.ops` for the rest. */
export const kerasOperations: CodeTable = {
  identity: () => ({ expression: (_, [x = '']) => x }),
  dense: (call) => {
    const [, units = 1] = shapeOf(call, 'kernel');
    const options = [
      String(units),
      noBias(call.attributes.useBias),
      regulariser('kernel', call, 'kernel'),
      regulariser('bias', call, 'bias'),
    ];
    return layer(construct('Dense', options), state(call, { kernel: 'kernel', bias: 'bias' }));
  },
  convolution1d: (call) => {
    const { stride, dilation, groups } = call.attributes;
    const [size = 1, , filters = 1] = shapeOf(call, 'kernel');
    return convolution(call, 'Conv1D', [String(filters), String(size)], {
      strides: [stride],
      dilations: [dilation],
      groups,
    });
  },
  convolution2d: (call) => {
    const shape = shapeOf(call, 'kernel');
    return convolution(call, 'Conv2D', [String(shape[3] ?? 1), sizes(shape.slice(0, 2))], call.attributes);
  },
  convolution3d: (call) => {
    const shape = shapeOf(call, 'kernel');
    return convolution(call, 'Conv3D', [String(shape[4] ?? 1), sizes(shape.slice(0, 3))], call.attributes);
  },
  depthwiseConvolution2d: (call) => {
    const shape = shapeOf(call, 'kernel');
    const [, , , multiplier = 1] = shape;
    const size = [sizes(shape.slice(0, 2)), multiplier === 1 ? null : `depth_multiplier=${multiplier}`];
    return convolution(call, 'DepthwiseConv2D', size, call.attributes);
  },
  transposedConvolution2d: (call) => {
    const shape = shapeOf(call, 'kernel');
    return convolution(call, 'Conv2DTranspose', [String(shape[2] ?? 1), sizes(shape.slice(0, 2))], call.attributes);
  },
  pool1d: ({ attributes: { mode, size, stride, padding } }) => ({
    expression: (_, [x = '']) => `ops.${mode}_pool(${x}, ${size}, strides=${stride}, padding="${padding}")`,
  }),
  pool2d: ({ attributes: { mode, size, strides, padding } }) => ({
    expression: (_, [x = '']) =>
      `ops.${mode}_pool(${x}, ${sizes(size)}, strides=${sizes(strides)}, padding="${padding}")`,
  }),
  upsample2d: ({ attributes: { factors, interpolation } }) => ({
    expression: (_, [x = '']) =>
      `layers.UpSampling2D(${sizes(factors)}${interpolation === 'bilinear' ? ', interpolation="bilinear"' : ''})(${x})`,
  }),
  globalPool2d: ({ attributes: { mode } }) => ({
    expression: (_, [x = '']) => `ops.${mode === 'max' ? 'max' : 'mean'}(${x}, axis=(1, 2))`,
  }),
  reshape: (call) => ({
    expression: (_, [x = '']) =>
      call.attributes.shape.length === 1 && rankOf(call) > 1
        ? `layers.Flatten()(${x})`
        : `layers.Reshape(${tuple(call.attributes.shape)})(${x})`,
  }),
  pad: ({ attributes: { before, after, value } }) => {
    const pairs = ['(0, 0)', ...before.map((each, axis) => tuple([each, after[axis] ?? 0]))];
    const filled = value === 0 ? '' : `, constant_values=${number(value)}`;
    return { expression: (_, [x = '']) => `ops.pad(${x}, ${tuple(pairs)}${filled})` };
  },
  slice: (call) => {
    const { begin, size } = call.attributes;
    const ranges = begin.map((from, axis) =>
      size[axis] === call.inputTypes[0]?.shape[axis] ? ':' : `${from}:${from + (size[axis] ?? 0)}`,
    );
    return { expression: (_, [x = '']) => `${bracketed(x)}[${[':', ...ranges].join(', ')}]` };
  },
  transpose: ({ attributes: { permutation } }) => ({
    expression: (_, [x = '']) => `ops.transpose(${x}, ${tuple([0, ...permutation.map((axis) => axis + 1)])})`,
  }),
  tile: ({ attributes: { multiples } }) => ({
    expression: (_, [x = '']) => `ops.tile(${x}, ${tuple([1, ...multiples])})`,
  }),
  rescale: ({ attributes: { scale, offset } }) => ({ expression: (_, [x = '']) => affine(x, scale, offset) }),
  scaleBias: (call) => {
    const options = ['scale', 'bias'].flatMap((slot) =>
      call.shapes[slot] === undefined ? [] : [`${slot}=${tuple(call.shapes[slot])}`],
    );
    return layer(`ScaleBias(${options.join(', ')})`, state(call, { scale: 'scale', bias: 'bias' }), {
      needs: ['ScaleBias'],
    });
  },
  parametricRelu: (call) => {
    const shape = shapeOf(call, 'alpha');
    const shared = shape.flatMap((length, axis) => (length === 1 && call.type.shape[axis] !== 1 ? [axis + 1] : []));
    const options = [shared.length === 0 ? null : `shared_axes=[${shared.join(', ')}]`];
    return layer(construct('PReLU', options), state(call, { alpha: 'alpha' }));
  },
  activation: ({ attributes }) => ({ expression: (_, [x = '']) => activation(attributes, x) }),
  dropout: (call) => {
    const { rate, spread } = call.attributes;
    const rank = rankOf(call);
    const isWhole = spread === 'element' || rank < 2 || rank > 4;
    return layer(construct(isWhole ? 'Dropout' : `SpatialDropout${rank - 1}D`, [number(rate)]), []);
  },
  gaussianNoise: ({ attributes: { deviation } }) => layer(construct('GaussianNoise', [number(deviation)]), []),
  batchNormalisation: (call) => {
    const { momentum } = call.attributes;
    return normalisation(call, 'BatchNormalization', [momentum === 0.99 ? null : `momentum=${number(momentum)}`]);
  },
  layerNormalisation: (call) => normalisation(call, 'LayerNormalization', []),
  groupNormalisation: (call) => normalisation(call, 'GroupNormalization', [String(call.attributes.groups)]),
  add: infix('+'),
  multiply: infix('*'),
  concatenate: ({ attributes: { axis } }) => ({
    expression: (_, inputs) => `ops.concatenate([${inputs.join(', ')}], axis=${axis + 1})`,
  }),
  zeros: (call) => {
    const { shape, dtype } = call.attributes;
    const zero = dtype === 'bool' ? 'False' : '0';
    const cast = dtype === 'float32' ? '' : `, dtype="${dtype}"`;
    return { needs: ['Repeated'], expression: () => `Repeated(${zero}, ${tuple(shape)}${cast})(${call.first})` };
  },
  learned: (call) =>
    layer(`Parameter(${tuple(shapeOf(call, 'value'))})`, state(call, { value: 'value' }), {
      needs: ['Parameter'],
      expression: (self) => `${self}(${call.first})`,
    }),
  takeStep: ({ attributes: { index } }) => ({ expression: (_, [x = '']) => `${bracketed(x)}[:, ${index}]` }),
  stackSteps: () => ({ expression: (_, inputs) => `ops.stack([${inputs.join(', ')}], axis=1)` }),
  embedding: (call) => {
    const options = [...shapeOf(call, 'table').map(String), regulariser('embeddings', call, 'table')];
    return layer(construct('Embedding', options), state(call, { table: 'embeddings' }));
  },
  constant,
  recurrent,
  unary: ({ attributes: { function: name } }) => ({
    expression: (_, [x = '']) => `ops.${unaryFunctions[name]}(${x})`,
  }),
  binary,
  reduce: ({ attributes: { function: name, axes, keepAxes } }) => {
    const method = { sum: 'sum', mean: 'mean', maximum: 'max', minimum: 'min' }[name];
    const places = axes.map((axis) => axis + 1);
    const over = places.length === 1 ? String(places[0]) : tuple(places);
    return {
      expression: (_, [x = '']) => `ops.${method}(${x}, axis=${over}${keepAxes ? ', keepdims=True' : ''})`,
    };
  },
  matrixProduct: (call) => {
    const { transposeA, transposeB } = call.attributes;
    return {
      expression: (_, inputs) => {
        const [a = '', b = ''] = aligned(call, inputs);
        const turned = (x: string, isTurned: boolean): string => (isTurned ? `ops.swapaxes(${x}, -1, -2)` : x);
        return `ops.matmul(${turned(a, transposeA)}, ${turned(b, transposeB)})`;
      },
    };
  },
  compare: (call) => {
    const { function: name, value } = call.attributes;
    return {
      expression: (_, inputs) => {
        const operands = value === null ? aligned(call, inputs) : [inputs[0] ?? '', number(value)];
        return `ops.${compareOperators[name]}(${operands.join(', ')})`;
      },
    };
  },
  logical: (call) => ({
    expression: (_, inputs) => `ops.logical_${call.attributes.function}(${aligned(call, inputs).join(', ')})`,
  }),
  maskFill: (call) => ({
    expression: (_, inputs) => {
      const [x = '', mask = ''] = aligned(call, inputs);
      return `ops.where(${mask}, ${x}, ${number(call.attributes.value)})`;
    },
  }),
  opaque: (call: CodeCall<Extract<OperationKind, 'opaque'>>) => {
    throw new Refusal('opaque', { operator: call.attributes.operator });
  },
};

/** The link of an output, for prediction. */
export function linked(link: 'none' | 'softmax' | 'sigmoid', x: string): string {
  return link === 'none' ? x : activation({ function: link }, x);
}
