import '../../../engine/backend/polyfill.ts';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '#shared/program/random';
import { readModel } from '../../readModel.ts';
import { predictImported } from '../../testing/imported.ts';
import { largestError, tolerance } from '../../testing/models.ts';

/** What TensorFlow.js itself saves of a model. */
async function saved(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let kept: tf.io.ModelArtifacts | null = null;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      kept = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  if (kept === null) throw new Error('nothing was saved');
  return kept;
}

function bytesOf(data: tf.io.WeightData | undefined): Uint8Array {
  return new Uint8Array(data instanceof ArrayBuffer ? data : tf.io.concatenateArrayBuffers(data ?? []));
}

/** The files of a folder, the weights cut into two. */
function filesOf({ modelTopology, weightSpecs, weightData, format, generatedBy }: tf.io.ModelArtifacts) {
  const bytes = bytesOf(weightData);
  const half = bytes.length >> 1;
  const weightsManifest = [{ paths: ['group1-shard1of2.bin', 'group1-shard2of2.bin'], weights: weightSpecs }];
  const description = { modelTopology, format, generatedBy, weightsManifest };
  return new Map([
    ['model.json', new TextEncoder().encode(JSON.stringify(description))],
    ['group1-shard1of2.bin', bytes.subarray(0, half)],
    ['group1-shard2of2.bin', bytes.subarray(half)],
  ]);
}

const { layers } = tf;
const models: Readonly<Record<string, () => tf.LayersModel>> = {
  sequential: () =>
    tf.sequential({
      layers: [
        layers.conv2d({ inputShape: [7, 6, 2], filters: 3, kernelSize: 3, activation: 'relu', padding: 'same' }),
        layers.batchNormalization({}),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.flatten(),
        layers.dense({ units: 4, activation: 'softmax' }),
      ],
    }),
  functional: () => {
    const inner = tf.sequential({ layers: [layers.dense({ inputShape: [5], units: 3, activation: 'tanh' })] });
    const [a, b] = [tf.input({ shape: [5] }), tf.input({ shape: [5] })];
    const sum = layers.add().apply([inner.apply(a), inner.apply(b)] as tf.SymbolicTensor[]) as tf.SymbolicTensor;
    const out = layers.dense({ units: 2, activation: 'sigmoid' }).apply(sum) as tf.SymbolicTensor;
    return tf.model({ inputs: [a, b], outputs: out });
  },
  sequence: () =>
    tf.sequential({
      layers: [
        layers.bidirectional({
          inputShape: [5, 3],
          layer: layers.lstm({ units: 2, returnSequences: true, recurrentActivation: 'sigmoid' }),
          mergeMode: 'concat',
        }) as unknown as tf.layers.Layer,
        layers.gru({ units: 3, recurrentActivation: 'sigmoid' }),
        layers.dense({ units: 1 }),
      ],
    }),
};

describe('layers models that TensorFlow.js wrote', () => {
  test.each(Object.keys(models))('%s predicts the same', async (name) => {
    await tf.setBackend('cpu');
    const model = models[name]?.() ?? tf.sequential();
    const random = new RandomStream(3, name);
    model.setWeights(
      model.getWeights().map((weight) =>
        tf.tensor(
          Float32Array.from({ length: weight.size }, () => 0.2 + random.uniform()),
          weight.shape,
        ),
      ),
    );
    const given = model.inputs.map(({ shape }) => {
      const lengths = [2, ...shape.slice(1).map(Number)];
      const size = lengths.reduce((product, length) => product * length, 1);
      return {
        shape: lengths,
        dtype: 'float32' as const,
        data: Float32Array.from({ length: size }, () => random.normal()),
      };
    });
    const tensors = given.map(({ data, shape }) => tf.tensor(data, shape));
    const predicted = model.predict(tensors.length === 1 ? (tensors[0] as tf.Tensor) : tensors) as tf.Tensor;
    const imported = await readModel(filesOf(await saved(model)));
    const [values = []] = predictImported(imported, given);
    expect(largestError(values, predicted.dataSync())).toBeLessThan(tolerance);
  });
});
