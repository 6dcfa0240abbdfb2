import type { GradloomDocument } from './document.ts';
import type { JsonValue } from './json.ts';
import { jsonEqual } from './json.ts';

/** A setting of a document that gives way to that of the first, so that all see the same batches at the same steps. */
export interface Adjustment {
  /** Position of the document. */
  readonly document: number;
  readonly setting: 'batch' | 'data' | 'epochs' | 'seed';
  readonly from: JsonValue;
  readonly to: JsonValue;
}

/**
 * Documents as they are compared in lock-step: all take the data set, batch, epochs and seed of the first; each keeps which
 * of its inputs reads which field. Weights with equal ids then start equal, because a weight starts from (seed, id).
 */
export function inLockStep(documents: readonly GradloomDocument[]): {
  readonly documents: readonly GradloomDocument[];
  readonly adjustments: readonly Adjustment[];
} {
  const [first] = documents;
  if (first === undefined) return { documents, adjustments: [] };
  const adjustments: Adjustment[] = [];
  const aligned = documents.map((document, index) => {
    const { training } = document;
    const { batch, epochs, seed, data } = first.training;
    const ownData = training.data;
    const alignedData = data === null || ownData === null ? ownData : { ...data, inputs: ownData.inputs };
    const next = { ...training, batch, epochs, seed, data: alignedData };
    for (const setting of ['batch', 'data', 'epochs', 'seed'] as const) {
      const [from, to] = [training[setting], next[setting]];
      if (!jsonEqual(from, to)) adjustments.push({ document: index, setting, from, to });
    }
    return { ...document, training: next };
  });
  return { documents: aligned, adjustments };
}
