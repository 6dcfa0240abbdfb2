import { nameOf } from '#shared/check/place';
import type { GradloomDocument } from '#shared/graph/document';
import { findNode } from '#shared/graph/queries';
import { flatten } from '#shared/program/flatten';
import { lower } from '#shared/program/lower';
import type { Program } from '#shared/program/program';
import { sourcedWeights } from '#shared/program/weightSources';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import { fail } from './failure.ts';

/** Those of some weights that a document has too, under the same id and in the same shape, and how many it has. */
export function fittingWeights(
  program: Program,
  weights: NamedArrays,
): { readonly weights: NamedArrays; readonly kept: number; readonly all: number } {
  const own = flatten(program).weights;
  const kept = own.flatMap(({ id, shape }): [string, NamedArray][] => {
    const array = Object.hasOwn(weights, id) ? weights[id] : undefined;
    return array !== undefined && hasShape(array, shape) ? [[id, array]] : [];
  });
  return { weights: Object.fromEntries(kept), kept: kept.length, all: own.length };
}

/** Whether weights are exactly those of a document; of one that does not lower that is for others to say. */
export function fitsWhole(document: GradloomDocument, weights: NamedArrays): boolean {
  const lowered = lower(document);
  if (!lowered.ok) return true;
  const { kept, all } = fittingWeights(lowered.program, weights);
  return kept === all && all === Object.keys(weights).length;
}

/**
 * The initial values that nodes of a document take from kept runs, by weight id; empty where none does. A weight is found
 * in a run under its own id and must have the same shape there.
 *
 * @param weightsOf every weight of a kept run, as it stood last
 * @throws ServiceError that names the node, the weight and the run where it is not there or has another shape; or what
 * `weightsOf` throws for a run that is not kept
 */
export async function takenWeights(
  document: GradloomDocument,
  program: Program,
  weightsOf: (run: string) => Promise<NamedArrays>,
): Promise<NamedArrays> {
  const wanted = sourcedWeights(document, flatten(program));
  const runs = new Map<string, NamedArrays>();
  for (const { source } of wanted) {
    if (!runs.has(source.run)) runs.set(source.run, await weightsOf(source.run));
  }
  return Object.fromEntries(
    wanted.map(({ weight, node, source }): [string, NamedArray] => {
      const { id, shape } = weight;
      const arrays = runs.get(source.run) ?? {};
      const array = Object.hasOwn(arrays, id) ? arrays[id] : undefined;
      const found = findNode(document, node)?.node;
      const values = { name: found === undefined ? node : nameOf(found), weight: id, run: source.run };
      if (array === undefined) throw fail('weights.takenMissing', values);
      if (!hasShape(array, shape))
        throw fail('weights.takenShape', { ...values, expected: [...shape], received: [...array.shape] });
      return [id, array];
    }),
  );
}

function hasShape(array: NamedArray, shape: readonly number[]): boolean {
  return array.shape.length === shape.length && shape.every((length, axis) => length === array.shape[axis]);
}
