import type { RecurrentActivation } from '#shared/layers/operations';
import type { Device, Tensor } from '../../backend/device.ts';
import type { OperationCall } from './operation.ts';

/** Everything that stays the same from step to step. */
export interface Setting {
  readonly device: Device;
  readonly units: number;
  readonly attributes: OperationCall<'recurrent'>['attributes'];
  /** [units, g·units]. */
  readonly recurrentKernel: Tensor;
  /** [3·units] of a GRU that resets after the product. */
  readonly recurrentBias: Tensor | null;
  /** The recurrent kernel in two parts, of a GRU that resets before the product: [units, 2·units] and [units, units]. */
  readonly parts: { readonly gates: Tensor; readonly candidate: Tensor } | null;
}

/** What is carried from step to step, or its gradient. Only an LSTM has a cell state. */
export interface State {
  readonly hidden: Tensor;
  readonly cell: Tensor | null;
}

/** Gradients that one step hands back. */
export interface StepBack {
  /** At h_(t−1) and c_(t−1). */
  readonly state: State;
  /** At x·W + b, [batch, g·units]. */
  readonly given: Tensor;
  /** At h·U (+ b), where it is another one than at x·W + b. */
  readonly own?: Tensor;
}

export interface Step {
  readonly state: State;
  /** r·h of a GRU that resets before the product: what its candidate's kernel multiplies. */
  readonly kept?: Tensor;
  back(gradient: State): StepBack;
}

function squash(device: Device, name: RecurrentActivation, x: Tensor): Tensor {
  switch (name) {
    case 'tanh':
      return device.hyperbolicTangent(x);
    case 'sigmoid':
      return device.sigmoid(x);
    case 'relu':
      return device.rectify(x);
    case 'linear':
      return x;
  }
}

function squashGradient(device: Device, name: RecurrentActivation, gradient: Tensor, output: Tensor): Tensor {
  switch (name) {
    case 'tanh':
      return device.hyperbolicTangentGradient(gradient, output);
    case 'sigmoid':
      return device.sigmoidGradient(gradient, output);
    case 'relu':
      return device.rectifyGradient(gradient, output);
    case 'linear':
      return gradient;
  }
}

/** `count` parts, in columns of `units`. */
function columns(device: Device, x: Tensor, units: number, ...counts: readonly number[]): Tensor[] {
  return device.split(
    x,
    counts.map((count) => count * units),
    1,
  );
}

/** h ← f(x·W + b + h·U). */
function simpleStep({ device, attributes, recurrentKernel }: Setting, given: Tensor, { hidden }: State): Step {
  const own = device.batchMatrixMultiply(hidden, recurrentKernel, false, false);
  const next = squash(device, attributes.activation, device.add(given, own));
  return {
    state: { hidden: next, cell: null },
    back: (gradient) => {
      const back = squashGradient(device, attributes.activation, gradient.hidden, next);
      const before = device.batchMatrixMultiply(back, recurrentKernel, false, true);
      return { state: { hidden: before, cell: null }, given: back };
    },
  };
}

/**
 * Hochreiter and Schmidhuber 1997 with the forget gate of Gers et al. 2000: c ← σ(f)·c + σ(i)·g(z), h ← σ(o)·g(c).
 * Gates lie as i, f, z, o.
 */
function longShortTermStep(setting: Setting, given: Tensor, { hidden, cell }: State): Step {
  const { device, attributes, recurrentKernel, units } = setting;
  const { activation, recurrentActivation } = attributes;
  if (cell === null) throw new Error('an LSTM was started without its cell state');
  const sum = device.add(given, device.batchMatrixMultiply(hidden, recurrentKernel, false, false));
  const [beforeGates, beforeCandidate, beforeOutput] = columns(device, sum, units, 2, 1, 1) as [Tensor, Tensor, Tensor];
  const gates = squash(device, recurrentActivation, beforeGates);
  const [input, forget] = columns(device, gates, units, 1, 1) as [Tensor, Tensor];
  const candidate = squash(device, activation, beforeCandidate);
  const output = squash(device, recurrentActivation, beforeOutput);
  const nextCell = device.add(device.multiply(forget, cell), device.multiply(input, candidate));
  const squashed = squash(device, activation, nextCell);
  return {
    state: { hidden: device.multiply(output, squashed), cell: nextCell },
    back: (gradient) => {
      const throughHidden = squashGradient(device, activation, device.multiply(gradient.hidden, output), squashed);
      const atCell = gradient.cell === null ? throughHidden : device.add(gradient.cell, throughHidden);
      const atOutput = squashGradient(device, recurrentActivation, device.multiply(gradient.hidden, squashed), output);
      const atGates = device.concatenate([device.multiply(atCell, candidate), device.multiply(atCell, cell)], 1);
      const back = device.concatenate(
        [
          squashGradient(device, recurrentActivation, atGates, gates),
          squashGradient(device, activation, device.multiply(atCell, input), candidate),
          atOutput,
        ],
        1,
      );
      return {
        state: {
          hidden: device.batchMatrixMultiply(back, recurrentKernel, false, true),
          cell: device.multiply(atCell, forget),
        },
        given: back,
      };
    },
  };
}

