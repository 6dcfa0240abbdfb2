import { describe, expect, test } from 'vitest';
import type { UnitHealth } from '../protocol/engine.ts';
import type { Ailment, Finding } from './detectors.ts';
import { findingsOf } from './detectors.ts';
import type { LoopRatio } from './loopRatio.ts';
import type { HeadRatio, Symptoms } from './symptoms.ts';

const losses = (values: readonly number[]): Symptoms['losses'] =>
  values.map((loss, step) => ({ step: 10 * step, loss }));
const ratio = (value: number, step = 0, mark: HeadRatio['mark'] = 'none'): HeadRatio => ({
  output: 'out',
  step,
  elements: 32,
  bottomDepth: 1,
  topDepth: 30,
  bottom: value,
  top: 1,
  ratio: value,
  mark,
});
const loop = (value: number, change: Partial<LoopRatio> = {}): LoopRatio => ({
  loop: 'loop',
  around: [],
  step: 0,
  last: 21,
  bottom: value,
  top: 1,
  ratio: value,
  mark: 'none',
  isReadOften: false,
  ...change,
});
const unit = (values: Partial<UnitHealth>): UnitHealth => ({
  node: 'dense',
  path: [],
  function: 'relu',
  units: 10,
  examples: 512,
  dead: null,
  flat: null,
  isGate: false,
  ...values,
});
/** A run with nothing wrong: the loss falls from 1 to 0.1 over 300 steps and six epochs. */
const healthy: Symptoms = {
  first: [ratio(0.5)],
  latest: [ratio(0.4, 300)],
  firstLoops: [],
  latestLoops: [],
  unseen: [],
  losses: losses(Array.from({ length: 31 }, (_, at) => 1 - 0.03 * at)),
  epochLosses: [0.8, 0.6, 0.4, 0.3, 0.2, 0.1],
  update: { step: 0, ratio: 0.004 },
  notFinite: null,
  units: [unit({ dead: 0 }), unit({ function: 'tanh', flat: 0.1 })],
  depth: 31,
};
const stuck = {
  losses: losses(Array.from({ length: 31 }, () => 0.69)),
  epochLosses: [0.69, 0.69, 0.69, 0.69, 0.69, 0.69],
};

function finding(ailment: Ailment, change: Partial<Symptoms>, others?: Parameters<typeof findingsOf>[1]): Finding {
  const found = findingsOf({ ...healthy, ...change }, others).find((one) => one.ailment === ailment);
  if (found === undefined) throw new Error(`nothing is said of ${ailment}`);
  return found;
}

