import type { TensorType } from '#shared/graph/values';
import type { OperationKind, OperationSpecification } from '#shared/layers/operations';
import { outputType } from '#shared/layers/operationRules';
import type { FlatOperation, OperationId, ValueId, Weight, WeightId } from '#shared/program/program';
import type { ModelToExport } from './model.ts';
import { present, weightData } from './model.ts';
import { elementCount } from './permute.ts';

/** Kinds that can be said in simpler operations. */
export type ExpandableKind = keyof typeof rules;

/** Builds the simpler operations that stand for one. */
class Expansion {
  readonly operation: FlatOperation;
  readonly operations: FlatOperation[] = [];
  readonly weights = new Map<WeightId, Weight>();
  readonly derived = new Map<string, () => Float32Array>();
  readonly #model: ModelToExport;
  readonly #types: Map<ValueId, TensorType>;
  readonly #shapes: ReadonlyMap<string, Weight>;

  constructor(
    operation: FlatOperation,
    model: ModelToExport,
    types: Map<ValueId, TensorType>,
    shapes: ReadonlyMap<string, Weight>,
  ) {
    this.operation = operation;
    this.#model = model;
    this.#types = types;
    this.#shapes = shapes;
  }

  /** The value that the operation reads at a position. */
  input(index = 0): ValueId {
    return present(this.operation.inputs[index], `input ${index}`);
  }

