import type { DataSource } from './training.ts';
import type { DataType, Shape } from './values.ts';

/** One field of a data set: what an input or a target may read. */
export interface DataField {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DataType;
}

/** The fields that a source offers, those for inputs before those for targets. */
export function dataFields(source: DataSource): readonly DataField[] {
  switch (source.kind) {
    case 'twoSpirals':
      return [
        { name: 'point', shape: [2], dtype: 'float32' },
        { name: 'label', shape: [], dtype: 'int32' },
      ];
    case 'digits':
      return [
        { name: 'image', shape: [28, 28, 1], dtype: 'float32' },
        { name: 'label', shape: [], dtype: 'int32' },
      ];
    case 'random':
      return [
        { name: 'input', shape: source.shape, dtype: 'float32' },
        { name: 'target', shape: source.targetShape, dtype: 'float32' },
      ];
  }
}
