import type { CellDefinition, Graph, GradloomDocument, GraphNode } from '../graph/document.ts';
import { instanceParametersSchema, loopParametersSchema, opaqueParametersSchema } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { findLayer } from './catalogue.ts';
import type { Port } from './layer.ts';

/** More inputs than this on one merge are taken for a broken file. */
const largestVariadicIndex = 9_999;

/** The index of a port `in.<index>` of a merge, or null where the name is not one. */
export function variadicIndex(port: string): number | null {
  const match = /^in\.(0|[1-9][0-9]{0,3})$/.exec(port);
  return match?.[1] === undefined ? null : Math.min(Number(match[1]), largestVariadicIndex);
}

const plainInput: Port = { id: 'in', side: 'input', face: 'outer', role: 'plain' };
const plainOutput: Port = { id: 'out', side: 'output', face: 'outer', role: 'plain' };
// Lists that many nodes have are one object each: check reads the ports of every node at every edit.
const noPorts: readonly Port[] = [];
const inputOnly: readonly Port[] = [plainInput];
const outputOnly: readonly Port[] = [plainOutput];
const inputAndOutput: readonly Port[] = [plainInput, plainOutput];

const wiresByTarget = new WeakMap<Graph, ReadonlyMap<NodeId, readonly string[]>>();

/** Names of the wired target ports of every node of a sheet. Kept per graph, which never changes in place. */
function targetPorts(graph: Graph): ReadonlyMap<NodeId, readonly string[]> {
  const known = wiresByTarget.get(graph);
  if (known !== undefined) return known;
  const ports = new Map<NodeId, string[]>();
  for (const { to } of graph.wires) {
    const list = ports.get(to.node);
    if (list === undefined) ports.set(to.node, [to.port]);
    else list.push(to.port);
  }
  wiresByTarget.set(graph, ports);
  return ports;
}

/** Ports of a merge that has wires at `wired`: those up to the last wired one, and one more to drop a wire on. */
export function variadicPorts(wired: readonly string[]): readonly Port[] {
  const last = wired.reduce((most, port) => Math.max(most, variadicIndex(port) ?? -1), -1);
  return Array.from({ length: Math.min(last + 2, largestVariadicIndex + 1) }, (_, index) => ({
    id: `in.${index}`,
    side: 'input',
    face: 'outer',
    role: 'variadic',
    ...(index > last ? { optional: true } : {}),
  }));
}

function loopPorts(node: GraphNode): readonly Port[] {
  const parsed = loopParametersSchema.safeParse(node.params);
  if (!parsed.success) return [];
  const { states, inputs, outputs } = parsed.data;
  return [
    ...states.flatMap(({ id, initial }): readonly Port[] => [
      ...(initial.kind === 'wired'
        ? [{ id: `init.${id}`, side: 'input', face: 'outer', role: 'state', terminal: id } as const]
        : []),
      { id: `state.${id}`, side: 'output', face: 'inner', role: 'state', terminal: id },
      { id: `next.${id}`, side: 'input', face: 'inner', role: 'state', terminal: id },
    ]),
    ...inputs.flatMap(({ id, kind }): readonly Port[] => [
      { id: `in.${id}`, side: 'input', face: 'outer', role: kind, terminal: id },
      { id: `input.${id}`, side: 'output', face: 'inner', role: kind, terminal: id },
    ]),
    ...outputs.flatMap(({ id, kind }): readonly Port[] => [
      { id: `result.${id}`, side: 'input', face: 'inner', role: kind, terminal: id },
      { id: `out.${id}`, side: 'output', face: 'outer', role: kind, terminal: id },
    ]),
  ];
}

function cellPorts(cells: readonly CellDefinition[], node: GraphNode): readonly Port[] {
  const parsed = instanceParametersSchema.safeParse(node.params);
  const definition = parsed.success ? cells.find(({ id }) => id === parsed.data.cell) : undefined;
  if (definition === undefined) return [];
  return [
    ...definition.inputs.map(({ id }): Port => ({
      id: `in.${id}`,
      side: 'input',
      face: 'outer',
      role: 'cell',
      terminal: id,
    })),
    ...definition.outputs.map(({ id }): Port => ({
      id: `out.${id}`,
      side: 'output',
      face: 'outer',
      role: 'cell',
      terminal: id,
    })),
  ];
}

function opaquePorts(node: GraphNode): readonly Port[] {
  const parsed = opaqueParametersSchema.safeParse(node.params);
  if (!parsed.success) return [];
  return [
    ...parsed.data.inputs.map(({ id }): Port => ({ id: `in.${id}`, side: 'input', face: 'outer', role: 'plain' })),
    ...parsed.data.outputs.map(({ id }): Port => ({ id: `out.${id}`, side: 'output', face: 'outer', role: 'plain' })),
  ];
}

/** Ports of a node whose wired target ports are `wired`. See `graph/portNames.ts` for their names. */
export function portsOfWired(
  cells: readonly CellDefinition[],
  node: GraphNode,
  wired: readonly string[],
): readonly Port[] {
  switch (node.type) {
    case 'frame':
      return noPorts;
    case 'loop':
      return loopPorts(node);
    case 'cell':
      return cellPorts(cells, node);
    case 'cellInput':
      return outputOnly;
    case 'cellOutput':
      return inputOnly;
    case 'opaque':
      return opaquePorts(node);
    default: {
      const definition = findLayer(node.type);
      if (definition === undefined) return noPorts;
      const gives = definition.outputs === 'one';
      if (definition.inputs === 'none') return gives ? outputOnly : noPorts;
      if (definition.inputs === 'one') return gives ? inputAndOutput : inputOnly;
      return gives ? [...variadicPorts(wired), plainOutput] : variadicPorts(wired);
    }
  }
}

/**
 * The ports of a node in the order they are drawn on each side. A merge has one port for each of its wires and one
 * more. Empty where the type is unknown or the parameters of a loop, cell or opaque node are broken.
 */
export function portsOf(document: GradloomDocument, node: GraphNode): readonly Port[] {
  if (findLayer(node.type)?.inputs !== 'many') return portsOfWired(document.cells, node, []);
  const sheets = [document.graph, ...document.cells.map(({ graph }) => graph)];
  const wired = sheets.flatMap((graph) => targetPorts(graph).get(node.id) ?? []);
  return portsOfWired(document.cells, node, wired);
}
