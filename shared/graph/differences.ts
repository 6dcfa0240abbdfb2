import type { Graph, GradloomDocument, GraphNode, Wire } from './document.ts';
import type { JsonValue } from './json.ts';
import { isJsonObject, jsonEqual, jsonExcerpt } from './json.ts';
import { isTextKey, text } from '../text/text.ts';
import { parameterWords, settingValueWords, settingWords } from './settingWords.ts';
import type { Locale } from '../text/locale.ts';

/** Several nodes of one type. */
interface Kind {
  readonly type: string;
  readonly count: number;
}

/**
 * One difference between two documents. What means nothing to the computation is none: places, pins, labels, notes, colours, names and
 * ids of wires. `cell` is the name of the definition in which it lies, or null on the document's own sheet.
 */
export type Difference =
  | { readonly kind: 'added' | 'removed'; readonly cell: string | null; readonly nodes: readonly Kind[] }
  | {
      readonly kind: 'parameter';
      readonly cell: string | null;
      /** Every node of `type` among these has the same change. `label`: the name of the only one. */
      readonly type: string;
      readonly count: number;
      readonly label: string | null;
      readonly parameter: string;
      /** null: the document leaves it to the default. */
      readonly from: JsonValue;
      readonly to: JsonValue;
    }
  | { readonly kind: 'wires'; readonly cell: string | null; readonly added: number; readonly removed: number }
  | { readonly kind: 'cellAdded' | 'cellRemoved'; readonly cell: string }
  | { readonly kind: 'training'; readonly setting: string; readonly from: JsonValue; readonly to: JsonValue };

/** What the second document has otherwise than the first: nodes, wires, parameters, cells, training settings. */
export function documentDifferences(first: GradloomDocument, second: GradloomDocument): readonly Difference[] {
  const differences = graphDifferences(first.graph, second.graph, null);
  const cellsBefore = new Map(first.cells.map((cell) => [cell.id, cell]));
  const cellsAfter = new Map(second.cells.map((cell) => [cell.id, cell]));
  for (const [id, cell] of cellsBefore) {
    const other = cellsAfter.get(id);
    if (other === undefined) differences.push({ kind: 'cellRemoved', cell: cell.name });
    else differences.push(...graphDifferences(cell.graph, other.graph, other.name));
  }
  for (const [id, cell] of cellsAfter)
    if (!cellsBefore.has(id)) differences.push({ kind: 'cellAdded', cell: cell.name });
  const { losses, metrics, data, ...settings } = first.training;
  const { losses: _losses, metrics: _metrics, data: _data, ...settingsAfter } = second.training;
  const after = second.training;
  // A setting that is left out is none.
  const given = (record: typeof settings): JsonValue =>
    Object.fromEntries(
      Object.keys({ ...settings, ...settingsAfter }).map((key) => [key, record[key as keyof typeof settings] ?? null]),
    );
  for (const { path, from, to } of valueDifferences(given(settings), given(settingsAfter), ''))
    differences.push({ kind: 'training', setting: path, from, to });
  const heads = ({ output: _output, ...loss }: (typeof losses)[number]): JsonValue =>
    Object.fromEntries(Object.entries(loss).map(([key, value]) => [key, value ?? null]));
  const listed = { losses: losses.map(heads), metrics: metrics.map(({ kind, target }) => ({ kind, target })) };
  const listedAfter = {
    losses: after.losses.map(heads),
    metrics: after.metrics.map(({ kind, target }) => ({ kind, target })),
  };
  const dataOf = (value: typeof data): JsonValue =>
    value === null ? null : { source: value.source, seed: value.seed, validation: value.validation };
  for (const { path, from, to } of [
    ...valueDifferences(listed, listedAfter, ''),
    ...valueDifferences({ data: dataOf(data) }, { data: dataOf(after.data) }, ''),
  ])
    differences.push({ kind: 'training', setting: path, from, to });
  return differences;
}

