import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { PNG } from 'pngjs';
import { check } from '#shared/check/check';
import { drawSheet } from '#shared/drawing/drawSheet';
import { coloursOf } from '#shared/drawing/themes';
import { nodeId } from '#shared/graph/identifiers';
import { OnnxGraph } from '../main/formats/onnx/graph.ts';
import { small } from './fixtures/documents.ts';
import { shellKind } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';

interface Sheet {
  readonly licence: string;
  readonly training: { readonly run: { readonly epochs: number } | null };
  readonly examples: Readonly<
    Record<
      'inputs' | 'outputs',
      Readonly<Record<string, { readonly shape: readonly number[]; readonly values: number[] }>>
    >
  >;
}

test('a trained network goes out as ONNX and TensorFlow.js, and comes back', async ({ gradloom }) => {
  test.skip(shellKind === 'electron', 'the platform’s own dialogs ask where to');
  const { page } = gradloom;
  await gradloom.show(small(), 'small.gradloom.json');
  await gradloom.run();
  await gradloom.waitForState('finished');

  const choosing = gradloom.dialog('export.title', { name: 'Small' });
  const exportAs = async (format: 'onnx' | 'tfjs', file: string): Promise<void> => {
    await choosing.getByRole('radio', { name: gradloom.say(`export.format.${format}`) }).click();
    await expect(choosing.getByRole('region', { name: gradloom.say('export.carries') })).toContainText(
      gradloom.say('export.carries.whole'),
    );
    // What the run has learned is what a person hands on.
    await expect(choosing.getByLabel(gradloom.say('export.weights'), { exact: true })).not.toHaveValue('document');
    await choosing.getByRole('button', { name: gradloom.say('export.action'), exact: true }).click();
    const place = gradloom.dialog('export.dialog');
    await place.getByRole('textbox').fill(file);
    await place.getByRole('button', { name: gradloom.say('export.dialog.action'), exact: true }).click();
  };

  await page.keyboard.press('ControlOrMeta+e');
  await choosing.getByLabel(gradloom.say('export.licence'), { exact: true }).fill('Apache-2.0');
  await exportAs('onnx', 'small');
  const onnx = gradloom.dialog('export.done', { format: 'ONNX' });
  await expect(onnx).toContainText('small.onnx');
  await onnx.getByRole('button', { name: gradloom.say('export.again'), exact: true }).click();
  await exportAs('tfjs', 'web');
  const tfjs = gradloom.dialog('export.done', { format: 'TensorFlow.js' });
  await expect(tfjs).toContainText(gradloom.say('export.check.whole'));
  await tfjs
    .getByRole('button', { name: gradloom.say('ui.close'), exact: true })
    .last()
    .click();

  await test.step('another runtime answers the sheet’s examples as the engine did', async () => {
    const sheet = JSON.parse(readFileSync(gradloom.pathOf('small.onnx.sheet.json'), 'utf8')) as Sheet;
    expect(sheet).toMatchObject({ licence: 'Apache-2.0', training: { run: { epochs: 2 } } });
    const session = await InferenceSession.create(gradloom.pathOf('small.onnx'));
    const { point } = sheet.examples.inputs;
    const given = new Tensor('float32', Float32Array.from(point?.values ?? []), [5, 2]);
    const answers = await session.run({ point: given });
    const received = Array.from(answers['class']?.data as Float32Array);
    const expected = sheet.examples.outputs['class']?.values ?? [];
    expect(expected).toHaveLength(10);
    received.forEach((value, index) => expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 5));
  });

  await test.step('the folder comes back as a document with its weights', async () => {
    await gradloom.chooseFromFileMenu('files.import');
    const models = gradloom.dialog('import.title');
    await models.getByRole('option', { name: 'web' }).dblclick();
    await models.getByRole('option', { name: 'model.json' }).dblclick();
    const place = gradloom.dialog('files.dialog.save');
    await place.getByRole('textbox').fill('back');
    await place.getByRole('button', { name: gradloom.say('files.dialog.save.action'), exact: true }).click();
    await expect(page.getByRole('status')).toContainText(gradloom.say('import.done', { name: 'Small' }));
    expect(gradloom.read('back.gradloom.json').graph).toEqual(small().graph);
    expect(existsSync(gradloom.pathOf('back.weights.npz'))).toBe(true);
  });

  await test.step('weights of a model file become those of the open document', async () => {
    await gradloom.chooseFromFileMenu('files.takeWeights');
    const models = gradloom.dialog('take.title');
    await models.getByRole('option', { name: 'web' }).dblclick();
    await models.getByRole('option', { name: 'model.json' }).dblclick();
    await expect(models).toHaveCount(0);
    const file = async (): Promise<string> => {
      await page.keyboard.press('ControlOrMeta+s');
      return gradloom.read('back.gradloom.json').weights?.file ?? '';
    };
    await expect.poll(file).toMatch(/^back\.weights-[0-9a-f]{8}\.npz$/);
    expect(readFileSync(gradloom.pathOf(await file()))).toEqual(readFileSync(gradloom.pathOf('back.weights.npz')));
  });

  await test.step('a node alone starts as in a model file, which the document names by where it lies beside it', async () => {
    await gradloom.selectNode('hidden');
    await gradloom.inspector.getByRole('button', { name: gradloom.say('inspector.weightsFrom') }).click();
    const start = gradloom.inspector.getByLabel(gradloom.say('inspector.weightsFrom.start'), { exact: true });
    await start.selectOption({ label: gradloom.say('inspector.weightsFrom.model') });
    const models = gradloom.dialog('take.title');
    await models.getByRole('option', { name: 'web' }).dblclick();
    await models.getByRole('option', { name: 'model.json' }).dblclick();
    await expect(start.locator('option:checked')).toHaveText('web');
    await page.keyboard.press('ControlOrMeta+s');
    const named = (): unknown =>
      gradloom.read('back.gradloom.json').graph.nodes.find(({ id }) => id === 'hidden')?.weightsFrom;
    await expect.poll(named).toMatchObject({ model: 'web' });
    await gradloom.run();
    await gradloom.waitForState('finished', 60_000);
  });
});

