import type { Initialiser, Shape } from '../graph/values.ts';
import type { Weight } from './program.ts';
import { RandomStream } from './random.ts';

/** Standard deviation of N(0, 1) cut off at ±2: dividing by it gives the truncated draw the variance asked for, as Keras does. */
const truncatedDeviation = 0.87962566103423978;

interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Keras's fans: receptive field × channels in and out, from a shape [...receptive field, in, out]. A vector's fans are
 * both its length, a scalar's both 1.
 */
export function weightFans(shape: Shape): Fans {
  const [first = 1] = shape;
  if (shape.length < 2) return { fanIn: first, fanOut: first };
  const receptiveField = shape.slice(0, -2).reduce((product, length) => product * length, 1);
  return { fanIn: receptiveField * (shape.at(-2) ?? 1), fanOut: receptiveField * (shape.at(-1) ?? 1) };
}

/**
 * The initial value of a weight, flat in row-major order. It depends on nothing but the seed, the weight's id, shape and
 * initialiser, so that twins which share ids start equal.
 *
 * - Glorot and Bengio 2010 (variance 2/(in + out)), He et al. 2015 (2/fan), LeCun et al. 1998 (1/in). Uniform: within
 *   ±√(3·variance). Normal: cut off at two standard deviations and rescaled by 1/0.8796 so that the variance is the one
 *   asked for, as Keras does.
 * - orthogonal (Saxe et al. 2014): gain·Q of a Gaussian matrix [product of all axes but the last, last axis], its
 *   columns, or where it is wider its rows, orthonormal; the sign is fixed by a positive diagonal of R.
 *
 * Throws where `values` has another length than the weight, or `orthogonal` fewer than two axes.
 */
export function initialiseWeight(weight: Pick<Weight, 'id' | 'shape' | 'initialiser'>, seed: number): Float32Array {
  const { id, shape, initialiser } = weight;
  const size = shape.reduce((product, length) => product * length, 1);
  const stream = new RandomStream(seed, id);
  const fill = (draw: () => number): Float32Array => {
    const values = new Float32Array(size);
    for (let index = 0; index < size; index += 1) values[index] = draw();
    return values;
  };
  const uniform = (variance: number): Float32Array => {
    const limit = Math.sqrt(3 * variance);
    return fill(() => limit * (2 * stream.uniform() - 1));
  };
  const normal = (variance: number): Float32Array => {
    const deviation = Math.sqrt(variance) / truncatedDeviation;
    return fill(() => deviation * stream.truncatedNormal());
  };
  const { fanIn, fanOut } = weightFans(shape);
  switch (initialiser.kind) {
    case 'glorotUniform':
      return uniform(2 / (fanIn + fanOut));
    case 'glorotNormal':
      return normal(2 / (fanIn + fanOut));
    case 'heUniform':
      return uniform(2 / heFan(initialiser, fanIn, fanOut));
    case 'heNormal':
      return normal(2 / heFan(initialiser, fanIn, fanOut));
    case 'lecunUniform':
      return uniform(1 / fanIn);
    case 'lecunNormal':
      return normal(1 / fanIn);
    case 'orthogonal':
      if (shape.length < 2) {
        throw new Error(
          `weight ${id}: an orthogonal start needs at least two axes, the shape is [${shape.join(', ')}]`,
        );
      }
      return orthogonal(size / (shape.at(-1) ?? 1), shape.at(-1) ?? 1, initialiser.gain, stream);
    case 'normal':
      return fill(() => initialiser.mean + initialiser.deviation * stream.normal());
    case 'uniform':
      return fill(() => initialiser.minimum + (initialiser.maximum - initialiser.minimum) * stream.uniform());
    case 'constant':
      return fill(() => initialiser.value);
    case 'values':
      if (initialiser.values.length !== size) {
        throw new Error(
          `weight ${id} of shape [${shape.join(', ')}] holds ${size} values, its initialiser gives ${initialiser.values.length}`,
        );
      }
      return Float32Array.from(initialiser.values);
  }
}

function heFan(
  { mode = 'fanIn' }: Extract<Initialiser, { kind: 'heUniform' | 'heNormal' }>,
  fanIn: number,
  fanOut: number,
): number {
  switch (mode) {
    case 'fanIn':
      return fanIn;
    case 'fanOut':
      return fanOut;
  }
}

function orthogonal(rows: number, columns: number, gain: number, stream: RandomStream): Float32Array {
  const length = Math.max(rows, columns);
  const count = Math.min(rows, columns);
  const vectors = Array.from({ length: count }, () => Float64Array.from({ length }, () => stream.normal()));
  orthonormalise(vectors);
  const values = new Float32Array(rows * columns);
  vectors.forEach((vector, which) => {
    vector.forEach((element, at) => {
      values[rows >= columns ? at * columns + which : which * columns + at] = gain * element;
    });
  });
  return values;
}

/**
 * Gram–Schmidt in place. Each vector is projected twice: what rounding leaves of the others after the first pass is gone
 * after the second. Lengths stay positive, which is the fixed sign of R's diagonal.
 */
function orthonormalise(vectors: readonly Float64Array[]): void {
  vectors.forEach((vector, which) => {
    for (let pass = 0; pass < 2; pass += 1) {
      for (let other = 0; other < which; other += 1) {
        const direction = vectors[other] ?? vector;
        let product = 0;
        for (let at = 0; at < vector.length; at += 1) product += (vector[at] ?? 0) * (direction[at] ?? 0);
        for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) - product * (direction[at] ?? 0);
      }
    }
    const norm = Math.sqrt(vector.reduce((sum, element) => sum + element * element, 0));
    for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] ?? 0) / norm;
  });
}
