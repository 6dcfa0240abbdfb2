import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, frameSequence } from '#shared/protocol/telemetry';
import type { TelemetryFrame } from '#shared/protocol/telemetry';
import { FrameGate } from './frameGate.ts';

const bytes = (sequence: number): Uint8Array => Uint8Array.of(sequence);

function open(): { gate: FrameGate; sent: number[] } {
  const sent: number[] = [];
  const gate = new FrameGate((frame) => sent.push(frame[0] ?? -1));
  gate.begin('r');
  return { gate, sent };
}

describe('the frame gate', () => {
  test('one under way, and only the latest of those that wait', () => {
    const { gate, sent } = open();
    for (const sequence of [0, 1, 2, 3]) gate.offer('r', sequence, bytes(sequence));
    expect(sent).toEqual([0]);
    gate.acknowledge('r', 0);
    expect(sent).toEqual([0, 3]);
    expect(gate.replaced).toBe(2);
    gate.acknowledge('r', 3);
    gate.offer('r', 4, bytes(4));
    expect(sent).toEqual([0, 3, 4]);
  });

  test('an acknowledgement of an old frame, of one never sent or of another run changes nothing', () => {
    const { gate, sent } = open();
    gate.offer('r', 5, bytes(5));
    gate.offer('r', 6, bytes(6));
    gate.acknowledge('r', 4);
    gate.acknowledge('r', 6);
    gate.acknowledge('other', 5);
    expect(sent).toEqual([5]);
  });

  test('a new run begins at once, whatever the former one left', () => {
    const { gate, sent } = open();
    gate.offer('r', 0, bytes(0));
    gate.offer('r', 1, bytes(1));
    gate.begin('s');
    gate.offer('r', 2, bytes(2));
    gate.offer('s', 0, bytes(9));
    gate.acknowledge('r', 0);
    expect(sent).toEqual([0, 9]);
  });

  test('whatever happens: sequences only grow, one is under way, and the last frame arrives', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (offers) => {
        const { gate, sent } = open();
        let next = 0;
        let acknowledged = 0;
        for (const isOffer of offers) {
          if (isOffer) gate.offer('r', next, bytes(next++));
          else if (sent.length > acknowledged) gate.acknowledge('r', sent[acknowledged++] ?? -1);
          expect(sent.length - acknowledged).toBeLessThanOrEqual(1);
        }
        while (sent.length > acknowledged) gate.acknowledge('r', sent[acknowledged++] ?? -1);
        expect(sent.at(-1)).toBe(next === 0 ? undefined : next - 1);
        expect([...sent].sort((a, b) => a - b)).toEqual(sent);
      }),
    );
  });
});

test('the sequence is read from an encoded frame without the rest', () => {
  const empty = new Float32Array();
  const frame: TelemetryFrame = {
    run: 'run-20250101-120000-0a',
    sequence: 123_456_789,
    step: 7,
    epoch: 1,
    loss: 2,
    learningRate: 3,
    examplesPerSecond: 4,
    secondsLeft: 5,
    gradientNorm: 6,
    appliedNorm: 7,
    headRms: 8,
    details: true,
    headLoss: empty,
    metrics: empty,
    wireRms: new Float32Array(3),
    wireMax: empty,
    wireMark: new Uint8Array(),
    valueMean: empty,
    valueDeviation: empty,
    valueZeros: empty,
    forkCosine: empty,
    forkSum: empty,
    wireL2: empty,
    weightGradient: empty,
    weightMark: new Uint8Array(),
    weightNorm: empty,
    updateRatio: empty,
  };
  expect(frameSequence(encodeFrame(frame))).toBe(123_456_789);
  expect(() => frameSequence(new Uint8Array(100))).toThrow(RangeError);
  expect(() => frameSequence(new Uint8Array(2))).toThrow(RangeError);
});
