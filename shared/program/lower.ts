import { check } from '../check/check.ts';
import type { Diagnostic } from '../check/diagnostic.ts';
import { nameOf } from '../check/place.ts';
import { Reporter } from '../check/report.ts';
import { noIds, readSheet } from '../check/sheet.ts';
import type { Sheet } from '../check/sheet.ts';
import type { CellDefinition, GradloomDocument } from '../graph/document.ts';
import type { CellId } from '../graph/identifiers.ts';
import type { TensorType } from '../graph/values.ts';
import { findLayer } from '../layers/catalogue.ts';
import { parseParameters, typedParameters } from '../layers/parameters.ts';
import { SheetLowering } from './lowerSheet.ts';
import type { Overrides, Surroundings } from './lowerSheet.ts';
import type { CellBody, Program, ProgramInput, ProgramOutput, ValueId } from './program.ts';

/** A Program, or why there is none. */
export type LowerResult =
  | { readonly ok: true; readonly program: Program }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Lowers a document to its structured Program: pure and deterministic. A document in which `check` finds an error is
 * refused with all its diagnostics.
 *
 * Every node is lowered, whether or not a loss or an output depends on it: what nothing reads has no gradient, and its
 * wires are told as `noPath`. Operations stand in order of execution; of those that could come next, the one whose node
 * comes first in the document does.
 */
export function lower(document: GradloomDocument): LowerResult {
  const { ok, diagnostics } = check(document);
  return ok ? { ok: true, program: lowerChecked(document) } : { ok: false, diagnostics };
}

function lowerChecked(document: GradloomDocument): Program {
  // What a sheet's reader finds wrong, `check` has found: nothing is, or the document would have been refused.
  const reporter = new Reporter();
  const knownIds = noIds();
  const top = readSheet(document, null, reporter, knownIds);
  const sheets = new Map(document.cells.map((cell) => [cell.id, readSheet(document, cell, reporter, knownIds)]));
  const bodies = new CellBodies(document, sheets);
  const lowering = new SheetLowering(top, bodies, { inputs: new Map(), overrides: new Map(), frozen: false });
  const body = lowering.body();
  const { training } = document;
  return {
    inputs: programInputs(document),
    outputs: programOutputs(document, lowering),
    body,
    cells: bodies.all(),
    losses: training.losses,
    metrics: training.metrics,
    training,
  };
}

/** Cell definitions specialised to the types, parameters and freezing of the instances that call them. */
class CellBodies implements Surroundings {
  readonly #cells: ReadonlyMap<CellId, CellDefinition>;
  readonly #sheets: ReadonlyMap<CellId, Sheet>;
  readonly #bodies = new Map<string, CellBody>();
  readonly #keys = new Map<string, string>();
  readonly #counts = new Map<CellId, number>();

  constructor(document: GradloomDocument, sheets: ReadonlyMap<CellId, Sheet>) {
    this.#cells = new Map(document.cells.map((cell) => [cell.id, cell]));
    this.#sheets = sheets;
  }

  definition(id: CellId): CellDefinition {
    const cell = this.#cells.get(id);
    if (cell === undefined) throw new Error(`no cell definition ${id} in a document that passed its check`);
    return cell;
  }

  call(id: CellId, inputs: readonly TensorType[], overrides: Overrides, frozen: boolean): CellBody {
    const cell = this.definition(id);
    const sheet = this.#sheets.get(id);
    if (sheet === undefined) throw new Error(`no sheet for the cell definition ${id}`);
    const kind = JSON.stringify([id, inputs, [...overrides], frozen]);
    const known = this.#bodies.get(this.#keys.get(kind) ?? '');
    if (known !== undefined) return known;
    const count = (this.#counts.get(id) ?? 0) + 1;
    this.#counts.set(id, count);
    const key = count === 1 ? id : `${id}#${count}`;
    const types = new Map(cell.inputs.map((terminal, index) => [terminal.id as string, inputs[index]]));
    const lowering = new SheetLowering(sheet, this, { inputs: types, overrides, frozen });
    const items = lowering.body();
    const body: CellBody = {
      key,
      cell: id,
      inputs: cell.inputs.map((terminal) => ({ id: terminal.id, ...lowering.terminal('cellInput', terminal.id) })),
      outputs: cell.outputs.map((terminal) => ({ id: terminal.id, ...lowering.terminal('cellOutput', terminal.id) })),
      body: items,
    };
    this.#keys.set(kind, key);
    this.#bodies.set(key, body);
    return body;
  }

  /** Definitions in the order in which their lowering ended: each after those it calls. */
  all(): Readonly<Record<string, CellBody>> {
    return Object.fromEntries(this.#bodies);
  }
}

function programInputs({ graph, training }: GradloomDocument): readonly ProgramInput[] {
  return graph.nodes.flatMap((node): readonly ProgramInput[] => {
    const definition = findLayer(node.type);
    if (definition?.placeholderType === undefined) return [];
    const parsed = parseParameters(definition, node.params);
    if (!parsed.ok) throw new Error(`the input ${node.id} has wrong parameters in a document that passed its check`);
    return [
      {
        node: node.id,
        label: nameOf(node),
        value: node.id as string as ValueId,
        type: definition.placeholderType(typedParameters(parsed.parameters)),
        field: training.data?.inputs[node.id] ?? null,
      },
    ];
  });
}

function programOutputs({ graph }: GradloomDocument, lowering: SheetLowering): readonly ProgramOutput[] {
  return graph.nodes.flatMap((node): readonly ProgramOutput[] => {
    if (node.type !== 'output') return [];
    const { value, type } = lowering.end(node.id);
    return [{ node: node.id, label: nameOf(node), value, type, link: linkOf(node.params['link']) }];
  });
}

function linkOf(link: unknown): ProgramOutput['link'] {
  return link === 'softmax' || link === 'sigmoid' ? link : 'none';
}
