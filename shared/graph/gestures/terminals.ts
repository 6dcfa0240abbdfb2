import type { Endpoint, GraphNode, GradloomDocument, LoopParameters } from '../document.ts';
import type { CellId, NodeId, TerminalId, WireId } from '../identifiers.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { Operation } from '../operations.ts';
import { endpoint, instancePorts, loopPorts } from '../portNames.ts';
import { instancesOf, loopParametersOf, newTerminalId, wiresFrom, wiresInto } from '../queries.ts';
import { Draft, GestureError } from './draft.ts';
import { removeWires } from './removal.ts';

/** The three lists of terminals of a loop. */
export type LoopTerminalKind = 'states' | 'inputs' | 'outputs';

export type LoopState = LoopParameters['states'][number];
export type LoopOutput = LoopParameters['outputs'][number];

/** The parameters of a loop that is whole. Throws where a file gives it broken ones. */
export function wholeLoop(draft: Draft, loop: NodeId): LoopParameters {
  const parameters = loopParametersOf(draft.find(loop).node);
  if (parameters === null) throw new GestureError('brokenLoop', { id: loop });
  return parameters;
}

/** Gives a loop one more terminal and returns its id. `base` is a proposal. */
export function addInput(draft: Draft, loop: NodeId, base: string, kind: 'constant' | 'scan' = 'constant'): TerminalId {
  const { inputs } = wholeLoop(draft, loop);
  const id = newTerminalId(
    inputs.map((input) => input.id),
    base,
  );
  draft.apply({ kind: 'setParameters', node: loop, set: { inputs: [...inputs, { id, kind }] } });
  return id;
}

/** Gives a loop one more output and returns its id. `base` is a proposal. */
export function addOutput(
  draft: Draft,
  loop: NodeId,
  base: string,
  kind: LoopOutput['kind'] = 'last',
  state?: TerminalId,
): TerminalId {
  const { outputs } = wholeLoop(draft, loop);
  const id = newTerminalId(
    outputs.map((output) => output.id),
    base,
  );
  setOutputs(draft, loop, [...outputs, { id, kind, state }]);
  return id;
}

function setOutputs(draft: Draft, loop: NodeId, outputs: readonly LoopOutput[]): void {
  const list = outputs.map(({ id, kind, state }): JsonObject => ({
    id,
    kind,
    ...(state === undefined ? {} : { state }),
  }));
  draft.apply({ kind: 'setParameters', node: loop, set: { outputs: list } });
}

/** Gives a loop one more state and returns its id. `base` is a proposal. */
export function addState(draft: Draft, loop: NodeId, base: string, state: Omit<LoopState, 'id'>): TerminalId {
  const { states } = wholeLoop(draft, loop);
  const id = newTerminalId(
    states.map((other) => other.id),
    base,
  );
  const list = [...states, { ...state, id }].map((entry): JsonObject => ({ id: entry.id, ...plainState(entry) }));
  draft.apply({ kind: 'setParameters', node: loop, set: { states: list } });
  return id;
}

function plainState({ shape, dtype, initial, residual }: Omit<LoopState, 'id'>): JsonObject {
  return {
    shape,
    ...(dtype === undefined ? {} : { dtype }),
    initial,
    ...(residual === undefined ? {} : { residual }),
  };
}

function portsOfTerminal(kind: LoopTerminalKind, id: TerminalId): readonly string[] {
  switch (kind) {
    case 'states':
      return [loopPorts.init(id), loopPorts.state(id), loopPorts.next(id)];
    case 'inputs':
      return [loopPorts.in(id), loopPorts.input(id)];
    case 'outputs':
      return [loopPorts.out(id), loopPorts.result(id)];
  }
}

function wiresAtPorts(draft: Draft, node: NodeId, ports: readonly string[]): readonly WireId[] {
  const { graph } = draft.find(node);
  const wires = [
    ...wiresInto(graph, node).filter(({ to }) => ports.includes(to.port)),
    ...wiresFrom(graph, node).filter(({ from }) => ports.includes(from.port)),
  ];
  return [...new Set(wires.map(({ id }) => id))];
}

/** Takes a terminal and its wires away; a state takes the outputs along that hand it out. */
export function dropLoopTerminal(draft: Draft, loop: NodeId, kind: LoopTerminalKind, id: TerminalId): void {
  const whole = wholeLoop(draft, loop);
  const list: readonly { readonly id: TerminalId }[] = whole[kind];
  if (!list.some((terminal) => terminal.id === id)) throw new GestureError('missing', { id });
  if (kind === 'states') {
    for (const output of whole.outputs) if (output.state === id) dropLoopTerminal(draft, loop, 'outputs', output.id);
  }
  removeWires(draft, wiresAtPorts(draft, loop, portsOfTerminal(kind, id)));
  const kept = list.filter((terminal) => terminal.id !== id) as unknown as JsonValue;
  draft.apply({ kind: 'setParameters', node: loop, set: { [kind]: kept } });
}