  typeOf(value: ValueId): TensorType {
    return present(this.#types.get(value), `the type of ${value}`);
  }

  /** The weight in a slot of the operation. */
  weight(slot: string): Weight {
    return present(this.#shapes.get(present(this.operation.weights[slot], slot)), slot);
  }

  hasWeight(slot: string): boolean {
    return this.operation.weights[slot] !== undefined;
  }

  /** Numbers worked out from a weight, under a name of their own: asked for by several operations, they are there once. */
  derive(
    of: Weight,
    name: string,
    shape: readonly number[],
    compute: (read: (id: string) => Float32Array) => Float32Array,
  ): Weight {
    const id = `${of.id}:${name}` as WeightId;
    const weight = { ...of, id, shape };
    this.weights.set(id, weight);
    this.derived.set(id, () => compute((each) => weightData(this.#model, each)));
    return weight;
  }

  /** Adds an operation and gives its value. */
  add(
    specification: OperationSpecification,
    inputs: readonly ValueId[],
    weights: Readonly<Record<string, Weight>> = {},
    output?: ValueId,
  ): ValueId {
    const id = `${this.operation.id}:${this.operations.length}` as OperationId & ValueId;
    const shapes = Object.fromEntries(Object.entries(weights).map(([slot, { shape }]) => [slot, shape]));
    const type = outputType(
      specification,
      inputs.map((input) => this.typeOf(input)),
      shapes,
    );
    const value = output ?? id;
    this.#types.set(value, type);
    this.operations.push({
      id,
      specification,
      inputs,
      output: value,
      type,
      weights: Object.fromEntries(Object.entries(weights).map(([slot, weight]) => [slot, weight.id])),
      origin: this.operation.origin,
    });
    return value;
  }

  /** The value is what the operation gives. */
  finish(value: ValueId): void {
    this.add({ kind: 'identity', attributes: { role: 'layer' } }, [value], {}, this.operation.output);
  }

  reshape(value: ValueId, shape: readonly number[]): ValueId {
    return this.add({ kind: 'reshape', attributes: { shape } }, [value]);
  }

  binary(name: 'add' | 'subtract' | 'multiply' | 'divide', a: ValueId, b: ValueId): ValueId {
    return this.add({ kind: 'binary', attributes: { function: name } }, [a, b]);
  }
}

/** Values minus their mean, over their standard deviation, along the given axes. */
function standardise(build: Expansion, value: ValueId, axes: readonly number[], epsilon: number): ValueId {
  const mean = (of: ValueId): ValueId =>
    build.add({ kind: 'reduce', attributes: { function: 'mean', axes, keepAxes: true } }, [of]);
  const centred = build.binary('subtract', value, mean(value));
  const variance = mean(build.add({ kind: 'unary', attributes: { function: 'square' } }, [centred]));
  const raised = build.add({ kind: 'rescale', attributes: { scale: 1, offset: epsilon } }, [variance]);
  const deviation = build.add({ kind: 'unary', attributes: { function: 'squareRoot' } }, [raised]);
  return build.binary('divide', centred, deviation);
}

function scaled(build: Expansion, value: ValueId): ValueId {
  const [scale, bias] = [build.hasWeight('gamma'), build.hasWeight('beta')];
  if (!scale && !bias) return value;
  return build.add({ kind: 'scaleBias', attributes: { scale, bias } }, [value], {
    ...(scale ? { scale: build.weight('gamma') } : {}),
    ...(bias ? { bias: build.weight('beta') } : {}),
  });
}

type Rule<Kind extends OperationKind> = (
  build: Expansion,
  attributes: Extract<OperationSpecification, { kind: Kind }>['attributes'],
) => ValueId;

const batchNormalisation: Rule<'batchNormalisation'> = (build, { epsilon }) => {
  const [mean, variance] = [build.weight('movingMean'), build.weight('movingVariance')];
  const [gamma, beta] = ['gamma', 'beta'].map((slot) => (build.hasWeight(slot) ? build.weight(slot) : null));
  const factors = (read: (id: string) => Float32Array): Float32Array => {
    const factor = gamma ? read(gamma.id) : null;
    return read(variance.id).map((value, index) => (factor?.[index] ?? 1) / Math.sqrt(value + epsilon));
  };
  const name = `${gamma?.id ?? ''}:${beta?.id ?? ''}:${epsilon}`;
  const scale = build.derive(variance, `scale:${name}`, variance.shape, factors);
  const bias = build.derive(mean, `shift:${name}`, mean.shape, (read) => {
    const [offset, means] = [beta ? read(beta.id) : null, read(mean.id)];
    return factors(read).map((value, index) => (offset?.[index] ?? 0) - (means[index] ?? 0) * value);
  });
  return build.add({ kind: 'scaleBias', attributes: { scale: true, bias: true } }, [build.input()], { scale, bias });
};

const groupNormalisation: Rule<'groupNormalisation'> = (build, { groups, epsilon }) => {
  const { shape } = build.typeOf(build.input());
  const channels = shape.at(-1) ?? 1;
  const space = elementCount(shape.slice(0, -1));
  const grouped = build.reshape(build.input(), [space, groups, channels / groups]);
  return scaled(build, build.reshape(standardise(build, grouped, [0, 2], epsilon), shape));
};

/** A sequence is an image one pixel wide. */
const convolution1d: Rule<'convolution1d'> = (build, { stride, dilation, padding, groups, useBias }) => {
  const [length = 1, channels = 1] = build.typeOf(build.input()).shape;
  const kernel = build.weight('kernel');
  const [window = 1, ...rest] = kernel.shape;
  const image = build.add(
    {
      kind: 'convolution2d',
      attributes: { strides: [stride, 1], dilations: [dilation, 1], padding, groups, useBias },
    },
    [build.reshape(build.input(), [length, 1, channels])],
    {
      kernel: build.derive(kernel, 'image', [window, 1, ...rest], (read) => read(kernel.id)),
      ...(useBias ? { bias: build.weight('bias') } : {}),
    },
  );
  return build.reshape(image, build.operation.type.shape);
};

const pool1d: Rule<'pool1d'> = (build, { mode, size, stride, padding }) => {
  const [length = 1, channels = 1] = build.typeOf(build.input()).shape;
  const attributes = { mode, size: [size, 1], strides: [stride, 1], padding } as const;
  const image = build.reshape(build.input(), [length, 1, channels]);
  return build.reshape(build.add({ kind: 'pool2d', attributes }, [image]), build.operation.type.shape);
};

/** Groups side by side: each sees its own channels. */
const convolution2d: Rule<'convolution2d'> = (build, attributes) => {
  const { groups, useBias } = attributes;
  const [height = 1, width = 1, channels = 1] = build.typeOf(build.input()).shape;
  const kernel = build.weight('kernel');
  const filters = kernel.shape.at(-1) ?? 1;
  const [seen, made] = [channels / groups, filters / groups];
  const columns = (of: Weight, group: number): Weight =>
    build.derive(of, `group${group}`, [...of.shape.slice(0, -1), made], (read) => {
      const data = read(of.id);
      const part = new Float32Array(data.length / groups);
      for (let row = 0; row * filters < data.length; row += 1) {
        const start = row * filters + group * made;
        part.set(data.subarray(start, start + made), row * made);
      }
      return part;
    });
  const parts = Array.from({ length: groups }, (_, group) => {
    const own = build.add({ kind: 'slice', attributes: { begin: [0, 0, group * seen], size: [height, width, seen] } }, [
      build.input(),
    ]);
    return build.add({ kind: 'convolution2d', attributes: { ...attributes, groups: 1 } }, [own], {
      kernel: columns(kernel, group),
      ...(useBias ? { bias: columns(build.weight('bias'), group) } : {}),
    });
  });
  return build.add({ kind: 'concatenate', attributes: { axis: 2 } }, parts);
};

/** Dilation as a larger kernel with zeros between its elements. */
const depthwiseConvolution2d: Rule<'depthwiseConvolution2d'> = (build, attributes) => {
  const { dilations, useBias } = attributes;
  const kernel = build.weight('kernel');
  const [height = 1, width = 1, channels = 1, multiplier = 1] = kernel.shape;
  const [rows, columns] = [(height - 1) * dilations[0] + 1, (width - 1) * dilations[1] + 1];
  const spread = build.derive(kernel, `spread${dilations.join('x')}`, [rows, columns, channels, multiplier], (read) => {
    const data = read(kernel.id);
    const each = channels * multiplier;
    const result = new Float32Array(rows * columns * each);
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const from = (row * width + column) * each;
        const to = (row * dilations[0] * columns + column * dilations[1]) * each;
        result.set(data.subarray(from, from + each), to);
      }
    }
    return result;
  });
  return build.add(
    { kind: 'depthwiseConvolution2d', attributes: { ...attributes, dilations: [1, 1] } },
    [build.input()],
    {
      kernel: spread,
      ...(useBias ? { bias: build.weight('bias') } : {}),
    },
  );
};

/** Unrolled over the steps; the projection of the inputs is one product. */
const recurrent: Rule<'recurrent'> = (build, attributes) => {
  const { cell, activation, recurrentActivation, resetAfter, reverse, useBias, hasMask } = attributes;
  const [steps = 1] = build.typeOf(build.input()).shape;
  const [kernel, own] = [build.weight('kernel'), build.weight('recurrentKernel')];
  const [units = 1, wide = 1] = own.shape;
  const row = (index: number): Weight => {
    const bias = build.weight('bias');
    return build.derive(bias, `row${index}`, [wide], (read) =>
      read(bias.id).subarray(index * wide, (index + 1) * wide),
    );
  };
  const squash = (name: typeof activation, value: ValueId): ValueId =>
    name === 'linear' ? value : build.add({ kind: 'activation', attributes: { function: name } }, [value]);
  const gate = (value: ValueId): ValueId => squash(recurrentActivation, value);
  const act = (value: ValueId): ValueId => squash(activation, value);
  const part = (value: ValueId, index: number): ValueId =>
    build.add({ kind: 'slice', attributes: { begin: [index * units], size: [units] } }, [value]);
  const product = (value: ValueId, matrix: Weight, bias?: Weight): ValueId =>
    build.add({ kind: 'dense', attributes: { useBias: bias !== undefined } }, [value], {
      kernel: matrix,
      ...(bias === undefined ? {} : { bias }),
    });
  const step = (value: ValueId, index: number): ValueId =>
    build.add({ kind: 'takeStep', attributes: { index } }, [value]);
  const zeros = (): ValueId => build.add({ kind: 'zeros', attributes: { shape: [units], dtype: 'float32' } }, []);
  const isSplit = useBias && cell === 'gru' && resetAfter;
  const given = product(build.input(), kernel, useBias ? (isSplit ? row(0) : build.weight('bias')) : undefined);
  /** Columns of the recurrent kernel, for a reset gate that acts before the product. */
  const columns = (from: number, count: number): Weight =>
    build.derive(own, `columns${from}`, [units, count * units], (read) => {
      const data = read(own.id);
      const result = new Float32Array(units * count * units);
      for (let index = 0; index < units; index += 1) {
        const start = index * wide + from * units;
        result.set(data.subarray(start, start + count * units), index * count * units);
      }
      return result;
    });
  const next = (x: ValueId, h: ValueId, c: ValueId): { readonly h: ValueId; readonly c: ValueId } => {
    switch (cell) {
      case 'simple':
        return { h: act(build.binary('add', x, product(h, own))), c };
      case 'lstm': {
        const z = build.binary('add', x, product(h, own));
        const kept = build.binary('multiply', gate(part(z, 1)), c);
        const memory = build.binary('add', kept, build.binary('multiply', gate(part(z, 0)), act(part(z, 2))));
        return { h: build.binary('multiply', gate(part(z, 3)), act(memory)), c: memory };
      }
      case 'gru': {
        const inner = resetAfter ? product(h, own, isSplit ? row(1) : undefined) : product(h, columns(0, 2));
        const update = gate(build.binary('add', part(x, 0), part(inner, 0)));
        const reset = gate(build.binary('add', part(x, 1), part(inner, 1)));
        const past = resetAfter
          ? build.binary('multiply', reset, part(inner, 2))
          : product(build.binary('multiply', reset, h), columns(2, 1));
        const candidate = act(build.binary('add', part(x, 2), past));
        // z·h + (1 − z)·candidate = candidate + z·(h − candidate)
        const away = build.binary('multiply', update, build.binary('subtract', h, candidate));
        return { h: build.binary('add', candidate, away), c };
      }
    }
  };
  let state = { h: zeros(), c: zeros() };
  const hidden: ValueId[] = [];
  for (let count = 0; count < steps; count += 1) {
    const at = reverse ? steps - 1 - count : count;
    const after = next(step(given, at), state.h, state.c);
    if (hasMask) {
      const mask = step(build.input(1), at);
      const isMasked = build.add({ kind: 'logical', attributes: { function: 'not' } }, [mask]);
      const choose = (now: ValueId, before: ValueId): ValueId =>
        build.binary(
          'add',
          build.add({ kind: 'maskFill', attributes: { value: 0 } }, [now, mask]),
          build.add({ kind: 'maskFill', attributes: { value: 0 } }, [before, isMasked]),
        );
      state = { h: choose(after.h, state.h), c: cell === 'lstm' ? choose(after.c, state.c) : state.c };
    } else {
      state = after;
    }
    hidden[at] = state.h;
  }
  return build.add({ kind: 'stackSteps', attributes: {} }, hidden);
};

const rules = {
  batchNormalisation,
  layerNormalisation: ((build, { epsilon }) => {
    const last = build.typeOf(build.input()).shape.length - 1;
    return scaled(build, standardise(build, build.input(), [last], epsilon));
  }) satisfies Rule<'layerNormalisation'>,
  groupNormalisation,
  convolution1d,
  pool1d,
  convolution2d,
  depthwiseConvolution2d,
  recurrent,
} as const;

/**
 * The model with every operation that `needs` picks said in simpler ones, for formats that lack it. A convolution is
 * split into its groups; batch normalisation becomes a product and a sum, as it is in prediction. Shared weights stay
 * shared.
 */
export function expandFlat(model: ModelToExport, needs: (operation: FlatOperation) => boolean): ModelToExport {
  const { flat } = model;
  const weights = new Map(flat.weights.map((weight) => [weight.id as string, weight]));
  const derived = new Map(model.derived);
  const types = new Map<ValueId, TensorType>(flat.inputs.map(({ value, type }) => [value, type]));
  const operations = flat.operations.flatMap((operation): readonly FlatOperation[] => {
    types.set(operation.output, operation.type);
    const { kind, attributes } = operation.specification;
    if (!(kind in rules) || !needs(operation)) return [operation];
    const build = new Expansion(operation, model, types, weights);
    const rule = rules[kind as ExpandableKind] as (build: Expansion, attributes: unknown) => ValueId;
    build.finish(rule(build, attributes));
    for (const [id, weight] of build.weights) weights.set(id, weight);
    for (const [id, compute] of build.derived) derived.set(id, compute);
    return build.operations;
  });
  return { ...model, derived, flat: { ...flat, operations, weights: [...weights.values()] } };
}

/** Operations that formats without loops of their own say in simpler ones. */
export function isCompound({ specification }: FlatOperation): boolean {
  switch (specification.kind) {
    case 'convolution1d':
    case 'pool1d':
    case 'recurrent':
    case 'batchNormalisation':
    case 'layerNormalisation':
    case 'groupNormalisation':
      return true;
    case 'convolution2d':
      return specification.attributes.groups > 1;
    default:
      return false;
  }
}

/** As `expandFlat`, until nothing is left that `needs` picks: what an operation becomes may need it as well. */
export function expandAll(model: ModelToExport, needs: (operation: FlatOperation) => boolean): ModelToExport {
  let result = model;
  while (result.flat.operations.some((operation) => operation.specification.kind in rules && needs(operation))) {
    result = expandFlat(result, needs);
  }
  return result;
}
