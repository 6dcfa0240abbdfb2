import type { TextValues } from '../text/locale.ts';
import type { CellDefinition, Graph, GradloomDocument, GraphNode, WeightsReference, Wire } from './document.ts';
import { jsonEqual } from './json.ts';
import type { SheetId } from './queries.ts';
import type { Training } from './training.ts';

/** A cell without its graph, whose nodes and wires are records of their own. */
export type CellHeader = Omit<CellDefinition, 'graph'>;

/** What a document says of itself. */
export interface DocumentHeader {
  readonly name: string;
  readonly note?: string;
  readonly weights?: WeightsReference;
}

/** One record of a document, with its place in the list it stands in. */
export type DocumentRecord =
  | { readonly kind: 'node'; readonly sheet: SheetId; readonly index: number; readonly value: GraphNode }
  | { readonly kind: 'wire'; readonly sheet: SheetId; readonly index: number; readonly value: Wire }
  | { readonly kind: 'cell'; readonly index: number; readonly value: CellHeader }
  | { readonly kind: 'training'; readonly value: Training }
  | { readonly kind: 'header'; readonly value: DocumentHeader };

/**
 * The difference of two documents, as records by key (`node:ID`, `wire:ID`, `cell:ID`, `training`, `header`). JSON.
 * `order` holds the ids of a list before and after where those that stay changed their order.
 */
export interface DocumentDiff {
  readonly added: Readonly<Record<string, DocumentRecord>>;
  readonly updated: Readonly<Record<string, readonly [DocumentRecord, DocumentRecord]>>;
  readonly removed: Readonly<Record<string, DocumentRecord>>;
  readonly order?: Readonly<Record<string, readonly [readonly string[], readonly string[]]>>;
}

/** What an entry is called: a key of the text table, so that the window says it in its language. */
export interface HistoryLabel {
  readonly key: string;
  readonly values?: TextValues;
}

export interface HistoryEntry {
  readonly label: HistoryLabel;
  readonly diff: DocumentDiff;
}

/** What was done and undone. Immutable. The entries before `index` are done, the others undone. */
export interface History {
  readonly entries: readonly HistoryEntry[];
  readonly index: number;
  readonly depth: number;
  /** The documents that the gestures under way began with, outermost first. */
  readonly gestures: readonly GradloomDocument[];
}

/** A history and the document it has led to. */
export interface HistoryStep {
  readonly history: History;
  readonly document: GradloomDocument;
}

// ------------------------------------------------------------------------------------------------------------- diffs

function cellHeader({ graph: _graph, ...header }: CellDefinition): CellHeader {
  return header;
}

function documentHeader({ name, note, weights }: GradloomDocument): DocumentHeader {
  return { name, ...(note === undefined ? {} : { note }), ...(weights === undefined ? {} : { weights }) };
}

/** A list of records of one document: the nodes or the wires of a sheet, or the cells. */
interface RecordList {
  readonly items: readonly { readonly id: string }[];
  readonly record: (index: number) => DocumentRecord;
}

/** The list of a sheet that a document does not have. */
const emptyList: RecordList = { items: [], record: (index) => at<DocumentRecord>([], index) };

function recordLists(document: GradloomDocument): ReadonlyMap<string, RecordList> {
  const lists = new Map<string, RecordList>();
  const addSheet = (sheet: SheetId, { nodes, wires }: Graph): void => {
    const node = (index: number): DocumentRecord => ({ kind: 'node', sheet, index, value: at(nodes, index) });
    const wire = (index: number): DocumentRecord => ({ kind: 'wire', sheet, index, value: at(wires, index) });
    lists.set(listKey('node', sheet), { items: nodes, record: node });
    lists.set(listKey('wire', sheet), { items: wires, record: wire });
  };
  const { graph, cells } = document;
  addSheet(null, graph);
  for (const cell of cells) addSheet(cell.id, cell.graph);
  const cell = (index: number): DocumentRecord => ({ kind: 'cell', index, value: cellHeader(at(cells, index)) });
  lists.set(listKey('cell', null), { items: cells, record: cell });
  return lists;
}

