import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';
import { small } from './fixtures/documents.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { shellKind } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';

const say = (key: TextKey, values?: Readonly<Record<string, unknown>>): string => text('en', key, values);
const units = (gradloom: GradloomPage) => gradloom.inspector.getByLabel(say('parameter.units.name'), { exact: true });

async function setUnits(gradloom: GradloomPage, value: number): Promise<void> {
  await gradloom.selectNode('hidden');
  await units(gradloom).fill(String(value));
  await units(gradloom).press('Enter');
}

/** Waits until the store of unsaved work holds such a state. */
async function waitUntilKept(gradloom: GradloomPage, value: number): Promise<void> {
  const folder = join(gradloom.folders.data, 'unsaved');
  const kept = (): string =>
    readdirSync(folder)
      .filter((name) => name.startsWith('work-') && name.endsWith('.json'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
  await expect.poll(kept).toContain(`\\"units\\": ${value}`);
}

test('work is not lost: two windows on one file, a window that goes, an earlier version', async ({ gradloom }) => {
  test.skip(shellKind === 'electron', 'a second window is a second tab here');
  await gradloom.show(small(), 'small.gradloom.json');
  await setUnits(gradloom, 12);
  await waitUntilKept(gradloom, 12);

  const other = await gradloom.openAnother(() => gradloom.chooseFromFileMenu('files.newWindow'));
  await test.step('of a living window nothing is offered; each is told of the other', async () => {
    await expect(other.dialog('files.work.title')).toHaveCount(0);
    await other.open('small.gradloom.json');
    const words = say('files.disk.others', { name: 'small.gradloom.json', count: 1 });
    await expect(other.page.getByText(words)).toBeVisible();
    await expect(gradloom.page.getByText(words)).toBeVisible();
  });

  await test.step('what one saves, the other hears, and saves its own beside it', async () => {
    await setUnits(other, 20);
    await other.save();
    const words = say('files.disk.changed', { name: 'small.gradloom.json' });
    await expect(gradloom.page.getByText(words)).toBeVisible();
    await expect(other.page.getByText(words)).toHaveCount(0);
    await gradloom.button('files.disk.beside').click();
    await expect(gradloom.dirtyMark).toHaveCount(0);
    await expect(gradloom.page.getByText(words)).toHaveCount(0);
    expect(gradloom.read('small.gradloom.json').graph.nodes[1]?.params).toMatchObject({ units: 20 });
    expect(gradloom.read('small 2.gradloom.json').graph.nodes[1]?.params).toMatchObject({ units: 12 });
  });

  await setUnits(gradloom, 13);
  await waitUntilKept(gradloom, 13);
  // As a browser that is killed: nothing asks, nothing says good-bye.
  await gradloom.page.close();

  const after = await gradloom.openAnother();
  await test.step('the next start shows what was found and how it differs', async () => {
    const dialog = after.dialog('files.work.title');
    await expect(dialog.getByRole('listitem').first()).toContainText('small 2.gradloom.json');
    await expect(dialog).toContainText('12 → 13');
    await dialog.getByRole('button', { name: say('files.work.open'), exact: true }).click();
    await expect(after.dirtyMark).toHaveCount(1);
    await after.selectNode('hidden');
    await expect(units(after)).toHaveValue('13');
    await after.save();
    expect(after.read('small 2.gradloom.json').graph.nodes[1]?.params).toMatchObject({ units: 13 });
  });

  await test.step('the state before is an earlier version, and comes back', async () => {
    await after.chooseFromFileMenu('files.versions');
    const dialog = after.dialog('files.versions.title', { name: 'small 2.gradloom.json' });
    await expect(dialog).toContainText('13 → 12');
    await dialog.getByRole('button', { name: new RegExp(`^${say('files.versions.open')}`) }).click();
    await after.selectNode('hidden');
    await expect(units(after)).toHaveValue('12');
    await expect(after.dirtyMark).toHaveCount(1);
    await after.save();
    expect(after.read('small 2.gradloom.json').graph.nodes[1]?.params).toMatchObject({ units: 12 });
  });
});

test('what crashed is told at the next start, can be read, and goes when it is deleted', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.killEngine();
  const folder = join(gradloom.folders.data, 'crashes');
  const reports = (): readonly string[] => readdirSync(folder).filter((name) => name.startsWith('crash-'));
  await expect.poll(reports).toHaveLength(1);
  await page.reload();
  await gradloom.whenReady();
  await expect(page.getByText(say('crash.found'))).toBeVisible();
  await page.getByRole('button', { name: say('crash.show'), exact: true }).click();
  const report = gradloom.dialog('crash.command').getByRole('listitem');
  await expect(report).toHaveCount(1);
  await report.getByRole('button', { name: new RegExp(`^${say('crash.read')}`) }).click();
  await expect(report).toContainText('SIGKILL');
  await report.getByRole('button', { name: new RegExp(`^${say('crash.remove')}`) }).click();
  await expect(gradloom.dialog('crash.command')).toContainText(say('crash.none'));
  expect(reports()).toEqual([]);
  // It is told once.
  await page.reload();
  await gradloom.whenReady();
  await expect(page.getByText(say('crash.found'))).toHaveCount(0);
});
