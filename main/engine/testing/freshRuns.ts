import type { GradloomDocument } from '#shared/graph/document';
import type { DataSource } from '#shared/graph/training';
import { createTemplate } from '#shared/templates/templates';
import { chain, glorot, he, line, orthogonal, stack } from './labelled.ts';
import type { LabelledRun } from './labelled.ts';
import { cellLoop, nestedLoop, residualLoop, still } from './loops.ts';

const moons: DataSource = { kind: 'moons', size: 800, noise: 0.1 };
const circles: DataSource = { kind: 'circles', size: 800, noise: 0.05, ratio: 0.5 };

/** T times h ← ρQh with Q orthogonal: the state's gradient is multiplied by ρ in each iteration. */
function recurrence(radius: number, steps: number, seed: number): GradloomDocument {
  const made = createTemplate('linear-rnn', { radius, steps, width: 24 }, 'en');
  const data = made.training.data;
  return {
    ...made,
    training: {
      ...made.training,
      optimiser: { kind: 'sgd', learningRate: 1e-12, momentum: 0 },
      epochs: 4,
      seed,
      data: data === null ? null : { ...data, seed },
    },
  };
}

/**
 * Networks, data and sizes that no threshold was set with. They were fresh once: what they showed, that loops were not
 * seen, led to the reading along loops. Label and reason of each were written down before any of them had been run.
 */
