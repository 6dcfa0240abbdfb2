import { attending } from './fixtures/documents.ts';
import { expect, test } from './fixtures/test.ts';

test('every look at a picture has its map, the change of memory and the answer it would give', async ({ gradloom }) => {
  await gradloom.show(attending(4), 'attending.gradloom.json');
  const dock = await gradloom.openDock('reasoning');
  const cards = dock.getByRole('listitem').filter({ has: gradloom.page.getByRole('img') });
  await expect(cards).toHaveCount(4);
  for (let iteration = 1; iteration <= 4; iteration++) {
    const card = cards.nth(iteration - 1);
    await expect(card.getByRole('img', { name: gradloom.say('reasoning.map', { iteration }) })).toBeVisible();
    await expect(card).toContainText(gradloom.say('reasoning.change'));
    await expect(card).toContainText(/\d %/);
  }
  await expect(dock).toContainText(gradloom.say('example.weights.initial'));

  await test.step('a card sets the iteration that the canvas shows', async () => {
    await cards.nth(1).getByRole('button').click();
    await expect(cards.nth(1).getByRole('button')).toHaveAttribute('aria-current', 'true');
  });

  await test.step('after training the answers are those of the trained weights', async () => {
    await gradloom.run();
    await gradloom.waitForState('finished', 60_000);
    await expect(dock).toContainText(gradloom.say('example.weights.run', { step: '16' }));
    const before = await cards.last().textContent();
    const next = dock.getByRole('button', { name: gradloom.say('example.next'), exact: true });
    // Two digits may look alike to a network that has hardly learned; not many in a row.
    await expect(async () => {
      await next.click();
      await expect(cards.last()).not.toHaveText(before ?? '', { timeout: 1500 });
    }).toPass();
  });
});

test('without such a network the screen says what it needs', async ({ gradloom }) => {
  const dock = await gradloom.openDock('reasoning');
  await expect(dock).toContainText(gradloom.say('reasoning.none'));
});
