import { pathToFileURL } from 'node:url';
import type { Page } from '@playwright/test';
import { text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';
import { small } from './fixtures/documents.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { expect, test } from './fixtures/test.ts';

const say = (key: TextKey, values?: Readonly<Record<string, unknown>>): string => text('en', key, values);

/** Two runs of the small network, compared in the window; the report that is saved of them, as a file's address. */
async function saveReport(gradloom: GradloomPage): Promise<string> {
  const { page } = gradloom;
  for (const seed of [1, 2]) {
    const document = small();
    await gradloom.show({ ...document, training: { ...document.training, seed } });
    await gradloom.run();
    await gradloom.waitForState('finished');
  }
  const rail = page.getByRole('navigation', { name: say('app.rail') });
  await rail.getByRole('button', { name: say('app.rail.runs'), exact: true }).click();
  const panel = page.getByRole('region', { name: say('app.rail.runs') });
  await expect(panel.getByRole('checkbox')).toHaveCount(2);
  for (const mark of await panel.getByRole('checkbox').all()) await mark.check();
  await panel.getByRole('button', { name: say('runs.compare', { count: 2 }) }).click();
  // Runs of one document are told apart by what they have otherwise.
  for (const seed of [1, 2]) {
    const name = `Small · ${say('training.seed')} ${seed}`;
    await expect(page.getByRole('figure').filter({ hasText: name })).toHaveCount(1);
  }
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: say('compare.report') }).click(),
  ]);
  const path = test.info().outputPath(download.suggestedFilename());
  await download.saveAs(path);
  return pathToFileURL(path).href;
}

/** The colours of the first network's wires as they are seen. */
function wireColours(report: Page): Promise<readonly string[]> {
  return report
    .locator('.net')
    .first()
    .locator('path[stroke*="strength"]')
    .evaluateAll((paths) => paths.map((path) => getComputedStyle(path).stroke));
}

test('a report opens from a file without anything else, on a phone and on a desk, in light and dark; its slider goes through the steps', async ({
  gradloom,
  browser,
}) => {
  const address = await saveReport(gradloom);
  for (const [width, height] of [
    [390, 844],
    [1280, 800],
  ] as const) {
    const context = await browser.newContext({ viewport: { width, height }, offline: true, colorScheme: 'light' });
    const report = await context.newPage();
    const asked: string[] = [];
    const errors: string[] = [];
    report.on('request', (request) => asked.push(request.url()));
    report.on('pageerror', (error) => errors.push(error.message));
    await report.goto(address);

    const slider = report.getByRole('slider');
    const last = Number(await slider.getAttribute('max'));
    expect(last).toBeGreaterThan(2);
    await expect(report.locator('#at')).toHaveText(say('gradients.atStep', { step: '19' }));
    const atEnd = { colours: await wireColours(report), loss: await report.locator('.pane output').allTextContents() };
    expect(atEnd.colours.length).toBeGreaterThan(1);
    await slider.focus();
    await report.keyboard.press('Home');
    await expect(report.locator('#at')).toHaveText(say('gradients.atStep', { step: '0' }));
    const atStart = {
      colours: await wireColours(report),
      loss: await report.locator('.pane output').allTextContents(),
    };
    expect(atStart.colours).toHaveLength(atEnd.colours.length);
    expect(atStart.loss).not.toEqual(atEnd.loss);
    for (const words of atStart.loss) expect(words).toMatch(/batch loss \d.* at step 0/u);

    // Nothing hangs over the page's side, and the words on the cards can be read.
    expect(await report.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const [card] = await report
      .locator('.net text')
      .evaluateAll((words) => words.map((one) => one.getBoundingClientRect().height));
    expect(card).toBeGreaterThan(9);

    const ground = (): Promise<string> => report.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await report.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).not.toBe(light);
    expect(await wireColours(report)).not.toEqual(atStart.colours);
    expect(asked).toEqual([address]);
    expect(errors).toEqual([]);
    await context.close();
  }

  // From the comparison its runs go on to slices of their loss surfaces, both chosen.
  await gradloom.button('slice.compare').click();
  const dock = gradloom.page.getByRole('region', { name: say('app.dock'), exact: true });
  await expect(dock.getByRole('checkbox', { name: say('slice.here') })).not.toBeChecked();
  await expect(dock.getByRole('checkbox', { checked: true })).toHaveCount(2);
  await dock.getByLabel(say('slice.points'), { exact: true }).fill('3');
  await dock.getByLabel(say('slice.points'), { exact: true }).press('Enter');
  await dock.getByRole('button', { name: say('slice.start') }).click();
  await expect(dock.getByRole('img')).toHaveCount(2, { timeout: 30_000 });
});
