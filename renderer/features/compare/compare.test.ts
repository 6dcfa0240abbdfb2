import { describe, expect, test } from 'vitest';
import { documentSchema } from '#shared/graph/document';
import { defaultTraining } from '#shared/graph/training';
import type { RunTable, TelemetryFrame } from '#shared/protocol/telemetry';
import { comparisonTable, frameAt, networkDrawing } from './drawings.ts';
import type { Ink, Shown } from './drawings.ts';
import { affordable, reportPage } from './report.ts';

const ink: Ink = {
  strength: () => 'g',
  text: 'a',
  dim: 'b',
  line: 'c',
  panel: 'd',
  card: 'd',
  danger: 'red',
  series: ['e', 'f'],
};
const frame = (step: number, rms: readonly number[], mark: readonly number[]): TelemetryFrame =>
  ({
    step,
    headRms: 2,
    wireRms: Float32Array.from(rms),
    wireMark: Uint8Array.from(mark),
  }) as unknown as TelemetryFrame;
const run: Shown = {
  name: 'one, "two"',
  document: documentSchema.parse({
    format: 'gradloom',
    version: 1,
    name: 'x',
    graph: {
      nodes: ['a', 'b', 'c'].map((id, index) => ({
        id,
        type: ['input', 'dense', 'output'][index],
        params: {},
        position: { x: 200 * index, y: 0 },
        ...(index === 1 ? { label: '<b>&' } : {}),
      })),
      wires: [
        { id: 'w0', from: { node: 'a', port: 'out' }, to: { node: 'b', port: 'in' } },
        { id: 'w1', from: { node: 'b', port: 'out' }, to: { node: 'c', port: 'in' } },
      ],
    },
    cells: [],
    training: defaultTraining,
  }),
  table: {
    wires: ['w0', 'w1'].map((wire) => ({ wire, path: [], shape: [1], depth: 1 })),
    heads: [],
  } as unknown as RunTable,
  frames: [frame(0, [0.5, 4], [0, 0]), frame(10, [0, Number.POSITIVE_INFINITY], [2, 3])],
  losses: [],
};

describe('the drawing of a network', () => {
  test('shows infinity in the colour of danger and underflow dotted; labels cannot break out', () => {
    const drawing = networkDrawing(run, run.frames[1] ?? null, ink, 'en');
    expect(drawing.match(/stroke="red"/gu)).toHaveLength(1);
    expect(drawing).toContain('stroke-dasharray="1.5 4"');
    expect(drawing).toContain('&lt;b&gt;&amp;');
    expect(drawing).not.toContain('<b>');
  });

  test('takes the frame at or before a step', () => {
    expect([-1, 0, 9, 10, 99].map((step) => frameAt(run.frames, step)?.step)).toEqual([0, 0, 0, 10, 10]);
  });
});

test('the table has one row for each run, step and wire, with what stands in place of a magnitude', () => {
  expect(comparisonTable([run]).split('\n')).toEqual([
    'run,step,wire,path,rms,relative,mark',
    '"one, ""two""",0,w0,,0.5,0.25,none',
    '"one, ""two""",0,w1,,4,2,none',
    '"one, ""two""",10,w0,,,,underflow',
    '"one, ""two""",10,w1,,,,infinity',
    '',
  ]);
});

describe('the report', () => {
  test('needs nothing from elsewhere, and no name ends its script', () => {
    const page = reportPage({
      language: 'en',
      title: '</title><script>',
      names: ['</script>'],
      differences: ['a < b'],
      captions: { loss: 'l', profile: 'p', network: 'n' },
      empty: 'nothing',
      time: 'time',
      atStep: 'step {step}',
      steps: [{ step: 3, networks: [{ drawing: '<svg></svg>', words: '' }], profile: '</script>', loss: '' }],
    });
    expect(page.match(/<\/script>/gu)).toHaveLength(1);
    expect(page.match(/<script>/gu)).toHaveLength(1);
    expect(page).toContain('a &lt; b');
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|src=|href=/u);
  });

  test('without a recorded step it says so and has no slider', () => {
    const page = reportPage({
      language: 'en',
      title: 't',
      names: ['a'],
      differences: [],
      captions: { loss: 'l', profile: 'p', network: 'n' },
      empty: 'nothing was recorded',
      time: 'time',
      atStep: 'step {step}',
      steps: [],
    });
    expect(page).toContain('nothing was recorded');
    expect(page).not.toMatch(/<input|max="-1"/u);
  });

  test('carries as many steps as it can afford, the first and the last among them', () => {
    const steps = Array.from({ length: 500 }, (_, step) => step);
    const few = affordable(steps, 3 * 2 ** 20);
    expect(few).toHaveLength(4);
    expect([few[0], few.at(-1)]).toEqual([0, 499]);
    expect(affordable(steps, 1)).toHaveLength(60);
    expect(affordable([1, 2], 2 ** 40)).toEqual([1, 2]);
  });
});