function at<Item>(list: readonly Item[], index: number): Item {
  const item = list[index];
  if (item === undefined) throw new RangeError(`No item ${index} in a list of ${list.length}.`);
  return item;
}

function listKey(kind: 'node' | 'wire' | 'cell', sheet: SheetId): string {
  return `${kind}@${sheet ?? ''}`;
}

function listKeyOf(record: DocumentRecord): string | null {
  switch (record.kind) {
    case 'node':
    case 'wire':
      return listKey(record.kind, record.sheet);
    case 'cell':
      return listKey('cell', null);
    case 'training':
    case 'header':
      return null;
  }
}

/** Where two lists differ: what stands before `begin` and from `endBefore` or `endAfter` on is the same in both. */
interface Difference {
  readonly begin: number;
  readonly endBefore: number;
  readonly endAfter: number;
}

/** An edit touches a few records, and the others keep their identity: of a large document only those few are looked at. */
function differenceOf(before: RecordList['items'], after: RecordList['items']): Difference {
  let begin = 0;
  while (begin < before.length && begin < after.length && before[begin] === after[begin]) begin++;
  let [endBefore, endAfter] = [before.length, after.length];
  while (endBefore > begin && endAfter > begin && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore--;
    endAfter--;
  }
  return { begin, endBefore, endAfter };
}

/** Whether items that are in both lists stand in another order. */
function isReordered(before: RecordList['items'], after: RecordList['items']): boolean {
  const [inBefore, inAfter] = [before, after].map((list) => new Set(list.map(({ id }) => id)));
  const stayed = before.filter(({ id }) => inAfter?.has(id));
  const staying = after.filter(({ id }) => inBefore?.has(id));
  return stayed.some(({ id }, index) => id !== staying[index]?.id);
}

/** What has to be done to `before` to get `after`, or null where the two are equal. */
export function diffDocuments(before: GradloomDocument, after: GradloomDocument): DocumentDiff | null {
  const listsBefore = recordLists(before);
  const listsAfter = recordLists(after);
  const from = new Map<string, DocumentRecord>();
  const to = new Map<string, DocumentRecord>();
  const order: Record<string, readonly [readonly string[], readonly string[]]> = {};
  for (const key of new Set([...listsBefore.keys(), ...listsAfter.keys()])) {
    const [one, other] = [listsBefore.get(key) ?? emptyList, listsAfter.get(key) ?? emptyList];
    if (one.items === other.items) continue;
    const { begin, endBefore, endAfter } = differenceOf(one.items, other.items);
    const [left, entered] = [one.items.slice(begin, endBefore), other.items.slice(begin, endAfter)];
    const kind = key.slice(0, key.indexOf('@'));
    left.forEach(({ id }, index) => from.set(`${kind}:${id}`, one.record(begin + index)));
    entered.forEach(({ id }, index) => to.set(`${kind}:${id}`, other.record(begin + index)));
    const ids = ({ items }: RecordList): readonly string[] => items.map(({ id }) => id);
    if (isReordered(left, entered)) order[key] = [ids(one), ids(other)];
  }
  from.set('training', { kind: 'training', value: before.training });
  to.set('training', { kind: 'training', value: after.training });
  from.set('header', { kind: 'header', value: documentHeader(before) });
  to.set('header', { kind: 'header', value: documentHeader(after) });

  const added: Record<string, DocumentRecord> = {};
  const updated: Record<string, readonly [DocumentRecord, DocumentRecord]> = {};
  const removed: Record<string, DocumentRecord> = {};
  for (const [key, record] of from) {
    const next = to.get(key);
    if (next === undefined) removed[key] = record;
    else if (listKeyOf(record) !== listKeyOf(next) || !jsonEqual(record.value, next.value))
      updated[key] = [record, next];
  }
  for (const [key, record] of to) if (!from.has(key)) added[key] = record;
  const isEmpty = [added, updated, removed, order].every((part) => Object.keys(part).length === 0);
  if (isEmpty) return null;
  return { added, updated, removed, ...(Object.keys(order).length === 0 ? {} : { order }) };
}

