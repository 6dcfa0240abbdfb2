import fc from 'fast-check';
import katex from 'katex';
import { describe, expect, test } from 'vitest';
import type { TensorType } from '../../graph/values.ts';
import { array64 } from '../../testing/array64.ts';
import { compute } from '../../testing/kernels.ts';
import { outputType } from '../operationRules.ts';
import type { BuildContext, BuildValue } from '../layer.ts';
import { LayerProblem } from '../layer.ts';
import { buildFormula } from './buildFormula.ts';
import { inputsOf } from './expression.ts';
import { formulaTex } from './formulaTex.ts';
import { parseFormula } from './parseFormula.ts';

/** What a formula gives for vectors by letter: its operations computed in float64. */
function evaluate(text: string, inputs: Readonly<Record<string, readonly number[]>>): readonly number[] {
  const parsed = parseFormula(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.fault.code}`);
  const values = new Map(
    Object.entries(inputs).map(([name, numbers]) => [name, array64([1, numbers.length], (at) => numbers[at] ?? 0)]),
  );
  const context: BuildContext = {
    weight() {
      throw new Error('a formula has no weights');
    },
    operation(specification, operands) {
      const key = `result.${values.size}`;
      const given = operands.map((operand) => {
        const value = values.get(operand.key);
        if (value === undefined) throw new Error(`no value ${operand.key}`);
        return value;
      });
      const type = outputType(
        specification,
        operands.map((operand) => operand.type),
        {},
      );
      const result = compute(specification, {
        inputs: given,
        weights: {},
        batch: 1,
        training: true,
        uniform: () => new Float64Array(0),
        update: () => undefined,
      });
      expect(result.shape).toEqual([1, ...type.shape]);
      values.set(key, result);
      return { type, key };
    },
    tap() {
      throw new Error('a formula has no taps');
    },
  };
  const ports = Object.fromEntries(
    Object.entries(inputs).map(([name, { length }]): [string, BuildValue] => [
      name,
      { type: { shape: [length], dtype: 'float32' }, key: name },
    ]),
  );
  const { key } = buildFormula(context, parsed.expression, ports);
  return Array.from(values.get(key)?.values ?? []);
}

function only(text: string, inputs: Readonly<Record<string, number>>): number {
  const [value = Number.NaN] = evaluate(
    text,
    Object.fromEntries(Object.entries(inputs).map(([name, number]) => [name, [number]])),
  );
  return value;
}

describe('what a formula computes', () => {
  test.each([
    ['-a^2', -9],
    ['(-a)^2', 9],
    ['2^a^2', 512],
    ['2^-a', 0.125],
    ['a - b - 1', 0],
    ['a/b/2', 0.75],
    ['a - (b - 1)', 2],
    ['-a*-b', 6],
    ['+a - -b', 5],
    ['2(a)', null],
    ['1.5e1*a + .5 - 1E-1', 45.4],
    ['a * pi / π', 3],
    ['a × b ÷ 2 − 1 · b', 1],
    ['（a + b）* max（1，0）', 5],
    ['max(a, b) - min(a, b) + pow(b, a)', 9],
    ['a^0.5 * a^0.5 + a^-1 * a + a^1', 7],
    ['12/a + 12/b + b^b - 4/0^0', 10],
    ['ln(exp(a)) + sqrt(square(b)) + abs(-a) + sign(-b)', 7],
    ['relu(a) + relu(-a) + relu6(a * 10) + hardSigmoid(a) + hardSwish(a)', 3 + 6 + 1 + 3],
    ['sin(a)^2 + cos(a)^2', 1],
    ['sigmoid(a) + sigmoid(-a)', 1],
    ['tanh(a) - (exp(2*a) - 1)/(exp(2*a) + 1)', 0],
    ['softplus(a) - log(1 + exp(a))', 0],
    ['swish(a) - a*sigmoid(a) + softsign(a) - a/(1 + abs(a))', 0],
  ] as const)('%s', (text, expected) => {
    if (expected === null) {
      expect(parseFormula(text).ok).toBe(false);
      return;
    }
    expect(only(text, { a: 3, b: 2 })).toBeCloseTo(expected, 12);
  });

  test('sum, mean, max and min keep the axis; softmax and broadcasting', () => {
    const inputs = { a: [1, 2, 6], b: [10] };
    expect(evaluate('sum(a) + 0*b', inputs)).toEqual([9]);
    expect(evaluate('a - mean(a)', inputs)).toEqual([-2, -1, 3]);
    expect(evaluate('max(a) - min(a)', inputs)).toEqual([5]);
    expect(evaluate('a * b', inputs)).toEqual([10, 20, 60]);
    expect(evaluate('sum(softmax(a))', inputs)[0]).toBeCloseTo(1, 12);
  });
});

/** A random expression as a text with no more parentheses than it needs, and what it is worth. */
interface Sample {
  readonly text: string;
  readonly value: number;
  /** 1 sum, 2 product, 3 signed, 4 power, 5 value: how tightly its outermost sign binds. */
  readonly level: number;
}

const a = 1.75;
const b = -0.625;

const bracket = (sample: Sample, least: number): string => (sample.level < least ? `(${sample.text})` : sample.text);

const { tree } = fc.letrec<{ tree: Sample; leaf: Sample; twofold: Sample; called: Sample }>((tie) => ({
  tree: fc.oneof({ maxDepth: 6 }, tie('leaf'), tie('twofold'), tie('called')),
  leaf: fc.constantFrom(
    { text: 'a', value: a, level: 5 },
    { text: 'b', value: b, level: 5 },
    { text: '2', value: 2, level: 5 },
    { text: '0.25', value: 0.25, level: 5 },
    { text: '3', value: 3, level: 5 },
  ),
  twofold: fc.tuple(fc.constantFrom('+', '-', '*', '/', '^'), tie('tree'), tie('tree')).map(([sign, x, y]): Sample => {
    switch (sign) {
      case '+':
        return { text: `${bracket(x, 1)}+${bracket(y, 2)}`, value: x.value + y.value, level: 1 };
      case '-':
        return { text: `${bracket(x, 1)} - ${bracket(y, 2)}`, value: x.value - y.value, level: 1 };
      case '*':
        return { text: `${bracket(x, 2)} *${bracket(y, 3)}`, value: x.value * y.value, level: 2 };
      case '/':
        return { text: `${bracket(x, 2)}/ ${bracket(y, 3)}`, value: x.value / y.value, level: 2 };
      default:
        return { text: `${bracket(x, 5)}^${bracket(y, 3)}`, value: x.value ** y.value, level: 4 };
    }
  }),
  called: fc.tuple(fc.constantFrom('-', 'sin', 'tanh', 'max', 'abs'), tie('tree'), tie('tree')).map(([name, x, y]) => {
    switch (name) {
      case '-':
        return { text: `-${bracket(x, 3)}`, value: -x.value, level: 3 };
      case 'sin':
        return { text: `sin(${x.text})`, value: Math.sin(x.value), level: 5 };
      case 'tanh':
        return { text: `tanh( ${x.text} )`, value: Math.tanh(x.value), level: 5 };
      case 'abs':
        return { text: `abs(${x.text})`, value: Math.abs(x.value), level: 5 };
      default:
        return { text: `max(${x.text}, ${y.text})`, value: Math.max(x.value, y.value), level: 5 };
    }
  }),
}));

describe('any formula', () => {
  test('is worth what its tree is worth', () => {
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        fc.pre(Number.isFinite(value) && Math.abs(value) < 1e6 && text.length < 480);
        const computed = only(`${text} + 0*a`, { a, b });
        // A cancellation may magnify rounding; a wrong precedence is off by far more.
        fc.pre(Number.isFinite(computed));
        expect(Math.abs(computed - value)).toBeLessThan(1e-7 * (1 + Math.abs(value)));
      }),
      { numRuns: 500 },
    );
  });

  test('can be set in TeX', () => {
    fc.assert(
      fc.property(tree, ({ text }) => {
        const parsed = parseFormula(text);
        fc.pre(parsed.ok);
        if (parsed.ok) katex.renderToString(formulaTex(parsed.expression), { throwOnError: true, strict: 'error' });
      }),
      { numRuns: 100 },
    );
  });

  test('or any text is read or refused with a place in it', () => {
    const letters = fc.constantFrom(...'ab01.e+-*/^(),sinmax \t；"'.split(''));
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 40 }), (text) => {
        const parsed = parseFormula(text);
        if (parsed.ok) expect(inputsOf(parsed.expression).length).toBeGreaterThan(0);
        else expect(parsed.fault.position).toBeGreaterThan(0);
        if (!parsed.ok) expect(parsed.fault.position).toBeLessThanOrEqual(text.length + 1);
      }),
      { numRuns: 1000 },
    );
  });
});

test('TeX says what was written', () => {
  const tex = (text: string): string => {
    const parsed = parseFormula(text);
    return parsed.ok ? formulaTex(parsed.expression) : '';
  };
  expect(tex('-(a + b)^2 / (c - (a - 1))')).toBe(
    String.raw`y = \frac{-{\left(a + b\right)}^{2}}{c - \left(a - 1\right)}`,
  );
  expect(tex('a * sigmoid(b) + pi * 1e-7')).toBe(
    String.raw`y = a \cdot \operatorname{sigmoid}\left(b\right) + \pi \cdot 1 \cdot 10^{-7}`,
  );
});

describe('what is no formula is refused with its place', () => {
  test.each([
    ['', 'empty', 1, {}],
    ['   ', 'empty', 1, {}],
    ['a + ', 'end', 5, {}],
    ['a b', 'operator', 3, { found: 'b' }],
    ['a + * b', 'value', 5, { found: '*' }],
    ['(a + b', 'parenthesis', 1, {}],
    ['a + (b * sin(a)', 'parenthesis', 5, {}],
    ['a)', 'operator', 2, { found: ')' }],
    ['a; b', 'character', 2, { found: ';' }],
    ['a["x"]', 'character', 2, { found: '[' }],
    ['a.b', 'character', 2, { found: '.' }],
    ['a + x', 'name', 5, { found: 'x' }],
    ['constructor(a)', 'name', 1, { found: 'constructor' }],
    ['a(b)', 'name', 1, { found: 'a' }],
    ['sin(a, b)', 'arguments', 1, { found: 'sin', expected: '1', received: 2 }],
    ['a + max()', 'arguments', 5, { found: 'max', expected: '1 / 2', received: 0 }],
    ['pow(a)', 'arguments', 1, { found: 'pow', expected: '2', received: 1 }],
    ['sin + a', 'arguments', 1, { found: 'sin', received: 0 }],
    ['1 + 2', 'inputs', 1, {}],
    [`a${' '.repeat(500)}`, 'tooLong', 501, { limit: 500 }],
    [`${'('.repeat(100)}a${')'.repeat(100)}`, 'tooDeep', 61, { limit: 60 }],
    [`${'2^'.repeat(200)}a`, 'tooDeep', 121, { limit: 60 }],
  ])('%j', (text, code, position, values) => {
    expect(parseFormula(text)).toMatchObject({ ok: false, fault: { code, position, values } });
  });
});

describe('inputs that do not fit a formula', () => {
  const context: BuildContext = {
    weight: () => ({ shape: [], key: '' }),
    operation: (specification, inputs) => ({
      type: outputType(
        specification,
        inputs.map(({ type }) => type),
        {},
      ),
      key: '',
    }),
    tap: () => undefined,
  };
  const problem = (text: string, types: Readonly<Record<string, TensorType>>): unknown => {
    const parsed = parseFormula(text);
    if (!parsed.ok) throw new Error(parsed.fault.code);
    try {
      buildFormula(
        context,
        parsed.expression,
        Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type, key: name }])),
      );
    } catch (error) {
      if (error instanceof LayerProblem) return [error.code, error.values, error.input];
      throw error;
    }
    return null;
  };
  const float = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });
  const whole: TensorType = { shape: [3], dtype: 'int32' };

  test('are named', () => {
    expect(problem('a + 2*b', { a: float(3), b: float(4) })).toEqual([
      'formulaBroadcast',
      { expected: [3], received: [4] },
      undefined,
    ]);
    expect(problem('sum(a)', { a: float() })).toEqual(['formulaAxis', { function: 'sum' }, undefined]);
    expect(problem('a*b', { a: float(3), b: whole })).toEqual([
      'dtype',
      { expected: 'float32', received: 'int32', shape: [3] },
      1,
    ]);
    expect(problem('a*b', { a: float(3) })).toEqual(['portNeeded', { port: 'b' }, undefined]);
  });
});
