import { expect, test } from 'vitest';
import { alongWay, wayTable } from './factorWords.ts';
import type { WayFactor } from './factorWords.ts';

const factor = (kind: string, bound: number | null, typical: number | null, measured: number): WayFactor => ({
  node: 'n',
  path: [{ loop: 'l', iteration: 2 }],
  kind,
  function: kind === 'activation' ? 'tanh' : null,
  bound,
  typical,
  measured,
  slope: null,
  radius: null,
});

const way = [
  factor('layerNormalisation', null, 10, 10),
  factor('fork', null, null, 0.1),
  factor('dense', 100, 10, 1000),
];

test('the way is followed from the loss on; a fork has no bound of its own, and a line ends where a factor has none', () => {
  expect(alongWay(way, 'bound')).toEqual([0, 2, 2, null]);
  expect(alongWay(way, 'typical')).toEqual([0, 1, 1, 2]);
  expect(alongWay(way, 'measured')).toEqual([0, 3, 2, 3]);
});

test('the table has one row for each factor, from the wire to the loss', () => {
  expect(wayTable(way).split('\n').slice(1, 3)).toEqual(['n,l=2,layerNormalisation,,10,10,,', 'n,l=2,fork,,,0.1,,']);
});
