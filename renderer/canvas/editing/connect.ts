import type { CheckResult } from '#shared/check/diagnostic';
import type { Endpoint, Graph, GradloomDocument, GraphNode } from '#shared/graph/document';
import { closesCycle } from '#shared/graph/gestures';
import type { WireId } from '#shared/graph/identifiers';
import { endpointKey, instancePorts, isInnerPort } from '#shared/graph/portNames';
import {
  endpointScope,
  findCell,
  graphOf,
  instanceParametersOf,
  loopParametersOf,
  nodeOf,
  wiresInto,
} from '#shared/graph/queries';
import type { SheetId } from '#shared/graph/queries';
import type { TensorType } from '#shared/graph/values';
import { dryBuild } from '#shared/layers/buildDry';
import { findLayer } from '#shared/layers/catalogue';
import { LayerProblem } from '#shared/layers/layer';
import type { LayerDefinition, Port } from '#shared/layers/layer';
import { firstPorts, layerInputs, portOrder, portsOf } from '#shared/layers/nodePorts';
import type { PaletteEntry } from '#shared/layers/palette';
import { parseParameters } from '#shared/layers/parameters';

/** Why two ports may not be joined: a key of the text table under `canvas.refused.`, or one of check's problems. */
export type Refusal =
  | {
      readonly kind: 'rule';
      readonly rule: 'sameNode' | 'cycle' | 'stateShape' | 'scanLength' | 'noPort';
      readonly values: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'layer'; readonly code: string; readonly values: Readonly<Record<string, unknown>> };

/** The sheet that connecting happens on, with what check knows of it. */
export interface Ground {
  readonly document: GradloomDocument;
  readonly sheet: SheetId;
  readonly graph: Graph;
  readonly check: CheckResult;
}

/** The ground of a sheet; null where there is no such sheet. */
export function groundOf(document: GradloomDocument, sheet: SheetId, check: CheckResult): Ground | null {
  const graph = graphOf(document, sheet);
  return graph === undefined ? null : { document, sheet, graph, check };
}

function portOf(
  ground: Ground,
  { node: id, port }: Endpoint,
): { readonly node: GraphNode; readonly port: Port } | null {
  const node = nodeOf(ground.graph, id);
  const found =
    node === undefined ? undefined : portsOf(ground.document, node).find((candidate) => candidate.id === port);
  return node === undefined || found === undefined ? null : { node, port: found };
}

/** Whether an end of a wire gives a value or takes one. */
export function sideOf(ground: Ground, end: Endpoint): 'input' | 'output' {
  return portOf(ground, end)?.port.side ?? 'input';
}

/** What a port gives; null while it is unknown (something before it is wrong). */
export function typeAt({ check, graph }: Ground, { node, port }: Endpoint): TensorType | null {
  const known = check.nodes.get(node)?.outputs[port];
  if (known !== undefined) return known;
  // A loop's states and inputs are read from inside: the wires that leave there know their type.
  const wire = graph.wires.find(({ from }) => from.node === node && from.port === port);
  return wire === undefined ? null : (check.wires.get(wire.id) ?? null);
}

/** A loop is two places to a wire: its inner ports begin and end the iteration. */
function vertex({ node, port }: Endpoint): string {
  return isInnerPort(port) ? endpointKey({ node, port }) : node;
}

/** Everything that can be reached from a vertex along the wires. */
function reachableFrom(graph: Graph, start: string): ReadonlySet<string> {
  const followers = new Map<string, string[]>();
  for (const { from, to } of graph.wires) {
    const list = followers.get(vertex(from));
    if (list === undefined) followers.set(vertex(from), [vertex(to)]);
    else list.push(vertex(to));
  }
  const reached = new Set([start]);
  const pending = [start];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const follower of followers.get(next) ?? []) {
      if (reached.has(follower)) continue;
      reached.add(follower);
      pending.push(follower);
    }
  }
  return reached;
}

function nameOf(node: GraphNode): string {
  return node.label ?? node.id;
}

