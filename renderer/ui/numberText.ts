/** What a number field takes. */
export interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly integer?: boolean;
}

/** What is wrong with a text: no number at all, not whole, or out of the range. */
export type NumberProblem = 'notANumber' | 'notWhole' | 'tooSmall' | 'tooLarge';

export type ParsedNumber =
  { readonly ok: true; readonly value: number } | { readonly ok: false; readonly problem: NumberProblem };

const pattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads a number as people write it: spaces and thin spaces around it are dropped, a typographic minus counts as one,
 * full-width digits of an input method count as digits. A comma is refused, because it means two different things.
 * Sums, products, powers and parentheses of numbers are worked out: 3*32, 1/3, 0.25^10.
 */
export function parseNumber(text: string, range: NumberRange): ParsedNumber {
  const plain = text.normalize('NFKC').trim().replaceAll('−', '-');
  const value = pattern.test(plain) ? Number(plain) : workOut(plain);
  if (value === null || Number.isNaN(value)) {
    return { ok: false, problem: range.integer === true ? 'notWhole' : 'notANumber' };
  }
  if (!Number.isFinite(value)) return { ok: false, problem: value > 0 ? 'tooLarge' : 'tooSmall' };
  if (range.integer === true && !Number.isInteger(value)) return { ok: false, problem: 'notWhole' };
  if (value < range.minimum || (range.exclusiveMinimum === true && value === range.minimum)) {
    return { ok: false, problem: 'tooSmall' };
  }
  if (value > range.maximum || (range.exclusiveMaximum === true && value === range.maximum)) {
    return { ok: false, problem: 'tooLarge' };
  }
  return { ok: true, value };
}

const token = /\s*(?:((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|(\*\*|[-+*/^()×÷]))/iy;

/** The value of an arithmetic expression, a sign binding less than a power as in mathematics; null where it is none. */
function workOut(text: string): number | null {
  // Nobody types that much; each parenthesis and sign is a call deeper.
  if (text.length > 200) return null;
  const tokens: (number | string)[] = [];
  for (token.lastIndex = 0; token.lastIndex < text.length;) {
    const found = token.exec(text);
    if (found === null) return null;
    const [, number, sign = ''] = found;
    tokens.push(number === undefined ? sign : Number(number));
  }
  let at = 0;
  let isComplete = true;
  const take = (...signs: readonly string[]): string | null => {
    const next = tokens[at];
    if (typeof next !== 'string' || !signs.includes(next)) return null;
    at += 1;
    return next;
  };
  const atom = (): number => {
    const next = tokens[at];
    if (typeof next === 'number') {
      at += 1;
      return next;
    }
    if (take('(') !== null) {
      const inside = sum();
      if (take(')') !== null) return inside;
    }
    isComplete = false;
    return NaN;
  };
  const power = (): number => {
    const base = atom();
    return take('^', '**') === null ? base : base ** signed();
  };
  const signed = (): number => (take('-') !== null ? -signed() : take('+') !== null ? signed() : power());
  const product = (): number => {
    let value = signed();
    for (let sign = take('*', '×', '/', '÷'); sign !== null; sign = take('*', '×', '/', '÷')) {
      const factor = signed();
      value = sign === '*' || sign === '×' ? value * factor : value / factor;
    }
    return value;
  };
  const sum = (): number => {
    let value = product();
    for (let sign = take('+', '-'); sign !== null; sign = take('+', '-')) {
      const term = product();
      value = sign === '+' ? value + term : value - term;
    }
    return value;
  };
  const value = sum();
  return isComplete && at === tokens.length ? tidy(value) : null;
}

/** The shortest text that reads back as the same number, with exponents where they are easier to read. */
export function writeNumber(value: number): string {
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e9)) {
    return value.toExponential().replace('e+', 'e');
  }
  return String(value);
}

/** Rounds away the noise that adding decimal steps in binary leaves. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** The nearest number of the range; `otherwise` where that is an end that the range leaves out. */
function clamp(value: number, range: NumberRange, otherwise: number): number {
  const nearest = Math.min(Math.max(value, range.minimum), range.maximum);
  const isLeftOut =
    (range.exclusiveMinimum === true && nearest === range.minimum) ||
    (range.exclusiveMaximum === true && nearest === range.maximum);
  return isLeftOut ? otherwise : nearest;
}

/** The step of an arrow key on a linear number: a hundredth of a small range, otherwise a tenth of the value's decade. */
function linearStep(value: number, range: NumberRange): number {
  if (range.integer === true) return 1;
  const width = range.maximum - range.minimum;
  if (width <= 10) return 10 ** Math.round(Math.log10(width) - 2);
  return value === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
}

const ladder = [1, 2, 5, 10] as const;

