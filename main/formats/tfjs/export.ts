import { strToU8 } from 'fflate';
import { buildLayers } from '../keras/buildLayers.ts';
import { modelName } from '../keras/export.ts';
import type { Config, Layer, LayerConfig, LayerGraph, LayerTensor } from '../keras/layerGraph.ts';
import type { Export, ModelToExport } from '../model.ts';
import { exportOf } from '../model.ts';
import { bytesOf, elementCount } from '../permute.ts';

/** The key of the Gradloom document in `userDefinedMetadata`. */
export const documentKey = 'gradloomDocument';

const renamed: Readonly<Record<string, string>> = { negative_slope: 'alpha' };

function tfjsConfig(config: LayerConfig): LayerConfig {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [renamed[key] ?? key, value]));
}

function layerEntry({ name, className, trainable, config, calls }: Layer): Config {
  const [first] = calls;
  const isInput = className === 'InputLayer';
  const own: LayerConfig = isInput
    ? {
        batch_input_shape: [null, ...(first?.output.type.shape ?? [])],
        dtype: first?.output.type.dtype ?? 'float32',
        sparse: false,
      }
    : { trainable, dtype: 'float32', ...tfjsConfig(config) };
  return {
    name,
    class_name: className,
    config: { name, ...own },
    inbound_nodes: calls
      .filter(({ inputs }) => inputs.length > 0)
      .map(({ inputs }) => inputs.map(({ layer, call }) => [layer.name, call, 0, {}])),
  };
}

/** The topology of a functional model as TensorFlow.js reads it (Keras 2's configuration). */
function topology(name: string, graph: LayerGraph): Config {
  const end = ({ layer, call }: LayerTensor): Config => [layer.name, call, 0];
  return {
    keras_version: 'tfjs-layers 4.22.0',
    backend: 'tensor_flow.js',
    model_config: {
      class_name: 'Model',
      config: {
        name,
        layers: graph.ordered().map(layerEntry),
        input_layers: graph.inputs.map(end),
        output_layers: graph.outputs.map(end),
      },
    },
  };
}

/** The model as a folder for TensorFlow.js: `model.json` of a LayersModel, and its weights. */
export function exportTfjs(model: ModelToExport): Export {
  const { graph, findings } = buildLayers(model, 'tfjs');
  return exportOf(findings, async () => {
    const layers = graph.ordered();
    const weights = layers.flatMap((layer) =>
      layer.weights.map((weight) => ({ ...weight, name: `${layer.name}/${weight.name}` })),
    );
    const bytes = new Uint8Array(weights.reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0));
    let offset = 0;
    for (const { data } of weights) {
      const numbers = bytesOf(data());
      bytes.set(numbers, offset);
      offset += numbers.length;
    }
    const manifest = {
      paths: ['weights.bin'],
      weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
    };
    const description = {
      format: 'layers-model',
      generatedBy: 'Gradloom',
      convertedBy: null,
      modelTopology: topology(modelName(model.name), graph),
      weightsManifest: [manifest],
      userDefinedMetadata: { [documentKey]: model.document },
    };
    return new Map([
      ['model.json', strToU8(JSON.stringify(description))],
      ['weights.bin', bytes],
    ]);
  });
}
