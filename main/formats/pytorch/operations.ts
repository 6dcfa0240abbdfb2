import type { TensorType } from '#shared/graph/values';
import type { ActivationKind, OperationKind, Padding } from '#shared/layers/operations';
import type { CodeCall, CodeOperation, CodeTable, StateEntry } from '../code/structure.ts';
import { affine, bracketed, number, sizes, tuple } from '../code/words.ts';
import { Refusal } from '../model.ts';
import { permutedShape, permuteAxes } from '../permute.ts';
import { transposedCut, windowPadding } from '../windows.ts';

/** The expression of the number of examples. */
function batchOf({ first }: { readonly first: string }): string {
  return `${first}.shape[0]`;
}

/** The argument that makes a new tensor on the device of the others. */
function deviceOf({ first }: { readonly first: string }): string {
  return `device=${first}.device`;
}

function copy(
  slot: string,
  shape: readonly number[],
  name: string,
  axes?: readonly number[],
  wanted?: readonly number[],
): StateEntry {
  return {
    name,
    slot,
    shape: wanted ?? (axes === undefined ? shape : permutedShape(shape, axes)),
    data: (read) => (axes === undefined ? read(slot) : permuteAxes(read(slot), shape, axes)),
  };
}

function filled(name: string, length: number, value: number): StateEntry {
  return { name, slot: null, shape: [length], data: () => new Float32Array(length).fill(value) };
}

const toFirst = (x: string): string => `${bracketed(x)}.movedim(-1, 1)`;
const toLast = (x: string): string => `${x}.movedim(1, -1)`;

/** `F.pad` of a channels-first value: the last axis comes first in its list. */
function padded(x: string, pads: readonly (readonly [number, number])[], value?: string): string {
  if (pads.every(([before, after]) => before === 0 && after === 0)) return x;
  const list = pads.toReversed().flat();
  return `F.pad(${x}, ${tuple(list)}${value === undefined ? '' : `, value=${value}`})`;
}

function pads(
  shape: readonly number[],
  size: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
  padding: Padding,
): readonly (readonly [number, number])[] {
  return shape
    .slice(0, -1)
    .map((length, axis) => windowPadding(length, size[axis] ?? 1, strides[axis] ?? 1, dilations[axis] ?? 1, padding));
}

function inputType({ inputTypes }: { readonly inputTypes: readonly TensorType[] }, index = 0): TensorType {
  const type = inputTypes[index];
  if (type === undefined) throw new Error(`an operation lacks its input ${index}`);
  return type;
}

function shapeOf(call: { readonly shapes: Readonly<Record<string, readonly number[]>> }, slot: string) {
  const shape = call.shapes[slot];
  if (shape === undefined) throw new Error(`an operation lacks its weight ${slot}`);
  return shape;
}

interface Window {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padding: Padding;
  readonly groups: number;
  readonly useBias: boolean;
}

function convolution(
  call: CodeCall<OperationKind>,
  kernel: StateEntry,
  filters: number,
  size: readonly number[],
  { strides, dilations, padding, groups, useBias }: Window,
): CodeOperation {
  const { shape } = inputType(call);
  const before = pads(shape, size, strides, dilations, padding);
  // What PyTorch can pad by itself it does: the same before and after.
  const isEven = before.every(([first, last]) => first === last);
  const options = [
    String(shape.at(-1)),
    String(filters),
    `kernel_size=${sizes(size)}`,
    ...(strides.some((stride) => stride > 1) ? [`stride=${sizes(strides)}`] : []),
    ...(isEven && before.some(([first]) => first > 0) ? [`padding=${sizes(before.map(([first]) => first))}`] : []),
    ...(dilations.some((dilation) => dilation > 1) ? [`dilation=${sizes(dilations)}`] : []),
    ...(groups > 1 ? [`groups=${groups}`] : []),
    ...(useBias ? [] : ['bias=False']),
  ];
  return {
    holder: {
      kind: 'module',
      constructor: `nn.Conv${size.length}d(${options.join(', ')})`,
      state: [kernel, ...(useBias ? [copy('bias', shapeOf(call, 'bias'), 'bias')] : [])],
    },
    expression: (self, [x = '']) => toLast(`${self}(${isEven ? toFirst(x) : padded(toFirst(x), before)})`),
  };
}

