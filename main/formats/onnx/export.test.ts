import { describe, expect, test } from 'vitest';
import { keptCases, largestError, randomCases, templateCases, tolerance } from '../testing/models.ts';
import type { ExportCase } from '../testing/models.ts';
import { predictInOnnxRuntime } from '../testing/nodeReaders.ts';
import { operationCases } from '../testing/operations.ts';
import { exportOnnx } from './export.ts';

async function errorsInOnnxRuntime({ model, inputs, expected }: ExportCase): Promise<Record<string, number>> {
  const { findings, write } = exportOnnx(model);
  if (write === null) throw new Error(JSON.stringify(findings));
  const outputs = await predictInOnnxRuntime(await write(), inputs);
  return Object.fromEntries(
    Object.entries(expected).map(([name, { values }]) => [name, largestError(outputs[name] ?? [], values)]),
  );
}

const cases = [...operationCases(), ...templateCases(), ...randomCases(25), ...keptCases('onnx')];

describe('ONNX files in ONNX Runtime', () => {
  test.each(cases)('$name', async (example) => {
    const errors = await errorsInOnnxRuntime(example);
    for (const [output, error] of Object.entries(errors)) expect(error, output).toBeLessThan(tolerance);
    expect(Object.keys(errors)).not.toHaveLength(0);
  });
});