/**
 * Changes a state of a loop. A state that starts wired and then no longer does loses the wire of its start.
 * @throws GestureError where the loop has no such state.
 */
export function setLoopState(
  document: GradloomDocument,
  loop: NodeId,
  id: TerminalId,
  change: Partial<Omit<LoopState, 'id'>>,
): readonly Operation[] {
  const draft = new Draft(document);
  const { states } = wholeLoop(draft, loop);
  const former = states.find((state) => state.id === id);
  if (former === undefined) throw new GestureError('missing', { id });
  const next = { ...former, ...change };
  if (next.initial.kind !== 'wired') removeWires(draft, wiresAtPorts(draft, loop, [loopPorts.init(id)]));
  const list = states.map((state): JsonObject => ({ id: state.id, ...plainState(state.id === id ? next : state) }));
  draft.apply({ kind: 'setParameters', node: loop, set: { states: list } });
  return draft.operations;
}

/** Gives a loop a state. Its wires are drawn afterwards. */
export function addLoopState(
  document: GradloomDocument,
  loop: NodeId,
  base: string,
  state: Omit<LoopState, 'id'>,
): readonly Operation[] {
  const draft = new Draft(document);
  addState(draft, loop, base, state);
  return draft.operations;
}

/** Gives a loop an input for a value from outside. */
export function addLoopInput(
  document: GradloomDocument,
  loop: NodeId,
  base: string,
  kind: 'constant' | 'scan',
): readonly Operation[] {
  const draft = new Draft(document);
  addInput(draft, loop, base, kind);
  return draft.operations;
}

/** Gives a loop an output. */
export function addLoopOutput(
  document: GradloomDocument,
  loop: NodeId,
  base: string,
  kind: 'last' | 'all',
  state?: TerminalId,
): readonly Operation[] {
  const draft = new Draft(document);
  addOutput(draft, loop, base, kind, state);
  return draft.operations;
}

/**
 * Changes an output of a loop: `last` or `all`, and what it hands out (`state: null`: what is wired to it inside). One
 * that begins to hand a state out loses its wire inside.
 * @throws GestureError where the loop has no such output or no such state.
 */
export function setLoopOutput(
  document: GradloomDocument,
  loop: NodeId,
  id: TerminalId,
  change: { readonly kind?: LoopOutput['kind']; readonly state?: TerminalId | null },
): readonly Operation[] {
  const draft = new Draft(document);
  const { states, outputs } = wholeLoop(draft, loop);
  const former = outputs.find((output) => output.id === id);
  if (former === undefined) throw new GestureError('missing', { id });
  const state = change.state === undefined ? former.state : (change.state ?? undefined);
  if (state !== undefined && !states.some((other) => other.id === state))
    throw new GestureError('missing', { id: state });
  if (state !== undefined) removeWires(draft, wiresAtPorts(draft, loop, [loopPorts.result(id)]));
  const next = { id, kind: change.kind ?? former.kind, state };
  setOutputs(
    draft,
    loop,
    outputs.map((output) => (output.id === id ? next : output)),
  );
  return draft.operations;
}

/** Changes how an input of a loop enters: the same in every iteration, or slice by slice. */
export function setLoopInput(
  document: GradloomDocument,
  loop: NodeId,
  id: TerminalId,
  kind: LoopParameters['inputs'][number]['kind'],
): readonly Operation[] {
  const draft = new Draft(document);
  const { inputs } = wholeLoop(draft, loop);
  if (!inputs.some((input) => input.id === id)) throw new GestureError('missing', { id });
  const list = inputs.map((input): JsonObject => ({ id: input.id, kind: input.id === id ? kind : input.kind }));
  draft.apply({ kind: 'setParameters', node: loop, set: { inputs: list } });
  return draft.operations;
}

/** The items of a list with the one at a place moved to another; those between shift by one. */
function movedItem<Item>(list: readonly Item[], from: number, to: number): readonly Item[] {
  const item = list[from];
  if (item === undefined) return list;
  const others = list.filter((_, index) => index !== from);
  return [...others.slice(0, Math.max(0, to)), item, ...others.slice(Math.max(0, to))];
}

/** Moves a state, input or output of a loop to another place in its list. Wires stay. */
export function moveLoopTerminal(
  document: GradloomDocument,
  loop: NodeId,
  kind: LoopTerminalKind,
  id: TerminalId,
  to: number,
): readonly Operation[] {
  const draft = new Draft(document);
  const list: readonly { readonly id: TerminalId }[] = wholeLoop(draft, loop)[kind];
  const from = list.findIndex((terminal) => terminal.id === id);
  if (from < 0) throw new GestureError('missing', { id });
  const moved = movedItem(list, from, to) as unknown as JsonValue;
  draft.apply({ kind: 'setParameters', node: loop, set: { [kind]: moved } });
  return draft.operations;
}

