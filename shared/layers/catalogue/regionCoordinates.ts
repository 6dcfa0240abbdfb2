import { defineLayer } from '../defineLayer.ts';
import { requireDataType, requireImage, requireInputs } from '../requirements.ts';
import { requireConstants } from '../sequenceRules.ts';

/** From −1 to 1 in `count` equal steps; 0 where there is only one place. */
function place(index: number, count: number): number {
  return count === 1 ? 0 : (2 * index) / (count - 1) - 1;
}

/** Over its own place 1, over its neighbours e^−2, further off next to nothing. */
function bump(distance: number): number {
  return Math.exp(-2 * distance * distance);
}

function bumps(index: number, count: number): number[] {
  return Array.from({ length: count }, (_, other) => bump(index - other));
}

export const regionCoordinates = defineLayer({
  type: 'regionCoordinates',
  family: 'attention',
  parameters: {
    /** `places` adds a channel for each row and each column: a distance is then a linear map of two of them. */
    coordinates: { kind: 'choice', default: 'axes', options: ['axes', 'places'] },
  },
  inputs: 'one',
  outputs: 'one',
  formula: String.raw`y_{i,j} = \Big[x_{i,j}\,;\; \tfrac{2i}{h-1} - 1\,;\; \tfrac{2j}{w-1} - 1\Big]`,
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
        ...(withPlaces ? [...bumps(row, height), ...bumps(column, width)] : []),
      ]),
    ).flat(2);
    const grid = context.operation({ kind: 'constant', attributes: { shape, dtype: 'float32', values } }, []);
    return context.operation({ kind: 'concatenate', attributes: { axis: 2 } }, [value, grid]);
  },
});
