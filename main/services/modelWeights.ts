import type { GradloomDocument, WeightsReference } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { ancestorsOf, findNode, sheets } from '#shared/graph/queries';
import { flatten } from '#shared/program/flatten';
import { initialiseWeight } from '#shared/program/initialise';
import type { Origin, Weight } from '#shared/program/program';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import { writeNpz } from '../formats/npz.ts';
import type { ImportedModel } from '../formats/readModel.ts';
import { sha256 } from './digest.ts';
import { fail } from './failure.ts';
import { lowerOrFail } from './lowerOrFail.ts';
import { withoutEnding } from './sidecar.ts';

/** Weights of a model file that a document's network can take. */
export interface MatchedWeights {
  readonly weights: NamedArrays;
  /** How many were found, of how many that were asked for. */
  readonly taken: number;
  readonly all: number;
  /** Those that were not, and the shape that the model has in their place, if it has anything. */
  readonly missing: readonly { readonly id: string; readonly received: readonly number[] | null }[];
}

/**
 * The weights of a document that a model has too: under the same id, else under the same name of its layer, and in the same
 * shape.
 * @param nodes only those of these nodes and of all inside them; null: of the whole document
 * @throws ServiceError where the document has problems, or the model came without weights
 */
export function matchWeights(
  document: GradloomDocument,
  model: ImportedModel,
  nodes: readonly NodeId[] | null,
): MatchedWeights {
  if (model.weights === null) throw fail('weights.modelWithout', {});
  const given = model.weights;
  const names = namesOf(document);
  const byName = new Map<string, NamedArray>();
  const modelNames = namesOf(model.document);
  for (const [id, array] of Object.entries(given)) {
    const name = nameOf(id, modelNames);
    if (!byName.has(name)) byName.set(name, array);
  }
  const wanted = wantedWeights(document, nodes);
  const found: [string, NamedArray][] = [];
  const missing: MatchedWeights['missing'][number][] = [];
  for (const { id, shape } of wanted) {
    const candidates = [Object.hasOwn(given, id) ? given[id] : undefined, byName.get(nameOf(id, names))];
    const array = candidates.find((candidate) => String(candidate?.shape) === String(shape));
    if (array === undefined) missing.push({ id, received: candidates.find(Boolean)?.shape ?? null });
    else found.push([id, array]);
  }
  return { weights: Object.fromEntries(found), taken: found.length, all: wanted.length, missing };
}

/** What each node is called: its label, or its id. */
function namesOf(document: GradloomDocument): ReadonlyMap<string, string> {
  return new Map(
    sheets(document).flatMap(({ graph }) => graph.nodes.map(({ id, label }) => [id as string, label ?? id] as const)),
  );
}

/** A weight's id with its node's name in the place of the node's id. */
function nameOf(id: string, names: ReadonlyMap<string, string>): string {
  const slash = id.indexOf('/');
  return `${names.get(id.slice(0, slash)) ?? id.slice(0, slash)}${id.slice(slash)}`;
}

function wantedWeights(document: GradloomDocument, nodes: readonly NodeId[] | null): readonly Weight[] {
  const flat = flatten(lowerOrFail(document));
  if (nodes === null) return flat.weights;
  const chosen = new Set<NodeId>(nodes);
  const used = new Set<string>();
  for (const { origin, weights } of flat.operations) {
    if (isWithin(document, origin, chosen)) for (const id of Object.values(weights)) used.add(id);
  }
  return flat.weights.filter(({ id }) => used.has(id));
}

/** Whether an operation comes from one of the nodes, or from inside one. */
function isWithin(document: GradloomDocument, { node, path }: Origin, chosen: ReadonlySet<NodeId>): boolean {
  const instances = path.flatMap((step) => ('instance' in step ? [step.instance] : []));
  return [node, ...instances].some((id) => {
    const place = findNode(document, id);
    return place !== undefined && [place.node, ...ancestorsOf(place.graph, id)].some((each) => chosen.has(each.id));
  });
}

/** A file of weights, and what a document beside it has to name. */
export interface NamedWeightsFile {
  readonly bytes: Uint8Array;
  readonly reference: WeightsReference;
}

/** A file of weights for a document, with what it took from a model. */
export type WeightsFile = MatchedWeights & NamedWeightsFile;

/** Weights as a file that is called after a document's and after its content. */
function namedFile(arrays: NamedArrays, name: string): NamedWeightsFile {
  const bytes = writeNpz(arrays);
  const hash = sha256(bytes);
  return { bytes, reference: { file: `${withoutEnding(name)}.weights-${hash.slice(0, 8)}.npz`, sha256: hash } };
}

/** The same numbers under other ids. @param names new ids by former ones; what is not among them keeps its own */
export function renamedWeightsFile(
  weights: NamedArrays,
  names: Readonly<Record<string, string>>,
  name: string,
): NamedWeightsFile {
  const renamed = Object.entries(weights).map(([id, array]) => [Object.hasOwn(names, id) ? names[id] : id, array]);
  return namedFile(Object.fromEntries(renamed) as NamedArrays, name);
}

/**
 * A file with every weight of a document: those that a model gives, the others as they are beside the document or, where
 * nothing is, as the seed gives them.
 * @param name of the document's file; the file of weights is called after it and its content, so that undoing finds the
 * former one
 */
export function weightsFile(
  document: GradloomDocument,
  matched: MatchedWeights,
  former: NamedArrays | null,
  name: string,
): WeightsFile {
  const { weights: all } = flatten(lowerOrFail(document));
  const arrays = Object.fromEntries(
    all.map((weight): [string, NamedArray] => {
      const { id, shape } = weight;
      const own = matched.weights[id] ?? former?.[id];
      if (own !== undefined && String(own.shape) === String(shape)) return [id, own];
      return [id, { shape, dtype: 'float32', data: initialiseWeight(weight, document.training.seed) }];
    }),
  );
  return { ...matched, ...namedFile(arrays, name) };
}