function graphDifferences(first: Graph, second: Graph, cell: string | null): Difference[] {
  const differences: Difference[] = [];
  const before = new Map(first.nodes.map((node) => [node.id, node]));
  const after = new Map(second.nodes.map((node) => [node.id, node]));
  // A node that changed its type is another node that happens to have the same id.
  const isSame = (node: GraphNode | undefined, other: GraphNode | undefined): boolean =>
    node !== undefined && node.type === other?.type;
  const added = kindsOf(second.nodes.filter((node) => !isSame(node, before.get(node.id))));
  const removed = kindsOf(first.nodes.filter((node) => !isSame(node, after.get(node.id))));
  if (added.length > 0) differences.push({ kind: 'added', cell, nodes: added });
  if (removed.length > 0) differences.push({ kind: 'removed', cell, nodes: removed });

  const changes = new Map<string, Extract<Difference, { kind: 'parameter' }>>();
  for (const node of first.nodes) {
    const other = after.get(node.id);
    if (other === undefined || !isSame(node, other)) continue;
    for (const { path, from, to } of valueDifferences(meaningOf(node), meaningOf(other), '')) {
      const key = JSON.stringify([node.type, path, from, to]);
      const known = changes.get(key);
      const count = (known?.count ?? 0) + 1;
      const label = count === 1 ? (other.label ?? other.id) : null;
      changes.set(key, { kind: 'parameter', cell, type: node.type, count, label, parameter: path, from, to });
    }
  }
  differences.push(...changes.values());

  const wiresBefore = new Set(first.wires.map(wireKey));
  const wiresAfter = new Set(second.wires.map(wireKey));
  const wiresAdded = [...wiresAfter].filter((key) => !wiresBefore.has(key)).length;
  const wiresRemoved = [...wiresBefore].filter((key) => !wiresAfter.has(key)).length;
  if (wiresAdded + wiresRemoved > 0) {
    differences.push({ kind: 'wires', cell, added: wiresAdded, removed: wiresRemoved });
  }
  return differences;
}

/** Frames group and mean nothing. */
function kindsOf(nodes: readonly GraphNode[]): readonly Kind[] {
  const counts = new Map<string, number>();
  for (const { type } of nodes) if (type !== 'frame') counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, count]) => ({ type, count }));
}

function meaningOf({ params, perStep, perInstance }: GraphNode): Record<string, JsonValue> {
  return {
    ...params,
    ...(perStep === undefined ? {} : { perStep: [...perStep] }),
    ...(perInstance === undefined ? {} : { perInstance }),
  };
}

function wireKey({ from, to }: Wire): string {
  return `${from.node}.${from.port}>${to.node}.${to.port}`;
}

/** The innermost values that differ, by their path; what only one side has is null on the other. */
function valueDifferences(
  from: JsonValue | undefined,
  to: JsonValue | undefined,
  path: string,
): { path: string; from: JsonValue; to: JsonValue }[] {
  if (jsonEqual(from, to)) return [];
  if (isJsonObject(from) && isJsonObject(to) && from['kind'] === to['kind']) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) => valueDifferences(from[key], to[key], path === '' ? key : `${path}.${key}`));
  }
  return [{ path, from: from ?? null, to: to ?? null }];
}

/** What is longer is no name. */
const longestTrait = 36;

/**
 * In a few words each, what documents of one name have otherwise than each other: “Seed 1”, “Seed 2”. Settings of training
 * come before parameters of layers, the seed before all. null where such words do not tell every one from every other.
 */
