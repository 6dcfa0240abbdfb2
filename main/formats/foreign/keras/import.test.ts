import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '#shared/check/check';
import { parseDocument, serialiseDocument } from '#shared/graph/serialise';
import { findPython, skipReason } from '#shared/testing/python';
import { ImportProblem } from '../../importProblem.ts';
import { readNpz } from '../../npz.ts';
import { readModel } from '../../readModel.ts';
import type { ImportedModel } from '../../readModel.ts';
import { predictImported } from '../../testing/imported.ts';
import { largestError, tolerance } from '../../testing/models.ts';

const packages = ['keras', 'tensorflow', 'numpy'];
const python = findPython(packages);
const script = fileURLToPath(new URL('../../testing/keras_models.py', import.meta.url));

/** `.h5` and `.keras` of each; of whole classifiers the two that are quick to compute in float64, as `.keras` only. */
const small = ['windows', 'merges', 'sequences', 'nested', 'sequential'];
const classifiers = ['mobilenet-v2', 'efficientnet-b0'];
const others = ['strange', 'lambdas', 'open-length'];
const files = [
  ...small.flatMap((name) => ['model.keras', 'model.h5'].map((file) => [name, file] as const)),
  ...classifiers.map((name) => [name, 'model.keras'] as const),
];

describe.skipIf(python === undefined)(
  `models that Keras wrote${python === undefined ? `: ${skipReason(packages)}` : ''}`,
  () => {
    let folder = '';

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'gradloom-foreign-'));
      const { status, stderr } = spawnSync(python ?? '', [script, folder, ...small, ...classifiers, ...others], {
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(stderr.slice(-3000));
    }, 300_000);

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const read = (name: string, file: string): Promise<ImportedModel> =>
      readModel(new Map([['', readFileSync(join(folder, name, file))]]));

    test.each(files)(
      '%s, %s predicts what Keras does',
      async (name, file) => {
        const imported = await read(name, file);
        expect(check(imported.document).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
        const inputs = readNpz(readFileSync(join(folder, name, 'inputs.npz')));
        const expected = Object.values(readNpz(readFileSync(join(folder, name, 'outputs.npz'))));
        const outputs = predictImported(imported, Object.values(inputs));
        expect(outputs.length).toBe(expected.length);
        outputs.forEach((values, index) => {
          expect(largestError(values, expected[index]?.data ?? [])).toBeLessThan(tolerance);
        });
      },
      120_000,
    );

    test('a nested model and a shared layer are cells, whose weights are there once', async () => {
      const { document, weights } = await read('nested', 'model.keras');
      expect(document.cells.map(({ name, inputs }) => [name, inputs.length])).toEqual([
        ['base', 1],
        ['shared', 1],
      ]);
      const instances = document.graph.nodes.filter(({ type }) => type === 'cell');
      expect(instances.map(({ label, params }) => [label, params['cell'], params['weights']])).toEqual([
        ['base', 'base', 'shared'],
        ['base', 'base', 'shared'],
        ['shared', 'shared', 'shared'],
        ['shared', 'shared', 'shared'],
      ]);
      expect(Object.keys(weights ?? {}).filter((id) => id.startsWith('shared'))).toEqual([
        'shared/kernel',
        'shared/bias',
      ]);
      const output = document.graph.nodes.find(({ type }) => type === 'output');
      expect(output?.params).toEqual({ link: 'softmax' });
    });

    test('what the catalogue lacks stays as an opaque node with its settings, and says so', async () => {
      const { document, weights } = await read('strange', 'model.keras');
      const opaque = document.graph.nodes.filter(({ type }) => type === 'opaque');
      expect(opaque.map(({ label, params }) => [label, params['operator'], params['outputs']])).toEqual([
        ['bent', 'Conv2D (activation: "mish")', [{ id: 'y', shape: [4, 4, 3], dtype: 'float32' }]],
        ['unit', 'UnitNormalization', [{ id: 'y', shape: [4, 4, 3], dtype: 'float32' }]],
      ]);
      expect(opaque[0]?.params['attributes']).toMatchObject({ filters: 3, activation: 'mish' });
      expect(Object.keys(weights ?? {})).toEqual(['dense/kernel', 'dense/bias']);
      const { diagnostics } = check(document);
      expect(diagnostics.filter(({ code }) => code === 'opaque').map(({ node }) => node)).toEqual(['bent', 'unit']);
      const again = parseDocument(serialiseDocument(document));
      expect(again.ok && again.document).toEqual(document);
    });

    test('code in a file is refused by name, and so is a length that is open', async () => {
      const problem = (name: string, file: string): Promise<unknown> =>
        read(name, file).catch((error: unknown) =>
          error instanceof ImportProblem ? [error.code, error.values] : error,
        );
      const lambda = ['custom', { layer: 'doubled', operator: 'Lambda' }];
      expect(await problem('lambdas', 'model.keras')).toEqual(lambda);
      expect(await problem('lambdas', 'model.h5')).toEqual(lambda);
      expect(await problem('open-length', 'model.keras')).toEqual([
        'openShape',
        { layer: expect.any(String) as string, shape: '?×3' },
      ]);
    });
  },
);
