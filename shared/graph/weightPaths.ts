import type { GradloomDocument, Graph } from './document.ts';

/** A document with the paths of the model files that its nodes take weights from changed; the same one where none is. */
export function withModelPaths(document: GradloomDocument, change: (path: string) => string): GradloomDocument {
  const graph = changed(document.graph, change);
  const cells = document.cells.map((cell) => {
    const inside = changed(cell.graph, change);
    return inside === cell.graph ? cell : { ...cell, graph: inside };
  });
  const isSame = graph === document.graph && cells.every((cell, at) => cell === document.cells[at]);
  return isSame ? document : { ...document, graph, cells };
}

function changed(graph: Graph, change: (path: string) => string): Graph {
  const nodes = graph.nodes.map((node) => {
    if (node.weightsFrom === undefined || !('model' in node.weightsFrom)) return node;
    const model = change(node.weightsFrom.model);
    return model === node.weightsFrom.model ? node : { ...node, weightsFrom: { ...node.weightsFrom, model } };
  });
  return nodes.every((node, at) => node === graph.nodes[at]) ? graph : { ...graph, nodes };
}
