import { attending, small } from './fixtures/documents.ts';
import { middleOf } from './fixtures/gradloomPage.ts';
import type { GradloomPage, Point } from './fixtures/gradloomPage.ts';
import { expect, test } from './fixtures/test.ts';

const entry = (gradloom: GradloomPage, key: 'command.copy' | 'command.cut' | 'command.paste' | 'command.search') =>
  gradloom.page.getByRole('menuitem', { name: gradloom.say(key) });

/** A place of the sheet right of and below everything, away from the middle. */
async function besides(gradloom: GradloomPage): Promise<Point> {
  const { x, y } = await gradloom.emptyPoint();
  return { x: x + 300, y: y - 60 };
}

test('the menu offers to paste what there is, and pastes and adds where it was opened', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(small());
  const place = await besides(gradloom);
  const expectAt = async (id: string): Promise<void> => {
    const { x, y } = await middleOf(gradloom.node(id));
    expect(Math.hypot(x - place.x, y - place.y)).toBeLessThan(4);
  };

  await test.step('nothing was copied yet', async () => {
    await page.mouse.click(place.x, place.y, { button: 'right' });
    await expect(entry(gradloom, 'command.search')).toBeVisible();
    await expect(entry(gradloom, 'command.paste')).toHaveCount(0);
  });

  await test.step('a layer is added at the pointer', async () => {
    await entry(gradloom, 'command.search').click();
    await page.keyboard.type('dropout');
    await page.keyboard.press('Enter');
    await expectAt('dropout');
    await page.keyboard.press('ControlOrMeta+z');
  });

  await test.step('what the menu copies is what the key pastes, whatever was copied by key before', async () => {
    await gradloom.selectNode('hidden');
    await page.keyboard.press('ControlOrMeta+c');
    await gradloom.node('logits').click({ button: 'right' });
    await entry(gradloom, 'command.copy').click();
    await page.keyboard.press('ControlOrMeta+v');
    await expect(gradloom.node('logits-2')).toHaveClass(/selected/);
    await expect(gradloom.node('hidden-2')).toHaveCount(0);
    await page.keyboard.press('ControlOrMeta+z');
  });

  await test.step('so it is from the list of commands, and in another window', async () => {
    await gradloom.selectNode('class');
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type(gradloom.say('command.copy'));
    await page.keyboard.press('Enter');
    const other = await gradloom.openAnother();
    await other.region.click({ position: { x: 20, y: 200 } });
    const before = (await other.nodeIds()).length;
    await other.page.keyboard.press('ControlOrMeta+v');
    await expect(other.page.locator('.react-flow__node.selected')).toContainText('class');
    expect(await other.nodeIds()).toHaveLength(before + 1);
    await other.page.close();
  });

  await test.step('pasted from the menu it lies at the pointer', async () => {
    await page.bringToFront();
    await gradloom.selectNode('logits');
    await page.keyboard.press('ControlOrMeta+c');
    await page.mouse.click(place.x, place.y, { button: 'right' });
    await entry(gradloom, 'command.paste').click();
    await expect(gradloom.node('logits-2')).toHaveClass(/selected/);
    await expectAt('logits-2');
    await page.keyboard.press('ControlOrMeta+z');
  });

  await test.step('with the original out of view it comes to where one is, and the view stays', async () => {
    const view = () => page.locator('.react-flow__viewport').evaluate((element) => element.style.transform);
    await page.mouse.move(place.x, place.y);
    await page.keyboard.down('Shift');
    for (let turn = 0; turn < 10; turn++) await page.mouse.wheel(0, 240);
    await page.keyboard.up('Shift');
    await expect(gradloom.node('logits')).not.toBeInViewport();
    const before = await view();
    await page.keyboard.press('ControlOrMeta+v');
    await expect(gradloom.node('logits-2')).toBeInViewport();
    expect(await view()).toBe(before);
  });
});

test('what is cut, by key or from the menu, is called so in the history', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(small());
  await gradloom.selectNode('hidden');
  await page.keyboard.press('ControlOrMeta+x');
  await expect(gradloom.node('hidden')).toHaveCount(0);
  expect(await gradloom.undoLabel()).toBe(gradloom.say('canvas.edit.cut'));
  await gradloom.node('logits').click({ button: 'right' });
  await entry(gradloom, 'command.cut').click();
  await expect(gradloom.node('logits')).toHaveCount(0);
  expect(await gradloom.undoLabel()).toBe(gradloom.say('canvas.edit.cut'));
  await gradloom.selectNode('class');
  await page.keyboard.press('Delete');
  expect(await gradloom.undoLabel()).toBe(gradloom.say('canvas.edit.delete'));
});

test('pasted at a place in a loop, it is in the loop', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(attending(3));
  const wires = await gradloom.wireIds();
  await gradloom.selectNode('clue');
  await page.keyboard.press('ControlOrMeta+c');
  const { x, y } = await middleOf(gradloom.node('row'));
  await page.mouse.click(x, y - 26, { button: 'right' });
  await entry(gradloom, 'command.paste').click();
  await expect(gradloom.node('clue-2')).toHaveClass(/selected/);
  // A wire from a card of the loop to it is drawn at once: between loop and sheet it would go through the border.
  await gradloom.dragWire({ node: 'pool', port: 'out' }, { node: 'clue-2', port: 'in' });
  await expect.poll(() => gradloom.wireIds()).toHaveLength(wires.length + 1);
  await expect(gradloom.node('clue-2')).toContainText('10');
});
