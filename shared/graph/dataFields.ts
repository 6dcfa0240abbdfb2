import type { ArraysSource, DataArray, TableColumn, TableSource, TextSource } from './fileSources.ts';
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
  /** All examples of one group (see `splitOf`) have the same value. */
  readonly perGroup?: boolean;
}

/** Shapes that coloured shapes are drawn as, by class number; a source uses the first ones. */
export const shapeNames = [
  'square',
  'circle',
  'triangle',
  'diamond',
  'plus',
  'cross',
  'ring',
  'frame',
  'bar',
  'column',
] as const;
export type ShapeName = (typeof shapeNames)[number];

/** Colours of shapes by class number: the six of Sort-of-CLEVR, red, green and blue from 0 to 1. */
export const shapeColours = [
  { name: 'red', value: [1, 0, 0] },
  { name: 'green', value: [0, 1, 0] },
  { name: 'blue', value: [0, 0, 1] },
  { name: 'orange', value: [1, 0.61, 0] },
  { name: 'grey', value: [0.5, 0.5, 0.5] },
  { name: 'yellow', value: [1, 1, 0] },
] as const;

/** Height and width of a Sort-of-CLEVR image (Santoro et al. 2017, supplement, section on Sort-of-CLEVR). */
export const clevrSide = 75;
/** Questions on each Sort-of-CLEVR image, the non-relational half first. */
export const clevrQuestions = 20;
/** Words of the longest Sort-of-CLEVR question. */
export const clevrQuestionLength = 9;
/** Answers of Sort-of-CLEVR, by class number. */
export const clevrAnswers = ['yes', 'no', 'square', 'circle', '1', '2', '3', '4', '5', '6'] as const;

/** What is asked of the object of a colour; the first three of that object alone, the others of it and the rest. */
export const clevrKinds = [
  { isRelational: false, words: 'what shape is the * object' },
  { isRelational: false, words: 'is the * object on the left' },
  { isRelational: false, words: 'is the * object at the top' },
  { isRelational: true, words: 'what shape is closest to the * object' },
  { isRelational: true, words: 'what shape is furthest from the * object' },
  { isRelational: true, words: 'how many have the shape of the * object' },
] as const;

/** Fills a question up to its length; its number is 0. */
export const paddingWord = '·';

/** The vocabulary of Sort-of-CLEVR's questions, by number. */
export const clevrWords: readonly string[] = [
  paddingWord,
  ...shapeColours.map(({ name }) => name),
  ...new Set(clevrKinds.flatMap(({ words }) => words.split(' ')).filter((word) => word !== '*')),
];

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => String(index));
const colourNames = shapeColours.map(({ name }) => name);

/** How the numbers of a shape are best told where nothing else is known of them. */
function plainMeaning(shape: Shape): FieldMeaning {
  return shape.length === 0 ? 'number' : 'vector';
}

const point: DataField = { name: 'point', shape: [2], dtype: 'float32', meaning: 'vector' };

function label(count: number): DataField {
  return { name: 'label', shape: [], dtype: 'int32', meaning: 'class', classes: numbered(count) };
}

/** The fields that a source offers, those for inputs before those for targets; pure. */
export function describeFields(source: DataSource): readonly DataField[] {
  switch (source.kind) {
    case 'twoSpirals':
    case 'circles':
    case 'moons':
    case 'xor':
      return [point, label(2)];
    case 'clusters':
      return [point, label(source.classes)];
    case 'sine':
      return [
        { name: 'x', shape: [1], dtype: 'float32', meaning: 'number' },
        { name: 'y', shape: [1], dtype: 'float32', meaning: 'number' },
      ];
    case 'parity':
      return [{ name: 'bits', shape: [source.bits], dtype: 'float32', meaning: 'vector' }, label(2)];
    case 'digits':
      return [{ name: 'image', shape: [28, 28, 1], dtype: 'float32', meaning: 'image' }, label(10)];
    case 'digitSequences': {
      const shape = source.step === 'row' ? [28, 28] : [784, 1];
      return [{ name: 'sequence', shape, dtype: 'float32', meaning: 'vector' }, label(10)];
    }
    case 'colouredShapes':
      return [
        { name: 'image', shape: [source.side, source.side, 3], dtype: 'float32', meaning: 'image' },
        { name: 'colour', shape: [], dtype: 'int32', meaning: 'class', classes: colourNames },
        { name: 'shape', shape: [], dtype: 'int32', meaning: 'class', classes: shapeNames.slice(0, source.shapes) },
      ];
    case 'segmentedShapes': {
      const classes = ['background', ...shapeNames.slice(0, source.shapes)];
      return [
        { name: 'image', shape: [source.side, source.side, 3], dtype: 'float32', meaning: 'image' },
        { name: 'pixels', shape: [source.side, source.side], dtype: 'int32', meaning: 'class', classes },
      ];
    }
    case 'sortOfClevr':
      return [
        { name: 'image', shape: [clevrSide, clevrSide, 3], dtype: 'float32', meaning: 'image', perGroup: true },
        { name: 'words', shape: [clevrQuestionLength], dtype: 'int32', meaning: 'tokens', words: clevrWords },
        { name: 'isWord', shape: [clevrQuestionLength], dtype: 'bool', meaning: 'mask' },
        { name: 'question', shape: [11], dtype: 'float32', meaning: 'vector' },
        { name: 'objects', shape: [2 * shapeColours.length], dtype: 'float32', meaning: 'vector' },
        { name: 'relational', shape: [], dtype: 'int32', meaning: 'class', classes: ['no', 'yes'] },
        { name: 'answer', shape: [], dtype: 'int32', meaning: 'class', classes: clevrAnswers },
      ];
    case 'adding':
      return [
        { name: 'sequence', shape: [source.length, 2], dtype: 'float32', meaning: 'vector' },
        { name: 'sum', shape: [1], dtype: 'float32', meaning: 'number' },
      ];
    case 'copying': {
      const length = 2 * source.symbols + source.delay;
      const words = copyWords(source.alphabet);
      return [
        { name: 'tokens', shape: [length], dtype: 'int32', meaning: 'tokens', words },
        { name: 'copy', shape: [length], dtype: 'int32', meaning: 'class', classes: words.slice(0, -1) },
      ];
    }
    case 'repeatedTokens':
      return [
        {
          name: 'tokens',
          shape: [source.length],
          dtype: 'int32',
          meaning: 'tokens',
          words: numbered(source.alphabet),
        },
        { name: 'isRepeated', shape: [source.length], dtype: 'int32', meaning: 'class', classes: ['first', 'again'] },
      ];
    case 'identity':
      return [
        { name: 'input', shape: source.shape, dtype: 'float32', meaning: plainMeaning(source.shape) },
        { name: 'target', shape: source.shape, dtype: 'float32', meaning: plainMeaning(source.shape) },
      ];
    case 'random':
      return [
        { name: 'input', shape: source.shape, dtype: 'float32', meaning: plainMeaning(source.shape) },
        { name: 'target', shape: source.targetShape, dtype: 'float32', meaning: plainMeaning(source.targetShape) },
      ];
    case 'table':
      return tableFields(source);
    case 'arrays':
    case 'idx':
    case 'cifar':
      return arrayFields(source);
    case 'imageFolder': {
      const shape = [source.height, source.width, source.channels];
      return [
        { name: 'image', shape, dtype: 'float32', meaning: 'image' },
        { name: 'label', shape: [], dtype: 'int32', meaning: 'class', classes: source.classes },
      ];
    }
    case 'text':
      return textFields(source);
  }
}

