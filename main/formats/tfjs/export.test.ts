import '../../engine/backend/polyfill.ts';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { carried } from '../testing/compare.ts';
import { largestError, randomCases, templateCases, tolerance } from '../testing/models.ts';
import { operationCases } from '../testing/operations.ts';
import { exportTfjs } from './export.ts';

const all = [...operationCases(), ...templateCases(), ...randomCases(20)];

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
  test.each(cases)('$name', async ({ model, inputs, expected }) => {
    await tf.setBackend('cpu');
    const files = await exportTfjs(model).write?.();
    const description = JSON.parse(new TextDecoder().decode(files?.get('model.json'))) as {
      modelTopology: object;
      weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[];
    };
    const weights = files?.get('weights.bin') ?? new Uint8Array();
    const read = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: description.modelTopology,
        weightSpecs: description.weightsManifest.flatMap((group) => group.weights),
        weightData: weights.slice().buffer,
      }),
    );
    const given = read.inputNames.map((name) => {
      const array = inputs[name];
      if (array === undefined) throw new Error(`no input ${name}`);
      return tf.tensor(array.data, [...array.shape], array.dtype);
    });
    const predicted = read.predict(given.length === 1 ? (given[0] as tf.Tensor) : given);
    const list = Array.isArray(predicted) ? predicted : [predicted];
    expect(read.outputNames).toEqual(Object.keys(expected));
    Object.values(expected).forEach(({ values }, index) => {
      expect(largestError(list[index]?.dataSync() ?? [], values)).toBeLessThan(tolerance);
    });
    tf.dispose([given, list]);
    read.dispose();
  });
});
