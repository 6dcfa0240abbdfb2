import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { serialiseDocument } from '#shared/graph/serialise';
import { text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';
import { small } from './fixtures/documents.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { shellKind } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';

const say = (key: TextKey, values?: Readonly<Record<string, unknown>>): string => text('en', key, values);

async function setUnits(gradloom: GradloomPage, units: number): Promise<void> {
  await gradloom.selectNode('hidden');
  const field = gradloom.inspector.getByLabel(say('parameter.units.name'), { exact: true });
  await field.fill(String(units));
  await field.press('Enter');
}

test('new, open, save, save as: what is in the file is what was drawn', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.chooseFromFileMenu('files.new');
  await expect(gradloom.region).toContainText(say('canvas.empty.title'));
  expect(await gradloom.nodeIds()).toEqual([]);

  gradloom.put('small.gradloom.json', small());
  await gradloom.open('small.gradloom.json');
  await expect(page).toHaveTitle('Small – Gradloom');
  await expect(gradloom.dirtyMark).toHaveCount(0);

  await setUnits(gradloom, 12);
  await expect(gradloom.dirtyMark).toHaveCount(1);
  await expect(page).toHaveTitle('● Small – Gradloom');
  await gradloom.save();
  expect(gradloom.read('small.gradloom.json').graph.nodes[1]?.params).toMatchObject({ units: 12 });
  // Text diffs well: one line of the file has changed.
  const [before, after] = [serialiseDocument(small()), gradloom.textOf('small.gradloom.json')].map((one) =>
    one.split('\n'),
  );
  expect(after?.filter((line, index) => line !== before?.[index])).toHaveLength(1);

  await test.step('under another name, the first file stays as it is', async () => {
    await setUnits(gradloom, 13);
    await gradloom.saveAs('other.gradloom.json');
    await expect(page.getByRole('status')).toContainText(say('files.saved', { name: 'other.gradloom.json' }));
    expect(gradloom.read('other.gradloom.json').graph.nodes[1]?.params).toMatchObject({ units: 13 });
    expect(gradloom.read('small.gradloom.json').graph.nodes[1]?.params).toMatchObject({ units: 12 });
    await setUnits(gradloom, 14);
    await gradloom.save();
    expect(gradloom.read('other.gradloom.json').graph.nodes[1]?.params).toMatchObject({ units: 14 });
  });

  await test.step('saving again while a save is under way asks nothing', async () => {
    await setUnits(gradloom, 15);
    // Within one turn of the page, so that the second cannot come after the first is done.
    await page.evaluate(() => {
      for (let press = 0; press < 3; press++) {
        const key = { key: 's', code: 'KeyS', ctrlKey: true, bubbles: true, cancelable: true };
        document.body.dispatchEvent(new KeyboardEvent('keydown', key));
      }
    });
    await expect(gradloom.dirtyMark).toHaveCount(0);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    expect(gradloom.read('other.gradloom.json').graph.nodes[1]?.params).toMatchObject({ units: 15 });
  });

  await test.step('what was saved lately is a press away', async () => {
    await gradloom.chooseFromFileMenu('files.new');
    await gradloom.fileButton.click();
    await page.getByRole('menuitem', { name: 'small.gradloom.json' }).click();
    await gradloom.selectNode('hidden');
    await expect(gradloom.inspector.getByLabel(say('parameter.units.name'), { exact: true })).toHaveValue('12');
  });
});

