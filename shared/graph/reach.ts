import type { Graph } from './document.ts';
import type { NodeId } from './identifiers.ts';
import { wiresInto } from './queries.ts';

/**
 * For each node of a sheet that leads to one of `ends` along its wires: which of them, as indices into `ends`. An end
 * leads to itself. What lies inside a loop or a cell leads wherever its container does and is not listed.
 */
export function endsReached(graph: Graph, ends: readonly NodeId[]): ReadonlyMap<NodeId, readonly number[]> {
  const reached = new Map<NodeId, number[]>();
  for (const [index, end] of ends.entries()) {
    const seen = new Set<NodeId>();
    const waiting = [end];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      const known = reached.get(node);
      if (known === undefined) reached.set(node, [index]);
      else known.push(index);
      for (const wire of wiresInto(graph, node)) waiting.push(wire.from.node);
    }
  }
  return reached;
}