function convolutionKernel(call: CodeCall<OperationKind>): StateEntry {
  const shape = shapeOf(call, 'kernel');
  const rank = shape.length;
  return copy('kernel', shape, 'weight', [rank - 1, rank - 2, ...shape.slice(0, -2).map((_, axis) => axis)]);
}

function pool(call: CodeCall<'pool1d' | 'pool2d'>, size: readonly number[], strides: readonly number[]): CodeOperation {
  const { mode, padding } = call.attributes;
  const { shape } = inputType(call);
  const around = pads(shape, size, strides, [], padding);
  const isPadded = around.some(([before, after]) => before + after > 0);
  const window = `${sizes(size)}, stride=${sizes(strides)}`;
  const axes = size.length;
  if (mode === 'max') {
    const infinity = 'float("-inf")';
    return {
      expression: (_, [x = '']) => toLast(`F.max_pool${axes}d(${padded(toFirst(x), around, infinity)}, ${window})`),
    };
  }
  if (!isPadded) return { expression: (_, [x = '']) => toLast(`F.avg_pool${axes}d(${toFirst(x)}, ${window})`) };
  const list = tuple(around.toReversed().flat());
  return {
    needs: ['average_pool'],
    expression: (_, [x = '']) =>
      toLast(`average_pool(F.avg_pool${axes}d, ${toFirst(x)}, ${sizes(size)}, ${sizes(strides)}, ${list})`),
  };
}

function activation(kind: ActivationKind, x: string): string {
  switch (kind.function) {
    case 'sigmoid':
      return `torch.sigmoid(${x})`;
    case 'tanh':
      return `torch.tanh(${x})`;
    case 'relu':
      return `F.relu(${x})`;
    case 'gelu':
      return `F.gelu(${x})`;
    case 'softmax':
      return `F.softmax(${x}, dim=-1)`;
    case 'softplus':
      return `F.softplus(${x})`;
    case 'softsign':
      return `F.softsign(${x})`;
    case 'selu':
      return `F.selu(${x})`;
    case 'swish':
      return `F.silu(${x})`;
    case 'relu6':
      return `F.relu6(${x})`;
    case 'hardSigmoid':
      return `F.hardsigmoid(${x})`;
    case 'hardSwish':
      return `F.hardswish(${x})`;
    case 'leakyRelu':
      return `F.leaky_relu(${x}, ${number(kind.slope)})`;
    case 'elu':
      return `F.elu(${x}, alpha=${number(kind.alpha)})`;
    case 'clip':
      return `torch.clamp(${x}, ${number(kind.minimum)}, ${number(kind.maximum)})`;
  }
}

/** Values with axes of length 1 behind the batch, so that examples broadcast and batches never do. */
function aligned(call: CodeCall<OperationKind>, inputs: readonly string[]): readonly string[] {
  const rank = Math.max(...call.inputTypes.map(({ shape }) => shape.length));
  return inputs.map((x, index) => {
    const missing = rank - inputType(call, index).shape.length;
    return `${bracketed(x)}${'.unsqueeze(1)'.repeat(missing)}`;
  });
}

function normalisationState(call: CodeCall<'batchNormalisation' | 'groupNormalisation'>, channels: number) {
  const { scale, center } = call.attributes;
  if (!scale && !center) return [];
  return [
    scale ? copy('gamma', [channels], 'weight') : filled('weight', channels, 1),
    center ? copy('beta', [channels], 'bias') : filled('bias', channels, 0),
  ];
}

function infix(operator: string) {
  return (): CodeOperation => ({
    expression: (_, inputs) => inputs.map(bracketed).join(` ${operator} `),
  });
}

const unaryFunctions = {
  exponential: 'torch.exp',
  logarithm: 'torch.log',
  squareRoot: 'torch.sqrt',
  square: 'torch.square',
  absolute: 'torch.abs',
  negative: 'torch.neg',
  reciprocal: 'torch.reciprocal',
  sign: 'torch.sign',
  sine: 'torch.sin',
  cosine: 'torch.cos',
} as const;

const compareOperators = {
  equal: '==',
  notEqual: '!=',
  greater: '>',
  greaterEqual: '>=',
  less: '<',
  lessEqual: '<=',
} as const;

