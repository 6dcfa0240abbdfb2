import { parseJsonText } from '#shared/graph/jsonText';
import { isJsonObject } from '#shared/graph/json';
import type { Elsewhere } from '../../state/fileQuestions.ts';

/** How the name of a model ends that is one file. */
export const modelEnding = /\.(keras|h5|onnx)$/i;
const dataEnding = /\.(csv|tsv|npy|npz|png|jpe?g|txt)$/i;

/** Whether a file's name is that of a model that is one file. */
export function isModelFile(name: string): boolean {
  return modelEnding.test(name);
}

/** Where else than among documents a file may be welcome; null where nothing tells. */
export function elsewhereOf(name: string, written: string): Elsewhere | null {
  if (isModelFile(name)) return 'model';
  if (dataEnding.test(name)) return 'data';
  const json = parseJsonText(written);
  if (!json.ok || !isJsonObject(json.value)) return null;
  const format = json.value['format'];
  if (format === 'gradloom-lesson') return 'lesson';
  // TensorFlow.js: its Keras networks and its graphs.
  return format === 'layers-model' || format === 'graph-model' || 'modelTopology' in json.value ? 'model' : null;
}
