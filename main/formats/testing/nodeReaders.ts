import '../../engine/backend/polyfill.ts';
import * as tf from '@tensorflow/tfjs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ExportedFiles } from '../model.ts';
import type { NpzArrays } from '../npz.ts';

/** Values of outputs by their names. */
export type Predictions = Readonly<Record<string, ArrayLike<number>>>;

/** Lets ONNX Runtime read a file and predict. */
export async function predictInOnnxRuntime(files: ExportedFiles, inputs: NpzArrays): Promise<Predictions> {
  const bytes = files.get('');
  if (bytes === undefined) throw new Error('no file');
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype, data }]) => [
      name,
      new Tensor(dtype, data as Float32Array, [...shape]),
    ]),
  );
  const outputs = await session.run(feeds);
  await session.release();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
}

/** Lets TensorFlow.js read a layers model and predict, with plain JavaScript. The outputs are in the file's order. */
export async function predictInTfjs(files: ExportedFiles, inputs: NpzArrays): Promise<Predictions> {
  await tf.setBackend('cpu');
  const description = JSON.parse(new TextDecoder().decode(files.get('model.json'))) as {
    modelTopology: object;
    weightsManifest: { weights: tf.io.WeightsManifestEntry[] }[];
  };
  const weights = files.get('weights.bin') ?? new Uint8Array();
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: description.modelTopology,
      weightSpecs: description.weightsManifest.flatMap((group) => group.weights),
      weightData: weights.slice().buffer,
    }),
  );
  const given = model.inputNames.map((name) => {
    const array = inputs[name];
    if (array === undefined) throw new Error(`no input ${name}`);
    return tf.tensor(array.data, [...array.shape], array.dtype);
  });
  const predicted = model.predict(given.length === 1 ? (given[0] as tf.Tensor) : given);
  const list = Array.isArray(predicted) ? predicted : [predicted];
  const outputs = Object.fromEntries(model.outputNames.map((name, index) => [name, list[index]?.dataSync() ?? []]));
  tf.dispose([given, list]);
  model.dispose();
  return outputs;
}
