import type { GradloomDocument, GraphNode } from '../graph/document.ts';
import type { JsonObject } from '../graph/json.ts';
import { Draft } from '../graph/gestures/draft.ts';
import { addState } from '../graph/gestures/terminals.ts';
import type { Operation } from '../graph/operations.ts';
import { endpoint, loopPorts } from '../graph/portNames.ts';
import { findNode, loopParametersOf, nodeOf, wiresFrom } from '../graph/queries.ts';
import { findLayer } from '../layers/catalogue.ts';

/** The recurrent kinds that can stand for one another: without gates, with two, with three and a state of their own. */
export const gateKinds = ['simple', 'gru', 'lstm'] as const;
export type GateKind = (typeof gateKinds)[number];

const layerTypes: Readonly<Record<GateKind, string>> = { simple: 'simpleRecurrent', gru: 'gru', lstm: 'lstm' };
const cellTypes: Readonly<Record<GateKind, string>> = { simple: 'simpleCell', gru: 'gruCell', lstm: 'lstmCell' };

/** Which kind a recurrent node is, and whether it is a cell inside a loop; null for every other node. */
export function gateKindOf({ type }: GraphNode): { readonly kind: GateKind; readonly isCell: boolean } | null {
  for (const kind of gateKinds) {
    if (type === layerTypes[kind]) return { kind, isCell: false };
    if (type === cellTypes[kind]) return { kind, isCell: true };
  }
  return null;
}

/**
 * Edits that put another recurrent kind in a node's place: its id, its wires and what both kinds know of its settings stay.
 * A cell that becomes an LSTM gives its loop a second state. Null where there is nothing to change, or where a cell of an
 * LSTM would leave its second state behind: undo takes that way back.
 */
export function gateSwap(document: GradloomDocument, node: GraphNode, kind: GateKind): readonly Operation[] | null {
  const own = gateKindOf(node);
  if (own === null || own.kind === kind || (own.isCell && own.kind === 'lstm')) return null;
  const type = (own.isCell ? cellTypes : layerTypes)[kind];
  const known = findLayer(type)?.parameters ?? {};
  const params: JsonObject = Object.fromEntries(Object.entries(node.params).filter(([name]) => name in known));
  const draft = new Draft(document);
  draft.apply({ kind: 'setType', node: node.id, type, params });
  if (!own.isCell || kind !== 'lstm') return draft.operations;
  const place = findNode(document, node.id);
  const loop = node.parent === undefined || place === undefined ? undefined : nodeOf(place.graph, node.parent);
  const parameters = loop === undefined ? null : loopParametersOf(loop);
  if (place === undefined || loop === undefined || parameters === null) return null;
  // The second state begins and is shaped as the one that the cell hands on.
  const handed = wiresFrom(place.graph, node.id, 'nextH').map(({ to }) => to.port);
  const first = parameters.states.find(({ id }) => handed.includes(loopPorts.next(id)));
  if (first === undefined) return null;
  const c = addState(draft, loop.id, 'c', { shape: first.shape, initial: { kind: 'zeros' } });
  draft.addWires(place.sheet, [
    { from: endpoint(loop.id, loopPorts.state(c)), to: endpoint(node.id, 'c') },
    { from: endpoint(node.id, 'nextC'), to: endpoint(loop.id, loopPorts.next(c)) },
  ]);
  return draft.operations;
}
