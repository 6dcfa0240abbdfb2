import type { GradloomDocument } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { sameType } from '../layers/requirements.ts';
import { findLayer } from '../layers/catalogue.ts';
import { variadicIndex } from '../layers/nodePorts.ts';
import type { Fix } from './diagnostic.ts';
import type { Evaluation } from './evaluation.ts';
import { freeIds, newNode, placeOnLink, removeWireFix } from './fixes.ts';
import type { Link } from './place.ts';
import { makeFix } from './report.ts';
import type { Reporter } from './report.ts';
import type { Sheet } from './sheet.ts';

/** Tells of wires that end at an input which has one already. */
export function reportSurplus(document: GradloomDocument, evaluation: Evaluation, reporter: Reporter): void {
  for (const { link, first } of evaluation.sheet.surplus) {
    const values = { name: link.to.name, port: link.wire.to.port, first: first.from.name, second: link.from.name };
    reporter.report({
      severity: 'error',
      code: 'inputTaken',
      values,
      node: link.to.node.id,
      wire: link.wire.id,
      fixes: [...joinFixes(document, evaluation, link, first), removeWireFix(link.wire)],
    });
  }
}

/** Whether the value at the start of a wire depends on the node at its end: joining them would make a cycle. */
function dependsOn(sheet: Sheet, source: NodeId, target: NodeId): boolean {
  const seen = new Set([source]);
  for (const id of seen) {
    for (const { from } of sheet.incoming.get(id)?.values() ?? []) seen.add(from.node.id);
  }
  return seen.has(target);
}

/** Values of one type can be added, or given each an input of a merge that takes any number. */
function joinFixes(
  document: GradloomDocument,
  { sheet, results }: Evaluation,
  link: Link,
  first: Link,
): readonly Fix[] {
  const typeOf = ({ wire }: Link) => results.get(wire.from.node)?.outputs[wire.from.port];
  const [one, other] = [typeOf(first), typeOf(link)];
  if (one === undefined || other === undefined || !sameType(one, other)) return [];
  if (dependsOn(sheet, link.from.node.id, link.to.node.id)) return [];
  const ids = freeIds(document);
  const { sheet: sheetId, node } = link.to;
  const { wire } = link;
  if (findLayer(node.type)?.inputs === 'many') {
    const used = [...(sheet.incoming.get(node.id)?.keys() ?? [])].map((port) => variadicIndex(port) ?? 0);
    const port = `in.${Math.max(...used) + 1}`;
    return [
      makeFix('nextInput', {}, [
        { kind: 'removeWires', wires: [wire.id] },
        { kind: 'addWires', sheet: sheetId, wires: [{ id: ids.wire(), from: wire.from, to: { node: node.id, port } }] },
      ]),
    ];
  }
  if (one.dtype !== 'float32') return [];
  const add = newNode(ids.node('add'), { type: 'add', params: {} }, placeOnLink(first));
  return [
    makeFix('insertAdd', {}, [
      { kind: 'removeWires', wires: [first.wire.id, wire.id] },
      { kind: 'addNodes', sheet: sheetId, nodes: [add] },
      {
        kind: 'addWires',
        sheet: sheetId,
        wires: [
          { id: ids.wire(), from: first.wire.from, to: { node: add.id, port: 'in.0' } },
          { id: ids.wire(), from: wire.from, to: { node: add.id, port: 'in.1' } },
          { id: ids.wire(), from: { node: add.id, port: 'out' }, to: wire.to },
        ],
      },
    ]),
  ];
}
