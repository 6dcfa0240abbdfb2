import type { LayerDefinition, ParameterFields } from './layer.ts';

/** Fixes the field types of a layer, so that its `build` sees each parameter with its own type. */
export function defineLayer<const Fields extends ParameterFields>(
  definition: LayerDefinition<Fields>,
): LayerDefinition<Fields> {
  return definition;
}
