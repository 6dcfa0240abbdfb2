import { describe, expect, test } from 'vitest';
import type { GradloomDocument } from '../graph/document.ts';
import { nodeId, wireId } from '../graph/identifiers.ts';
import { defaultTraining } from '../graph/training.ts';
import { marks } from '../protocol/telemetry.ts';
import type { Mark, MeasuredWire, RunTable, TelemetryFrame } from '../protocol/telemetry.ts';
import { layOutWeights, layOutWires, lineValues, sizeChanges, strongest, valueAt, valueNow } from './depthProfile.ts';

/*
 * x ─┬─ d1 ─ a1 ─ d2 ─ plain
 *    └─ p ─┬─ e1 ─ e2 ─ add ─ head      (the identity connection p → add bridges e1 and e2)
 *          └──────────── add
 */
const layers: readonly (readonly [string, string])[] = [
  ['x', 'input'],
  ['d1', 'dense'],
  ['a1', 'activation'],
  ['d2', 'dense'],
  ['plain', 'output'],
  ['p', 'dense'],
  ['e1', 'dense'],
  ['e2', 'dense'],
  ['add', 'add'],
  ['head', 'output'],
];
const wires: readonly (readonly [string, string, number, number])[] = [
  ['x', 'd1', 1, 2],
  ['d1', 'a1', 2, 32],
  ['a1', 'd2', 3, 32],
  ['d2', 'plain', 3, 4],
  ['x', 'p', 1, 2],
  ['p', 'e1', 2, 32],
  ['e1', 'e2', 3, 32],
  ['e2', 'add', 3, 32],
  ['p', 'add', 3, 32],
  ['add', 'head', 3, 32],
];

const document: GradloomDocument = {
  format: 'gradloom',
  version: 1,
  name: 'two branches',
  graph: {
    nodes: layers.map(([id, type]) => ({ id: nodeId(id), type, params: {}, position: { x: 0, y: 0 } })),
    wires: wires.map(([from, to], index) => ({
      id: wireId(`w${index}`),
      from: { node: nodeId(from), port: 'out' },
      to: { node: nodeId(to), port: 'in' },
    })),
  },
  cells: [],
  training: defaultTraining,
};

const table: RunTable = {
  run: 'r',
  wires: wires.map(([, , depth, size], index): MeasuredWire => ({ wire: `w${index}`, path: [], shape: [size], depth })),
  weights: [
    { id: 'd1/kernel', node: 'd1', shape: [2, 32], trainable: true, depth: 1 },
    { id: 'd2/kernel', node: 'd2', shape: [32, 4], trainable: true, depth: 3 },
    { id: 'e1/kernel', node: 'e1', shape: [32, 32], trainable: true, depth: 2 },
    { id: 'n/movingMean', node: 'e1', shape: [32], trainable: false, depth: 2 },
  ],
  heads: [
    { output: 'plain', label: 'plain', loss: 'linear' },
    { output: 'head', label: 'head', loss: 'linear' },
  ],
  metrics: [],
  stepsPerEpoch: 1,
  epochs: 1,
  batch: 1,
  way: 'plain',
  device: 'cpu',
};

function frame(rms: readonly number[], wireMarks: readonly Mark[] = [], headRms = 1): TelemetryFrame {
  const empty = new Float32Array(rms.length);
  return {
    run: 'r',
    sequence: 0,
    step: 0,
    epoch: 0,
    loss: 0,
    learningRate: 0,
    examplesPerSecond: 0,
    secondsLeft: 0,
    gradientNorm: 0,
    appliedNorm: 0,
    headRms,
    details: false,
    headLoss: empty,
    metrics: empty,
    wireRms: Float32Array.from(rms),
    wireMax: empty,
    wireMark: Uint8Array.from(rms, (_, index) => marks.indexOf(wireMarks[index] ?? 'none')),
    valueMean: empty,
    valueDeviation: empty,
    valueZeros: empty,
    forkCosine: empty,
    forkSum: empty,
    wireL2: empty,
    weightGradient: new Float32Array([1, 10, 100, 0]),
    weightMark: new Uint8Array(4),
    weightNorm: empty,
    updateRatio: empty,
  };
}