export const onceFreshRuns: readonly LabelledRun[] = [
  {
    name: 'linear chain, kernel 0.4, 9 layers',
    label: 'vanishing',
    because: 'ratio 0.4^9 = 2.6e-4 exactly',
    document: (seed) => chain(0.4, 9, 'linear', 0, seed),
  },
  {
    name: 'linear stack 0.75·Q, 26 layers of 48, moons',
    label: 'vanishing',
    because: 'ratio 0.75^26 = 5.6e-4 exactly',
    document: (seed) =>
      stack({ depth: 26, width: 48, activation: 'linear', initialiser: orthogonal(0.75), source: moons }, seed),
  },
  {
    name: 'sigmoid, Glorot, 14 layers of 24, moons',
    label: 'vanishing',
    because: 'slopes of 0.25 at most, maps of gain about 1: about 0.25^14 = 4e-9',
    document: (seed) =>
      stack({ depth: 14, width: 24, activation: 'sigmoid', initialiser: glorot, source: moons }, seed),
  },
  {
    name: 'recurrence 0.8·Q, 40 steps',
    label: 'vanishing',
    because: 'ratio 0.8^40 = 1.3e-4 exactly, through the iterations of a loop',
    document: (seed) => recurrence(0.8, 40, seed),
  },
  {
    name: 'linear chain, kernel 3, 8 layers',
    label: 'exploding',
    because: 'ratio 3^8 = 6561 exactly',
    document: (seed) => chain(3, 8, 'linear', 0, seed),
  },
  {
    name: 'linear stack 1.5·Q, 22 layers of 48, moons',
    label: 'exploding',
    because: 'ratio 1.5^22 = 7.5e3 exactly',
    document: (seed) =>
      stack(
        {
          depth: 22,
          width: 48,
          activation: 'linear',
          initialiser: orthogonal(1.5),
          source: moons,
          optimiser: still,
        },
        seed,
      ),
  },
  {
    name: 'recurrence 1.25·Q, 40 steps',
    label: 'exploding',
    because: 'ratio 1.25^40 = 7.5e3 exactly, through the iterations of a loop',
    document: (seed) => recurrence(1.25, 40, seed),
  },
  {
    name: 'leaky ReLU + He, residual without normalisation, 40 layers of 24, moons',
    label: 'exploding',
    because: 'each sum adds about as much variance as there was: about 2^20',
    document: (seed) =>
      stack(
        {
          depth: 40,
          width: 24,
          activation: 'leakyRelu',
          initialiser: he,
          residual: true,
          source: moons,
          optimiser: still,
        },
        seed,
      ),
  },
  {
    name: 'ReLU, biases −20, 2 layers of 48, circles',
    label: 'deadUnits',
    because: 'every pre-activation is below 0: all units are 0',
    document: (seed) =>
      stack({ depth: 2, width: 48, activation: 'relu', initialiser: he, bias: -20, source: circles }, seed),
  },
  {
    name: 'tanh, kernels of deviation 40, 3 layers of 24, circles',
    label: 'saturation',
    because: 'pre-activations of deviation above 20: 9 in 10 elements beyond |z| = 2.18',
    document: (seed) =>
      stack(
        {
          depth: 3,
          width: 24,
          activation: 'tanh',
          initialiser: { kind: 'normal', mean: 0, deviation: 40 },
          source: circles,
        },
        seed,
      ),
  },
  {
    name: 'one linear unit, SGD at 1.1',
    label: 'learningRate',
    because: 'curvature 2: the error of the bias grows by |1 − 2·1.1| = 1.2 a step',
    document: (seed) => line(1.1, seed),
  },
  {
    name: 'one linear unit, SGD at 2.1 with momentum 0.9',
    label: 'learningRate',
    because: 'with momentum β the limit is (2 + 2β)/curvature = 1.9',
    document: (seed) => line(2.1, seed, 0.9),
  },
  {
    name: 'tanh, Glorot, 34 layers of 40, spirals, beside a residual twin',
    label: 'degradation',
    because: 'as results.md 6 has it of 30 layers of 32: a prediction, for other sizes',
    document: (seed) => stack({ depth: 34, width: 40, activation: 'tanh', initialiser: glorot, epochs: 60 }, seed),
    beside: (seed) =>
      stack({ depth: 34, width: 40, activation: 'tanh', initialiser: glorot, residual: true, epochs: 60 }, seed),
  },
  {
    name: 'one linear unit, SGD at 0.1 with momentum 0.9',
    label: null,
    because: 'far below the limit of 1.9',
    document: (seed) => line(0.1, seed, 0.9),
  },
  {
    name: 'recurrence Q, 40 steps',
    label: null,
    because: 'ratio 1 exactly',
    document: (seed) => recurrence(1, 40, seed),
  },
  {
    name: 'linear stack Q, 24 layers of 48, moons',
    label: null,
    because: 'ratio 1 exactly',
    document: (seed) =>
      stack({ depth: 24, width: 48, activation: 'linear', initialiser: orthogonal(1), source: moons }, seed),
  },
  {
    name: 'ReLU + He, 2 layers of 48, moons',
    label: null,
    because: 'shallow, with the start made for it',
    document: (seed) =>
      stack({ depth: 2, width: 48, activation: 'relu', initialiser: he, source: moons, epochs: 30 }, seed),
  },
  {
    name: 'sigmoid, residual, normalised, 12 layers of 24, circles',
    label: null,
    because: 'the gradient has the identity, and what is normalised does not grow',
    document: (seed) =>
      stack(
        {
          depth: 12,
          width: 24,
          activation: 'sigmoid',
          initialiser: glorot,
          residual: true,
          normalised: true,
          source: circles,
          epochs: 30,
        },
        seed,
      ),
  },
];

const xor: DataSource = { kind: 'xor', size: 720, noise: 0.05 };

/** The notes' cell along depth: x has the identity, and what is added to it is normalised before and squashed behind. */
function rla(iterations: number, seed: number): GradloomDocument {
  const made = createTemplate('rla', { form: 'dense', iterations, channels: 20, memory: 6 }, 'en');
  const data = made.training.data;
  return { ...made, training: { ...made.training, epochs: 2, seed, data: data === null ? null : { ...data, seed } } };
}

/**
 * Networks, data and sizes that nothing was tuned with, loops among them. Label and reason of each were written down
 * before any of them had been run; see docs/detectors-fresh.md.
 */
