import type { JsonObject, JsonValue } from '#shared/graph/json';
import { isJsonObject } from '#shared/graph/json';
import type { KerasEra } from './call.ts';
import type { Settings } from './settings.ts';

const functions: Readonly<Record<string, string>> = {
  linear: 'linear',
  sigmoid: 'sigmoid',
  tanh: 'tanh',
  relu: 'relu',
  relu6: 'relu6',
  softmax: 'softmax',
  softplus: 'softplus',
  softsign: 'softsign',
  selu: 'selu',
  elu: 'elu',
  swish: 'swish',
  silu: 'swish',
  gelu: 'gelu',
  hard_swish: 'hardSwish',
  hard_silu: 'hardSwish',
  leaky_relu: 'leakyRelu',
};

/** TensorFlow.js writes some names in its own way. */
const tfjsNames: Readonly<Record<string, string>> = { hardSigmoid: 'hard_sigmoid', relu6: 'relu6' };

/** The slope of Keras's function leaky_relu; its layer starts from another one. */
const functionSlope = 0.2;

function nameOf(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null) return 'linear';
  if (typeof value === 'string') return tfjsNames[value] ?? value;
  // Keras writes a function with its module, an activation layer with its settings.
  if (!isJsonObject(value)) return null;
  if (value['class_name'] === 'function' && typeof value['config'] === 'string') return value['config'];
  return value['class_name'] === 'ReLU' && isPlainRelu(value['config']) ? 'relu' : null;
}

function isPlainRelu(config: JsonValue | undefined): boolean {
  if (!isJsonObject(config)) return true;
  const { max_value: highest = null, negative_slope: slope = 0, threshold = 0 } = config;
  return highest === null && slope === 0 && threshold === 0;
}

/**
 * The catalogue's name of a layer's activation, with what it needs, under the parameter `key`.
 * @throws Unsupported: another function, or one that computed otherwise in the version that wrote the file
 */
export function activationParameters(
  settings: Settings,
  era: KerasEra,
  { name = 'activation', key = 'activation' }: { readonly name?: string; readonly key?: string } = {},
): JsonObject {
  const given = nameOf(settings.values[name]) ?? settings.refuse(name);
  if (given === 'hard_sigmoid') {
    // Keras 2 and TensorFlow.js: clip(0.2·x + 0.5, 0, 1), of another slope.
    return era === 'keras3' ? { [key]: 'hardSigmoid' } : settings.refuse(name);
  }
  const found = Object.hasOwn(functions, given) ? functions[given] : undefined;
  if (found === undefined) return settings.refuse(name);
  return { [key]: found, ...(found === 'leakyRelu' ? { slope: functionSlope } : {}) };
}