/** The next of 1, 2, 5, 10, … times a power of ten. */
function ladderStep(value: number, direction: 1 | -1): number {
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  const mantissa = value / 10 ** exponent;
  const next =
    direction > 0
      ? (ladder.find((rung) => rung > mantissa * (1 + 1e-9)) ?? 10)
      : (ladder.findLast((rung) => rung < mantissa * (1 - 1e-9)) ?? 0.5);
  return tidy(next * 10 ** exponent);
}

/**
 * The value one arrow key away. `logarithmic` numbers (a learning rate) go 1, 2, 5, 10; others in steps that suit their
 * range, ten at a time when `coarse`. The result is inside the range.
 */
export function nudge(
  value: number,
  direction: 1 | -1,
  range: NumberRange,
  how: { readonly logarithmic?: boolean; readonly coarse?: boolean } = {},
): number {
  if (how.logarithmic === true && value > 0) {
    let next = ladderStep(value, direction);
    if (how.coarse === true) next = tidy(value * 10 ** direction);
    return clamp(range.integer === true ? Math.max(1, Math.round(next)) : next, range, value);
  }
  const step = linearStep(value, range);
  return clamp(tidy(value + direction * step * (how.coarse === true ? 10 : 1)), range, value);
}

/** Pixels of dragging for one step. */
const pixelsPerStep = 4;

/** The value after dragging `pixels` to the right from `start`; logarithmic numbers change by a tenth of a decade a step. */
export function scrub(
  start: number,
  pixels: number,
  range: NumberRange,
  how: { readonly logarithmic?: boolean; readonly fine?: boolean } = {},
): number {
  const steps = Math.trunc(pixels / (how.fine === true ? pixelsPerStep * 5 : pixelsPerStep));
  if (steps === 0) return start;
  if (how.logarithmic === true && start > 0) {
    const value = Number((start * 10 ** (steps / 10)).toPrecision(2));
    return clamp(range.integer === true ? Math.max(1, Math.round(value)) : value, range, start);
  }
  const step = linearStep(start, range);
  return clamp(tidy(start + steps * step), range, start);
}

/** What is wrong with the text of a shape. */
export type ShapeProblem =
  | { readonly problem: 'notWhole'; readonly part: string }
  | { readonly problem: 'tooFewAxes' | 'tooManyAxes'; readonly received: number };

/**
 * Reads a shape as people write it: 28×28×1, 28x28x1, 28 28 1, [28, 28, 1]; nothing or "[]" is a scalar. Lengths are
 * whole numbers from 1 to a million.
 */
export function parseShape(
  text: string,
  minimumRank: number,
  maximumRank: number,
): { readonly ok: true; readonly shape: readonly number[] } | ({ readonly ok: false } & ShapeProblem) {
  const plain = text
    .normalize('NFKC')
    .replace(/[[\]()]/g, ' ')
    .trim();
  const parts = plain === '' ? [] : plain.split(/\s*[×xX*,;]\s*|\s+/).filter((part) => part !== '');
  const shape: number[] = [];
  for (const part of parts) {
    const length = /^\d+$/.test(part) ? Number(part) : Number.NaN;
    if (!(length >= 1 && length <= 1_000_000)) return { ok: false, problem: 'notWhole', part };
    shape.push(length);
  }
  if (shape.length < minimumRank) return { ok: false, problem: 'tooFewAxes', received: shape.length };
  if (shape.length > maximumRank) return { ok: false, problem: 'tooManyAxes', received: shape.length };
  return { ok: true, shape };
}

/** How many whole numbers a list holds, and from where to where. */
export interface IntegersRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly minimumLength: number;
  readonly maximumLength: number;
}

/** What is wrong with the text of a list of whole numbers. */
export type IntegersProblem =
  { readonly problem: 'notWhole'; readonly part: string } | { readonly problem: 'length'; readonly received: number };

/** Reads a list of whole numbers as people write it: 1, 0, 2; 1 0 2; [1, 0, 2]; 4×−1. */
export function parseIntegers(
  text: string,
  { minimum, maximum, minimumLength, maximumLength }: IntegersRange,
): { readonly ok: true; readonly integers: readonly number[] } | ({ readonly ok: false } & IntegersProblem) {
  const plain = text
    .normalize('NFKC')
    .replaceAll('−', '-')
    .replace(/[[\]()]/g, ' ')
    .trim();
  const parts = plain === '' ? [] : plain.split(/\s*[×xX*,;]\s*|\s+/).filter((part) => part !== '');
  const integers: number[] = [];
  for (const part of parts) {
    const integer = /^-?\d+$/.test(part) ? Number(part) : Number.NaN;
    if (!(integer >= minimum && integer <= maximum)) return { ok: false, problem: 'notWhole', part };
    integers.push(integer);
  }
  if (integers.length < minimumLength || integers.length > maximumLength) {
    return { ok: false, problem: 'length', received: integers.length };
  }
  return { ok: true, integers };
}
