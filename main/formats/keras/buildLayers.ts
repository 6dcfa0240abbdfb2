import type { FlatOperation } from '#shared/program/program';
import type { Finding, ModelToExport } from '../model.ts';
import { emitFlat, endNames, present, unrolledLoops } from '../model.ts';
import { expandAll } from '../expand.ts';
import { endLayer, layerEmitters } from './emit.ts';
import { LayerEmission } from './emission.ts';
import type { Dialect } from './emission.ts';
import { needsUnrolling } from './recurrent.ts';
import type { LayerGraph } from './layerGraph.ts';

/** A model as Keras's layers, and what is to be said about that. */
export interface BuiltLayers {
  readonly graph: LayerGraph;
  readonly findings: readonly Finding[];
}

/**
 * Makes a functional model: each set of weights is one layer, called as often as the graph uses it. Inputs and outputs are
 * named by their nodes.
 */
export function buildLayers(given: ModelToExport, dialect: Dialect): BuiltLayers {
  const model = expandAll(given, (operation) => needsExpansion(dialect, operation));
  const { flat, program } = model;
  const emission = new LayerEmission(model, dialect);
  const inputNames = endNames(flat.inputs);
  const outputNames = endNames(flat.outputs);
  const named = new Map(flat.inputs.map(({ value }, index) => [value, inputNames[index] ?? '']));
  // Names of ends are taken first, so that no layer in between has them.
  const tensors = new Map(
    flat.inputs.map(({ value, type }) => [value, emission.graph.input(present(named.get(value), value), type)]),
  );
  const { outputs, findings } = emitFlat(flat, layerEmitters, emission, ({ value }) =>
    present(tensors.get(value), value),
  );
  outputs.forEach((value, index) => {
    const output = flat.outputs[index];
    if (value !== null && output !== undefined) {
      emission.graph.outputs.push(endLayer(emission, outputNames[index] ?? '', output.link, value));
    }
  });
  const duplicated = [...emission.holders].flatMap(([id, layers]): Finding[] =>
    layers.size < 2
      ? []
      : [{ severity: 'changed', code: 'duplicated', node: id.split('/')[0] ?? null, values: { count: layers.size } }],
  );
  return { graph: emission.graph, findings: [...findings, ...duplicated, ...unrolledLoops(program)] };
}

function needsExpansion(dialect: Dialect, operation: FlatOperation): boolean {
  const { specification } = operation;
  switch (specification.kind) {
    case 'recurrent':
      return needsUnrolling(dialect, operation);
    case 'convolution1d':
    case 'convolution2d':
      return dialect === 'tfjs' && specification.attributes.groups > 1;
    default:
      return false;
  }
}
