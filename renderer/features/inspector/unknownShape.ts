import type { Diagnostic } from '#shared/check/diagnostic';
import type { GradloomDocument } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { findNode } from '#shared/graph/queries';

/**
 * The nearest error that keeps a node's shape from being known: its own, or one of what its inputs come from. Null where
 * there is none on its way.
 */
export function errorBefore(
  document: GradloomDocument,
  diagnostics: readonly Diagnostic[],
  node: NodeId,
): Diagnostic | null {
  const graph = findNode(document, node)?.graph;
  if (graph === undefined) return null;
  const sources = new Map<NodeId, NodeId[]>();
  for (const { from, to } of graph.wires) {
    const list = sources.get(to.node);
    if (list === undefined) sources.set(to.node, [from.node]);
    else list.push(from.node);
  }
  const wireEnds = new Map(graph.wires.map(({ id, to }) => [id, to.node]));
  const errors = new Map<NodeId, Diagnostic>();
  for (const one of diagnostics) {
    const place = one.node ?? (one.wire === undefined ? undefined : wireEnds.get(one.wire));
    if (one.severity === 'error' && place !== undefined && !errors.has(place)) errors.set(place, one);
  }
  const seen = new Set([node]);
  for (const id of seen) {
    const error = errors.get(id);
    if (error !== undefined) return error;
    for (const before of sources.get(id) ?? []) seen.add(before);
  }
  return null;
}
