import type { DataFile, TextSource } from '#shared/graph/fileSources';
import { mostClasses } from '#shared/graph/fileSources';
import type { ReadableFile, Reading } from './reading.ts';
import { DataProblem, pieceBytes } from './reading.ts';

/** Bytes of the largest text: its tokens are held in memory, two bytes each. */
export const textLimit = 256 * 2 ** 20;

/** Stands at number 0 and fills up what is too short. */
export const fillingWord = '·';
/** Stands at number 1, for whatever the vocabulary lacks. */
export const unknownWord = '�';

/** Reads a text piece by piece. Throws a DataProblem that names the line where it is no UTF-8, or one that is too large. */
function* readText(file: ReadableFile, use: (text: string) => void): Reading<void> {
  const { path, size } = file;
  if (size > textLimit) throw new DataProblem('data.textLarge', { path, limit: textLimit, received: size });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  const decoded = (bytes: Uint8Array, stream: boolean): string => {
    try {
      return decoder.decode(bytes, { stream });
    } catch {
      // The decoder does not say where; the line is sought in this piece alone.
      const before = new TextDecoder('utf-8').decode(bytes);
      const at = before.indexOf('�');
      const breaks = before.slice(0, at < 0 ? undefined : at).split('\n').length - 1;
      throw new DataProblem('data.notText', { path, line: line + breaks });
    }
  };
  let carried = '';
  for (let offset = 0; offset < size; offset += pieceBytes) {
    const length = Math.min(pieceBytes, size - offset);
    const bytes = yield { file: 0, offset, length };
    const text = carried + decoded(bytes, offset + length < size);
    line += text.split('\n').length - 1;
    // A line break of two characters may lie across two pieces.
    carried = text.endsWith('\r') ? '\r' : '';
    use(text.slice(0, text.length - carried.length).replaceAll('\r\n', '\n'));
  }
  if (carried !== '') use(carried);
}

