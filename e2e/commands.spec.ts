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

  await test.step('the history lists the edits in words and goes to any of them', async () => {
    await page.keyboard.press('Shift+h');
    const history = page.getByRole('region', { name: gradloom.say('app.rail.history'), exact: true });
    await expect(history.getByRole('listitem')).toHaveText([gradloom.say('history.start')]);
    const before = await gradloom.nodeIds();
    for (const id of ['plain-dense-1', 'plain-dense-2', 'plain-dense-3']) {
      await gradloom.selectNode(id);
      await page.keyboard.press('Delete');
      await expect(gradloom.node(id)).toHaveCount(0);
    }
    const entries = history.getByRole('button');
    await expect(entries).toHaveCount(4);
    await entries.nth(1).click();
    await expect(gradloom.node('plain-dense-1')).toHaveCount(0);
    await expect(gradloom.node('plain-dense-3')).toHaveCount(1);
    await expect(entries.nth(1)).toHaveAttribute('aria-current', 'step');
    await entries.nth(3).click();
    await expect(gradloom.node('plain-dense-3')).toHaveCount(0);
    await entries.nth(0).click();
    expect(await gradloom.nodeIds()).toEqual(before);
  });
});
