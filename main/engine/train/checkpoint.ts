import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import { sizeOf } from '../backend/device.ts';
import type { Plan } from '../execute/plan.ts';
import { EngineFailure } from '../failure.ts';
import { stateNames } from './optimiser.ts';
import { movedWeights } from './weights.ts';

/** What an optimiser remembers, weight by weight. `memory` in the order of `stateNames`, each over all moved weights. */
export function nameMemory(plan: Plan, memory: readonly Float32Array[]): NamedArrays {
  const named: Record<string, NamedArray> = {};
  stateNames(plan.program.training.optimiser).forEach((name, at) => {
    let offset = 0;
    for (const { id, shape } of weightsMoved(plan)) {
      const size = sizeOf(shape);
      const data = (memory[at] ?? new Float32Array(0)).slice(offset, offset + size);
      named[`${id}:${name}`] = { shape: [...shape], dtype: 'float32', data };
      offset += size;
    }
  });
  return named;
}

/**
 * The inverse of `nameMemory`; null where nothing was remembered, as before the first step. Throws an EngineFailure that
 * names the first array that is missing or of another size: the checkpoint is another network's or optimiser's.
 */
export function takeMemory(plan: Plan, given: NamedArrays): Float32Array[] | null {
  if (Object.keys(given).length === 0) return null;
  const weights = weightsMoved(plan);
  const length = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return stateNames(plan.program.training.optimiser).map((name) => {
    const whole = new Float32Array(length);
    let offset = 0;
    for (const { id, shape } of weights) {
      const array = Object.hasOwn(given, `${id}:${name}`) ? given[`${id}:${name}`] : undefined;
      if (array?.data.length !== sizeOf(shape)) {
        throw new EngineFailure('engine.memory', {
          array: `${id}:${name}`,
          expected: [...shape],
          received: array === undefined ? [] : [...array.shape],
        });
      }
      whole.set(array.data, offset);
      offset += array.data.length;
    }
    return whole;
  });
}

function weightsMoved(plan: Plan): Plan['weights'] {
  return movedWeights(plan).flatMap((at) => plan.weights[at] ?? []);
}
