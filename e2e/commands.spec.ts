import { expect, test } from './fixtures/test.ts';

test('all commands are found by name; keys are shown, changed, and conflicts told', async ({ gradloom }) => {
  const { page } = gradloom;

  await test.step('a command runs from the palette, in any language', async () => {
    await page.keyboard.press('ControlOrMeta+k');
    const palette = gradloom.dialog('commands.palette');
    await expect(palette.getByRole('option', { name: gradloom.say('command.duplicate') })).toHaveCount(0);
    await page.keyboard.type('全选');
    await page.keyboard.press('Enter');
    await expect(palette).toHaveCount(0);
    const count = (await gradloom.nodeIds()).length;
    await expect(page.locator('.react-flow__node.selected')).toHaveCount(count);
    await page.keyboard.press('ControlOrMeta+k');
    await expect(palette.getByRole('option', { name: gradloom.say('command.duplicate') })).toHaveCount(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(page.locator('.react-flow__node.selected')).toHaveCount(0);
  });

  await test.step('a key that belongs to another command is told, and goes over when one says so', async () => {
    await page.keyboard.press('?');
    const keys = gradloom.dialog('commands.keys');
    const change = keys.getByRole('button', {
      name: gradloom.say('commands.keys.change', { command: gradloom.say('command.selectAll') }),
    });
    await change.click();
    await page.keyboard.press('m');
    await expect(keys.getByRole('alert')).toContainText(
      gradloom.say('commands.keys.taken', { keys: 'M', command: gradloom.say('command.minimap') }),
    );
    await keys.getByRole('button', { name: gradloom.say('commands.keys.take') }).click();
    await expect(change).toHaveText('M');
    await page.keyboard.press('Escape');
    await expect(keys).toHaveCount(0);
    await page.keyboard.press('m');
    await expect(page.locator('.react-flow__node.selected').first()).toBeVisible();
    await page.keyboard.press('Escape');
  });

  await test.step('they stay after a reload, and go back to what they were', async () => {
    await page.reload();
    await gradloom.whenReady();
    await page.keyboard.press('m');
    await expect(page.locator('.react-flow__node.selected').first()).toBeVisible();
    await page.keyboard.press('?');
    const keys = gradloom.dialog('commands.keys');
    await keys.getByRole('button', { name: gradloom.say('commands.keys.resetAll') }).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('m');
    await expect(page.locator('.react-flow__node.selected')).toHaveCount(0);
  });
});
