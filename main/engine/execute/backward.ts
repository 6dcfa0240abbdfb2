import type { Device, Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';
import type { Forward } from './forward.ts';
import type { Contribution } from './operations/operation.ts';
import { StepGradient } from './operations/operation.ts';
import type { GradientWants, Plan } from './plan.ts';

/** One operation's share of a weight's gradient. */
export interface WeightShare {
  /** Index of the operation. */
  readonly operation: number;
  readonly gradient: Tensor;
}

export interface Backward {
  /** Per operation and slot: dL/d(the value as this operation sees it); null where none flows or none was wanted. */
  readonly inputs: readonly (readonly (Tensor | null)[])[];
  /** Per value: dL/dvalue, the sum over its consumers; null where none flows. */
  readonly values: readonly (Tensor | null)[];
  /** Per weight: what each use of it hands back, in order of execution. Regularisers are not in it. */
  readonly shares: readonly (readonly WeightShare[])[];
}

/**
 * Takes the loss's gradients at the outputs back through every operation, last first (reverse mode). What an operation
 * hands back for an input is the gradient on the wire that ends there; a value's gradient is the sum over its consumers.
 */
export function runBackward(
  device: Device,
  plan: Plan,
  forward: Forward,
  seeds: ReadonlyMap<number, Tensor>,
  wants: GradientWants,
): Backward {
  const contributions: Contribution[][] = plan.values.map(() => []);
  for (const [value, gradient] of seeds) contributions[value]?.push(gradient);
  const values: (Tensor | null)[] = plan.values.map(() => null);
  const shares: WeightShare[][] = plan.weights.map(() => []);
  const inputs: (Tensor | null)[][] = plan.operations.map((operation) => operation.inputs.map(() => null));
  const wiredSlots = new Set(plan.wires.map(({ consumer, slot }) => `${consumer}/${slot}`));
  for (let at = plan.operations.length - 1; at >= 0; at--) {
    const planned = plan.operations[at];
    const slots = wants.inputs[at];
    const ownInputs = inputs[at];
    if (planned === undefined || slots === undefined || ownInputs === undefined) continue;
    const gradient = sumContributions(device, contributions[planned.output] ?? []);
    values[planned.output] = gradient;
    const weights = wants.weights[at] === true;
    if (gradient === null || (!weights && !slots.includes(true))) continue;
    const pullback = forward.pullbacks[at];
    if (pullback === null || pullback === undefined) {
      throw new Error(`the operation ${planned.operation.id} was computed without its gradient`);
    }
    const back = pullback(gradient, { inputs: slots, weights });
    back.inputs.forEach((contribution, slot) => {
      const value = planned.inputs[slot];
      if (contribution === null || value === undefined) return;
      // A wire's gradient is shown whole; a slice of a sequence that no wire carries stays small until it is summed.
      const isWired = wiredSlots.has(`${at}/${slot}`);
      const whole =
        contribution instanceof StepGradient && isWired ? wholeGradient(device, contribution) : contribution;
      contributions[value]?.push(whole);
      if (!(whole instanceof StepGradient)) ownInputs[slot] = whole;
    });
    for (const { slot, weight } of planned.weights) {
      const share = back.weights[slot];
      if (share !== undefined) shares[weight]?.push({ operation: at, gradient: share });
    }
  }
  for (const { value } of plan.inputs) values[value] = sumContributions(device, contributions[value] ?? []);
  return { inputs, values, shares: shares.map((list) => list.toReversed()) };
}

/** A slice's gradient as one of the whole sequence. */
export function wholeGradient(device: Device, { step, steps, gradient }: StepGradient): Tensor {
  const [batch = 1, ...rest] = gradient.shape;
  return device.pad(device.reshape(gradient, [batch, 1, ...rest]), [
    [0, 0],
    [step, steps - 1 - step],
    ...rest.map((): [number, number] => [0, 0]),
  ]);
}

/** Σ of what the consumers of one value hand back; null where none does. */
function sumContributions(device: Device, contributions: readonly Contribution[]): Tensor | null {
  const whole: Tensor[] = [];
  const sliced: StepGradient[] = [];
  for (const contribution of contributions) {
    if (contribution instanceof StepGradient) sliced.push(contribution);
    else whole.push(contribution);
  }
  const [first] = sliced;
  if (first !== undefined) {
    const zeros = device.tensor(new Float32Array(sizeOf(first.gradient.shape)), first.gradient.shape, 'float32');
    const steps = Array.from({ length: first.steps }, (_, step) => {
      const own = sliced.filter((slice) => slice.step === step).map(({ gradient }) => gradient);
      return sumTensors(device, own) ?? zeros;
    });
    whole.push(device.stack(steps, 1));
  }
  return sumTensors(device, whole);
}

/** Σ of tensors of one shape; null of none. */
export function sumTensors(device: Device, tensors: readonly Tensor[]): Tensor | null {
  const [first, second] = tensors;
  if (first === undefined) return null;
  if (second === undefined) return first;
  return tensors.length === 2 ? device.add(first, second) : device.addAll(tensors);
}
