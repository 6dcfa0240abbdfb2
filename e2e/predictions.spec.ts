import { small } from './fixtures/documents.ts';
import { expect, test } from './fixtures/test.ts';

const validation = 50;
const training = 200;

test('the confusion matrix counts every example once, and shows those of a field', async ({ gradloom }) => {
  await gradloom.show(small(), 'small.gradloom.json');
  const dock = await gradloom.openDock('predictions');
  const judge = dock.getByRole('button', { name: gradloom.say('predictions.judge'), exact: true });
  const counted = async (): Promise<number> =>
    (await dock.locator('td').allTextContents()).reduce((sum, text) => sum + Number(text.replace(',', '')), 0);
  const status = dock.getByRole('status');

  await judge.click();
  await expect(status).toHaveText(gradloom.say('predictions.judged', { examined: validation, count: validation }));
  expect(await counted()).toBe(validation);
  await expect(dock).toContainText(gradloom.say('example.weights.initial'));

  await dock.getByRole('radio', { name: gradloom.say('example.training'), exact: true }).click();
  await judge.click();
  await expect(status).toHaveText(gradloom.say('predictions.judged', { examined: training, count: training }));
  expect(await counted()).toBe(training);

  await gradloom.run();
  await gradloom.waitForState('finished');
  await judge.click();
  await expect(dock).toContainText(gradloom.say('example.weights.run', { step: '20' }));
  const field = dock.locator('td').filter({ hasText: /\d/ }).first();
  const amount = Number(await field.textContent());
  await field.getByRole('button').click();
  await expect(dock.getByRole('listitem')).toHaveCount(Math.min(12, amount));
});

test('the plane follows the run, and an input of one’s own is answered', async ({ gradloom }) => {
  await gradloom.show(small(), 'small.gradloom.json');
  const dock = await gradloom.openDock('predictions');
  const show = dock.getByRole('combobox', { name: gradloom.say('predictions.show') });
  await show.selectOption({ label: gradloom.say('predictions.show.surface') });
  await expect(dock.getByRole('img', { name: gradloom.say('predictions.surface', { output: 'class' }) })).toBeVisible();

  await show.selectOption({ label: gradloom.say('predictions.show.try') });
  const shares = dock.getByRole('listitem');
  await expect(shares).toHaveCount(2);
  const before = await shares.allTextContents();
  const first = dock.getByRole('textbox', { name: gradloom.say('predictions.numberOf', { input: 'point', place: 1 }) });
  await first.fill('3');
  await first.press('Enter');
  await expect(async () => expect(await shares.allTextContents()).not.toEqual(before)).toPass();
  await dock.getByRole('button', { name: gradloom.say('predictions.back'), exact: true }).click();
  await expect(async () => expect(await shares.allTextContents()).toEqual(before)).toPass();
});
