import { readFile } from 'node:fs/promises';
import { createTemplate } from '#shared/templates/templates';
import { text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';
import { magnitude } from '../renderer/ui/format.ts';
import { small } from './fixtures/documents.ts';
import { expect, test } from './fixtures/test.ts';

const say = (key: TextKey, values?: Readonly<Record<string, unknown>>): string => text('en', key, values);

test('the heat map takes the canvas back to a recorded step and to the latest again, and leaves as a table; a wire shows its factors', async ({
  gradloom,
}) => {
  await gradloom.show(small());
  await gradloom.run();
  await gradloom.waitForState('finished');
  // Two matrices and a slope lie between the input and the loss.
  await gradloom.selectWire('point', 'hidden');
  await gradloom.page.getByRole('button', { name: say('inspector.factors'), exact: true }).click();
  const factors = gradloom.page.getByRole('region', { name: say('inspector.factors') }).getByRole('row');
  await expect(factors).toHaveCount(5);
  await expect(factors.last()).toContainText(/Whole way\D*[\d.]/u);
  const dock = await gradloom.openDock('time');
  const map = dock.getByRole('slider', { name: say('gradients.time.label') });
  await map.focus();
  await gradloom.page.keyboard.press('Home');
  await gradloom.waitForStepOnCanvas(0);
  await expect(dock).toContainText(say('gradients.atStep', { step: '0' }));
  await dock.getByRole('button', { name: say('gradients.time.now') }).click();
  await expect(dock.getByRole('button', { name: say('gradients.time.now') })).toHaveCount(0);
  await expect(dock).toContainText(say('gradients.atStep', { step: '19' }));
  await dock.getByRole('button', { name: say('plot.save') }).click();
  const [download] = await Promise.all([
    gradloom.page.waitForEvent('download'),
    gradloom.page.getByRole('menuitem', { name: say('plot.csv') }).click(),
  ]);
  const rows = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  expect(rows[0]).toBe('step,depth,gradient,mark');
  expect(rows.at(-1)).toMatch(/^19,\d+,\d\S+,none$/u);
});

test('a run is kept: found, noted, opened again with its numbers, put into the trash and back', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  await gradloom.show(small());
  await gradloom.run();
  await gradloom.waitForState('finished');
  const rail = page.getByRole('navigation', { name: say('app.rail') });
  await rail.getByRole('button', { name: say('app.rail.runs'), exact: true }).click();
  const panel = page.getByRole('region', { name: say('app.rail.runs') });
  const item = panel.getByRole('button', { expanded: false }).first();
  await expect(item).toContainText(say('runs.state.finished'));
  await item.click();
  await panel.getByRole('textbox', { name: say('runs.note') }).fill('keep this one');
  await panel.getByRole('button', { name: say('runs.colour.pink') }).click();
  await expect(panel).toContainText('keep this one');
  await panel.getByRole('searchbox').fill('nothing like it');
  await expect(panel).toContainText(say('runs.nothingFound'));
  await panel.getByRole('searchbox').fill('keep');
  await panel.getByRole('button', { name: say('runs.open'), exact: true }).click();
  await expect(gradloom.transport).toContainText(say('training.state.finished'));
  const dock = await gradloom.openDock('time');
  await expect(dock).toContainText(say('gradients.atStep', { step: '19' }));
  await panel.getByRole('button', { name: say('runs.remove') }).click();
  await expect(panel).toContainText(/trash: 1/);
  await panel.getByRole('button', { name: say('runs.restore') }).click();
  await expect(panel.getByRole('button', { name: /finished/ })).toHaveCount(1);
});

test('a document that is opened and a run that is begun come before the comparison or lesson over the canvas', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  const rail = page.getByRole('navigation', { name: say('app.rail') });
  await gradloom.show(small());
  for (let run = 0; run < 2; run++) {
    await gradloom.run();
    await gradloom.waitForState('finished');
  }
  await rail.getByRole('button', { name: say('app.rail.runs'), exact: true }).click();
  const panel = page.getByRole('region', { name: say('app.rail.runs') });
  const compare = async (): Promise<void> => {
    for (const mark of await panel.getByRole('checkbox').all()) await mark.check();
    await panel.getByRole('button', { name: say('runs.compare', { count: 2 }) }).click();
    await expect(gradloom.button('compare.close')).toBeVisible();
    await expect(gradloom.region).toHaveCount(0);
  };
  await compare();
  // Waits for the nodes of the new document to be on the canvas.
  await gradloom.show(createTemplate('plain-mlp'), 'another.gradloom.json');
  await expect(gradloom.button('compare.close')).toHaveCount(0);
  await compare();
  await gradloom.step();
  await gradloom.waitForState('paused');
  await expect(gradloom.region).toBeVisible();
  await gradloom.stop();

  await rail.getByRole('button', { name: say('app.rail.lessons'), exact: true }).click();
  const lessons = page.getByRole('region', { name: say('app.rail.lessons'), exact: true });
  await lessons.getByRole('button').first().click();
  await expect(gradloom.region).toHaveCount(0);
  await gradloom.open('shown.gradloom.json');
  await expect(gradloom.region).toBeVisible();
});

test('a diagnosis names what it saw and its threshold; a remedy tried changes what is seen next', async ({
  gradloom,
}) => {
  await gradloom.show(createTemplate('plain-mlp', { depth: 12, activation: 'sigmoid', normalisation: 'none' }));
  await gradloom.measureStepZero();
  const dock = await gradloom.openDock('findings');
  const row = dock.getByRole('listitem').filter({ hasText: say('findings.ailment.vanishing') });
  await expect(row).toContainText(say('findings.verdict.found'));
  await expect(row).toContainText(/place 1 is .* times that at place 13/u);
  await row.getByRole('button', { name: say('fix.switchReluHe', { count: 12 }) }).click();
  await expect(dock).toContainText(say('findings.outdated'));
  await gradloom.stop();
  await gradloom.measureStepZero();
  await expect(row).toContainText(say('findings.verdict.clear'));
});

