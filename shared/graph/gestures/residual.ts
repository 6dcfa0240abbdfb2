import type { GradloomDocument } from '../document.ts';
import type { NodeId } from '../identifiers.ts';
import type { Operation } from '../operations.ts';
import { endpoint, endpointKey, variadicPort } from '../portNames.ts';
import { nodeOf } from '../queries.ts';
import { partOf } from './containers.ts';
import { Draft, GestureError } from './draft.ts';

/**
 * x + F(x) in place of F(x), for the part of a sheet that chosen nodes stand for. Whether both are of one shape is left to
 * the check, which offers a projection where they are not.
 * @throws GestureError where not exactly one value goes into the part and one comes out
 */
export function wrapResidual(document: GradloomDocument, nodes: Iterable<NodeId>): readonly Operation[] {
  const draft = new Draft(document);
  const { sheet, inside, parent } = partOf(draft, nodes);
  const graph = draft.graph(sheet);
  const entering = graph.wires.filter(({ from, to }) => !inside.has(from.node) && inside.has(to.node));
  const leaving = graph.wires.filter(({ from, to }) => inside.has(from.node) && !inside.has(to.node));
  const [into, out] = [entering, leaving].map((wires) => new Map(wires.map(({ from }) => [endpointKey(from), from])));
  const [taken] = into?.values() ?? [];
  const [given] = out?.values() ?? [];
  if (taken === undefined || given === undefined || into?.size !== 1 || out?.size !== 1) {
    throw new GestureError('residualEnds', { into: into?.size ?? 0, out: out?.size ?? 0 });
  }
  const last = nodeOf(graph, given.node)?.position ?? { x: 0, y: 0 };
  const sum = draft.newNodeId('add');
  const position = { x: last.x + 24, y: last.y + 64 };
  draft.addNodes(sheet, [{ id: sum, type: 'add', params: {}, position, ...(parent === null ? {} : { parent }) }]);
  draft.apply({ kind: 'setWires', wires: leaving.map((wire) => ({ ...wire, from: endpoint(sum, 'out') })) });
  draft.addWires(sheet, [
    { from: taken, to: endpoint(sum, variadicPort(0)) },
    { from: given, to: endpoint(sum, variadicPort(1)) },
  ]);
  return draft.operations;
}
