import { dataFields } from '../graph/dataFields.ts';
import type { DataSource } from '../graph/training.ts';
import type { TensorType } from '../graph/values.ts';

/** One field of a data set as targets are checked: its type and, for class numbers, how many classes there are. */
export interface FieldView {
  readonly type: TensorType;
  readonly classes: number | null;
}

/** How many classes the class numbers of a source name. */
function classesOf(source: DataSource): number | null {
  switch (source.kind) {
    case 'twoSpirals':
      return 2;
    case 'digits':
      return 10;
    case 'random':
      return null;
  }
}

/** The fields that a data source offers, by name. */
export function fieldViews(source: DataSource): ReadonlyMap<string, FieldView> {
  return new Map(
    dataFields(source).map(({ name, shape, dtype }) => [
      name,
      { type: { shape, dtype }, classes: dtype === 'int32' ? classesOf(source) : null },
    ]),
  );
}

/** How many examples are left for training after the validation part is held back. */
export function trainingExamples(source: DataSource, validation: number): number {
  return source.size - Math.round(source.size * validation);
}
