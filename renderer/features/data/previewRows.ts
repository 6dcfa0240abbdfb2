import type { DataField } from '#shared/graph/dataFields';
import type { DataPreview } from '#shared/protocol/calls';

/** A grid of numbers as a picture: ink, or red, green and blue, from 0 to 1. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Values are numbers of classes, to be told apart by colour. */
  readonly isClasses: boolean;
  readonly values: readonly number[];
}

/** What can be drawn of a preview. */
export type Drawable =
  | {
      readonly kind: 'points';
      readonly points: readonly (readonly [number, number])[];
      readonly classes: readonly number[];
    }
  /** Each example as one or more pictures side by side, with lines of words beneath. */
  | {
      readonly kind: 'pictures';
      readonly examples: readonly { readonly pictures: readonly Picture[]; readonly caption: readonly string[] }[];
    }
  /** Each example as words, field under field. */
  | { readonly kind: 'words'; readonly examples: readonly (readonly (readonly string[])[])[] }
  | {
      readonly kind: 'numbers';
      readonly fields: readonly { readonly name: string; readonly values: readonly number[] }[];
    };

type PreviewField = DataPreview['fields'][number];

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** The values of one example. */
function rowOf({ shape, values }: PreviewField, index: number): readonly number[] {
  const length = sizeOf(shape);
  return values.slice(index * length, (index + 1) * length);
}

/** Finds points in the plane, pictures, sequences or words, with the class of each example; otherwise plain numbers. */
export function drawable(preview: DataPreview, described: readonly DataField[]): Drawable {
  const meaning = (field: PreviewField): DataField | undefined => described.find(({ name }) => name === field.name);
  const order = new Map(described.map(({ name }, index) => [name, index]));
  const fields = preview.fields.toSorted((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
  const labels = fields.find((field) => meaning(field)?.meaning === 'class' && field.shape.length === 0);
  const [first, second] = fields;

  const point = fields.find(({ dtype, shape }) => dtype === 'float32' && shape.length === 1 && shape[0] === 2);
  if (point !== undefined && labels !== undefined && first === point) {
    const points = Array.from({ length: preview.count }, (_, index): readonly [number, number] => {
      const [x = Number.NaN, y = Number.NaN] = rowOf(point, index);
      return [x, y];
    });
    return { kind: 'points', points, classes: labels.values };
  }
  const isOne = (field: PreviewField | undefined): field is PreviewField =>
    field !== undefined && field.dtype === 'float32' && sizeOf(field.shape) === 1;
  if (isOne(first) && isOne(second) && fields.length === 2) {
    const points = first.values.map((x, index): readonly [number, number] => [x, second.values[index] ?? Number.NaN]);
    return { kind: 'points', points, classes: [] };
  }
  if (first !== undefined && meaning(first)?.meaning === 'tokens') {
    const sequences = fields.filter((field) => field.dtype === 'int32' && field.shape.length === 1);
    const examples = Array.from({ length: preview.count }, (_, index) =>
      sequences.map((field) => spoken(field, meaning(field), index)),
    );
    return { kind: 'words', examples };
  }
  const images = fields.filter((field) => meaning(field)?.meaning === 'image');
  const pictured = fields.filter((field) => {
    const isBeside = images.length > 0 && meaning(field)?.meaning === 'vector';
    return pictureShape(field) !== null && !isBeside;
  });
  const isTask = fields.some((field) => meaning(field)?.meaning !== 'vector');
  if (pictured.length > 0 && isTask) {
    const examples = Array.from({ length: preview.count }, (_, index) => ({
      pictures: pictured.flatMap((field) =>
        // What training makes of an image stands beside it.
        [field, ...(field.changed === undefined ? [] : [{ ...field, values: field.changed }])].flatMap(
          (each) => pictureOf(each, meaning(field), index) ?? [],
        ),
      ),
      caption: captionOf(fields, meaning, index),
    }));
    return { kind: 'pictures', examples };
  }
  return {
    kind: 'numbers',
    fields: preview.fields.map(({ name, values }) => ({ name, values: values.slice(0, 2000) })),
  };
}

/** Tokens or classes as words. */
function spoken(field: PreviewField, described: DataField | undefined, index: number): readonly string[] {
  const names = described?.words ?? described?.classes ?? [];
  return rowOf(field, index).map((value) => names[value] ?? String(value));
}

/** Height, width and channels under which a field is drawn: images as they are, sequences a row for each channel. */
function pictureShape({ dtype, shape }: PreviewField): readonly [number, number, number] | null {
  const [height = 1, width = 1, channels = 1] = shape;
  if (dtype === 'int32') return shape.length === 2 ? [height, width, 1] : null;
  if (dtype !== 'float32') return null;
  if (shape.length === 3) return channels === 1 || channels === 3 ? [height, width, channels] : null;
  if (shape.length === 1) return height >= 4 && height <= 64 ? [1, height, 1] : null;
  if (shape.length !== 2) return null;
  // A sequence of pixels folds up into a square; one of few channels lies on its side.
  if (width === 1 && Number.isInteger(Math.sqrt(height))) return [Math.sqrt(height), Math.sqrt(height), 1];
  return [height, width, 1];
}

function pictureOf(field: PreviewField, described: DataField | undefined, index: number): Picture | null {
  const found = pictureShape(field);
  if (found === null) return null;
  const [height, width, channels] = found;
  const values = rowOf(field, index);
  const isClasses = described?.meaning === 'class';
  if (field.shape.length !== 2 || width > 4 || height <= width) return { height, width, channels, isClasses, values };
  const turned = Array.from({ length: height * width }, (_, place) => {
    return values[(place % height) * width + Math.floor(place / height)] ?? 0;
  });
  return { height: width, width: height, channels, isClasses, values: turned };
}

/** The words of an example: a question on one line, then every class and number on the next. */
function captionOf(
  fields: readonly PreviewField[],
  meaning: (field: PreviewField) => DataField | undefined,
  index: number,
): readonly string[] {
  const questions = fields
    .filter((field) => meaning(field)?.meaning === 'tokens')
    .map((field) => {
      const padding = meaning(field)?.words?.[0];
      return spoken(field, meaning(field), index)
        .filter((word) => word !== padding)
        .join(' ');
    });
  const answers = fields.flatMap((field) => {
    const described = meaning(field);
    if (sizeOf(field.shape) > 1) return [];
    const value = rowOf(field, index)[0] ?? Number.NaN;
    if (described?.meaning === 'class') return [described.classes?.[value] ?? String(value)];
    return described?.meaning === 'number' ? [value.toFixed(2)] : [];
  });
  return [...questions, answers.slice(questions.length > 0 ? -1 : 0).join(' ')].filter((line) => line !== '');
}

/** Half the side of the square, centred at 0, that holds all points: the largest coordinate, with a tenth of air. */
export function squareAround(points: readonly (readonly [number, number])[]): number {
  let largest = 0;
  for (const [x, y] of points) largest = Math.max(largest, Math.abs(x), Math.abs(y));
  return largest === 0 ? 1 : largest * 1.1;
}
