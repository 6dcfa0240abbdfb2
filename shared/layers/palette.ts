import type { JsonObject } from '../graph/json.ts';
import type { TextKey } from '../text/text.ts';
import { activationFunctions } from './activationFields.ts';
import { catalogue } from './catalogue.ts';
import type { LayerFamily } from './layer.ts';
import { binaryFunctions, reduceFunctions, unaryFunctions } from './operations.ts';
import { defaultParameters } from './parameters.ts';

/** One thing the palette offers: a layer with its defaults, or with some parameters set beforehand. */
export interface PaletteEntry {
  /** Unique in the palette; the layer's type where nothing is set beforehand. */
  readonly id: string;
  readonly type: string;
  readonly family: LayerFamily;
  readonly params: Readonly<JsonObject>;
  readonly name: TextKey;
}

interface Preset {
  readonly id: string;
  readonly set: Readonly<JsonObject>;
  readonly name: TextKey;
}

/** Layers that show as several entries: what a person looks for is ReLU, not "activation". */
const presets: Readonly<Record<string, readonly Preset[]>> = {
  activation: activationFunctions.map((name) => ({
    id: name,
    set: { function: name },
    name: `option.function.${name}`,
  })),
  pooling2d: [
    { id: 'maxPooling2d', set: { mode: 'max' }, name: 'preset.maxPooling2d.name' },
    { id: 'averagePooling2d', set: { mode: 'average' }, name: 'preset.averagePooling2d.name' },
  ],
  unary: unaryFunctions.map((name) => ({ id: name, set: { function: name }, name: `option.function.${name}` })),
  binary: binaryFunctions.map((name) => ({
    id: `binary.${name}`,
    set: { function: name },
    name: `preset.binary.${name}.name`,
  })),
  reduction: reduceFunctions.map((name) => ({
    id: `reduction.${name}`,
    set: { function: name },
    name: `preset.reduction.${name}.name`,
  })),
};

/** What the palette shows, in its order. The structural types (frame, loop, cell) come from the window itself. */
export const palette: readonly PaletteEntry[] = [...catalogue.values()].flatMap((layer): readonly PaletteEntry[] => {
  const params = defaultParameters(layer);
  const { type, family } = layer;
  const known = presets[type];
  if (known === undefined) return [{ id: type, type, family, params, name: `layer.${type}.name` as TextKey }];
  return known.map(({ id, set, name }) => ({ id, type, family, params: { ...params, ...set }, name }));
});
