import { expect, test } from 'vitest';
import type { TelemetryFrame } from './telemetry.ts';
import { decodeFrame, encodeFrame } from './telemetry.ts';

const frame: TelemetryFrame = {
  run: 'run-1',
  sequence: 3,
  step: 30,
  epoch: 2,
  loss: 0.5,
  learningRate: 0.1,
  examplesPerSecond: 1000,
  secondsLeft: 9,
  gradientNorm: 2,
  appliedNorm: 1,
  headRms: 0.25,
  details: true,
  headLoss: Float32Array.of(0.5),
  metrics: Float32Array.of(1),
  wireRms: Float32Array.of(1, 2),
  wireMax: Float32Array.of(3, 4),
  wireMark: Uint8Array.of(0, 1),
  valueMean: Float32Array.of(5, 6),
  valueDeviation: Float32Array.of(7, 8),
  valueZeros: Float32Array.of(0, 0.5),
  wireL2: Float32Array.of(9, 10),
  forkCosine: new Float32Array(0),
  forkSum: new Float32Array(0),
  weightGradient: Float32Array.of(11),
  weightMark: Uint8Array.of(0),
  weightNorm: Float32Array.of(12),
  updateRatio: Float32Array.of(0.01),
};

/** Where the lengths of the two arrays of forks stand: behind three numbers, the name, ten scalars and eight arrays. */
function beforeForks(): number {
  const { run, headLoss, metrics, wireRms } = frame;
  return 3 * 4 + run.length + 10 * 8 + 8 * 4 + 4 * (headLoss.length + metrics.length + 6 * wireRms.length);
}

test('a frame comes back as it was written', () => {
  expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
});

test('a frame from before forks were measured is read without them; one that is cut off is none', () => {
  const bytes = encodeFrame(frame);
  const at = beforeForks();
  const old = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 8)]);
  expect(decodeFrame(old)).toEqual(frame);
  expect(() => decodeFrame(old.subarray(0, -1))).toThrow(RangeError);
  expect(() => decodeFrame(bytes.subarray(0, -1))).toThrow(RangeError);
});
