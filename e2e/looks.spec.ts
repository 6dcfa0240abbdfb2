import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { chapter } from '#shared/lessons/chapters';
import { broken, small } from './fixtures/documents.ts';
import { fontsOf } from './fixtures/fonts.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { shellKind } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';

/*
 * The main views as pictures, compared with those in e2e/looks. `npm run looks` takes them anew: look at each before you
 * commit it. Where letters are drawn otherwise than there, nothing can be compared, and that is said.
 */
const fontsFile = join(import.meta.dirname, 'looks', 'fonts.json');

test.skip(shellKind === 'electron', 'the pictures are of the browser that the tests drive');
test.use({ viewport: { width: 1280, height: 800 }, contextOptions: { reducedMotion: 'reduce' } });

/** Skips where the pictures were drawn with other letters than this machine's; where they are taken anew, notes these. */
async function demandFonts({ page }: GradloomPage): Promise<void> {
  const fonts = await fontsOf(page);
  if (test.info().config.updateSnapshots === 'all') {
    writeFileSync(fontsFile, `${JSON.stringify({ fonts }, null, 2)}\n`);
    return;
  }
  const known = JSON.parse(readFileSync(fontsFile, 'utf8')) as { readonly fonts: string };
  const reason = `letters are drawn otherwise here (${fonts}) than on the machine of the pictures (${known.fonts})`;
  test.skip(known.fonts !== fonts, reason);
}

interface Look {
  /** What of the window is compared; all of it where nothing is named. */
  readonly of?: Locator;
  /** What differs from one time or machine to the next: durations, versions, folders of the test. */
  readonly mask?: readonly Locator[];
}

/** Compares a picture; one that differs does not hide those that follow. */
async function look({ page }: GradloomPage, name: string, { of, mask = [] }: Look = {}): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready);
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await expect.soft(of ?? page).toHaveScreenshot(`${name}.png`, { mask: [...mask] });
}

/** Shows the whole sheet, and takes the focus away from what was pressed last. */
async function rest({ page, region }: GradloomPage): Promise<void> {
  await region.focus();
  await page.keyboard.press('f');
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
}

interface Appearance {
  readonly name: string;
  readonly locale: 'en-US' | 'zh-CN';
  readonly colorScheme: 'light' | 'dark';
  /** What is looked at after the start sheet. */
  views(gradloom: GradloomPage): Promise<void>;
}

const appearances: readonly Appearance[] = [
  {
    name: 'light-english',
    locale: 'en-US',
    colorScheme: 'light',
    async views(gradloom) {
      const { page } = gradloom;
      await gradloom.show(small());
      await page.keyboard.press('ControlOrMeta+e');
      const dialog = page.getByRole('dialog');
      // Before anything is trained: with a run, which weights it offers first depends on when the list of runs comes.
      await expect(dialog).toContainText(gradloom.say('export.carries.whole'));
      await look(gradloom, 'export', { of: dialog });
      await page.keyboard.press('Escape');
      await gradloom.measureStepZero();
      // Each step waits for the last to be shown: of a run that goes by itself the window draws those that it comes to.
      for (let step = 1; step <= 12; step++) {
        await gradloom.step();
        await gradloom.waitForStepOnCanvas(step);
      }
      await gradloom.openDock('curves');
      await rest(gradloom);
      // The row, not the number: that is as wide as it has digits.
      const speed = gradloom.inspector.locator('dl > div').filter({ hasText: /examples\/s$/ });
      await expect(speed).toHaveCount(1);
      await look(gradloom, 'trained', { mask: [gradloom.transport, speed] });
    },
  },
  {
    name: 'dark-english',
    locale: 'en-US',
    colorScheme: 'dark',
    async views(gradloom) {
      const { page } = gradloom;
      await gradloom.measureStepZero();
      await gradloom.selectWire('plain-stem', 'plain-dense-1');
      await gradloom.openDock('depth');
      await look(gradloom, 'wire-inspector', { of: gradloom.inspector });
      await look(gradloom, 'gradient-by-depth', { of: gradloom.dock });
      await page.keyboard.press('ControlOrMeta+k');
      await look(gradloom, 'commands', { of: page.getByRole('dialog') });
    },
  },
  {
    name: 'light-chinese',
    locale: 'zh-CN',
    colorScheme: 'light',
    async views(gradloom) {
      const { page } = gradloom;
      await gradloom.show(broken());
      await gradloom.openDock('problems');
      await gradloom.selectNode('sum');
      await look(gradloom, 'problems');
      await page.keyboard.press('?');
      await look(gradloom, 'keys', { of: page.getByRole('dialog') });
      await page.keyboard.press('Escape');
      const lesson = chapter('gradients')?.title['zh-CN'] ?? '';
      await page
        .getByRole('navigation', { name: gradloom.say('app.rail'), exact: true })
        .getByRole('button', { name: gradloom.say('app.rail.lessons'), exact: true })
        .click();
      await page
        .getByRole('region', { name: gradloom.say('app.rail.lessons'), exact: true })
        .getByText(lesson)
        .click();
      await look(gradloom, 'lesson', { of: page.getByRole('region', { name: lesson }) });
    },
  },
  {
    name: 'dark-chinese',
    locale: 'zh-CN',
    colorScheme: 'dark',
    async views(gradloom) {
      const { page } = gradloom;
      await gradloom.selectNode('plain-dense-1');
      await look(gradloom, 'layer-inspector', { of: gradloom.inspector });
      await gradloom.button('ui.settings').click();
      const settings = page.getByRole('dialog', { name: gradloom.say('ui.settings'), exact: true });
      await look(gradloom, 'settings', { of: settings, mask: [settings.locator('dl > div')] });
    },
  },
];

for (const { name, locale, colorScheme, views } of appearances) {
  test.describe(name, () => {
    test.use({ locale, colorScheme });

    test('looks as it did', async ({ gradloom }) => {
      await demandFonts(gradloom);
      await rest(gradloom);
      await look(gradloom, `start-${name}`);
      await views(gradloom);
    });
  });
}

test.describe('a newcomer', () => {
  test.use({ firstRun: true });

  test('is met by the tour’s first card as before', async ({ gradloom }) => {
    await demandFonts(gradloom);
    const card = gradloom.page.getByRole('complementary', { name: gradloom.say('tour.label'), exact: true });
    await look(gradloom, 'tour', { of: card });
  });
});
