import { strToU8 } from 'fflate';
import { expandAll } from '../expand.ts';
import type { Export, ExportedFiles, Finding, ModelToExport } from '../model.ts';
import { emitFlat, endNames, exportOf, present, unrolledLoops } from '../model.ts';
import { elementCount } from '../permute.ts';
import { needsExpansion, TensorFlowEmission } from './emission.ts';
import { linkOutput, tensorFlowEmitters } from './emit.ts';
import { elementType, GraphDefinition } from './graphDefinition.ts';

/** Protocol buffers end at two gigabytes. */
const largest = 2 ** 31 - 1;

/** Where a SavedModel keeps the Gradloom document: a folder that TensorFlow leaves to others. */
export const documentFile = 'assets.extra/gradloom.json';

/**
 * The model as a SavedModel for inference: weights are constants, loops and recurrent layers are unrolled, the signature
 * `serving_default` names inputs and outputs by their nodes.
 */
export function exportSavedModel(given: ModelToExport): Export {
  const model = expandAll(given, needsExpansion);
  const { flat } = model;
  const graph = new GraphDefinition();
  const inputNames = endNames(flat.inputs);
  const outputNames = endNames(flat.outputs);
  const inputs = flat.inputs.map(({ value, type }, index) => ({
    value,
    name: present(inputNames[index], value),
    type: elementType[type.dtype],
    shape: type.shape,
    node: graph.placeholder(`serving_default_${inputNames[index] ?? ''}`, elementType[type.dtype], [-1, ...type.shape]),
  }));
  const emission = new TensorFlowEmission(graph, model, inputs[0] ?? null);
  const nodes = new Map(inputs.map(({ value, node }) => [value, node]));
  const { outputs, findings } = emitFlat(flat, tensorFlowEmitters, emission, ({ value }) =>
    present(nodes.get(value), value),
  );
  const ends = outputs.flatMap((value, index) => {
    const output = flat.outputs[index];
    if (value === null || output === undefined) return [];
    const { dtype, shape } = output.type;
    const name = outputNames[index] ?? '';
    const node = graph.identity(`output_${name}`, linkOutput(emission, output.link, value), elementType[dtype]);
    return [{ name, node, type: elementType[dtype], shape }];
  });
  const bytes = 4 * flat.weights.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const tooLarge: readonly Finding[] =
    bytes > largest ? [{ severity: 'refused', code: 'tooLarge', node: null, values: { bytes } }] : [];
  return exportOf(
    [...findings, ...tooLarge, ...unrolledLoops(model.program)],
    async (): Promise<ExportedFiles> =>
      new Map([
        ['saved_model.pb', graph.savedModel({ inputs, outputs: ends })],
        [documentFile, strToU8(model.document)],
      ]),
  );
}