export const freshRuns: readonly LabelledRun[] = [
  {
    name: 'loop: h ← 0.85·Qh, 60 iterations',
    label: 'vanishing',
    because: 'ratio 0.85^59 = 6.8e-5 exactly, between the first iteration and the last',
    document: (seed) => recurrence(0.85, 60, seed),
  },
  {
    name: 'loop: h ← 0.75·Qh, 32 iterations, three times in an outer loop',
    label: 'vanishing',
    because: 'ratio 0.75^31 = 1.3e-4 exactly in the inner loop, 0.75^64 in the outer',
    document: (seed) => nestedLoop(0.75, 32, seed),
  },
  {
    name: 'loop: tanh cell, recurrent kernel 0.6·Q, 34 steps',
    label: 'vanishing',
    because: 'slopes of 1 at most: 0.6^33 = 4.8e-8 at most',
    document: (seed) =>
      cellLoop({ type: 'simpleCell', steps: 34, params: { recurrentInitialiser: { ...orthogonal(0.6) } } }, seed),
  },
  {
    name: 'loop: GRU as it comes, 50 steps',
    label: 'vanishing',
    because: 'told of other sizes: 3e-11 over 50 steps (claims.md)',
    document: (seed) => cellLoop({ type: 'gruCell', steps: 50 }, seed),
  },
  {
    name: 'loop: LSTM, forget bias 1, 54 steps',
    label: 'vanishing',
    because: 'told of other sizes: 6e-6 over 50 steps (claims.md); σ(1) = 0.73 a step',
    document: (seed) => cellLoop({ type: 'lstmCell', steps: 54 }, seed),
  },
  {
    name: 'linear stack 0.7·Q, 22 layers of 40, xor',
    label: 'vanishing',
    because: 'ratio 0.7^22 = 3.9e-4 exactly',
    document: (seed) =>
      stack({ depth: 22, width: 40, activation: 'linear', initialiser: orthogonal(0.7), source: xor }, seed),
  },
  {
    name: 'sigmoid, Glorot, 16 layers of 40, circles',
    label: 'vanishing',
    because: 'slopes of 0.25 at most, maps of gain about 1: about 0.25^16 = 2e-10',
    document: (seed) =>
      stack({ depth: 16, width: 40, activation: 'sigmoid', initialiser: glorot, source: circles }, seed),
  },
  {
    name: 'loop: h ← 1.2·Qh, 50 iterations',
    label: 'exploding',
    because: 'ratio 1.2^49 = 7.6e3 exactly, between the first iteration and the last',
    document: (seed) => recurrence(1.2, 50, seed),
  },
  {
    name: 'loop: tanh cell, recurrent kernel 5·Q, 44 steps',
    label: 'exploding',
    because: 'mean field: the squared gradient grows by 25·E[tanh′²], about 2.9 a step: 1.7^43 = 8e9 in all',
    document: (seed) =>
      cellLoop({ type: 'simpleCell', steps: 44, params: { recurrentInitialiser: { ...orthogonal(5) } } }, seed),
  },
  {
    name: 'loop: ReLU + He, residual state without normalisation, 36 iterations',
    label: 'exploding',
    because: 'each sum adds about as much variance as there was, and shared weights add up: at least about 2^(35/2)',
    document: (seed) => residualLoop(36, seed),
  },
  {
    name: 'linear chain, kernel 2.5, 9 layers',
    label: 'exploding',
    because: 'ratio 2.5^9 = 3815 exactly',
    document: (seed) => chain(2.5, 9, 'linear', 0, seed),
  },
  {
    name: 'ReLU + He, residual without normalisation, 44 layers of 40, xor',
    label: 'exploding',
    because: 'each sum adds variance: about 2^22',
    document: (seed) =>
      stack(
        {
          depth: 44,
          width: 40,
          activation: 'relu',
          initialiser: he,
          residual: true,
          source: xor,
          optimiser: still,
        },
        seed,
      ),
  },
  {
    name: 'ReLU, biases −15, 3 layers of 40, xor',
    label: 'deadUnits',
    because: 'every pre-activation is below 0: all units are 0',
    document: (seed) =>
      stack({ depth: 3, width: 40, activation: 'relu', initialiser: he, bias: -15, source: xor }, seed),
  },
  {
    name: 'tanh, kernels of deviation 30, 2 layers of 40, xor',
    label: 'saturation',
    because: 'pre-activations of deviation above 20: 9 in 10 elements beyond |z| = 2.18',
    document: (seed) =>
      stack(
        {
          depth: 2,
          width: 40,
          activation: 'tanh',
          initialiser: { kind: 'normal', mean: 0, deviation: 30 },
          source: xor,
        },
        seed,
      ),
  },
  {
    name: 'one linear unit, SGD at 1.3',
    label: 'learningRate',
    because: 'curvature 2: the error of the bias grows by |1 − 2·1.3| = 1.6 a step',
    document: (seed) => line(1.3, seed),
  },
  {
    name: 'one linear unit, SGD at 1.7 with momentum 0.5',
    label: 'learningRate',
    because: 'with momentum β the limit is (2 + 2β)/curvature = 1.5',
    document: (seed) => line(1.7, seed, 0.5),
  },
  {
    name: 'tanh, Glorot, 32 layers of 36, spirals, beside a residual twin',
    label: 'degradation',
    because: 'as results.md 6 has it of 30 layers of 32: a prediction, for other sizes',
    document: (seed) => stack({ depth: 32, width: 36, activation: 'tanh', initialiser: glorot, epochs: 60 }, seed),
    beside: (seed) =>
      stack({ depth: 32, width: 36, activation: 'tanh', initialiser: glorot, residual: true, epochs: 60 }, seed),
  },
  {
    name: 'loop: h ← Qh, 64 iterations',
    label: null,
    because: 'ratio 1 exactly',
    document: (seed) => recurrence(1, 64, seed),
  },
  {
    name: 'loop: h ← 0.8·Qh, 4 iterations',
    label: null,
    because: 'short: ratio 0.8^3 = 0.51 exactly',
    document: (seed) => recurrence(0.8, 4, seed),
  },
  {
    name: 'loop: LSTM, forget bias 5, 40 steps',
    label: null,
    because: 'σ(5) = 0.993 a step: about 0.77 in all along the cell state',
    document: (seed) => cellLoop({ type: 'lstmCell', steps: 40, params: { forgetBias: 5 } }, seed),
  },
  {
    name: 'loop: RLA as the notes tell it, shared weights, residual, normalised, 8 iterations',
    label: null,
    because: 'the gradient has the identity along x, and what is normalised does not grow',
    document: (seed) => rla(8, seed),
  },
  {
    name: 'loop: tanh cell, recurrent kernel 0.4·Q, 26 steps, each read by the loss',
    label: null,
    because:
      'what comes back from late steps vanishes, but each step has a gradient of its own: not to be told from it',
    document: (seed) =>
      cellLoop(
        {
          type: 'simpleCell',
          steps: 26,
          params: { recurrentInitialiser: { ...orthogonal(0.4) } },
          isReadOften: true,
        },
        seed,
      ),
  },
  {
    name: 'one linear unit, SGD at 0.2 with momentum 0.8',
    label: null,
    because: 'far below the limit of 1.8',
    document: (seed) => line(0.2, seed, 0.8),
  },
  {
    name: 'ReLU + He, 4 layers of 40, circles',
    label: null,
    because: 'shallow, with the start made for it',
    document: (seed) =>
      stack({ depth: 4, width: 40, activation: 'relu', initialiser: he, source: circles, epochs: 30 }, seed),
  },
  {
    name: 'tanh, residual, normalised, 16 layers of 40, xor',
    label: null,
    because: 'the gradient has the identity, and what is normalised does not grow',
    document: (seed) =>
      stack(
        {
          depth: 16,
          width: 40,
          activation: 'tanh',
          initialiser: glorot,
          residual: true,
          normalised: true,
          source: xor,
          epochs: 30,
        },
        seed,
      ),
  },
];
