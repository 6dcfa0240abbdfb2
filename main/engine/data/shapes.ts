import type { ShapeName } from '#shared/graph/dataFields';
import { shapeColours, shapeNames } from '#shared/graph/dataFields';
import type { DataSource } from '#shared/graph/training';
import type { Generator, Values } from './generator.ts';
import { addNoise, exampleStream } from './generator.ts';

type Source<Kind extends DataSource['kind']> = Extract<DataSource, { kind: Kind }>;

/** A shape's middle and half its size, in pixels. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly half: number;
}

/**
 * How deep a point lies inside a shape of half-size 1 around the origin: 0 on its edge, negative outside; near the edge
 * about the distance to it.
 */
function depthInside(shape: ShapeName, x: number, y: number): number {
  const [left, top] = [Math.abs(x), Math.abs(y)];
  const box = (width: number, height: number): number => Math.min(width - left, height - top);
  switch (shape) {
    case 'square':
      return box(0.9, 0.9);
    case 'circle':
      return 1 - Math.hypot(x, y);
    case 'triangle':
      // Apex at the top: the sides fall by 2 over a width of 1.
      return Math.min(0.9 - y, (y + 1 - 2 * left + 0.1) / Math.sqrt(5));
    case 'diamond':
      return (1 - left - top) / Math.SQRT2;
    case 'plus':
      return Math.max(box(1, 0.34), box(0.34, 1));
    case 'cross': {
      const [along, across] = [Math.abs(x + y) / Math.SQRT2, Math.abs(x - y) / Math.SQRT2];
      return Math.max(Math.min(1.15 - along, 0.32 - across), Math.min(1.15 - across, 0.32 - along));
    }
    case 'ring':
      return 0.25 - Math.abs(Math.hypot(x, y) - 0.75);
    case 'frame':
      return Math.min(box(0.9, 0.9), Math.max(left, top) - 0.45);
    case 'bar':
      return box(1, 0.36);
    case 'column':
      return box(0.36, 1);
  }
}

/** The share of a pixel that a shape covers, about: 1 inside, 0 outside, in between over one pixel at the edge. */
function coverage(shape: ShapeName, { x, y, half }: Place, column: number, row: number): number {
  const depth = half * depthInside(shape, (column + 0.5 - x) / half, (row + 0.5 - y) / half);
  return Math.min(1, Math.max(0, depth + 0.5));
}

/** Calls `paint` for every pixel that a shape covers, with the share it covers. */
function cover(side: number, shape: ShapeName, place: Place, paint: (pixel: number, share: number) => void): void {
  const clamp = (value: number): number => Math.min(side - 1, Math.max(0, value));
  const reach = 1.2 * place.half + 1;
  const [left, right] = [clamp(Math.floor(place.x - reach)), clamp(Math.ceil(place.x + reach))];
  const [top, bottom] = [clamp(Math.floor(place.y - reach)), clamp(Math.ceil(place.y + reach))];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const share = coverage(shape, place, column, row);
      if (share > 0) paint(row * side + column, share);
    }
  }
}

function paintOn(image: Values, pixel: number, share: number, colour: readonly number[]): void {
  for (let channel = 0; channel < 3; channel++) {
    const at = 3 * pixel + channel;
    image[at] = (1 - share) * (image[at] ?? 0) + share * (colour[channel] ?? 0);
  }
}

/** One shape in one of six colours on white, at a random place and of a random size; plus noise, cut to [0, 1]. */
export function colouredShapes({ kind, side, shapes, noise }: Source<'colouredShapes'>, seed: number): Generator {
  return (index, { image, colour, shape }) => {
    const stream = exampleStream(seed, kind, index);
    // The classes take turns; the colour turns once all shapes have.
    const shapeNumber = index % shapes;
    const colourNumber = Math.floor(index / shapes) % shapeColours.length;
    const half = side * (0.14 + 0.18 * stream.uniform());
    const room = side - 2 * half;
    const place = { half, x: half + room * stream.uniform(), y: half + room * stream.uniform() };
    shape?.set([shapeNumber]);
    colour?.set([colourNumber]);
    if (image === undefined) return;
    image.fill(1);
    const ink = shapeColours[colourNumber]?.value ?? [];
    cover(side, shapeNames[shapeNumber] ?? 'square', place, (pixel, share) => paintOn(image, pixel, share, ink));
    addNoise(image, noise, stream);
  };
}

/**
 * Up to `count` shapes that may cover one another; `pixels` says for each pixel which shape is seen there, 0 for the
 * background. Each shape's class and colour are drawn anew, so that the colour does not give the shape away.
 */
export function segmentedShapes(source: Source<'segmentedShapes'>, seed: number): Generator {
  const { kind, side, shapes, count, noise } = source;
  return (index, { image, pixels }) => {
    const stream = exampleStream(seed, kind, index);
    image?.fill(1);
    pixels?.fill(0);
    const number = 1 + stream.integer(count);
    for (let drawn = 0; drawn < number; drawn++) {
      const shapeNumber = stream.integer(shapes);
      const ink = shapeColours[stream.integer(shapeColours.length)]?.value ?? [];
      const half = side * (0.1 + 0.14 * stream.uniform());
      const room = side - 2 * half;
      const place = { half, x: half + room * stream.uniform(), y: half + room * stream.uniform() };
      cover(side, shapeNames[shapeNumber] ?? 'square', place, (pixel, share) => {
        if (image !== undefined) paintOn(image, pixel, share, ink);
        if (pixels !== undefined && share > 0.5) pixels[pixel] = shapeNumber + 1;
      });
    }
    if (image !== undefined) addNoise(image, noise, stream);
  };
}
