import type { DataPreview } from '#shared/protocol/calls';

/** What can be drawn of a preview. */
export type Drawable =
  | {
      readonly kind: 'points';
      readonly points: readonly (readonly [number, number])[];
      readonly classes: readonly number[];
    }
  | {
      readonly kind: 'images';
      readonly height: number;
      readonly width: number;
      readonly channels: number;
      readonly images: readonly (readonly number[])[];
      readonly classes: readonly number[];
    }
  | {
      readonly kind: 'numbers';
      readonly fields: readonly { readonly name: string; readonly values: readonly number[] }[];
    };

/** Finds points in the plane, or images, and the class of each example; otherwise plain numbers. */
export function drawable(preview: DataPreview): Drawable {
  const size = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
  const rows = (values: readonly number[], length: number): number[][] =>
    Array.from({ length: Math.floor(values.length / length) }, (_, row) =>
      values.slice(row * length, (row + 1) * length),
    );
  const labels = preview.fields.find((field) => field.dtype === 'int32' && field.shape.length === 0);
  const classes = labels?.values ?? [];
  const image = preview.fields.find(
    ({ dtype, shape }) => dtype === 'float32' && shape.length === 3 && (shape[2] === 1 || shape[2] === 3),
  );
  if (image !== undefined) {
    const [height = 1, width = 1, channels = 1] = image.shape;
    return { kind: 'images', height, width, channels, images: rows(image.values, size(image.shape)), classes };
  }
  const point = preview.fields.find(({ dtype, shape }) => dtype === 'float32' && shape.length === 1 && shape[0] === 2);
  if (point !== undefined) {
    return {
      kind: 'points',
      points: rows(point.values, 2).map(([x = Number.NaN, y = Number.NaN]) => [x, y] as const),
      classes,
    };
  }
  return {
    kind: 'numbers',
    fields: preview.fields.map(({ name, values }) => ({ name, values: values.slice(0, 2000) })),
  };
}

/** Half the side of the square, centred at 0, that holds all points: the largest coordinate, with a tenth of air. */
export function squareAround(points: readonly (readonly [number, number])[]): number {
  let largest = 0;
  for (const [x, y] of points) largest = Math.max(largest, Math.abs(x), Math.abs(y));
  return largest === 0 ? 1 : largest * 1.1;
}
