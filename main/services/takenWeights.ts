import { nameOf } from '#shared/check/place';
import type { GradloomDocument, ModelWeights } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { findNode } from '#shared/graph/queries';
import { flatten } from '#shared/program/flatten';
import { lower } from '#shared/program/lower';
import type { Program } from '#shared/program/program';
import { sourcedWeights } from '#shared/program/weightSources';
import type { SourcedWeight } from '#shared/program/weightSources';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import { fail } from './failure.ts';
import type { FailureCode } from './failure.ts';
import type { MatchedWeights } from './modelWeights.ts';

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

/** Where the weights that nodes take come from. */
export interface WeightSources {
  /** Every weight of a kept run, as it stood last. @throws ServiceError where it is not kept */
  run(run: string): Promise<NamedArrays>;
  /** What a model file has of the weights of some nodes; `name` is that of the first. @throws ServiceError */
  model(source: ModelWeights, nodes: readonly NodeId[], name: string): Promise<MatchedWeights>;
}

/**
 * The initial values that nodes of a document take from kept runs and model files, by weight id; empty where none does. A
 * weight is found in a run under its own id, in a model file else under the name of its layer; its shape must be the same.
 *
 * @param only what this node says; without it what all say
 * @throws ServiceError that names the node, the weight and the run or file where it is not there or has another shape; or
 * what `sources` throws
 */
export async function takenWeights(
  document: GradloomDocument,
  program: Program,
  sources: WeightSources,
  only?: NodeId,
): Promise<NamedArrays> {
  const named = (node: NodeId): string => {
    const found = findNode(document, node)?.node;
    return found === undefined ? node : nameOf(found);
  };
  const groups = new Map<string, SourcedWeight[]>();
  for (const sourced of sourcedWeights(document, flatten(program))) {
    if (only !== undefined && sourced.node !== only) continue;
    const key = JSON.stringify(sourced.source);
    groups.set(key, [...(groups.get(key) ?? []), sourced]);
  }
  const taken: [string, NamedArray][] = [];
  for (const wanted of groups.values()) {
    const [first] = wanted;
    if (first === undefined) continue;
    const { source } = first;
    const found =
      'run' in source
        ? await fromRun(source.run, sources)
        : await fromModel(source, [...new Set(wanted.map(({ node }) => node))], named(first.node), sources);
    for (const { weight, node } of wanted) {
      const { id, shape } = weight;
      const array = Object.hasOwn(found.arrays, id) ? found.arrays[id] : undefined;
      const received = array?.shape ?? found.otherwise(id);
      const values = { ...found.place, name: named(node), weight: id };
      if (received === null) throw fail(found.absent, values);
      if (array === undefined || !hasShape(array, shape))
        throw fail(found.misshapen, { ...values, expected: [...shape], received: [...received] });
      taken.push([id, array]);
    }
  }
  return Object.fromEntries(taken);
}

/** Weights of a run or a model file, and how what is wrong with them is told. */
interface Found {
  readonly arrays: NamedArrays;
  /** The shape of a weight that is not among the arrays because it does not fit; null where there is none. */
  readonly otherwise: (id: string) => readonly number[] | null;
  readonly place: Readonly<Record<string, string>>;
  readonly absent: FailureCode;
  readonly misshapen: FailureCode;
}

async function fromRun(run: string, sources: WeightSources): Promise<Found> {
  const arrays = await sources.run(run);
  const codes = { absent: 'weights.takenMissing', misshapen: 'weights.takenShape' } as const;
  return { arrays, otherwise: () => null, place: { run }, ...codes };
}

async function fromModel(
  source: ModelWeights,
  nodes: readonly NodeId[],
  name: string,
  sources: WeightSources,
): Promise<Found> {
  const { weights, missing } = await sources.model(source, nodes, name);
  return {
    arrays: weights,
    otherwise: (id) => missing.find((each) => each.id === id)?.received ?? null,
    place: { path: source.model },
    absent: 'weights.modelMissing',
    misshapen: 'weights.modelShape',
  };
}

function hasShape(array: NamedArray, shape: readonly number[]): boolean {
  return array.shape.length === shape.length && shape.every((length, axis) => length === array.shape[axis]);
}
