import type { Endpoint, Graph, GradloomDocument, GraphNode } from '#shared/graph/document';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import { ancestorsOf, endpointScope, findNode, findWire, loopParametersOf, nodeOf } from '#shared/graph/queries';
import { portsOf } from '#shared/layers/nodePorts';
import type { Place } from '#shared/protocol/inspection';
import { shownIteration } from '../../state/shownIteration.ts';

/** A loop around a place. */
export interface LoopAround {
  readonly node: GraphNode;
  readonly iterations: number;
}

/** A place that a person looks at. */
export interface ShownPlace {
  readonly place: Place;
  /** The node that hands the value out, and the port where it has several. */
  readonly source: GraphNode;
  readonly port: string | null;
  /** Outermost first. */
  readonly loops: readonly LoopAround[];
}

/** Where the value of what is selected stands: on the one wire, or at every outer output of the one node. */
export function placesOf(
  document: GradloomDocument,
  selection: { readonly nodes: ReadonlySet<NodeId>; readonly wires: ReadonlySet<WireId> },
): readonly ShownPlace[] {
  const [node] = selection.nodes;
  const [wire] = selection.wires;
  if (node !== undefined && selection.nodes.size === 1) return placesOfNode(document, node);
  if (wire !== undefined && selection.wires.size === 1 && node === undefined) return placesOfWire(document, wire);
  return [];
}

function placesOfWire(document: GradloomDocument, id: WireId): readonly ShownPlace[] {
  const found = findWire(document, id);
  const source = found === undefined ? undefined : nodeOf(found.graph, found.wire.from.node);
  if (found === undefined || source === undefined) return [];
  return [{ place: { wire: id }, source, port: null, loops: loopsAround(found.graph, found.wire.to) }];
}

function placesOfNode(document: GradloomDocument, id: NodeId): readonly ShownPlace[] {
  const found = findNode(document, id);
  if (found === undefined) return [];
  const { node, graph } = found;
  if (node.type === 'output' || node.type === 'cellOutput') {
    // What an output takes is what it gives; its link is applied only when it predicts.
    return graph.wires.filter(({ to }) => to.node === id).flatMap((wire) => placesOfWire(document, wire.id));
  }
  const outputs = portsOf(document, node).filter(({ side, face }) => side === 'output' && face === 'outer');
  return outputs.map((port) => ({
    place: { node: id, port: port.id },
    source: node,
    port: outputs.length > 1 ? port.id : null,
    loops: loopsAround(graph, { node: id, port: port.id }),
  }));
}

/** The loops whose iterations the value at one end of a wire goes through, outermost first. */
export function loopsAround(graph: Graph, end: Endpoint): readonly LoopAround[] {
  const scope = endpointScope(graph, end);
  const own = scope === null ? undefined : nodeOf(graph, scope);
  if (own === undefined) return [];
  return [own, ...ancestorsOf(graph, own.id)]
    .flatMap((node) => {
      const parameters = loopParametersOf(node);
      return parameters === null ? [] : [{ node, iterations: parameters.iterations }];
    })
    .toReversed();
}

/** The iteration of each loop that is shown: the one chosen, otherwise its first. */
export function shownIterations(
  loops: readonly LoopAround[],
  chosen: ReadonlyMap<NodeId, number>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    loops.map(({ node, iterations }) => [node.id, shownIteration(chosen.get(node.id), iterations)]),
  );
}