test('what a format cannot carry is named, and nothing is written', async ({ gradloom }) => {
  const { page } = gradloom;
  const document = small();
  const root = {
    id: nodeId('root'),
    type: 'unary',
    params: { function: 'squareRoot' },
    position: { x: 300, y: 160 },
    label: 'Root of it',
  };
  const graph = {
    nodes: [...document.graph.nodes, root],
    wires: document.graph.wires.map((wire) =>
      wire.from.node === 'hidden' ? { ...wire, from: { node: root.id, port: 'out' } } : wire,
    ),
  };
  const wires = [
    ...graph.wires,
    { ...document.graph.wires[1], id: 'w9', from: { node: 'hidden', port: 'out' }, to: { node: 'root', port: 'in' } },
  ] as typeof graph.wires;
  await gradloom.show({ ...document, graph: { ...graph, wires } }, 'root.gradloom.json');
  await gradloom.chooseFromFileMenu('files.export');
  const dialog = gradloom.dialog('export.title', { name: 'Small' });
  await dialog.getByRole('radio', { name: gradloom.say('export.format.h5') }).click();
  const carries = dialog.getByRole('region', { name: gradloom.say('export.carries') });
  await expect(carries).toContainText(gradloom.say('export.carries.refused'));
  await expect(carries).toContainText('Root of it');
  await expect(dialog.getByRole('button', { name: gradloom.say('export.action'), exact: true })).toBeDisabled();
  // With the keyboard alone to one that can.
  await dialog.getByRole('radio', { name: gradloom.say('export.format.h5') }).press('ArrowDown');
  await expect(carries).toContainText(gradloom.say('export.carries.whole'));
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('an import with an unknown layer says what, why and what to do, and shows the place', async ({ gradloom }) => {
  test.skip(shellKind === 'electron', 'the platform’s own dialogs ask where to');
  const graph = new OnnxGraph();
  graph.add('Mish', [graph.add('Relu', ['x'])], {}, 'y');
  const ends = (name: string) => [{ name, type: 'float32', shape: [4] } as const];
  writeFileSync(gradloom.pathOf('bent.onnx'), graph.write('Bent', ends('x'), ends('y_out'), {}));
  await gradloom.show(small(), 'small.gradloom.json');
  await gradloom.chooseFromFileMenu('files.import');
  await gradloom.dialog('import.title').getByRole('option', { name: 'bent.onnx' }).dblclick();
  const place = gradloom.dialog('files.dialog.save');
  await place.getByRole('textbox').fill('bent');
  await place.getByRole('button', { name: gradloom.say('files.dialog.save.action'), exact: true }).click();
  const told = gradloom.dialog('import.findings.title', { name: 'Bent' });
  await expect(told.getByRole('listitem')).toHaveText([
    gradloom.say('import.finding.operator', { operator: 'Mish', count: 1, names: ['node_1_Mish'] }),
  ]);
  await expect(told).toContainText(gradloom.say('import.findings.unknown'));
  await told.getByRole('button', { name: gradloom.say('import.findings.show'), exact: true }).click();
  await expect(told).toHaveCount(0);
  await expect(gradloom.inspector).toContainText('node_1_Mish');
});

test('the sheet goes out as a picture', async ({ gradloom }) => {
  test.skip(shellKind === 'electron', 'the platform’s own dialogs ask where to');
  const { page } = gradloom;
  await gradloom.show(small(), 'small.gradloom.json');
  await page.keyboard.press('ControlOrMeta+e');
  for (const format of ['svg', 'png'] as const) {
    const name = gradloom.say(`export.format.${format}`);
    const dialog = gradloom.dialog('export.title', { name: 'Small' });
    await dialog.getByRole('radio', { name }).click();
    await dialog.getByRole('button', { name: gradloom.say('export.action'), exact: true }).click();
    const place = gradloom.dialog('export.dialog');
    await place.getByRole('textbox').fill('picture');
    await place.getByRole('button', { name: gradloom.say('export.dialog.action'), exact: true }).click();
    const done = gradloom.dialog('export.done', { format: name });
    await expect(done).toContainText(`picture.${format}`);
    await done.getByRole('button', { name: gradloom.say('export.again'), exact: true }).click();
  }
  const svg = gradloom.textOf('picture.svg');
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  expect(svg).toContain('>hidden</text>');
  // The terminal draws the very same.
  const drawn = drawSheet(small(), check(small()), null, gradloom.locale, coloursOf('light'));
  expect(svg).toBe(drawn.svg);
  const png = PNG.sync.read(readFileSync(gradloom.pathOf('picture.png')));
  expect([png.width, png.height]).toEqual([2 * Number(width), 2 * Number(height)]);
  // Not one colour alone: the cards are on it.
  expect(new Set(new Uint32Array(png.data.buffer, png.data.byteOffset, png.data.byteLength / 4)).size).toBeGreaterThan(
    8,
  );
});

test('of an empty sheet no picture is made: the dialog says what is missing', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.chooseFromFileMenu('files.new');
  await expect.poll(() => gradloom.nodeIds()).toEqual([]);
  await page.keyboard.press('ControlOrMeta+e');
  const dialog = gradloom.dialog('export.title', { name: gradloom.say('files.untitled') });
  const refused = gradloom.say('export.verdict.refused', { count: 0 });
  for (const format of ['svg', 'png'] as const) {
    const choice = dialog.getByRole('radio', { name: gradloom.say(`export.format.${format}`) });
    await choice.click();
    await expect(choice).toContainText(refused);
    await expect(dialog.getByRole('region', { name: gradloom.say('export.carries') })).toHaveText(
      gradloom.say('export.drawing.empty'),
    );
    await expect(dialog.getByRole('button', { name: gradloom.say('export.action'), exact: true })).toBeDisabled();
  }
});
