import type { Endpoint, GradloomDocument, LoopParameters, Wire } from '../document.ts';
import type { NodeId } from '../identifiers.ts';
import type { Operation } from '../operations.ts';
import { endpoint, loopPorts } from '../portNames.ts';
import type { SheetId } from '../queries.ts';
import { descendantsOf, endpointScope, valueName, wiresFrom, wiresInto } from '../queries.ts';
import { partOf, usualIterations, wrapPart } from './containers.ts';
import { commonSheet, Draft, GestureError } from './draft.ts';
import { removeWires } from './removal.ts';
import { findCycle } from './scopes.ts';
import { addState, dropLoopTerminal } from './terminals.ts';
import { constantSource, loopsBetween, openPort, openWayIn, requireDirection, routeOut } from './wires.ts';

type State = LoopParameters['states'][number];

/** What the window proposes for the state that a wire drawn backwards becomes. */
export interface BackEdgeState {
  /** Without the batch: the shape of the value that goes back. */
  readonly shape: State['shape'];
  readonly dtype?: State['dtype'];
  readonly residual?: boolean;
  /** How it starts where nothing feeds the port yet. Where something does, the state starts with that. */
  readonly initial?: Exclude<State['initial'], { kind: 'wired' }>;
  /** Of a new loop. */
  readonly iterations?: number;
  /** A new loop inside the present one, even where the present one could carry the state. */
  readonly nested?: boolean;
}

function stateOf({ shape, dtype, residual, initial }: BackEdgeState, isFed: boolean): Omit<State, 'id'> {
  return {
    shape: [...shape],
    ...(dtype === undefined ? {} : { dtype }),
    initial: isFed ? { kind: 'wired' } : (initial ?? { kind: 'zeros' }),
    ...(residual === undefined ? {} : { residual }),
  };
}

/** Gives a loop a state that goes from one of its values to one of its ports, and starts with `start`. */
function closeState(
  draft: Draft,
  sheet: SheetId,
  loop: NodeId,
  ends: { readonly from: Endpoint; readonly to: Endpoint; readonly start: Endpoint | null; readonly former?: Wire },
  state: BackEdgeState,
): void {
  const { from, to, start, former } = ends;
  const id = addState(draft, loop, valueName(draft.graph(sheet), from), stateOf(state, start !== null));
  const current = endpoint(loop, loopPorts.state(id));
  if (former === undefined) draft.addWire(sheet, current, to);
  else draft.apply({ kind: 'setWires', wires: [{ id: former.id, from: current, to }] });
  draft.addWire(sheet, from, endpoint(loop, loopPorts.next(id)));
  if (start !== null) draft.addWire(sheet, start, endpoint(loop, loopPorts.init(id)));
}

/** Where a state of the loop around would start: with what feeds the port from outside, with nothing, or nowhere. */
function startAround(
  draft: Draft,
  sheet: SheetId,
  loop: NodeId,
  former: Wire | undefined,
): { readonly start: Endpoint | null } | null {
  if (former === undefined) return { start: null };
  const start = former.from.node === loop ? constantSource(draft, sheet, former.from) : null;
  return start === null ? null : { start };
}

function dropUnusedConstant(draft: Draft, sheet: SheetId, { node: loop, port }: Endpoint): void {
  const input = (draft.find(loop).node.params['inputs'] as LoopParameters['inputs']).find(
    ({ id }) => loopPorts.input(id) === port,
  );
  if (input !== undefined && wiresFrom(draft.graph(sheet), loop, port).length === 0) {
    dropLoopTerminal(draft, loop, 'inputs', input.id);
  }
}

/**
 * A wire drawn backwards: the nodes on the cycles that it would close become the body of a loop, and the wire one of
 * its states. The state starts with what fed the port before, else with zeros (or as proposed). What is read outside
 * of the loop leaves it as outputs "last". Where both ends already lie in a loop, and nothing computed inside feeds the
 * port, that loop gets the state instead of a new one inside it (unless `nested`).
 * @throws GestureError where the wire closes no cycle.
 */
export function loopFromBackEdge(
  document: GradloomDocument,
  from: Endpoint,
  to: Endpoint,
  state: BackEdgeState,
): readonly Operation[] {
  const draft = new Draft(document);
  const sheet = commonSheet(draft, [from.node, to.node]);
  requireDirection(draft.find(from.node).node, from.port, 'gives');
  requireDirection(draft.find(to.node).node, to.port, 'takes');
  const cycle = findCycle(draft.graph(sheet), from, to);
  if (cycle === null) throw new GestureError('noCycle', { from: from.node, to: to.node });
  const { scope } = cycle;

  const target = openPort(draft, to);
  const [inner, ...doubled] = wiresInto(draft.graph(sheet), target.node, target.port);
  removeWires(
    draft,
    doubled.map(({ id }) => id),
  );
  const isDeeper = endpointScope(draft.graph(sheet), target) !== scope;
  if (isDeeper && inner !== undefined) throw new GestureError('fedInside', { id: target.node });
  const source = routeOut(draft, sheet, from, scope);
  const entry = isDeeper ? openWayIn(draft, sheet, loopsBetween(draft, sheet, scope, target), target) : target;
  const former = isDeeper ? undefined : inner;

  const around = scope === null || state.nested === true ? null : startAround(draft, sheet, scope, former);
  if (scope !== null && around !== null) {
    closeState(draft, sheet, scope, { from: source, to: entry, start: around.start, former }, state);
    if (former !== undefined) dropUnusedConstant(draft, sheet, former.from);
    return draft.operations;
  }
  const part = partOf(draft, cycle.nodes);
  const spare = new Set(former === undefined ? [] : [former.id]);
  const loop = wrapPart(draft, part, state.iterations ?? usualIterations, spare);
  closeState(draft, sheet, loop, { from: source, to: entry, start: former?.from ?? null, former }, state);
  return draft.operations;
}

/** The nodes that `loopFromBackEdge` would make the body: what the canvas lights up before the drop. */
export function backEdgeBody(document: GradloomDocument, from: Endpoint, to: Endpoint): ReadonlySet<NodeId> {
  const draft = new Draft(document);
  const graph = draft.graph(commonSheet(draft, [from.node, to.node]));
  const nodes = findCycle(graph, from, to)?.nodes ?? new Set<NodeId>();
  return new Set([...nodes].flatMap((id) => [id, ...descendantsOf(graph, id).map((inner) => inner.id)]));
}
