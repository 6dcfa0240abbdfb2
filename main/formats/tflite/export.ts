import { strToU8 } from 'fflate';
import { expandAll, isCompound } from '../expand.ts';
import type { Export, ExportedFiles, Finding, ModelToExport } from '../model.ts';
import { emitFlat, endNames, exportOf, present, unrolledLoops } from '../model.ts';
import { elementCount } from '../permute.ts';
import type { Precision } from '../precision.ts';
import { roundWeights } from '../precision.ts';
import { LiteEmission } from './emission.ts';
import type { LiteValue } from './emission.ts';
import { linkOutput, liteEmitters } from './emit.ts';
import { LiteGraph } from './graph.ts';

/** Flatbuffers end at two gigabytes. */
const largest = 2 ** 31 - 1;

/** The name under which a file's metadata keep the Gradloom document. */
export const documentName = 'gradloom.document';

/**
 * The model for TensorFlow Lite, with built-in operators only. Loops and recurrent layers are unrolled; rounded weights
 * become float32 again when the model runs.
 */
export function exportLite(given: ModelToExport, precision: Precision = 'float32'): Export {
  // Rounded before anything is taken apart: what a weight is used for decides its channels.
  const rounded = { ...given, weights: roundWeights(given.flat, given.weights, precision) };
  const model = expandAll(rounded, isCompound);
  const { flat } = model;
  const graph = new LiteGraph();
  const emission = new LiteEmission(graph, model, precision);
  const [inputNames, outputNames] = [endNames(flat.inputs), endNames(flat.outputs)];
  const inputs = new Map(
    flat.inputs.map(({ value, type: { shape, dtype } }, index): [string, LiteValue] => {
      const name = present(inputNames[index], value);
      return [value, emission.begin({ index: graph.input(name, dtype, shape), shape, dtype })];
    }),
  );
  const { outputs, findings } = emitFlat(flat, liteEmitters, emission, ({ value }) =>
    present(inputs.get(value), value),
  );
  const ends = outputs.flatMap((value, index) => {
    const output = flat.outputs[index];
    if (value === null || output === undefined) return [];
    const linked = linkOutput(emission, output.link, value);
    // A reshape to the same shape gives the output its name.
    const { shape, dtype } = linked;
    const options = [linked.index, graph.integers([-1, ...shape])];
    return [graph.call('RESHAPE', options, dtype, shape, [], outputNames[index])];
  });
  const bytes = 4 * flat.weights.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const tooLarge: readonly Finding[] =
    bytes > largest ? [{ severity: 'refused', code: 'tooLarge', node: null, values: { bytes } }] : [];
  return exportOf([...findings, ...tooLarge, ...unrolledLoops(model.program)], async (): Promise<ExportedFiles> => {
    const starts = [...inputs.values()].map(({ index }) => index);
    const metadata = { [documentName]: strToU8(model.document) };
    return new Map([['', graph.encode(starts, ends, `${model.name}, written by Gradloom`, metadata)]]);
  });
}
