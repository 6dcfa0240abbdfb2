import type { JsonValue } from './json.ts';

/**
 * A strict JSON reader of our own. The engines' `JSON.parse` words its errors differently in every browser, often
 * without a place, takes the last of two equal keys without a word, and has no bound on depth.
 */

/** A place in a text, both counted from 1; columns count UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a text as JSON; each is a key of the text table under `problem.file.`. */
export type JsonFaultCode =
  | 'jsonEnd'
  | 'jsonValue'
  | 'jsonComma'
  | 'jsonColon'
  | 'jsonKey'
  | 'jsonString'
  | 'jsonEscape'
  | 'jsonNumber'
  | 'jsonTrailing'
  | 'jsonTrailingComma'
  | 'jsonComment'
  | 'jsonDuplicateKey'
  | 'jsonForbiddenKey'
  | 'jsonDepth';

export interface JsonTextFault extends TextPlace {
  readonly code: JsonFaultCode;
  readonly values: Readonly<Record<string, string | number>>;
}

export type JsonPath = readonly (string | number)[];

export type JsonTextResult =
  | {
      readonly ok: true;
      readonly value: JsonValue;
      /** Where the value under a path begins, or the nearest one around it that the text has. */
      readonly locate: (path: JsonPath) => TextPlace;
    }
  | { readonly ok: false; readonly fault: JsonTextFault };

/** How deep a file may be nested. */
export const maximumTextDepth = 100;

class JsonFaultError extends Error {
  constructor(
    readonly code: JsonFaultCode,
    readonly offset: number,
    readonly values: Readonly<Record<string, string | number>> = {},
  ) {
    super(code);
  }
}

type Positions = Map<object, Map<string | number, number>>;

