import type { FlatOperation, FlatProgram, FlatWire, OperationId, ValueId } from '../program/program.ts';
import { operationSeed, statelessUniform } from '../program/random.ts';
import type { Array64 } from './array64.ts';
import { array64, element } from './array64.ts';
import type { Batch } from './interpreter.ts';
import { interpretFlat } from './interpreter.ts';
import { compute } from './kernels.ts';
import { headLoss } from './losses.ts';
import { pathSuffix } from '../program/path.ts';

/**
 * df/dt at 0 of a smooth function, by central differences on five points: the error is f⁽⁵⁾·h⁴/30, about 1e-13 for
 * h = 1e-3 and numbers of the order of 1, and rounding adds about as much.
 */
export function derivative(f: (t: number) => number, h = 1e-3): number {
  return (f(-2 * h) - 8 * f(-h) + 8 * f(h) - f(2 * h)) / (12 * h);
}

/**
 * Gradients of a flat Program's loss (the heads' losses by their weights, and the penalties on weights) by central
 * differences in float64: no line of this knows a derivative. After a change, only what lies downstream is computed
 * again.
 */
export class Differences {
  readonly #program: FlatProgram;
  readonly #batch: Batch;
  readonly #size: number;
  readonly #base = new Map<ValueId, Array64>();
  readonly #penalty: number;

  constructor(program: FlatProgram, batch: Batch) {
    this.#program = program;
    this.#batch = batch;
    this.#size = Object.values(batch.inputs)[0]?.shape[0] ?? 1;
    for (const { node, value } of program.inputs) {
      const given = batch.inputs[node];
      if (given !== undefined) this.#base.set(value, given);
    }
    for (const operation of program.operations) {
      const inputs = operation.inputs.map((input) => this.#value(input));
      this.#base.set(operation.output, this.#compute(operation, inputs, null));
    }
    this.#penalty = interpretFlat(program, batch).penalty;
  }

  /** dL/dt where this consumer sees its value plus t·direction. */
  alongWire({ consumer, slot }: FlatWire, direction: ArrayLike<number>): number {
    return derivative((t) => this.#lossAfter({ consumer, slot, by: t, direction }));
  }

  /** dL/dt where a weight is moved by t·direction: everywhere, penalty included, or in its uses at one path only. */
  alongWeight(weight: string, direction: ArrayLike<number>, path: string | null = null): number {
    return derivative((t) => this.#lossAfter({ weight, path, by: t, direction }));
  }

  /** dL/d(the value as this consumer sees it), element by element. */
  wireGradient(wire: FlatWire): Array64 {
    return byElement(this.#value(wire.value).shape, (direction) => this.alongWire(wire, direction));
  }

  /** dL/d(a weight), element by element. */
  weightGradient(weight: string, path: string | null = null): Array64 {
    const shape = this.#batch.weights.get(weight)?.shape;
    if (shape === undefined) throw new Error(`no value was given for the weight ${weight}`);
    return byElement(shape, (direction) => this.alongWeight(weight, direction, path));
  }

  #value(name: ValueId): Array64 {
    const value = this.#base.get(name);
    if (value === undefined) throw new Error(`the value ${name} is read before it is there`);
    return value;
  }

  #compute(operation: FlatOperation, inputs: readonly Array64[], change: Change | null): Array64 {
    const weights: Record<string, Array64> = {};
    for (const [slot, id] of Object.entries(operation.weights)) {
      const value = this.#batch.weights.get(id);
      if (value === undefined) throw new Error(`no value was given for the weight ${id}`);
      weights[slot] = isChangedUse(change, id, operation) ? moved(value, change) : value;
    }
    return compute(operation.specification, {
      inputs,
      weights,
      batch: this.#size,
      training: this.#batch.training,
      uniform: (count, mask) => {
        const { seed, step } = this.#batch;
        return statelessUniform(count, operationSeed(seed, operation, mask, step));
      },
      // The loss of a training step reads the batch's own statistics, so what becomes of the moving ones is no matter.
      update: () => undefined,
    });
  }

  #lossAfter(change: Change): number {
    const changed = new Map<ValueId, Array64>();
    for (const operation of this.#program.operations) {
      const isConsumer = 'consumer' in change && change.consumer === operation.id;
      const isUser = Object.values(operation.weights).some((id) => isChangedUse(change, id, operation));
      if (!isConsumer && !isUser && !operation.inputs.some((input) => changed.has(input))) continue;
      const inputs = operation.inputs.map((input) => changed.get(input) ?? this.#value(input));
      if (isConsumer) {
        const seen = inputs[change.slot];
        if (seen !== undefined) inputs[change.slot] = moved(seen, change);
      }
      changed.set(operation.output, this.#compute(operation, inputs, change));
    }
    let loss = this.#penalty;
    if ('weight' in change && change.path === null) loss += this.#penaltyChange(change.weight, change);
    this.#program.losses.forEach((head) => {
      const { output, target, weight } = head;
      const value = this.#program.outputs.find(({ node }) => node === output)?.value;
      const goal = this.#batch.targets[target];
      if (value === undefined || goal === undefined)
        throw new Error(`the loss on ${output} lacks a value or its target`);
      loss += weight * headLoss(head, changed.get(value) ?? this.#value(value), goal);
    });
    return loss;
  }

  #penaltyChange(id: string, change: Change): number {
    const regulariser = this.#program.weights.find((weight) => weight.id === id)?.regulariser ?? null;
    const value = this.#batch.weights.get(id);
    if (regulariser === null || value === undefined) return 0;
    const penalty = (x: number) => regulariser.l1 * Math.abs(x) + regulariser.l2 * x * x;
    return moved(value, change).values.reduce(
      (sum, x, index) => sum + penalty(x) - penalty(element(value.values, index)),
      0,
    );
  }
}

interface Move {
  readonly by: number;
  readonly direction: ArrayLike<number>;
}

type Change =
  | (Move & { readonly consumer: OperationId; readonly slot: number })
  | (Move & { readonly weight: string; readonly path: string | null });

function isChangedUse(change: Change | null, id: string, { origin }: FlatOperation): change is Change {
  if (change === null || !('weight' in change) || change.weight !== id) return false;
  return change.path === null || change.path === pathSuffix(origin.path);
}

function moved({ shape, values }: Array64, { by, direction }: Move): Array64 {
  return array64(shape, (index) => element(values, index) + by * element(direction, index));
}

function byElement(shape: readonly number[], slope: (direction: Float64Array) => number): Array64 {
  const direction = array64(shape, () => 0).values;
  return array64(shape, (index) => {
    direction[index] = 1;
    const result = slope(direction);
    direction[index] = 0;
    return result;
  });
}
