import { small } from './fixtures/documents.ts';
import { middleOf } from './fixtures/gradloomPage.ts';
import { expect, test } from './fixtures/test.ts';

test('whoever comes back from a cell finds the sheet as it was left; undo shows what it does', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(small());
  await gradloom.selectNode('hidden');
  await page.keyboard.press('Shift+C');
  const instance = page.locator('.react-flow__node').filter({ hasText: '×1' });
  const bar = page.getByRole('navigation', { name: gradloom.say('canvas.sheets') });
  const view = () => page.locator('.react-flow__viewport').evaluate((element) => element.style.transform);
  await expect(instance).toHaveClass(/selected/);

  await test.step('at the same place and zoom, with the instance selected and nothing of the cell', async () => {
    const { x, y } = await middleOf(instance);
    await page.mouse.move(x, y);
    await page.mouse.wheel(0, -240);
    const before = await view();
    await instance.dblclick();
    await expect(bar).toBeVisible();
    expect(await view()).not.toBe(before);
    await gradloom.selectNode('hidden');
    await page.keyboard.press('ControlOrMeta+ArrowUp');
    await expect(bar).toHaveCount(0);
    await expect.poll(view).toBe(before);
    await expect(page.locator('.react-flow__node.selected')).toHaveText(/×1/);
    await page.keyboard.press('ControlOrMeta+d');
    await expect(page.locator('.react-flow__node').filter({ hasText: '×2' })).toHaveCount(2);
    await page.keyboard.press('ControlOrMeta+z');
  });

  await test.step('undo within a cell of what was done outside turns back to the sheet', async () => {
    await page.keyboard.press('f');
    await gradloom.selectNode('logits');
    await page.keyboard.press('Delete');
    await expect(gradloom.node('logits')).toHaveCount(0);
    await instance.dblclick();
    await expect(bar).toBeVisible();
    await page.keyboard.press('ControlOrMeta+z');
    await expect(bar).toHaveCount(0);
    await expect(gradloom.node('logits')).toHaveClass(/selected/);
    await expect(page.locator('.react-flow__node.selected')).toHaveCount(1);
  });
});

test('a cell within a cell is left one level at a time, or at once where the bar says', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(small());
  await gradloom.selectNode('hidden');
  await page.keyboard.press('Shift+C');
  await page.keyboard.press('Shift+C');
  await page.keyboard.press('ControlOrMeta+d');
  const outer = page.locator('.react-flow__node').filter({ hasText: '×2' });
  const selected = page.locator('.react-flow__node.selected');
  const bar = page.getByRole('navigation', { name: gradloom.say('canvas.sheets') });
  await expect(outer).toHaveCount(2);
  const id = (await selected.getAttribute('data-id')) ?? '';
  await selected.dblclick();
  await expect(bar.getByRole('button')).toHaveCount(1);
  await page.locator('.react-flow__node').filter({ hasText: '×1' }).dblclick();
  await expect(bar.getByRole('button')).toHaveCount(2);
  await expect(gradloom.node('hidden')).toBeVisible();

  await page.keyboard.press('ControlOrMeta+ArrowUp');
  await expect(bar.getByRole('button')).toHaveCount(1);
  await expect(selected).toContainText('×1');
  await page.keyboard.press('ControlOrMeta+ArrowUp');
  await expect(bar).toHaveCount(0);
  await expect(selected).toHaveCount(1);
  await expect(selected).toHaveAttribute('data-id', id);

  await selected.dblclick();
  await page.locator('.react-flow__node').filter({ hasText: '×1' }).dblclick();
  await bar.getByRole('button').first().click();
  await expect(bar).toHaveCount(0);
  await expect(selected).toHaveCount(1);
  await expect(selected).toHaveAttribute('data-id', id);
});
