import { appendFileSync } from 'node:fs';
import type { FileSource, TableSource } from '#shared/graph/fileSources';
import { small } from './fixtures/documents.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { gradloom as terminal, shellKind } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';

/** Two clouds that a line parts; one cell is missing, one cell is quoted. */
function cloudsTable(): string {
  const rows = Array.from({ length: 240 }, (_, at) => {
    const side = at % 2 === 0 ? 1 : -1;
    const turn = (at * 2.399) % 6.283;
    const x = at === 7 ? '' : (20 * side + 5 * Math.cos(turn)).toFixed(3);
    return `${x},${(3 + Math.sin(turn)).toFixed(3)},${side > 0 ? '"warm, dry"' : 'cold'}`;
  });
  return `temperature,wind,weather\n${rows.join('\n')}\n`;
}

async function chooseFile(gradloom: GradloomPage, name: string): Promise<void> {
  await gradloom.button('data.file.choose').click();
  const dialog = gradloom.dialog('files.dialog.data');
  await dialog.getByRole('option', { name }).click();
  await dialog.getByRole('button', { name: gradloom.say('files.dialog.data.action'), exact: true }).click();
  await expect(dialog).toHaveCount(0);
}

test('a table is chosen, its columns bound, and the network trains on it, in the window and in the terminal', async ({
  gradloom,
}) => {
  // Electron shows the platform's own dialog, which no test can answer for a file of data.
  test.skip(shellKind === 'electron', 'the platform’s own dialog');
  const { page } = gradloom;
  gradloom.put('clouds.csv', cloudsTable());
  await gradloom.show(small());
  const dock = await gradloom.openDock('data');
  await chooseFile(gradloom, 'clouds.csv');

  const columns = page.getByRole('region', { name: gradloom.say('data.columns') });
  await expect(columns.getByRole('columnheader')).toHaveCount(3);
  await expect(columns).toContainText('warm, dry');
  const weather = { column: 'weather' };
  await expect(columns.getByLabel(gradloom.say('data.column.type', weather))).toHaveValue('class');
  await expect(columns.getByLabel(gradloom.say('data.column.use', weather))).toHaveValue('own');
  await expect(columns).toContainText(gradloom.say('data.column.missing', { count: '1', share: '0.4 %' }).slice(0, 9));
  // The incomplete row is left out, and the parts are made of the others.
  await expect(dock).toContainText(gradloom.say('data.count.validation', { count: '48' }));

  await test.step('a broken or changed file is told and changes nothing', async () => {
    gradloom.put('broken.csv', 'a,b\n1,2\n3\n');
    await chooseFile(gradloom, 'broken.csv');
    await expect(dock.getByRole('alert')).toContainText('line 3');
    await expect(columns.getByRole('columnheader')).toHaveCount(3);
  });

  await test.step('a column that is not used leaves the field', async () => {
    const wind = columns.getByLabel(gradloom.say('data.column.use', { column: 'wind' }));
    await wind.selectOption('none');
    await expect(wind).toHaveValue('none');
    await wind.selectOption('features');
    await expect(wind).toHaveValue('features');
  });

  await gradloom.saveAs('clouds.gradloom.json');
  await expect(gradloom.dirtyMark).toHaveCount(0);
  const saved = gradloom.read('clouds.gradloom.json').training;
  const source = saved.data?.source as TableSource;
  expect(source).toMatchObject({ kind: 'table', file: { path: 'clouds.csv' }, missing: 'drop', size: 239 });
  expect(saved.losses[0]?.target).toBe('weather');
  expect(Object.values(saved.data?.inputs ?? {})).toEqual(['features']);

  await gradloom.run();
  await gradloom.waitForState('finished', 60_000);

  await test.step('the terminal trains from the same document and says what the file is', async () => {
    const described = (await terminal('data', gradloom.pathOf('clouds.csv'))) as { readonly source: FileSource };
    expect(described.source).toMatchObject({ kind: 'table', size: 239 });
    const checked = (await terminal('gradients', gradloom.pathOf('clouds.gradloom.json'))) as { readonly loss: number };
    expect(checked.loss).toBeGreaterThan(0);
  });

  await test.step('a file that changes is told, and read again', async () => {
    appendFileSync(gradloom.pathOf('clouds.csv'), '1,2,mild\n');
    await gradloom.open('clouds.gradloom.json');
    await gradloom.openDock('data');
    await expect(dock.getByRole('alert').first()).toContainText(gradloom.say('data.file.changed'));
    await gradloom.button('data.file.again').click();
    await expect(dock).not.toContainText(gradloom.say('data.file.changed'));
    await expect(columns).toContainText(gradloom.say('data.column.classes', { count: '3' }));
  });
});
