import { describe, expect, test } from 'vitest';
import { carried } from '../testing/compare.ts';
import type { Precision } from '../precision.ts';
import { onSteps, roundWeights, stepsOf } from '../precision.ts';
import { readModel } from '../readModel.ts';
import type { ExportCase } from '../testing/models.ts';
import {
  keptCases,
  largestError,
  randomCases,
  templateCases,
  tolerance,
  withRoundedWeights,
} from '../testing/models.ts';
import { predictInTfjs } from '../testing/nodeReaders.ts';
import { operationCases } from '../testing/operations.ts';
import { exportTfjs } from './export.ts';

const all = [...operationCases(), ...templateCases(), ...randomCases(20), ...keptCases('tfjs')];

describe('TensorFlow.js reads a LayersModel back', () => {
  const cases = carried(all, exportTfjs, [
    'compare',
    'constant',
    'cosine',
    'depthwiseConvolution2d (dilated)',
    'divide',
    'exponential',
    'groupNormalisation',
    'logarithm',
    'logical',
    'maskFill',
    'matrixProduct',
    'pad',
    'power',
    'reciprocal',
    'sign',
    'sine',
    'squareRoot',
    'upsample2d (bilinear)',
    'zeros',
  ]);
  test.each(cases)('$name', (given) => expectPredictions(given, 'float32'));

  const wanted = ['plain-mlp', 'digits-cnn', 'autoencoder', 'rla'];
  const rounded = templateCases().filter(({ template }) => wanted.includes(template));
  test.each(['float16', 'uint16', 'uint8'] as const)('with weights rounded to %s', async (precision) => {
    expect(rounded.length).toBe(wanted.length);
    for (const given of rounded) {
      const model = withRoundedWeights(given, precision);
      const files = (await exportTfjs(model.model, precision).write?.()) ?? new Map<string, Uint8Array>();
      await expectPredictions(model, precision);
      // What Gradloom reads back is what TensorFlow.js computes with, bit for bit.
      const { weights } = await readModel(files);
      const wanted = roundWeights(given.model.flat, given.model.weights, precision);
      for (const [id, { data }] of Object.entries(weights ?? {})) expect(data, id).toEqual(wanted[id]?.data);
      const whole = (await exportTfjs(given.model).write?.())?.get('weights.bin')?.length ?? 0;
      const saved = Object.entries(wanted)
        .filter(([id, array]) => array !== given.model.weights[id])
        .reduce((sum, [, { data }]) => sum + data.length * (precision === 'uint8' ? 3 : 2), 0);
      if (weights !== null) expect(whole - (files.get('weights.bin')?.length ?? 0)).toBe(saved);
    }
  });

  test('steps from the least number to the largest: both exact, each other off by half a step at most', () => {
    const data = Float32Array.from([-1, 0.25, 3, 0.1]);
    const steps = stepsOf(data, 8);
    expect(steps).toEqual({ scale: 4 / 255, min: -1 });
    expect([...onSteps(data, steps, 8)]).toEqual([0, 80, 255, 70]);
    expect(stepsOf(new Float32Array(3).fill(2), 16)).toEqual({ scale: 1, min: 2 });
  });

  /** Lets TensorFlow.js read the file and compares what it predicts. */
  async function expectPredictions({ model, inputs, expected }: ExportCase, precision: Precision): Promise<void> {
    const files = (await exportTfjs(model, precision).write?.()) ?? new Map<string, Uint8Array>();
    const predicted = await predictInTfjs(files, inputs);
    expect(Object.keys(predicted)).toEqual(Object.keys(expected));
    for (const [name, { values }] of Object.entries(expected)) {
      expect(largestError(predicted[name] ?? [], values), name).toBeLessThan(tolerance);
    }
  }
});
