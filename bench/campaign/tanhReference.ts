import { RandomStream } from '#shared/program/random';

/** Ratios at step 0 of a plain tanh network on two spirals, by a computation of its own. */
export interface TanhRatios {
  /** RMS of the gradient at the output of the stem over that at the output of the last hidden layer. */
  readonly activations: number;
  /** RMS of the gradient of the stem's kernel over that of the last hidden layer's kernel: tensors of two sizes. */
  readonly kernels: number;
}

type Matrix = readonly Float64Array[];

const rms = (rows: Matrix): number => {
  const squares = rows.flatMap((row) => Array.from(row, (value) => value * value));
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
};

const multiply = (left: Matrix, right: Matrix): Matrix =>
  left.map((row) => {
    const sums = new Float64Array(right[0]?.length ?? 0);
    row.forEach((factor, at) => right[at]?.forEach((value, to) => (sums[to] = (sums[to] ?? 0) + factor * value)));
    return sums;
  });

const transpose = (rows: Matrix): Matrix =>
  Array.from(rows[0] ?? [], (_, at) => Float64Array.from(rows, (row) => row[at] ?? 0));

const elementwise = (rows: Matrix, other: Matrix, of: (value: number, at: number) => number): Matrix =>
  rows.map((row, index) => row.map((value, at) => of(value, other[index]?.[at] ?? 0)));

/**
 * The network of docs/spirals.md (results.md 6) written out in float64: no code of the engine, no Program. A linear stem
 * of 32 units, `depth` tanh layers, two logits, mean cross-entropy; Glorot normal, biases 0, one batch of 64.
 */
export function tanhRatios(seed: number, depth: number): TanhRatios {
  const stream = new RandomStream(seed, 'tanh reference');
  const width = 32;
  const glorot = (rows: number, columns: number): Matrix =>
    Array.from({ length: rows }, () =>
      Float64Array.from({ length: columns }, () => Math.sqrt(2 / (rows + columns)) * stream.normal()),
    );
  const labels = Array.from({ length: 64 }, (_, index) => index % 2);
  const points = labels.map((label) => {
    const angle = 3 * Math.PI * Math.sqrt(stream.uniform());
    const radius = ((label === 0 ? 1 : -1) * angle) / (3 * Math.PI);
    return Float64Array.of(
      radius * Math.cos(angle) + 0.02 * stream.normal(),
      radius * Math.sin(angle) + 0.02 * stream.normal(),
    );
  });
  const hidden = Array.from({ length: depth }, () => glorot(width, width));
  const head = glorot(width, 2);
  const values: Matrix[] = [multiply(points, glorot(2, width))];
  for (const kernel of hidden) {
    values.push(multiply(values.at(-1) ?? [], kernel).map((row) => row.map((value) => Math.tanh(value))));
  }
  const logits = multiply(values.at(-1) ?? [], head);
  const atLogits = logits.map((row, index) => {
    const [zero = 0, one = 0] = row;
    const share = 1 / (1 + Math.exp(zero - one));
    const error = (share - (labels[index] ?? 0)) / labels.length;
    return Float64Array.of(-error, error);
  });
  const top = multiply(atLogits, transpose(head));
  let gradient = top;
  let lastKernel: Matrix = [];
  for (let layer = depth - 1; layer >= 0; layer -= 1) {
    const slopes = values[layer + 1] ?? [];
    const before = elementwise(gradient, slopes, (value, output) => value * (1 - output * output));
    if (layer === depth - 1) lastKernel = multiply(transpose(values[layer] ?? []), before);
    gradient = multiply(before, transpose(hidden[layer] ?? []));
  }
  const stemKernel = multiply(transpose(points), gradient);
  return { activations: rms(gradient) / rms(top), kernels: rms(stemKernel) / rms(lastKernel) };
}
