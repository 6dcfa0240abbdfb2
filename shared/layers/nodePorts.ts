import type { CellDefinition, GradloomDocument, GraphNode } from '../graph/document.ts';
import { instanceParametersSchema, loopParametersSchema, opaqueParametersSchema } from '../graph/document.ts';
import type { JsonObject } from '../graph/json.ts';
import { sheets, wiresInto } from '../graph/queries.ts';
import { findLayer } from './catalogue.ts';
import type { LayerDefinition, LayerPort, Port } from './layer.ts';
import { defaultParameters, parseParameters, typedParameters } from './parameters.ts';

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

/** Ports of a merge that has wires at `wired`: those up to the last wired one, and one more to drop a wire on. */
export function variadicPorts(wired: readonly string[]): readonly Port[] {
  const last = wired.reduce((most, port) => Math.max(most, variadicIndex(port) ?? -1), -1);
  const known = variadicLists.get(last);
  if (known !== undefined) return known;
  const ports = Array.from({ length: Math.min(last + 2, largestVariadicIndex + 1) }, (_, index): Port => ({
    id: `in.${index}`,
    side: 'input',
    face: 'outer',
    role: 'variadic',
    ...(index > last ? { optional: true } : {}),
  }));
  if (last < sharedVariadicLists) variadicLists.set(last, ports);
  return ports;
}

/** Merges with fewer wires than this share their lists of ports. */
const sharedVariadicLists = 16;
const variadicLists = new Map<number, readonly Port[]>();

function loopPorts(node: GraphNode): readonly Port[] {
  const parsed = loopParametersSchema.safeParse(node.params);
  if (!parsed.success) return [];
  const { states, inputs, outputs } = parsed.data;
  return [
    ...states.flatMap(({ id, initial, residual }): readonly Port[] => {
      const common = { role: 'state', terminal: id, ...(residual === true ? { residual } : {}) } as const;
      return [
        ...(initial.kind === 'wired' ? [{ id: `init.${id}`, side: 'input', face: 'outer', ...common } as const] : []),
        { id: `state.${id}`, side: 'output', face: 'inner', ...common },
        { id: `next.${id}`, side: 'input', face: 'inner', ...common },
      ];
    }),
    ...inputs.flatMap(({ id, kind }): readonly Port[] => [
      { id: `in.${id}`, side: 'input', face: 'outer', role: kind, terminal: id },
      { id: `input.${id}`, side: 'output', face: 'inner', role: kind, terminal: id },
    ]),
    ...outputs.flatMap(({ id, kind, state }): readonly Port[] => [
      ...(state === undefined
        ? [{ id: `result.${id}`, side: 'input', face: 'inner', role: kind, terminal: id } as const]
        : []),
      {
        id: `out.${id}`,
        side: 'output',
        face: 'outer',
        role: kind,
        terminal: id,
        ...(state === undefined ? {} : { state }),
      },
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

const namedPorts = new WeakMap<readonly LayerPort[], Readonly<Record<Port['side'], readonly Port[]>>>();

function named(ports: readonly LayerPort[], side: Port['side']): readonly Port[] {
  const make = (of: Port['side']) => ports.map((port): Port => ({ ...port, side: of, face: 'outer', role: 'named' }));
  const known = namedPorts.get(ports) ?? { input: make('input'), output: make('output') };
  namedPorts.set(ports, known);
  return known[side];
}

/** The output ports of a layer with these parameters: broken ones count as the defaults. */
function layerOutputs(definition: LayerDefinition, params: GraphNode['params']): readonly LayerPort[] | 'one' | 'none' {
  if (definition.outputPorts === undefined) return definition.outputs;
  const parsed = parseParameters(definition, params as JsonObject);
  return parsed.ok ? definition.outputPorts(typedParameters(parsed.parameters)) : definition.outputs;
}

/** The input ports of a layer with these parameters: broken ones count as the defaults. */
export function layerInputs(definition: LayerDefinition, params: GraphNode['params']): LayerDefinition['inputs'] {
  if (definition.inputPorts === undefined) return definition.inputs;
  const parsed = parseParameters(definition, params as JsonObject);
  return definition.inputPorts(typedParameters(parsed.ok ? parsed.parameters : defaultParameters(definition)));
}

function layerPorts(definition: LayerDefinition, node: GraphNode, wired: readonly string[]): readonly Port[] {
  const inputs = layerInputs(definition, node.params);
  const outputs = layerOutputs(definition, node.params);
  if (inputs === 'one' && outputs === 'one') return inputAndOutput;
  const before =
    inputs === 'none'
      ? noPorts
      : inputs === 'one'
        ? inputOnly
        : inputs === 'many'
          ? variadicPorts(wired)
          : named(inputs, 'input');
  if (outputs === 'none') return before;
  const after = outputs === 'one' ? outputOnly : named(outputs, 'output');
  return before === noPorts ? after : [...before, ...after];
}

/** Ids of the first `count` input ports of a layer: `in`, or `in.0`, `in.1`, …, or those it names. */
export function firstPorts({ inputs }: LayerDefinition, count: number): readonly string[] {
  if (inputs === 'one' || inputs === 'none') return count === 0 ? [] : ['in'];
  if (inputs === 'many') return Array.from({ length: count }, (_, index) => `in.${index}`);
  return inputs.slice(0, count).map(({ id }) => id);
}

/** Where a port stands among the inputs of a layer; for those of a merge, its number. */
export function portOrder(definition: LayerDefinition | undefined, port: string): number {
  const inputs = definition?.inputs;
  if (inputs === undefined || typeof inputs === 'string') return variadicIndex(port) ?? 0;
  return inputs.findIndex(({ id }) => id === port);
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
      return definition === undefined ? noPorts : layerPorts(definition, node, wired);
    }
  }
}

/**
 * The ports of a node in the order they are drawn on each side. A merge has one port for each of its wires and one
 * more. Empty where the type is unknown or the parameters of a loop, cell or opaque node are broken.
 */
export function portsOf(document: GradloomDocument, node: GraphNode): readonly Port[] {
  if (findLayer(node.type)?.inputs !== 'many') return portsOfWired(document.cells, node, []);
  const wired = sheets(document).flatMap(({ graph }) => wiresInto(graph, node.id).map(({ to }) => to.port));
  return portsOfWired(document.cells, node, wired);
}
