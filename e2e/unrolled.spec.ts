import { text } from '#shared/text/text';
import { small } from './fixtures/documents.ts';
import { expect, test } from './fixtures/test.ts';

test('the unrolled view shows every iteration of a long loop and stays small', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(small());
  await gradloom.selectNode('hidden');
  await page.keyboard.press('l');
  const iterations = gradloom.inspector.getByLabel(text('en', 'inspector.iterations'), { exact: true });
  await iterations.fill('100');
  await iterations.press('Enter');
  await gradloom.button('inspector.loop.unrolled').click();
  const strip = page.locator('[data-iterations="100"]');
  await expect(strip).toBeVisible();
  // One canvas as wide as the window, however long the strip.
  const { scrolled, drawn } = await strip.evaluate((element) => ({
    scrolled: element.scrollWidth,
    drawn: element.querySelector('canvas')?.clientWidth ?? 0,
  }));
  expect(scrolled).toBeGreaterThan(10_000);
  expect(drawn).toBeLessThan(2_000);
  await gradloom.button('canvas.unrolled.close').click();
  await expect(strip).toHaveCount(0);
});
