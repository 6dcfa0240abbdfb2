/** A linear map and its transpose, on vectors of doubles. */
export interface LinearMap {
  /** Elements of what `apply` takes. */
  readonly size: number;
  apply(x: Float64Array): Float64Array;
  transpose(y: Float64Array): Float64Array;
}

/** Steps after which the largest singular value is taken as it stands. */
const mostSteps = 32;
/** Two values in a row that differ by less, relatively, are the same. */
const settled = 1e-7;
/** What is smaller, relatively, is the rounding of a map that is computed in float32. */
const negligible = 1e-6;

/**
 * The largest singular value of a linear map that is known only by what it does: Golub and Kahan's bidiagonalisation
 * (1965) with every vector made orthogonal to all before it. Exact after as many steps as the map has dimensions; a
 * lower bound that rises quickly before. `start` is a vector that is not orthogonal to the sought one: a random one.
 */
export function largestSingularValue(map: LinearMap, start: Float64Array, steps = mostSteps): number {
  const rights: Float64Array[] = [];
  const lefts: Float64Array[] = [];
  const diagonal: number[] = [];
  const above: number[] = [];
  let right: Float64Array = start.slice();
  if (normalise(right) === 0) return 0;
  let value = 0;
  for (let step = 0; step < steps; step++) {
    rights.push(right);
    const left = map.apply(right);
    clear(left, lefts);
    const alpha = normalise(left);
    diagonal.push(alpha);
    const before = value;
    value = bidiagonalNorm(diagonal, above);
    // Nothing is left, or nothing new comes.
    if (alpha <= negligible * value || (step > 1 && value - before <= settled * value)) break;
    lefts.push(left);
    right = map.transpose(left);
    clear(right, rights);
    const beta = normalise(right);
    if (beta <= negligible * value || rights.length === map.size) break;
    above.push(beta);
  }
  return value;
}

/** Takes all that lies along the given unit vectors out of a vector; twice, because once leaves rounding behind. */
function clear(vector: Float64Array, units: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const unit of units) {
      let along = 0;
      for (let index = 0; index < vector.length; index++) along += (vector[index] ?? 0) * (unit[index] ?? 0);
      for (let index = 0; index < vector.length; index++) {
        vector[index] = (vector[index] ?? 0) - along * (unit[index] ?? 0);
      }
    }
  }
}

/** Brings a vector to length 1 where it has one; returns the length it had. */
function normalise(vector: Float64Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  if (length > 0) for (let index = 0; index < vector.length; index++) vector[index] = (vector[index] ?? 0) / length;
  return length;
}

/** The largest singular value of an upper bidiagonal matrix, by bisection on the eigenvalues of BᵀB. */
function bidiagonalNorm(diagonal: readonly number[], above: readonly number[]): number {
  const squares = diagonal.map((alpha, index) => alpha ** 2 + (above[index - 1] ?? 0) ** 2);
  const besides = above.map((beta, index) => (diagonal[index] ?? 0) * beta);
  let high = 0;
  squares.forEach((square, index) => {
    high = Math.max(high, square + Math.abs(besides[index - 1] ?? 0) + Math.abs(besides[index] ?? 0));
  });
  let low = Math.max(0, ...squares);
  // All eigenvalues lie below x where every pivot of the tridiagonal matrix less x is negative (Sturm).
  const allBelow = (x: number): boolean => {
    let pivot = (squares[0] ?? 0) - x;
    for (let index = 1; index < squares.length; index++) {
      if (pivot >= 0) return false;
      pivot = (squares[index] ?? 0) - x - (besides[index - 1] ?? 0) ** 2 / pivot;
    }
    return pivot < 0;
  };
  for (let round = 0; round < 100 && high - low > 1e-15 * high; round++) {
    const middle = (low + high) / 2;
    if (allBelow(middle)) high = middle;
    else low = middle;
  }
  return Math.sqrt(high);
}

/** Squarings of the matrix: the power is 2^20, whose root is the radius to a relative 1e-5 and mostly far better. */
const squarings = 20;

/**
 * The spectral radius of a square matrix (row-major, n × n): the largest magnitude among its eigenvalues, complex ones
 * included, as ‖W^k‖^(1/k) for a large k (Gelfand 1941). Every power is brought back to a norm of 1.
 */
export function spectralRadius(matrix: ArrayLike<number>, n: number): number {
  let power: Float64Array = Float64Array.from(matrix);
  let logarithm = 0;
  let weight = 1;
  for (let round = 0; round <= squarings; round++) {
    const length = normalise(power);
    if (length === 0) return 0;
    if (!Number.isFinite(length)) return Number.NaN;
    logarithm += Math.log(length) * weight;
    if (round === squarings) break;
    power = squared(power, n);
    weight /= 2;
  }
  return Math.exp(logarithm);
}

function squared(matrix: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let inner = 0; inner < n; inner++) {
      const factor = matrix[row * n + inner] ?? 0;
      if (factor === 0) continue;
      for (let column = 0; column < n; column++) {
        product[row * n + column] = (product[row * n + column] ?? 0) + factor * (matrix[inner * n + column] ?? 0);
      }
    }
  }
  return product;
}
