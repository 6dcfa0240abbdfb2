import type { RunTable, TelemetryFrame } from '#shared/protocol/telemetry';

/** A frame for tests: two wires, one weight and one head unless told otherwise. */
export function frameOf(values: Partial<TelemetryFrame> = {}): TelemetryFrame {
  const count = values.wireRms?.length ?? 2;
  return {
    run: 'run',
    sequence: values.step ?? 0,
    step: 0,
    epoch: 0,
    loss: 1,
    learningRate: 0.01,
    examplesPerSecond: 1000,
    secondsLeft: 10,
    gradientNorm: 1,
    appliedNorm: 1,
    headRms: 0.1,
    details: false,
    headLoss: Float32Array.of(1),
    metrics: new Float32Array(0),
    wireRms: Float32Array.of(0.01, 0.001),
    wireMax: new Float32Array(count),
    wireMark: new Uint8Array(count),
    valueMean: new Float32Array(count),
    valueDeviation: new Float32Array(count),
    valueZeros: new Float32Array(count),
    wireL2: new Float32Array(count),
    forkCosine: new Float32Array(count),
    forkSum: new Float32Array(count),
    weightGradient: Float32Array.of(0.5),
    weightMark: new Uint8Array(values.weightGradient?.length ?? 1),
    weightNorm: Float32Array.of(1),
    updateRatio: Float32Array.of(0.001),
    ...values,
  };
}

/** A run's table for tests: the wires named, each on one path, and one weight of the node `dense`. */
export function tableOf(values: Partial<RunTable> = {}): RunTable {
  return {
    run: 'run',
    wires: ['w1', 'w2'].map((wire, depth) => ({ wire, path: [], shape: [4], depth })),
    weights: [{ id: 'dense/kernel', node: 'dense', shape: [4, 4], trainable: true, depth: 1 }],
    heads: [{ output: 'output', label: 'Output', loss: 'meanSquaredError' }],
    metrics: [],
    stepsPerEpoch: 10,
    epochs: 3,
    batch: 8,
    way: 'plain',
    device: 'CPU:0',
    ...values,
  };
}
