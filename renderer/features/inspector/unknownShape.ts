import type { Diagnostic, NodeFacts } from '#shared/check/diagnostic';
import type { GradloomDocument } from '#shared/graph/document';
import type { NodeId } from '#shared/graph/identifiers';
import { findNode, findWire, wiresInto } from '#shared/graph/queries';
import type { TensorType } from '#shared/graph/values';

/** Where values leave a sheet: they pass through as they come in, and no port gives them on. */
const ends: ReadonlySet<string> = new Set(['output', 'cellOutput']);

/** What a node gives, by port; of an end of the sheet what it takes. Empty where that is not known. */
export function knownResults(type: string, facts: NodeFacts | undefined): readonly (readonly [string, TensorType])[] {
  if (facts === undefined) return [];
  if (!ends.has(type)) return Object.entries(facts.outputs);
  return facts.inputs.flatMap((value) => (value === null ? [] : [['in', value] as const]));
}

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
