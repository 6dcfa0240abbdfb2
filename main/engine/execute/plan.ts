import type { TensorType } from '#shared/graph/values';
import type { Loss, Metric } from '#shared/graph/training';
import type {
  FlatOperation,
  FlatProgram,
  FlatTap,
  FlatWire,
  ProgramInput,
  ProgramOutput,
  ValueId,
  Weight,
} from '#shared/program/program';
import { sizeOf } from '../backend/device.ts';
import { EngineFailure } from '../failure.ts';

/** A weight of one operation: its slot and its index among the Program's weights. */
export interface PlannedWeight {
  readonly slot: string;
  readonly weight: number;
  /** Moving statistics are computed, never differentiated. */
  readonly statistic: boolean;
}

export interface PlannedOperation {
  readonly operation: FlatOperation;
  /** Indices of values. */
  readonly inputs: readonly number[];
  readonly output: number;
  readonly weights: readonly PlannedWeight[];
  /** Some loss depends on the output through float32 values. */
  readonly reachesLoss: boolean;
}

export interface PlannedValue {
  readonly type: TensorType;
  /** Index of the operation that makes it, or null for a data input. */
  readonly producer: number | null;
}

export interface PlannedHead {
  readonly loss: Loss;
  readonly output: ProgramOutput;
  readonly value: number;
}

export interface PlannedMetric {
  readonly metric: Metric;
  readonly output: ProgramOutput;
  readonly value: number;
  /** How an accuracy is counted: by the largest class, or element by element around a logit of 0. */
  readonly decides: 'largest' | 'threshold';
}

export interface PlannedWire {
  readonly wire: FlatWire;
  readonly value: number;
  /** Index of the consuming operation. */
  readonly consumer: number;
  readonly slot: number;
  readonly depth: number;
}

export interface PlannedTap {
  readonly tap: FlatTap;
  readonly value: number;
  readonly depth: number;
}

/** A table of an embedding: numbers from 0 to `size` − 1 have a row. */
export interface Vocabulary {
  readonly node: string;
  readonly size: number;
  /** Indices of the Program's inputs. */
  readonly inputs: readonly number[];
}

/** A flat Program with every name resolved to an index: what one step walks through. */
export interface Plan {
  readonly program: FlatProgram;
  readonly inputs: readonly { readonly input: ProgramInput; readonly value: number }[];
  /** Embeddings and the data inputs whose numbers they read: those must be below `size`. */
  readonly vocabularies: readonly Vocabulary[];
  readonly outputs: readonly { readonly output: ProgramOutput; readonly value: number }[];
  readonly operations: readonly PlannedOperation[];
  readonly values: readonly PlannedValue[];
  readonly weights: readonly Weight[];
  /** Per weight: it is never differentiated. */
  readonly statistics: readonly boolean[];
  /** Per weight: a statistic that one operation moves, once a step, and nothing else reads while training. */
  readonly movedOnce: readonly boolean[];
  readonly weightDepth: readonly number[];
  readonly heads: readonly PlannedHead[];
  readonly metrics: readonly PlannedMetric[];
  readonly wires: readonly PlannedWire[];
  readonly taps: readonly PlannedTap[];
  /** Values to look at for numbers that stopped being finite and that nothing later would show. */
  readonly guarded: readonly number[];
}

const statisticSlots = new Set(['movingMean', 'movingVariance']);

