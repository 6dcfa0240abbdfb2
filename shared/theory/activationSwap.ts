import type { Graph, GradloomDocument, GraphNode } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import type { Operation } from '../graph/operations.ts';
import { nodeOf, wiresFrom } from '../graph/queries.ts';
import { endsReached } from '../graph/reach.ts';
import { findLayer } from '../layers/catalogue.ts';
import { activationOf } from './activationOf.ts';

/** Edits that switch the saturating activations of a branch, and how many nodes they touch. */
export interface Remedy {
  readonly id: 'relu' | 'reluHe';
  /** Activations that become ReLU. */
  readonly activations: number;
  /** Layers that start from He instead. */
  readonly initialisers: number;
  readonly operations: readonly Operation[];
}

/**
 * The nodes of the branch that a node belongs to: those that lead to exactly the same losses. Of two branches from one
 * input, each is a branch of its own.
 */
export function branchOf(document: GradloomDocument, node: NodeId): readonly GraphNode[] {
  const leading = endsReached(
    document.graph,
    document.training.losses.map((loss) => loss.output),
  );
  const own = leading.get(node);
  if (own === undefined) return [];
  const key = own.join();
  return document.graph.nodes.filter((other) => leading.get(other.id)?.join() === key);
}

const squashing: ReadonlySet<string> = new Set(['sigmoid', 'tanh', 'hardSigmoid', 'softsign']);

/** Whether a node squashes its values: a sigmoid, tanh or the like that is no gate (a factor of a product). */
function saturates(graph: Graph, node: GraphNode): boolean {
  const name = activationOf(node)?.name;
  if (name === undefined || !squashing.has(name)) return false;
  return !wiresFrom(graph, node.id).some((wire) => nodeOf(graph, wire.to.node)?.type === 'multiply');
}

const betweenTypes: ReadonlySet<string> = new Set([
  'batchNormalisation',
  'groupNormalisation',
  'layerNormalisation',
  'dropout',
  'pooling2d',
  'flatten',
]);

/** Whether what a layer computes goes into one of `switched` without passing other weights. */
function feeds(graph: Graph, layer: GraphNode, switched: ReadonlySet<NodeId>): boolean {
  if (switched.has(layer.id)) return true;
  if (activationOf(layer) !== null) return false;
  const waiting = wiresFrom(graph, layer.id).map((wire) => wire.to.node);
  const seen = new Set<NodeId>();
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const node = nodeOf(graph, id);
    if (node === undefined) continue;
    if (node.type === 'activation') {
      if (switched.has(id)) return true;
    } else if (betweenTypes.has(node.type)) waiting.push(...wiresFrom(graph, id).map((wire) => wire.to.node));
  }
  return false;
}

/**
 * What can be tried on the branch of a node whose gradient fades: its sigmoid and tanh units become ReLU, without and
 * with He initialisation of the layers before them. Empty where there is nothing to switch.
 */
export function remediesFor(document: GradloomDocument, node: NodeId): readonly Remedy[] {
  const { graph } = document;
  const branch = branchOf(document, node);
  const saturating = branch.filter((member) => saturates(graph, member));
  if (saturating.length === 0) return [];
  const switched = new Set(saturating.map((member) => member.id));
  const toRelu = saturating.map((member): Operation => ({
    kind: 'setParameters',
    node: member.id,
    set: { [member.type === 'activation' ? 'function' : 'activation']: 'relu' },
  }));
  const before = branch.filter(
    (member) => findLayer(member.type)?.parameters['kernelInitialiser'] !== undefined && feeds(graph, member, switched),
  );
  const toHe = before.map((member): Operation => ({
    kind: 'setParameters',
    node: member.id,
    set: { kernelInitialiser: { kind: 'heNormal' } },
  }));
  return [
    { id: 'reluHe', activations: toRelu.length, initialisers: toHe.length, operations: [...toRelu, ...toHe] },
    { id: 'relu', activations: toRelu.length, initialisers: 0, operations: toRelu },
  ];
}
