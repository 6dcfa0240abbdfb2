import { describe, expect, test } from 'vitest';
import { pathSuffix } from '#shared/program/path';
import type { FlatProgram, FlatWire } from '#shared/program/program';
import { operationSeed, RandomStream, statelessUniform } from '#shared/program/random';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import type { Array64 } from '#shared/testing/array64';
import { sizeOf } from '#shared/testing/array64';
import { Differences } from '#shared/testing/differences';
import type { Batch } from '#shared/testing/interpreter';
import { interpretFlat } from '#shared/testing/interpreter';
import { compute } from '#shared/testing/kernels';
import { randomBatch, randomDocument } from '#shared/testing/randomGraphs';
import { nativeDevice } from '../testing/device.ts';
import { measureGradients } from './gradients.ts';
import { planDocument } from './network.ts';
import type { Plan } from './plan.ts';

let forks = 0;
const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

const floats = ({ shape, values }: Array64): NamedArray => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from(values),
});
const integers = ({ shape, values }: Array64): NamedArray => ({ shape, dtype: 'int32', data: Int32Array.from(values) });

/** What the engine is given for a batch of the interpreter. */
function arraysOf(batch: Batch, labels: ReadonlySet<string>): NamedArrays {
  return Object.fromEntries([
    ...[...Object.entries(batch.inputs), ...Object.entries(batch.targets)].map(([name, array]) => [
      name,
      labels.has(name) ? integers(array) : floats(array),
    ]),
  ]) as NamedArrays;
}

/** Directions of signs: a gradient that differs from the true one by e differs along them by ‖e‖ in the root mean square. */
const directionCount = 6;
/** Steps along them are this much smaller than the differences' own, to stay away from kinks. */
const shrink = 1e-3;

interface Slope {
  /** Number of elements. */
  readonly size: number;
  along(direction: Float64Array): number;
}

/** The root mean square over random directions of what two gradients differ by, relative to the norm of one. */
function normRelative(
  gradient: ArrayLike<number>,
  { size, along }: Slope,
  random: RandomStream,
): { error: number; norm: number } {
  let squares = 0;
  for (let index = 0; index < directionCount; index++) {
    const signs = Float64Array.from({ length: size }, () => (random.integer(2) === 0 ? -1 : 1));
    const expected = along(signs.map((sign) => sign * shrink)) / shrink;
    const actual = signs.reduce((sum, sign, at) => sum + sign * (gradient[at] ?? Number.NaN), 0);
    squares += (actual - expected) ** 2 / directionCount;
  }
  const norm = Math.hypot(...Array.from(gradient));
  return { error: Math.sqrt(squares), norm };
}

/** Whether some rectifier sees almost exactly 0, or some pool a tie: there the derivative jumps and differences mislead. */
function isAtKink(program: FlatProgram, batch: Batch): boolean {
  const values = new Map<string, Array64>(
    program.inputs.flatMap(({ node, value }) => {
      const given = batch.inputs[node];
      return given === undefined ? [] : [[value, given]];
    }),
  );
  let found = false;
  for (const operation of program.operations) {
    const { specification, inputs, output, weights } = operation;
    const read = inputs.flatMap((input) => values.get(input) ?? []);
    const kind = specification.kind === 'activation' ? specification.attributes.function : specification.kind;
    const [first] = read;
    if (first !== undefined && ['relu', 'leakyRelu', 'elu'].includes(kind)) {
      found ||= first.values.some((value) => Math.abs(value) < 1e-5);
    }
    if (first !== undefined && (kind === 'pool2d' || kind === 'globalPool2d')) {
      const sorted = first.values.toSorted();
      found ||= sorted.some((value, index) => index > 0 && value - (sorted[index - 1] ?? 0) < 1e-5);
    }
    values.set(
      output,
      compute(specification, {
        inputs: read,
        weights: Object.fromEntries(
          Object.entries(weights).flatMap(([slot, id]) => {
            const weight = batch.weights.get(id);
            return weight === undefined ? [] : [[slot, weight]];
          }),
        ),
        batch: 2,
        training: true,
        uniform: (count, mask) => statelessUniform(count, operationSeed(batch.seed, operation, mask, batch.step)),
        update: () => undefined,
      }),
    );
  }
  return found;
}