/** Resolves a flat Program's names. Throws an EngineFailure where it holds an operator this engine cannot compute. */
export function planProgram(program: FlatProgram): Plan {
  const index = new Map<ValueId, number>();
  const values: PlannedValue[] = [];
  const addValue = (id: ValueId, type: TensorType, producer: number | null): number => {
    index.set(id, values.length);
    return values.push({ type, producer }) - 1;
  };
  const valueOf = (id: ValueId): number => {
    const found = index.get(id);
    if (found === undefined) throw new Error(`the flat Program uses the value ${id} before it is made`);
    return found;
  };
  const weightIndex = new Map(program.weights.map((weight, at) => [weight.id, at]));
  const inputs = program.inputs.map((input) => ({ input, value: addValue(input.value, input.type, null) }));
  const drafts = program.operations.map((operation, at) => {
    const { specification } = operation;
    if (specification.kind === 'opaque') {
      throw new EngineFailure('engine.opaque', {
        node: operation.origin.node,
        operator: specification.attributes.operator,
      });
    }
    return {
      operation,
      inputs: operation.inputs.map(valueOf),
      weights: Object.entries(operation.weights).map(([slot, id]) => {
        const weight = weightIndex.get(id);
        if (weight === undefined)
          throw new Error(`the flat Program's operation ${operation.id} uses no known weight ${id}`);
        return { slot, weight, statistic: statisticSlots.has(slot) };
      }),
      output: addValue(operation.output, operation.type, at),
    };
  });
  const outputs = program.outputs.map((output) => ({ output, value: valueOf(output.value) }));
  const outputAt = (node: string): (typeof outputs)[number] => {
    const found = outputs.find(({ output }) => output.node === node);
    if (found === undefined) throw new Error(`a loss or metric names ${node}, which is not an output of the Program`);
    return found;
  };
  const heads = program.losses.map((loss) => ({ loss, ...outputAt(loss.output) }));
  const metrics = program.metrics.map((metric) => ({
    metric,
    ...outputAt(metric.output),
    decides: program.losses.some(({ output, kind }) => output === metric.output && kind === 'sigmoidCrossEntropy')
      ? ('threshold' as const)
      : ('largest' as const),
  }));
  const reached = valuesBefore(
    heads.map(({ value }) => value),
    drafts,
    values,
  );
  const operations = drafts.map((draft) => ({ ...draft, reachesLoss: reached.has(draft.output) }));
  const depths = operationDepths(operations);
  const operationIndex = new Map(operations.map(({ operation }, at) => [operation.id, at]));
  const statistics = program.weights.map(() => false);
  const movers = program.weights.map(() => 0);
  const weightDepth = program.weights.map(() => 0);
  operations.forEach((operation, at) => {
    const { specification } = operation.operation;
    const isFrozen = specification.kind === 'batchNormalisation' && specification.attributes.frozen;
    for (const { weight, statistic } of operation.weights) {
      if (statistic) {
        statistics[weight] = true;
        // A frozen one reads them as the others leave them.
        movers[weight] = (movers[weight] ?? 0) + (isFrozen ? 2 : 1);
      }
      if (weightDepth[weight] === 0) weightDepth[weight] = depths[at] ?? 0;
    }
  });
  return {
    program,
    inputs,
    vocabularies: vocabulariesOf(
      operations,
      values,
      inputs.map(({ value }) => value),
      program.weights,
    ),
    outputs,
    operations,
    values,
    weights: program.weights,
    statistics,
    movedOnce: movers.map((count) => count === 1),
    weightDepth,
    heads,
    metrics,
    wires: program.wires.map((wire) => {
      const consumer = operationIndex.get(wire.consumer);
      if (consumer === undefined)
        throw new Error(`the wire ${wire.wire} ends at ${wire.consumer}, which does not exist`);
      return { wire, value: valueOf(wire.value), consumer, slot: wire.slot, depth: depths[consumer] ?? 0 };
    }),
    taps: program.taps.map((tap) => {
      const value = valueOf(tap.value);
      return { tap, value, depth: depths[values[value]?.producer ?? -1] ?? 0 };
    }),
    guarded: guardedValues(
      operations,
      values,
      outputs.map(({ value }) => value),
    ),
  };
}

/** Whole numbers are only handed on, never computed: what an embedding reads comes from data inputs as it is. */
function vocabulariesOf(
  operations: readonly PlannedOperation[],
  values: readonly PlannedValue[],
  inputs: readonly number[],
  weights: readonly Weight[],
): Vocabulary[] {
  return operations.flatMap(({ operation, inputs: [read], weights: [table] }): readonly Vocabulary[] => {
    if (operation.specification.kind !== 'embedding' || read === undefined || table === undefined) return [];
    const sources = new Set<number>();
    const open = [read];
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      if (sources.has(value)) continue;
      sources.add(value);
      open.push(...(operations[values[value]?.producer ?? -1]?.inputs ?? []));
    }
    return [
      {
        node: operation.origin.node,
        size: weights[table.weight]?.shape[0] ?? 0,
        inputs: inputs.flatMap((value, index) => (sources.has(value) ? [index] : [])),
      },
    ];
  });
}

/** All values that some of the given ones depend on through float32 values, with themselves. */
function valuesBefore(
  ends: readonly number[],
  operations: readonly { readonly inputs: readonly number[]; readonly output: number }[],
  values: readonly PlannedValue[],
): Set<number> {
  const isFloat = (value: number): boolean => values[value]?.type.dtype === 'float32';
  const reached = new Set(ends.filter(isFloat));
  for (const { inputs, output } of operations.toReversed()) {
    if (!reached.has(output)) continue;
    for (const input of inputs) if (isFloat(input)) reached.add(input);
  }
  return reached;
}

/** Longest way from a data input to and with each operation, counted in nodes with weights or an activation. */
function operationDepths(operations: readonly PlannedOperation[]): number[] {
  const nodeOf = ({ operation: { origin } }: PlannedOperation): string => JSON.stringify([origin.node, origin.path]);
  const counted = new Set(
    operations
      .filter(({ operation, weights }) => weights.length > 0 || operation.specification.kind === 'activation')
      .map(nodeOf),
  );
  const after = new Map<number, { readonly node: string; readonly before: number; readonly depth: number }>();
  return operations.map((planned) => {
    const node = nodeOf(planned);
    const before = Math.max(
      0,
      ...planned.inputs.map((input) => {
        const producer = after.get(input);
        if (producer === undefined) return 0;
        return producer.node === node ? producer.before : producer.depth;
      }),
    );
    const depth = before + (counted.has(node) ? 1 : 0);
    after.set(planned.output, { node, before, depth });
    return depth;
  });
}

