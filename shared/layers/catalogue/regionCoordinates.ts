import { defineLayer } from '../defineLayer.ts';
import { requireDataType, requireImage, requireInputs } from '../requirements.ts';
import { requireConstants } from '../sequenceRules.ts';

/** From −1 to 1 in `count` equal steps; 0 where there is only one place. */
function place(index: number, count: number): number {
  return count === 1 ? 0 : (2 * index) / (count - 1) - 1;
}

/** Width of a bump in rows or columns, and its height. */
const [bumpDeviation, bumpHeight] = [0.5, 2] as const;

/** A bump around `index` over `count` places: nearly 0 from two places on. */
function bump(index: number, count: number): readonly number[] {
  return Array.from(
    { length: count },
    (_, at) => bumpHeight * Math.exp(-((index - at) ** 2) / (2 * bumpDeviation ** 2)),
  );
}

export const regionCoordinates = defineLayer({
  type: 'regionCoordinates',
  family: 'attention',
  parameters: {
    coordinates: { kind: 'choice', default: 'axes', options: ['axes', 'places'] },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_{i,j} = \Big[x_{i,j}\,;\; \tfrac{2i}{h-1} - 1\,;\; \tfrac{2j}{w-1} - 1\,\Big(;\; 2e^{-2(i-k)^2}\,;\; 2e^{-2(j-l)^2}\Big)\Big],\quad k < h,\ l < w`,
  source:
    'Santoro et al. 2017, "A simple neural network module for relational reasoning"; Liu et al. 2018, "CoordConv"',
  build(context, { coordinates }, inputs) {
    const value = requireInputs(inputs, 1);
    requireDataType(value.type, 'float32');
    const [height, width] = requireImage(value.type);
    const withPlaces = coordinates === 'places';
    const shape = [height, width, withPlaces ? 2 + height + width : 2];
    requireConstants(shape);
    const values = Array.from({ length: height }, (_, row) =>
      Array.from({ length: width }, (__, column) => [
        place(row, height),
        place(column, width),
        ...(withPlaces ? [...bump(row, height), ...bump(column, width)] : []),
      ]),
    ).flat(2);
    const grid = context.operation({ kind: 'constant', attributes: { shape, dtype: 'float32', values } }, []);
    return context.operation({ kind: 'concatenate', attributes: { axis: 2 } }, [value, grid]);
  },
});
