import type { Locale } from '../text/locale.ts';
import { innerText, isTextKey, text } from '../text/text.ts';
import type { InnerText } from '../text/text.ts';
import type { GradloomDocument } from './document.ts';
import {
  cellTerminalParametersSchema,
  documentSchema,
  instanceParametersSchema,
  loopParametersSchema,
  opaqueParametersSchema,
} from './document.ts';
import type { JsonValue } from './json.ts';
import { isJsonObject, jsonExcerpt } from './json.ts';
import type { JsonPath, TextPlace } from './jsonText.ts';
import { parseJsonText } from './jsonText.ts';
import type { Migration } from './migrate.ts';
import { documentMigrations, migrateDocument } from './migrate.ts';
import type { FileFault } from './schemaFaults.ts';
import { formatPath, schemaFaults } from './schemaFaults.ts';
import type { SchemaShape } from './schemaShape.ts';
import { innerShape, objectKeys, schemaShape } from './schemaShape.ts';
import { structureFaults } from './structure.ts';

// ------------------------------------------------------------------------------------------------- document -> text

const documentShape = schemaShape(documentSchema);
const plainShape: SchemaShape = { kind: 'plain' };

/** Parameters whose keys the graph language knows, by node type; all others are sorted. */
const parameterShapes: ReadonlyMap<string, SchemaShape> = new Map([
  ['loop', schemaShape(loopParametersSchema)],
  ['cell', schemaShape(instanceParametersSchema)],
  ['cellInput', schemaShape(cellTerminalParametersSchema)],
  ['cellOutput', schemaShape(cellTerminalParametersSchema)],
  ['opaque', schemaShape(opaqueParametersSchema)],
]);

/** What stands on lines of its own; all else is written in one line. */
interface Layout {
  readonly keys?: Readonly<Record<string, Layout>>;
  readonly items?: Layout | 'inline';
}

const sheetLayout: Layout = { keys: { nodes: { items: 'inline' }, wires: { items: 'inline' } } };
const documentLayout: Layout = {
  keys: {
    graph: sheetLayout,
    cells: { items: { keys: { graph: sheetLayout } } },
    training: { keys: { losses: { items: 'inline' }, metrics: { items: 'inline' }, data: { keys: {} } } },
  },
};

/** Says what a thing is before what it is like; the rest in the order of its letters. */
const leadingKeys = ['id', 'kind', 'type'];

