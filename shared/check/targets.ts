import type { Loss, LossKind, Metric } from '../graph/training.ts';
import type { Shape, TensorType } from '../graph/values.ts';
import { sameShape } from '../layers/requirements.ts';
import type { FieldView } from './dataView.ts';

/** What compares an output with a target. */
export type Comparison = LossKind | Metric['kind'];

/** Class numbers: one whole number where the output has a score per class. */
function isLabel({ type }: FieldView): boolean {
  return type.dtype === 'int32';
}

function fitsClasses(output: TensorType, field: FieldView): boolean {
  if (!isLabel(field)) return sameShape(output.shape, field.type.shape) && output.shape.length > 0;
  return sameShape(output.shape.slice(0, -1), field.type.shape) && (output.shape.at(-1) ?? 0) >= (field.classes ?? 1);
}

/** The same shape, or one value where the target has none: [..., 1] against [...]. */
function fitsValues(output: TensorType, { type }: FieldView): boolean {
  return sameShape(output.shape, type.shape) || sameShape(output.shape, [...type.shape, 1]);
}

/**
 * Whether an output can be compared with a field.
 * - softmax cross-entropy and focal: class numbers of the output's shape without its last axis, or probabilities of its shape;
 * - sigmoid cross-entropy (labels 0 and 1), squared and absolute error, Huber, linear: the output's shape, or [...] against
 *   [..., 1];
 * - accuracy: either.
 */
export function fitsTarget(kind: Comparison, output: TensorType, field: FieldView): boolean {
  if (output.dtype !== 'float32') return false;
  switch (kind) {
    case 'softmaxCrossEntropy':
    case 'focal':
      return fitsClasses(output, field);
    case 'sigmoidCrossEntropy':
      return fitsValues(output, field) && (field.classes ?? 2) <= 2;
    case 'accuracy':
      return fitsClasses(output, field) || (fitsValues(output, field) && (field.classes ?? 2) <= 2);
    case 'meanSquaredError':
    case 'meanAbsoluteError':
    case 'huber':
    case 'linear':
      return fitsValues(output, field);
  }
}

/** The shape of output that a field wants under this comparison. */
export function wantedShape(kind: Comparison, field: FieldView): Shape {
  const { shape } = field.type;
  switch (kind) {
    case 'softmaxCrossEntropy':
    case 'focal':
    case 'accuracy':
      return isLabel(field) ? [...shape, field.classes ?? 2] : shape;
    case 'sigmoidCrossEntropy':
    case 'meanSquaredError':
    case 'meanAbsoluteError':
    case 'huber':
    case 'linear':
      return shape.length === 0 ? [1] : shape;
  }
}

const kinds: readonly LossKind[] = ['softmaxCrossEntropy', 'sigmoidCrossEntropy', 'meanSquaredError'];

/** The loss that suits an output and a field best, or null where none does. */
export function suitableLoss(output: TensorType, field: FieldView): Loss['kind'] | null {
  return (isLabel(field) ? kinds : [...kinds].reverse()).find((kind) => fitsTarget(kind, output, field)) ?? null;
}
