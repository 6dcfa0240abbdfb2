import type { Page } from '@playwright/test';
import type { TextKey } from '#shared/text/text';
import { small } from './fixtures/documents.ts';
import { middleOf } from './fixtures/gradloomPage.ts';
import { expect, test } from './fixtures/test.ts';

test.use({ viewport: { width: 1280, height: 800 } });

/** How far the lowest control of a part of the window lies beneath the part's lower edge, in pixels; at most 0 where it can be seen. */
function overhang(page: Page, area: 'left' | 'inspector'): Promise<number> {
  return page.evaluate((name) => {
    const around = document.querySelector(`[data-area="${name}"]`);
    if (around === null) throw new Error(`no ${name}`);
    const controls = [...around.querySelectorAll('button, input, select, textarea')];
    const shown = controls.filter((one) => one.checkVisibility());
    const lowest = Math.max(...shown.map((one) => one.getBoundingClientRect().bottom));
    return lowest - around.getBoundingClientRect().bottom;
  }, area);
}

test('the wheel brings the last control of every side panel into view in a small window', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(small());
  const rail = page.getByRole('navigation', { name: gradloom.say('app.rail'), exact: true });
  const scrollDown = async (area: 'left' | 'inspector'): Promise<void> => {
    const { x, y } = await middleOf(page.locator(`[data-area="${area}"]`));
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, 20_000);
  };

  const tabs: readonly TextKey[] = ['app.rail.training', 'app.rail.layers', 'app.rail.lessons', 'app.rail.runs'];
  for (const tab of tabs) {
    const button = rail.getByRole('button', { name: gradloom.say(tab), exact: true });
    if ((await button.getAttribute('aria-pressed')) !== 'true') await button.click();
    // Otherwise the panel would prove nothing.
    if (tab === 'app.rail.training') expect(await overhang(page, 'left')).toBeGreaterThan(400);
    await scrollDown('left');
    await expect.poll(() => overhang(page, 'left'), { message: tab }).toBeLessThanOrEqual(0);
  }

  await gradloom.selectNode('hidden');
  await scrollDown('inspector');
  await expect.poll(() => overhang(page, 'inspector')).toBeLessThanOrEqual(0);
});

test('the legend of the curves names the dashed line of validation beside its sample, and cuts no name', async ({
  gradloom,
}) => {
  const { page, document } = gradloom;
  await page.setViewportSize({ width: 1440, height: 900 });
  await gradloom.show({ ...document, training: { ...document.training, epochs: 2 } });
  const dock = await gradloom.openDock('curves');
  await gradloom.run();
  await gradloom.waitForState('finished', 30_000);
  const validation = dock.getByRole('button', { name: `residual · ${gradloom.say('gradients.curves.validation')}` });
  await expect(validation).toHaveCount(2);
  const legend = dock.locator('figcaption li');
  await expect(legend).toHaveCount(4);
  for (const group of await legend.all()) {
    await expect(group.locator('path[stroke-dasharray]')).toHaveCount(1);
    await expect(group).toContainText(gradloom.say('gradients.curves.validation'));
  }
  const cut = (): Promise<readonly (string | null)[]> =>
    legend
      .locator('button > span:first-of-type')
      .evaluateAll((names) => names.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent));
  expect(await cut()).toEqual([]);
  const name = validation.first().getByText(gradloom.say('gradients.curves.validation'), { exact: true });
  await expect(name).toBeVisible();
  // In a narrow window the sample says it; before a room it is wide again.
  await page.setViewportSize({ width: 1024, height: 800 });
  await expect(name).toBeHidden();
  await page.setViewportSize({ width: 1280, height: 800 });
  await gradloom.region.focus();
  await page.keyboard.press('p');
  await expect(name).toBeVisible();
  expect(await cut()).toEqual([]);
});

test('a message stands above the first hint, and its cross within its edge, at a desk and before a room', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'a-model-with-a-rather-long-name.onnx'));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
  });
  const message = page.getByRole('status').filter({ hasText: 'a-model-with-a-rather-long-name.onnx' });
  await expect(message).toBeVisible();
  const cross = message.getByRole('button', { name: gradloom.say('ui.dismiss'), exact: true });
  const air = async (): Promise<number> => {
    const [around, button] = [await message.boundingBox(), await cross.boundingBox()];
    if (around === null || button === null) throw new Error('the message is not shown');
    return around.x + around.width - button.x - button.width;
  };
  const hint = page.getByRole('complementary', { name: gradloom.say('canvas.hint'), exact: true });
  // It rises to its place.
  await expect
    .poll(async () => {
      const [upper, lower] = [await message.boundingBox(), await hint.boundingBox()];
      return (lower?.y ?? 0) - (upper?.y ?? 0) - (upper?.height ?? 0);
    })
    .toBeGreaterThanOrEqual(8);
  expect(await air()).toBeGreaterThanOrEqual(8);
  await gradloom.region.focus();
  await page.keyboard.press('p');
  await expect(hint).toHaveCount(0);
  expect(await air()).toBeGreaterThanOrEqual(8);
});
