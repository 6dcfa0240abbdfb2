import { expect, test } from 'vitest';
import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import { pathSuffix } from '#shared/program/path';
import { RandomStream } from '#shared/program/random';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import type { Array64 } from '#shared/testing/array64';
import { sizeOf } from '#shared/testing/array64';
import { Differences } from '#shared/testing/differences';
import { interpretFlat } from '#shared/testing/interpreter';
import { randomBatch } from '#shared/testing/randomGraphs';
import type { Device } from '../backend/device.ts';
import { loadJavaScript } from '../backend/load.ts';
import type { TensorFlowDevice } from '../backend/tensorflow.ts';
import type { DataSet } from '../data/dataSet.ts';
import { measureGradients } from '../execute/gradients.ts';
import { planDocument } from '../execute/network.ts';
import type { Plan } from '../execute/plan.ts';
import { GraphStepper } from '../trace/graphStepper.ts';
import { nativeDevice } from './device.ts';
import type { NodeSketch } from './documents.ts';
import { sketch } from './documents.ts';

/** Nodes and wires of a small network; `end` is what its output reads. */
export interface LayerCase {
  readonly name: string;
  readonly nodes: Readonly<Record<string, NodeSketch>>;
  readonly wires: readonly string[];
}

/** Seeds weights, inputs and masks. */
const drawSeed = 5;

function documentOf({ nodes, wires }: LayerCase): GradloomDocument {
  return sketch({ ...nodes, out: { type: 'output' } }, [...wires, 'end > out'], {
    losses: [{ output: nodeId('out'), kind: 'meanSquaredError', weight: 1, target: 'target' }],
    optimiser: { kind: 'sgd', learningRate: 0.1, momentum: 0 },
    batch: 3,
    seed: drawSeed,
  });
}

/** A network ready to be measured: in the engine's arrays, and as the interpreter's batch. */
export interface Drawn {
  readonly plan: Plan;
  readonly weights: readonly Float32Array[];
  readonly arrays: NamedArrays;
  readonly batch: ReturnType<typeof randomBatch>['batch'];
}

/** A case with random weights, inputs and targets. */
export function draw(each: LayerCase): Drawn {
  const planned = planDocument(documentOf(each));
  const inputs = planned.inputs.map(({ input, value }) => ({
    input: { ...input, field: input.node as string },
    value,
  }));
  const plan = { ...planned, inputs };
  const { batch, labels } = randomBatch(plan.program, drawSeed, 3);
  const named = (name: string, { shape, values }: Array64): [string, NamedArray] =>
    labels.has(name)
      ? [name, { shape, dtype: 'int32', data: Int32Array.from(values) }]
      : [name, { shape, dtype: 'float32', data: Float32Array.from(values) }];
  return {
    plan,
    batch: { ...batch, step: 0 },
    weights: plan.weights.map(({ id }) => Float32Array.from(batch.weights.get(id)?.values ?? [])),
    arrays: Object.fromEntries(
      [...Object.entries(batch.inputs), ...Object.entries(batch.targets)].map(([name, array]) => named(name, array)),
    ),
  };
}

function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): { error: number; norm: number } {
  let [error, norm] = [0, 0];
  for (let index = 0; index < expected.length; index++) {
    error += ((actual[index] ?? Number.NaN) - (expected[index] ?? Number.NaN)) ** 2;
    norm += (expected[index] ?? Number.NaN) ** 2;
  }
  return { error: Math.sqrt(error), norm: Math.sqrt(norm) };
}

let javaScript: Promise<Device> | undefined;

/** Plain JavaScript's device, loaded once. */
export function javaScriptDevice(): Promise<Device> {
  javaScript ??= loadJavaScript();
  return javaScript;
}

/**
 * Tests that native TensorFlow's loss and gradients of a case are those of float64 central differences, and that plain
 * JavaScript and the recorded graph agree with it.
 */
export function testLayerCase(each: LayerCase): void {
  test('has the loss and the gradients of float64 central differences', () => {
    const { plan, weights, arrays, batch } = draw(each);
    const measured = measureGradients(nativeDevice(), { plan, weights, inputs: arrays, seed: batch.seed, raw: true });
    expect(Math.abs(measured.loss / interpretFlat(plan.program, batch).loss - 1)).toBeLessThan(1e-5);
    const differences = new Differences(plan.program, batch);
    const random = new RandomStream(1, 'directions');
    const compare = (name: string, size: number, along: (direction: Float64Array) => number): void => {
      const gradient = measured.raw?.[name]?.data ?? new Float32Array(size);
      const { norm } = distance(new Float32Array(size), gradient);
      for (let count = 0; count < 4; count++) {
        const signs = Float64Array.from({ length: size }, () => (random.integer(2) === 0 ? -1 : 1));
        const expected = along(signs.map((sign) => sign * 1e-3)) / 1e-3;
        const actual = signs.reduce((sum, sign, at) => sum + sign * (gradient[at] ?? Number.NaN), 0);
        expect(Math.abs(actual - expected), name).toBeLessThan(1e-4 * norm + 1e-6);
      }
    };
    for (const wire of plan.program.wires) {
      if (wire.type.dtype !== 'float32') continue;
      compare(`${wire.wire}${pathSuffix(wire.path)}`, sizeOf([3, ...wire.type.shape]), (direction) =>
        differences.alongWire(wire, direction),
      );
    }
    for (const { id, shape } of plan.program.weights) {
      compare(id, sizeOf(shape), (direction) => differences.alongWeight(id, direction));
    }
  });

  test('is the same in plain JavaScript', async () => {
    const { plan, weights, arrays, batch } = draw(each);
    const [native, plain] = [nativeDevice(), await javaScriptDevice()].map((device) =>
      measureGradients(device, { plan, weights, inputs: arrays, seed: batch.seed, raw: true }),
    );
    expect(Object.keys(plain?.raw ?? {})).toEqual(Object.keys(native?.raw ?? {}));
    for (const [name, { data }] of Object.entries(native?.raw ?? {})) {
      const { error, norm } = distance(plain?.raw?.[name]?.data ?? [], data);
      expect(error, name).toBeLessThanOrEqual(2e-5 * norm + 1e-7);
    }
  });

  test('is the same as a recorded graph', async () => {
    const { plan, weights, arrays, batch } = draw(each);
    const device = nativeDevice() as TensorFlowDevice;
    const measured = measureGradients(device, { plan, weights, inputs: arrays, seed: batch.seed, raw: false });
    const all = Int32Array.of(0, 1, 2);
    const dataSet: DataSet = {
      size: 3,
      group: 1,
      drawn: [],
      fields: Object.entries(arrays).map(([name, { shape, data, dtype }]) => ({
        name,
        type: { shape: shape.slice(1), dtype },
        values: data as Float32Array | Int32Array,
      })),
      training: all,
      validation: new Int32Array(0),
    };
    const graph = await GraphStepper.prepare(device, plan, dataSet, weights);
    if (graph === null) throw new Error('nobody asked to stop');
    try {
      const step = { examples: all, step: 0, learningRate: 0.1, wires: 'all', details: true, apply: true } as const;
      const told = graph.run(step);
      expect(Math.abs(told.loss / measured.loss - 1)).toBeLessThan(1e-6);
      measured.wires.forEach(({ rms, mark, wire }, index) => {
        const own = told.gradients.wires[index];
        expect(own?.mark, wire).toBe(mark);
        if (Number.isFinite(rms))
          expect(Math.abs((own?.rms ?? Number.NaN) - rms), wire).toBeLessThanOrEqual(1e-5 * rms);
      });
    } finally {
      graph.dispose();
    }
  });
}
