import type { CellDefinition, GradloomDocument, GraphNode, InstanceParameters } from '../graph/document.ts';
import { cellTerminalParametersSchema, instanceParametersSchema, loopParametersSchema } from '../graph/document.ts';
import type { CellId, NodeId } from '../graph/identifiers.ts';
import type { JsonObject, JsonValue } from '../graph/json.ts';
import { findLayer } from '../layers/catalogue.ts';
import { parseParameters } from '../layers/parameters.ts';
import type { Fix } from './diagnostic.ts';
import { freeIds, removeNodesFix } from './fixes.ts';
import { received, reportStructure } from './parameterProblems.ts';
import type { Place } from './place.ts';
import { makeFix } from './report.ts';
import type { Reporter } from './report.ts';
import { removalFixes } from './sheet.ts';
import type { Sheet } from './sheet.ts';

/** What an instance calls: the definition, and the values it sets (null where one of them is wrong). */
export interface InstancePlan {
  readonly cell: CellDefinition;
  readonly overrides: ReadonlyMap<NodeId, Readonly<JsonObject>> | null;
}

/** Whether a parameter of a node inside a definition can be exposed: a layer's own, or a loop's iterations. */
function canExpose(place: Place | undefined, parameter: string): boolean {
  if (place === undefined) return false;
  if (place.node.type === 'loop') return parameter === 'iterations';
  return Object.hasOwn(findLayer(place.node.type)?.parameters ?? {}, parameter);
}

/** Finds the definition of an instance and sorts its parameter values by node. Null where there is no such definition. */
export function instancePlan(
  document: GradloomDocument,
  sheets: ReadonlyMap<CellId | null, Sheet>,
  place: Place,
  parameters: InstanceParameters,
  reporter: Reporter,
): InstancePlan | null {
  const { node, name } = place;
  const cell = document.cells.find(({ id }) => id === parameters.cell);
  const sheet = sheets.get(parameters.cell);
  if (cell === undefined || sheet === undefined) {
    const values = { name, cell: parameters.cell };
    reporter.report({
      severity: 'error',
      code: 'cellMissing',
      values,
      node: node.id,
      fixes: [removeNodesFix([node.id])],
    });
    return null;
  }
  const overrides = new Map<NodeId, Record<string, JsonValue>>();
  let sound = true;
  for (const [id, value] of Object.entries(parameters.parameters)) {
    const exposed = cell.parameters.find((candidate) => candidate.id === id);
    if (exposed === undefined) {
      sound = false;
      const known = cell.parameters.length === 0 ? '–' : cell.parameters.map((candidate) => candidate.id);
      const values = { name, cell: cell.name, parameter: id, known };
      const fixes = [unsetFix(place, parameters, id)];
      reporter.report({ severity: 'error', code: 'instanceParameterUnknown', values, node: node.id, fixes });
      continue;
    }
    const inner = sheet.places.get(exposed.node);
    if (inner === undefined || !canExpose(inner, exposed.parameter)) {
      sound = false;
      continue;
    }
    if (!reportOverride(place, parameters, inner, id, exposed.parameter, value, reporter)) sound = false;
    const set = overrides.get(exposed.node);
    if (set === undefined) overrides.set(exposed.node, { [exposed.parameter]: value });
    else set[exposed.parameter] = value;
  }
  return { cell, overrides: sound ? overrides : null };
}

function unsetFix(place: Place, { parameters }: InstanceParameters, id: string): Fix {
  const rest = Object.fromEntries(Object.entries(parameters).filter(([key]) => key !== id));
  return makeFix('resetParameter', { parameter: id }, [
    { kind: 'setParameters', node: place.node.id, set: { parameters: rest } },
  ]);
}

