import { describe, expect, it } from 'vitest';
import { frameOf, tableOf } from './testing/frames.ts';
import { Telemetry } from './telemetry.ts';

/** Telemetry whose drawing the test lets happen. */
function make(): { telemetry: Telemetry; acknowledged: number[]; paint: () => void } {
  const acknowledged: number[] = [];
  const waiting: (() => void)[] = [];
  const telemetry = new Telemetry(
    (_run, sequence) => acknowledged.push(sequence),
    (then) => waiting.push(then),
  );
  return { telemetry, acknowledged, paint: () => waiting.splice(0).forEach((then) => then()) };
}

describe('Telemetry', () => {
  it('acknowledges a frame after it was drawn, not before', () => {
    const { telemetry, acknowledged, paint } = make();
    telemetry.begin(tableOf());
    const order: string[] = [];
    telemetry.onFrame(() => order.push('listener'));
    telemetry.receive(frameOf({ sequence: 4 }));
    expect(order).toEqual(['listener']);
    expect(acknowledged).toEqual([]);
    paint();
    expect(acknowledged).toEqual([4]);
  });

  it('drops frames of another run or of another table', () => {
    const { telemetry, acknowledged, paint } = make();
    telemetry.receive(frameOf());
    telemetry.begin(tableOf());
    telemetry.receive(frameOf({ run: 'former' }));
    telemetry.receive(frameOf({ wireRms: Float32Array.of(1, 2, 3) }));
    paint();
    expect(telemetry.latest).toBeNull();
    expect(telemetry.series?.length).toBe(0);
    expect(acknowledged).toEqual([]);
  });

  it('finds all paths of a wire, taps apart from wires, and the weights of a node', () => {
    const { telemetry } = make();
    const at = (iteration: number): [{ loop: string; iteration: number }] => [{ loop: 'loop', iteration }];
    telemetry.begin(
      tableOf({
        wires: [
          { wire: 'w1', path: at(0), shape: [2], depth: 0 },
          { wire: 'w1', path: at(1), shape: [2], depth: 1 },
          { wire: '', tap: 'dense:preactivation', path: [], shape: [2], depth: 1 },
          { wire: 'w2', path: [], shape: [2], depth: 2 },
        ],
        weights: ['kernel', 'bias'].map((name) => ({
          id: `dense/${name}`,
          node: 'dense',
          shape: [2],
          trainable: true,
          depth: 1,
        })),
      }),
    );
    expect(telemetry.wireIndex('w1')).toEqual([0, 1]);
    expect(telemetry.wireIndex('w2')).toEqual([3]);
    expect(telemetry.wireIndex('')).toEqual([]);
    expect(telemetry.tapIndex('dense:preactivation')).toEqual([2]);
    expect(telemetry.weightIndex('dense')).toEqual([0, 1]);
    expect(telemetry.weightIndex('nothing')).toEqual([]);
  });

  it('keeps loss, heads and metrics of every step and the wires of every step', () => {
    const { telemetry } = make();
    telemetry.begin(tableOf({ metrics: [{ output: 'output', kind: 'accuracy' }] }));
    for (let step = 0; step < 5; step++) {
      telemetry.receive(
        frameOf({
          step,
          loss: 5 - step,
          headLoss: Float32Array.of(step / 2),
          metrics: Float32Array.of(step / 4),
          wireRms: Float32Array.of(10 ** -step, 1),
        }),
      );
    }
    expect([...(telemetry.series?.column('loss') ?? [])]).toEqual([5, 4, 3, 2, 1]);
    expect([...(telemetry.series?.column('head.0') ?? [])]).toEqual([0, 0.5, 1, 1.5, 2]);
    expect([...(telemetry.series?.column('metric.0') ?? [])]).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect([...(telemetry.wires?.series(0, false) ?? [])].map(Math.round)).toEqual([0, -1, -2, -3, -4]);
    expect(telemetry.received).toBe(5);
  });

  it('bounds the memory of a run with very many measured wires', () => {
    const { telemetry } = make();
    telemetry.begin(
      tableOf({
        wires: Array.from({ length: 50_000 }, (_, index) => ({ wire: `w${index}`, path: [], shape: [], depth: 0 })),
      }),
    );
    expect(telemetry.wires?.capacity).toBe(320);
    expect((telemetry.wires?.capacity ?? 0) % 2).toBe(0);
  });

  it('forgets a run, and tells those who listen for tables', () => {
    const { telemetry } = make();
    const heard: (string | null)[] = [];
    telemetry.onTable((table) => heard.push(table?.run ?? null));
    telemetry.begin(tableOf());
    telemetry.receive(frameOf());
    telemetry.clear();
    expect(heard).toEqual(['run', null]);
    expect([telemetry.table, telemetry.latest, telemetry.series, telemetry.wires]).toEqual([null, null, null, null]);
    expect(telemetry.wireIndex('w1')).toEqual([]);
  });
});