/** Takes a state, input or output of a loop away, with its wires on both sides of the border. */
export function removeLoopTerminal(
  document: GradloomDocument,
  loop: NodeId,
  kind: LoopTerminalKind,
  id: TerminalId,
): readonly Operation[] {
  const draft = new Draft(document);
  dropLoopTerminal(draft, loop, kind, id);
  return draft.operations;
}

function renamePorts(draft: Draft, node: NodeId, ports: ReadonlyMap<string, string>): void {
  const { graph } = draft.find(node);
  const renamed = (end: Endpoint): Endpoint =>
    end.node === node && ports.has(end.port) ? endpoint(node, ports.get(end.port) ?? end.port) : end;
  const touching = new Set(wiresAtPorts(draft, node, [...ports.keys()]));
  const wires = graph.wires
    .filter(({ id }) => touching.has(id))
    .map(({ id, from, to }) => ({ id, from: renamed(from), to: renamed(to) }));
  draft.apply({ kind: 'setWires', wires });
}

function refuseTaken(list: readonly { readonly id: TerminalId }[], from: TerminalId, to: TerminalId): void {
  if (!list.some(({ id }) => id === from)) throw new GestureError('missing', { id: from });
  if (from !== to && list.some(({ id }) => id === to)) throw new GestureError('taken', { id: to });
}

/** Gives a state, input or output of a loop another id. Its wires stay. */
export function renameLoopTerminal(
  document: GradloomDocument,
  loop: NodeId,
  kind: LoopTerminalKind,
  from: TerminalId,
  to: TerminalId,
): readonly Operation[] {
  const draft = new Draft(document);
  const list: readonly { readonly id: TerminalId }[] = wholeLoop(draft, loop)[kind];
  refuseTaken(list, from, to);
  const renamed = list.map((terminal) => (terminal.id === from ? { ...terminal, id: to } : terminal));
  draft.apply({ kind: 'setParameters', node: loop, set: { [kind]: renamed as unknown as JsonValue } });
  const { outputs } = wholeLoop(draft, loop);
  if (kind === 'states' && outputs.some(({ state }) => state === from)) {
    setOutputs(
      draft,
      loop,
      outputs.map((output) => (output.state === from ? { ...output, state: to } : output)),
    );
  }
  const ports = portsOfTerminal(kind, from);
  const next = portsOfTerminal(kind, to);
  renamePorts(draft, loop, new Map(ports.map((port, index) => [port, next[index] ?? port])));
  return draft.operations;
}

// -------------------------------------------------------------------------------------------------------------- cells

const terminalTypes = { inputs: 'cellInput', outputs: 'cellOutput' } as const;

/** The nodes that stand for a terminal inside its definition. */
function terminalNodes(
  draft: Draft,
  cell: CellId,
  kind: 'inputs' | 'outputs',
  terminal: TerminalId,
): readonly GraphNode[] {
  return draft
    .cell(cell)
    .graph.nodes.filter(({ type, params }) => type === terminalTypes[kind] && params['terminal'] === terminal);
}

function instancePort(kind: 'inputs' | 'outputs', terminal: TerminalId): string {
  return kind === 'inputs' ? instancePorts.in(terminal) : instancePorts.out(terminal);
}

/** Gives a cell one more port: a terminal in its header and the node that stands for it inside. */
export function addCellTerminal(
  document: GradloomDocument,
  cell: CellId,
  kind: 'inputs' | 'outputs',
  base: string,
  position: GraphNode['position'] = { x: 0, y: 0 },
): readonly Operation[] {
  const draft = new Draft(document);
  const list = draft.cell(cell)[kind];
  const id = newTerminalId(
    list.map((terminal) => terminal.id),
    base,
  );
  draft.apply({ kind: 'setCell', cell, set: { [kind]: [...list, { id }] } });
  const node = { id: draft.newNodeId(id), type: terminalTypes[kind], params: { terminal: id }, position };
  draft.addNodes(cell, [node]);
  return draft.operations;
}

/** Moves a port of a cell to another place among its inputs or outputs. Wires stay. */
export function moveCellTerminal(
  document: GradloomDocument,
  cell: CellId,
  kind: 'inputs' | 'outputs',
  id: TerminalId,
  to: number,
): readonly Operation[] {
  const draft = new Draft(document);
  const list = draft.cell(cell)[kind];
  const from = list.findIndex((terminal) => terminal.id === id);
  if (from < 0) throw new GestureError('missing', { id });
  draft.apply({ kind: 'setCell', cell, set: { [kind]: [...movedItem(list, from, to)] } });
  return draft.operations;
}

