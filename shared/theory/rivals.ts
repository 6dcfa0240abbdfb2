import { residualSumsOf } from '../check/residualSums.ts';
import type { GradloomDocument } from '../graph/document.ts';
import type { JsonValue } from '../graph/json.ts';
import { jsonEqual } from '../graph/json.ts';
import type { Rival } from '../protocol/runs.ts';

/** A network that was trained, and the layers with weights on its deepest way. */
export interface Trained {
  readonly document: GradloomDocument;
  readonly depth: number;
}

/**
 * How `other` could show that depth does harm to `own` (He et al. 2015): it is shallower, or is about as deep and has more
 * residual sums in a row. Null where it is neither, or where the comparison were not fair: data, seeds, batch, losses and
 * all of the training but its length must be the same. A rate that depends on the length asks for the same length.
 */
export function rivalOf(own: Trained, other: Trained): Rival['kind'] | null {
  if (!jsonEqual(conditions(own.document), conditions(other.document))) return null;
  const [sums, otherSums] = [own, other].map(({ document }) => residualSumsOf(document));
  if (sums === undefined || otherSums === undefined) return null;
  if (otherSums > sums) return 'residual';
  return other.depth < own.depth && otherSums === sums ? 'shallower' : null;
}

/** All of a training that makes two runs comparable, without the names of nodes. */
function conditions({ training }: GradloomDocument): JsonValue {
  const { losses, optimiser, schedule, clipping, batch, seed, data, epochs } = training;
  const dependsOnLength = schedule.kind === 'cosine' || schedule.kind === 'oneCycle';
  return JSON.parse(
    JSON.stringify({
      losses: losses.map(({ output: _output, ...loss }) => loss),
      optimiser,
      schedule,
      clipping,
      batch,
      seed,
      data: data === null ? null : { ...data, inputs: Object.values(data.inputs).toSorted() },
      length: dependsOnLength ? epochs : null,
    }),
  ) as JsonValue;
}
