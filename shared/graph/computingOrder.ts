import type { Graph, GraphNode } from './document.ts';
import type { NodeId } from './identifiers.ts';
import { wiresInto } from './queries.ts';

/**
 * Nodes of a sheet in an order in which their values can be computed, branches together; null where they run in a circle.
 * @param members those to order: wires to others do not count
 */
export function inComputingOrder(graph: Graph, members: readonly GraphNode[]): readonly GraphNode[] | null {
  const inside = new Map(members.map((node) => [node.id, node]));
  const state = new Map<NodeId, 'open' | 'done'>();
  const order: GraphNode[] = [];
  for (const root of members) {
    const pending: { readonly node: GraphNode; readonly sources: NodeId[] }[] = [];
    const enter = (node: GraphNode): void => {
      state.set(node.id, 'open');
      const sources = wiresInto(graph, node.id)
        .map(({ from }) => from.node)
        .filter((id) => inside.has(id));
      pending.push({ node, sources: sources.reverse() });
    };
    if (!state.has(root.id)) enter(root);
    for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
      const source = top.sources.pop();
      const node = source === undefined ? undefined : inside.get(source);
      if (node === undefined) {
        state.set(top.node.id, 'done');
        order.push(top.node);
        pending.pop();
      } else if (state.get(node.id) === 'open') return null;
      else if (!state.has(node.id)) enter(node);
    }
  }
  return order;
}
