import type { CellDefinition, Graph, GradloomDocument, GraphNode, Wire } from '../graph/document.ts';
import { documentVersion } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { nodeId, wireId } from '../graph/identifiers.ts';
import type { Training } from '../graph/training.ts';
import { defaultTraining } from '../graph/training.ts';

/** An end of a wire: a node's only port of that side, or a named one. */
export type End = NodeId | readonly [NodeId, string];

type Extra = Omit<Partial<GraphNode>, 'id' | 'type' | 'params' | 'position'>;

/** Numbers the wires of all sheets of one document: `w1`, `w2`, … */
export class WireNumbers {
  #last = 0;

  next(): Wire['id'] {
    this.#last += 1;
    return wireId(`w${this.#last}`);
  }
}

/** Puts one sheet together: ids are given, wires are numbered in the order in which they are drawn. */
export class SheetBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #wires: Wire[] = [];
  readonly #numbers: WireNumbers;

  constructor(numbers: WireNumbers) {
    this.#numbers = numbers;
  }

  /** Adds a node and returns its id. The position is relative to the parent. */
  node(
    id: string,
    type: string,
    params: GraphNode['params'] = {},
    position: GraphNode['position'] = { x: 0, y: 0 },
    extra: Extra = {},
  ): NodeId {
    const node: GraphNode = { id: nodeId(id), type, params, position, ...extra };
    this.#nodes.push(node);
    return node.id;
  }

  /** Draws a wire from `out` to `in`, or between the named ports. */
  wire(from: End, to: End): Wire['id'] {
    const [source, sourcePort] = typeof from === 'string' ? [from, 'out'] : from;
    const [target, targetPort] = typeof to === 'string' ? [to, 'in'] : to;
    const id = this.#numbers.next();
    this.#wires.push({ id, from: { node: source, port: sourcePort }, to: { node: target, port: targetPort } });
    return id;
  }

  graph(): Graph {
    return { nodes: this.#nodes, wires: this.#wires };
  }
}

/** A document around a sheet. */
export function documentOf(
  name: string,
  graph: Graph,
  training: Partial<Training>,
  more: { readonly cells?: CellDefinition[]; readonly note?: string } = {},
): GradloomDocument {
  const { cells = [], note } = more;
  return {
    format: 'gradloom',
    version: documentVersion,
    name,
    ...(note === undefined ? {} : { note }),
    graph,
    cells,
    training: { ...defaultTraining, ...training },
  };
}
