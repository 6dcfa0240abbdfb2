import { expect, test } from 'vitest';
import { paperInk } from '../plot/ink.ts';
import { regionsDrawing, regionsTable } from './regionPlot.ts';

const image = {
  shape: [2, 2, 3],
  kept: [2, 2, 3],
  dtype: 'float32',
  // One red pixel, three white ones.
  values: [1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  minimum: 0,
  maximum: 1,
  mean: 5 / 6,
} as const;
const saved = {
  title: 'a <map>',
  pictureName: 'image',
  image,
  grid: { rows: 1, columns: 2 },
  maps: [
    { name: 'Iteration 1', weights: [0, 0.5] },
    { name: 'Iteration 2', weights: [0.5, 0.5] },
  ],
  bound: 0.5,
};

test('the picture and every map, on one scale', () => {
  const svg = regionsDrawing(saved, paperInk);
  const fills = [...svg.matchAll(/<rect [^>]*fill="([^"]+)"/g)].map(([, fill]) => fill);
  expect(fills.filter((fill) => fill === 'rgb(255,0,0)')).toHaveLength(1);
  // The darkest is #3b5bdb: one region of the first map, both of the second, which are drawn as one.
  expect(fills.filter((fill) => fill === 'rgb(59 91 219)')).toHaveLength(2);
  for (const words of ['a &lt;map&gt;', 'image', 'Iteration 1', 'Iteration 2']) expect(svg).toContain(`>${words}<`);
});

test('one row for each region of each map', () => {
  expect(regionsTable(saved).trim().split('\n')).toEqual([
    'map,row,column,weight',
    'Iteration 1,0,0,0',
    'Iteration 1,0,1,0.5',
    'Iteration 2,0,0,0.5',
    'Iteration 2,0,1,0.5',
  ]);
});