function binary(call: CodeCall<'binary'>): CodeOperation {
  const { function: name } = call.attributes;
  const operator = { add: '+', subtract: '-', multiply: '*', divide: '/' };
  const named = { maximum: 'torch.maximum', minimum: 'torch.minimum', power: 'torch.pow' };
  return {
    expression: (_, inputs) => {
      const operands = aligned(call, inputs);
      if (name in operator) return operands.join(` ${operator[name as keyof typeof operator]} `);
      return `${named[name as keyof typeof named]}(${operands.join(', ')})`;
    },
  };
}

function recurrent(call: CodeCall<'recurrent'>): CodeOperation {
  const { cell, activation: act, recurrentActivation, resetAfter, reverse, useBias, hasMask } = call.attributes;
  const [features = 1, wide = 1] = shapeOf(call, 'kernel');
  const [units = 1] = shapeOf(call, 'recurrentKernel');
  if (cell === 'lstm' && act === 'tanh' && recurrentActivation === 'sigmoid' && !reverse && !hasMask) {
    return {
      holder: {
        kind: 'module',
        constructor: `nn.LSTM(${features}, ${units}, batch_first=True${useBias ? '' : ', bias=False'})`,
        state: [
          copy('kernel', [features, wide], 'weight_ih_l0', [1, 0]),
          copy('recurrentKernel', [units, wide], 'weight_hh_l0', [1, 0]),
          ...(useBias ? [copy('bias', [wide], 'bias_ih_l0'), filled('bias_hh_l0', wide, 0)] : []),
        ],
      },
      expression: (self, [x = '']) => `${self}(${x})[0]`,
    };
  }
  const options = [
    String(features),
    String(units),
    `cell="${cell}"`,
    `activation="${act}"`,
    ...(cell === 'simple' ? [] : [`gate="${recurrentActivation}"`]),
    ...(resetAfter ? ['reset_after=True'] : []),
    ...(reverse ? ['reverse=True'] : []),
    ...(useBias ? [] : ['bias=False']),
  ];
  return {
    needs: ['Recurrent'],
    holder: {
      kind: 'module',
      constructor: `Recurrent(${options.join(', ')})`,
      state: [
        copy('kernel', [features, wide], 'kernel'),
        copy('recurrentKernel', [units, wide], 'recurrent_kernel'),
        ...(useBias ? [copy('bias', shapeOf(call, 'bias'), 'bias')] : []),
      ],
    },
    expression: (self, inputs) => `${self}(${inputs.join(', ')})`,
  };
}

function constant(call: CodeCall<'constant'>): CodeOperation {
  const { shape, dtype, values } = call.attributes;
  const whole = tuple([batchOf(call), ...shape]);
  const [only = 0] = values;
  const type = { float32: 'torch.float32', int32: 'torch.int32', bool: 'torch.bool' }[dtype];
  if (values.length === 1)
    return { expression: () => `torch.full(${whole}, ${number(only)}, dtype=${type}, ${deviceOf(call)})` };
  const cast = { float32: '', int32: '.int()', bool: '.bool()' }[dtype];
  const sizesOfAll = shape.map(String);
  return {
    holder: {
      kind: 'buffer',
      constructor: `torch.zeros(${sizesOfAll.join(', ')})`,
      state: [{ name: '', slot: null, shape, data: () => Float32Array.from(values) }],
    },
    expression: (self) => `${self}.expand(${[batchOf(call), ...sizesOfAll].join(', ')})${cast}`,
  };
}

function parameter(slot: string, shape: readonly number[], expression: CodeOperation['expression']): CodeOperation {
  return {
    holder: { kind: 'parameter', constructor: `torch.zeros(${tuple(shape)})`, state: [copy(slot, shape, '')] },
    expression,
  };
}

