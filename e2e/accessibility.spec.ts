import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { dockTabs, railTabs } from '../renderer/state/viewStore.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { expect, test } from './fixtures/test.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong with the window as it is, in words: the rule, and where. */
async function violations(gradloom: GradloomPage, view: string): Promise<string[]> {
  const results = await gradloom.page.evaluate(() =>
    (window as unknown as { axe: { run(context: Document, options: object): Promise<AxeResults> } }).axe.run(document, {
      resultTypes: ['violations'],
      // A rule for pages of prose: the handles between two panels belong to no landmark.
      rules: { region: { enabled: false } },
    }),
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${view}: ${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    // What fades in or out has no contrast of its own.
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });

    test('axe finds nothing wrong with the main views', async ({ gradloom }) => {
      const { page } = gradloom;
      // The page's policy lets no foreign script in; what the developer tools evaluate is none.
      await page.evaluate(axe);
      const found: string[] = [];
      const look = async (view: string): Promise<void> => {
        // Values of before are dimmed until the new ones are there.
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
        found.push(...(await violations(gradloom, view)));
      };
      await gradloom.measureStepZero();
      await gradloom.selectWire('plain-stem', 'plain-dense-1');
      await look('wire');
      await gradloom.selectNode('plain-dense-1');
      for (const tab of dockTabs) {
        await gradloom.openDock(tab);
        await look(tab);
      }
      const rail = page.getByRole('navigation', { name: gradloom.say('app.rail'), exact: true });
      for (const tab of railTabs) {
        const button = rail.getByRole('button', { name: gradloom.say(`app.rail.${tab}`), exact: true });
        if ((await button.getAttribute('aria-pressed')) !== 'true') await button.click();
        await look(tab);
      }
      for (const [view, keys] of [
        ['commands', 'ControlOrMeta+k'],
        ['keys', '?'],
        ['open', 'ControlOrMeta+o'],
        ['export', 'ControlOrMeta+e'],
      ] as const) {
        await page.keyboard.press(keys);
        await expect(page.getByRole('dialog')).toBeVisible();
        await look(view);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('dialog')).toHaveCount(0);
      }
      await gradloom.fileButton.click();
      await look('file menu');
      expect(found).toEqual([]);
    });
  });
}

test.describe('at 200 % zoom of a window of 1280×800', () => {
  test.use({ viewport: { width: 640, height: 400 } });

  test('every control of the top bar can be seen and pressed, and the canvas keeps room', async ({ gradloom }) => {
    const { page } = gradloom;
    await gradloom.measureStepZero();
    const covered = await page.evaluate(() => {
      const buttons = [...document.querySelectorAll<HTMLElement>('[data-area="top"] button')];
      return buttons.flatMap((button) => {
        const { left, right, top, bottom } = button.getBoundingClientRect();
        const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        const isWhole = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
        return isWhole && hit !== null && button.contains(hit) ? [] : [button.ariaLabel ?? button.textContent];
      });
    });
    expect(covered).toEqual([]);
    const canvas = await page.locator('[data-area="canvas"]').boundingBox();
    expect(canvas?.width).toBeGreaterThan(300);
    expect(canvas?.height).toBeGreaterThan(250);
    // The page itself scrolls in neither direction.
    const overflow = await page.evaluate(() => {
      const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
      return [scrollWidth - clientWidth, scrollHeight - clientHeight];
    });
    expect(overflow).toEqual([0, 0]);
  });

  test('tabs for which the row has no room are in a menu; the chosen one is in the row', async ({ gradloom }) => {
    const { page } = gradloom;
    const dock = await gradloom.openDock('curves');
    const tab = (name: Parameters<typeof gradloom.say>[0]) =>
      dock.getByRole('tab', { name: gradloom.say(name), exact: true });
    const more = dock.getByRole('button', { name: gradloom.say('ui.moreTabs') });
    await expect(tab('app.dock.curves')).toBeVisible();
    await expect(tab('app.dock.data')).toHaveCount(0);
    await more.press('Enter');
    await page.getByRole('menuitem', { name: gradloom.say('app.dock.data'), exact: true }).click();
    await expect(tab('app.dock.data')).toHaveAttribute('aria-selected', 'true');
    await expect(page.getByRole('menu')).toHaveCount(0);
    // Arrows go through what is in the row, and round.
    await tab('app.dock.data').press('ArrowRight');
    await expect(tab('app.dock.curves')).toBeFocused();
    await page.setViewportSize({ width: 1920, height: 1080 });
    await expect(more).toHaveCount(0);
    await expect(dock.getByRole('tab')).toHaveCount(11);
  });
});