function compareKeys(left: string, right: string): number {
  const rank = (key: string) => {
    const lead = leadingKeys.indexOf(key);
    return lead === -1 ? leadingKeys.length : lead;
  };
  if (rank(left) !== rank(right)) return rank(left) - rank(right);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The keys of an object that are written, in the schema's order where it names them, else sorted. */
function orderedEntries(value: object, shape: SchemaShape): readonly (readonly [string, unknown, SchemaShape])[] {
  const known = objectKeys(shape, value);
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const position = new Map([...(known?.keys() ?? [])].map((key, index) => [key, index]));
  const sorted = given.toSorted(([left], [right]) => {
    const difference = (position.get(left) ?? Infinity) - (position.get(right) ?? Infinity);
    // Infinity - Infinity: neither is known.
    return Number.isNaN(difference) ? compareKeys(left, right) : difference;
  });
  // A node's parameters are free JSON to the schema; its type says which shape they have.
  const parameters = parameterShapes.get(String((value as Readonly<Record<string, unknown>>)['type']));
  return sorted.map(([key, inner]) => {
    const declared = innerShape(shape, value, key) ?? plainShape;
    const isParameters = key === 'params' && known?.has('params') === true && parameters !== undefined;
    return [key, inner, isParameters ? parameters : declared];
  });
}

function inline(value: unknown, shape: SchemaShape): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`A document cannot hold the number ${value}.`);
    // JSON.stringify would lose the sign.
    return Object.is(value, -0) ? '-0' : JSON.stringify(value);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const item = shape.kind === 'list' ? shape.item : plainShape;
    return `[${value.map((inner) => inline(inner, item)).join(', ')}]`;
  }
  const entries = orderedEntries(value, shape);
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([key, inner, innerShape]) => `${JSON.stringify(key)}: ${inline(inner, innerShape)}`).join(', ')} }`;
}

function block(value: unknown, shape: SchemaShape, layout: Layout, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value) && layout.items !== undefined && value.length > 0) {
    const { items } = layout;
    const itemShape = shape.kind === 'list' ? shape.item : plainShape;
    const lines = value.map((item) =>
      items === 'inline' ? inline(item, itemShape) : block(item, itemShape, items, inner),
    );
    return `[\n${lines.map((line) => `${inner}${line}`).join(',\n')}\n${indent}]`;
  }
  if (isJsonObject(value) && layout.keys !== undefined) {
    const { keys } = layout;
    const lines = orderedEntries(value, shape).map(([key, item, itemShape]) => {
      const written = Object.hasOwn(keys, key)
        ? block(item, itemShape, keys[key] ?? {}, inner)
        : inline(item, itemShape);
      return `${inner}${JSON.stringify(key)}: ${written}`;
    });
    return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
  }
  return inline(value, shape);
}

/**
 * A document as the text of a file: keys in the schema's order (free JSON sorted), every node, wire and loss on one
 * line, LF, a line break at the end. Equal documents give equal texts, and `parseDocument` gives the document back.
 */
export function serialiseDocument(document: GradloomDocument): string {
  return `${block(document, documentShape, documentLayout, '')}\n`;
}

// ------------------------------------------------------------------------------------------------- text -> document

/** More characters than this are not read. */
export const maximumTextLength = 64 * 1024 * 1024;

/** So many problems are listed; then their number. */
export const maximumProblems = 20;

/** So many of a file's entries are named where it is no document. */
const mostNamed = 5;

/** One thing that is wrong with a file. */
export interface ParseProblem {
  /** A key of the text table. */
  readonly code: string;
  readonly values: Readonly<Record<string, JsonValue>>;
  /** In English, its line included. */
  readonly message: string;
  /** Like `graph.nodes[3].position.x`; empty where the text is no JSON or the whole is meant. */
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
}

export type ParseResult =
  | {
      readonly ok: true;
      readonly document: GradloomDocument;
      /** The version the text had where it was an older one. */
      readonly migratedFrom: number | null;
    }
  | { readonly ok: false; readonly problems: readonly ParseProblem[] };

/** A problem with its line, to be put into another text. */
export function placedProblem(problem: Omit<ParseProblem, 'message'>): InnerText<ParseProblem['values']> | string {
  const { code, values, line, column } = problem;
  const inner = isTextKey(code) ? innerText(code, values) : code;
  if (line === null) return inner;
  return column === null
    ? innerText('problem.file.atLine', { line, problem: inner })
    : innerText('problem.file.atPlace', { line, column, problem: inner });
}

/** A problem in a language, its line included. */
export function describeProblem(locale: Locale, problem: Omit<ParseProblem, 'message'>): string {
  const placed = placedProblem(problem);
  return typeof placed === 'string' ? placed : text(locale, placed.text, placed.values);
}

/** A problem with its English message. */
export function problemOf(problem: Omit<ParseProblem, 'message'>): ParseProblem {
  return { ...problem, message: describeProblem('en', problem) };
}

function refused(code: string, values: ParseProblem['values'] = {}): ParseResult {
  const problem = problemOf({ code: `problem.file.${code}`, values, path: '', line: null, column: null });
  return { ok: false, problems: [problem] };
}

/** The first `maximumProblems` faults as problems, each with its line, and how many more there are. */
export function listProblems(
  faults: readonly FileFault[],
  locate: (path: JsonPath) => TextPlace,
): readonly ParseProblem[] {
  const problems = faults
    .slice(0, maximumProblems)
    .map(({ code, values, path }) =>
      problemOf({ code, values, path: formatPath(path), line: locate(path).line, column: null }),
    );
  const count = faults.length - problems.length;
  if (count > 0) {
    problems.push(problemOf({ code: 'problem.file.more', values: { count }, path: '', line: null, column: null }));
  }
  return problems;
}

function listed(faults: readonly FileFault[], locate: (path: JsonPath) => TextPlace): ParseResult {
  return { ok: false, problems: listProblems(faults, locate) };
}

/**
 * Reads the text of a file. Where it is no document, says everything that is wrong (at most `maximumProblems`), by
 * line, path, expected and received. Never throws and never changes anything. Older versions are migrated; newer ones
 * are refused.
 */
export function parseDocument(source: string, migrations: readonly Migration[] = documentMigrations): ParseResult {
  const millions = (characters: number) => Math.ceil(characters / 1e6);
  if (source.length > maximumTextLength) {
    return refused('tooLarge', { received: millions(source.length), maximum: millions(maximumTextLength) });
  }
  // Some editors on Windows begin a file with a byte order mark.
  const content = source.startsWith('\uFEFF') ? source.slice(1) : source;
  if (content.trim() === '') return refused('empty');
  const json = parseJsonText(content);
  if (!json.ok) {
    const { code, values, line, column } = json.fault;
    return { ok: false, problems: [problemOf({ code: `problem.file.${code}`, values, path: '', line, column })] };
  }
  const { value, locate } = json;
  if (!isJsonObject(value)) return refused('notGradloom', { received: jsonExcerpt(value) });
  if (value['format'] === undefined) {
    const known = Object.keys(value);
    return known.length === 0
      ? refused('notGradloom', { received: '{}' })
      : refused('noFormat', { known: [...known.slice(0, mostNamed), ...(known.length > mostNamed ? ['…'] : [])] });
  }
  if (value['format'] !== 'gradloom') return refused('notGradloom', { received: jsonExcerpt(value['format']) });
  const migrated = migrateDocument(value, migrations);
  if (!migrated.ok) return listed([migrated.fault], locate);
  const parsed = documentSchema.safeParse(migrated.value);
  if (!parsed.success) return listed(schemaFaults(documentShape, migrated.value, parsed.error.issues), locate);
  const faults = structureFaults(parsed.data);
  if (faults.length > 0) return listed(faults, locate);
  return { ok: true, document: parsed.data, migratedFrom: migrated.migratedFrom };
}
