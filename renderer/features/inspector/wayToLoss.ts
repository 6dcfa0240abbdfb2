import type { Graph, GradloomDocument, GraphNode } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { nodeOf, wiresFrom } from '#shared/graph/queries';
import { endsReached } from '#shared/graph/reach';
import { activationOf, matrixTypes } from '#shared/theory/activationOf';

/** Functions whose slope is spoken of. Softmax inside a network is not element-wise and stays out. */
export const namedFunctions = ['sigmoid', 'tanh', 'relu', 'leakyRelu', 'elu', 'gelu'] as const;
export type NamedFunction = (typeof namedFunctions)[number];

/** The least and the most of something on any way from a wire to a loss. */
export interface Count {
  readonly least: number;
  readonly most: number;
}

/** What lies between a place and the losses, over all ways that a gradient can take. */
export interface WayToLoss {
  readonly functions: Readonly<Record<NamedFunction, Count>>;
  /** Layers with a matrix of weights. */
  readonly matrices: Count;
  /**
   * log10 of the product of the functions' steepest slopes, on the way that has the largest: no way can let more through
   * as far as activations go.
   */
  readonly slopeBound: number;
  /** One of the ways meets neither weights nor functions nor normalisation: only adds and the like. */
  readonly identity: boolean;
  readonly normalised: Count;
  /** Loops and cells on the way: what is inside them is not counted. */
  readonly containers: Count;
}

const normalisationTypes: ReadonlySet<string> = new Set([
  'batchNormalisation',
  'groupNormalisation',
  'layerNormalisation',
]);
const passingTypes: ReadonlySet<string> = new Set([
  'add',
  'output',
  'frame',
  'flatten',
  'reshape',
  'permute',
  'concatenate',
]);

const zero: Count = { least: 0, most: 0 };

function functionCounts(make: (name: NamedFunction) => Count): Record<NamedFunction, Count> {
  return {
    sigmoid: make('sigmoid'),
    tanh: make('tanh'),
    relu: make('relu'),
    leakyRelu: make('leakyRelu'),
    elu: make('elu'),
    gelu: make('gelu'),
  };
}

const nothingLeft: WayToLoss = {
  functions: functionCounts(() => zero),
  matrices: zero,
  slopeBound: 0,
  identity: true,
  normalised: zero,
  containers: zero,
};

function either(one: Count, other: Count): Count {
  return { least: Math.min(one.least, other.least), most: Math.max(one.most, other.most) };
}

function plus(one: Count, more: number): Count {
  return { least: one.least + more, most: one.most + more };
}

/** Ways through this one or through the other. */
function merge(one: WayToLoss, other: WayToLoss): WayToLoss {
  return {
    functions: functionCounts((name) => either(one.functions[name], other.functions[name])),
    matrices: either(one.matrices, other.matrices),
    slopeBound: Math.max(one.slopeBound, other.slopeBound),
    identity: one.identity || other.identity,
    normalised: either(one.normalised, other.normalised),
    containers: either(one.containers, other.containers),
  };
}

/** The ways after a node, with the node itself in front. */
function through(node: GraphNode, after: WayToLoss): WayToLoss {
  const activation = activationOf(node);
  const isMatrix = matrixTypes.has(node.type);
  const isNormalisation = normalisationTypes.has(node.type);
  const isContainer = node.type === 'loop' || node.type === 'cell';
  return {
    functions: functionCounts((name) => plus(after.functions[name], activation?.name === name ? 1 : 0)),
    matrices: plus(after.matrices, isMatrix ? 1 : 0),
    slopeBound: after.slopeBound + (activation === null ? 0 : Math.log10(activation.steepest)),
    identity: after.identity && passingTypes.has(node.type) && activation === null,
    normalised: plus(after.normalised, isNormalisation ? 1 : 0),
    containers: plus(after.containers, isContainer ? 1 : 0),
  };
}

/**
 * Everything that lies between the wires that end at `consumer` (a node of the document's own sheet) and the losses;
 * null where no loss can be reached, or where the sheet has a cycle.
 */
export function wayToLoss(document: GradloomDocument, consumer: NodeId): WayToLoss | null {
  const { graph } = document;
  const ends = document.training.losses.map((loss) => loss.output);
  const leading = endsReached(graph, ends);
  if (!leading.has(consumer)) return null;
  const order = orderFrom(graph, consumer, (node) => leading.has(node));
  if (order === null) return null;
  const ways = new Map<NodeId, WayToLoss>();
  for (const id of order) {
    const node = nodeOf(graph, id);
    if (node === undefined) continue;
    let after: WayToLoss | null = ends.includes(id) ? nothingLeft : null;
    for (const wire of wiresFrom(graph, id)) {
      const next = ways.get(wire.to.node);
      if (next !== undefined) after = after === null ? next : merge(after, next);
    }
    if (after !== null) ways.set(id, through(node, after));
  }
  return ways.get(consumer) ?? null;
}

/** Nodes that can be reached from a node, each after all that follow it; null where they run in a circle. */
function orderFrom(graph: Graph, start: NodeId, wanted: (node: NodeId) => boolean): readonly NodeId[] | null {
  const order: NodeId[] = [];
  const state = new Map<NodeId, 'open' | 'done'>();
  const stack: { readonly node: NodeId; readonly next: NodeId[] }[] = [];
  const enter = (node: NodeId): void => {
    state.set(node, 'open');
    stack.push({
      node,
      next: wiresFrom(graph, node)
        .map((wire) => wire.to.node)
        .filter(wanted),
    });
  };
  enter(start);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.next.pop();
    if (next === undefined) {
      state.set(top.node, 'done');
      order.push(top.node);
      stack.pop();
    } else if (state.get(next) === 'open') return null;
    else if (!state.has(next)) enter(next);
  }
  return order;
}
