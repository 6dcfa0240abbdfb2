import { expect, test } from 'vitest';
import { nodeId } from '../graph/identifiers.ts';
import type { OperationId, Path } from './program.ts';
import { RandomStream, hashText, normalQuantile, operationSeed, philox, statelessUniform } from './random.ts';

test('known answers of MurmurHash3 x86 32', () => {
  expect(hashText(0, '')).toBe(0);
  expect(hashText(1, '')).toBe(0x514e28b7);
  expect(hashText(0, 'test')).toBe(0xba6bd213);
  expect(hashText(0, 'hello')).toBe(0x248bfa47);
  expect(hashText(0, 'The quick brown fox jumps over the lazy dog')).toBe(0x2e4ff723);
});

test.each([
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const)('known answer of Philox4x32-10 (Random123) for counter %j', (counter, [key0, key1], expected) => {
  const block = Uint32Array.from(counter);
  philox(block, key0, key1);
  expect([...block]).toEqual(expected);
});

test('draws what StatelessRandomUniform of TensorFlow 2.21 drew for seed [5, 7]', () => {
  expect(Array.from(statelessUniform(6, [5, 7]))).toEqual([
    0.12039494514465332, 0.12778854370117188, 0.6554501056671143, 0.6188631057739258, 0.26809239387512207,
    0.5160765647888184,
  ]);
});

test.each([
  [1e-9, -5.9978070150076865],
  [1e-4, -3.71901648545568],
  [0.02275013194817921, -2],
  [0.1, -1.2815515655446008],
  [0.3, -0.5244005127080407],
  [0.5, 0],
  [0.93, 1.4757910281791708],
  [0.999999, 4.753424308817089],
])("Φ⁻¹(%d) as Python's statistics.NormalDist gives it", (p, expected) => {
  expect(Math.abs(normalQuantile(p) - expected)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(expected)));
});

test('streams repeat under one seed and name and differ under another', () => {
  const draw = (seed: number, name: string) => Array.from({ length: 9 }, stream(seed, name));
  const stream = (seed: number, name: string) => {
    const random = new RandomStream(seed, name);
    return () => random.word();
  };
  expect(draw(3, 'a')).toEqual(draw(3, 'a'));
  expect(draw(3, 'a')).not.toEqual(draw(3, 'b'));
  expect(draw(3, 'a')).not.toEqual(draw(4, 'a'));
});

test('moments of uniform, normal and truncated normal lie within four standard errors', () => {
  const count = 200_000;
  const random = new RandomStream(11, 'moments');
  const moments = (draw: () => number) => {
    let mean = 0;
    let square = 0;
    for (let index = 0; index < count; index += 1) {
      const value = draw();
      mean += value / count;
      square += (value * value) / count;
    }
    return { mean, variance: square - mean * mean };
  };
  const error = (deviation: number) => (4 * deviation) / Math.sqrt(count);
  const uniform = moments(() => random.uniform());
  expect(Math.abs(uniform.mean - 0.5)).toBeLessThan(error(Math.sqrt(1 / 12)));
  expect(Math.abs(uniform.variance - 1 / 12)).toBeLessThan(error(Math.sqrt(1 / 180)));
  const normal = moments(() => random.normal());
  expect(Math.abs(normal.mean)).toBeLessThan(error(1));
  expect(Math.abs(normal.variance - 1)).toBeLessThan(error(Math.SQRT2));
  const truncated = moments(() => random.truncatedNormal());
  expect(Math.abs(truncated.mean)).toBeLessThan(error(0.88));
  expect(Math.abs(truncated.variance - 0.87962566103423978 ** 2)).toBeLessThan(error(1.1));
});

test('a permutation holds every number once, and whole numbers are fair', () => {
  const random = new RandomStream(5, 'permutation');
  expect([...random.permutation(1000)].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 1000 }, (_, index) => index),
  );
  const counts = [0, 0, 0];
  for (let index = 0; index < 30_000; index += 1) {
    const which = random.integer(3);
    counts[which] = (counts[which] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(4 * Math.sqrt(30_000 * (2 / 9)));
  expect(() => random.integer(0)).toThrow('not below 0');
});

test('a mask per sequence is the same in every iteration and another in every instance', () => {
  const seedOf = (path: Path, mask: 'perIteration' | 'perSequence') => {
    const suffix = path
      .map((step) => ('loop' in step ? `[${step.loop}=${step.iteration}]` : `@${step.instance}`))
      .join('');
    const operation = { id: `drop${suffix}` as OperationId, origin: { node: nodeId('drop'), path } };
    return operationSeed(1, operation, mask, 7);
  };
  const loop = nodeId('loop');
  const instance = { instance: nodeId('first') };
  const other = { instance: nodeId('second') };
  expect(seedOf([{ loop, iteration: 0 }, instance], 'perSequence')).toEqual(
    seedOf([{ loop, iteration: 1 }, instance], 'perSequence'),
  );
  expect(seedOf([{ loop, iteration: 0 }, instance], 'perSequence')).not.toEqual(
    seedOf([{ loop, iteration: 0 }, other], 'perSequence'),
  );
  expect(seedOf([{ loop, iteration: 0 }], 'perIteration')).not.toEqual(
    seedOf([{ loop, iteration: 1 }], 'perIteration'),
  );
  expect(seedOf([], 'perIteration')[1]).toBe(7);
});
