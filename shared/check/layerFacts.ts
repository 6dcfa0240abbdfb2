import type { GraphNode } from '../graph/document.ts';
import type { JsonObject } from '../graph/json.ts';
import type { TensorType } from '../graph/values.ts';
import { dryBuild } from '../layers/buildDry.ts';
import type { DryBuild } from '../layers/buildDry.ts';
import { LayerProblem } from '../layers/layer.ts';
import type { LayerDefinition, ParameterResult } from '../layers/layer.ts';
import { parseParameters } from '../layers/parameters.ts';

/*
 * The editor checks the whole document at every edit, but an edit leaves nearly every node's parameters the same object.
 * What depends on those and on input types alone is therefore remembered by that object.
 */

interface Known {
  readonly definition: LayerDefinition;
  readonly parameters: ParameterResult;
  readonly builds: Map<string, DryBuild | LayerProblem>;
}

const known = new WeakMap<GraphNode['params'], Known>();

/** Kinds of input remembered for one node; a definition used in more ways than that is built anew. */
const mostBuilds = 16;

function knownOf(definition: LayerDefinition, params: GraphNode['params']): Known {
  const found = known.get(params);
  if (found?.definition === definition) return found;
  const fresh = { definition, parameters: parseParameters(definition, params as JsonObject), builds: new Map() };
  known.set(params, fresh);
  return fresh;
}

/** `parseParameters`, remembered. */
export function parsedParameters(definition: LayerDefinition, params: GraphNode['params']): ParameterResult {
  return knownOf(definition, params).parameters;
}

/** A key that is equal for equal lists of types. */
export function typesKey(types: readonly TensorType[]): string {
  return types.map(({ shape, dtype }) => `${dtype}[${shape.join(',')}]`).join(' ');
}

/** `dryBuild`, remembered; returns the LayerProblem instead of throwing it. */
export function layerFacts(
  definition: LayerDefinition,
  params: GraphNode['params'],
  parameters: Readonly<JsonObject>,
  inputs: readonly TensorType[],
  ports: readonly string[],
): DryBuild | LayerProblem {
  const { builds } = knownOf(definition, params);
  const key = typeof definition.inputs === 'string' ? typesKey(inputs) : `${ports.join(' ')} ${typesKey(inputs)}`;
  const found = builds.get(key);
  if (found !== undefined) return found;
  const built = build(definition, parameters, inputs, ports);
  if (builds.size >= mostBuilds) builds.clear();
  builds.set(key, built);
  return built;
}

function build(
  definition: LayerDefinition,
  parameters: Readonly<JsonObject>,
  inputs: readonly TensorType[],
  ports: readonly string[],
): DryBuild | LayerProblem {
  try {
    return dryBuild(definition, parameters, inputs, ports);
  } catch (problem) {
    if (problem instanceof LayerProblem) return problem;
    throw problem;
  }
}
