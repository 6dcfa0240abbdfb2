import { strToU8 } from 'fflate';
import { buildLayers } from '../keras/buildLayers.ts';
import { modelName } from '../keras/export.ts';
import type { Config, Layer, LayerConfig, LayerGraph, LayerTensor } from '../keras/layerGraph.ts';
import type { Export, Finding, ModelToExport } from '../model.ts';
import { exportOf } from '../model.ts';
import { bytesOf } from '../permute.ts';
import { bitsOfSteps, halves, onSteps, roundWeights, stepsOf } from '../precision.ts';
import type { Precision } from '../precision.ts';
import { loadOrder } from './loadOrder.ts';
import type { CallOrder } from './loadOrder.ts';

/** The key of the Gradloom document in `userDefinedMetadata`. */
export const documentKey = 'gradloomDocument';

const renamed: Readonly<Record<string, string>> = { negative_slope: 'alpha' };

function tfjsConfig(config: LayerConfig): LayerConfig {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [renamed[key] ?? key, value]));
}

function layerEntry({ name, className, trainable, config, calls }: Layer, order: CallOrder): Config {
  const [first] = calls;
  const isInput = className === 'InputLayer';
  const own: LayerConfig = isInput
    ? {
        batch_input_shape: [null, ...(first?.output.type.shape ?? [])],
        dtype: first?.output.type.dtype ?? 'float32',
        sparse: false,
      }
    : { trainable, dtype: 'float32', ...tfjsConfig(config) };
  return { name, class_name: className, config: { name, ...own }, inbound_nodes: inboundNodes(calls, order) };
}

function inboundNodes(calls: Layer['calls'], order: CallOrder): Config {
  const layer = calls[0]?.output.layer;
  const numbered = layer === undefined ? [] : (order.get(layer) ?? []);
  return numbered
    .map((index) => calls[index]?.inputs ?? [])
    .filter((inputs) => inputs.length > 0)
    .map((inputs) => inputs.map((input) => [...endOf(input, order), {}]));
}

function endOf({ layer, call }: LayerTensor, order: CallOrder): readonly Config[] {
  return [layer.name, (order.get(layer) ?? []).indexOf(call), 0];
}

/** The topology of a functional model as TensorFlow.js reads it (Keras 2's configuration). */
function topology(name: string, graph: LayerGraph, order: CallOrder): Config {
  return {
    keras_version: 'tfjs-layers 4.22.0',
    backend: 'tensor_flow.js',
    model_config: {
      class_name: 'Model',
      config: {
        name,
        layers: graph.ordered().map((layer) => layerEntry(layer, order)),
        input_layers: graph.inputs.map((tensor) => endOf(tensor, order)),
        output_layers: graph.outputs.map((tensor) => endOf(tensor, order)),
      },
    },
  };
}

/** How the numbers of a rounded weight stand in the file, and what the manifest says of them. */
interface Rounding {
  readonly entry: Readonly<Record<string, string | number>>;
  readonly encode: (data: Float32Array) => Uint8Array;
}

/** The rounding of a weight, by its numbers before; the ones it is given are rounded already, in whichever order. */
function roundingOf(original: Float32Array, precision: Precision): Rounding | null {
  const bits = bitsOfSteps(precision);
  if (bits !== null) {
    const steps = stepsOf(original, bits);
    const entry = { dtype: precision, ...steps };
    return { entry, encode: (data) => wordBytes(onSteps(data, steps, bits)) };
  }
  return precision === 'float16' ? { entry: { dtype: 'float16' }, encode: (data) => wordBytes(halves(data)) } : null;
}

function wordBytes({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The model as a folder for TensorFlow.js: `model.json` of a LayersModel, and its weights. */
export function exportTfjs(given: ModelToExport, precision: Precision = 'float32'): Export {
  const model = { ...given, weights: roundWeights(given.flat, given.weights, precision) };
  const { graph, findings } = buildLayers(model, 'tfjs');
  const layers = graph.ordered();
  const order = loadOrder(layers);
  const unordered: readonly Finding[] =
    order === null ? [{ severity: 'refused', code: 'callOrder', node: null, values: {} }] : [];
  return exportOf([...findings, ...unordered], async () => {
    const weights = layers.flatMap((layer) =>
      layer.weights.map(({ id, name, shape, data }) => {
        const original = id === null || given.weights[id] === model.weights[id] ? undefined : given.weights[id]?.data;
        const rounding = original instanceof Float32Array ? roundingOf(original, precision) : null;
        return { name: `${layer.name}/${name}`, shape, data, rounding };
      }),
    );
    const parts = weights.map(({ data, rounding }) => rounding?.encode(data()) ?? bytesOf(data()));
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const part of parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    const manifest = {
      paths: ['weights.bin'],
      weights: weights.map(({ name, shape, rounding }) => ({
        name,
        shape,
        dtype: 'float32',
        ...(rounding === null ? {} : { quantization: { ...rounding.entry, original_dtype: 'float32' } }),
      })),
    };
    const description = {
      format: 'layers-model',
      generatedBy: 'Gradloom',
      convertedBy: null,
      modelTopology: topology(modelName(model.name), graph, order ?? new Map()),
      weightsManifest: [manifest],
      userDefinedMetadata: { [documentKey]: model.document },
    };
    return new Map([
      ['model.json', strToU8(JSON.stringify(description))],
      ['weights.bin', bytes],
    ]);
  });
}