describe('layOutWires', () => {
  const layout = layOutWires(table, document);

  test('places run from right after the data to right before the losses', () => {
    expect(layout.depths).toBe(4);
    const depthOf = (wire: number): number | undefined => layout.points.find((point) => point.index === wire)?.depth;
    expect([0, 1, 2, 3].map(depthOf)).toEqual([0, 1, 2, 3]);
    expect(depthOf(9)).toBe(3);
  });

  test('each line holds the wires of its own branch', () => {
    expect(layout.lines[0]?.crossing).toEqual([[0], [1], [2], [3]]);
  });

  test('an identity connection crosses every depth that it bridges', () => {
    expect(layout.lines[1]?.crossing).toEqual([[4], [5, 8], [6, 8], [7, 9]]);
  });

  test('the line takes the strongest wire of each depth, relative to the loss', () => {
    const values = lineValues(
      layout.lines[1] ?? { head: 1, crossing: [], sizes: [] },
      { latest: frame([0, 0, 0, 0, 0.5, 1e-6, 1e-5, 0.01, 0.02, 0.1], [], 0.1), details: null },
      'activations',
      true,
    );
    expect(values.map(({ logarithm }) => Number(logarithm.toFixed(3)))).toEqual([0.699, -0.699, -0.699, 0]);
  });

  test('marks where the size of the tensor changes', () => {
    expect(sizeChanges(layout.lines[0] ?? { head: 0, crossing: [], sizes: [] })).toEqual([
      { depth: 1, from: 2, to: 32 },
      { depth: 3, from: 32, to: 4 },
    ]);
  });
});

test('weights stand at the depth of their layer; those that do not train are left out', () => {
  const layout = layOutWeights(table, document);
  expect(layout.lines[0]?.crossing).toEqual([[], [0], [], [1]]);
  expect(layout.lines[1]?.crossing).toEqual([[], [], [2], []]);
  expect(valueAt(frame([1]), 'weights', 2, false)).toEqual({ logarithm: 2, mark: 'none' });
});

test('what the latest step did not measure comes from the last one that did', () => {
  const latest = frame([Number.NaN, 0.5]);
  const details = frame([0.25, 0.125]);
  expect(10 ** valueNow({ latest, details }, 'activations', 0, false).logarithm).toBeCloseTo(0.25, 6);
  expect(10 ** valueNow({ latest, details }, 'activations', 1, false).logarithm).toBeCloseTo(0.5, 6);
  expect(valueNow({ latest, details: null }, 'activations', 0, false).logarithm).toBeNaN();
});

describe('marks', () => {
  test('stand in the place of a magnitude', () => {
    expect(valueAt(frame([0], ['underflow']), 'activations', 0, true)).toEqual({
      logarithm: Number.NaN,
      mark: 'underflow',
    });
    expect(valueAt(frame([0]), 'activations', 0, true).mark).toBe('zero');
    expect(valueAt(frame([Number.NaN]), 'activations', 0, true)).toEqual({ logarithm: Number.NaN, mark: 'none' });
  });

  test('infinity and NaN are never hidden, underflow and zero never hide a magnitude', () => {
    const one = { logarithm: 0, mark: 'none' } as const;
    const value = (mark: Mark) => ({ logarithm: Number.NaN, mark });
    expect(strongest([one, value('infinity')]).mark).toBe('infinity');
    expect(strongest([value('infinity'), value('notANumber'), one]).mark).toBe('notANumber');
    expect(strongest([value('underflow'), one, value('zero')])).toEqual(one);
    expect(strongest([value('zero'), value('underflow')]).mark).toBe('underflow');
    expect(strongest([])).toEqual({ logarithm: Number.NaN, mark: 'none' });
  });
});
