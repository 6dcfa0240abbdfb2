import { describe, expect, test } from 'vitest';
import {
  byteSize,
  count,
  decimals,
  duration,
  magnitude,
  magnitudeOfLog,
  percentage,
  powerOfTen,
  shortCount,
} from './format.ts';

describe('magnitude', () => {
  test.each([
    [7.13e-12, '7.1e−12'],
    [0.0012345, '0.0012'],
    [0.63, '0.63'],
    [1, '1'],
    [9.996, '10'],
    [42.4, '42'],
    [12345, '12345'],
    [123456, '1.2e5'],
    [-0.5, '−0.5'],
    [0, '0'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '∞'],
    [0.25 ** 63, '1.2e−38'],
  ])('%f reads %s', (value, text) => {
    expect(magnitude(value)).toBe(text);
  });

  test('more digits where asked', () => {
    expect(magnitude(9.5367e-7, 5)).toBe('9.5367e−7');
  });
});

test('counts, long and short', () => {
  expect(count(41200)).toBe('41,200');
  expect(shortCount(943)).toBe('943');
  expect(shortCount(1056)).toBe('1,056');
  expect(shortCount(20_800)).toBe('20.8k');
  expect(shortCount(25_557_032)).toBe('25.6M');
});

test('durations', () => {
  expect(duration(21)).toBe('0:21');
  expect(duration(3723.4)).toBe('1:02:03');
  expect(duration(59.6)).toBe('1:00');
  expect(duration(Number.NaN)).toBe('–');
  expect(duration(Number.POSITIVE_INFINITY)).toBe('–');
});

test('shares, sizes, powers', () => {
  expect(percentage(0.9754)).toBe('97.5 %');
  expect(decimals(-0.04, 1)).toBe('0.0');
  expect(decimals(-1.26, 1)).toBe('−1.3');
  expect(byteSize(812)).toBe('812 B');
  expect(byteSize(4210)).toBe('4.2 kB');
  expect(powerOfTen(-12)).toBe('10⁻¹²');
});

test('magnitudes beyond what a number can hold', () => {
  // 0.25^1000 = 10^(1000·log10 0.25) = 8.7e−603.
  expect(magnitudeOfLog(1000 * Math.log10(0.25))).toBe('8.7e−603');
  expect(magnitudeOfLog(20 * Math.log10(0.25))).toBe('9.1e−13');
  expect(magnitudeOfLog(Number.NEGATIVE_INFINITY)).toBe('0');
});
