import { describe, expect, test } from 'vitest';
import type { TelemetryFrame } from '#shared/protocol/telemetry';
import { RecordedFrames } from './recorded.ts';

const frame = (step: number, rms = 1): TelemetryFrame =>
  ({ step, wireRms: Float32Array.of(rms), wireMark: new Uint8Array(1) }) as unknown as TelemetryFrame;

describe('recorded frames', () => {
  test('stay evenly spread over the whole run', () => {
    const recorded = new RecordedFrames((8 * 2 ** 20) / 4);
    for (let step = 0; step < 1000; step++) recorded.push(frame(step));
    const steps = recorded.frames.map(({ step }) => step);
    expect(steps.length).toBeLessThanOrEqual(8);
    expect(steps.length).toBeGreaterThanOrEqual(4);
    const stride = steps[1] ?? 0;
    expect(steps).toEqual(steps.map((_, index) => index * stride));
  });

  test('a step that was looked at and then taken counts once; one that measured nothing not at all', () => {
    const recorded = new RecordedFrames(1);
    recorded.push(frame(0));
    recorded.push(frame(0, 2));
    recorded.push(frame(1, Number.NaN));
    expect(recorded.frames.map(({ step, wireRms }) => [step, wireRms[0]])).toEqual([[0, 2]]);
  });
});