export function whatTellsApart(locale: Locale, documents: readonly GradloomDocument[]): readonly string[] | null {
  const [first, ...others] = documents;
  if (first === undefined) return null;
  const traits = new Map<string, { readonly rank: number; readonly words: string[] }>();
  for (const [index, other] of others.entries()) {
    for (const difference of documentDifferences(first, other)) {
      if (difference.kind !== 'training' && difference.kind !== 'parameter') continue;
      const { kind, from, to } = difference;
      const path = kind === 'training' ? difference.setting : difference.parameter;
      const name = kind === 'training' ? settingWords(locale, path) : parameterWords(locale, path);
      const words = (value: JsonValue): string =>
        `${name} ${value === null ? text(locale, 'difference.default') : settingValueWords(locale, path, value)}`;
      const key = JSON.stringify([kind, path, kind === 'parameter' ? difference.type : '', from]);
      const rank = kind === 'parameter' ? 2 : path === 'seed' ? 0 : 1;
      const trait = traits.get(key) ?? { rank, words: documents.map(() => words(from)) };
      trait.words[index + 1] = words(to);
      traits.set(key, trait);
    }
  }
  const inOrder = [...traits.values()].toSorted((one, other) => one.rank - other.rank).map(({ words }) => words);
  let names: readonly string[] = documents.map(() => '');
  for (const trait of inOrder) {
    if (trait.some((words) => words.length > longestTrait)) continue;
    const longer = names.map((name, index) => [name, trait[index] ?? ''].filter((part) => part !== '').join(' · '));
    // What tells none apart that was not told already would only lengthen the name.
    if (new Set(longer).size > new Set(names).size) names = longer;
    if (new Set(names).size === documents.length) return names;
  }
  return null;
}

/** A difference as a sentence in which `second` is the name of the second document. */
export function describeDifference(locale: Locale, difference: Difference, second: string): string {
  const place = 'cell' in difference && difference.cell !== null ? difference.cell : null;
  const words = sentence(locale, difference, second);
  const isInside = place !== null && difference.kind !== 'cellAdded' && difference.kind !== 'cellRemoved';
  return isInside ? text(locale, 'difference.inCell', { cell: place, difference: words }) : words;
}

function sentence(locale: Locale, difference: Difference, second: string): string {
  switch (difference.kind) {
    case 'added':
    case 'removed': {
      const nodes = difference.nodes
        .map(({ type, count }) => text(locale, 'difference.count', { count, kind: kindName(locale, type) }))
        .join(text(locale, 'difference.listSeparator'));
      return text(locale, difference.kind === 'added' ? 'difference.added' : 'difference.removed', { second, nodes });
    }
    case 'parameter': {
      const { type, count, label, parameter } = difference;
      const words = parameterWords(locale, parameter);
      const values = {
        parameter: words,
        from: valueText(locale, difference.from),
        to: valueText(locale, difference.to),
      };
      return label === null
        ? text(locale, 'difference.parameters', { ...values, count, kind: kindName(locale, type) })
        : text(locale, 'difference.parameter', { ...values, label });
    }
    case 'wires':
      return text(locale, 'difference.wires', { added: difference.added, removed: difference.removed });
    case 'cellAdded':
      return text(locale, 'difference.cellAdded', { second, cell: difference.cell });
    case 'cellRemoved':
      return text(locale, 'difference.cellRemoved', { second, cell: difference.cell });
    case 'training': {
      const { setting, from, to } = difference;
      return text(locale, 'difference.training', {
        setting: settingWords(locale, setting),
        from: valueText(locale, from),
        to: valueText(locale, to),
      });
    }
  }
}

function kindName(locale: Locale, type: string): string {
  const key = `layer.${type}.name`;
  return isTextKey(key) ? text(locale, key) : type;
}

function valueText(locale: Locale, value: JsonValue): string {
  if (value === null) return text(locale, 'difference.default');
  if (typeof value === 'string') return value;
  if (isJsonObject(value) && typeof value['kind'] === 'string') {
    const rest = Object.entries(value).filter(([key]) => key !== 'kind');
    const details = rest.map(([key, inner]) => `${key} ${jsonExcerpt(inner)}`).join(', ');
    return details === '' ? value['kind'] : `${value['kind']} (${details})`;
  }
  return jsonExcerpt(value);
}