/** Whether the value fits the parameter it stands for; reports it at the instance where not. */
function reportOverride(
  place: Place,
  parameters: InstanceParameters,
  inner: Place,
  id: string,
  parameter: string,
  value: JsonValue,
  reporter: Reporter,
): boolean {
  const common = {
    severity: 'error',
    node: place.node.id,
    fixes: [unsetFix(place, parameters, id)],
  } as const;
  const definition = findLayer(inner.node.type);
  if (definition === undefined) {
    const { iterations } = loopParametersSchema.shape;
    if (iterations.safeParse(value).success) return true;
    const values = {
      name: place.name,
      type: 'loop',
      parameter: id,
      received: received(value),
      minimum: 1,
      maximum: 10_000,
    };
    reporter.report({ ...common, code: 'parameter.integer', values });
    return false;
  }
  const parsed = parseParameters(definition, { [parameter]: value });
  if (parsed.ok) return true;
  for (const problem of parsed.problems) {
    const values = {
      name: place.name,
      type: definition.type,
      parameter: id,
      received: received(value),
      ...problem.values,
    };
    reporter.report({ ...common, code: `parameter.${problem.code}`, values });
  }
  return false;
}

/** Definitions by the definitions they use. */
function usesOf(sheet: Sheet): readonly { readonly place: Place; readonly cell: string }[] {
  return [...sheet.places.values()].flatMap((place) => {
    if (place.node.type !== 'cell') return [];
    const parsed = instanceParametersSchema.safeParse(place.node.params);
    return parsed.success ? [{ place, cell: parsed.data.cell }] : [];
  });
}

/** Instances through which a definition would contain itself; each is reported with the way round. */
export function findRecursion(
  document: GradloomDocument,
  sheets: ReadonlyMap<CellId | null, Sheet>,
  reporter: Reporter,
): ReadonlySet<NodeId> {
  const uses = new Map(
    document.cells.map(({ id }) => {
      const sheet = sheets.get(id);
      return [id as string, sheet === undefined ? [] : usesOf(sheet)] as const;
    }),
  );
  const names = new Map(document.cells.map(({ id, name }) => [id as string, name]));
  const recursive = new Set<NodeId>();
  for (const [cell, instances] of uses) {
    for (const { place, cell: target } of instances) {
      const path = pathBetween(target, cell, uses);
      if (path === null) continue;
      recursive.add(place.node.id);
      const cells = [cell, ...path].map((id) => names.get(id) ?? id);
      reporter.report({
        severity: 'error',
        code: 'cellRecursion',
        values: { name: place.name, cells: cells.join(' → ') },
        node: place.node.id,
        fixes: [removeNodesFix([place.node.id])],
      });
    }
  }
  return recursive;
}

/** The shortest way from one definition to another over instances, both ends included; null where there is none. */
function pathBetween(
  from: string,
  to: string,
  uses: ReadonlyMap<string, readonly { readonly cell: string }[]>,
): readonly string[] | null {
  const before = new Map<string, string | null>([[from, null]]);
  const queue = [from];
  for (const current of queue) {
    if (current === to) {
      const path: string[] = [];
      for (let step: string | null = current; step !== null; step = before.get(step) ?? null) path.unshift(step);
      return path;
    }
    for (const { cell } of uses.get(current) ?? []) {
      if (before.has(cell)) continue;
      before.set(cell, current);
      queue.push(cell);
    }
  }
  return null;
}

