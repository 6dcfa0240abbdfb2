import { expect, test } from 'vitest';
import { cssRgb, heatAt, readHex } from './heatColours.ts';

const colours = { negative: [200, 0, 0], zero: [100, 100, 100], positive: [0, 0, 200], broken: [1, 2, 3] } as const;

test('the scale diverges around zero, ends at its ends and marks what is not a number', () => {
  expect(heatAt(0, colours)).toEqual([100, 100, 100]);
  expect(heatAt(0.5, colours)).toEqual([50, 50, 150]);
  expect(heatAt(-1, colours)).toEqual([200, 0, 0]);
  expect(heatAt(7, colours)).toEqual([0, 0, 200]);
  expect(heatAt(Number.NaN, colours)).toEqual([1, 2, 3]);
});

test('reads and writes colours', () => {
  expect(readHex('#0b8073')).toEqual([11, 128, 115]);
  expect(readHex('#fa0')).toEqual([255, 170, 0]);
  for (const wrong of ['red', '#ffff', '#12345']) expect(() => readHex(wrong)).toThrow('#rrggbb');
  expect(cssRgb([1, 2, 3])).toBe('rgb(1 2 3)');
});
