import type { GraphNode } from '../graph/document.ts';
import type { JsonValue } from '../graph/json.ts';
import { findLayer } from '../layers/catalogue.ts';
import { steepestSlope } from './slopes.ts';

/** Layers that multiply by a matrix of weights. */
export const matrixTypes: ReadonlySet<string> = new Set([
  'dense',
  'convolution1d',
  'convolution2d',
  'convolution3d',
  'depthwiseConvolution2d',
  'separableConvolution2d',
  'transposedConvolution2d',
]);

/** What a node's activation is and how steep it can get; null where it has none. */
export function activationOf(node: GraphNode): { readonly name: string; readonly steepest: number } | null {
  const name = node.type === 'activation' ? (node.params['function'] ?? 'relu') : builtInActivation(node);
  if (typeof name !== 'string' || name === 'linear') return null;
  return { name, steepest: slopeOf(name, node.params) };
}

function builtInActivation(node: GraphNode): JsonValue {
  const hasOne = findLayer(node.type)?.parameters['activation'] !== undefined;
  return hasOne ? (node.params['activation'] ?? 'linear') : 'linear';
}

/** The largest magnitude of a function's derivative, with the parameters of the node that has it. */
function slopeOf(name: string, params: GraphNode['params']): number {
  const number = (key: string): Record<string, number> => {
    const value = params[key];
    return typeof value === 'number' ? { [key]: value } : {};
  };
  return steepestSlope(name, { ...number('alpha'), ...number('slope') });
}
