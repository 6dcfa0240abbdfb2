import { text } from '#shared/text/text';
import { small } from './fixtures/documents.ts';
import { expect, test } from './fixtures/test.ts';

test('a cell edited in one place changes all its instances; containers fold; what is inside is found', async ({
  gradloom,
}) => {
  await gradloom.show(small());
  const { page } = gradloom;

  await test.step('a cell is made of a selection and placed once more', async () => {
    await gradloom.selectNode('hidden');
    await page.keyboard.press('Shift+C');
    await expect(gradloom.node('hidden')).toHaveCount(0);
    const instance = page.locator('.react-flow__node.selected');
    await expect(instance).toContainText('×1');
    await page.keyboard.press('ControlOrMeta+d');
    await expect(page.locator('.react-flow__node').filter({ hasText: '×2' })).toHaveCount(2);
    await expect(gradloom.inspector).toContainText(text('en', 'inspector.cell.instances'));
  });

  await test.step('edited in place, both instances change', async () => {
    await page.locator('.react-flow__node.selected').dblclick();
    await expect(page.getByRole('navigation', { name: text('en', 'canvas.sheets') })).toBeVisible();
    await expect(page.getByRole('combobox')).toHaveCount(0);
    await gradloom.selectNode('hidden');
    const units = gradloom.inspector.getByLabel(text('en', 'parameter.units.name'), { exact: true });
    await units.fill('13');
    await units.press('Enter');
    await page
      .getByRole('navigation', { name: text('en', 'canvas.sheets') })
      .getByRole('button')
      .click();
    // The first one has its input; what it gives is 13 wide from now on.
    await expect(page.locator('.react-flow__node').filter({ hasText: '×2' }).first()).toContainText('13');
    await page.keyboard.press('ControlOrMeta+z');
    await expect(page.locator('.react-flow__node').filter({ hasText: '×2' }).first()).not.toContainText('13');
  });

  await test.step('the definition can be removed: its instances become what it holds', async () => {
    await page.locator('.react-flow__node').filter({ hasText: '×2' }).first().dblclick();
    await gradloom.button('command.removeCell').click();
    await expect(page.locator('.react-flow__node').filter({ hasText: '×2' })).toHaveCount(0);
    await expect(page.locator('.react-flow__node').filter({ hasText: 'hidden' })).toHaveCount(2);
    await page.keyboard.press('ControlOrMeta+z');
    await expect(page.locator('.react-flow__node').filter({ hasText: '×2' })).toHaveCount(2);
  });

  await test.step('a cell and a loop are offered where a wire is let go over nothing', async () => {
    await gradloom.dragWire({ node: 'point', port: 'out' }, await gradloom.emptyPoint());
    const search = page.getByRole('dialog', { name: text('en', 'canvas.search.fitting') });
    await search.getByRole('combobox').fill('cell 1');
    await page.keyboard.press('Enter');
    await expect(page.locator('.react-flow__node').filter({ hasText: '×3' })).toHaveCount(3);
    await expect(page.locator('.react-flow__node.selected')).toContainText('8');
    await page.keyboard.press('ControlOrMeta+z');
    await gradloom.dragWire({ node: 'point', port: 'out' }, await gradloom.emptyPoint());
    await search.getByRole('combobox').fill('loop');
    await page.keyboard.press('Enter');
    await expect(gradloom.port('loop', 'in.point')).toHaveCount(1);
    await page.keyboard.press('ControlOrMeta+z');
  });

  await test.step('a frame folds into a card and unfolds where something in it is found', async () => {
    await gradloom.selectNode('logits');
    await page.keyboard.press('ControlOrMeta+g');
    await page.keyboard.press('x');
    await expect(gradloom.node('logits')).toHaveCount(0);
    await expect(gradloom.node('frame')).toContainText(text('en', 'canvas.frame.held', { count: 1 }));
    await page.keyboard.press('ControlOrMeta+f');
    await page.keyboard.type('logits');
    await page.keyboard.press('Enter');
    await expect(gradloom.node('logits')).toHaveClass(/selected/);
  });
});