/** Types of a layer's inputs by port if `type` came in at `to`; null where one of the others is unknown. */
function inputTypes(
  ground: Ground,
  definition: LayerDefinition,
  to: Endpoint,
  type: TensorType,
): ReadonlyMap<string, TensorType> | null {
  const types = new Map<string, TensorType>();
  if (definition.inputs !== 'one') {
    for (const wire of wiresInto(ground.graph, to.node)) {
      const known = ground.check.wires.get(wire.id) ?? typeAt(ground, wire.from);
      if (wire.to.port === to.port) continue;
      if (known === null) return null;
      types.set(wire.to.port, known);
    }
  }
  types.set(to.port, type);
  const order = (port: string): number => portOrder(definition, port);
  return new Map([...types].sort(([one], [other]) => order(one) - order(other)));
}

function tryLayer(
  definition: LayerDefinition,
  node: Pick<GraphNode, 'params'>,
  known: ReadonlyMap<string, TensorType>,
): LayerProblem | null {
  const parameters = parseParameters(definition, node.params);
  if (!parameters.ok) return null;
  const inputs = layerInputs(definition, node.params);
  let types = [...known.values()];
  let ports = [...known.keys()];
  const [first] = types;
  // A merge that has one input so far is on its way to two; a layer that still lacks an input can say nothing yet.
  if (inputs === 'many' && types.length === 1 && first !== undefined) {
    types = [first, first];
    ports = ['in.0', 'in.1'];
  }
  if (typeof inputs !== 'string' && inputs.some(({ id, optional }) => optional !== true && !known.has(id))) return null;
  try {
    dryBuild(definition, parameters.parameters, types, ports);
    return null;
  } catch (problem) {
    if (problem instanceof LayerProblem) return problem;
    throw problem;
  }
}

function refuseType(ground: Ground, to: Endpoint, node: GraphNode, port: Port, type: TensorType): Refusal | null {
  const loop = loopParametersOf(node);
  if (loop !== null) {
    const state = port.role === 'state' ? loop.states.find(({ id }) => id === port.terminal) : undefined;
    if (state !== undefined && !sameType(type, { shape: state.shape, dtype: state.dtype ?? 'float32' })) {
      const values = { state: state.id, expected: state.shape, received: type.shape };
      return { kind: 'rule', rule: 'stateShape', values };
    }
    if (port.role === 'scan' && type.shape[0] !== loop.iterations) {
      const values = { iterations: loop.iterations, received: type.shape };
      return { kind: 'rule', rule: 'scanLength', values };
    }
    return null;
  }
  const definition = findLayer(node.type);
  const types = definition === undefined ? null : inputTypes(ground, definition, to, type);
  const problem = definition === undefined || types === null ? null : tryLayer(definition, node, types);
  if (problem === null) return null;
  return { kind: 'layer', code: problem.code, values: { name: nameOf(node), ...problem.values } };
}

function sameType(one: TensorType, other: TensorType): boolean {
  return (
    one.dtype === other.dtype &&
    one.shape.length === other.shape.length &&
    one.shape.every((length, axis) => length === other.shape[axis])
  );
}

/**
 * Says why a wire may not lead from `from` to `to`; null where it may. Types are looked at only where they are known. A
 * wire may lead across the borders of loops: `connect` makes the terminals.
 */
export function refuse(ground: Ground, from: Endpoint, to: Endpoint): Refusal | null {
  return refuseEnds(ground, from, to, closesCycle(ground.document, from, to));
}

function refuseEnds(ground: Ground, from: Endpoint, to: Endpoint, isCycle: boolean): Refusal | null {
  const source = portOf(ground, from);
  const target = portOf(ground, to);
  if (source?.port.side !== 'output' || target?.port.side !== 'input') {
    return { kind: 'rule', rule: 'noPort', values: {} };
  }
  const values = { from: nameOf(source.node), to: nameOf(target.node) };
  if (from.node === to.node && !(isInnerPort(from.port) && isInnerPort(to.port))) {
    return { kind: 'rule', rule: 'sameNode', values };
  }
  if (isCycle) return { kind: 'rule', rule: 'cycle', values };
  const type = typeAt(ground, from);
  const refusal = type === null ? null : refuseType(ground, to, target.node, target.port, type);
  return refusal?.kind === 'layer' ? { ...refusal, values: { from: values.from, ...refusal.values } } : refusal;
}

