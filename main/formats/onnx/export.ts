import type { Export, ExportedFiles, Finding, ModelToExport } from '../model.ts';
import { emitFlat, endNames, exportOf, unrolledLoops } from '../model.ts';
import { expandFlat } from '../expand.ts';
import { linkOutput, onnxEmitters } from './emit.ts';
import { axesOfName, OnnxEmission } from './emission.ts';
import type { OnnxValue } from './emission.ts';
import { OnnxGraph } from './graph.ts';
import { permutedShape, permuteAxes } from '../permute.ts';
import { needsUnrolling } from './recurrent.ts';

/** Protocol buffers end at two gigabytes. */
const largest = 2 ** 31 - 1;

/** The key of the Gradloom document in the model's metadata. */
export const documentProperty = 'gradloom.document';

/**
 * The model as ONNX (operator set 17): for prediction, batch free, images channels last as in the document. Loops are
 * unrolled, every weight is there once. Inputs and outputs are named by their nodes; links are applied.
 */
export function exportOnnx(given: ModelToExport): Export {
  const model = expandFlat(given, needsUnrolling);
  const { flat } = model;
  const graph = new OnnxGraph();
  const inputNames = endNames(flat.inputs);
  const outputNames = endNames(flat.outputs).map((name) => (inputNames.includes(name) ? `${name}_out` : name));
  const emission = new OnnxEmission(graph, model, inputNames[0] ?? null);
  const named = new Map(flat.inputs.map(({ value }, index) => [value, inputNames[index] ?? '']));
  const { outputs, findings } = emitFlat(flat, onnxEmitters, emission, ({ value }): OnnxValue => {
    return { last: named.get(value) ?? '', first: null };
  });
  outputs.forEach((value, index) => {
    const output = flat.outputs[index];
    if (value !== null && output !== undefined) {
      graph.name(linkOutput(emission, output.link, value), outputNames[index] ?? '');
    }
  });
  const bytes = graph.weightBytes;
  const tooLarge: readonly Finding[] =
    bytes > largest ? [{ severity: 'refused', code: 'tooLarge', node: null, values: { bytes } }] : [];
  return exportOf([...findings, ...tooLarge, ...unrolledLoops(model.program)], async (): Promise<ExportedFiles> => {
    const ends = (list: typeof flat.inputs | typeof flat.outputs, names: readonly string[]) =>
      list.map(({ type }, index) => ({ name: names[index] ?? '', type: type.dtype, shape: type.shape }));
    const file = graph.write(model.name, ends(flat.inputs, inputNames), ends(flat.outputs, outputNames), {
      [documentProperty]: model.document,
    });
    return new Map([['', file]]);
  });
}

/**
 * The numbers of a weight in a file that `exportOnnx` wrote, in the document's own order of axes; null where the file holds
 * them only as part of others.
 */
export function weightOf(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly numbers: () => Float32Array }>,
  id: string,
  shape: readonly number[],
): (() => Float32Array) | null {
  const plain = tensors.get(id);
  if (plain !== undefined) return plain.numbers;
  for (const [name, { numbers }] of tensors) {
    const axes = axesOfName(name, id, shape.length);
    if (axes === null) continue;
    const back = axes.map((_, axis) => axes.indexOf(axis));
    return () => permuteAxes(numbers(), permutedShape(shape, axes), back);
  }
  return null;
}