test('along a loop the diagnosis names the loop and its iterations; the map it offers begins orthogonal', async ({
  gradloom,
}) => {
  await gradloom.show(createTemplate('linear-rnn', { steps: 40, radius: 0.8 }));
  await gradloom.measureStepZero();
  const dock = await gradloom.openDock('findings');
  const row = dock.getByRole('listitem').filter({ hasText: say('findings.ailment.vanishing') });
  await expect(row).toContainText(say('findings.verdict.found'));
  // 0.8^39 = 1.7e−4, 0.8 in each.
  await expect(row).toContainText(
    /behind iteration 1 is 1\.7e−4 times that behind iteration 40.* That is 0\.8 an iteration/u,
  );
  await row.getByRole('button', { name: 'Linear recurrence' }).click();
  await expect(gradloom.inspector).toContainText(say('inspector.loop.states'));
  await row.getByRole('button', { name: say('fix.startOrthogonal', { count: 1 }) }).click();
  await gradloom.stop();
  await gradloom.measureStepZero();
  await expect(row).toContainText(say('findings.verdict.clear'));
  await expect(row).toContainText(/iteration 1 to 40 is 1;/u);
});

test('a sweep trains every value with every seed and shows median and range; it leaves as a table', async ({
  gradloom,
}) => {
  await gradloom.show(small());
  const dock = await gradloom.openDock('sweep');
  await dock.getByLabel(say('sweep.values')).fill('0.001, 0.01');
  await dock.getByLabel(say('sweep.seeds')).fill('2');
  await dock.getByLabel(say('sweep.seeds')).press('Enter');
  await dock.getByRole('button', { name: say('sweep.start') }).click();
  await expect(dock.getByRole('status')).toHaveText(say('sweep.done', { done: '4', all: '4' }), { timeout: 30_000 });
  await expect(dock.getByRole('row')).toHaveCount(3);
  await expect(dock.getByRole('row').nth(1)).toContainText('2/2');
  await dock.getByRole('button', { name: say('plot.save') }).click();
  const [download] = await Promise.all([
    gradloom.page.waitForEvent('download'),
    gradloom.page.getByRole('menuitem', { name: say('plot.csv') }).click(),
  ]);
  const rows = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  expect(rows[0]).toMatch(/^training\.optimiser\.learningRate,seed,state,training\.loss/u);
  expect(rows).toHaveLength(5);
});

test('a range test shows where the loss falls, and its rate is taken as one edit', async ({ gradloom }) => {
  const document = small();
  await gradloom.show(document);
  const { page } = gradloom;
  const rail = page.getByRole('navigation', { name: say('app.rail'), exact: true });
  await rail.getByRole('button', { name: say('app.rail.training'), exact: true }).click();
  await gradloom.button('range.open').click();
  await gradloom.button('range.start').click();
  const test = page.getByRole('region', { name: say('range.title'), exact: true });
  await expect(test.getByRole('img', { name: say('range.plot') })).toBeVisible({ timeout: 30_000 });
  await expect(gradloom.button('range.start')).toBeEnabled();
  const use = test.getByRole('button', { name: new RegExp(say('range.use', { rate: '' }), 'u') });
  await use.click();
  await expect(use).toBeDisabled();
  expect(await gradloom.undoLabel()).toContain(say('range.edit'));
  await expect(test).not.toContainText(say('range.other'));
});

test('slices of the loss surface: the network here and a kept run on one scale, the loss at the weights as it was evaluated; as a table', async ({
  gradloom,
}) => {
  await gradloom.show(small());
  await gradloom.run();
  await gradloom.waitForState('finished');
  const dock = await gradloom.openDock('slices');
  await dock.getByRole('checkbox', { name: new RegExp(small().name, 'u') }).check();
  const points = dock.getByLabel(say('slice.points'), { exact: true });
  await points.fill('5');
  await points.press('Enter');
  await dock.getByRole('button', { name: say('slice.start') }).click();
  await expect(dock.getByRole('img')).toHaveCount(2, { timeout: 30_000 });
  await expect(dock).toContainText('A slice is a slice');
  // The run here and the kept one are the same: so are their surfaces.
  const pictures = await dock
    .getByRole('img')
    .evaluateAll((images) => images.map((image) => decodeURIComponent(image.getAttribute('src') ?? '')));
  const fields = pictures.map((svg) => [...svg.matchAll(/fill="rgb[^"]*"/gu)].map(String));
  expect(fields[0]?.length).toBeGreaterThan(20);
  expect(fields[1]).toEqual(fields[0]);
  await dock
    .getByRole('button', { name: say('plot.save') })
    .first()
    .click();
  const [download] = await Promise.all([
    gradloom.page.waitForEvent('download'),
    gradloom.page.getByRole('menuitem', { name: say('plot.csv') }).click(),
  ]);
  const rows = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  expect(rows[0]).toBe('network,surface,first,second,loss');
  expect(rows).toHaveLength(26);
  expect(rows[13]).toMatch(/,loss,0,0,\d/u);
  const centre = Number(rows[13]?.split(',').at(-1));
  await expect(dock).toContainText(`At the weights (cross): ${magnitude(centre, 3)}`);
});