/** One field of a table and the columns that lie in it, side by side. */
export interface TableField {
  readonly name: string;
  readonly columns: readonly TableColumn[];
}

/** The fields of a table in the order of their first columns, those of several columns first. */
export function groupColumns({ columns }: Pick<TableSource, 'columns'>): readonly TableField[] {
  const fields = new Map<string, TableColumn[]>();
  for (const column of columns) {
    if (column.field === null || column.type === 'text') continue;
    const known = fields.get(column.field);
    if (known === undefined) fields.set(column.field, [column]);
    else known.push(column);
  }
  const grouped = [...fields].map(([name, members]): TableField => ({ name, columns: members }));
  return grouped.toSorted((one, other) => Number(other.columns.length > 1) - Number(one.columns.length > 1));
}

/** Numbers that a column takes up among others: a class has one for each class (one-hot). */
export function columnWidth({ type, classes }: TableColumn): number {
  return type === 'class' ? (classes?.length ?? 0) : 1;
}

/** A column of classes alone is class numbers; everything else is a row of numbers. */
function tableFields(source: TableSource): readonly DataField[] {
  return groupColumns(source).map(({ name, columns }): DataField => {
    const [first] = columns;
    if (columns.length === 1 && first?.type === 'class') {
      return { name, shape: [], dtype: 'int32', meaning: 'class', classes: first.classes ?? [] };
    }
    const width = columns.reduce((sum, column) => sum + columnWidth(column), 0);
    return { name, shape: [width], dtype: 'float32', meaning: width === 1 ? 'number' : 'vector' };
  });
}

function arrayFields({ arrays }: Pick<ArraysSource, 'arrays'>): readonly DataField[] {
  return arrays.map(({ name, shape, meaning, dtype, classes }: DataArray): DataField => {
    return { name, shape, dtype, meaning, ...(meaning === 'class' && classes !== null ? { classes } : {}) };
  });
}

function textFields({ form, length, vocabulary, classes }: TextSource): readonly DataField[] {
  const tokens: DataField = { name: 'tokens', shape: [length], dtype: 'int32', meaning: 'tokens', words: vocabulary };
  if (form === 'lines') {
    return [
      tokens,
      { name: 'isWord', shape: [length], dtype: 'bool', meaning: 'mask' },
      { name: 'label', shape: [], dtype: 'int32', meaning: 'class', classes },
    ];
  }
  return [
    tokens,
    { name: 'shifted', shape: [length], dtype: 'int32', meaning: 'class', classes: vocabulary },
    { name: 'next', shape: [], dtype: 'int32', meaning: 'class', classes: vocabulary },
  ];
}

/** Tokens of the copy problem: a blank, the symbols, and the sign to begin the copy. */
function copyWords(alphabet: number): readonly string[] {
  return [paddingWord, ...numbered(alphabet), 'go'];
}

/** How a data set falls into parts: its examples come in groups that are trained on or held back together. */
export interface Split {
  /** Examples in all. */
  readonly examples: number;
  /** Examples of one group: the questions on one image; otherwise 1. */
  readonly group: number;
  /** Groups held back for validation. */
  readonly held: number;
}

/** The parts of a source when this share of it is held back; at least one group is left to train on. */
export function splitOf(source: DataSource, validation: number): Split {
  const [groups, group] = source.kind === 'sortOfClevr' ? [source.images, clevrQuestions] : [source.size, 1];
  return { examples: groups * group, group, held: Math.min(groups - 1, Math.round(groups * validation)) };
}
