import type { Locator } from '@playwright/test';
import { dockTabs, railTabs } from '../renderer/state/viewStore.ts';
import { violations, violationsInBothThemes } from './fixtures/axe.ts';
import { expect, test } from './fixtures/test.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    // What fades in or out has no contrast of its own.
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });

    test('axe finds nothing wrong with the main views', async ({ gradloom }) => {
      const { page } = gradloom;
      const found: string[] = [];
      const look = async (view: string): Promise<void> => {
        // Values of before are dimmed until the new ones are there.
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
        found.push(...(await violations(page, view)));
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

test.describe('a newcomer', () => {
  test.use({ firstRun: true, contextOptions: { reducedMotion: 'reduce' } });

  test('axe finds nothing wrong with the tour, in either theme', async ({ gradloom }) => {
    const { page } = gradloom;
    const card = page.getByRole('complementary', { name: gradloom.say('tour.label'), exact: true });
    await expect(card).toBeVisible();
    const found = await violationsInBothThemes(page, 'first step');
    await card.getByRole('button', { name: gradloom.say('tour.next'), exact: true }).click();
    found.push(...(await violations(page, 'second step')));
    expect(found).toEqual([]);
  });
});

test('projector view: large type, the canvas and one plot; Escape goes back', async ({ gradloom }) => {
  const { page } = gradloom;
  // What fades in or out has no contrast of its own.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await gradloom.openDock('depth');
  await gradloom.measureStepZero();
  const legend = page.getByRole('region', { name: gradloom.say('canvas.legend'), exact: true });
  const typeOf = (): Promise<number> => legend.evaluate((one) => Number.parseFloat(getComputedStyle(one).fontSize));
  const room = (await page.locator('[data-area="canvas"]').boundingBox())?.width ?? 0;
  expect(await typeOf()).toBe(11);
  await gradloom.region.focus();
  await page.keyboard.press('p');
  await expect(gradloom.inspector).toHaveCount(0);
  await expect(page.getByRole('navigation', { name: gradloom.say('app.rail'), exact: true })).toHaveCount(0);
  expect(await typeOf()).toBeGreaterThanOrEqual(16);
  expect((await page.locator('[data-area="canvas"]').boundingBox())?.width).toBeGreaterThan(room * 1.3);
  // The plot is drawn anew, with room for its words.
  await expect(gradloom.dock.getByRole('tab', { name: gradloom.say('app.dock.depth') })).toBeVisible();
  expect(await violations(page, 'projector')).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(gradloom.inspector).toBeVisible();
  expect(await typeOf()).toBe(11);
});

test('under reduced motion nothing moves, neither by styles nor by script; otherwise it does', async ({ gradloom }) => {
  const { page } = gradloom;
  await page.evaluate(() => {
    const moves: string[] = [];
    const note = (event: AnimationEvent | TransitionEvent): void => {
      for (const animation of (event.target as Element).getAnimations({ subtree: true })) {
        const { duration } = animation.effect?.getTiming() ?? {};
        if (Number(duration) > 0) moves.push(`${event.type} of ${(event.target as Element).className}`);
      }
    };
    document.addEventListener('animationstart', note);
    document.addEventListener('transitionrun', note);
    Object.assign(window, { moves });
  });
  /** What moved by styles meanwhile, and the places of the view that were drawn between its first and its last. */
  const stir = async (): Promise<readonly [moved: boolean, flown: boolean]> => {
    await page.evaluate(() => (window as unknown as { moves: string[] }).moves.splice(0));
    await page.keyboard.press('ControlOrMeta+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await gradloom.selectNode('plain-dense-1');
    const places = await page.evaluate(async () => {
      const view = document.querySelector<HTMLElement>('.react-flow__viewport');
      const seen = new Set([view?.style.transform]);
      dispatchEvent(new KeyboardEvent('keydown', { key: 'F', code: 'KeyF', shiftKey: true, bubbles: true }));
      for (const end = performance.now() + 600; performance.now() < end;) {
        await new Promise(requestAnimationFrame);
        seen.add(view?.style.transform);
      }
      return seen.size;
    });
    expect(places, 'the view went to what is selected').toBeGreaterThan(1);
    await page.keyboard.press('f');
    await page.waitForTimeout(300);
    const moved = await page.evaluate(() => (window as unknown as { moves: string[] }).moves.length > 0);
    return [moved, places > 2];
  };
  expect(await stir()).toEqual([true, true]);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await stir()).toEqual([false, false]);
});

test.describe('at 200 % zoom of a window of 1280×800', () => {
  test.use({ viewport: { width: 640, height: 400 } });

  test('every control of the top bar can be seen and pressed, and the canvas keeps room', async ({ gradloom }) => {
    const { page } = gradloom;
    await gradloom.measureStepZero();
    const covered = await page.evaluate(() => {
      const buttons = [...document.querySelectorAll<HTMLElement>('[data-area="top"] button')];
      const shown = buttons.filter((button) => button.checkVisibility());
      return shown.flatMap((button) => {
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

  test('every panel and dialog has room, and each control in it can be brought under the pointer', async ({
    gradloom,
  }) => {
    const { page } = gradloom;
    await gradloom.measureStepZero();
    const faults: string[] = [];
    /** Controls that scrolling brings nowhere, or that something lies over. */
    const look = async (view: string, within: Locator): Promise<void> => {
      await expect(within).toBeVisible();
      const hidden = await within.evaluate((area) =>
        [...area.querySelectorAll<HTMLElement>('button, input, select, textarea, a[href], [role="slider"]')]
          .filter((one) => one.checkVisibility() && !one.closest('[inert]') && one.tabIndex >= 0)
          .flatMap((one) => {
            one.scrollIntoView({ block: 'center', inline: 'center' });
            const { left, right, top, bottom } = one.getBoundingClientRect();
            const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
            const owner = one.closest('label') ?? one;
            if (hit !== null && (owner.contains(hit) || hit.contains(one))) return [];
            return [
              `${one.tagName} "${one.ariaLabel ?? one.textContent}" under ${hit?.outerHTML.slice(0, 80) ?? 'nothing'}`,
            ];
          }),
      );
      faults.push(...hidden.map((fault) => `${view}: ${fault}`));
    };
    const canvas = page.locator('[data-area="canvas"]');
    const left = page.locator('[data-area="left"]');
    for (const tab of railTabs) {
      const rail = page.getByRole('navigation', { name: gradloom.say('app.rail'), exact: true });
      const button = rail.getByRole('button', { name: gradloom.say(`app.rail.${tab}`), exact: true });
      if ((await button.getAttribute('aria-pressed')) !== 'true') await button.click();
      // One side panel beside the canvas, not two.
      await expect(gradloom.inspector).toHaveCount(0);
      expect((await canvas.boundingBox())?.width).toBeGreaterThan(300);
      await look(tab, left);
    }
    await page.keyboard.press('ControlOrMeta+i');
    await expect(left).toHaveCount(0);
    await gradloom.region.focus();
    await page.keyboard.press(']');
    await expect(page.locator('.react-flow__node.selected')).toHaveCount(1);
    await look('inspector', gradloom.inspector);
    for (const tab of dockTabs) {
      await look(tab, await gradloom.openDock(tab));
      expect((await canvas.boundingBox())?.height).toBeGreaterThan(80);
    }
    for (const [view, keys] of [
      ['keys', '?'],
      ['open', 'ControlOrMeta+o'],
      ['export', 'ControlOrMeta+e'],
    ] as const) {
      await page.keyboard.press(keys);
      await look(view, page.getByRole('dialog'));
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
    await gradloom.button('ui.settings').click();
    await look('settings', page.getByRole('dialog', { name: gradloom.say('ui.settings'), exact: true }));
    expect(faults).toEqual([]);
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
