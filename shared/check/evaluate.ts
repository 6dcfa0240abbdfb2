import type { CellDefinition, GradloomDocument, GraphNode } from '../graph/document.ts';
import { instanceParametersSchema, opaqueParametersSchema } from '../graph/document.ts';
import type { CellId, NodeId, WireId } from '../graph/identifiers.ts';
import type { JsonObject } from '../graph/json.ts';
import type { TensorType } from '../graph/values.ts';
import { findLayer } from '../layers/catalogue.ts';
import { LayerProblem } from '../layers/layer.ts';
import type { LayerDefinition } from '../layers/layer.ts';
import { layerInputs } from '../layers/nodePorts.ts';
import { elementCount } from '../layers/requirements.ts';
import { instancePlan } from './cells.ts';
import type { CycleCollection } from './cycles.ts';
import type { Fix } from './diagnostic.ts';
import type { Evaluation, NodeResult } from './evaluation.ts';
import { removeNodesFix } from './fixes.ts';
import { layerFacts, parsedParameters, typesKey } from './layerFacts.ts';
import { layerLinks, reportLayerProblem } from './layerProblems.ts';
import { borderActivations, checkLoopEnds, checkLoopInputs, readLoop } from './loops.ts';
import { orderScope } from './order.ts';
import { reportParameters, reportStructure } from './parameterProblems.ts';
import type { Link, Place } from './place.ts';
import type { Reporter } from './report.ts';
import { removalFixes } from './sheet.ts';
import type { Sheet } from './sheet.ts';

/** Values of exposed parameters, by node of the definition and parameter. */
export type Overrides = ReadonlyMap<NodeId, Readonly<JsonObject>>;

const noOverrides: Overrides = new Map();

/** TensorFlow indexes the elements of one tensor with 31 bits. */
const mostElements = 2 ** 31 - 1;

/** Definitions are evaluated once per kind of instance; more kinds than this are taken for a broken file. */
const mostEvaluations = 2_000;

/** Sheets of a document, and which instances would make a definition contain itself. */
export interface Surroundings {
  readonly document: GradloomDocument;
  readonly sheets: ReadonlyMap<CellId | null, Sheet>;
  readonly recursive: ReadonlySet<NodeId>;
  readonly cycles: CycleCollection;
  readonly reporter: Reporter;
}

/** Runs types through sheets. Evaluations are listed callees first. */
export class Evaluator {
  readonly evaluations: Evaluation[] = [];
  readonly #known = new Map<string, Evaluation>();
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** The document's own sheet; or a definition that nothing calls: what can be said without types of inputs. */
  evaluateAlone(sheet: Sheet): Evaluation {
    return this.#evaluate(sheet, new Map(), noOverrides);
  }

