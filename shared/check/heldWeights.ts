import type { CheckResult } from './diagnostic.ts';
import type { GradloomDocument, GraphNode } from '../graph/document.ts';
import { descendantsOf, findNode, instanceParametersOf } from '../graph/queries.ts';

/** Weights of a node and of everything in it. */
export interface HeldWeights {
  readonly trainable: number;
  readonly other: number;
}

/**
 * The weights of a node and, of a loop, frame or instance, of everything in it: each once, where instances of a cell
 * share them.
 */
export function heldWeights(document: GradloomDocument, check: CheckResult, node: GraphNode): HeldWeights {
  const graph = findNode(document, node.id)?.graph;
  const held = { trainable: 0, other: 0 };
  const shared = new Set<string>();
  for (const inner of [node, ...(graph === undefined ? [] : descendantsOf(graph, node.id))]) {
    const facts = check.nodes.get(inner.id);
    if (facts === undefined) continue;
    held.trainable += facts.trainableWeights;
    held.other += facts.otherWeights;
    const instance = instanceParametersOf(inner);
    if (facts.cell === undefined || instance === null) continue;
    if (instance.weights === 'shared') {
      if (shared.has(instance.cell)) continue;
      shared.add(instance.cell);
    }
    held.trainable += facts.cell.trainableWeights;
    held.other += facts.cell.otherWeights;
  }
  return held;
}
