import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { nodeId } from '#shared/graph/identifiers';
import { interpretFlat } from '#shared/testing/interpreter';
import { array64 } from '#shared/testing/array64';
import { attentionMaps, withAttentionMaps } from './attentionMaps.ts';
import { exportKeras } from './keras/export.ts';
import { exportKerasCode } from './kerascode/export.ts';
import { endNames } from './model.ts';
import { exportOnnx } from './onnx/export.ts';
import { exportTorch } from './pytorch/export.ts';
import { exportSavedModel } from './tensorflow/export.ts';
import { compareInPython } from './testing/compare.ts';
import type { ExportCase } from './testing/models.ts';
import { largestError, templateCases, tolerance } from './testing/models.ts';
import { exportLite } from './tflite/export.ts';

/** A case with its maps as outputs, and what the float64 interpreter says they are. */
function withMaps(given: ExportCase): ExportCase {
  const model = withAttentionMaps(given.model);
  const inputNames = endNames(model.flat.inputs);
  const inputs = Object.fromEntries(
    model.flat.inputs.map(({ node }, index) => {
      const array = given.inputs[inputNames[index] ?? ''];
      return [node, array64(array?.shape ?? [], (at) => Number(array?.data[at]))];
    }),
  );
  const weights = new Map(
    Object.entries(model.weights).map(([id, { shape, data }]) => [id, array64(shape, (at) => Number(data[at]))]),
  );
  const { outputs } = interpretFlat(
    { ...model.flat, losses: [], metrics: [] },
    { inputs, targets: {}, weights, training: false, seed: 0, step: 0 },
  );
  const names = endNames(model.flat.outputs);
  const maps = model.flat.outputs.slice(given.model.flat.outputs.length).map(({ node }, index) => {
    const value = outputs.get(node);
    if (value === undefined) throw new Error(`the interpreter gave no ${node}`);
    return [names[given.model.flat.outputs.length + index] ?? '', value] as const;
  });
  return { ...given, model, expected: { ...given.expected, ...Object.fromEntries(maps) } };
}

const templates = templateCases().filter(({ model }) => attentionMaps(model).length > 0);
const cases = templates.map(withMaps);

describe('maps as outputs', () => {
  test('each iteration of a loop has its own, called after the node', () => {
    const names = templates.flatMap(({ model }) => attentionMaps(model).map(({ node }) => node));
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => /_map_1$/.test(name)).length).toBeGreaterThan(0);
    expect(names.filter((name) => /_map_2$/.test(name)).length).toBeGreaterThan(0);
  });

  test('the rows of a map are shares', () => {
    expect(cases.length).toBeGreaterThan(1);
    for (const { model, expected } of cases) {
      for (const { node } of attentionMaps(model)) {
        const { shape, values } = expected[endNames([{ node: nodeId(node) }])[0] ?? ''] ?? { shape: [], values: [] };
        const keys = shape.at(-1) ?? 1;
        for (let row = 0; row < values.length; row += keys) {
          const sum = Array.from(values.slice(row, row + keys)).reduce((total, value) => total + value, 0);
          expect(sum).toBeCloseTo(1, 10);
        }
      }
    }
  });

  test('a model without attention has none', () => {
    const plain = templateCases().filter(({ template }) => template === 'plain-mlp');
    expect(plain.map(({ model }) => attentionMaps(model))).toEqual([[]]);
  });

  test.each(cases)('ONNX Runtime: $name', async ({ model, inputs, expected }) => {
    const bytes = (await exportOnnx(model).write?.())?.get('') ?? new Uint8Array();
    const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { shape, dtype, data }]) => [
        name,
        new Tensor(dtype, data as Float32Array, [...shape]),
      ]),
    );
    const results = await session.run(feeds);
    expect(Object.keys(results).toSorted()).toEqual(Object.keys(expected).toSorted());
    for (const [name, { values }] of Object.entries(expected)) {
      expect(largestError(results[name]?.data as Float32Array, values), name).toBeLessThan(tolerance);
    }
  });
});

compareInPython('keras', cases, exportKeras);
compareInPython('savedmodel', cases, exportSavedModel);
compareInPython('tflite', cases, (model) => exportLite(model));
compareInPython('pytorch', cases, exportTorch);
compareInPython('keras-code', cases, exportKerasCode);