/** Cho et al. 2014 as Keras writes it: h ← z·h + (1 − z)·h̃, gates as z, r, h̃. Here h̃ = g(x·W + r·(h·U + b)). */
function resetAfterStep(setting: Setting, given: Tensor, { hidden }: State): Step {
  const { device, attributes, recurrentKernel, recurrentBias, units } = setting;
  const { activation, recurrentActivation } = attributes;
  const product = device.batchMatrixMultiply(hidden, recurrentKernel, false, false);
  const own = recurrentBias === null ? product : device.addBias(product, recurrentBias);
  const [givenGates, givenCandidate] = columns(device, given, units, 2, 1) as [Tensor, Tensor];
  const [ownGates, ownCandidate] = columns(device, own, units, 2, 1) as [Tensor, Tensor];
  const gates = squash(device, recurrentActivation, device.add(givenGates, ownGates));
  const [update, reset] = columns(device, gates, units, 1, 1) as [Tensor, Tensor];
  const candidate = squash(device, activation, device.add(givenCandidate, device.multiply(reset, ownCandidate)));
  const difference = device.subtract(hidden, candidate);
  return {
    state: { hidden: device.add(candidate, device.multiply(update, difference)), cell: null },
    back: ({ hidden: gradient }) => {
      const carried = device.multiply(gradient, update);
      const atCandidate = squashGradient(device, activation, device.subtract(gradient, carried), candidate);
      const afterGates = [device.multiply(gradient, difference), device.multiply(atCandidate, ownCandidate)];
      const atGates = squashGradient(device, recurrentActivation, device.concatenate(afterGates, 1), gates);
      const atOwn = device.concatenate([atGates, device.multiply(atCandidate, reset)], 1);
      const before = device.batchMatrixMultiply(atOwn, recurrentKernel, false, true);
      return {
        state: { hidden: device.add(carried, before), cell: null },
        given: device.concatenate([atGates, atCandidate], 1),
        own: atOwn,
      };
    },
  };
}

/** The GRU of the paper: h̃ = g(x·W + (r·h)·U). */
function resetBeforeStep(setting: Setting, given: Tensor, { hidden }: State): Step {
  const { device, attributes, parts, units } = setting;
  const { activation, recurrentActivation } = attributes;
  if (parts === null) throw new Error('a GRU that resets before the product was given one kernel');
  const [givenGates, givenCandidate] = columns(device, given, units, 2, 1) as [Tensor, Tensor];
  const ownGates = device.batchMatrixMultiply(hidden, parts.gates, false, false);
  const gates = squash(device, recurrentActivation, device.add(givenGates, ownGates));
  const [update, reset] = columns(device, gates, units, 1, 1) as [Tensor, Tensor];
  const kept = device.multiply(reset, hidden);
  const ownCandidate = device.batchMatrixMultiply(kept, parts.candidate, false, false);
  const candidate = squash(device, activation, device.add(givenCandidate, ownCandidate));
  const difference = device.subtract(hidden, candidate);
  return {
    state: { hidden: device.add(candidate, device.multiply(update, difference)), cell: null },
    kept,
    back: ({ hidden: gradient }) => {
      const carried = device.multiply(gradient, update);
      const atCandidate = squashGradient(device, activation, device.subtract(gradient, carried), candidate);
      const atKept = device.batchMatrixMultiply(atCandidate, parts.candidate, false, true);
      const afterGates = [device.multiply(gradient, difference), device.multiply(atKept, hidden)];
      const atGates = squashGradient(device, recurrentActivation, device.concatenate(afterGates, 1), gates);
      const throughGates = device.batchMatrixMultiply(atGates, parts.gates, false, true);
      return {
        state: { hidden: device.addAll([carried, device.multiply(atKept, reset), throughGates]), cell: null },
        given: device.concatenate([atGates, atCandidate], 1),
      };
    },
  };
}

/** One step of a cell, from x·W + b [batch, g·units] and the state before it. */
export function step(setting: Setting, given: Tensor, state: State): Step {
  switch (setting.attributes.cell) {
    case 'simple':
      return simpleStep(setting, given, state);
    case 'lstm':
      return longShortTermStep(setting, given, state);
    case 'gru':
      return setting.attributes.resetAfter
        ? resetAfterStep(setting, given, state)
        : resetBeforeStep(setting, given, state);
  }
}
