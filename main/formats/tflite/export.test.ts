import { describe, expect, test } from 'vitest';
import { compareInPython } from '../testing/compare.ts';
import {
  largestError,
  keptCases,
  randomCases,
  templateCases,
  tolerance,
  withRoundedWeights,
} from '../testing/models.ts';
import { operationCases } from '../testing/operations.ts';
import { predictInPython, whyNoPython } from '../testing/python.ts';
import type { ModelToExport } from '../model.ts';
import { fromHalf, halves, quantise, roundWeights } from '../precision.ts';
import type { Precision } from '../precision.ts';
import { exportLite } from './export.ts';

const templates = templateCases();
/** Between them: products, convolutions, a transposed one, a loop, attention. */
const wanted = ['digits-cnn', 'autoencoder', 'rla', 'transformer-encoder'];
const someTemplates = templates.filter(({ template }) => wanted.includes(template));

compareInPython('tflite', [...operationCases(), ...templates, ...randomCases(8), ...keptCases('tflite')], (model) =>
  exportLite(model),
);

describe('rounded weights', () => {
  test('binary16: exact where it can be, nearest and to even where not', () => {
    // From IEEE 754: 1 + 2^-11 lies in the middle and goes to the even 1; the least is 2^-24; above 65504 + 16 is ∞.
    const pairs: readonly (readonly [number, number])[] = [
      [0, 0],
      [1, 1],
      [-2.5, -2.5],
      [65504, 65504],
      [65519, 65504],
      [65520, Number.POSITIVE_INFINITY],
      [1 + 2 ** -11, 1],
      [1 + 3 * 2 ** -11, 1 + 2 ** -9],
      [2 ** -14, 2 ** -14],
      [2 ** -24, 2 ** -24],
      [2 ** -25, 0],
      [1.5 * 2 ** -24, 2 * 2 ** -24],
      [3 * 2 ** -26, 2 ** -24],
      [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
      [Number.NaN, Number.NaN],
    ];
    const received = [...halves(Float32Array.from(pairs, ([given]) => given))].map(fromHalf);
    expect(received).toEqual(pairs.map(([, expected]) => expected));
  });

  test('int8: each channel by its own largest magnitude, off by half a step at most', () => {
    const data = Float32Array.from([1, -0.01, 0.5, 0.004, -1, 0]);
    const { values, scales } = quantise(data, [3, 2], 1);
    expect([...values]).toEqual([127, -127, 64, 51, -127, 0]);
    expect([...scales]).toEqual([Math.fround(1 / 127), Math.fround(Math.fround(0.01) / 127)]);
  });

  const reason = whyNoPython('tflite');
  test.skipIf(reason !== null)(
    `the interpreter predicts what the rounded network does${reason === null ? '' : `: ${reason}`}`,
    async () => {
      for (const precision of ['float16', 'int8'] as const) {
        const cases = someTemplates.map((one) => withRoundedWeights(one, precision));
        const written = await Promise.all(
          cases.map(async ({ model, inputs, expected }) => ({
            files: (await exportLite(model, precision).write?.()) ?? new Map<string, Uint8Array>(),
            inputs,
            outputs: Object.keys(expected),
          })),
        );
        const predicted = predictInPython('tflite', written);
        const wrong = cases.flatMap(({ name, expected }, index) => {
          const outputs = predicted[index];
          if (outputs === undefined || typeof outputs === 'string') return [`${name}: ${String(outputs)}`];
          return Object.entries(expected).flatMap(([output, { values }]) => {
            const error = largestError(outputs[output]?.data ?? [], values);
            return error < tolerance ? [] : [`${name}, ${output}: ${error}`];
          });
        });
        expect(wrong, precision).toEqual([]);
      }
    },
  );

  test('float16 saves two bytes of each rounded number, int8 three', async () => {
    const sizeOf = async (model: ModelToExport, precision: Precision): Promise<number> =>
      (await exportLite(model, precision).write?.())?.get('')?.length ?? 0;
    for (const { model } of someTemplates) {
      const rounded = Object.entries(roundWeights(model.flat, model.weights, 'int8')).filter(
        ([id, array]) => array !== model.weights[id],
      );
      const numbers = rounded.reduce((sum, [, { data }]) => sum + data.length, 0);
      // Each rounded weight has a tensor, a call and its factors more.
      const overhead = rounded.reduce((sum, [, { shape }]) => sum + 400 + 12 * Math.max(...shape), 400);
      const full = await sizeOf(model, 'float32');
      expect(full - (await sizeOf(model, 'float16'))).toBeGreaterThan(2 * numbers - overhead);
      expect(full - (await sizeOf(model, 'int8'))).toBeGreaterThan(3 * numbers - overhead);
    }
  });
});
