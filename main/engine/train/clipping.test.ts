import { describe, expect, test } from 'vitest';
import type { Clipping } from '#shared/graph/training';
import { planDocument } from '../execute/network.ts';
import { nativeDevice } from '../testing/device.ts';
import { sketch } from '../testing/documents.ts';
import { appliedNorm, clip } from './clipping.ts';
import { RunWeights } from './weights.ts';

/** A network whose weights are a kernel of two and a bias of one number: three gradients. */
const plan = planDocument(
  sketch(
    {
      x: { type: 'input', params: { shape: [2] } },
      d: { type: 'dense', params: { units: 1 } },
      out: { type: 'output' },
    },
    ['x > d', 'd > out'],
  ),
);

function clipped(clipping: Clipping, gradient: readonly number[]): number[] {
  const device = nativeDevice();
  const weights = new RunWeights(device, plan, [Float32Array.of(1, 2), Float32Array.of(3)]);
  const result = device.scope(() =>
    clip(device, clipping, [device.tensor(Float32Array.from(gradient), [3], 'float32')], weights).flatMap((block) =>
      Array.from(device.read(block)),
    ),
  );
  weights.dispose();
  return result;
}

describe('clipping', () => {
  test('by global norm keeps the direction, and leaves what is short enough alone', () => {
    expect(clipped({ kind: 'globalNorm', threshold: 6.5 }, [3, 4, 12])).toEqual([1.5, 2, 6]);
    expect(clipped({ kind: 'globalNorm', threshold: 13.1 }, [3, 4, 12])).toEqual([3, 4, 12]);
  });
  test('by norm takes each weight for itself', () => {
    expect(clipped({ kind: 'norm', threshold: 2.5 }, [3, 4, 12])).toEqual([1.5, 2, 2.5]);
  });
  test('by value cuts every element', () => {
    expect(clipped({ kind: 'value', threshold: 3.5 }, [3, 4, -12])).toEqual([3, 3.5, -3.5]);
  });
  test('survives gradients whose squares leave float32, and zeros', () => {
    const [a = 0, b = 0, c = 0] = clipped({ kind: 'globalNorm', threshold: 1 }, [3e30, 4e30, 0]);
    expect([a, b, c]).toEqual([expect.closeTo(0.6, 6), expect.closeTo(0.8, 6), 0]);
    expect(clipped({ kind: 'globalNorm', threshold: 1 }, [0, 0, 0])).toEqual([0, 0, 0]);
    expect(clipped({ kind: 'globalNorm', threshold: 1e-30 }, [3e-25, 4e-25, 0])[0]).toBeCloseTo(6e-31, 35);
  });
  test('the norm that was applied follows from the raw norms', () => {
    const raw = [
      { max: 0, rms: 5 / Math.SQRT2, size: 2 },
      { max: 0, rms: 12, size: 1 },
    ];
    expect(appliedNorm({ kind: 'none' }, raw)).toBeCloseTo(13, 12);
    expect(appliedNorm({ kind: 'globalNorm', threshold: 2 }, raw)).toBe(2);
    expect(appliedNorm({ kind: 'norm', threshold: 6 }, raw)).toBeCloseTo(Math.hypot(5, 6), 12);
    expect(appliedNorm({ kind: 'value', threshold: 6 }, raw)).toBeNull();
  });
});
