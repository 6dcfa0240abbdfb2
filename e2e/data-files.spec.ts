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

/** CIFAR-10's records: a label, then the planes of red, green and blue. Left halves are red, right ones blue. */
function halves(count: number): Uint8Array {
  const place = 32 * 32;
  const bytes = new Uint8Array(count * (1 + 3 * place));
  for (let record = 0; record < count; record++) {
    const start = record * (1 + 3 * place);
    bytes[start] = record % 10;
    for (let at = 0; at < place; at++) bytes[start + 1 + (at % 32 < 16 ? 0 : 2 * place) + at] = 255;
  }
  return bytes;
}

/** Of each picture in the row that a canvas shows at its top, in order: whether red is on the left. */
function redOnTheLeft(canvas: HTMLCanvasElement): readonly boolean[] {
  const { data, width, height } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  const colourAt = (x: number, y: number): 'red' | 'blue' | null => {
    const at = 4 * (y * width + x);
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.slice(at, at + 4);
    if (alpha < 255 || green > 0) return null;
    if (red === 255 && blue === 0) return 'red';
    return blue === 255 && red === 0 ? 'blue' : null;
  };
  const found: boolean[] = [];
  const row = Math.min(6, height - 1);
  for (let x = 0, last: string | null = null; x < width; x++) {
    const colour = colourAt(x, row);
    // A picture begins where there was nothing before it.
    if (colour !== null && last === null) found.push(colour === 'red');
    last = colour;
  }
  return found;
}

test('what augmentation makes of an image stands beside it, drawn anew for each step and the same for the same', async ({
  gradloom,
}) => {
  test.skip(shellKind === 'electron', 'the platform’s own dialog');
  gradloom.put('halves.bin', halves(40));
  await gradloom.show(small());
  const dock = await gradloom.openDock('data');
  await chooseFile(gradloom, 'halves.bin');
  const canvas = dock.getByRole('img');
  const seen = () => canvas.evaluate(redOnTheLeft);
  const plain = dock.getByRole('img', {
    name: gradloom.say('data.preview.of', { source: gradloom.say('data.source.cifar') }),
    exact: true,
  });
  await expect(plain).toBeVisible();
  await expect.poll(async () => (await seen()).length).toBeGreaterThan(2);
  expect(await seen()).not.toContain(false);

  await dock.getByRole('switch', { name: gradloom.say('data.augmentation.flip') }).click();
  const changed = dock.getByRole('img', {
    name: gradloom.say('data.preview.changed', { source: gradloom.say('data.source.cifar') }),
    exact: true,
  });
  await expect(changed).toBeVisible();
  /** The right picture of each pair, after the left ones were found to be as they are. */
  const made = async (): Promise<readonly boolean[]> => {
    const pairs = await seen();
    expect(pairs.length % 2).toBe(0);
    expect(pairs.filter((_, at) => at % 2 === 0)).not.toContain(false);
    return pairs.filter((_, at) => at % 2 === 1);
  };
  const step = dock.getByRole('textbox', { name: gradloom.say('data.augmentation.step') });
  const at = async (number: number): Promise<string> => {
    await step.fill(String(number));
    await step.press('Enter');
    await expect(dock.locator('[aria-busy]')).toHaveAttribute('aria-busy', 'false');
    // It is drawn in the frame after the answer.
    await gradloom.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    return (await made()).join();
  };
  const drawn = new Map<number, string>();
  for (const number of [0, 1, 2, 3, 4, 5]) drawn.set(number, await at(number));
  // Some are mirrored and some are not, and not the same ones in each step.
  expect([...drawn.values()].join()).toContain('true');
  expect([...drawn.values()].join()).toContain('false');
  expect(new Set(drawn.values()).size).toBeGreaterThan(1);
  for (const number of [2, 0]) expect(await at(number)).toBe(drawn.get(number));

  await gradloom.saveAs('halves.gradloom.json');
  expect(gradloom.read('halves.gradloom.json').training.data?.source).toMatchObject({
    kind: 'cifar',
    augmentation: { flip: true, shift: 0 },
  });
});

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