test('a document that nobody named takes the name of its first file, and keeps any other', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.chooseFromFileMenu('files.new');
  await expect(gradloom.fileButton).toContainText('Untitled');
  await page.locator('[data-entry="dense"]').dblclick();
  await expect.poll(() => gradloom.nodeIds()).toHaveLength(1);
  const added = await gradloom.undoLabel();
  await gradloom.saveAs('Spirals.gradloom.json');
  await expect(gradloom.fileButton).toContainText('Spirals');
  await expect(gradloom.dirtyMark).toHaveCount(0);
  await expect(page).toHaveTitle('Spirals – Gradloom');
  expect(gradloom.read('Spirals.gradloom.json')).toMatchObject({
    name: 'Spirals',
    graph: { nodes: [{ type: 'dense' }] },
  });

  // The naming is one entry of its own: what was drawn is one press further back.
  expect(await gradloom.undoLabel()).toBe(say('files.edit.named'));
  await gradloom.button('command.undo').click();
  await expect(gradloom.fileButton).toContainText('Untitled');
  await expect(gradloom.dirtyMark).toHaveCount(1);
  expect(await gradloom.undoLabel()).toBe(added);
  await gradloom.button('command.redo').click();
  await expect(gradloom.fileButton).toContainText('Spirals');
  await expect(gradloom.dirtyMark).toHaveCount(0);

  await test.step('a copy under another name keeps the name', async () => {
    await gradloom.saveAs('Copy.gradloom.json');
    await expect.poll(() => existsSync(gradloom.pathOf('Copy.gradloom.json'))).toBe(true);
    expect(gradloom.read('Copy.gradloom.json').name).toBe('Spirals');
    await expect(gradloom.fileButton).toContainText('Spirals');
  });

  await test.step('and so does a document that brought one along', async () => {
    await gradloom.page.keyboard.press('Alt+n');
    await gradloom.fileButton.click();
    await page.getByRole('menuitem', { name: say('files.templates') }).waitFor();
    await page.getByRole('menuitem').filter({ hasText: 'residual' }).first().click();
    const name = (await gradloom.fileButton.textContent()) ?? '';
    expect(name).not.toContain('Untitled');
    await gradloom.saveAs('Mine.gradloom.json');
    await expect.poll(() => existsSync(gradloom.pathOf('Mine.gradloom.json'))).toBe(true);
    expect(gradloom.read('Mine.gradloom.json').name).toBe(name);
  });
});

test('unsaved work is asked for, a taken name too', async ({ gradloom }) => {
  // Electron leaves the second question to the platform's own dialog.
  test.skip(shellKind === 'electron', 'the platform asks before it replaces a file');
  gradloom.put('taken.gradloom.json', 'not to be lost');
  await gradloom.show(small(), 'small.gradloom.json');
  await setUnits(gradloom, 12);

  const unsaved = gradloom.dialog('files.unsaved.title');
  await gradloom.chooseFromFileMenu('files.new');
  await expect(unsaved).toContainText(say('files.unsaved', { name: 'small.gradloom.json' }));
  await unsaved.getByRole('button', { name: say('ui.cancel'), exact: true }).click();
  await expect(gradloom.node('hidden')).toBeVisible();

  const exists = gradloom.dialog('files.exists.title');
  await gradloom.saveAs('taken.gradloom.json');
  await exists.getByRole('button', { name: say('ui.cancel'), exact: true }).click();
  expect(gradloom.textOf('taken.gradloom.json')).toBe('not to be lost');
  await gradloom.saveAs('taken.gradloom.json');
  await exists.getByRole('button', { name: say('files.replace'), exact: true }).click();
  await expect(gradloom.dirtyMark).toHaveCount(0);
  expect(gradloom.read('taken.gradloom.json').graph.nodes[1]?.params).toMatchObject({ units: 12 });
});

test('the dialog walks through folders by keyboard', async ({ gradloom }) => {
  test.skip(shellKind === 'electron', 'Electron shows the platform’s own dialog');
  const { page } = gradloom;
  mkdirSync(gradloom.pathOf('networks'));
  writeFileSync(gradloom.pathOf('networks/deep.gradloom.json'), serialiseDocument({ ...small(), name: 'Deep' }));
  writeFileSync(gradloom.pathOf('notes.txt'), 'no document');
  await page.keyboard.press('ControlOrMeta+o');
  const dialog = gradloom.dialog('files.dialog.open');
  await expect(dialog.getByRole('option')).toHaveText(['networks']);
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('option')).toHaveText([/^deep\.gradloom\.json/]);
  await page.keyboard.press('Backspace');
  await expect(dialog.getByRole('option')).toHaveText(['networks']);
  // The folder of the documents is the highest one that this server shows.
  await expect(dialog.getByRole('button', { name: say('files.dialog.up') })).toBeDisabled();
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('option')).toHaveText([/^deep\.gradloom\.json/]);
  await page.keyboard.press('Enter');
  await expect(gradloom.fileButton).toContainText('Deep');
});

