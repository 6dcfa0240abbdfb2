import { expect, test } from './fixtures/test.ts';
import { chapter } from '#shared/lessons/chapters';

for (const locale of ['en-US', 'zh-CN'] as const) {
  test.describe(locale, () => {
    test.use({ locale });
    test('a lesson leads from a guess through a run to a verdict and into the editor; no step is locked', async ({
      gradloom,
    }) => {
      test.setTimeout(90_000);
      const { page, locale: language } = gradloom;
      const lesson = chapter('gradients');
      if (lesson === null) throw new Error('the first chapter is gone');
      const titleOf = (id: string): string => lesson.steps.find((step) => step.id === id)?.title[language] ?? '';
      const rail = page.getByRole('navigation', { name: gradloom.say('app.rail') });
      await rail.getByRole('button', { name: gradloom.say('app.rail.lessons'), exact: true }).click();
      await page.getByRole('button', { name: lesson.title[language] }).click();
      const view = page.getByRole('region', { name: lesson.title[language] });
      const panel = page.getByRole('region', { name: gradloom.say('app.rail.lessons'), exact: true });
      await expect(view.locator('.katex').first()).toBeVisible();

      await gradloom.button('lessons.next').click();
      await view.getByRole('textbox').fill('1e-6');
      await page.keyboard.press('Enter');
      await gradloom.button('lessons.commit').click();
      await expect(view).toContainText(gradloom.say('lessons.guess.wait'));

      // Straight to the verdict: it says what has to be run, and can run it.
      await panel.getByRole('button', { name: titleOf('chain-verdict') }).click();
      await view.getByRole('button', { name: gradloom.say('lessons.run'), exact: true }).click();
      await expect(view).toContainText(gradloom.say('lessons.holds.yes'), { timeout: 60_000 });
      // 0.25 to the tenth.
      await expect(view).toContainText('9.54e−7');
      await expect(view).not.toContainText('[[');

      await panel.getByRole('button', { name: titleOf('chain-curve') }).click();
      await expect(view.getByRole('img', { name: titleOf('chain-curve') })).toBeVisible();
      await panel.getByRole('button', { name: titleOf('guess-chain') }).click();
      await expect(view).toContainText(gradloom.say('lessons.guess.right'));

      await panel.getByRole('button', { name: titleOf('look') }).click();
      await gradloom.button('lessons.explore').click();
      await expect(view).toHaveCount(0);
      await expect(
        page.getByRole('button', { name: gradloom.say('files.menu', { name: 'Plain network' }) }),
      ).toBeVisible();
    });
  });
}
