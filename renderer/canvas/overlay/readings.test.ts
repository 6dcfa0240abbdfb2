import { beforeEach, describe, expect, it } from 'vitest';
import { nodeId, wireId } from '#shared/graph/identifiers';
import { marks } from '#shared/protocol/telemetry';
import type { RunTable } from '#shared/protocol/telemetry';
import { frameOf, tableOf } from '../../state/testing/frames.ts';
import { Telemetry } from '../../state/telemetry.ts';
import { bucketOf } from './colourScale.ts';
import { Readings, strongest } from './readings.ts';
import type { Reading } from './readings.ts';

let telemetry: Telemetry;
let readings: Readings;
const begin = (table: RunTable): void => {
  telemetry = new Telemetry(
    () => undefined,
    () => undefined,
  );
  telemetry.begin(table);
  readings = new Readings(telemetry);
  telemetry.onFrame((frame) => readings.take(frame));
};

beforeEach(() => begin(tableOf()));

const first = wireId('w1');
const second = wireId('w2');

describe('a reading of a wire', () => {
  it('is its RMS, as it is or over that of all heads, in the bucket of its logarithm', () => {
    telemetry.receive(frameOf({ step: 4, headRms: 0.1, wireRms: Float32Array.of(0.01, 1e-7) }));
    const absolute = readings.wire(first, 'absolute');
    const relative = readings.wire(first, 'relative');
    expect(absolute?.value).toBeCloseTo(0.01, 8);
    expect(relative?.value).toBeCloseTo(0.1, 7);
    expect(relative).toMatchObject({ mark: 'none', step: 4, bucket: bucketOf(-1, 'relative') });
    expect(readings.wire(second, 'relative')?.bucket).toBe(bucketOf(-6, 'relative'));
    expect(readings.wire(wireId('unknown'), 'relative')).toBeNull();
  });

  it.each(marks.filter((mark) => mark !== 'none'))('carries the mark %s in the place of a magnitude', (mark) => {
    telemetry.receive(frameOf({ step: 2, wireMark: Uint8Array.of(marks.indexOf(mark), 0) }));
    const reading = readings.wire(first, 'relative');
    expect(reading).toEqual({ mark, value: Number.NaN, bucket: -1, step: 2 });
  });

  it('keeps what was measured last, with its own step, where a step did not measure it', () => {
    telemetry.receive(frameOf({ step: 10, headRms: 0.1, wireRms: Float32Array.of(0.01, 0.02) }));
    telemetry.receive(frameOf({ step: 11, headRms: 0.5, wireRms: Float32Array.of(Number.NaN, 0.05) }));
    expect(readings.wire(first, 'relative')).toMatchObject({ step: 10 });
    expect(readings.wire(first, 'relative')?.value).toBeCloseTo(0.1, 6);
    expect(readings.wire(second, 'relative')).toMatchObject({ step: 11 });
    expect(readings.wire(second, 'relative')?.value).toBeCloseTo(0.1, 6);
  });

  it('is nothing before the first measurement, without a gradient at the loss, and after the run was forgotten', () => {
    expect(readings.wire(first, 'relative')).toBeNull();
    telemetry.receive(frameOf({ headRms: 0 }));
    expect(readings.wire(first, 'relative')).toBeNull();
    expect(readings.wire(first, 'absolute')).not.toBeNull();
    telemetry.clear();
    readings.reset();
    expect(readings.wire(first, 'absolute')).toBeNull();
  });
});

describe('a reading of weights', () => {
  it('is the strongest of the node’s weights', () => {
    const weight = (name: string): RunTable['weights'][number] => ({
      id: `dense/${name}`,
      node: 'dense',
      shape: [2],
      trainable: true,
      depth: 0,
    });
    begin(tableOf({ weights: [weight('kernel'), weight('bias')] }));
    telemetry.receive(
      frameOf({ headRms: 0.1, weightGradient: Float32Array.of(0.02, 0.5), weightMark: new Uint8Array(2) }),
    );
    expect(readings.weights(nodeId('dense'), 'relative')?.value).toBeCloseTo(5, 5);
    expect(readings.weights(nodeId('other'), 'relative')).toBeNull();
  });
});