describe('detectors', () => {
  test('see nothing wrong with a sound run, and say what they looked at', () => {
    expect(findingsOf(healthy).map(({ verdict }) => verdict)).toEqual(Array.from({ length: 6 }, () => 'clear'));
  });

  test('say what was not measured instead of calling it sound', () => {
    const nothing = { first: [], latest: [], losses: [], epochLosses: [], update: null, units: null };
    const verdicts = findingsOf({ ...healthy, ...nothing }).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(Array.from({ length: 6 }, () => 'unmeasured'));
  });

  test('judge a small ratio by the first step measured: one that shrank later did not vanish at the start', () => {
    expect(finding('vanishing', { first: [ratio(1e-4)] })).toMatchObject({ verdict: 'found', node: 'out' });
    expect(finding('vanishing', { first: [ratio(5e-3)] })).toMatchObject({ verdict: 'unsure' });
    expect(finding('vanishing', { latest: [ratio(1e-5, 2400)] })).toMatchObject({
      verdict: 'unsure',
      code: 'vanishing.late',
      values: { ratio: 1e-5, step: 2400, firstRatio: 0.5, firstStep: 0 },
    });
  });

  test('tell underflow from an exact zero', () => {
    expect(finding('vanishing', { first: [ratio(0, 0, 'underflow')] }).verdict).toBe('found');
    expect(finding('vanishing', { first: [ratio(0, 0, 'zero')] }).verdict).toBe('unsure');
  });

  test('take the head that stands worst', () => {
    const first = [ratio(0.5), { ...ratio(1e-9), output: 'other' }];
    expect(finding('vanishing', { first })).toMatchObject({ verdict: 'found', node: 'other' });
  });

  test('exploding: from a thousandfold on', () => {
    expect(finding('exploding', { first: [ratio(4096)] }).verdict).toBe('found');
    expect(finding('exploding', { first: [ratio(300)] }).verdict).toBe('unsure');
    expect(finding('exploding', { latest: [ratio(1e5, 300)] })).toMatchObject({
      verdict: 'unsure',
      code: 'exploding.late',
    });
  });

  test('dead units and flat elements: by the layer that stands worst', () => {
    const units = [unit({ dead: 1 }), unit({ node: 'second', dead: 6 })];
    expect(finding('deadUnits', { units })).toMatchObject({
      verdict: 'found',
      node: 'second',
      values: { dead: 6, units: 10 },
    });
    expect(finding('deadUnits', { units: [unit({ dead: 3 })] }).verdict).toBe('unsure');
    expect(finding('saturation', { units: [unit({ flat: 0.9 })] }).verdict).toBe('found');
    expect(finding('saturation', { units: [unit({ flat: 0.6 })] }).verdict).toBe('unsure');
    const gate = unit({ node: 'cell', function: 'sigmoid', flat: 0.99, isGate: true });
    expect(finding('saturation', { units: [gate, unit({ function: 'tanh', flat: 0.1 })] })).toMatchObject({
      verdict: 'unsure',
      code: 'saturation.gate',
      node: 'cell',
    });
    expect(finding('saturation', { units: [gate, unit({ flat: 0.9 })] }).verdict).toBe('found');
    expect(finding('saturation', { units: [unit({ flat: 0.7, isGate: true })] }).verdict).toBe('clear');
  });

  test('degradation needs a run beside it; alone it is never sure, and a vanished gradient is none', () => {
    const twin = [{ name: 'twin', kind: 'residual', depth: 6, epochLosses: healthy.epochLosses }] as const;
    expect(finding('degradation', stuck, twin)).toMatchObject({
      verdict: 'found',
      code: 'degradation.residual',
      values: { other: 'twin', otherLoss: 0.1 },
    });
    // A longer run is compared at the epoch that both have reached, a shorter one not at all.
    const [{ epochLosses, ...named }] = twin;
    const longer = [{ ...named, epochLosses: [...(stuck.epochLosses ?? []), 0.01] }];
    expect(finding('degradation', stuck, longer)).toMatchObject({ verdict: 'unsure', code: 'degradation.alike' });
    const shorter = [{ ...named, epochLosses: epochLosses.slice(1) }];
    expect(finding('degradation', stuck, shorter)).toMatchObject({ verdict: 'unsure', code: 'degradation.alone' });
    // The last frame is that of step 300, the 301st.
    expect(finding('degradation', stuck)).toMatchObject({
      verdict: 'unsure',
      code: 'degradation.alone',
      values: { steps: 301 },
    });
    expect(finding('degradation', { ...stuck, first: [ratio(1e-9)] }, twin)).toMatchObject({
      verdict: 'clear',
      values: { cause: 'vanishing' },
    });
    expect(finding('vanishing', stuck).verdict).toBe('clear');
  });

  test('a rate is too high where the loss rises, breaks, or large updates bring nothing', () => {
    const rising = losses(Array.from({ length: 31 }, (_, at) => 1 + at));
    expect(finding('learningRate', { losses: rising })).toMatchObject({ verdict: 'found', code: 'learningRate.risen' });
    const notFinite = { kind: 'infinity', what: 'loss', node: 'out', wire: null, path: '', step: 12 } as const;
    expect(finding('learningRate', { notFinite }).verdict).toBe('found');
    // What explodes before the first update breaks at any rate.
    expect(finding('learningRate', { notFinite, first: [ratio(1e6)] }).verdict).toBe('unsure');
    expect(finding('learningRate', { ...stuck, update: { step: 0, ratio: 0.5 } }).verdict).toBe('found');
    expect(finding('learningRate', { update: { step: 0, ratio: 0.5 } }).verdict).toBe('clear');
  });
});

