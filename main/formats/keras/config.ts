import type { Config, Layer, LayerConfig, LayerGraph, LayerTensor } from './layerGraph.ts';

/** The version of Keras whose format is written. */
export const kerasVersion = '3.15.1';

const modules: readonly (readonly [ending: string, module: string])[] = [
  ['_regularizer', 'keras.regularizers'],
  ['_initializer', 'keras.initializers'],
];

/** Keras 3 names the module of every object in a configuration. */
function withModules(config: LayerConfig): LayerConfig {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]): [string, Config] => {
      const found = modules.find(([ending]) => key.endsWith(ending));
      if (found === undefined || value === null || typeof value !== 'object') return [key, value];
      return [key, { module: found[1], ...value, registered_name: null }];
    }),
  );
}

function tensorReference({ layer, call, type }: LayerTensor): Config {
  return {
    class_name: '__keras_tensor__',
    config: { shape: [null, ...type.shape], dtype: type.dtype, keras_history: [layer.name, call, 0] },
  };
}

function ownConfig({ className, module, trainable, config, calls }: Layer): LayerConfig {
  if (module !== null) return config;
  if (className !== 'InputLayer') return { trainable, dtype: 'float32', ...withModules(config) };
  const type = calls[0]?.output.type;
  return { batch_shape: [null, ...(type?.shape ?? [])], dtype: type?.dtype ?? 'float32', sparse: false };
}

function layerEntry(layer: Layer): Config {
  const { name, className, module, calls } = layer;
  return {
    module: module ?? 'keras.layers',
    class_name: className,
    config: { name, ...ownConfig(layer) },
    registered_name: module === null ? null : className,
    name,
    inbound_nodes: calls
      .filter(({ inputs }) => inputs.length > 0)
      .map(({ inputs, constants, keywords }) => {
        const references = inputs.map(tensorReference);
        // Merging layers take one list, operations their operands one by one.
        const isList = module === null && references.length > 1;
        return { args: [...(isList ? [references] : references), ...constants], kwargs: keywords };
      }),
  };
}

/** The configuration of a functional model as Keras 3 writes it. */
export function kerasConfig(name: string, graph: LayerGraph): { readonly [key: string]: Config } {
  const end = ({ layer, call }: LayerTensor): Config => [layer.name, call, 0];
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      name,
      trainable: true,
      layers: graph.ordered().map(layerEntry),
      input_layers: graph.inputs.map(end),
      output_layers: graph.outputs.map(end),
    },
    registered_name: 'Functional',
  };
}
