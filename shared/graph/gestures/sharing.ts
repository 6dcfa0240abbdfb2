import type { GraphNode } from '../document.ts';
import type { NodeId } from '../identifiers.ts';
import type { SheetId } from '../queries.ts';
import { enclosingLoops, nodeOf } from '../queries.ts';
import type { Draft } from './draft.ts';

/** Takes loops out of nodes' `perStep` that no longer are around them. */
export function forgetOuterLoops(draft: Draft, sheet: SheetId, nodes: Iterable<NodeId>): void {
  const graph = draft.graph(sheet);
  for (const id of nodes) {
    const perStep = nodeOf(graph, id)?.perStep;
    if (perStep === undefined) continue;
    const around = new Set(enclosingLoops(graph, id));
    const kept = perStep.filter((loop) => around.has(loop));
    if (kept.length < perStep.length) {
      draft.apply({ kind: 'setNode', node: id, set: { perStep: kept.length === 0 ? undefined : kept } });
    }
  }
}

/** A node with the sharing and freezing of a container or instance around it that goes away. */
export function inheritSharing(
  node: GraphNode,
  from: GraphNode,
): Pick<GraphNode, 'perStep' | 'perInstance' | 'frozen' | 'weightsFrom'> {
  const perStep = [...new Set([...(from.perStep ?? []), ...(node.perStep ?? [])])];
  return {
    perStep: perStep.length === 0 ? undefined : perStep,
    perInstance: node.perInstance === true || from.perInstance === true ? true : node.perInstance,
    frozen: node.frozen === true || from.frozen === true ? true : node.frozen,
    weightsFrom: node.weightsFrom ?? from.weightsFrom,
  };
}
