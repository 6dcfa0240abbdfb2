import { describe, expect, it } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import { createTemplate } from '#shared/templates/templates';
import type { NamedArrays } from '#shared/protocol/engine';
import { attentionOnAsked } from './attention.ts';
import type { Trial } from './trial.ts';

const side = 4;
const red = [1, 0, 0];
const blue = [0, 0, 1];

/** A white picture with one red pixel in each of the named places, and a blue one in the last place. */
function picture(places: readonly number[]): Float32Array {
  const values = new Float32Array(side * side * 3).fill(1);
  for (const place of places) values.set(red, place * 3);
  values.set(blue, (side * side - 1) * 3);
  return values;
}

/** Pictures that are asked about red; where the regions are 2×2, places 0 and 3 lie in the upper two. */
const pictures = [picture([0]), picture([0, 3])];
const maps = [Float32Array.of(0.7, 0.1, 0.1, 0.1), Float32Array.of(0.2, 0.3, 0.25, 0.25)];
const question = Float32Array.from({ length: 11 }, (_, at) => (at === 0 ? 1 : 0));
const array = (shape: readonly number[], data: Float32Array) => ({
  shape,
  kept: shape,
  dtype: 'float32',
  data,
  minimum: 0,
  maximum: 1,
  mean: 0,
});

/** An engine that answers 1 where a picture has two red pixels, else 0: only the second answer hangs on the red object. */
function answered({ inputs }: { readonly inputs: NamedArrays }) {
  const image = Object.values(inputs).find(({ shape }) => shape.length === 4);
  if (image === undefined) throw new Error('no pictures were given');
  const [count = 0] = image.shape;
  const data = Float32Array.from({ length: 2 * count }, (_, at) => {
    const own = image.data.subarray(Math.floor(at / 2) * side * side * 3, (Math.floor(at / 2) + 1) * side * side * 3);
    const reds = Array.from({ length: side * side }, (_, pixel) => own.subarray(pixel * 3, pixel * 3 + 3)).filter(
      (pixel) => pixel.join() === red.join(),
    ).length;
    return (reds === 2) === (at % 2 === 1) ? 0.9 : 0.1;
  });
  return { answer: { shape: [count, 2], dtype: 'float32', data } };
}

const trial = {
  experiment: 'net',
  run: 'r1',
  document: createTemplate('iterative-attention', {}, 'en'),
  engine: {
    request: (
      asked: { readonly kind: string; readonly example: { readonly number: number } } & { inputs: NamedArrays },
    ) =>
      Promise.resolve(
        asked.kind === 'predictRun'
          ? answered(asked)
          : {
              fields: {
                image: array([side, side, 3], pictures[asked.example.number] ?? new Float32Array()),
                question: array([11], question),
              },
              values: [{ value: array([1, 4], maps[asked.example.number] ?? new Float32Array()) }],
            },
      ),
  },
} as unknown as Trial;

const measured = (of: 'mass' | 'uniform' | 'answerChange'): Promise<number> =>
  attentionOnAsked(trial, { kind: 'attention', node: nodeId('attention'), of, examples: 2 });

describe('attention on the asked object', () => {
  it('is the share of the map on the regions that the object touches, beside that of an even map', async () => {
    // One region of four in the first picture, two in the second.
    expect(await measured('mass')).toBeCloseTo((0.7 + 0.2 + 0.3) / 2, 6);
    expect(await measured('uniform')).toBeCloseTo((0.25 + 0.5) / 2, 12);
  });

  it('counts the answers that change where the object is painted over', async () => {
    expect(await measured('answerChange')).toBe(0.5);
  });
});
