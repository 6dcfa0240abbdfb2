import type { ElementFunction, Expression, FormulaOperator, ReducingFunction } from './expression.ts';
import { elementFunctions, formulaInputs, inputsOf, reducingFunctions } from './expression.ts';

/** What keeps a text from being a formula; a key under `formula.` of the text table. */
export type FormulaFaultCode =
  /** Nothing is written. */
  | 'empty'
  /** More than { limit } characters. */
  | 'tooLong'
  /** More than { limit } parentheses and functions within each other. */
  | 'tooDeep'
  /** { found } at { position } has no meaning in a formula. */
  | 'character'
  /** A value was expected at { position }, { found } stands there. */
  | 'value'
  /** It ends where a value was expected. */
  | 'end'
  /** An operator or the end was expected at { position }, { found } stands there. */
  | 'operator'
  /** The parenthesis at { position } is not closed. */
  | 'parenthesis'
  /** { found } at { position } is neither an input nor a function: { known }. */
  | 'name'
  /** The function { found } at { position } takes { expected } values, { received } are given. */
  | 'arguments'
  /** It reads no input. */
  | 'inputs';

/** Where and why a text is no formula. */
export interface FormulaFault {
  readonly code: FormulaFaultCode;
  /** Counted from 1. */
  readonly position: number;
  readonly values: Readonly<Record<string, string | number>>;
}

export type ParsedFormula =
  { readonly ok: true; readonly expression: Expression } | { readonly ok: false; readonly fault: FormulaFault };

const longest = 500;
/** The parser calls itself once for each level. */
const deepest = 60;

/** Names that are read besides the inputs and the functions: numbers, and other words for a function. */
const numbers: ReadonlyMap<string, number> = new Map([['pi', Math.PI]]);
const synonyms: ReadonlyMap<string, string> = new Map([
  ['ln', 'log'],
  ['pow', 'power'],
]);

const binaryCalls: ReadonlyMap<string, FormulaOperator> = new Map([
  ['max', 'maximum'],
  ['min', 'minimum'],
  ['power', 'power'],
]);

/** What is typed for the same sign on other keyboards and in other places. */
const signs: ReadonlyMap<string, string> = new Map([
  ['·', '*'],
  ['×', '*'],
  ['÷', '/'],
  ['−', '-'],
  ['（', '('],
  ['）', ')'],
  ['，', ','],
  ['π', 'pi'],
]);

interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'end';
  readonly text: string;
  /** Counted from 1. */
  readonly position: number;
}

class Fault extends Error {
  readonly fault: FormulaFault;

  constructor(code: FormulaFaultCode, position: number, values: FormulaFault['values'] = {}) {
    super(code);
    this.fault = { code, position, values };
  }
}

const tokenPattern = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([A-Za-z][A-Za-z0-9]*|π)|(\S))/uy;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  for (let match = tokenPattern.exec(text); match !== null; match = tokenPattern.exec(text)) {
    const [whole, number, name, other] = match;
    const found = number ?? name ?? other ?? '';
    const position = match.index + whole.length - found.length + 1;
    const sign = signs.get(found) ?? found;
    if (number !== undefined) tokens.push({ kind: 'number', text: number, position });
    else if (name !== undefined) tokens.push({ kind: 'name', text: sign, position });
    else if ('+-*/^(),'.includes(sign)) tokens.push({ kind: 'sign', text: sign, position });
    else throw new Fault('character', position, { found });
  }
  tokens.push({ kind: 'end', text: '', position: text.length + 1 });
  return tokens;
}

