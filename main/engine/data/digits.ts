import type { DataSource } from '#shared/graph/training';
import { RandomStream } from '#shared/program/random';
import type { Field } from './dataSet.ts';
import type { Point, Stroke } from './glyphs.ts';
import { glyphs } from './glyphs.ts';

/** Height and width of an image in pixels. */
export const imageSide = 28;
/** The box a glyph is drawn in, before shift and slant: as wide as MNIST's, with room to move. */
const boxHeight = 19;
const boxWidth = 15;

/**
 * Drawn digits: one of several hands per digit, with its own width, height, pen, wobble, slant and shift, drawn with soft
 * edges, then N(0, noise²) on every pixel, cut to [0, 1]. The classes take turns.
 */
export function drawDigits(
  source: Pick<Extract<DataSource, { kind: 'digits' }>, 'size' | 'noise' | 'shift' | 'slant'>,
  seed: number,
): Field[] {
  const { size, noise, shift, slant } = source;
  const stream = new RandomStream(seed, 'digits');
  const pixels = imageSide * imageSide;
  const images = new Float32Array(pixels * size);
  const labels = new Int32Array(size);
  const between = (low: number, high: number): number => low + (high - low) * stream.uniform();
  for (let index = 0; index < size; index++) {
    const label = index % glyphs.length;
    const hands = glyphs[label] ?? [];
    const glyph = hands[stream.integer(hands.length)] ?? [];
    const width = boxWidth * between(0.8, 1.1);
    const height = boxHeight * between(0.88, 1.06);
    const lean = between(-slant, slant);
    const [moveX, moveY] = [between(-shift, shift), between(-shift, shift)];
    const radius = between(0.75, 1.5);
    const bend = (): number => between(-0.05, 0.05);
    // A slow wave over the box, the same for all strokes, so that lines that meet still meet.
    const [bendX, bendY, phaseX, phaseY] = [bend(), bend(), between(0, 6.28), between(0, 6.28)];
    const place = ([x, y]: Point): Point => {
      const waveX = x - 0.5 + bendX * Math.sin(4 * y + phaseX);
      const waveY = y - 0.5 + bendY * Math.sin(4 * x + phaseY);
      return [imageSide / 2 + moveX + waveX * width - lean * waveY * height, imageSide / 2 + moveY + waveY * height];
    };
    const image = images.subarray(index * pixels, (index + 1) * pixels);
    for (const stroke of glyph) drawStroke(image, stroke.map(place), radius);
    if (noise > 0) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        image[pixel] = Math.min(1, Math.max(0, (image[pixel] ?? 0) + noise * stream.normal()));
      }
    }
    labels[index] = label;
  }
  return [
    { name: 'image', type: { shape: [imageSide, imageSide, 1], dtype: 'float32' }, values: images },
    { name: 'label', type: { shape: [], dtype: 'int32' }, values: labels, classes: glyphs.length },
  ];
}

/** Inks the pixels near a line: 1 within `radius` of it, fading to 0 over one pixel. */
function drawStroke(image: Float32Array, stroke: Stroke, radius: number): void {
  for (let index = 0; index + 1 < stroke.length; index++) {
    const [fromX, fromY] = stroke[index] ?? [0, 0];
    const [toX, toY] = stroke[index + 1] ?? [0, 0];
    const [alongX, alongY] = [toX - fromX, toY - fromY];
    const squared = alongX ** 2 + alongY ** 2;
    const reach = radius + 0.5;
    const clamp = (value: number): number => Math.min(imageSide - 1, Math.max(0, value));
    const top = clamp(Math.floor(Math.min(fromY, toY) - reach));
    const bottom = clamp(Math.ceil(Math.max(fromY, toY) + reach));
    const left = clamp(Math.floor(Math.min(fromX, toX) - reach));
    const right = clamp(Math.ceil(Math.max(fromX, toX) + reach));
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        // Distance from the pixel's middle to the nearest point of the piece.
        const [x, y] = [column + 0.5 - fromX, row + 0.5 - fromY];
        const share = squared === 0 ? 0 : Math.min(1, Math.max(0, (x * alongX + y * alongY) / squared));
        const distance = Math.hypot(x - share * alongX, y - share * alongY);
        const ink = Math.min(1, Math.max(0, reach - distance));
        const pixel = row * imageSide + column;
        if (ink > (image[pixel] ?? 0)) image[pixel] = ink;
      }
    }
  }
}
