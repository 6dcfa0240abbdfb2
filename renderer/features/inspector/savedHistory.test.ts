import { expect, test } from 'vitest';
import { paperInk } from '../../ui/plot/ink.ts';
import { historyDrawing, historyTable } from './savedHistory.ts';

const points = [
  { step: 0, logarithm: 0 },
  { step: 10, logarithm: Number.NaN },
  { step: 20, logarithm: -3 },
  { step: 30, logarithm: -6 },
];

test('a gap stands where there was no magnitude, and a shape of the line on each side of it', () => {
  const drawing = historyDrawing(points, [-9, 3], { title: 't', axis: 'step →' }, paperInk);
  const lines = [...drawing.matchAll(/<polyline points="([^"]*)"/gu)].map(
    ([, places = '']) => places.split(' ').length,
  );
  expect(lines).toEqual([1, 2]);
});

test('the table has every step, the magnitude itself and not its logarithm', () => {
  expect(historyTable(points, 'relative')).toBe('step,relative\n0,1\n10,\n20,0.001\n30,0.000001\n');
});
