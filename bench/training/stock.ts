import * as tf from '@tensorflow/tfjs';
import type { NamedArrays } from '#shared/protocol/engine';
import type { Contestant, Material } from './contestant.ts';

type Value = tf.SymbolicTensor;

/** What tfjs-layers was given to build a network from. */
interface Built {
  readonly model: tf.LayersModel;
  /** Layers with weights, and the Program's weights for each, in the order of the layer's own. */
  readonly slots: readonly (readonly [tf.layers.Layer, readonly string[]])[];
  /** Further inputs that are all zeros, by shape of one example. */
  readonly zeros: readonly (readonly number[])[];
  /** In what it is another network than the others'; its first loss is not compared then. */
  readonly differs: string | null;
}

/** Notes layers under the names of the Program's nodes while a model is built. */
class Builder {
  readonly slots: [tf.layers.Layer, readonly string[]][] = [];

  layer(name: string, layer: tf.layers.Layer, slots: readonly string[] = ['kernel', 'bias']): (x: Value) => Value {
    this.slots.push([layer, slots.map((slot) => `${name}/${slot}`)]);
    return (x) => layer.apply(x) as Value;
  }
  dense(name: string, units: number, activation: 'relu' | 'softmax'): (x: Value) => Value {
    return this.layer(name, tf.layers.dense({ units, activation }));
  }
  end(inputs: Value[], x: Value, zeros: Built['zeros'] = [], differs: string | null = null): Built {
    const outputs = this.dense('logits', 10, 'softmax')(x);
    return { model: tf.model({ inputs, outputs }), slots: this.slots, zeros, differs };
  }
}

const builders: Readonly<Record<string, () => Built>> = {
  mlp() {
    const build = new Builder();
    const x = tf.input({ shape: [784] });
    return build.end([x], build.dense('second', 512, 'relu')(build.dense('first', 512, 'relu')(x)));
  },
  cnn() {
    const build = new Builder();
    const x = tf.input({ shape: [28, 28, 1] });
    const stage = (name: string, filters: number, from: Value): Value => {
      const convolution = tf.layers.conv2d({ filters, kernelSize: 3, activation: 'relu' });
      return tf.layers.maxPooling2d({ poolSize: 2 }).apply(build.layer(name, convolution)(from)) as Value;
    };
    const flat = tf.layers.flatten().apply(stage('second', 64, stage('first', 32, x))) as Value;
    return build.end([x], build.dense('hidden', 128, 'relu')(flat));
  },
  resnet() {
    const build = new Builder();
    const convolve = (name: string, from: Value, filters: number, strides: number, kernelSize = 3): Value => {
      const convolution = tf.layers.conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false });
      const norm = tf.layers.batchNormalization({});
      const made = build.layer(name, convolution, ['kernel'])(from);
      return build.layer(`${name}-norm`, norm, ['gamma', 'beta', 'movingMean', 'movingVariance'])(made);
    };
    const rectify = (from: Value): Value => tf.layers.activation({ activation: 'relu' }).apply(from) as Value;
    const input = tf.input({ shape: [32, 32, 3] });
    let x = rectify(convolve('stem', input, 16, 1));
    [16, 32, 64].forEach((filters, stage) => {
      for (let block = 0; block < 3; block++) {
        const name = `block-${stage}-${block}`;
        const isFirst = stage > 0 && block === 0;
        const first = rectify(convolve(`${name}-a`, x, filters, isFirst ? 2 : 1));
        const second = convolve(`${name}-b`, first, filters, 1);
        const beside = isFirst ? convolve(`${name}-c`, x, filters, 2, 1) : x;
        x = rectify(tf.layers.add().apply([second, beside]) as Value);
      }
    });
    return build.end([input], tf.layers.globalAveragePooling2d({}).apply(x) as Value);
  },
  gru() {
    const build = new Builder();
    const x = tf.input({ shape: [50, 32] });
    const layer = tf.layers.gru({ units: 64, recurrentActivation: 'sigmoid' });
    const read = build.layer('gru', layer, ['kernel', 'recurrentKernel', 'bias']);
    return build.end([x], read(x), [], 'its GRU knows only the form that resets before the product');
  },
  rla() {
    const build = new Builder();
    const convolution = (name: string, filters: number, strides: number): ((from: Value) => Value) =>
      build.layer(name, tf.layers.conv2d({ filters, kernelSize: 3, strides, padding: 'same', activation: 'tanh' }));
    const input = tf.input({ shape: [28, 28, 1] });
    const start = tf.input({ shape: [7, 7, 8] });
    let x = convolution('stem-2', 16, 2)(convolution('stem-1', 16, 2)(input));
    let h: Value = start;
    const norm = build.layer('norm', tf.layers.layerNormalization(), ['gamma', 'beta']);
    const [toX, toH] = [convolution('conv-x', 16, 1), convolution('conv-h', 8, 1)];
    for (let iteration = 0; iteration < 20; iteration++) {
      const joined = norm(tf.layers.concatenate().apply([x, h]) as Value);
      x = tf.layers.add().apply([toX(joined), x]) as Value;
      h = toH(joined);
    }
    return build.end([input, start], tf.layers.globalAveragePooling2d({}).apply(x) as Value, [[7, 7, 8]]);
  },
};

