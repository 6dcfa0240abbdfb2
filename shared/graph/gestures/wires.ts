import type { Endpoint, GradloomDocument, GraphNode, Wire } from '../document.ts';
import type { NodeId, WireId } from '../identifiers.ts';
import type { Operation } from '../operations.ts';
import { endpoint, endpointKey, loopPorts, variadicIndex, variadicPort } from '../portNames.ts';
import type { SheetId } from '../queries.ts';
import {
  endpointScope,
  findWire,
  loopParametersOf,
  nodeOf,
  scopeOf,
  valueName,
  wiresFrom,
  wiresInto,
} from '../queries.ts';
import { commonSheet, Draft, GestureError } from './draft.ts';
import { removeWires, renumberInputs } from './removal.ts';
import { commonScope, findCycle, scopesAround } from './scopes.ts';
import { addInput, addOutput, dropLoopTerminal, wholeLoop } from './terminals.ts';

/** Throws where a port cannot give (or take) a value by its name alone; the named ports of layers are the catalogue's. */
export function requireDirection(node: GraphNode, port: string, role: 'gives' | 'takes'): void {
  const pattern =
    node.type === 'loop'
      ? { gives: /^(out|state|input)\../, takes: /^(in|init|next|result)\../ }[role]
      : { gives: /^(?!in(\.|$))/, takes: /^(?!out(\.|$))/ }[role];
  if (pattern.test(port)) return;
  throw new GestureError(role === 'gives' ? 'givesNothing' : 'takesNothing', { id: node.id, port });
}

/**
 * Carries a value outwards to a scope around it, through an output "last" of every loop on the way. Outputs that
 * already hand out this value are used again.
 */
export function routeOut(draft: Draft, sheet: SheetId, from: Endpoint, scope: NodeId | null): Endpoint {
  let end = from;
  for (;;) {
    const loop = endpointScope(draft.graph(sheet), end);
    if (loop === scope || loop === null) return end;
    const { outputs } = wholeLoop(draft, loop);
    const results = wiresFrom(draft.graph(sheet), end.node, end.port).map(({ to }) => endpointKey(to));
    const existing = outputs.find(
      ({ id, kind }) => kind === 'last' && results.includes(endpointKey(endpoint(loop, loopPorts.result(id)))),
    );
    const id = existing?.id ?? addOutput(draft, loop, valueName(draft.graph(sheet), end));
    if (existing === undefined) draft.addWire(sheet, end, endpoint(loop, loopPorts.result(id)));
    end = endpoint(loop, loopPorts.out(id));
  }
}

/** Opens a way into loops (outermost first) to a port inside that nothing feeds, and returns where it begins. */
export function openWayIn(draft: Draft, sheet: SheetId, loops: readonly NodeId[], to: Endpoint): Endpoint {
  let end = to;
  for (const loop of loops.toReversed()) {
    const id = addInput(draft, loop, valueName(draft.graph(sheet), end));
    draft.addWire(sheet, endpoint(loop, loopPorts.input(id)), end);
    end = endpoint(loop, loopPorts.in(id));
  }
  return end;
}

/**
 * Carries a value inwards through loops (outermost first), as a constant of each. Constants that already carry this
 * value are used again.
 */
export function routeIn(draft: Draft, sheet: SheetId, from: Endpoint, loops: readonly NodeId[]): Endpoint {
  let end = from;
  for (const loop of loops) {
    const { inputs } = wholeLoop(draft, loop);
    const entered = wiresFrom(draft.graph(sheet), end.node, end.port).map(({ to }) => endpointKey(to));
    const existing = inputs.find(
      ({ id, kind }) => kind === 'constant' && entered.includes(endpointKey(endpoint(loop, loopPorts.in(id)))),
    );
    const id = existing?.id ?? addInput(draft, loop, valueName(draft.graph(sheet), end));
    if (existing === undefined) draft.addWire(sheet, end, endpoint(loop, loopPorts.in(id)));
    end = endpoint(loop, loopPorts.input(id));
  }
  return end;
}

/** Loops between a scope and one end of a wire inside it, outermost first. */
export function loopsBetween(draft: Draft, sheet: SheetId, scope: NodeId | null, end: Endpoint): readonly NodeId[] {
  const scopes = scopesAround(draft.graph(sheet), end);
  return scopes
    .slice(0, scopes.indexOf(scope))
    .filter((loop) => loop !== null)
    .toReversed();
}