/** The diff that takes back what this one does. */
export function invertDiff({ added, updated, removed, order }: DocumentDiff): DocumentDiff {
  const swap = <Value>(pairs: Readonly<Record<string, readonly [Value, Value]>>) =>
    Object.fromEntries(Object.entries(pairs).map(([key, [from, to]]) => [key, [to, from] as const]));
  return {
    added: removed,
    updated: swap(updated),
    removed: added,
    ...(order === undefined ? {} : { order: swap(order) }),
  };
}

/** What a diff does to one list. */
interface ListEdit {
  readonly leaving: Set<string>;
  readonly replaced: Map<string, DocumentRecord>;
  readonly entering: DocumentRecord[];
  order?: readonly string[];
}

function listEdits(diff: DocumentDiff): ReadonlyMap<string, ListEdit> {
  const edits = new Map<string, ListEdit>();
  const editOf = (key: string): ListEdit => {
    const edit = edits.get(key) ?? { leaving: new Set(), replaced: new Map(), entering: [] };
    edits.set(key, edit);
    return edit;
  };
  const id = (key: string) => key.slice(key.indexOf(':') + 1);
  const leave = (key: string, record: DocumentRecord): void => {
    const list = listKeyOf(record);
    if (list !== null) editOf(list).leaving.add(id(key));
  };
  const enter = (record: DocumentRecord): void => {
    const list = listKeyOf(record);
    if (list !== null) editOf(list).entering.push(record);
  };
  for (const [key, record] of Object.entries(diff.removed)) leave(key, record);
  for (const record of Object.values(diff.added)) enter(record);
  for (const [key, [from, to]] of Object.entries(diff.updated)) {
    const list = listKeyOf(to);
    if (list !== null && listKeyOf(from) === list) {
      editOf(list).replaced.set(id(key), to);
    } else {
      leave(key, from);
      enter(to);
    }
  }
  for (const [key, [, to]] of Object.entries(diff.order ?? {})) editOf(key).order = to;
  return edits;
}

function editList<Item extends { readonly id: string }>(
  items: Item[],
  edit: ListEdit | undefined,
  itemOf: (record: DocumentRecord, former: Item | undefined) => Item,
): Item[] {
  if (edit === undefined) return items;
  const { leaving, replaced, entering, order } = edit;
  const byId = new Map(items.map((item) => [item.id, item]));
  const missing = [...leaving, ...replaced.keys()].find((id) => !byId.has(id));
  if (missing !== undefined) throw new Error(`The history does not fit this document: "${missing}" is not in it.`);
  const next = items
    .filter(({ id }) => !leaving.has(id))
    .map((item) => {
      const record = replaced.get(item.id);
      return record === undefined ? item : itemOf(record, item);
    });
  const indexOf = (record: DocumentRecord) => ('index' in record ? record.index : 0);
  for (const record of entering.toSorted((left, right) => indexOf(left) - indexOf(right))) {
    next.splice(indexOf(record), 0, itemOf(record, undefined));
  }
  if (order === undefined) return next;
  const places = new Map(order.map((id, index) => [id, index]));
  return next.toSorted((left, right) => (places.get(left.id) ?? 0) - (places.get(right.id) ?? 0));
}

function nodeItem(record: DocumentRecord): GraphNode {
  if (record.kind !== 'node') throw new TypeError(`Expected the record of a node; received one of a ${record.kind}.`);
  return record.value;
}

function wireItem(record: DocumentRecord): Wire {
  if (record.kind !== 'wire') throw new TypeError(`Expected the record of a wire; received one of a ${record.kind}.`);
  return record.value;
}

function cellItem(record: DocumentRecord, former: CellDefinition | undefined): CellDefinition {
  if (record.kind !== 'cell') throw new TypeError(`Expected the record of a cell; received one of a ${record.kind}.`);
  return { ...record.value, graph: former?.graph ?? { nodes: [], wires: [] } };
}