const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const wordPattern = /[A-Za-z0-9_+\-.$]+/y;
const plainPattern = /[^"\\\u0000-\u001f]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Reads one text. `positions` collects where each value begins. */
class Reader {
  private offset = 0;

  constructor(
    private readonly source: string,
    private readonly positions: Positions | null,
  ) {}

  read(): { readonly value: JsonValue; readonly start: number } {
    this.skipSpace();
    const start = this.offset;
    const value = this.value(0);
    this.skipSpace();
    if (this.offset < this.source.length) throw this.unexpected('jsonTrailing');
    return { value, start };
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.source.charCodeAt(this.offset);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.offset += 1;
    }
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    return pattern.exec(this.source)?.[0] ?? '';
  }

  /** The fault at this place, in the most helpful words: the file's end and comments have their own. */
  private unexpected(code: JsonFaultCode): JsonFaultError {
    if (this.offset >= this.source.length) return new JsonFaultError('jsonEnd', this.offset);
    const next = this.source.slice(this.offset, this.offset + 2);
    if (next === '//' || next === '/*') return new JsonFaultError('jsonComment', this.offset);
    const received =
      this.match(wordPattern).slice(0, 40) || String.fromCodePoint(this.source.codePointAt(this.offset) ?? 0);
    return new JsonFaultError(code, this.offset, { received: JSON.stringify(received) });
  }

  private value(depth: number): JsonValue {
    const character = this.source[this.offset];
    switch (character) {
      case '{':
        return this.object(depth + 1);
      case '[':
        return this.list(depth + 1);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  private word<Value extends JsonValue>(word: string, value: Value): Value {
    if (this.match(wordPattern) !== word) throw this.unexpected('jsonValue');
    this.offset += word.length;
    return value;
  }

  private number(): number {
    const digits = this.match(numberPattern);
    if (digits === '') {
      const character = this.source[this.offset];
      const looksLikeNumber = character !== undefined && /[-+.0-9]/.test(character);
      throw this.unexpected(looksLikeNumber ? 'jsonNumber' : 'jsonValue');
    }
    const word = this.match(wordPattern);
    const value = Number(digits);
    if (word !== digits || !Number.isFinite(value)) throw this.unexpected('jsonNumber');
    this.offset += digits.length;
    return value;
  }

  private string(): string {
    const start = this.offset;
    this.offset += 1;
    let text = '';
    for (;;) {
      const plain = this.match(plainPattern);
      this.offset += plain.length;
      text += plain;
      const character = this.source[this.offset];
      if (character === '"') {
        this.offset += 1;
        return text;
      }
      if (character === undefined) throw new JsonFaultError('jsonEnd', this.offset);
      if (character !== '\\') throw new JsonFaultError('jsonString', start);
      text += this.escape();
    }
  }

  private escape(): string {
    const letter = this.source[this.offset + 1] ?? '';
    const simple = escapes[letter];
    if (simple !== undefined) {
      this.offset += 2;
      return simple;
    }
    const digits = this.source.slice(this.offset + 2, this.offset + 6);
    if (letter !== 'u' || !/^[0-9A-Fa-f]{4}$/.test(digits)) {
      throw new JsonFaultError('jsonEscape', this.offset, { received: `\\${letter}` });
    }
    this.offset += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private enter(depth: number): void {
    if (depth > maximumTextDepth) throw new JsonFaultError('jsonDepth', this.offset, { maximum: maximumTextDepth });
    this.offset += 1;
    this.skipSpace();
  }

  /** Steps over a comma to the next item, or over the closing bracket: then it returns false. */
  private goesOn(close: string): boolean {
    this.skipSpace();
    const character = this.source[this.offset];
    if (character === close) {
      this.offset += 1;
      return false;
    }
    if (character !== ',') throw this.unexpected('jsonComma');
    const comma = this.offset;
    this.offset += 1;
    this.skipSpace();
    if (this.source[this.offset] === close) throw new JsonFaultError('jsonTrailingComma', comma);
    return true;
  }

  private list(depth: number): JsonValue[] {
    this.enter(depth);
    const list: JsonValue[] = [];
    const places = this.places(list);
    if (this.source[this.offset] === ']') {
      this.offset += 1;
      return list;
    }
    do {
      places?.set(list.length, this.offset);
      list.push(this.value(depth));
    } while (this.goesOn(']'));
    return list;
  }

  private object(depth: number): JsonValue {
    this.enter(depth);
    const object: Record<string, JsonValue> = {};
    const places = this.places(object);
    if (this.source[this.offset] === '}') {
      this.offset += 1;
      return object;
    }
    do {
      if (this.source[this.offset] !== '"') throw this.unexpected('jsonKey');
      const start = this.offset;
      const key = this.string();
      if (key === '__proto__') throw new JsonFaultError('jsonForbiddenKey', start, { key });
      if (Object.hasOwn(object, key)) throw new JsonFaultError('jsonDuplicateKey', start, { key });
      this.skipSpace();
      if (this.source[this.offset] !== ':') throw this.unexpected('jsonColon');
      this.offset += 1;
      this.skipSpace();
      places?.set(key, start);
      object[key] = this.value(depth);
    } while (this.goesOn('}'));
    return object;
  }

  private places(container: object): Map<string | number, number> | null {
    if (this.positions === null) return null;
    const places = new Map<string | number, number>();
    this.positions.set(container, places);
    return places;
  }
}

function placeOf(source: string, offset: number): TextPlace {
  let line = 1;
  let lineStart = 0;
  for (let at = source.indexOf('\n'); at !== -1 && at < offset; at = source.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

function locatorOf(source: string): (path: JsonPath) => TextPlace {
  const positions: Positions = new Map();
  const { value: root, start } = new Reader(source, positions).read();
  return (path) => {
    let value: JsonValue | undefined = root;
    let offset = start;
    for (const step of path) {
      const next = typeof value === 'object' && value !== null ? positions.get(value)?.get(step) : undefined;
      if (next === undefined) break;
      offset = next;
      value = (value as Readonly<Record<string | number, JsonValue>>)[step];
    }
    return placeOf(source, offset);
  };
}

/**
 * Reads a JSON text as RFC 8259 has it, plus: no key twice in one object, no key `__proto__`, no number beyond
 * float64, at most `maximumTextDepth` levels.
 */
export function parseJsonText(source: string): JsonTextResult {
  try {
    const { value } = new Reader(source, null).read();
    let locate: ((path: JsonPath) => TextPlace) | undefined;
    return {
      ok: true,
      value,
      locate: (path) => {
        // Places are wanted only where something is wrong, so only then the text is read a second time.
        locate ??= locatorOf(source);
        return locate(path);
      },
    };
  } catch (error) {
    if (!(error instanceof JsonFaultError)) throw error;
    const { code, values, offset } = error;
    return { ok: false, fault: { code, values, ...placeOf(source, offset) } };
  }
}