/** `node/port` of ports on the other side of a wire being dragged. */
export interface Reachable {
  /** Those it would fit. */
  readonly fits: ReadonlySet<string>;
  /** Those where it would close a cycle: drawn there it means a loop. */
  readonly cycles: ReadonlySet<string>;
}

/** What a wire from this port could end at. */
export function portsThatFit(ground: Ground, held: Endpoint): Reachable {
  const start = portOf(ground, held);
  const fits = new Set<string>();
  const cycles = new Set<string>();
  if (start === null) return { fits, cycles };
  const forwards = start.port.side === 'output';
  const scope = endpointScope(ground.graph, held);
  // Within one scope the search for cycles runs once from the port that is held, not from every port it might meet.
  const circular = forwards
    ? reachableFrom(turned(ground.graph), vertex(held))
    : reachableFrom(ground.graph, vertex(held));
  for (const node of ground.graph.nodes) {
    for (const port of portsOf(ground.document, node)) {
      if (port.side === start.port.side) continue;
      const other: Endpoint = { node: node.id, port: port.id };
      const [from, to] = forwards ? [held, other] : [other, held];
      const isCycle =
        endpointScope(ground.graph, other) === scope
          ? circular.has(vertex(other))
          : closesCycle(ground.document, from, to);
      if (refuseEnds(ground, from, to, isCycle) === null) fits.add(endpointKey(other));
      else if (isCycle) cycles.add(endpointKey(other));
    }
  }
  return { fits, cycles };
}

/** The same wires, all the other way round. */
function turned(graph: Graph): Graph {
  return { nodes: [], wires: graph.wires.map(({ id, from, to }) => ({ id, from: to, to: from })) };
}

/** Whether a new node of this kind could be wired to a port. */
export function entryFits(ground: Ground, entry: Pick<PaletteEntry, 'type' | 'params'>, end: Endpoint): boolean {
  const start = portOf(ground, end);
  const definition = findLayer(entry.type);
  if (start === null || definition === undefined) return false;
  if (start.port.side === 'output') {
    if (definition.inputs === 'none') return false;
    const type = typeAt(ground, end);
    return (
      type === null || tryLayer(definition, entry, new Map([[firstPorts(definition, 1)[0] ?? 'in', type]])) === null
    );
  }
  if (definition.outputs === 'none') return false;
  // What a new node will give depends on what it will be given; a data input alone knows already.
  if (definition.inputs !== 'none') return true;
  const parameters = parseParameters(definition, entry.params);
  if (!parameters.ok) return true;
  const { output } = dryBuild(definition, parameters.parameters, []);
  return refuseType(ground, end, start.node, start.port, output) === null;
}

/**
 * The ports by which a layer would be put into a wire; null where it does not take what the wire carries. An instance of
 * a cell goes in by its first ports: what it takes depends on what its definition holds, and check tells.
 */
export function portsInto(
  ground: Ground,
  layer: Pick<PaletteEntry, 'type' | 'params'>,
  id: WireId,
): { readonly input: string; readonly output: string } | null {
  const wire = ground.graph.wires.find((one) => one.id === id);
  const instance = instanceParametersOf(layer);
  const cell = instance === null ? undefined : findCell(ground.document, instance.cell);
  const [first, last] = [cell?.inputs[0], cell?.outputs[0]];
  if (wire !== undefined && first !== undefined && last !== undefined)
    return { input: instancePorts.in(first.id), output: instancePorts.out(last.id) };
  const [input, output] = [portFor(layer.type, 'input'), portFor(layer.type, 'output')];
  if (wire === undefined || input === null || output === null) return null;
  return entryFits(ground, layer, wire.from) ? { input, output } : null;
}

/** The port of a new node that a wire from `side` ends at; null where it has none. */
export function portFor(type: string, side: 'input' | 'output'): string | null {
  const definition = findLayer(type);
  if (definition === undefined) return null;
  const { outputs } = definition;
  if (side === 'output') return outputs === 'one' ? 'out' : outputs === 'none' ? null : (outputs[0]?.id ?? null);
  return definition.inputs === 'none' ? null : (firstPorts(definition, 1)[0] ?? null);
}