describe('along a loop', () => {
  test('the thresholds are those by depth, and the evidence tells the factor of an iteration', () => {
    // 20 iterations lie between the first and the 21st.
    const small = finding('vanishing', { firstLoops: [loop(0.5 ** 20)] });
    expect(small).toMatchObject({ verdict: 'found', code: 'vanishing.loop', node: 'loop', values: { last: 21 } });
    expect(small.values['factor']).toBeCloseTo(0.5, 12);
    expect(finding('vanishing', { firstLoops: [loop(5e-3)] })).toMatchObject({ code: 'vanishing.loopUnsure' });
    expect(finding('exploding', { firstLoops: [loop(1e3)] })).toMatchObject({
      verdict: 'found',
      code: 'exploding.loop',
    });
    expect(finding('exploding', { firstLoops: [loop(200)] })).toMatchObject({ code: 'exploding.loopUnsure' });
    const infinite = loop(Number.POSITIVE_INFINITY, { mark: 'infinity' });
    expect(finding('exploding', { firstLoops: [infinite] })).toMatchObject({ verdict: 'found' });
  });

  test('a sound loop beside a sound depth: both are told; without a depth to compare, the loop alone', () => {
    expect(finding('vanishing', { firstLoops: [loop(0.8)] })).toMatchObject({
      verdict: 'clear',
      code: 'vanishing.clearBoth',
      values: { ratio: 0.5, loopRatio: 0.8, last: 21 },
    });
    expect(finding('exploding', { firstLoops: [loop(0.8)] })).toMatchObject({ code: 'exploding.clearBoth' });
    expect(finding('vanishing', { first: [], firstLoops: [loop(0.8)] })).toMatchObject({
      verdict: 'clear',
      code: 'vanishing.loopClear',
    });
  });

  test('the worst loop counts, and of a loop in a loop the worst way into it', () => {
    const around = [{ loop: 'outer', iteration: 2 }];
    const firstLoops = [loop(0.9), loop(1e-6, { loop: 'inner', around }), loop(0.5, { loop: 'other' })];
    expect(finding('vanishing', { firstLoops })).toMatchObject({ node: 'inner', values: { path: 'outer=2' } });
  });

  test('what both find is told of the loop where half of it comes about there, else by depth', () => {
    expect(finding('vanishing', { first: [ratio(1e-7)], firstLoops: [loop(1e-4)] }).code).toBe('vanishing.loop');
    expect(finding('vanishing', { first: [ratio(1e-13)], firstLoops: [loop(1e-4)] }).code).toBe('vanishing.found');
  });

  test('what became small or large by training is no cause of it', () => {
    const firstLoops = [loop(0.5)];
    const late = { firstLoops, latestLoops: [loop(1e-5, { step: 300 })] };
    expect(finding('vanishing', late)).toMatchObject({
      verdict: 'unsure',
      code: 'vanishing.loopLate',
      values: { firstRatio: 0.5, firstStep: 0, step: 300 },
    });
    const grown = { firstLoops, latestLoops: [loop(1e5, { step: 300 })] };
    expect(finding('exploding', grown)).toMatchObject({ verdict: 'unsure', code: 'exploding.loopLate' });
    const notFinite = { kind: 'infinity', what: 'loss', node: 'out', wire: null, path: '', step: 12 } as const;
    expect(finding('learningRate', { ...grown, notFinite }).verdict).toBe('found');
    expect(finding('learningRate', { firstLoops: [loop(1e6)], notFinite }).verdict).toBe('unsure');
  });

  test('each iteration read by the loss: vanishing is not measured, and exploding is more than all readings together', () => {
    const often = { isReadOften: true };
    expect(finding('vanishing', { firstLoops: [loop(1.2, often)] })).toMatchObject({
      verdict: 'unmeasured',
      code: 'vanishing.loopReadOften',
      node: 'loop',
    });
    expect(finding('vanishing', { firstLoops: [loop(1e-4, often)] }).verdict).toBe('found');
    expect(finding('exploding', { firstLoops: [loop(20_000, often)] }).verdict).toBe('unsure');
    expect(finding('exploding', { firstLoops: [loop(22_000, often)] }).verdict).toBe('found');
  });

  test('a recurrent layer is not called sound, and hides nothing that was found', () => {
    const unseen = ['reader'];
    expect(finding('vanishing', { unseen })).toMatchObject({ verdict: 'unmeasured', code: 'vanishing.unseen' });
    expect(finding('exploding', { unseen })).toMatchObject({ verdict: 'unmeasured', node: 'reader' });
    expect(finding('vanishing', { unseen, first: [ratio(1e-5)] }).verdict).toBe('found');
  });

  test('degradation is not said where it was not measured whether the gradient arrives', () => {
    const twin = [{ name: 'twin', kind: 'residual', depth: 6, epochLosses: healthy.epochLosses }] as const;
    expect(finding('degradation', { ...stuck, unseen: ['reader'] }, twin)).toMatchObject({
      verdict: 'unsure',
      code: 'degradation.unseen',
    });
    expect(finding('degradation', { ...stuck, first: [] }, twin)).toMatchObject({ code: 'degradation.unseen' });
    expect(finding('degradation', { ...stuck, first: [] })).toMatchObject({ code: 'degradation.aloneUnseen' });
    expect(finding('degradation', { ...stuck, firstLoops: [loop(1e-6)] }, twin)).toMatchObject({
      verdict: 'clear',
      code: 'degradation.otherCause',
    });
  });
});
