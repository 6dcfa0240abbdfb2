import type { GradloomDocument } from '../graph/document.ts';
import type { CellId, NodeId, WireId } from '../graph/identifiers.ts';
import { instancesOf } from '../graph/queries.ts';
import type { TensorType } from '../graph/values.ts';
import {
  adviseDense,
  adviseLinearRows,
  adviseLinks,
  adviseNothingToTrain,
  adviseNoOutput,
  adviseResidual,
  adviseUnused,
} from './advice.ts';
import { checkDefinition, checkTerminals, findRecursion } from './cells.ts';
import { countAll } from './count.ts';
import { CycleCollection, reportCycle } from './cycles.ts';
import type { Cycle } from './cycles.ts';
import type { CheckResult, NodeFacts } from './diagnostic.ts';
import { Evaluator } from './evaluate.ts';
import type { Evaluation } from './evaluation.ts';
import { Reporter } from './report.ts';
import { reportSurplus } from './surplus.ts';
import { noIds, readSheet } from './sheet.ts';
import type { Sheet } from './sheet.ts';
import { checkTraining, endsOf } from './training.ts';

/**
 * Looks a document over without running anything: the type on every wire, the weights and the cost of every node, and
 * everything that is wrong or doubtful, each with its place, what was expected and received, and the ways out. Never
 * throws on a document that fits the schema.
 */
export function check(document: GradloomDocument): CheckResult {
  return atOnce(checkInParts(document));
}

/**
 * The same in parts, each of which takes some milliseconds for thousands of nodes: whoever must answer in between goes on
 * when it suits. What follows from the document as it was given is returned at the end.
 */
export function checkInParts(document: GradloomDocument): Parts<CheckResult> {
  return checkDocument(document, true);
}

/** Work that pauses between its parts. */
export type Parts<Result> = Generator<undefined, Result, undefined>;

function atOnce<Result>(parts: Parts<Result>): Result {
  for (;;) {
    const part = parts.next();
    if (part.done === true) return part.value;
  }
}

/** For more cycles than this at once, loops are not looked for: each try is a check of its own. */
const mostCyclesSolved = 2;

/** `tryLoops`: whether to look for loops that cycles could become, which means checking what would come out. */
function* checkDocument(document: GradloomDocument, tryLoops: boolean): Parts<CheckResult> {
  const reporter = new Reporter();
  const { top, sheets, evaluations, cycles } = yield* evaluateSheets(document, reporter);
  const checkAgain = (other: GradloomDocument) => atOnce(checkDocument(other, false)).diagnostics;
  cycles.forEach((cycle, index) => {
    reportCycle(document, cycle, tryLoops && index < mostCyclesSolved ? checkAgain : null, reporter);
  });
  yield;
  const { facts, totals } = countAll(evaluations, top, reporter);
  yield;
  for (const evaluation of evaluations) {
    reportSurplus(document, evaluation, reporter);
    adviseDense(document, evaluation, reporter);
  }
  if (endsOf(top.sheet, 'output').length === 0) adviseNoOutput(document, top, facts, reporter);
  for (const sheet of sheets.values()) {
    adviseUnused(document, sheet, facts, reporter);
    adviseLinearRows(sheet, facts, reporter);
  }
  yield;
  adviseResidual(sheets, top.sheet, reporter);
  checkTraining({ document, sheet: top.sheet, facts, reporter });
  adviseLinks(document, top.sheet, reporter);
  adviseNothingToTrain(document, totals.trainable, reporter);
  return {
    diagnostics: reporter.diagnostics(),
    ok: reporter.errors === 0,
    nodes: withUnreached(facts, sheets),
    wires: wireTypes(evaluations),
    totals,
  };
}

interface Evaluated {
  readonly top: Evaluation;
  readonly sheets: ReadonlyMap<CellId | null, Sheet>;
  /** Callees before callers; definitions that nothing calls among them. */
  readonly evaluations: readonly Evaluation[];
  readonly cycles: readonly Cycle[];
}

function* evaluateSheets(document: GradloomDocument, reporter: Reporter): Parts<Evaluated> {
  const ids = noIds();
  const topSheet = readSheet(document, null, reporter, ids);
  const sheets = new Map<CellId | null, Sheet>([[null, topSheet]]);
  for (const cell of document.cells) {
    if (sheets.has(cell.id)) {
      reporter.report({ severity: 'error', code: 'duplicateId', values: { id: cell.id } });
    } else {
      sheets.set(cell.id, readSheet(document, cell, reporter, ids));
    }
  }
  for (const sheet of sheets.values()) checkTerminals(sheet, reporter);
  const recursive = findRecursion(document, sheets, reporter);
  const cycles = new CycleCollection();
  const evaluator = new Evaluator({ document, sheets, recursive, cycles, reporter });
  yield;
  const top = evaluator.evaluateAlone(topSheet);
  for (const cell of document.cells) {
    const sheet = sheets.get(cell.id);
    if (sheet?.cell !== cell) continue;
    const instances = instancesOf(document, cell.id).map(({ node }) => node);
    checkDefinition(document, cell, sheet, instances, reporter);
    if (!evaluator.evaluations.some((evaluation) => evaluation.cell === cell)) evaluator.evaluateAlone(sheet);
  }
  return { top, sheets, evaluations: evaluator.evaluations, cycles: cycles.all() };
}

/** Types on the wires, as the first kind of instance sees them. */
function wireTypes(evaluations: readonly Evaluation[]): ReadonlyMap<WireId, TensorType> {
  const wires = new Map<WireId, TensorType>();
  for (const evaluation of evaluations) {
    for (const [id, type] of evaluation.wires) if (!wires.has(id)) wires.set(id, type);
  }
  return wires;
}

const unreached: NodeFacts = {
  inputs: [],
  outputs: {},
  weights: [],
  trainableWeights: 0,
  otherWeights: 0,
  multiplyAdds: 0,
  activations: 0,
};

/** Nodes on a cycle are not evaluated, but every node has facts. */
function withUnreached(
  facts: ReadonlyMap<NodeId, NodeFacts>,
  sheets: ReadonlyMap<CellId | null, Sheet>,
): ReadonlyMap<NodeId, NodeFacts> {
  const all = new Map(facts);
  for (const { places } of sheets.values()) {
    for (const id of places.keys()) if (!all.has(id)) all.set(id, unreached);
  }
  return all;
}
