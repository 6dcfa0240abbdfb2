import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { csvOf } from '#shared/text/csv';
import { gridPlot } from './gridPlot.ts';
import { nightInk, paperInk } from './ink.ts';
import { linePlot, roundTicks } from './linePlot.ts';

test.each([
  ['paper', paperInk, 0],
  ['a page at night', nightInk, 1],
] as const)('%s has the colours of its theme', (_, ink, at) => {
  const tokens = readFileSync(new URL('../tokens.css', import.meta.url), 'utf8').split("html[data-theme='dark']");
  const token = (name: string): string | undefined =>
    new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(tokens[at] ?? '')?.[1];
  expect(ink).toEqual({
    text: token('colour-text'),
    dim: token('colour-text-dim'),
    line: token('colour-line-strong'),
    panel: token('colour-panel'),
    danger: token('colour-danger'),
    series: [1, 2, 3, 4, 5, 6].map((number) => token(`series-${number}`)),
  });
});

test('a table quotes what needs it and leaves out what is no number', () => {
  expect(
    csvOf(
      ['a', 'b,c'],
      [
        ['say "x"', 1e-30],
        [Number.NaN, null],
        ['two\nlines', Number.POSITIVE_INFINITY],
      ],
    ),
  ).toBe('a,"b,c"\n"say ""x""",1e-30\n,\n"two\nlines",\n');
});

describe('a plot of lines', () => {
  const axes = {
    x: { low: 0, high: 10, ticks: [], caption: 'step' },
    y: { low: 0, high: 1, ticks: [{ at: 0.5, words: 'half' }] },
  };

  test('lays values between the ends of the axes, cuts those beyond, and breaks at gaps', () => {
    const drawing = linePlot(
      {
        ...axes,
        lines: [
          {
            name: 'one',
            colour: '#123456',
            points: [
              [0, 0],
              [5, 0.5],
              [6, null],
              [10, 7],
            ],
          },
        ],
      },
      paperInk,
    );
    // 520 wide with 52 and 14 beside it, 220 high with 12 above and 34 beneath.
    expect([...drawing.matchAll(/points="([^"]+)"/gu)].map((found) => found[1])).toEqual(['52,186 279,99', '506,12']);
    expect(drawing).toContain('M52 99H506');
  });

  test('names what it draws, and no name is markup', () => {
    const line = { name: '<b>&', colour: 'red', points: [] };
    const drawing = linePlot(
      { ...axes, title: '"t"', legend: true, lines: [line, { ...line, faint: true }] },
      paperInk,
    );
    expect(drawing.match(/&lt;b&gt;&amp;/gu)).toHaveLength(1);
    expect(drawing).toContain('&quot;t&quot;');
  });

  test('round ticks', () => {
    const at = (low: number, high: number, count: number) =>
      roundTicks(low, high, count, String).map((tick) => tick.words);
    expect(at(0, 1, 5)).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1']);
    expect(at(-3, 17, 4)).toEqual(['0', '5', '10', '15']);
    expect(at(0.1, 0.4, 3)).toEqual(['0.1', '0.2', '0.3', '0.4']);
    expect(at(2, 2, 3)).toEqual(['2']);
  });
});

test('a grid draws neighbours of one colour as one field, but none that carries words', () => {
  const cell = (left: number, fill: string, words?: string) => ({
    left: left / 4,
    right: (left + 1) / 4,
    top: 0,
    bottom: 1,
    fill,
    ...(words === undefined ? {} : { words }),
  });
  const drawing = gridPlot(
    {
      title: 't',
      cells: [cell(0, 'red'), cell(1, 'red'), cell(2, 'red', '3'), cell(3, 'blue')],
      x: { ticks: [], caption: '' },
      y: { ticks: [] },
    },
    paperInk,
  );
  // 560 wide with 62 and 16 beside it.
  expect([...drawing.matchAll(/<rect x="(\S+)" y="36" width="(\S+)"/gu)].map(([, x, width]) => [x, width])).toEqual([
    ['62', '241.2'],
    ['303', '120.7'],
    ['423.5', '120.7'],
  ]);
});
