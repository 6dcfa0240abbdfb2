import type { GradloomDocument, GraphNode } from '#shared/graph/document';
import type { JsonValue } from '#shared/graph/json';
import { dataSourceKinds, newSource } from '#shared/graph/dataSources';
import { sheets } from '#shared/graph/queries';
import { trainingSchema } from '#shared/graph/training';
import type { Training } from '#shared/graph/training';
import { newOptimiser, newSchedule, optimiserKinds, scheduleKinds } from '#shared/graph/trainingKinds';
import { findLayer } from '#shared/layers/catalogue';
import { parseParameters } from '#shared/layers/parameters';
import { fail, listNames } from './failure.ts';

/** NAME=VALUE. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

/** JSON that may be changed. */
type Draft = null | boolean | number | string | Draft[] | { [key: string]: Draft };

/** The keys beside `kind`, with standard values, of each kind. */
function standards<Kind extends string>(
  kinds: readonly Kind[],
  standard: (kind: Kind) => { readonly kind: Kind },
): Readonly<Record<string, Readonly<Record<string, JsonValue>>>> {
  return Object.fromEntries(
    kinds.map((kind) => {
      const { kind: _kind, ...rest } = standard(kind);
      return [kind, rest];
    }),
  );
}

/** What a change of `kind` brings along: the other keys of the new kind. */
const defaults: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, JsonValue>>>>>> = {
  'training.optimiser': standards(optimiserKinds, (kind) => newOptimiser(kind, 1e-3)),
  'training.schedule': standards(scheduleKinds, (kind) => newSchedule(kind, 3000)),
  'training.clipping': { none: {}, globalNorm: { threshold: 1 }, norm: { threshold: 1 }, value: { threshold: 1 } },
  'training.data.source': standards(dataSourceKinds, newSource),
};

function parseValue(value: string): Draft {
  try {
    return JSON.parse(value) as Draft;
  } catch {
    return value;
  }
}

function isObject(value: Draft | undefined): value is { [key: string]: Draft } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keysOf(value: Draft): string[] {
  if (Array.isArray(value)) return value.map((_, index) => String(index));
  return isObject(value) ? Object.keys(value) : [];
}

function childOf(value: Draft, key: string): Draft | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Sets what lies at `path` below `draft`. @throws ServiceError where there is nothing of that name */
function setAt(draft: Draft, path: readonly string[], value: Draft, name: string, prefix: string): void {
  const [key = '', ...rest] = path;
  const known = keysOf(draft);
  if (!known.includes(key)) {
    throw fail('set.unknown', { name, expected: listNames(known.map((each) => `${prefix}.${each}`)) });
  }
  if (rest.length > 0) {
    setAt(childOf(draft, key) ?? null, rest, value, name, `${prefix}.${key}`);
    return;
  }
  const kinds = key === 'kind' ? defaults[prefix] : undefined;
  if (kinds !== undefined && isObject(draft) && draft['kind'] !== value) {
    const wanted = typeof value === 'string' && Object.hasOwn(kinds, value) ? kinds[value] : undefined;
    if (wanted === undefined) {
      throw fail('set.value', { name, expected: listNames(Object.keys(kinds)), received: JSON.stringify(value) });
    }
    const before = { ...draft };
    for (const each of Object.keys(draft)) delete draft[each];
    draft['kind'] = value;
    for (const [each, standard] of Object.entries(wanted)) draft[each] = before[each] ?? (standard as Draft);
    return;
  }
  if (Array.isArray(draft)) draft[Number(key)] = value;
  else if (isObject(draft)) draft[key] = value;
}

function setTraining(training: Training, path: readonly string[], { name, value }: Setting): Training {
  const draft = structuredClone(training) as unknown as Draft;
  setAt(draft, path, parseValue(value), name, 'training');
  const parsed = trainingSchema.safeParse(draft);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  // The schema's own words begin with what is wrong; the sentence around them says that already.
  const expected = issue?.message.replace(/^(Too (big|small)|Invalid \w+): expected /u, '') ?? '–';
  throw fail('set.value', { name, expected, received: value });
}

function setParameter(node: GraphNode, path: readonly string[], { name, value }: Setting): GraphNode {
  const definition = findLayer(node.type);
  const [parameter = ''] = path;
  const params = structuredClone(node.params) as { [key: string]: Draft };
  const known = definition === undefined ? Object.keys(params) : Object.keys(definition.parameters);
  if (!known.includes(parameter)) {
    throw fail('set.unknown', { name, expected: listNames(known.map((each) => `${node.id}.${each}`)) });
  }
  // A parameter that the document leaves to its default can be set as well.
  const field = definition?.parameters[parameter];
  if (!Object.hasOwn(params, parameter)) params[parameter] = structuredClone(field?.default ?? null) as Draft;
  setAt(params, path, parseValue(value), name, node.id);
  if (definition !== undefined) {
    const parsed = parseParameters(definition, params);
    const problem = parsed.ok ? undefined : parsed.problems.find((each) => each.parameter === parameter);
    if (problem !== undefined) {
      throw fail('set.value', { name, expected: problem.expected, received: JSON.stringify(problem.received ?? null) });
    }
  }
  return { ...node, params };
}

/**
 * A document with settings changed: `training.PATH=VALUE` (`training.` may be left out) or `NODE.PARAMETER=VALUE`. Values
 * are JSON, or else text.
 * @throws ServiceError for an unknown name or a wrong value
 */
export function applySettings(document: GradloomDocument, settings: readonly Setting[]): GradloomDocument {
  let changed = document;
  for (const setting of settings) changed = applySetting(changed, setting);
  return changed;
}

function applySetting(document: GradloomDocument, setting: Setting): GradloomDocument {
  const [first = '', ...rest] = setting.name.split('.');
  if (first === 'training' && rest.length > 0) {
    return { ...document, training: setTraining(document.training, rest, setting) };
  }
  const owner = sheets(document).find(({ graph }) => graph.nodes.some(({ id }) => id === first));
  if (owner !== undefined && rest.length > 0) {
    const graph = {
      ...owner.graph,
      nodes: owner.graph.nodes.map((node) => (node.id === first ? setParameter(node, rest, setting) : node)),
    };
    if (owner.sheet === null) return { ...document, graph };
    const cells = document.cells.map((cell) => (cell.id === owner.sheet ? { ...cell, graph } : cell));
    return { ...document, cells };
  }
  if (Object.hasOwn(document.training, first)) {
    return { ...document, training: setTraining(document.training, [first, ...rest], setting) };
  }
  const known = Object.keys(document.training).map((key) => `training.${key}`);
  throw fail('set.unknown', { name: setting.name, expected: `${listNames(known)}, NODE.PARAMETER` });
}
