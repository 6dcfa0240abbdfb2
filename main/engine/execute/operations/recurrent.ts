import type { Device, Tensor } from '../../backend/device.ts';
import type { OperationCall, OperationImplementation } from './operation.ts';
import { onlyInput, weightAt } from './operation.ts';
import type { Setting, State, Step, StepBack } from './recurrentCells.ts';
import { step } from './recurrentCells.ts';

/** One step with the state before it and, where there is a mask, its column [batch, 1]. */
interface TakenStep {
  readonly taken: Step;
  readonly before: State;
  readonly mask: Tensor | null;
}

/**
 * A recurrence over axis 1. The input's part of all steps is one product before the first step; going back, each kernel's
 * gradient is one product over all steps. What stays in the loop is one small product per step.
 */
export const recurrent: OperationImplementation<'recurrent'> = (call) => {
  const { device, attributes, inputs, weights } = call;
  const x = onlyInput(inputs);
  const [batch = 1, steps = 1, features = 1] = x.shape;
  const kernel = weightAt(weights, 'kernel');
  const setting = settingOf(call);
  const { units } = setting;
  const width = kernel.shape[1] ?? 1;
  const rows = device.reshape(x, [batch * steps, features]);
  const product = device.matrixMultiply(rows, kernel, false, false);
  const biases = biasesOf(device, call, units);
  const given = biases.given === null ? product : device.addBias(product, biases.given);
  const perStep = device.unstack(device.reshape(given, [batch, steps, width]), 1);
  const masks = attributes.hasMask ? maskColumns(device, inputs[1], steps) : null;
  const order = Array.from({ length: steps }, (_, index) => (attributes.reverse ? steps - 1 - index : index));
  const zeros = device.tensor(new Float32Array(batch * units), [batch, units], 'float32');
  const path: TakenStep[] = [];
  const hidden: Tensor[] = [];
  let state: State = { hidden: zeros, cell: attributes.cell === 'lstm' ? zeros : null };
  for (const at of order) {
    const own = perStep[at];
    if (own === undefined) throw new Error(`a recurrence of ${steps} steps lacks step ${at}`);
    const taken = step(setting, own, state);
    const mask = masks?.[at] ?? null;
    const after = mask === null ? taken.state : chooseState(device, mask, taken.state, state);
    path.push({ taken, before: state, mask });
    state = after;
    hidden[at] = after.hidden;
  }
  return {
    output: device.stack(hidden, 1),
    pullback: (gradient, wants) => {
      const back = goBack(device, path, device.unstack(gradient, 1), order);
      const inOrder = <Item>(items: readonly Item[]): Item[] => {
        const sorted: Item[] = [];
        order.forEach((at, index) => {
          const item = items[index];
          if (item !== undefined) sorted[at] = item;
        });
        return sorted;
      };
      const together = (items: readonly Tensor[]): Tensor => {
        const [, columns = 1] = items[0]?.shape ?? [];
        return device.reshape(device.stack(inOrder(items), 1), [batch * steps, columns]);
      };
      const atGiven = together(back.map(({ given: part }) => part));
      const forInput =
        wants.inputs[0] === true ? device.reshape(device.matrixMultiply(atGiven, kernel, false, true), x.shape) : null;
      if (!wants.weights) return { inputs: [forInput, null], weights: {} };
      const atOwn = back.some(({ own }) => own !== undefined)
        ? together(back.map(({ own, given: part }) => own ?? part))
        : atGiven;
      const before = together(path.map((taken) => taken.before.hidden));
      const forWeights: Record<string, Tensor> = {
        kernel: device.matrixMultiply(rows, atGiven, true, false),
        recurrentKernel:
          setting.parts === null
            ? device.matrixMultiply(before, atOwn, true, false)
            : resetKernelGradient(device, before, together(path.flatMap(({ taken }) => taken.kept ?? [])), atGiven),
      };
      if (attributes.useBias) {
        const forGiven = device.biasGradient(atGiven);
        forWeights['bias'] =
          biases.recurrent === null ? forGiven : device.stack([forGiven, device.biasGradient(atOwn)], 0);
      }
      return { inputs: [forInput, null], weights: forWeights };
    },
  };
};

