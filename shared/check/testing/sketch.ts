import type { CellDefinition, Graph, GradloomDocument, GraphNode, Wire } from '../../graph/document.ts';
import { cellIdSchema, nodeIdSchema, terminalIdSchema, wireIdSchema } from '../../graph/identifiers.ts';
import { newDocument } from '../../graph/queries.ts';
import type { Training } from '../../graph/training.ts';

/** A node in short: its type, its parameters and whatever else it has. */
export type NodeSketch = readonly [
  type: string,
  params?: GraphNode['params'],
  rest?: Omit<Partial<GraphNode>, 'id' | 'type' | 'params' | 'parent' | 'perStep'> & {
    readonly parent?: string;
    readonly perStep?: readonly string[];
  },
];

export interface GraphSketch {
  readonly nodes: Readonly<Record<string, NodeSketch>>;
  /** `from > to`; an end is `node` (port `out` or `in`) or `node.port`. Wires are called w0, w1, … with the prefix. */
  readonly wires?: readonly string[];
}

export interface CellSketch extends GraphSketch {
  readonly id: string;
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly parameters?: readonly { readonly id: string; readonly node: string; readonly parameter: string }[];
}

export interface DocumentSketch extends GraphSketch {
  readonly cells?: readonly CellSketch[];
  readonly training?: Omit<Partial<Training>, 'losses' | 'metrics' | 'data'> & {
    readonly losses?: readonly (Omit<Training['losses'][number], 'output'> & { readonly output: string })[];
    readonly metrics?: readonly (Omit<Training['metrics'][number], 'output'> & { readonly output: string })[];
    readonly data?: unknown;
  };
}

function sketchGraph({ nodes, wires = [] }: GraphSketch, prefix: string): Graph {
  return {
    nodes: Object.entries(nodes).map(([id, [type, params = {}, rest = {}]], index) => ({
      position: { x: 200 * index, y: 0 },
      ...(rest as Partial<GraphNode>),
      id: nodeIdSchema.parse(id),
      type,
      params,
    })),
    wires: wires.map((text, index): Wire => {
      const [from = '', to = ''] = text.split('>').map((end) => end.trim());
      const end = (written: string, port: string) => {
        const [node = '', ...rest] = written.split('.');
        return { node: nodeIdSchema.parse(node), port: rest.length === 0 ? port : rest.join('.') };
      };
      return { id: wireIdSchema.parse(`${prefix}${index}`), from: end(from, 'out'), to: end(to, 'in') };
    }),
  };
}

function sketchCell({ id, inputs = [], outputs = [], parameters = [], ...graph }: CellSketch): CellDefinition {
  const terminals = (names: readonly string[]) => names.map((name) => ({ id: terminalIdSchema.parse(name) }));
  return {
    id: cellIdSchema.parse(id),
    name: id,
    inputs: terminals(inputs),
    outputs: terminals(outputs),
    parameters: parameters.map((exposed) => ({
      id: terminalIdSchema.parse(exposed.id),
      node: nodeIdSchema.parse(exposed.node),
      parameter: exposed.parameter,
    })),
    graph: sketchGraph(graph, `${id}_w`),
  };
}

/** A document written in a few lines, for tests. */
export function sketch({ cells = [], training = {}, ...graph }: DocumentSketch): GradloomDocument {
  const empty = newDocument('Sketch');
  return {
    ...empty,
    graph: sketchGraph(graph, 'w'),
    cells: cells.map(sketchCell),
    training: { ...empty.training, ...(training as Partial<Training>) },
  };
}
