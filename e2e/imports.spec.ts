import { readFileSync, writeFileSync } from 'node:fs';
import type { GradloomDocument } from '#shared/graph/document';
import { createTemplate } from '#shared/templates/templates';
import { readNpz } from '../main/formats/npz.ts';
import type { NpzArray } from '../main/formats/npz.ts';
import { exportOnnx } from '../main/formats/onnx/export.ts';
import { predictImported } from '../main/formats/testing/imported.ts';
import { exportCase, largestError, tolerance } from '../main/formats/testing/models.ts';
import { shellKind } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';

/** A file as another program writes it: the document that Gradloom puts into its own is not found in it. */
async function foreignOnnx(document: GradloomDocument): Promise<Buffer> {
  const files = await exportOnnx(exportCase(document, 7).model).write?.();
  const bytes = Buffer.from(files?.get('') ?? []);
  const at = bytes.indexOf('gradloom.document');
  bytes.write('somebody.document', at);
  return bytes;
}

const image: NpzArray = { shape: [3, 2], dtype: 'float32', data: Float32Array.of(0.3, -1, 2, 0.5, -0.7, 1.2) };

test('an ONNX file of others comes in by the dialog, and its repeated blocks become cells that compute the same', async ({
  gradloom,
}) => {
  test.skip(shellKind === 'electron', 'the platform’s own dialogs ask where to');
  const { page } = gradloom;
  writeFileSync(gradloom.pathOf('blocks.onnx'), await foreignOnnx(createTemplate('residual-mlp')));

  await gradloom.chooseFromFileMenu('files.import');
  const models = gradloom.dialog('import.title');
  await models.getByRole('option', { name: 'blocks.onnx' }).dblclick();
  const place = gradloom.dialog('files.dialog.save');
  await place.getByRole('textbox').fill('blocks');
  await place.getByRole('button', { name: gradloom.say('files.dialog.save.action'), exact: true }).click();
  await expect(page.getByRole('status').last()).toContainText(gradloom.say('repeats.found', { count: 1 }));
  const read = (): GradloomDocument => gradloom.read('blocks.gradloom.json');
  const predict = (document: GradloomDocument): readonly Float64Array[] =>
    predictImported({ document, weights: readNpz(readFileSync(gradloom.pathOf(document.weights?.file ?? ''))) }, [
      image,
    ]);
  const flat = read();
  expect(flat.cells).toEqual([]);
  const expected = predict(flat);

  await page.getByRole('button', { name: gradloom.say('repeats.action'), exact: true }).click();
  const saved = async (): Promise<number> => {
    await page.keyboard.press('ControlOrMeta+s');
    return read().cells.length;
  };
  await expect.poll(saved).toBe(1);
  const cells = read();
  expect(cells.graph.nodes.length).toBeLessThan(flat.graph.nodes.length / 2);
  expect(cells.weights?.file).not.toBe(flat.weights?.file);
  predict(cells).forEach((values, index) => {
    expect(largestError(values, expected[index] ?? [])).toBeLessThan(tolerance);
  });

  await test.step('one undo takes the cells back, and the former weights with them', async () => {
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(saved).toBe(0);
    expect(read()).toEqual(flat);
  });
});