function settingOf(call: OperationCall<'recurrent'>): Setting {
  const { device, attributes, weights } = call;
  const recurrentKernel = weightAt(weights, 'recurrentKernel');
  const units = recurrentKernel.shape[0] ?? 1;
  const [gates, candidate] =
    attributes.cell === 'gru' && !attributes.resetAfter ? device.split(recurrentKernel, [2 * units, units], 1) : [];
  return {
    device,
    units,
    attributes,
    recurrentKernel,
    recurrentBias: biasesOf(device, call, units).recurrent,
    parts: gates === undefined || candidate === undefined ? null : { gates, candidate },
  };
}

/** The bias of the input's part, and that of the recurrent part where a GRU has one: rows of its [2, 3·units]. */
function biasesOf(
  device: Device,
  { attributes, weights }: OperationCall<'recurrent'>,
  units: number,
): { readonly given: Tensor | null; readonly recurrent: Tensor | null } {
  if (!attributes.useBias) return { given: null, recurrent: null };
  const bias = weightAt(weights, 'bias');
  if (attributes.cell !== 'gru' || !attributes.resetAfter) return { given: bias, recurrent: null };
  const [given, recurrentBias] = device.split(device.reshape(bias, [6 * units]), [3 * units, 3 * units], 0);
  if (given === undefined || recurrentBias === undefined) throw new Error('the bias of a GRU was split into nothing');
  return { given, recurrent: recurrentBias };
}

/** bool [batch, steps] as a column [batch, 1] for each step. */
function maskColumns(device: Device, mask: Tensor | undefined, steps: number): readonly Tensor[] {
  if (mask === undefined) throw new Error('a recurrence with a mask was given none');
  return device.split(
    mask,
    Array.from({ length: steps }, () => 1),
    1,
  );
}

/** The new state where the mask holds, the old one elsewhere. */
function chooseState(device: Device, mask: Tensor, next: State, before: State): State {
  return {
    hidden: device.select(mask, next.hidden, before.hidden),
    cell: next.cell === null || before.cell === null ? null : device.select(mask, next.cell, before.cell),
  };
}

/** Backpropagation through time; what each step hands back, in the order in which the steps were taken. */
function goBack(
  device: Device,
  path: readonly TakenStep[],
  gradients: readonly Tensor[],
  order: readonly number[],
): readonly StepBack[] {
  const back: StepBack[] = [];
  let later: State | null = null;
  for (let index = path.length - 1; index >= 0; index--) {
    const own = gradients[order[index] ?? 0];
    const taken = path[index];
    if (own === undefined || taken === undefined) throw new Error(`a recurrence lacks the gradient of step ${index}`);
    const whole: State = { hidden: later === null ? own : device.add(own, later.hidden), cell: later?.cell ?? null };
    const [inside, past] = taken.mask === null ? [whole, null] : shareState(device, taken.mask, whole);
    const result = taken.taken.back(inside);
    back[index] = result;
    later = past === null ? result.state : sumStates(device, result.state, past);
  }
  return back;
}

/** A gradient's part that goes through a step, and the part that a masked step carries past it. */
function shareState(device: Device, mask: Tensor, whole: State): readonly [State, State] {
  const held = device.cast(mask, 'float32');
  const through = (gradient: Tensor): Tensor => device.multiply(gradient, held);
  const hidden = through(whole.hidden);
  const cell = whole.cell === null ? null : through(whole.cell);
  return [
    { hidden, cell },
    {
      hidden: device.subtract(whole.hidden, hidden),
      cell: whole.cell === null || cell === null ? null : device.subtract(whole.cell, cell),
    },
  ];
}

function sumStates(device: Device, one: State, other: State): State {
  return {
    hidden: device.add(one.hidden, other.hidden),
    cell: one.cell === null || other.cell === null ? (one.cell ?? other.cell) : device.add(one.cell, other.cell),
  };
}

/** Of the kernel of a GRU that resets before the product: its gates saw h, its candidate r·h. */
function resetKernelGradient(device: Device, before: Tensor, kept: Tensor, atGiven: Tensor): Tensor {
  const units = before.shape[1] ?? 1;
  const [atGates, atCandidate] = device.split(atGiven, [2 * units, units], 1) as [Tensor, Tensor];
  return device.concatenate(
    [device.matrixMultiply(before, atGates, true, false), device.matrixMultiply(kept, atCandidate, true, false)],
    1,
  );
}
