import type { Finding, ModelToExport } from '../model.ts';
import { emitFlat, endNames, present, unrolledLoops } from '../model.ts';
import { endLayer, layerEmitters, LayerEmission } from './emit.ts';
import type { Dialect } from './emit.ts';
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
export function buildLayers(model: ModelToExport, dialect: Dialect): BuiltLayers {
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
