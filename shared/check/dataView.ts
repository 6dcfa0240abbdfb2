import { describeFields, splitOf } from '../graph/dataFields.ts';
import type { DataSource } from '../graph/training.ts';
import type { TensorType } from '../graph/values.ts';

/** One field of a data set as targets are checked: its type and, for class numbers, how many classes there are. */
export interface FieldView {
  readonly type: TensorType;
  readonly classes: number | null;
  /** Of whole numbers that stand for something, words or classes: all are below this. */
  readonly numbers: number | null;
}

/** The fields that a data source offers, by name. */
export function fieldViews(source: DataSource): ReadonlyMap<string, FieldView> {
  return new Map(
    describeFields(source).map(({ name, shape, dtype, classes, words }) => [
      name,
      { type: { shape, dtype }, classes: classes?.length ?? null, numbers: (words ?? classes)?.length ?? null },
    ]),
  );
}

/** How many examples are left for training after the validation part is held back. */
export function trainingExamples(source: DataSource, validation: number): number {
  const { examples, group, held } = splitOf(source, validation);
  return examples - held * group;
}
