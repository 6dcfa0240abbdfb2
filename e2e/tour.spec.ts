import { expect, test } from './fixtures/test.ts';

test.describe('a newcomer', () => {
  test.use({ firstRun: true });

  test('is led through the main job, and finds the tour again under Help', async ({ gradloom }) => {
    const { page } = gradloom;
    const card = page.getByRole('complementary', { name: gradloom.say('tour.label'), exact: true });
    const next = card.getByRole('button', { name: gradloom.say('tour.next'), exact: true });
    await expect(card).toContainText(gradloom.say('tour.run.title'));

    // What is done moves it on; the rest of the window is not locked meanwhile.
    await gradloom.measureStepZero();
    await expect(card).toContainText(gradloom.say('tour.dark.title'));
    // The card lies on none of the nodes that its words speak of.
    await expect(async () => {
      const covered = await card.evaluate((element) => {
        const own = element.getBoundingClientRect();
        return [...document.querySelectorAll('.react-flow__node-card[data-id^="plain-"]')].filter((node) => {
          const box = node.getBoundingClientRect();
          return box.left < own.right && own.left < box.right && box.top < own.bottom && own.top < box.bottom;
        }).length;
      });
      expect(covered).toBe(0);
    }).toPass();
    await gradloom.selectWire('plain-stem', 'plain-dense-1');
    await expect(card).toContainText(gradloom.say('tour.why.title'));
    await next.click();
    await expect(card).toContainText(gradloom.say('tour.relu.title'));
    await gradloom.button('inspector.remedy.reluHe').click();
    await expect(card).toContainText(gradloom.say('tour.again.title'));
    await gradloom.stop();
    await gradloom.measureStepZero();
    await expect(card).toContainText(gradloom.say('tour.loop.title'));
    await gradloom.selectNode('plain-dense-2');
    await gradloom.dragWire({ node: 'plain-dense-2', port: 'out' }, { node: 'plain-dense-1', port: 'in' });
    await gradloom.button('canvas.backEdge.makeLoop').click();
    await expect(card).toContainText(gradloom.say('tour.end.title'));

    // The keyboard ends it, and goes on where it can be found again.
    await card.getByRole('button', { name: gradloom.say('tour.done'), exact: true }).press('Escape');
    await expect(card).toHaveCount(0);
    await expect(gradloom.button('help.menu')).toBeFocused();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: gradloom.say('tour.command') }).click();
    await expect(card).toContainText(gradloom.say('tour.run.title'));
    await card.getByRole('button', { name: gradloom.say('tour.skip'), exact: true }).click();
    await expect(card).toHaveCount(0);
  });

  test('who skipped it is not asked again', async ({ gradloom }) => {
    const { page } = gradloom;
    const card = page.getByRole('complementary', { name: gradloom.say('tour.label'), exact: true });
    await card.getByRole('button', { name: gradloom.say('tour.skip'), exact: true }).click();
    await expect(card).toHaveCount(0);
    await page.reload();
    await gradloom.whenReady();
    await expect(card).toHaveCount(0);
  });
});
