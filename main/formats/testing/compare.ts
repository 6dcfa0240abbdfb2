import { describe, expect, test } from 'vitest';
import type { Export, ModelToExport } from '../model.ts';
import { largestError, tolerance } from './models.ts';
import type { ExportCase } from './models.ts';
import { predictInPython, whyNoPython } from './python.ts';
import type { PythonReader } from './python.ts';

/**
 * The cases that a format can carry. Those it refuses must be the listed ones: what a format cannot hold stands in a table
 * of its test first, by the name that the finding gives it.
 */
export function carried(
  cases: readonly ExportCase[],
  write: (model: ModelToExport) => Export,
  refused: readonly string[],
): readonly ExportCase[] {
  const received = new Set<string>();
  const left = cases.filter(({ model }) => {
    const { findings, write: files } = write(model);
    for (const { severity, code, values } of findings) {
      if (severity === 'refused') received.add(String(values['kind'] ?? code));
    }
    return files !== null;
  });
  test('what it cannot carry', () => {
    expect([...received].toSorted()).toEqual([...refused].toSorted());
  });
  return left;
}

/**
 * Writes each case, lets the format's own framework read and run it, and compares with the float64 interpreter. Skipped,
 * with the reason as its title, where this machine has no such Python.
 */
export function compareInPython(
  reader: PythonReader,
  all: readonly ExportCase[],
  write: (model: ModelToExport) => Export,
  refused: readonly string[] = [],
): void {
  describe(`${reader} read back in Python`, () => {
    const cases = carried(all, write, refused);
    const reason = whyNoPython(reader);
    if (reason !== null) {
      test.skip(`not run: ${reason}`, () => undefined);
      return;
    }
    test(`${cases.length} models predict what the float64 interpreter does`, async () => {
      const written = await Promise.all(
        cases.map(async ({ model, inputs, expected }) => {
          const { write: files } = write(model);
          return { files: (await files?.()) ?? new Map(), inputs, outputs: Object.keys(expected) };
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
