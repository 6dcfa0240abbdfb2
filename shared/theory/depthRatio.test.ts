import { describe, expect, test } from 'vitest';
import { documentSchema } from '../graph/document.ts';
import { defaultTraining } from '../graph/training.ts';
import { marks } from '../protocol/telemetry.ts';
import type { Mark, RunTable, TelemetryFrame } from '../protocol/telemetry.ts';
import { layOutWires } from './depthProfile.ts';
import { depthRatio } from './depthRatio.ts';

/** x (2) → d1 → d2 → d3 → out: the wires between the dense layers hold 32 numbers, the last one 4. */
const ids = ['x', 'd1', 'd2', 'd3', 'out'];
const document = documentSchema.parse({
  format: 'gradloom',
  version: 1,
  name: 'chain',
  graph: {
    nodes: ids.map((id, index) => ({
      id,
      type: index === 0 ? 'input' : index === 4 ? 'output' : 'dense',
      params: {},
      position: { x: 0, y: 0 },
    })),
    wires: ids.slice(1).map((to, index) => ({
      id: `w${index}`,
      from: { node: ids[index], port: 'out' },
      to: { node: to, port: 'in' },
    })),
  },
  cells: [],
  training: defaultTraining,
});
const sizes = [2, 32, 32, 4];
const table: RunTable = {
  run: 'r',
  wires: sizes.map((size, index) => ({ wire: `w${index}`, path: [], shape: [size], depth: Math.min(index + 1, 3) })),
  weights: [],
  heads: [{ output: 'out', label: 'out', loss: 'linear' }],
  metrics: [],
  stepsPerEpoch: 1,
  epochs: 1,
  batch: 1,
  way: 'plain',
  device: '',
};
function frame(rms: readonly number[], mark: Partial<Record<number, Mark>> = {}): TelemetryFrame {
  const none = new Float32Array(0);
  return {
    run: 'r',
    sequence: 0,
    step: 7,
    epoch: 0,
    loss: 0,
    learningRate: 0,
    examplesPerSecond: 0,
    secondsLeft: 0,
    gradientNorm: 0,
    appliedNorm: 0,
    headRms: 1,
    details: false,
    headLoss: none,
    metrics: none,
    wireRms: Float32Array.from(rms),
    wireMax: Float32Array.from(rms),
    wireMark: Uint8Array.from(rms, (_, index) => marks.indexOf(mark[index] ?? 'none')),
    valueMean: none,
    valueDeviation: none,
    valueZeros: none,
    forkCosine: none,
    forkSum: none,
    wireL2: none,
    weightGradient: none,
    weightMark: new Uint8Array(0),
    weightNorm: none,
    updateRatio: none,
  };
}
const layout = layOutWires(table, document);

describe('bottom over top', () => {
  test('compares tensors of one size: neither the data wire nor the logits', () => {
    const ratio = depthRatio(layout, table, frame([8, 0.25, 0.5, 4]), 0);
    expect(ratio).toMatchObject({ step: 7, elements: 32, bottomDepth: 1, topDepth: 2, mark: 'none' });
    expect(ratio?.ratio).toBeCloseTo(0.5, 12);
  });

  test('nor the two of them with each other where they happen to have one size', () => {
    const alike = { ...table, wires: table.wires.map((wire, index) => (index === 3 ? { ...wire, shape: [2] } : wire)) };
    const ratio = depthRatio(layOutWires(alike, document), alike, frame([8, 0.25, 0.5, 4]), 0);
    expect(ratio).toMatchObject({ elements: 32, bottomDepth: 1, topDepth: 2 });
    expect(ratio?.ratio).toBeCloseTo(0.5, 12);
  });

  test('says what stands at the bottom in place of a magnitude', () => {
    expect(depthRatio(layout, table, frame([0, 0, 0.5, 4], { 1: 'underflow' }), 0)).toMatchObject({
      ratio: 0,
      mark: 'underflow',
    });
  });

  test('is none where it was not measured, or no two places have one size', () => {
    expect(depthRatio(layout, table, frame([8, Number.NaN, 0.5, 4]), 0)).toBeNull();
    const apart = { ...table, wires: table.wires.map((wire, index) => ({ ...wire, shape: [index + 2] })) };
    expect(depthRatio(layOutWires(apart, document), apart, frame([1, 1, 1, 1]), 0)).toBeNull();
    expect(depthRatio(layout, table, frame([1, 1, 1, 1]), 5)).toBeNull();
  });
});