/** Does to a document what a diff says. What the diff does not name keeps its identity. */
export function applyDiff(document: GradloomDocument, diff: DocumentDiff): GradloomDocument {
  const edits = listEdits(diff);
  const editSheet = (sheet: SheetId, graph: Graph): Graph => {
    const nodes = editList(graph.nodes, edits.get(listKey('node', sheet)), nodeItem);
    const wires = editList(graph.wires, edits.get(listKey('wire', sheet)), wireItem);
    return nodes === graph.nodes && wires === graph.wires ? graph : { nodes, wires };
  };
  const edited = editList(document.cells, edits.get(listKey('cell', null)), cellItem).map((cell) => {
    const graph = editSheet(cell.id, cell.graph);
    return graph === cell.graph ? cell : { ...cell, graph };
  });
  const sameCells =
    edited.length === document.cells.length && edited.every((cell, index) => cell === document.cells[index]);
  const training = diff.updated['training']?.[1];
  const header = diff.updated['header']?.[1];
  const { note: _note, weights: _weights, ...bare } = document;
  return {
    ...(header?.kind === 'header' ? { ...bare, ...header.value } : document),
    graph: editSheet(null, document.graph),
    cells: sameCells ? document.cells : edited,
    training: training?.kind === 'training' ? training.value : document.training,
  };
}

// ----------------------------------------------------------------------------------------------------------- history

/** So many entries are kept where nothing else is asked for. */
export const defaultHistoryDepth = 1000;

/** An empty history that keeps the last `depth` entries. */
export function createHistory(depth = defaultHistoryDepth): History {
  return { entries: [], index: 0, depth, gestures: [] };
}

/**
 * Adds the step from `before` to `after` as one entry, in the place of what was undone. Equal documents add none.
 * While a gesture is under way nothing is added: its commit does that.
 */
export function record(
  history: History,
  before: GradloomDocument,
  after: GradloomDocument,
  label: HistoryLabel,
): History {
  if (history.gestures.length > 0 || before === after) return history;
  const diff = diffDocuments(before, after);
  if (diff === null) return history;
  const entries = [...history.entries.slice(0, history.index), { label, diff }].slice(-history.depth);
  return { ...history, entries, index: entries.length };
}

/** Sets a mark: what follows becomes one entry at `commitGesture`, or nothing at `cancelGesture`. Marks nest. */
export function beginGesture(history: History, document: GradloomDocument): History {
  return { ...history, gestures: [...history.gestures, document] };
}

/** Ends the innermost gesture. The outermost one adds everything since its mark as one entry. */
export function commitGesture(history: History, document: GradloomDocument, label: HistoryLabel): History {
  const before = history.gestures.at(-1);
  if (before === undefined) return history;
  return record({ ...history, gestures: history.gestures.slice(0, -1) }, before, document, label);
}

/** Gives the innermost gesture up: the document is again what it was at its mark. Null where none is under way. */
export function cancelGesture(history: History): HistoryStep | null {
  const before = history.gestures.at(-1);
  if (before === undefined) return null;
  return { history: { ...history, gestures: history.gestures.slice(0, -1) }, document: before };
}

/** Takes the last entry back. Null where there is none, and during a gesture. */
export function undo(history: History, document: GradloomDocument): HistoryStep | null {
  return jump(history, document, history.index - 1);
}

/** Does the last entry that was undone again. Null where there is none, and during a gesture. */
export function redo(history: History, document: GradloomDocument): HistoryStep | null {
  return jump(history, document, history.index + 1);
}

/** Goes to where the first `index` entries are done. Null where the history has no such place, and during a gesture. */
export function jump(history: History, document: GradloomDocument, index: number): HistoryStep | null {
  const { entries } = history;
  if (history.gestures.length > 0 || !Number.isInteger(index) || index < 0 || index > entries.length) return null;
  const back = entries.slice(index, history.index).reverse();
  const forth = entries.slice(history.index, index);
  const former = back.reduce((current, { diff }) => applyDiff(current, invertDiff(diff)), document);
  const next = forth.reduce((current, { diff }) => applyDiff(current, diff), former);
  return { history: { ...history, index }, document: next };
}