test('files that cannot be opened are explained and change nothing', async ({ gradloom }) => {
  await gradloom.show(small(), 'small.gradloom.json');
  await setUnits(gradloom, 12);
  await gradloom.save();
  const whole = serialiseDocument(small());
  const withoutComma = whole.replace('"id": "hidden", ', '"id": "hidden" ');
  const lines = withoutComma.split('\n');
  const line = lines.findIndex((one) => one.includes('"hidden"')) + 1;
  const column = (lines[line - 1] ?? '').indexOf('"type"') + 1;

  const cases: readonly { readonly name: string; readonly content: string; readonly told: readonly string[] }[] = [
    {
      name: 'comma.gradloom.json',
      content: withoutComma,
      told: [`Line ${line}, column ${column}: Expected a comma or the closing bracket`],
    },
    {
      name: 'newer.gradloom.json',
      content: whole.replace('"version": 1', '"version": 2'),
      told: [say('problem.file.newer', { received: 2, newest: 1 })],
    },
    {
      name: 'other.json',
      content: '{ "name": "package" }',
      told: [say('problem.file.noFormat', { known: ['name'] })],
    },
  ];

  for (const { name, content, told } of cases) {
    await test.step(name, async () => {
      gradloom.put(name, content);
      await gradloom.chooseFile(name);
      const dialog = gradloom.dialog('files.broken.title', { name });
      await expect(dialog).toContainText(say('files.broken'));
      for (const words of told) await expect(dialog).toContainText(words);
      // That is said once, whatever else is told.
      expect((await dialog.textContent())?.split('othing was changed')).toHaveLength(2);
      await dialog
        .getByRole('button', { name: say('ui.close'), exact: true })
        .last()
        .click();
      await expect(gradloom.fileButton).toContainText('Small');
      expect(await gradloom.nodeIds()).toEqual(['class', 'hidden', 'logits', 'point']);
      expect(await gradloom.undoLabel()).not.toBeNull();
      expect(gradloom.textOf(name)).toBe(content);
    });
  }
});

test('a dropped file that is welcome elsewhere is told as what it is', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(small(), 'small.gradloom.json');
  const drop = (name: string, content: string): Promise<void> =>
    page.evaluate(
      ([title, text]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], title));
        window.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      },
      [name, content] as const,
    );
  await drop('points.csv', 'x,y\n1,2\n');
  const dialog = gradloom.dialog('files.broken.title', { name: 'points.csv' });
  await expect(dialog).toContainText(gradloom.say('files.elsewhere.data'));
  await expect(dialog.getByRole('listitem')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(gradloom.fileButton).toContainText('Small');
  await drop('model.json', '{ "format": "layers-model" }');
  await expect(page.getByText(gradloom.say('import.dropped', { name: 'model.json' }))).toBeVisible();
  await expect(page.getByRole('button', { name: gradloom.say('files.import'), exact: true })).toBeVisible();
  await expect(gradloom.fileButton).toContainText('Small');
});

test('a file that another program changed is not overwritten unasked', async ({ gradloom }) => {
  await gradloom.show(small(), 'small.gradloom.json');
  const path = gradloom.pathOf('small.gradloom.json');
  const theirs = serialiseDocument({ ...small(), note: 'written by another program' });
  writeFileSync(path, theirs);
  // A disk may tell times to the second only.
  const later = new Date(Date.now() + 5000);
  utimesSync(path, later, later);
  await setUnits(gradloom, 12);

  const changed = gradloom.dialog('files.changed.title');
  await gradloom.page.keyboard.press('ControlOrMeta+s');
  await expect(changed).toContainText(say('files.changed', { name: 'small.gradloom.json' }));
  await changed.getByRole('button', { name: say('ui.cancel'), exact: true }).click();
  expect(gradloom.textOf('small.gradloom.json')).toBe(theirs);
  await expect(gradloom.dirtyMark).toHaveCount(1);

  await gradloom.page.keyboard.press('ControlOrMeta+s');
  await changed.getByRole('button', { name: say('files.overwrite'), exact: true }).click();
  await expect(gradloom.dirtyMark).toHaveCount(0);
  expect(gradloom.read('small.gradloom.json').note).toBeUndefined();
  expect(gradloom.read('small.gradloom.json').graph.nodes[1]?.params).toMatchObject({ units: 12 });
  expect(existsSync(gradloom.pathOf('small.weights.npz'))).toBe(false);
});