/**
 * Most operations hand a number that is not finite on, so that loss and gradients show it. Some swallow it (a sigmoid of
 * infinity is 1 with slope 0): what they read, and what nobody reads, is looked at itself.
 */
function guardedValues(
  operations: readonly PlannedOperation[],
  values: readonly PlannedValue[],
  outputs: readonly number[],
): number[] {
  const guarded = new Set(outputs);
  const read = new Set<number>();
  for (const { operation, inputs } of operations) {
    inputs.forEach((input) => read.add(input));
    if (swallows(operation)) inputs.forEach((input) => guarded.add(input));
  }
  for (const { output } of operations) {
    if (!read.has(output)) guarded.add(output);
  }
  return [...guarded].filter((value) => values[value]?.type.dtype === 'float32').sort((a, b) => a - b);
}

function swallows({ specification }: FlatOperation): boolean {
  switch (specification.kind) {
    case 'activation':
    case 'pool1d':
    case 'pool2d':
    case 'globalPool2d':
    case 'recurrent':
    case 'unary':
    case 'compare':
    case 'maskFill':
    case 'slice':
    case 'parametricRelu':
      return true;
    case 'binary':
      return ['divide', 'maximum', 'minimum', 'power'].includes(specification.attributes.function);
    case 'reduce':
      return ['maximum', 'minimum'].includes(specification.attributes.function);
    case 'identity':
    case 'dense':
    case 'convolution1d':
    case 'convolution2d':
    case 'convolution3d':
    case 'depthwiseConvolution2d':
    case 'transposedConvolution2d':
    case 'upsample2d':
    case 'groupNormalisation':
    case 'gaussianNoise':
    case 'reshape':
    case 'pad':
    case 'transpose':
    case 'tile':
    case 'rescale':
    case 'scaleBias':
    case 'dropout':
    case 'batchNormalisation':
    case 'layerNormalisation':
    case 'add':
    case 'multiply':
    case 'concatenate':
    case 'zeros':
    case 'learned':
    case 'takeStep':
    case 'stackSteps':
    case 'embedding':
    case 'constant':
    case 'matrixProduct':
    case 'logical':
    case 'opaque':
      return false;
  }
}

/** Elements of all values together that a forward pass outside training may hold: 256 MB of float32. */
const elementsHeld = 1 << 26;

/** How many examples fit into one pass outside training: many small ones, few large ones. */
export function examplesPerPass(plan: Plan, elements: number = elementsHeld): number {
  const each = plan.values.reduce((sum, { type }) => sum + sizeOf(type.shape), 0);
  return Math.max(1, Math.min(4096, Math.floor(elements / Math.max(1, each))));
}

/** Which gradients one step computes. */
export interface GradientWants {
  /** Per operation and slot. */
  readonly inputs: readonly (readonly boolean[])[];
  /** Per operation: those of its weights. */
  readonly weights: readonly boolean[];
}

/**
 * Which gradients are needed to have every trained weight's, and those of the wires asked for: none, those that something
 * learns from, or all, with those of frozen weights.
 */
export function gradientWants(plan: Plan, wires: 'none' | 'learning' | 'all'): GradientWants {
  const probed = plan.operations.map(({ inputs }) => inputs.map(() => false));
  const probedValues = new Set<number>();
  if (wires !== 'none') {
    for (const { wire, consumer, slot } of plan.wires) {
      const slots = probed[consumer];
      if (slots !== undefined && (wires === 'all' || wire.learns)) slots[slot] = true;
    }
    for (const { tap, value } of plan.taps) if (wires === 'all' || tap.learns) probedValues.add(value);
  }
  const needed = plan.values.map(() => false);
  const inputs: boolean[][] = [];
  const weights: boolean[] = [];
  plan.operations.forEach((operation, at) => {
    const slots = operation.inputs.map(
      (value, slot) =>
        operation.reachesLoss &&
        plan.values[value]?.type.dtype === 'float32' &&
        (probed[at]?.[slot] === true || needed[value] === true || probedValues.has(value)),
    );
    const own =
      operation.reachesLoss &&
      operation.weights.some(({ weight, statistic }) => (wires === 'all' ? !statistic : isTrained(plan, weight)));
    inputs.push(slots);
    weights.push(own);
    needed[operation.output] = own || slots.includes(true);
  });
  return { inputs, weights };
}

/** Whether an optimiser moves a weight; one that is not trained is frozen, or a statistic. */
export function isTrained(plan: Plan, weight: number): boolean {
  return plan.weights[weight]?.trainable === true && plan.statistics[weight] !== true;
}
