import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nudge, parseNumber, parseShape, scrub, writeNumber } from './numberText.ts';

const anything = { minimum: -1e300, maximum: 1e300 };
const whole = { minimum: 1, maximum: 100, integer: true };
const rate = { minimum: 0, maximum: 1, exclusiveMaximum: true };

describe('parseNumber', () => {
  test.each([
    ['1e-3', 0.001],
    [' 0.5 ', 0.5],
    ['.5', 0.5],
    ['−2', -2],
    ['１２', 12],
    ['1E3', 1000],
    ['0.25^10', 9.53674316406e-7],
    ['3 * 32', 96],
    ['1/4 + 2×(3 − 1)', 4.25],
    ['-2^2', -4],
    ['2**-1', 0.5],
    ['2^3^2', 512],
    ['0.1*3', 0.3],
    ['7 - 2 - 1', 4],
    ['1e3÷8', 125],
  ])('reads %j', (text, value) => {
    expect(parseNumber(text, anything)).toEqual({ ok: true, value });
  });

  test.each([
    ['', anything, 'notANumber'],
    ['0,5', anything, 'notANumber'],
    ['0x10', anything, 'notANumber'],
    ['Infinity', anything, 'notANumber'],
    ['1e999', anything, 'tooLarge'],
    ['2^99999', anything, 'tooLarge'],
    ['2 3', anything, 'notANumber'],
    ['2*', anything, 'notANumber'],
    ['(2', anything, 'notANumber'],
    ['2)', anything, 'notANumber'],
    ['0/0', anything, 'notANumber'],
    ['2..3', anything, 'notANumber'],
    ['3/2', whole, 'notWhole'],
    ['1.5', whole, 'notWhole'],
    ['ten', whole, 'notWhole'],
    ['0', whole, 'tooSmall'],
    ['101', whole, 'tooLarge'],
    ['1', rate, 'tooLarge'],
    ['0', { ...rate, exclusiveMinimum: true }, 'tooSmall'],
  ])('refuses %j', (text, range, problem) => {
    expect(parseNumber(text, range)).toEqual({ ok: false, problem });
  });

  test('reads back every number it writes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), (value) => {
        expect(parseNumber(writeNumber(value), anything)).toEqual({ ok: true, value: value === 0 ? 0 : value });
      }),
      { examples: [[-0], [5e-324], [1e21], [123456789.123]] },
    );
  });
});

describe('nudge', () => {
  const learningRate = { minimum: 0, maximum: 1e9, exclusiveMinimum: true };
  test('climbs and descends 1, 2, 5, 10', () => {
    const climbed = [0.001];
    for (let step = 0; step < 4; step++)
      climbed.push(nudge(climbed.at(-1) ?? 0, 1, learningRate, { logarithmic: true }));
    expect(climbed).toEqual([0.001, 0.002, 0.005, 0.01, 0.02]);
    expect(nudge(0.001, -1, learningRate, { logarithmic: true })).toBe(0.0005);
    expect(nudge(0.003, -1, learningRate, { logarithmic: true })).toBe(0.002);
    expect(nudge(0.001, 1, learningRate, { logarithmic: true, coarse: true })).toBe(0.01);
  });

  test('keeps to whole numbers and to the range', () => {
    expect(nudge(100, 1, whole)).toBe(100);
    expect(nudge(1, -1, whole)).toBe(1);
    expect(nudge(5, 1, whole, { coarse: true })).toBe(15);
    expect(nudge(1, 1, { ...whole, maximum: 4096 }, { logarithmic: true })).toBe(2);
    expect(nudge(0.99, 1, rate)).toBeLessThan(1);
    expect(nudge(0.1, 1, rate)).toBe(0.11);
  });

  test('never leaves the range it is given', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.constantFrom(1, -1),
        fc.boolean(),
        fc.boolean(),
        (value, direction, logarithmic, coarse) => {
          const next = nudge(value, direction, rate, { logarithmic, coarse });
          expect(next).toBeGreaterThanOrEqual(0);
          expect(next).toBeLessThan(1);
        },
      ),
      { examples: [[0.1000000000005, 1, true, true]] },
    );
  });
});

describe('scrub', () => {
  test('one step every four pixels, a fifth of that when fine', () => {
    expect(scrub(10, 12, whole)).toBe(13);
    expect(scrub(10, -12, whole)).toBe(7);
    expect(scrub(10, 3, whole)).toBe(10);
    expect(scrub(10, 40, whole, { fine: true })).toBe(12);
  });

  test('forty pixels are a decade of a logarithmic number', () => {
    expect(scrub(0.001, 40, anything, { logarithmic: true })).toBe(0.01);
    expect(scrub(0.001, -40, anything, { logarithmic: true })).toBe(0.0001);
  });
});

describe('parseShape', () => {
  test.each([
    ['28×28×1', [28, 28, 1]],
    ['28x28x1', [28, 28, 1]],
    ['[28, 28, 1]', [28, 28, 1]],
    ['28 28 1', [28, 28, 1]],
    ['２８×２８', [28, 28]],
    ['2', [2]],
    ['', []],
    ['[]', []],
  ])('reads %j', (text, shape) => {
    expect(parseShape(text, 0, 6)).toEqual({ ok: true, shape });
  });

  test('says which part is wrong, and when there are too few or too many axes', () => {
    expect(parseShape('28×-1', 0, 6)).toEqual({ ok: false, problem: 'notWhole', part: '-1' });
    expect(parseShape('28×0', 0, 6)).toEqual({ ok: false, problem: 'notWhole', part: '0' });
    expect(parseShape('8×?', 0, 6)).toEqual({ ok: false, problem: 'notWhole', part: '?' });
    expect(parseShape('', 1, 6)).toEqual({ ok: false, problem: 'tooFewAxes', received: 0 });
    expect(parseShape('1 2 3', 0, 2)).toEqual({ ok: false, problem: 'tooManyAxes', received: 3 });
  });
});