/** What is wrong with a definition's header: its terminals and exposed parameters. */
export function checkDefinition(
  document: GradloomDocument,
  cell: CellDefinition,
  sheet: Sheet,
  instances: readonly GraphNode[],
  reporter: Reporter,
): void {
  for (const list of [cell.inputs, cell.outputs, cell.parameters]) {
    const seen = new Set<string>();
    for (const { id } of list) {
      if (seen.has(id))
        reporter.report({ severity: 'error', code: 'terminalTwice', values: { name: cell.name, terminal: id } });
      seen.add(id);
    }
  }
  if (instances.length === 0) {
    const fixes = [makeFix('removeCell', { cell: cell.name }, [{ kind: 'removeCell', cell: cell.id }])];
    reporter.report({ severity: 'warning', code: 'cellUnused', values: { cell: cell.name }, fixes });
  }
  for (const { id, node, parameter } of cell.parameters) {
    if (canExpose(sheet.places.get(node), parameter)) continue;
    const parameters = cell.parameters.filter((candidate) => candidate.id !== id);
    const fixes = [
      makeFix('removeExposed', { parameter: id }, [{ kind: 'setCell', cell: cell.id, set: { parameters } }]),
    ];
    reporter.report({
      severity: 'error',
      code: 'exposedUnknown',
      values: { cell: cell.name, parameter: id, inner: node, target: parameter },
      ...(sheet.places.has(node) ? { node } : {}),
      fixes,
    });
  }
  for (const type of ['cellInput', 'cellOutput'] as const) {
    const list = type === 'cellInput' ? 'inputs' : 'outputs';
    for (const { id } of cell[list]) {
      const present = [...sheet.places.values()].some(
        ({ node }) => node.type === type && node.params['terminal'] === id,
      );
      if (present) continue;
      const fixes = terminalFixes(document, cell, list, id, instances);
      reporter.report({
        severity: 'error',
        code: type === 'cellInput' ? 'cellInputMissing' : 'cellOutputMissing',
        values: { cell: cell.name, terminal: id },
        fixes,
      });
    }
  }
}

function terminalFixes(
  document: GradloomDocument,
  cell: CellDefinition,
  list: 'inputs' | 'outputs',
  id: CellDefinition['inputs'][number]['id'],
  instances: readonly GraphNode[],
): readonly Fix[] {
  const fixes: Fix[] = [];
  if (list === 'inputs') {
    const node = {
      id: freeIds(document).node('cellInput'),
      type: 'cellInput',
      params: { terminal: id },
      position: { x: 0, y: 0 },
    };
    fixes.push(makeFix('addCellInput', { terminal: id }, [{ kind: 'addNodes', sheet: cell.id, nodes: [node] }]));
  }
  const port = `${list === 'inputs' ? 'in' : 'out'}.${id}`;
  const graphs = [document.graph, ...document.cells.map(({ graph }) => graph)];
  const nodes = new Set(instances.map(({ id }) => id));
  const wired = graphs.some(({ wires }) =>
    wires.some(({ from, to }) =>
      list === 'inputs' ? nodes.has(to.node) && to.port === port : nodes.has(from.node) && from.port === port,
    ),
  );
  if (!wired) {
    const rest = cell[list].filter((terminal) => terminal.id !== id);
    fixes.push(
      makeFix('removeTerminal', { terminal: id }, [{ kind: 'setCell', cell: cell.id, set: { [list]: rest } }]),
    );
  }
  return fixes;
}

/** Terminal nodes that stand where they have no meaning. */
export function checkTerminals(sheet: Sheet, reporter: Reporter): void {
  const seen = new Set<string>();
  for (const place of sheet.places.values()) {
    const { node, name } = place;
    if (node.type !== 'cellInput' && node.type !== 'cellOutput') continue;
    const parsed = cellTerminalParametersSchema.safeParse(node.params);
    if (!parsed.success) {
      reportStructure(place, parsed.error, reporter);
      continue;
    }
    const common = { severity: 'error', node: node.id, fixes: removalFixes(sheet, place) } as const;
    const { terminal } = parsed.data;
    if (sheet.cell === null) {
      reporter.report({ ...common, code: 'cellTerminalOutside', values: { name } });
      continue;
    }
    const list = node.type === 'cellInput' ? sheet.cell.inputs : sheet.cell.outputs;
    if (!list.some(({ id }) => id === terminal)) {
      const known = list.length === 0 ? '–' : list.map(({ id }) => id);
      const values = { name, terminal, cell: sheet.cell.name, known };
      reporter.report({ ...common, code: 'cellTerminalUnknown', values });
    } else if (seen.has(`${node.type} ${terminal}`)) {
      reporter.report({ ...common, code: 'cellTerminalTwice', values: { name, terminal } });
    }
    seen.add(`${node.type} ${terminal}`);
    if (place.scope !== null) {
      const out = makeFix('takeOut', {}, [{ kind: 'setParent', nodes: [node.id], parent: null }]);
      reporter.report({ ...common, code: 'cellTerminalInLoop', values: { name }, fixes: [out] });
    }
  }
}
