import type { Endpoint, GradloomDocument, GraphNode, Wire } from '../document.ts';
import { nodeId, terminalId, wireId } from '../identifiers.ts';
import type { NodeId } from '../identifiers.ts';
import type { JsonValue } from '../json.ts';
import { newDocument } from '../queries.ts';

/** A node for tests: `id`, `type` (the id's letters where nothing is said) and whatever else matters. */
export function node(
  id: string,
  given: Partial<Omit<GraphNode, 'id' | 'parent'>> & { readonly parent?: string } = {},
): GraphNode {
  const { parent, ...rest } = given;
  return {
    id: nodeId(id),
    type: id.replace(/[-0-9]+$/, ''),
    params: {},
    position: { x: 0, y: 0 },
    ...rest,
    ...(parent === undefined ? {} : { parent: nodeId(parent) }),
  };
}

/** One end of a wire, written `node.port`, like `add.in.1` or `dense.out`. */
export function end(text: string): Endpoint {
  const dot = text.indexOf('.');
  return { node: nodeId(text.slice(0, dot)), port: text.slice(dot + 1) };
}

/** A wire for tests, written `a.out > b.in`. */
export function wire(id: string, text: string): Wire {
  const [from = '', to = ''] = text.split(' > ');
  return { id: wireId(id), from: end(from), to: end(to) };
}

/** A document of nodes and of wires `w1`, `w2`, … written `a.out > b.in`. */
export function documentOf(nodes: readonly GraphNode[], wires: readonly string[] = []): GradloomDocument {
  return {
    ...newDocument('test'),
    graph: { nodes: [...nodes], wires: wires.map((text, index) => wire(`w${index + 1}`, text)) },
  };
}

/** Wires of the document's own sheet as sorted texts `a.out > b.in`. */
export function wiring(document: GradloomDocument): readonly string[] {
  return document.graph.wires.map(spelled).toSorted();
}

/** A wire as text. */
export function spelled({ from, to }: Wire): string {
  return `${from.node}.${from.port} > ${to.node}.${to.port}`;
}

/** Parameters of a loop for tests. */
export function loopParams(given: {
  readonly iterations?: number;
  readonly states?: readonly { readonly id: string; readonly initial?: 'zeros' | 'wired' }[];
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
}): Record<string, JsonValue> {
  const { iterations = 2, states = [], inputs = [], outputs = [] } = given;
  return {
    iterations,
    states: states.map(({ id, initial = 'zeros' }) => ({ id: terminalId(id), shape: [4], initial: { kind: initial } })),
    inputs: inputs.map((id) => ({ id: terminalId(id), kind: 'constant' })),
    outputs: outputs.map((id) => ({ id: terminalId(id), kind: 'last' })),
  };
}

/** Ids of nodes, for tests. */
export function ids(...texts: readonly string[]): readonly NodeId[] {
  return texts.map((text) => nodeId(text));
}