/** A way to say each kind of operation in PyTorch; values have their channels last, as in the document. */
export const torchOperations: CodeTable = {
  identity: () => ({ expression: (_, [x = '']) => x }),
  dense: (call) => {
    const [features = 1, units = 1] = shapeOf(call, 'kernel');
    const { useBias } = call.attributes;
    return {
      holder: {
        kind: 'module',
        constructor: `nn.Linear(${features}, ${units}${useBias ? '' : ', bias=False'})`,
        state: [
          copy('kernel', [features, units], 'weight', [1, 0]),
          ...(useBias ? [copy('bias', [units], 'bias')] : []),
        ],
      },
      expression: (self, [x = '']) => `${self}(${x})`,
    };
  },
  convolution1d: (call) => {
    const { stride, dilation, padding, groups, useBias } = call.attributes;
    const [size = 1, , filters = 1] = shapeOf(call, 'kernel');
    const window = { strides: [stride], dilations: [dilation], padding, groups, useBias };
    return convolution(call, convolutionKernel(call), filters, [size], window);
  },
  convolution2d: (call) => {
    const shape = shapeOf(call, 'kernel');
    return convolution(call, convolutionKernel(call), shape[3] ?? 1, shape.slice(0, 2), call.attributes);
  },
  convolution3d: (call) => {
    const shape = shapeOf(call, 'kernel');
    const window = { ...call.attributes, dilations: [1, 1, 1], groups: 1 };
    return convolution(call, convolutionKernel(call), shape[4] ?? 1, shape.slice(0, 3), window);
  },
  depthwiseConvolution2d: (call) => {
    const shape = shapeOf(call, 'kernel');
    const [height = 1, width = 1, channels = 1, multiplier = 1] = shape;
    const filters = channels * multiplier;
    const kernel = copy('kernel', shape, 'weight', [2, 3, 0, 1], [filters, 1, height, width]);
    return convolution(call, kernel, filters, [height, width], { ...call.attributes, groups: channels });
  },
  transposedConvolution2d: (call) => {
    const shape = shapeOf(call, 'kernel');
    const [height = 1, width = 1, filters = 1, channels = 1] = shape;
    const { strides, padding, useBias } = call.attributes;
    const cuts = [height, width].map((size, axis) => transposedCut(size, strides[axis] ?? 1, padding));
    const growth = cuts.map((cut) => cut.growth);
    const [rows = 1, columns = 1] = call.type.shape;
    const [top = 0, left = 0] = cuts.map(({ before }) => before);
    const options = [
      String(channels),
      String(filters),
      `kernel_size=${sizes([height, width])}`,
      `stride=${sizes(strides)}`,
      ...(growth.some((each) => each > 0) ? [`output_padding=${sizes(growth)}`] : []),
      ...(useBias ? [] : ['bias=False']),
    ];
    const isCut = cuts.some(({ before, after }) => before + after > 0);
    const cut = isCut ? `[:, :, ${top}:${top + rows}, ${left}:${left + columns}]` : '';
    return {
      holder: {
        kind: 'module',
        constructor: `nn.ConvTranspose2d(${options.join(', ')})`,
        state: [copy('kernel', shape, 'weight', [3, 2, 0, 1]), ...(useBias ? [copy('bias', [filters], 'bias')] : [])],
      },
      expression: (self, [x = '']) => toLast(`${self}(${toFirst(x)})${cut}`),
    };
  },
  pool1d: (call) => pool(call, [call.attributes.size], [call.attributes.stride]),
  pool2d: (call) => pool(call, call.attributes.size, call.attributes.strides),
  upsample2d: (call) => {
    const { factors, interpolation } = call.attributes;
    const mode = interpolation === 'nearest' ? 'mode="nearest"' : 'mode="bilinear", align_corners=False';
    return {
      expression: (_, [x = '']) => toLast(`F.interpolate(${toFirst(x)}, scale_factor=${tuple(factors)}, ${mode})`),
    };
  },
  globalPool2d: (call) => ({
    expression: (_, [x = '']) => `${bracketed(x)}.${call.attributes.mode === 'max' ? 'amax' : 'mean'}(dim=(1, 2))`,
  }),
  reshape: (call) => ({
    expression: (_, [x = '']) =>
      call.attributes.shape.length === 1 && inputType(call).shape.length > 0
        ? `${bracketed(x)}.flatten(1)`
        : `${bracketed(x)}.reshape(${[-1, ...call.attributes.shape].join(', ')})`,
  }),
  pad: (call) => {
    const { before, after, value } = call.attributes;
    const list = before.map((each, axis): readonly [number, number] => [each, after[axis] ?? 0]);
    return { expression: (_, [x = '']) => padded(x, list, value === 0 ? undefined : number(value)) };
  },
  slice: (call) => {
    const { begin, size } = call.attributes;
    const { shape } = inputType(call);
    const ranges = begin.map((from, axis) =>
      size[axis] === shape[axis] ? ':' : `${from}:${from + (size[axis] ?? 0)}`,
    );
    return { expression: (_, [x = '']) => `${bracketed(x)}[${[':', ...ranges].join(', ')}]` };
  },
  transpose: (call) => ({
    expression: (_, [x = '']) =>
      `${bracketed(x)}.permute(${[0, ...call.attributes.permutation.map((axis) => axis + 1)].join(', ')})`,
  }),
  tile: (call) => ({
    expression: (_, [x = '']) => `${bracketed(x)}.repeat(${[1, ...call.attributes.multiples].join(', ')})`,
  }),
  rescale: ({ attributes: { scale, offset } }) => ({ expression: (_, [x = '']) => affine(x, scale, offset) }),
  scaleBias: (call) => {
    const { scale, bias } = call.attributes;
    const slots = [...(scale ? ['scale'] : []), ...(bias ? ['bias'] : [])];
    if (slots.length === 1 && slots[0] !== undefined) {
      const [slot] = slots;
      return parameter(slot, shapeOf(call, slot), (self, [x = '']) => `${bracketed(x)} ${scale ? '*' : '+'} ${self}`);
    }
    const shapes = slots.map((slot) => `${slot}=torch.zeros(${tuple(shapeOf(call, slot))})`);
    return {
      holder: {
        kind: 'module',
        constructor: `nn.ParameterDict(dict(${shapes.join(', ')}))`,
        state: slots.map((slot) => copy(slot, shapeOf(call, slot), slot)),
      },
      expression: (self, [x = '']) => `${bracketed(x)} * ${self}["scale"] + ${self}["bias"]`,
    };
  },
  parametricRelu: (call) =>
    parameter(
      'alpha',
      shapeOf(call, 'alpha'),
      (self, [x = '']) => `torch.where(${x} >= 0, ${x}, ${self} * ${bracketed(x)})`,
    ),
  activation: (call) => ({ expression: (_, [x = '']) => activation(call.attributes, x) }),
  dropout: (call) => {
    const { rate, spread } = call.attributes;
    const rank = call.type.shape.length;
    const isWhole = spread === 'element' || rank < 2 || rank > 4;
    return {
      holder: {
        kind: 'module',
        constructor: isWhole ? `nn.Dropout(${number(rate)})` : `nn.Dropout${rank - 1}d(${number(rate)})`,
        state: [],
      },
      expression: (self, [x = '']) => (isWhole ? `${self}(${x})` : toLast(`${self}(${toFirst(x)})`)),
    };
  },
  gaussianNoise: (call) => ({
    expression: (_, [x = '']) =>
      `${bracketed(x)} + ${number(call.attributes.deviation)} * self.training * torch.randn_like(${x})`,
  }),
  batchNormalisation: (call) => {
    const { epsilon, momentum, scale, center } = call.attributes;
    const rank = call.type.shape.length;
    if (rank > 4) throw new Refusal('operation', { kind: `batchNormalisation (${rank} axes)` });
    const [channels = 1] = shapeOf(call, 'movingMean');
    const affine = scale || center ? '' : ', affine=False';
    // PyTorch counts how much of the new statistics is taken, Keras how much of the old ones is kept.
    const taken = Number((1 - momentum).toPrecision(12));
    return {
      holder: {
        kind: 'module',
        constructor: `nn.BatchNorm${Math.max(1, rank - 1)}d(${channels}, eps=${number(epsilon)}, momentum=${number(taken)}${affine})`,
        state: [
          ...normalisationState(call, channels),
          { ...copy('movingMean', [channels], 'running_mean'), isStatistic: true },
          { ...copy('movingVariance', [channels], 'running_var'), isStatistic: true },
          {
            name: 'num_batches_tracked',
            slot: null,
            isStatistic: true,
            shape: [],
            data: () => BigInt64Array.of(0n),
          },
        ],
      },
      expression: (self, [x = '']) => (rank === 1 ? `${self}(${x})` : toLast(`${self}(${toFirst(x)})`)),
    };
  },
  layerNormalisation: (call) => {
    const { epsilon, scale, center } = call.attributes;
    const channels = call.type.shape.at(-1) ?? 1;
    const options = scale || center ? (center ? '' : ', bias=False') : ', elementwise_affine=False';
    return {
      holder: {
        kind: 'module',
        constructor: `nn.LayerNorm(${channels}, eps=${number(epsilon)}${options})`,
        state: [
          ...(scale ? [copy('gamma', [channels], 'weight')] : center ? [filled('weight', channels, 1)] : []),
          ...(center ? [copy('beta', [channels], 'bias')] : []),
        ],
      },
      expression: (self, [x = '']) => `${self}(${x})`,
    };
  },
  groupNormalisation: (call) => {
    const { groups, epsilon, scale, center } = call.attributes;
    const channels = call.type.shape.at(-1) ?? 1;
    const affine = scale || center ? '' : ', affine=False';
    return {
      holder: {
        kind: 'module',
        constructor: `nn.GroupNorm(${groups}, ${channels}, eps=${number(epsilon)}${affine})`,
        state: normalisationState(call, channels),
      },
      expression: (self, [x = '']) => toLast(`${self}(${toFirst(x)})`),
    };
  },
  add: infix('+'),
  multiply: infix('*'),
  concatenate: (call) => ({
    expression: (_, inputs) => `torch.cat(${tuple(inputs)}, dim=${call.attributes.axis + 1})`,
  }),
  zeros: (call) => {
    const dtype = { float32: '', int32: ', dtype=torch.int32', bool: ', dtype=torch.bool' }[call.attributes.dtype];
    return {
      expression: () =>
        `torch.zeros(${[batchOf(call), ...call.attributes.shape].join(', ')}${dtype}, ${deviceOf(call)})`,
    };
  },
  learned: (call) => {
    const shape = shapeOf(call, 'value');
    return parameter('value', shape, (self) => `${self}.expand(${[batchOf(call), ...shape].join(', ')})`);
  },
  takeStep: (call) => ({ expression: (_, [x = '']) => `${bracketed(x)}[:, ${call.attributes.index}]` }),
  stackSteps: () => ({ expression: (_, inputs) => `torch.stack(${tuple(inputs)}, dim=1)` }),
  embedding: (call) => {
    const shape = shapeOf(call, 'table');
    return {
      holder: {
        kind: 'module',
        constructor: `nn.Embedding(${shape.join(', ')})`,
        state: [copy('table', shape, 'weight')],
      },
      expression: (self, [x = '']) => `${self}(${x})`,
    };
  },
  constant,
  recurrent,
  unary: (call) => ({ expression: (_, [x = '']) => `${unaryFunctions[call.attributes.function]}(${x})` }),
  binary,
  reduce: (call) => {
    const { function: name, axes, keepAxes } = call.attributes;
    const method = { sum: 'sum', mean: 'mean', maximum: 'amax', minimum: 'amin' }[name];
    const dims = axes.map((axis) => axis + 1);
    const keep = keepAxes ? ', keepdim=True' : '';
    return {
      expression: (_, [x = '']) =>
        `${bracketed(x)}.${method}(dim=${dims.length === 1 ? String(dims[0]) : tuple(dims)}${keep})`,
    };
  },
  matrixProduct: (call) => {
    const { transposeA, transposeB } = call.attributes;
    return {
      expression: (_, inputs) => {
        const [a = '', b = ''] = aligned(call, inputs);
        return `${a}${transposeA ? '.mT' : ''} @ ${b}${transposeB ? '.mT' : ''}`;
      },
    };
  },
  compare: (call) => {
    const { function: name, value } = call.attributes;
    return {
      expression: (_, inputs) => {
        const operands = value === null ? aligned(call, inputs) : [bracketed(inputs[0] ?? ''), number(value)];
        return operands.join(` ${compareOperators[name]} `);
      },
    };
  },
  logical: (call) => ({
    expression: (_, inputs) => {
      const operands = aligned(call, inputs);
      if (call.attributes.function === 'not') return `torch.logical_not(${inputs.join()})`;
      return operands.join(call.attributes.function === 'and' ? ' & ' : ' | ');
    },
  }),
  maskFill: (call) => ({
    expression: (_, inputs) => {
      const [x = '', mask = ''] = aligned(call, inputs);
      return `torch.where(${mask}, ${x}, ${number(call.attributes.value)})`;
    },
  }),
  opaque: (call) => {
    throw new Refusal('opaque', { operator: call.attributes.operator });
  },
};

/** The link of an output, for prediction. */
export function linked(link: 'none' | 'softmax' | 'sigmoid', x: string): string {
  return link === 'none' ? x : activation({ function: link }, x);
}
