import { z } from 'zod';
import { graphSchema } from '#shared/graph/document';
import type { Graph, GradloomDocument, GraphNode, Wire } from '#shared/graph/document';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import type { Operation } from '#shared/graph/operations';
import { absolutePosition, descendantsOf, graphOf, newNodeId, newWireId, nodeOf } from '#shared/graph/queries';
import type { SheetId } from '#shared/graph/queries';
import type { Point } from '../scene/route.ts';

/** A part of a sheet, as the clipboard holds it. Positions of nodes without a parent are on the sheet. */
const fragmentSchema = z.object({ gradloom: z.literal('fragment'), graph: graphSchema }).strict();
export type Fragment = z.infer<typeof fragmentSchema>;

/** Reads a fragment from the clipboard's text; null where the text is something else. */
export function parseFragment(text: string): Fragment | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return fragmentSchema.safeParse(value).data ?? null;
}

/** Takes nodes out of a sheet, with everything inside them and the wires between them; null where there are none. */
export function takeFragment(graph: Graph, chosen: ReadonlySet<NodeId>): Fragment | null {
  const all = new Set<NodeId>();
  for (const id of chosen) {
    if (nodeOf(graph, id) === undefined) continue;
    all.add(id);
    for (const inner of descendantsOf(graph, id)) all.add(inner.id);
  }
  if (all.size === 0) return null;
  const nodes = graph.nodes
    .filter((node) => all.has(node.id))
    .map((node): GraphNode => {
      if (node.parent !== undefined && all.has(node.parent)) return node;
      const { parent: _parent, ...free } = node;
      return { ...free, position: absolutePosition(graph, node.id) };
    });
  const wires = graph.wires.filter(({ from, to }) => all.has(from.node) && all.has(to.node));
  return { gradloom: 'fragment', graph: { nodes, wires } };
}

/** What placing a fragment does. */
export interface Placement {
  readonly operations: readonly Operation[];
  /** The copies of the fragment's outermost nodes. */
  readonly nodes: readonly NodeId[];
}

/** Places a copy of a fragment on a sheet, moved by `offset`. All ids are new, so the copy trains weights of its own. */
export function placeFragment(
  document: GradloomDocument,
  sheet: SheetId,
  { graph }: Fragment,
  offset: Point,
): Placement {
  const ids = new Map<NodeId, NodeId>();
  const taken = new Set<NodeId>();
  for (const node of graph.nodes) {
    const id = newNodeId(document, withoutNumber(node.id), taken);
    taken.add(id);
    ids.set(node.id, id);
  }
  const known = graphOf(document, sheet);
  const loopOf = (id: NodeId): NodeId | undefined =>
    ids.get(id) ?? (known === undefined || nodeOf(known, id) === undefined ? undefined : id);
  const nodes = graph.nodes.map((node): GraphNode => {
    const parent = node.parent === undefined ? undefined : ids.get(node.parent);
    const perStep = node.perStep?.map(loopOf).filter((id) => id !== undefined);
    const { parent: _parent, perStep: _perStep, ...rest } = node;
    return {
      ...rest,
      id: ids.get(node.id) ?? node.id,
      position:
        parent === undefined ? { x: node.position.x + offset.x, y: node.position.y + offset.y } : node.position,
      ...(parent === undefined ? {} : { parent }),
      ...(perStep === undefined || perStep.length === 0 || parent === undefined ? {} : { perStep }),
    };
  });
  const takenWires = new Set<WireId>();
  const wires = graph.wires.map((wire): Wire => {
    const id = newWireId(document, takenWires);
    takenWires.add(id);
    const end = ({ node, port }: Wire['from']): Wire['from'] => ({ node: ids.get(node) ?? node, port });
    return { id, from: end(wire.from), to: end(wire.to) };
  });
  return {
    operations: [
      { kind: 'addNodes', sheet, nodes },
      ...(wires.length === 0 ? [] : [{ kind: 'addWires', sheet, wires } as const]),
    ],
    nodes: nodes.filter((node) => node.parent === undefined).map((node) => node.id),
  };
}

/** `dense-4` is copied as `dense-5`, not as `dense-4-2`. */
function withoutNumber(id: string): string {
  return id.replace(/-\d+$/, '');
}
