import type { Endpoint, Graph, GradloomDocument } from '../document.ts';
import type { NodeId } from '../identifiers.ts';
import { isInnerPort } from '../portNames.ts';
import { endpointScope, findNode, nodeOf, scopeOf } from '../queries.ts';

/** The scopes around one end of a wire, innermost first; `null` (the sheet) is the last. */
export function scopesAround(graph: Graph, end: Endpoint): readonly (NodeId | null)[] {
  const scopes: (NodeId | null)[] = [];
  for (let scope = endpointScope(graph, end); scope !== null; scope = scopeOf(graph, scope)) {
    if (scopes.includes(scope)) break;
    scopes.push(scope);
  }
  return [...scopes, null];
}

/** The innermost scope that two ends share. */
export function commonScope(graph: Graph, left: Endpoint, right: Endpoint): NodeId | null {
  const around = new Set(scopesAround(graph, right));
  return scopesAround(graph, left).find((scope) => around.has(scope)) ?? null;
}

/**
 * What stands for one end of a wire among the nodes of a scope: the node itself, or the loop of this scope that it lies
 * in. Undefined where it lies outside of the scope or is on the scope's own border.
 */
function standIn(graph: Graph, end: Endpoint, scope: NodeId | null): NodeId | undefined {
  const scopes = scopesAround(graph, end);
  const depth = scopes.indexOf(scope);
  if (depth > 0) return scopes[depth - 1] ?? undefined;
  const isBorder = end.node === scope && isInnerPort(end.port);
  return depth === 0 && !isBorder ? end.node : undefined;
}

/** What follows what (or comes before what) in one scope; whatever is inside a loop counts as the loop. */
type Neighbours = ReadonlyMap<NodeId, readonly NodeId[]>;

function neighbours(graph: Graph, scope: NodeId | null, way: 'forwards' | 'backwards'): Neighbours {
  const found = new Map<NodeId, NodeId[]>();
  for (const { from, to } of graph.wires) {
    const source = standIn(graph, from, scope);
    const target = standIn(graph, to, scope);
    if (source === undefined || target === undefined || source === target) continue;
    const [key, value] = way === 'forwards' ? [source, target] : [target, source];
    const list = found.get(key);
    if (list === undefined) found.set(key, [value]);
    else list.push(value);
  }
  return found;
}

function reachable(start: Iterable<NodeId>, next: Neighbours): ReadonlySet<NodeId> {
  const found = new Set(start);
  const pending = [...found];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const neighbour of next.get(node) ?? []) {
      if (found.has(neighbour)) continue;
      found.add(neighbour);
      pending.push(neighbour);
    }
  }
  return found;
}

/** `members` and every node of the scope that lies on a way from one of them to another. */
export function closure(graph: Graph, scope: NodeId | null, members: Iterable<NodeId>): ReadonlySet<NodeId> {
  const start = [...members];
  const after = reachable(start, neighbours(graph, scope, 'forwards'));
  const before = reachable(start, neighbours(graph, scope, 'backwards'));
  return new Set([...after].filter((node) => before.has(node)));
}

/** A wire that would close a cycle: its scope, and the nodes of that scope on the cycles it would close. */
export interface Cycle {
  readonly scope: NodeId | null;
  readonly nodes: ReadonlySet<NodeId>;
}

/** The cycle that a wire from one end to the other would close, or null where it would close none. */
export function findCycle(graph: Graph, from: Endpoint, to: Endpoint): Cycle | null {
  const scope = commonScope(graph, from, to);
  const source = standIn(graph, from, scope);
  const target = standIn(graph, to, scope);
  if (source === undefined || target === undefined) return null;
  if (source === target) return { scope, nodes: new Set([source]) };
  const after = reachable([target], neighbours(graph, scope, 'forwards'));
  if (!after.has(source)) return null;
  const before = reachable([source], neighbours(graph, scope, 'backwards'));
  return { scope, nodes: new Set([...after].filter((node) => before.has(node))) };
}

/**
 * Tells for one end, and then quickly for any other, whether a wire to there would close a cycle, so that drawing it
 * means a loop (`loopFromBackEdge`). Inside a loop, what the next iteration reads through a state closes none.
 */
export function cycleTester(document: GradloomDocument, from: Endpoint): (to: Endpoint) => boolean {
  const graph = findNode(document, from.node)?.graph;
  if (graph === undefined) return () => false;
  const before = new Map<NodeId | null, ReadonlySet<NodeId>>();
  const beforeIn = (scope: NodeId | null): ReadonlySet<NodeId> => {
    const known = before.get(scope);
    if (known !== undefined) return known;
    const source = standIn(graph, from, scope);
    const found = reachable(source === undefined ? [] : [source], neighbours(graph, scope, 'backwards'));
    before.set(scope, found);
    return found;
  };
  return (to) => {
    if (nodeOf(graph, to.node) === undefined) return false;
    const scope = commonScope(graph, from, to);
    const target = standIn(graph, to, scope);
    return target !== undefined && beforeIn(scope).has(target);
  };
}

/** Whether a wire from one end to the other would close a cycle. For many ends, take `cycleTester`. */
export function closesCycle(document: GradloomDocument, from: Endpoint, to: Endpoint): boolean {
  return cycleTester(document, from)(to);
}