/** The value of one end where the other is: carried out of and into as many loops as lie between. */
export function route(draft: Draft, sheet: SheetId, from: Endpoint, to: Endpoint): Endpoint {
  const scope = commonScope(draft.graph(sheet), from, to);
  const outside = routeOut(draft, sheet, from, scope);
  return routeIn(draft, sheet, outside, loopsBetween(draft, sheet, scope, to));
}

/** The port of a merge that a new wire may take: the one asked for where it is wired, else the next one. */
export function openPort(draft: Draft, to: Endpoint): Endpoint {
  const { node, graph } = draft.find(to.node);
  if (variadicIndex(node.type, to.port) === null || wiresInto(graph, to.node, to.port).length > 0) return to;
  const wired = wiresInto(graph, to.node).filter((wire) => variadicIndex(node.type, wire.to.port) !== null);
  renumberInputs(draft, [to.node]);
  return endpoint(to.node, variadicPort(wired.length));
}

/** Lets a port take this value: in the place of what it took, or by a new wire. The ends lie in one scope. */
function feed(draft: Draft, sheet: SheetId, from: Endpoint, to: Endpoint): void {
  const [former, ...others] = wiresInto(draft.graph(sheet), to.node, to.port);
  if (former === undefined) {
    draft.addWire(sheet, from, to);
    return;
  }
  draft.apply({ kind: 'setWires', wires: [{ id: former.id, from, to }] });
  removeWires(
    draft,
    others.map(({ id }) => id),
  );
}

/**
 * Draws a wire. A port takes one wire: what it took before is replaced (the wire keeps its id). On a merge, a port
 * beyond the last becomes the next one. From outside into a loop the value enters as a constant; from inside out it
 * leaves as an output "last"; the terminals are made, or used again where they carry this value already.
 * @throws GestureError where the wire would close a cycle, the ends are on two sheets, or a port has the wrong way.
 */
export function connect(document: GradloomDocument, from: Endpoint, to: Endpoint): readonly Operation[] {
  const draft = new Draft(document);
  const sheet = commonSheet(draft, [from.node, to.node]);
  requireDirection(draft.find(from.node).node, from.port, 'gives');
  requireDirection(draft.find(to.node).node, to.port, 'takes');
  const graph = draft.graph(sheet);
  if (wiresInto(graph, to.node, to.port).some((wire) => endpointKey(wire.from) === endpointKey(from))) return [];
  if (findCycle(graph, from, to) !== null) throw new GestureError('cycle', { from: from.node, to: to.node });
  feed(draft, sheet, route(draft, sheet, from, to), openPort(draft, to));
  renumberInputs(draft, [to.node]);
  return draft.operations;
}

/** Removes wires; the inputs of merges close up. */
export function disconnect(document: GradloomDocument, wires: readonly WireId[]): readonly Operation[] {
  const draft = new Draft(document);
  removeWires(draft, wires);
  return draft.operations;
}

/** Moves one input of a merge to another place; those between shift by one. */
export function moveInput(
  document: GradloomDocument,
  node: NodeId,
  fromIndex: number,
  toIndex: number,
): readonly Operation[] {
  const draft = new Draft(document);
  renumberInputs(draft, [node]);
  const { graph, node: merge } = draft.find(node);
  const wires = wiresInto(graph, node)
    .filter(({ to }) => variadicIndex(merge.type, to.port) !== null)
    .toSorted(
      (left, right) => (variadicIndex(merge.type, left.to.port) ?? 0) - (variadicIndex(merge.type, right.to.port) ?? 0),
    );
  const [moved] = wires.splice(fromIndex, 1);
  if (moved === undefined) throw new GestureError('missing', { id: `${node}/in.${fromIndex}` });
  wires.splice(Math.max(0, toIndex), 0, moved);
  draft.apply({
    kind: 'setWires',
    wires: wires.map((wire, index) => ({ ...wire, to: endpoint(node, variadicPort(index)) })),
  });
  return draft.operations;
}

/**
 * Puts a new node between the two ends of a wire. The wire keeps its id and now ends at the node's first input.
 * @param ports the input and output of the new node that the value passes through
 */
