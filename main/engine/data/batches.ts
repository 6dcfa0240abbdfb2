import { RandomStream } from '#shared/program/random';

/** The order in which an epoch visits the training examples: a pure function of seed and epoch. */
export function epochOrder(training: Int32Array, seed: number, epoch: number): Int32Array {
  const order = new RandomStream(seed, `epoch ${epoch}`).permutation(training.length);
  return Int32Array.from(order, (position) => training[position] ?? 0);
}

/** Steps of one epoch; the last batch holds what is left. */
export function stepsPerEpoch(examples: number, batch: number): number {
  return Math.ceil(examples / batch);
}

/** The examples of one step of an epoch. */
export function stepIndices(order: Int32Array, batch: number, stepInEpoch: number): Int32Array {
  return order.slice(stepInEpoch * batch, (stepInEpoch + 1) * batch);
}
