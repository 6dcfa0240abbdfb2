import { firstError } from '#shared/check/firstError';
import type { GradloomDocument } from '#shared/graph/document';
import { flatten } from '#shared/program/flatten';
import { initialiseWeight } from '#shared/program/initialise';
import { lower } from '#shared/program/lower';
import type { Weight } from '#shared/program/program';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import { EngineFailure } from '../failure.ts';
import type { Plan } from './plan.ts';
import { planProgram } from './plan.ts';

/** Lowers, unrolls and plans a document. Throws an EngineFailure that names the first problem where it does not lower. */
export function planDocument(document: GradloomDocument): Plan {
  const lowered = lower(document);
  if (!lowered.ok) {
    throw new EngineFailure('run.problems', firstError(lowered.diagnostics));
  }
  return planProgram(flatten(lowered.program));
}

/** Every weight's initial value for a seed, in the order of the Program's weights. */
export function initialWeights(plan: Plan, seed: number): Float32Array[] {
  return plan.weights.map((weight) => initialiseWeight(weight, seed));
}

/** Weights under their ids, in TensorFlow's layout. */
export function nameWeights(plan: Plan, values: readonly Float32Array[]): NamedArrays {
  return Object.fromEntries(
    plan.weights.map(({ id, shape }, at): [string, NamedArray] => [
      id,
      { shape: [...shape], dtype: 'float32', data: values[at] ?? new Float32Array(0) },
    ]),
  );
}

/**
 * The weights a person gave, in the order of the Program's weights. Every one must be there, in its shape, and none that
 * the network lacks. Throws an EngineFailure that names the first that is not so.
 */
export function takeWeights(plan: Plan, given: NamedArrays): Float32Array[] {
  const known = new Set<string>(plan.weights.map(({ id }) => id));
  for (const name of Object.keys(given)) {
    if (!known.has(name)) throw new EngineFailure('engine.weightUnknown', { weight: name });
  }
  return plan.weights.map(({ id, shape }) => {
    const array = Object.hasOwn(given, id) ? given[id] : undefined;
    if (array === undefined) throw new EngineFailure('engine.weightMissing', { weight: id, expected: [...shape] });
    return valuesOf({ id, shape }, array);
  });
}

/**
 * All weights, those that are given in the place of what they were. Throws an EngineFailure that names the first that the
 * network lacks or has in another shape.
 */
export function overlayWeights(plan: Plan, values: readonly Float32Array[], given: NamedArrays): Float32Array[] {
  const known = new Set<string>(plan.weights.map(({ id }) => id));
  for (const name of Object.keys(given)) {
    if (!known.has(name)) throw new EngineFailure('engine.weightUnknown', { weight: name });
  }
  return plan.weights.map((weight, at) => {
    const array = Object.hasOwn(given, weight.id) ? given[weight.id] : undefined;
    return array === undefined ? (values[at] ?? new Float32Array(0)) : valuesOf(weight, array);
  });
}

function valuesOf({ id, shape }: Pick<Weight, 'id' | 'shape'>, array: NamedArray): Float32Array {
  const fits = array.shape.length === shape.length && shape.every((length, axis) => length === array.shape[axis]);
  if (!fits) {
    throw new EngineFailure('engine.weightShape', { weight: id, expected: [...shape], received: [...array.shape] });
  }
  return Float32Array.from(array.data);
}
