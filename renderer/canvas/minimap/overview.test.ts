import { expect, test } from 'vitest';
import { beneath, inOverview, overviewHeight, overviewOf, overviewWidth } from './overview.ts';

const everything = { left: -100, top: 50, right: 3900, bottom: 1050 };

test('everything and the view lie within the overview, at one scale, in its middle', () => {
  for (const shown of [
    { left: 0, top: 100, right: 500, bottom: 400 },
    { left: -3000, top: 100, right: -2000, bottom: 4000 },
  ]) {
    const overview = overviewOf(everything, shown);
    for (const box of [everything, shown]) {
      const { x, y, width, height } = inOverview(overview, box);
      expect(Math.min(x, y)).toBeGreaterThan(0);
      expect(x + width).toBeLessThan(overviewWidth);
      expect(y + height).toBeLessThan(overviewHeight);
      expect(width / height).toBeCloseTo((box.right - box.left) / (box.bottom - box.top));
    }
  }
  const { x, width, y, height } = inOverview(overviewOf(everything, everything), everything);
  expect(2 * x + width).toBeCloseTo(overviewWidth);
  expect(2 * y + height).toBeCloseTo(overviewHeight);
});

test('the view within everything changes no scale', () => {
  const one = overviewOf(everything, { left: 0, top: 100, right: 500, bottom: 400 });
  const other = overviewOf(everything, { left: 2000, top: 300, right: 2500, bottom: 600 });
  expect(other).toEqual(one);
});

test('a press is meant for the point of the sheet that is drawn there', () => {
  const overview = overviewOf(everything, everything);
  const { x, y } = inOverview(overview, { left: 1234, top: 567, right: 1234, bottom: 567 });
  const point = beneath(overview, { x, y });
  expect(point.x).toBeCloseTo(1234);
  expect(point.y).toBeCloseTo(567);
});
