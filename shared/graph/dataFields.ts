import type { DataSource } from './training.ts';
import type { DataType, Shape } from './values.ts';

/**
 * What the numbers of a field stand for.
 * - image: height × width × channels, 0 to 1 (1 channel: ink; 3: red, green, blue)
 * - tokens: whole numbers, each a word of the vocabulary
 * - class: whole numbers, each the name of a class; one for each example, position or pixel
 * - vector: several numbers that belong together
 * - number: one number
 * - mask: where something is (1) and where it is not (0)
 */
export type FieldMeaning = 'image' | 'tokens' | 'class' | 'vector' | 'number' | 'mask';

/** One field of a data set: what an input or a target may read, and how a person reads it. */
export interface DataField {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DataType;
  readonly meaning: FieldMeaning;
  /** Of tokens: the vocabulary, by number. */
  readonly words?: readonly string[];
  /** Of classes: their names, by number. */
  readonly classes?: readonly string[];
}

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => String(index));

/** How the numbers of a shape are best told where nothing else is known of them. */
function plainMeaning(shape: Shape): FieldMeaning {
  return shape.length === 0 ? 'number' : 'vector';
}

/** The fields that a source offers, those for inputs before those for targets; pure. */
export function describeFields(source: DataSource): readonly DataField[] {
  switch (source.kind) {
    case 'twoSpirals':
      return [
        { name: 'point', shape: [2], dtype: 'float32', meaning: 'vector' },
        { name: 'label', shape: [], dtype: 'int32', meaning: 'class', classes: numbered(2) },
      ];
    case 'digits':
      return [
        { name: 'image', shape: [28, 28, 1], dtype: 'float32', meaning: 'image' },
        { name: 'label', shape: [], dtype: 'int32', meaning: 'class', classes: numbered(10) },
      ];
    case 'random':
      return [
        { name: 'input', shape: source.shape, dtype: 'float32', meaning: plainMeaning(source.shape) },
        { name: 'target', shape: source.targetShape, dtype: 'float32', meaning: plainMeaning(source.targetShape) },
      ];
  }
}
