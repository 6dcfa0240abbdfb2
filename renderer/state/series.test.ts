import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ThinnedSeries, WireHistory } from './series.ts';

describe('ThinnedSeries', () => {
  it('keeps every row while there is room', () => {
    const series = new ThinnedSeries(['step', 'loss'], 4);
    for (let step = 0; step < 4; step++) series.push({ step, loss: 10 - step });
    expect([...series.column('step')]).toEqual([0, 1, 2, 3]);
    expect([...series.column('loss')]).toEqual([10, 9, 8, 7]);
    expect(series.stride).toBe(1);
  });

  it('thins by two when it is full, and goes on with every second row', () => {
    const series = new ThinnedSeries(['step'], 4);
    for (let step = 0; step <= 10; step++) series.push({ step });
    expect(series.stride).toBe(4);
    expect([...series.column('step')]).toEqual([0, 4, 8]);
  });

  it('holds all of any run, evenly spaced and never more than half of it gone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 0, max: 700 }), (half, rows) => {
        const capacity = 2 * half;
        const series = new ThinnedSeries(['step'], capacity);
        for (let step = 0; step < rows; step++) series.push({ step });
        const steps = [...series.column('step')];
        expect(steps.length).toBeLessThanOrEqual(capacity);
        expect(steps).toEqual(
          Array.from({ length: Math.ceil(rows / series.stride) }, (_, index) => index * series.stride),
        );
        expect(steps.length).toBeGreaterThanOrEqual(Math.min(rows, half));
      }),
    );
  });

  it('names a column that it does not have', () => {
    const series = new ThinnedSeries<string>(['step'], 4);
    expect(() => series.column('loss')).toThrow('no column "loss"');
  });
});

describe('WireHistory', () => {
  it('keeps log10 of each wire and of the heads, and a mark in the place of a number', () => {
    const history = new WireHistory(2, 4);
    history.push(0, 0.01, Float32Array.of(1e-3, 0), Uint8Array.of(0, 2));
    history.push(1, 0.1, Float32Array.of(1e-2, 1), Uint8Array.of(0, 0));
    expect([...history.steps]).toEqual([0, 1]);
    expect(history.value(0, 0)).toBeCloseTo(-3, 5);
    expect(history.value(1, 0)).toBeNaN();
    expect([history.mark(0, 0), history.mark(1, 0)]).toEqual([0, 2]);
    expect([...history.series(0, false)].map((value) => value.toFixed(3))).toEqual(['-3.000', '-2.000']);
    expect([...history.series(0, true)].map((value) => value.toFixed(3))).toEqual(['-1.000', '-1.000']);
    expect(history.column(1).values[1]).toBeCloseTo(0, 6);
  });

  it('thins all wires together, so that columns stay whole', () => {
    const history = new WireHistory(3, 4);
    for (let step = 0; step < 23; step++) {
      const rms = Float32Array.from([1, 2, 3], (wire) => 10 ** (-wire - step / 10));
      history.push(step, 1, rms, new Uint8Array(3));
    }
    const { steps } = history;
    expect(steps.length).toBeLessThanOrEqual(4);
    for (const [column, step] of steps.entries()) {
      for (let wire = 0; wire < 3; wire++) expect(history.value(wire, column)).toBeCloseTo(-(wire + 1) - step / 10, 4);
    }
    expect(steps[0]).toBe(0);
  });
});