/** Stock TensorFlow.js: a tfjs-layers model and its `fit`. A reason where it has no layers for a network. */
export async function stockContestant({ network, data, weights, batch }: Material): Promise<Contestant | string> {
  const built = builders[network]?.();
  if (built === undefined) return 'tfjs-layers has no attention layer';
  const { model, slots, zeros, differs } = built;
  await tf.setBackend('tensorflow');
  for (const [layer, names] of slots) {
    const own = layer.getWeights();
    layer.setWeights(names.map((name, at) => tf.tensor(valuesFor(weights, name, own[at]), own[at]?.shape)));
  }
  model.compile({ optimizer: tf.train.adam(1e-3, 0.9, 0.999, 1e-7), loss: 'sparseCategoricalCrossentropy' });
  const { x, label } = data;
  if (x === undefined || label === undefined) throw new Error(`the network ${network} lacks its data`);
  const examples = (count: number): { readonly inputs: tf.Tensor[]; readonly labels: tf.Tensor } => ({
    inputs: [
      tf.tensor(repeat(x.data, (count * x.data.length) / (x.shape[0] ?? 1)), [count, ...x.shape.slice(1)]),
      ...zeros.map((shape) => tf.zeros([count, ...shape])),
    ],
    labels: tf.tensor2d(repeat(label.data, count), [count, 1], 'float32'),
  });
  const loss = tf.tidy(() => {
    const { inputs, labels } = examples(batch);
    const outputs = model.apply(inputs, { training: true }) as tf.Tensor;
    const chosen = tf.oneHot(labels.flatten().cast('int32'), outputs.shape[1] ?? 1);
    return tf.neg(tf.log(outputs.mul(chosen).sum(1)).mean()).dataSync()[0] ?? Number.NaN;
  });
  return {
    loss: differs === null ? loss : null,
    note: differs,
    async run(steps) {
      const { inputs, labels } = examples(steps * batch);
      const start = performance.now();
      await model.fit(inputs, labels, { batchSize: batch, epochs: 1, shuffle: false, verbose: 0 });
      const seconds = (performance.now() - start) / 1000;
      tf.dispose([...inputs, labels]);
      return seconds;
    },
    close() {
      model.dispose();
    },
  };
}

/** The first rows of a weight that the other contestants have more of: the input's bias of a GRU that has two. */
function valuesFor(weights: NamedArrays, name: string, own: tf.Tensor | undefined): Float32Array {
  const given = weights[name];
  if (given === undefined || own === undefined) throw new Error(`the network has no weight ${name}`);
  return Float32Array.from(given.data.slice(0, own.size));
}

function repeat(values: ArrayLike<number>, length: number): Float32Array {
  return Float32Array.from({ length }, (_, at) => values[at % values.length] ?? 0);
}
