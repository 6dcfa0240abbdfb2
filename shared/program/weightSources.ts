import type { GradloomDocument, WeightsSource } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { ancestorsOf, findNode } from '../graph/queries.ts';
import type { FlatProgram, Origin, Weight, WeightId } from './program.ts';

/** A weight that does not start from the seed: whose it is, and where its initial value lies. */
export interface SourcedWeight {
  readonly weight: Weight;
  /** The node, container or instance that says so. */
  readonly node: NodeId;
  readonly source: WeightsSource;
}

/**
 * The weights of a flat Program that a node, a container around it, or an instance on the way to it takes from elsewhere;
 * the nearest one that says so decides. Of several users of one weight, the first that says anything does.
 */
export function sourcedWeights(document: GradloomDocument, program: FlatProgram): readonly SourcedWeight[] {
  const weights = new Map(program.weights.map((weight) => [weight.id, weight]));
  const found = new Map<WeightId, SourcedWeight>();
  for (const { origin, weights: used } of program.operations) {
    const said = sourceOf(document, origin);
    if (said === null) continue;
    for (const id of Object.values(used)) {
      const weight = weights.get(id);
      if (weight !== undefined && !found.has(id)) found.set(id, { weight, ...said });
    }
  }
  return [...found.values()];
}

function sourceOf(document: GradloomDocument, { node, path }: Origin): Omit<SourcedWeight, 'weight'> | null {
  const instances = path.flatMap((step) => ('instance' in step ? [step.instance] : []));
  for (const id of [node, ...instances.toReversed()]) {
    const place = findNode(document, id);
    if (place === undefined) continue;
    for (const candidate of [place.node, ...ancestorsOf(place.graph, id)]) {
      if (candidate.weightsFrom !== undefined) return { node: candidate.id, source: candidate.weightsFrom };
    }
  }
  return null;
}
