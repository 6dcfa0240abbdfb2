import { applyOperation, applyOperations } from '../graph/applyOperation.ts';
import type { GradloomDocument } from '../graph/document.ts';
import { loopFromBackEdge } from '../graph/gestures/backEdge.ts';
import { GestureError } from '../graph/gestures/draft.ts';
import type { WireId } from '../graph/identifiers.ts';
import type { Operation } from '../graph/operations.ts';
import { OperationError } from '../graph/operations.ts';
import type { TensorType } from '../graph/values.ts';
import { findLayer } from '../layers/catalogue.ts';
import { sameType } from '../layers/requirements.ts';
import type { Diagnostic, Fix } from './diagnostic.ts';
import { bypass, freeIds, removeWireFix } from './fixes.ts';
import { widthOf } from './mergeFixes.ts';
import type { Link, Place } from './place.ts';
import { makeFix } from './report.ts';
import type { Reporter } from './report.ts';
import type { Sheet } from './sheet.ts';

/** Nodes that depend on themselves, and the wire among them that was drawn last. */
export interface Cycle {
  readonly sheet: Sheet;
  readonly members: readonly Place[];
  readonly back: Link;
  /** Types that come into the cycle from outside. */
  readonly entering: readonly TensorType[];
}

/** Names shown of a long cycle. */
const mostNames = 6;

/** Shapes tried for the state of the loop that a cycle could become. */
const mostTried = 4;

/** Tells of a cycle: making it a loop, or taking its last wire away, helps. `check` null: do not look for loops. */
export function reportCycle(
  document: GradloomDocument,
  cycle: Cycle,
  check: ((document: GradloomDocument) => readonly Diagnostic[]) | null,
  reporter: Reporter,
): void {
  const { members, back } = cycle;
  const names = members.slice(0, mostNames).map(({ name }) => name);
  reporter.report({
    severity: 'error',
    code: 'cycle',
    values: { names: members.length > mostNames ? [...names, '…'] : names, from: back.from.name, to: back.to.name },
    node: back.to.node.id,
    wire: back.wire.id,
    fixes: fixesFor(document, cycle, check),
  });
}

function fixesFor(
  document: GradloomDocument,
  cycle: Cycle,
  check: ((document: GradloomDocument) => readonly Diagnostic[]) | null,
): readonly Fix[] {
  const { sheet, back } = cycle;
  const fixes = check === null ? [] : [...loopFixes(document, cycle, check)];
  const { node, name } = back.to;
  const others = [...(sheet.incoming.get(node.id)?.values() ?? [])].filter((link) => link !== back);
  const [other] = others;
  const isMerge = findLayer(node.type)?.inputs === 'many';
  // A merge of two is none without the wire; a single input would be left open, so that is only the last resort.
  if (isMerge && others.length === 1 && other !== undefined) {
    fixes.push(makeFix('bypass', { name }, bypass(other, sheet.outgoing.get(node.id) ?? [], freeIds(document))));
  } else if (others.length > 1 || fixes.length === 0) {
    fixes.push(removeWireFix(back.wire));
  }
  return fixes;
}

/** Types that the value on the back wire may have: those that come in, also with the width of a layer on the way. */
function stateTypes({ members, entering }: Cycle): readonly TensorType[] {
  const widths = members.flatMap(({ node }) => widthOf(node) ?? []);
  const all = [
    ...entering,
    ...entering.flatMap(({ shape, dtype }) =>
      widths.map((width): TensorType => ({ shape: [...shape.slice(0, -1), width], dtype })),
    ),
    ...widths.map((width): TensorType => ({ shape: [width], dtype: 'float32' })),
  ];
  return all.filter((type, index) => all.findIndex((other) => sameType(other, type)) === index).slice(0, mostTried);
}

function errorKeys(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, node, message }) => `${code} ${node ?? ''} ${message}`);
}

/**
 * The back wire as a state of a loop. What its shape is cannot be read off a cycle, so each that is likely is tried, and
 * offered where the loop leaves no new error.
 */
function loopFixes(
  document: GradloomDocument,
  cycle: Cycle,
  check: (document: GradloomDocument) => readonly Diagnostic[],
): readonly Fix[] {
  const { wire } = cycle.back;
  const before = new Set(errorKeys(check(document)));
  for (const { shape, dtype } of stateTypes(cycle)) {
    const operations = unlessUnfit(() => {
      const remove: Operation = { kind: 'removeWires', wires: [wire.id] };
      const state = { shape: [...shape], dtype };
      return [remove, ...loopFromBackEdge(applyOperation(document, remove), wire.from, wire.to, state)];
    });
    const after = operations === null ? null : unlessUnfit(() => check(applyOperations(document, operations)));
    if (operations === null || after === null) return [];
    const stays = after.some((diagnostic) => diagnostic.code === 'cycle' && diagnostic.wire === wire.id);
    if (!stays && errorKeys(after).every((key) => before.has(key))) return [makeFix('makeLoop', {}, operations)];
  }
  return [];
}

/** Runs a gesture; null where the document does not allow it. */
function unlessUnfit<Result>(gesture: () => Result): Result | null {
  try {
    return gesture();
  } catch (error) {
    if (error instanceof GestureError || error instanceof OperationError) return null;
    throw error;
  }
}

/** The cycles found so far, each once however many kinds of instance its sheet has. */
export class CycleCollection {
  readonly #found = new Map<WireId, Cycle>();

  /** Takes up a set of nodes that depend on themselves, with the wires of their scope and the types known on those. */
  add(
    sheet: Sheet,
    members: readonly Place[],
    scopeLinks: readonly Link[],
    typeOf: (link: Link) => TensorType | undefined,
  ): void {
    const inside = new Set(members);
    const back = scopeLinks.findLast(({ from, to }) => inside.has(from) && inside.has(to));
    if (back === undefined || this.#found.has(back.wire.id)) return;
    const entering = scopeLinks
      .filter(({ from, to }) => !inside.has(from) && inside.has(to))
      .flatMap((link) => typeOf(link) ?? []);
    this.#found.set(back.wire.id, { sheet, members, back, entering });
  }

  all(): readonly Cycle[] {
    return [...this.#found.values()];
  }
}