describe('inside loops', () => {
  const inner = nodeId('inner');
  const outer = nodeId('outer');
  const ends = new Set([wireId('next')]);

  beforeEach(() => {
    const wires: RunTable['wires'] = [];
    for (let out = 0; out < 2; out++) {
      for (let iteration = 0; iteration < 3; iteration++) {
        const path = [
          { loop: outer, iteration: out },
          { loop: inner, iteration },
        ];
        for (const wire of ['body', 'next']) wires.push({ wire, path, shape: [1], depth: 0 });
      }
    }
    begin(tableOf({ wires }));
    telemetry.receive(
      frameOf({
        headRms: 1,
        wireRms: Float32Array.from(wires, (_, index) => 10 ** -index),
        wireMark: new Uint8Array(12),
      }),
    );
  });

  const exponent = (reading: Reading | null): number => Math.round(Math.log10(reading?.value ?? Number.NaN));

  it('a wire shows the first iteration, through which every state leads on, unless another one is chosen', () => {
    expect(exponent(readings.wire(wireId('body'), 'absolute'))).toBe(0);
    expect([readings.shownIteration(inner), readings.measuredIterations(inner)]).toEqual([0, 3]);
    readings.choose(new Map([[inner, 2]]));
    expect(exponent(readings.wire(wireId('body'), 'absolute'))).toBe(-4);
    readings.choose(
      new Map([
        [inner, 1],
        [outer, 1],
      ]),
    );
    expect(exponent(readings.wire(wireId('body'), 'absolute'))).toBe(-8);
    expect(readings.shownIteration(inner)).toBe(1);
    // Chosen when the loop was longer: its last one is the nearest.
    readings.choose(new Map([[inner, 9]]));
    expect(exponent(readings.wire(wireId('body'), 'absolute'))).toBe(-4);
    expect(readings.measuredIterations(nodeId('elsewhere'))).toBe(0);
  });

  it('nothing is shown inside a loop, or in one around it, that has other iterations by now', () => {
    const strips = (): readonly boolean[] => [inner, outer].map((loop) => readings.strip(loop, ends) !== null);
    expect(strips()).toEqual([true, true]);
    readings.leaveOut(new Map([[inner, { measured: 3, now: 4 }]]));
    expect(readings.wire(wireId('body'), 'absolute')).toBeNull();
    expect(readings.wireAt(wireId('body'), inner, 1, 'absolute')).toBeNull();
    expect(readings.staleAround(wireId('body'))).toEqual({ measured: 3, now: 4 });
    expect(readings.staleAround(wireId('elsewhere'))).toBeNull();
    expect(strips()).toEqual([false, false]);
    readings.leaveOut(new Map());
    expect(readings.wire(wireId('body'), 'absolute')).not.toBeNull();
    expect(strips()).toEqual([true, true]);
  });

  it('a strip has one measure per iteration, within the chosen iteration of the loop around it', () => {
    const strip = readings.strip(inner, ends);
    expect(strip?.measures).toEqual([[1], [3], [5]]);
    readings.choose(new Map([[outer, 1]]));
    const other = readings.strip(inner, ends);
    expect(other?.measures).toEqual([[7], [9], [11]]);
    expect(other === null ? null : exponent(readings.iterations(other, 0, 3, 'absolute'))).toBe(-7);
    expect(readings.strip(nodeId('elsewhere'), ends)).toBeNull();
  });
});

describe('several readings as one', () => {
  const at = (mark: Reading['mark'], value = Number.NaN): Reading => ({ mark, value, bucket: 0, step: 0 });
  it.each([
    [[at('none', 1), at('none', 3), null], at('none', 3)],
    [[at('none', 1), at('infinity')], at('infinity')],
    [[at('notANumber'), at('infinity')], at('notANumber')],
    [[at('zero'), at('none', 1e-20)], at('none', 1e-20)],
    [[at('noPath'), at('zero'), at('underflow')], at('underflow')],
    [[null], null],
    [[], null],
  ])('%j read as %j', (readings_, expected) => {
    expect(strongest(readings_)).toEqual(expected);
  });
});
