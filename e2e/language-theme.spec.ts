import type { Locale } from '#shared/text/locale';
import { broken } from './fixtures/documents.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { shellKind } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';
import { cutOff, untranslated } from './fixtures/words.ts';

const languageNames = { en: 'English', 'zh-CN': '简体中文' } as const;

async function openSettings(gradloom: GradloomPage) {
  const settings = gradloom.page.getByRole('dialog', { name: gradloom.say('ui.settings'), exact: true });
  if (!(await settings.isVisible())) await gradloom.button('ui.settings').click();
  return settings;
}

async function switchTo(gradloom: GradloomPage, locale: Locale): Promise<void> {
  const settings = await openSettings(gradloom);
  await settings.getByRole('radio', { name: languageNames[locale] }).click();
  gradloom.locale = locale;
  await expect(gradloom.page.locator('html')).toHaveAttribute('lang', locale);
  await gradloom.page.keyboard.press('Escape');
}

/** Goes through the main views of the window and looks at each. The document has a problem, so that it is told as well. */
async function visitViews(gradloom: GradloomPage, look: (view: string) => Promise<void>): Promise<void> {
  const { page } = gradloom;
  const rail = page.getByRole('navigation', { name: gradloom.say('app.rail'), exact: true });
  const openLeft = async (tab: 'layers' | 'training'): Promise<void> => {
    const button = rail.getByRole('button', { name: gradloom.say(`app.rail.${tab}`), exact: true });
    if ((await button.getAttribute('aria-pressed')) !== 'true') await button.click();
  };
  await openLeft('layers');
  await look('layers');
  await page.getByRole('tab', { name: gradloom.say('palette.tab.templates'), exact: true }).click();
  await look('templates');
  await openLeft('training');
  await look('training settings');
  for (const tab of ['curves', 'depth', 'problems', 'data'] as const) {
    await gradloom.openDock(tab);
    if (tab === 'data') await expect(gradloom.dock.getByRole('img')).toBeVisible();
    await look(`${tab} in the dock`);
  }
  await gradloom.selectNode('hidden');
  await look('a dense layer in the inspector');
  await gradloom.selectNode('sum');
  await look('an add in the inspector');
  await gradloom.selectWire('point', 'hidden');
  await look('a wire in the inspector');
  await gradloom.inspector
    .getByRole('button', { name: gradloom.say('measure.definitionOf', { name: gradloom.say('measure.wireRms') }) })
    .or(
      page.getByRole('button', {
        name: gradloom.say('measure.definitionOf', { name: gradloom.say('measure.wireRelative') }),
      }),
    )
    .first()
    .click();
  await look('a definition');
  await page.keyboard.press('Escape');
  await openSettings(gradloom);
  await look('settings');
  await page.keyboard.press('Escape');
  await gradloom.fileButton.click();
  await look('the menu of files');
  await page.keyboard.press('Escape');
  if (shellKind === 'browser') {
    await page.keyboard.press('ControlOrMeta+o');
    await expect(gradloom.dialog('files.dialog.open').getByRole('option').first()).toBeVisible();
    await look('the file dialog');
    await page.keyboard.press('Escape');
  }
  await page.keyboard.press('Shift+A');
  await expect(page.getByRole('dialog', { name: gradloom.say('canvas.search'), exact: true })).toBeVisible();
  await look('the search for layers');
  await page.keyboard.press('Escape');
}

test('in Chinese no key and no English is left; and back', async ({ gradloom }) => {
  await gradloom.show(broken());
  await switchTo(gradloom, 'zh-CN');
  const left: Record<string, readonly string[]> = {};
  const look = async (view: string): Promise<void> => {
    // Names of files, of the data's fields and of weights are the same in every language.
    const own = ['shown.gradloom.json', gradloom.folders.documents, 'point label', 'kernel bias', 'CPU'];
    const found = await untranslated(gradloom, own);
    if (found.length > 0) left[view] = found;
  };
  await visitViews(gradloom, look);
  expect(left).toEqual({});

  await test.step('what is told at a moment: a wire that leads back, a broken file', async () => {
    const { page } = gradloom;
    await gradloom.dragWire({ node: 'logits', port: 'out' }, { node: 'hidden', port: 'in' });
    await expect(page.getByRole('dialog', { name: gradloom.say('canvas.backEdge.title') })).toBeVisible();
    await look('the offer of a loop');
    await page.keyboard.press('Escape');
    gradloom.put('comma.gradloom.json', '{ "format": "gradloom" "version": 1 }');
    await gradloom.chooseFile('comma.gradloom.json');
    await expect(gradloom.dialog('files.broken.title', { name: 'comma.gradloom.json' })).toBeVisible();
    const found = await untranslated(gradloom, ['comma.gradloom.json', 'shown.gradloom.json']);
    expect(found).toEqual([]);
    await page.keyboard.press('Escape');
  });

  await switchTo(gradloom, 'en');
  await gradloom.openDock('curves');
  await expect(gradloom.dock).toContainText('No curves yet');
  await gradloom.page.reload();
  await gradloom.page.waitForFunction(() => (window.__gradloomCanvas?.counts.draw ?? 0) > 0);
  await expect(gradloom.page.locator('html')).toHaveAttribute('lang', 'en');
});

test('light and dark: the whole window follows, and remembers it', async ({ gradloom }) => {
  const { page } = gradloom;
  const colours = () =>
    page.evaluate(() => {
      const canvas = document.querySelector('canvas');
      const tokens = getComputedStyle(document.documentElement);
      return {
        theme: document.documentElement.dataset['theme'],
        ground: tokens.getPropertyValue('--colour-canvas'),
        words: tokens.getPropertyValue('--colour-text'),
        body: getComputedStyle(document.body).backgroundColor,
        drawn: canvas?.toDataURL().length ?? 0,
      };
    });
  const light = await colours();
  expect(light.theme).toBe('light');
  const settings = await openSettings(gradloom);
  const { counts } = await gradloom.canvas();
  await settings.getByRole('radio', { name: gradloom.say('ui.settings.theme.dark') }).click();
  await expect.poll(async () => (await gradloom.canvas()).counts.draw).toBeGreaterThan(counts.draw);
  const dark = await colours();
  expect(dark).toMatchObject({ theme: 'dark' });
  for (const name of ['ground', 'words', 'body'] as const) expect(dark[name]).not.toBe(light[name]);
  await page.reload();
  await gradloom.whenReady();
  expect(await colours()).toMatchObject({ theme: 'dark', body: dark.body });
  await (await openSettings(gradloom)).getByRole('radio', { name: gradloom.say('ui.settings.theme.system') }).click();
  expect(await colours()).toMatchObject({ theme: 'light', body: light.body });
});

for (const locale of ['en', 'zh-CN'] as const) {
  test(`at 1280×800 nothing is cut off sideways (${locale})`, async ({ gradloom }) => {
    await gradloom.page.setViewportSize({ width: 1280, height: 800 });
    await gradloom.show(broken());
    await switchTo(gradloom, locale);
    const faults: Record<string, readonly string[]> = {};
    const look = async (view: string): Promise<void> => {
      const found = await cutOff(gradloom.page);
      if (found.length > 0) faults[view] = found;
    };
    await visitViews(gradloom, look);
    await gradloom.page.setViewportSize({ width: 1440, height: 900 });
    await look('1440×900');
    expect(faults).toEqual({});
  });
}