export function insertOnWire(
  document: GradloomDocument,
  wire: WireId,
  node: GraphNode,
  ports: { readonly input: string; readonly output: string } = { input: 'in', output: 'out' },
): readonly Operation[] {
  const draft = new Draft(document);
  const found = findWire(document, wire);
  if (found === undefined) throw new GestureError('missing', { id: wire });
  const {
    sheet,
    wire: { from, to },
  } = found;
  draft.addNodes(sheet, [node]);
  return leadThrough(draft, sheet, { id: wire, from, to }, node.id, ports);
}

/** Leads a wire to a node's input, and a new one from its output to where the wire ended. */
function leadThrough(
  draft: Draft,
  sheet: SheetId,
  { id, from, to }: Wire,
  node: NodeId,
  ports: { readonly input: string; readonly output: string },
): readonly Operation[] {
  draft.apply({ kind: 'setWires', wires: [{ id, from, to: endpoint(node, ports.input) }] });
  draft.addWire(sheet, endpoint(node, ports.output), to);
  return draft.operations;
}

/**
 * Puts a node that stands on the sheet without a wire between the two ends of a wire. The wire keeps its id and now ends
 * at the node.
 * @throws GestureError where the node has wires already, or lies in another loop than the wire.
 */
export function insertNodeOnWire(
  document: GradloomDocument,
  wire: WireId,
  node: NodeId,
  ports: { readonly input: string; readonly output: string } = { input: 'in', output: 'out' },
): readonly Operation[] {
  const draft = new Draft(document);
  const found = findWire(document, wire);
  if (found === undefined) throw new GestureError('missing', { id: wire });
  const {
    sheet,
    graph,
    wire: { from, to },
  } = found;
  if (draft.find(node).sheet !== sheet) throw new GestureError('sheets');
  if (wiresInto(graph, node).length > 0 || wiresFrom(graph, node).length > 0)
    throw new GestureError('wired', { id: node });
  if (scopeOf(graph, node) !== endpointScope(graph, from)) throw new GestureError('scopes');
  return leadThrough(draft, sheet, { id: wire, from, to }, node, ports);
}

/**
 * Moves one end of a wire to another port; the wire keeps its id. A port that takes a wire already gives it up. Across a
 * loop's border the wire is led through its terminals.
 * @param side which end moves: the one that gives the value (`from`) or the one that takes it (`to`)
 * @throws GestureError where the wire would then close a cycle, or the port has the wrong way.
 */
export function reattachWire(
  document: GradloomDocument,
  id: WireId,
  side: 'from' | 'to',
  end: Endpoint,
): readonly Operation[] {
  const found = findWire(document, id);
  if (found === undefined) throw new GestureError('missing', { id });
  const { sheet, wire } = found;
  if (endpointKey(wire[side]) === endpointKey(end)) return [];
  const index = variadicIndex(nodeOf(found.graph, wire.to.node)?.type ?? '', wire.to.port);
  const toIndex = variadicIndex(nodeOf(found.graph, end.node)?.type ?? '', end.port);
  // From one place of a merge to another: its inputs change their order.
  if (side === 'to' && end.node === wire.to.node && index !== null && toIndex !== null) {
    return moveInput(document, end.node, index, toIndex);
  }
  const draft = new Draft(document);
  const [from, to] = side === 'from' ? [end, wire.to] : [wire.from, end];
  if (draft.find(end.node).sheet !== sheet) throw new GestureError('sheets');
  requireDirection(draft.find(from.node).node, from.port, 'gives');
  requireDirection(draft.find(to.node).node, to.port, 'takes');
  const { graph } = found;
  const others = { ...graph, wires: graph.wires.filter((other) => other.id !== id) };
  if (findCycle(others, from, to) !== null) throw new GestureError('cycle', { from: from.node, to: to.node });
  const former = wiresInto(graph, to.node, to.port).filter((other) => other.id !== id);
  draft.apply({ kind: 'removeWires', wires: former.map((other) => other.id) });
  const target = side === 'to' && former.length === 0 ? openPort(draft, to) : to;
  draft.apply({ kind: 'setWires', wires: [{ id, from: route(draft, sheet, from, target), to: target }] });
  renumberInputs(draft, [wire.to.node, to.node]);
  return draft.operations;
}