function setUp(seed: number): { program: FlatProgram; batch: Batch; raw: NamedArrays; loss: number } {
  const draw = (kinks: boolean): { plan: Plan; batch: Batch; labels: ReadonlySet<string> } => {
    const plan = planDocument(randomDocument(seed, { kinks, dropout: seed % 3 === 0 }));
    const { batch, labels } = randomBatch(plan.program, seed, 2);
    // The engine measures step 0; its masks are those of step 0.
    return { plan, batch: { ...batch, step: 0 }, labels };
  };
  const kinked = draw(seed % 2 === 0);
  const { plan, batch, labels } = isAtKink(kinked.plan.program, kinked.batch) ? draw(false) : kinked;
  const weights = plan.weights.map(({ id }) => Float32Array.from(batch.weights.get(id)?.values ?? []));
  const measured = measureGradients(nativeDevice(), {
    plan,
    weights,
    inputs: arraysOf(batch, labels),
    seed: batch.seed,
    raw: true,
  });
  return { program: plan.program, batch, raw: measured.raw ?? {}, loss: measured.loss };
}

describe.each(seeds)('random graph %i', (seed) => {
  test('has the loss and the gradients of float64 central differences, on every wire and weight', () => {
    const { program, batch, raw, loss } = setUp(seed);
    expect(Math.abs(loss / interpretFlat(program, batch).loss - 1)).toBeLessThan(1e-5);
    const differences = new Differences(program, batch);
    const random = new RandomStream(seed, 'directions');
    // What float32 leaves where a gradient is a difference of large ones (a bias before batch normalisation has none at
    // all), and what float64 leaves of the differences: about 1e-16 of the loss over steps of 1e-6.
    const largest = Math.max(...Object.values(raw).map(({ data }) => Math.hypot(...data)));
    const rounding = 1e-6 * largest + 5e-9 * (1 + Math.abs(loss));
    const wrong: string[] = [];
    const compare = (name: string, slope: Slope): void => {
      const { error, norm } = normRelative(raw[name]?.data ?? new Float32Array(slope.size), slope, random);
      if (!(error < 1e-4 * norm + rounding)) wrong.push(`${name}: off by ${error}, norm ${norm}`);
    };
    for (const wire of program.wires) {
      compare(`${wire.wire}${pathSuffix(wire.path)}`, {
        size: sizeOf([2, ...wire.type.shape]),
        along: (direction) => differences.alongWire(wire, direction),
      });
    }
    for (const { id, shape } of program.weights) {
      // What a frozen normalisation divides by is measured, never learned: no gradient of it is taken.
      if (/\/moving(Mean|Variance)/.test(id)) continue;
      compare(id, { size: sizeOf(shape), along: (direction) => differences.alongWeight(id, direction) });
    }
    expect(wrong).toEqual([]);
  });

  test('adds up at every fork, element by element', () => {
    const { program, raw } = setUp(seed);
    const gradientOn = (wire: FlatWire | undefined): NamedArray | undefined =>
      wire === undefined ? undefined : raw[`${wire.wire}${pathSuffix(wire.path)}`];
    for (const operation of program.operations) {
      // Identities and adds hand on the whole gradient of their output, so that it can be read on the wire before them.
      if (operation.specification.kind !== 'identity' && operation.specification.kind !== 'add') continue;
      const whole = gradientOn(program.wires.find(({ consumer }) => consumer === operation.id));
      const consumers = program.operations.flatMap(({ inputs }) =>
        inputs.filter((input) => input === operation.output),
      );
      const after = program.wires.filter(({ value }) => value === operation.output);
      if (whole === undefined || after.length < 2 || consumers.length !== after.length) continue;
      forks += 1;
      const parts = after.flatMap((wire) => gradientOn(wire) ?? []);
      whole.data.forEach((value, index) => {
        const terms = parts.map((part) => part.data[index] ?? Number.NaN);
        const scale = terms.reduce((sum, term) => sum + Math.abs(term), 1e-30);
        expect(Math.abs(terms.reduce((sum, term) => sum + term, 0) - value) / scale).toBeLessThan(1e-6);
      });
    }
  });
});

test('there were forks enough', () => {
  expect(forks).toBeGreaterThan(100);
});