/**
 * Recursive descent, one method per level: sums of products of signed values of powers. ^ binds to the right and tighter
 * than a sign before it (−a^2 = −(a²)), as in mathematics.
 */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#sum();
    const { kind, text, position } = this.#peek();
    if (kind !== 'end') throw new Fault('operator', position, { found: text });
    return expression;
  }

  #peek(): Token {
    const token = this.#tokens[Math.min(this.#next, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('a formula was cut into no tokens');
    return token;
  }

  /** Takes the next token where it is one of these signs. */
  #take(...wanted: readonly string[]): string | null {
    const { kind, text } = this.#peek();
    if (kind !== 'sign' || !wanted.includes(text)) return null;
    this.#next += 1;
    return text;
  }

  #sum(): Expression {
    let first = this.#product();
    for (let sign = this.#take('+', '-'); sign !== null; sign = this.#take('+', '-')) {
      first = operation(sign === '+' ? 'add' : 'subtract', first, this.#product());
    }
    return first;
  }

  #product(): Expression {
    let first = this.#signed();
    for (let sign = this.#take('*', '/'); sign !== null; sign = this.#take('*', '/')) {
      first = operation(sign === '*' ? 'multiply' : 'divide', first, this.#signed());
    }
    return first;
  }

  #signed(): Expression {
    let negative = false;
    for (let sign = this.#take('-', '+'); sign !== null; sign = this.#take('-', '+')) {
      if (sign === '-') negative = !negative;
    }
    const of = this.#power();
    return negative ? { kind: 'negative', of } : of;
  }

  #power(): Expression {
    this.#enter();
    const base = this.#value();
    const result = this.#take('^') === null ? base : operation('power', base, this.#signed());
    this.#depth -= 1;
    return result;
  }

  #enter(): void {
    this.#depth += 1;
    if (this.#depth > deepest) throw new Fault('tooDeep', this.#peek().position, { limit: deepest });
  }

  #value(): Expression {
    const token = this.#peek();
    const { kind, text, position } = token;
    if (kind === 'end') throw new Fault('end', position);
    this.#next += 1;
    if (kind === 'number') return { kind: 'number', value: Number(text) };
    if (kind === 'name') return this.#named(token);
    if (text !== '(') throw new Fault('value', position, { found: text });
    const inner = this.#sum();
    this.#close(position);
    return inner;
  }

  #close(opened: number): void {
    const { kind, text, position } = this.#peek();
    if (this.#take(')') !== null) return;
    if (kind === 'end') throw new Fault('parenthesis', opened);
    throw new Fault('operator', position, { found: text });
  }

  #named({ text, position }: Token): Expression {
    const name = synonyms.get(text) ?? text;
    const opened = this.#peek().position;
    if (this.#take('(') !== null) return this.#call(name, text, position, opened);
    const input = formulaInputs.find((known) => known === name);
    if (input !== undefined) return { kind: 'input', name: input };
    const number = numbers.get(name);
    if (number !== undefined) return { kind: 'number', value: number };
    if (isFunction(name)) throw new Fault('arguments', position, { found: text, ...countOf(name), received: 0 });
    throw new Fault('name', position, { found: text, known: known() });
  }

  #call(name: string, written: string, position: number, opened: number): Expression {
    if (!isFunction(name)) throw new Fault('name', position, { found: written, known: known() });
    const given: Expression[] = [];
    if (this.#peek().text !== ')') {
      do given.push(this.#sum());
      while (this.#take(',') !== null);
    }
    this.#close(opened);
    const [first, second] = given;
    const operator = binaryCalls.get(name);
    if (operator !== undefined && first !== undefined && second !== undefined && given.length === 2) {
      return operation(operator, first, second);
    }
    const element = elementFunctions.find((known) => known === name);
    const reducing = reducingFunctions.find((known) => known === name);
    if (first !== undefined && given.length === 1) {
      if (element !== undefined) return { kind: 'function', name: element, of: first };
      if (reducing !== undefined) return { kind: 'reduce', name: reducing, of: first };
    }
    throw new Fault('arguments', position, { found: written, ...countOf(name), received: given.length });
  }
}

function operation(operator: FormulaOperator, first: Expression, second: Expression): Expression {
  return { kind: 'operator', operator, first, second };
}

function isFunction(name: string): boolean {
  const functions: readonly (ElementFunction | ReducingFunction)[] = [...elementFunctions, ...reducingFunctions];
  return binaryCalls.has(name) || functions.some((known) => known === name);
}

function countOf(name: string): { readonly expected: string } {
  if (!binaryCalls.has(name)) return { expected: '1' };
  return { expected: name === 'power' ? '2' : '1 / 2' };
}

function known(): string {
  return [...formulaInputs, ...numbers.keys(), ...elementFunctions, ...reducingFunctions, 'pow'].join(', ');
}

/**
 * Reads a formula: numbers, the inputs a to h, pi, + − * / ^, parentheses and the functions of expression.ts. Nothing is
 * ever run as code. Says where and why a text is none.
 */
export function parseFormula(text: string): ParsedFormula {
  try {
    if (text.trim() === '') throw new Fault('empty', 1);
    if (text.length > longest) throw new Fault('tooLong', longest + 1, { limit: longest });
    const expression = new Parser(tokensOf(text)).whole();
    if (inputsOf(expression).length === 0) throw new Fault('inputs', 1);
    return { ok: true, expression };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error.fault };
    throw error;
  }
}