/** Where a constant inside a loop comes from: the end outside that feeds it, or null. */
export function constantSource(draft: Draft, sheet: SheetId, end: Endpoint): Endpoint | null {
  const graph = draft.graph(sheet);
  const loop = nodeOf(graph, end.node);
  const parameters = loop === undefined ? null : loopParametersOf(loop);
  const input = parameters?.inputs.find(({ id, kind }) => kind === 'constant' && loopPorts.input(id) === end.port);
  if (input === undefined) return null;
  return wiresInto(graph, end.node, loopPorts.in(input.id))[0]?.from ?? null;
}

/** What an output "last" of a loop hands out: the end inside, or null. */
function lastSource(draft: Draft, sheet: SheetId, end: Endpoint): Endpoint | null {
  const graph = draft.graph(sheet);
  const loop = nodeOf(graph, end.node);
  const parameters = loop === undefined ? null : loopParametersOf(loop);
  const output = parameters?.outputs.find(({ id, kind }) => kind === 'last' && loopPorts.out(id) === end.port);
  if (output === undefined) return null;
  return wiresInto(graph, end.node, loopPorts.result(output.id))[0]?.from ?? null;
}

/**
 * A value that entered a loop as a constant and now is computed inside: who read the constant reads the value itself,
 * and the constant goes. Returns whether that was so.
 */
function takeConstantBack(draft: Draft, sheet: SheetId, wire: Wire): boolean {
  const { from, to } = wire;
  const graph = draft.graph(sheet);
  const loop = nodeOf(graph, to.node);
  const parameters = loop === undefined ? null : loopParametersOf(loop);
  const input = parameters?.inputs.find(({ id, kind }) => kind === 'constant' && loopPorts.in(id) === to.port);
  if (input === undefined || !scopesAround(graph, from).includes(to.node)) return false;
  const readers = wiresFrom(graph, to.node, loopPorts.input(input.id));
  if (readers.some((reader) => findCycle(graph, from, reader.to) !== null)) return false;
  for (const reader of readers) {
    const source = route(draft, sheet, from, reader.to);
    draft.apply({ kind: 'setWires', wires: [{ ...reader, from: source }] });
  }
  dropLoopTerminal(draft, to.node, 'inputs', input.id);
  return true;
}

/**
 * Draws a wire again whose ends have come to lie in different scopes, through terminals. What a loop's terminals only
 * hand on is taken from where it comes from. A wire that would close a cycle that way stays across the border.
 */
export function rerouteWire(draft: Draft, id: WireId): void {
  const found = findWire(draft.document, id);
  if (found === undefined || isInOneScope(draft, found.sheet, found.wire)) return;
  const { sheet, wire } = found;
  const { to } = wire;
  if (takeConstantBack(draft, sheet, wire)) return;
  let { from } = wire;
  for (;;) {
    const graph = draft.graph(sheet);
    const isAround = scopesAround(graph, to).includes(endpointScope(graph, from));
    const isInside = scopesAround(graph, to).includes(from.node);
    const source = isAround ? null : constantSource(draft, sheet, from);
    const result = isInside ? lastSource(draft, sheet, from) : null;
    if (source === null && result === null) break;
    from = source ?? result ?? from;
  }
  if (findCycle(draft.graph(sheet), from, to) !== null) return;
  draft.apply({ kind: 'setWires', wires: [{ id, from: route(draft, sheet, from, to), to }] });
}

/** Whether both ends of a wire lie in one scope. */
export function isInOneScope(draft: Draft, sheet: SheetId, wire: { readonly from: Endpoint; readonly to: Endpoint }) {
  const graph = draft.graph(sheet);
  return endpointScope(graph, wire.from) === endpointScope(graph, wire.to);
}

/** The scope that nodes share. Throws where some lie in a loop that others do not lie in. */
export function sharedScope(draft: Draft, sheet: SheetId, nodes: readonly NodeId[]): NodeId | null {
  const graph = draft.graph(sheet);
  const [first = null, ...others] = new Set(nodes.map((id) => scopeOf(graph, id)));
  if (others.length > 0) throw new GestureError('scopes');
  return first;
}
