import { describe, expect, test } from 'vitest';
import type { Export, ModelToExport } from '../model.ts';
import { largestError, tolerance } from './models.ts';
import type { ExportCase } from './models.ts';
import { predictInPython, whyNoPython } from './python.ts';
import type { PythonReader } from './python.ts';

/**
 * Writes each case, lets the format's own framework read and run it, and compares with the float64 interpreter. Skipped,
 * with the reason as its title, where this machine has no such Python.
 */
export function compareInPython(
  reader: PythonReader,
  cases: readonly ExportCase[],
  write: (model: ModelToExport) => Export,
): void {
  const reason = whyNoPython(reader);
  describe(`${reader} read back in Python`, () => {
    if (reason !== null) {
      test.skip(`not run: ${reason}`, () => undefined);
      return;
    }
    test(`${cases.length} models predict what the float64 interpreter does`, async () => {
      const written = await Promise.all(
        cases.map(async ({ model, inputs, expected }) => {
          const { findings, write: files } = write(model);
          if (files === null) throw new Error(`${model.name}: ${JSON.stringify(findings)}`);
          return { files: await files(), inputs, outputs: Object.keys(expected) };
        }),
      );
      const predicted = predictInPython(reader, written);
      const wrong = cases.flatMap(({ name, expected }, index) => {
        const outputs = predicted[index];
        if (outputs === undefined || typeof outputs === 'string') return [`${name}: ${outputs ?? 'nothing came back'}`];
        return Object.entries(expected).flatMap(([output, { values }]) => {
          const error = largestError(outputs[output]?.data ?? [], values);
          return error < tolerance ? [] : [`${name}, ${output}: ${error}`];
        });
      });
      expect(wrong).toEqual([]);
      expect(cases.length).toBeGreaterThan(0);
    }, 900_000);
  });
}