  /** A definition with the types of an instance's inputs; null where there are too many kinds of instance. */
  evaluateCell(cell: CellDefinition, inputs: ReadonlyMap<string, TensorType>, overrides: Overrides): Evaluation | null {
    const sheet = this.#surroundings.sheets.get(cell.id);
    if (sheet === undefined) return null;
    const types = [...inputs].map(([id, type]) => `${id}:${typesKey([type])}`).join(' ');
    const key = `${cell.id} ${types} ${JSON.stringify([...overrides])}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= mostEvaluations) return null;
    const evaluation = this.#evaluate(sheet, inputs, overrides);
    this.#known.set(key, evaluation);
    return evaluation;
  }

  #evaluate(sheet: Sheet, inputs: ReadonlyMap<string, TensorType>, overrides: Overrides): Evaluation {
    const run = new SheetRun(this, this.#surroundings, sheet, inputs, overrides);
    const evaluation = run.evaluate();
    this.evaluations.push(evaluation);
    return evaluation;
  }
}

/** One pass over one sheet. */
class SheetRun {
  readonly #evaluator: Evaluator;
  readonly #surroundings: Surroundings;
  readonly #sheet: Sheet;
  readonly #cellInputs: ReadonlyMap<string, TensorType>;
  readonly #overrides: Overrides;
  readonly #results = new Map<NodeId, NodeResult>();
  readonly #wires = new Map<WireId, TensorType>();
  readonly #order: NodeId[] = [];
  #misfit: NodeId | null = null;

  constructor(
    evaluator: Evaluator,
    surroundings: Surroundings,
    sheet: Sheet,
    cellInputs: ReadonlyMap<string, TensorType>,
    overrides: Overrides,
  ) {
    this.#evaluator = evaluator;
    this.#surroundings = surroundings;
    this.#sheet = sheet;
    this.#cellInputs = cellInputs;
    this.#overrides = overrides;
  }

  evaluate(): Evaluation {
    this.#scope(null);
    return {
      sheet: this.#sheet,
      cell: this.#sheet.cell,
      results: this.#results,
      wires: this.#wires,
      order: this.#order,
      misfit: this.#misfit,
    };
  }

  #scope(scope: NodeId | null): void {
    const places = this.#sheet.placesIn.get(scope) ?? [];
    const links = this.#sheet.linksIn.get(scope) ?? [];
    const order = orderScope(places, links);
    for (const place of order.places) {
      this.#order.push(place.node.id);
      this.#place(place);
    }
    const typeOf = ({ wire }: Link) => this.#results.get(wire.from.node)?.outputs[wire.from.port];
    for (const members of order.cycles) this.#surroundings.cycles.add(this.#sheet, members, links, typeOf);
    for (const link of links) {
      const type = typeOf(link);
      if (type !== undefined) this.#wires.set(link.wire.id, type);
    }
  }

  #place(place: Place): void {
    switch (place.node.type) {
      case 'frame':
        this.#finish(place, [], {});
        return;
      case 'loop':
        this.#loop(place);
        return;
      case 'cell':
        this.#instance(place);
        return;
      case 'cellInput':
        this.#cellInput(place);
        return;
      case 'cellOutput':
        this.#finish(place, [this.#typeInto(place, 'in')], {});
        return;
      case 'opaque':
        this.#opaque(place);
        return;
      default:
        this.#layer(place);
    }
  }

  #finish(
    place: Place,
    inputs: readonly (TensorType | null)[],
    outputs: Record<string, TensorType>,
    more: Partial<NodeResult> = {},
  ): void {
    this.#results.set(place.node.id, { place, inputs, outputs, weights: [], multiplyAdds: 0, activations: 0, ...more });
  }

  /** The type that arrives at a port; null where nothing is wired or known. Says so where nothing is wired. */
  #typeInto(place: Place, port: string, fixes: readonly Fix[] = removalFixes(this.#sheet, place)): TensorType | null {
    const link = this.#sheet.incoming.get(place.node.id)?.get(port);
    if (link === undefined) {
      // The node at the other end says itself that it is broken and has no ports.
      if (this.#sheet.fromBroken.has(`${place.node.id} ${port}`)) return null;
      const terminal = place.ports.get(port);
      this.#surroundings.reporter.report({
        severity: 'error',
        code: 'unconnected',
        // An instance shows its ports by the names that the cell gives them.
        values: { name: place.name, port: terminal?.role === 'cell' ? (terminal.terminal ?? port) : port },
        node: place.node.id,
        fixes,
      });
      return null;
    }
    return this.#results.get(link.from.node.id)?.outputs[link.wire.from.port] ?? null;
  }

  /** A node's parameters with the values that the instance sets. */
  #params(node: GraphNode): GraphNode['params'] {
    const set = this.#overrides.get(node.id);
    return set === undefined ? node.params : { ...node.params, ...set };
  }

  #layer(place: Place): void {
    const { node, name } = place;
    const { document, reporter } = this.#surroundings;
    const definition = findLayer(node.type);
    if (definition === undefined) {
      const fixes = [removeNodesFix([node.id])];
      reporter.report({
        severity: 'error',
        code: 'unknownType',
        values: { name, type: node.type },
        node: node.id,
        fixes,
      });
      this.#finish(place, [], {});
      return;
    }
    const params = this.#params(node);
    const parsed = parsedParameters(definition, params);
    const misplaced = this.#reportMisplaced(place, definition);
    const ports = this.#inputPorts(place, definition);
    const inputs = ports.map((port) => this.#typeInto(place, port));
    const known = inputs.filter((type) => type !== null);
    if (!parsed.ok) reportParameters(place, definition, parsed.problems, reporter);
    if (!parsed.ok || misplaced || known.length < inputs.length) {
      this.#finish(place, inputs, {});
      return;
    }
    const facts = layerFacts(definition, params, parsed.parameters, known, ports);
    if (facts instanceof LayerProblem) {
      this.#misfit ??= node.id;
      reportLayerProblem(document, this.#sheet, place, layerLinks(this.#sheet, place), known, facts, reporter);
      this.#finish(place, inputs, {});
      return;
    }
    const { outputs, weights, multiplyAdds, activations } = facts;
    const sizes = Object.values(outputs).map(({ shape }) => elementCount(shape));
    const largest = Math.max(...sizes, ...weights.map(({ shape }) => elementCount(shape)));
    if (largest > mostElements) {
      this.#misfit ??= node.id;
      const values = { name, received: largest, limit: mostElements };
      reporter.report({ severity: 'error', code: 'tooLarge', values, node: node.id });
    }
    const given = definition.outputs === 'none' ? {} : { ...outputs };
    this.#finish(place, inputs, given, { weights, multiplyAdds, activations });
  }

  /** The inputs of a layer that are wired or must be, in order. */
  #inputPorts(place: Place, definition: LayerDefinition): readonly string[] {
    const inputs = layerInputs(definition, place.node.params);
    if (inputs === 'none') return [];
    if (inputs === 'one') return ['in'];
    if (inputs === 'many') return layerLinks(this.#sheet, place).map(({ wire }) => wire.to.port);
    const incoming = this.#sheet.incoming.get(place.node.id);
    const isBroken = (port: string): boolean => this.#sheet.fromBroken.has(`${place.node.id} ${port}`);
    return inputs
      .filter(({ id, optional }) => optional !== true || incoming?.has(id) === true || isBroken(id))
      .map(({ id }) => id);
  }

  /** Data inputs and outputs belong on the document's sheet, outside of loops. */
  #reportMisplaced(place: Place, definition: LayerDefinition): boolean {
    if (definition.inputs !== 'none' && definition.outputs !== 'none') return false;
    if (place.scope === null && this.#sheet.cell === null) return false;
    const code = this.#sheet.cell === null ? 'endInLoop' : 'endInCell';
    const values = { name: place.name, type: definition.type };
    const fixes = removalFixes(this.#sheet, place);
    this.#surroundings.reporter.report({ severity: 'error', code, values, node: place.node.id, fixes });
    return true;
  }

  #cellInput(place: Place): void {
    const terminal = place.node.params['terminal'];
    const type = typeof terminal === 'string' ? this.#cellInputs.get(terminal) : undefined;
    this.#finish(place, [], type === undefined ? {} : { out: type });
  }

  #opaque(place: Place): void {
    const parsed = opaqueParametersSchema.safeParse(place.node.params);
    const { reporter } = this.#surroundings;
    if (!parsed.success) {
      reportStructure(place, parsed.error, reporter);
      this.#finish(place, [], {});
      return;
    }
    const { operator, inputs, outputs } = parsed.data;
    const values = { name: place.name, operator };
    reporter.report({ severity: 'warning', code: 'opaque', values, node: place.node.id });
    this.#finish(
      place,
      inputs.map(({ id }) => this.#typeInto(place, `in.${id}`)),
      Object.fromEntries(outputs.map(({ id, shape, dtype }) => [`out.${id}`, { shape, dtype }])),
    );
  }

  #instance(place: Place): void {
    const { document, reporter, recursive, sheets } = this.#surroundings;
    const parsed = instanceParametersSchema.safeParse(this.#params(place.node));
    if (!parsed.success) {
      reportStructure(place, parsed.error, reporter);
      this.#finish(place, [], {});
      return;
    }
    const plan = instancePlan(document, sheets, place, parsed.data, reporter);
    if (plan === null || recursive.has(place.node.id)) {
      this.#finish(place, [], {});
      return;
    }
    const { cell, overrides } = plan;
    const inputs = cell.inputs.map(({ id }) => this.#typeInto(place, `in.${id}`));
    const types = new Map<string, TensorType>();
    cell.inputs.forEach(({ id }, index) => {
      const type = inputs[index] ?? null;
      if (type !== null) types.set(id, type);
    });
    if (types.size < cell.inputs.length || overrides === null) {
      this.#finish(place, inputs, {});
      return;
    }
    const evaluation = this.#evaluator.evaluateCell(cell, types, overrides);
    if (evaluation === null) {
      const values = { name: place.name, limit: mostEvaluations };
      reporter.report({ severity: 'error', code: 'cellsTooMany', values, node: place.node.id });
      this.#finish(place, inputs, {});
      return;
    }
    if (evaluation.misfit !== null) {
      this.#misfit ??= place.node.id;
      const inner = evaluation.sheet.places.get(evaluation.misfit)?.name ?? evaluation.misfit;
      const values = { name: place.name, cell: cell.name, inner };
      reporter.report({ severity: 'error', code: 'cellFails', values, node: place.node.id });
    }
    const outputs: Record<string, TensorType> = {};
    for (const { node } of evaluation.sheet.places.values()) {
      if (node.type !== 'cellOutput') continue;
      const type = evaluation.results.get(node.id)?.inputs[0];
      if (type !== undefined && type !== null) outputs[`out.${String(node.params['terminal'])}`] = type;
    }
    this.#finish(place, inputs, outputs, { call: { evaluation, weights: parsed.data.weights } });
  }

  #loop(place: Place): void {
    const { document, reporter } = this.#surroundings;
    const parameters = readLoop(place, this.#params(place.node), reporter);
    if (parameters === null) {
      this.#finish(place, [], {});
      this.#scope(place.node.id);
      return;
    }
    const into = (port: string, fixes: readonly Fix[]) => this.#typeInto(place, port, fixes);
    const entry = checkLoopInputs(this.#sheet, place, parameters, into, reporter);
    const result: NodeResult = {
      place,
      inputs: entry.outer,
      outputs: entry.inner,
      weights: entry.weights,
      multiplyAdds: 0,
      activations: 0,
      iterations: parameters.iterations,
    };
    this.#results.set(place.node.id, result);
    this.#scope(place.node.id);
    const misfit = checkLoopEnds(document, this.#sheet, place, parameters, entry, into, reporter);
    this.#results.set(place.node.id, { ...result, activations: borderActivations(parameters, entry) });
    if (entry.misfit || misfit) this.#misfit ??= place.node.id;
  }
}