/**
 * Lets instances of a cell set a parameter of one of its nodes; a parameter that is exposed already stays as it is.
 * `base` is a proposal for its name.
 */
export function exposeParameter(
  document: GradloomDocument,
  cell: CellId,
  node: NodeId,
  parameter: string,
  base: string = parameter,
): readonly Operation[] {
  const draft = new Draft(document);
  const { parameters } = draft.cell(cell);
  if (draft.find(node).sheet !== cell) throw new GestureError('sheets');
  if (parameters.some((exposed) => exposed.node === node && exposed.parameter === parameter)) return [];
  const id = newTerminalId(
    parameters.map((exposed) => exposed.id),
    base,
  );
  draft.apply({ kind: 'setCell', cell, set: { parameters: [...parameters, { id, node, parameter }] } });
  return draft.operations;
}

/** Takes an exposed parameter back; instances lose the values that they give to it. */
export function hideParameter(document: GradloomDocument, cell: CellId, id: TerminalId): readonly Operation[] {
  const draft = new Draft(document);
  if (!draft.cell(cell).parameters.some((exposed) => exposed.id === id)) throw new GestureError('missing', { id });
  dropExposed(draft, cell, new Set([id]));
  return draft.operations;
}

/** Takes a port of a cell away: from its header, from its sheet, and the wires at every instance. */
export function dropCellTerminal(draft: Draft, cell: CellId, kind: 'inputs' | 'outputs', id: TerminalId): void {
  const list = draft.cell(cell)[kind];
  if (!list.some((terminal) => terminal.id === id)) throw new GestureError('missing', { id });
  for (const { node } of instancesOf(draft.document, cell)) {
    removeWires(draft, wiresAtPorts(draft, node.id, [instancePort(kind, id)]));
  }
  const nodes = terminalNodes(draft, cell, kind, id);
  const { graph } = draft.cell(cell);
  removeWires(
    draft,
    nodes.flatMap((node) => [...wiresInto(graph, node.id), ...wiresFrom(graph, node.id)].map((wire) => wire.id)),
  );
  if (nodes.length > 0) draft.apply({ kind: 'removeNodes', nodes: nodes.map((node) => node.id) });
  draft.apply({ kind: 'setCell', cell, set: { [kind]: list.filter((terminal) => terminal.id !== id) } });
}

/** Takes a port of a cell away: from its header, from its sheet, and the wires at every instance. */
export function removeCellTerminal(
  document: GradloomDocument,
  cell: CellId,
  kind: 'inputs' | 'outputs',
  id: TerminalId,
): readonly Operation[] {
  const draft = new Draft(document);
  dropCellTerminal(draft, cell, kind, id);
  return draft.operations;
}

/** Gives a port of a cell another id, inside and at every instance. Wires stay. */
export function renameCellTerminal(
  document: GradloomDocument,
  cell: CellId,
  kind: 'inputs' | 'outputs',
  from: TerminalId,
  to: TerminalId,
): readonly Operation[] {
  const draft = new Draft(document);
  const list = draft.cell(cell)[kind];
  refuseTaken(list, from, to);
  draft.apply({
    kind: 'setCell',
    cell,
    set: { [kind]: list.map(({ id }) => ({ id: id === from ? to : id })) },
  });
  for (const { id } of terminalNodes(draft, cell, kind, from)) {
    draft.apply({ kind: 'setParameters', node: id, set: { terminal: to } });
  }
  for (const { node } of instancesOf(draft.document, cell)) {
    renamePorts(draft, node.id, new Map([[instancePort(kind, from), instancePort(kind, to)]]));
  }
  return draft.operations;
}

/** Takes the values away that instances give to a parameter of their cell that is no longer exposed. */
export function dropExposedParameters(draft: Draft, cell: CellId, isGone: (node: NodeId) => boolean): void {
  const { parameters } = draft.cell(cell);
  const gone = new Set(parameters.filter(({ node }) => isGone(node)).map(({ id }) => id));
  if (gone.size > 0) dropExposed(draft, cell, gone);
}

function dropExposed(draft: Draft, cell: CellId, gone: ReadonlySet<TerminalId>): void {
  const { parameters } = draft.cell(cell);
  draft.apply({ kind: 'setCell', cell, set: { parameters: parameters.filter(({ id }) => !gone.has(id)) } });
  for (const { node } of instancesOf(draft.document, cell)) {
    const given = node.params['parameters'];
    if (!isJsonObject(given)) continue;
    const kept = Object.fromEntries(Object.entries(given).filter(([id]) => !gone.has(id as TerminalId)));
    draft.apply({ kind: 'setParameters', node: node.id, set: { parameters: kept } });
  }
}
