import type { GradloomDocument, GraphNode, Wire } from '#shared/graph/document';
import { documentVersion } from '#shared/graph/document';
import { nodeId, wireId } from '#shared/graph/identifiers';
import type { JsonValue } from '#shared/graph/json';
import type { Training } from '#shared/graph/training';
import { defaultTraining } from '#shared/graph/training';

/** A node as tests write it: type and parameters; `rest` for parent, perStep and the like. */
export interface NodeSketch {
  readonly type: string;
  readonly params?: Readonly<Record<string, JsonValue>>;
  readonly rest?: Partial<GraphNode>;
}

/**
 * A document from nodes by id and wires written `from.port > to.port`; a port left out is `out` or `in`. Wires are named
 * w1, w2, … in their order.
 */
export function sketch(
  nodes: Readonly<Record<string, NodeSketch>>,
  wires: readonly string[],
  training: Partial<Training> = {},
): GradloomDocument {
  return {
    format: 'gradloom',
    version: documentVersion,
    name: 'sketch',
    graph: {
      nodes: Object.entries(nodes).map(([id, { type, params = {}, rest = {} }]) => ({
        id: nodeId(id),
        type,
        params: { ...params },
        position: { x: 0, y: 0 },
        ...rest,
      })),
      wires: wires.map((text, index): Wire => {
        const [from = '', to = ''] = text.split('>').map((end) => end.trim());
        return { id: wireId(`w${index + 1}`), from: endpoint(from, 'out'), to: endpoint(to, 'in') };
      }),
    },
    cells: [],
    training: { ...defaultTraining, ...training },
  };
}

function endpoint(text: string, port: string): Wire['from'] {
  const [node = '', ...rest] = text.split('.');
  return { node: nodeId(node), port: rest.length === 0 ? port : rest.join('.') };
}
