import type { GradloomDocument, GraphNode, LoopParameters, Wire } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import type { JsonValue } from '../graph/json.ts';
import type { Operation } from '../graph/operations.ts';
import { graphOf, loopParametersOf, newTerminalId, valueName } from '../graph/queries.ts';
import type { Port } from '../layers/layer.ts';
import type { Fix } from './diagnostic.ts';
import { freeIds } from './fixes.ts';
import { scopeAt } from './place.ts';
import type { Place } from './place.ts';
import { makeFix } from './report.ts';

/** Loops from the given scope out to the sheet, innermost first. */
function loopsOutwards(scope: NodeId | null, places: ReadonlyMap<NodeId, Place>): readonly Place[] {
  const loops: Place[] = [];
  for (let current = scope; current !== null;) {
    const place = places.get(current);
    if (place === undefined) break;
    loops.push(place);
    current = place.scope;
  }
  return loops;
}

function terminalIds({ states, inputs, outputs }: LoopParameters): readonly string[] {
  return [...states, ...inputs, ...outputs].map(({ id }) => id);
}

/** Adds a terminal at the end of one of a loop's lists. */
function withTerminal(loop: GraphNode, list: 'inputs' | 'outputs', terminal: JsonValue): Operation {
  const present = loop.params[list];
  const set = { [list]: [...(Array.isArray(present) ? (present as JsonValue[]) : []), terminal] };
  return { kind: 'setParameters', node: loop.id, set };
}

/**
 * Ways to lead a wire over the borders of loops: inwards as a constant of every loop it enters, outwards as the last
 * value of every loop it leaves. Nothing where it would do both.
 */
export function makeBorderFixes(
  document: GradloomDocument,
  wire: Wire,
  from: Place,
  source: Port,
  to: Place,
  target: Port,
  places: ReadonlyMap<NodeId, Place>,
): readonly Fix[] {
  const left = loopsOutwards(scopeAt(from, source), places);
  const entered = loopsOutwards(scopeAt(to, target), places);
  const shared = new Set(left.filter((loop) => entered.includes(loop)));
  const out = left.filter((loop) => !shared.has(loop));
  const into = entered.filter((loop) => !shared.has(loop)).reverse();
  if (out.length > 0 && into.length > 0) return [];
  const ids = freeIds(document);
  const graph = graphOf(document, from.sheet);
  const name = graph === undefined ? from.node.id : valueName(graph, wire.from);
  const operations: Operation[] = [{ kind: 'removeWires', wires: [wire.id] }];
  let end = wire.from;
  for (const { node, sheet } of [...out, ...into]) {
    const parameters = loopParametersOf(node);
    if (parameters === null) return [];
    const leaves = out.length > 0;
    const id = newTerminalId(terminalIds(parameters), name);
    operations.push(withTerminal(node, leaves ? 'outputs' : 'inputs', { id, kind: leaves ? 'last' : 'constant' }), {
      kind: 'addWires',
      sheet,
      wires: [{ id: ids.wire(), from: end, to: { node: node.id, port: leaves ? `result.${id}` : `in.${id}` } }],
    });
    end = { node: node.id, port: leaves ? `out.${id}` : `input.${id}` };
  }
  operations.push({
    kind: 'addWires',
    sheet: from.sheet,
    wires: [{ id: ids.wire(), from: end, to: wire.to }],
  });
  return [makeFix(out.length > 0 ? 'handOutLast' : 'bringInConstant', {}, operations)];
}
