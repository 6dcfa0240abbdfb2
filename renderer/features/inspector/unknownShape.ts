import type { Diagnostic } from '#shared/check/diagnostic';
import type { GradloomDocument } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { findNode, findWire, wiresInto } from '#shared/graph/queries';

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
  const errors = new Map<NodeId, Diagnostic>();
  for (const one of diagnostics) {
    const place = one.node ?? (one.wire === undefined ? undefined : findWire(document, one.wire)?.wire.to.node);
    if (one.severity === 'error' && place !== undefined && !errors.has(place)) errors.set(place, one);
  }
  const seen = new Set([node]);
  for (const id of seen) {
    const error = errors.get(id);
    if (error !== undefined) return error;
    for (const { from } of wiresInto(graph, id)) seen.add(from.node);
  }
  return null;
}