const wordPattern = /[\p{L}\p{N}_]+(?:['’][\p{L}]+)*|[^\s\p{L}\p{N}_]/gu;

/** The tokens of a text: its characters, or its words in lower case and its other marks one by one. */
export function tokensOf(unit: TextSource['unit'], text: string): readonly string[] {
  return unit === 'characters' ? Array.from(text) : (text.toLowerCase().match(wordPattern) ?? []);
}

/** Hands on text in stretches that end between words, whatever the pieces in which it comes. */
class Stretches {
  readonly #use: (text: string) => void;
  readonly #end: RegExp;
  #rest = '';

  constructor(use: (text: string) => void, end: RegExp) {
    this.#use = use;
    this.#end = end;
  }

  push(text: string): void {
    const all = this.#rest + text;
    const cut = all.search(this.#end);
    // Text without any space would pile up: it is cut where it is.
    const at = cut < 0 ? (all.length > pieceBytes ? all.length : 0) : cut + 1;
    this.#use(all.slice(0, at));
    this.#rest = all.slice(at);
  }

  end(): void {
    if (this.#rest !== '') this.#use(this.#rest);
    this.#rest = '';
  }
}

/** The last white space of a text, and the last line break. */
const lastSpace = /\s(?=\S*$)/;
const lastBreak = /\n(?=[^\n]*$)/;

/** Calls `use` with the tokens of a text in turn, many at once. */
function* eachTokens(
  file: ReadableFile,
  unit: TextSource['unit'],
  use: (tokens: readonly string[]) => void,
): Reading<void> {
  if (unit === 'characters') return yield* readText(file, (text) => use(tokensOf(unit, text)));
  const stretches = new Stretches((text) => use(tokensOf(unit, text)), lastSpace);
  yield* readText(file, (text) => stretches.push(text));
  stretches.end();
}

interface LabelledLine {
  readonly label: string;
  readonly text: string;
}

/** Calls `use` with each line that is not empty. Throws a DataProblem for one without a tab. */
function* eachLine(file: ReadableFile, use: (line: LabelledLine, number: number) => void): Reading<void> {
  let number = 0;
  const take = (text: string): void => {
    const lines = text.split('\n');
    // What follows the last line break of a stretch is the beginning of nothing yet.
    if (lines.at(-1) === '') lines.pop();
    for (const line of lines) {
      number += 1;
      if (line.trim() === '') continue;
      const at = line.indexOf('\t');
      const label = line.slice(0, at).trim();
      if (at < 1 || label === '' || label.length > 200) {
        const values = { path: file.path, line: number, received: line.slice(0, 60) };
        throw new DataProblem('data.lineLabel', values);
      }
      use({ label, text: line.slice(at + 1) }, number);
    }
  };
  const stretches = new Stretches(take, lastBreak);
  yield* readText(file, (text) => stretches.push(text));
  stretches.end();
}

/** What a person, or an earlier reading, has said of how to read a text. */
export interface TextWishes {
  readonly form?: TextSource['form'] | undefined;
  readonly unit?: TextSource['unit'] | undefined;
  readonly length?: number | undefined;
  readonly stride?: number | undefined;
}

function count(counts: Map<string, number>, tokens: readonly string[]): void {
  for (const token of tokens) {
    // Beyond this a text of ever new words would fill the memory; what comes late and seldom is left out.
    if (counts.size < 50 * mostClasses || counts.has(token)) counts.set(token, (counts.get(token) ?? 0) + 1);
  }
}

/** The commonest tokens first, equals by their letters, after the two that stand for nothing and for all others. */
export function vocabularyOf(counts: ReadonlyMap<string, number>): string[] {
  const byCount = [...counts].toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  return [fillingWord, unknownWord, ...byCount.slice(0, mostClasses - 2).map(([word]) => word.slice(0, 200))];
}

/** Whether the beginning of a text is lines of a short label, a tab and words. */
function* guessForm(file: ReadableFile): Reading<TextSource['form']> {
  const bytes = yield { file: 0, offset: 0, length: Math.min(file.size, 1 << 14) };
  const lines = new TextDecoder()
    .decode(bytes)
    .split(/\r?\n/)
    .slice(0, 50)
    .filter((line) => line.trim() !== '');
  if (file.size > bytes.length) lines.pop();
  return lines.length > 1 && lines.every((line) => /^[^\t]{1,40}\t[^\t]*$/.test(line)) ? 'lines' : 'windows';
}

/**
 * Reads a whole text and says what it is: form, vocabulary, classes and number of examples. Throws a DataProblem that
 * names the line.
 */
export function* describeText(file: ReadableFile, fact: DataFile, wishes: TextWishes): Reading<TextSource> {
  const form = wishes.form ?? (yield* guessForm(file));
  const unit = wishes.unit ?? (form === 'lines' ? 'words' : 'characters');
  const length = wishes.length ?? (form === 'lines' ? 32 : 64);
  const stride = wishes.stride ?? Math.max(1, Math.floor(length / 4));
  const counts = new Map<string, number>();
  const common = { kind: 'text', file: fact, form, unit, length, stride } as const;
  if (form === 'lines') {
    const labels = new Set<string>();
    let size = 0;
    yield* eachLine(file, ({ label, text }, line) => {
      labels.add(label);
      size += 1;
      count(counts, tokensOf(unit, text));
      if (labels.size > mostClasses) {
        throw new DataProblem('data.lineClasses', { path: file.path, line, limit: mostClasses });
      }
    });
    if (size === 0) throw new DataProblem('data.empty', { path: file.path });
    return { ...common, vocabulary: vocabularyOf(counts), classes: [...labels].toSorted(), size };
  }
  let tokens = 0;
  yield* eachTokens(file, unit, (some) => {
    tokens += some.length;
    count(counts, some);
  });
  return { ...common, vocabulary: vocabularyOf(counts), classes: [], size: windowCount(file, tokens, length, stride) };
}

/** Windows of `length` tokens that have a token after them. */
function windowCount({ path }: ReadableFile, tokens: number, length: number, stride: number): number {
  if (tokens <= length) throw new DataProblem('data.textShort', { path, expected: length + 1, received: tokens });
  return Math.floor((tokens - length - 1) / stride) + 1;
}

/** A text as numbers: windows in one row of tokens, or lines with their labels, filled up to one length. */
export interface LoadedText {
  readonly tokens: Uint16Array;
  readonly labels: Int32Array;
}

/** Reads a whole text into numbers. Throws a DataProblem where it is not the text that the source describes. */
export function* loadText(file: ReadableFile, source: TextSource): Reading<LoadedText> {
  const { unit, length, stride, size } = source;
  // Without the first two: a text may hold the very signs that stand for nothing and for all others.
  const numbers = new Map(source.vocabulary.slice(2).map((word, at) => [word, at + 2]));
  const numberOf = (token: string): number => numbers.get(token.slice(0, 200)) ?? 1;
  const path = file.path;
  if (source.form === 'lines') {
    const classes = new Map(source.classes.map((name, number) => [name, number]));
    const tokens: number[] = [];
    const labels: number[] = [];
    yield* eachLine(file, ({ label, text }, line) => {
      const number = classes.get(label);
      if (number === undefined) throw new DataProblem('data.lineChanged', { path, line, received: label });
      labels.push(number);
      const words = tokensOf(unit, text);
      for (let at = 0; at < length; at++) tokens.push(at < words.length ? numberOf(words[at] ?? '') : 0);
    });
    demandSize(path, size, labels.length);
    return { tokens: Uint16Array.from(tokens), labels: Int32Array.from(labels) };
  }
  // A character takes at least one byte.
  const tokens = new Uint16Array(file.size);
  let at = 0;
  yield* eachTokens(file, unit, (some) => {
    for (const token of some) tokens[at++] = numberOf(token);
  });
  demandSize(path, size, windowCount(file, at, length, stride));
  return { tokens: tokens.slice(0, at), labels: new Int32Array(0) };
}

function demandSize(path: string, expected: number, received: number): void {
  if (expected !== received) throw new DataProblem('data.rows', { path, expected, received });
}
