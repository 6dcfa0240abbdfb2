import type { Page } from '@playwright/test';
import type { TextKey } from '#shared/text/text';
import { attending, small } from './fixtures/documents.ts';
import { boxOf, middleOf } from './fixtures/gradloomPage.ts';
import type { GradloomPage, Point } from './fixtures/gradloomPage.ts';
import { expect, test } from './fixtures/test.ts';

const selected = (page: Page): Promise<string[]> =>
  page
    .locator('.react-flow__node.selected')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-id') ?? '').toSorted());

/** Presses at a point and moves by so much, without letting go. */
async function take(page: Page, { x, y }: Point, by: Point): Promise<void> {
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 4, y + 2);
  await page.mouse.move(x + by.x, y + by.y, { steps: 4 });
}

/** Puts a frame around the hidden layer. */
async function frameHidden(gradloom: GradloomPage): Promise<void> {
  await gradloom.selectNode('hidden');
  await gradloom.page.keyboard.press('ControlOrMeta+g');
}

/** Takes the frame's corner and moves it by so much, without letting go; gives where the corner was, and the box until then. */
async function takeCorner(
  gradloom: GradloomPage,
  by: Point,
): Promise<Point & { readonly before: Awaited<ReturnType<typeof boxOf>> }> {
  const before = await boxOf(gradloom.node('frame'));
  const corner = { x: before.x + before.width - 4, y: before.y + before.height - 4 };
  await take(gradloom.page, corner, by);
  return { ...corner, before };
}

/** Takes back one entry after the other, each of this name. */
async function undoEach(gradloom: GradloomPage, labels: readonly TextKey[]): Promise<void> {
  for (const label of labels) {
    expect(await gradloom.undoLabel()).toBe(gradloom.say(label));
    await gradloom.page.keyboard.press('ControlOrMeta+z');
  }
}

test('Escape lets go of cards, of a corner and of a box, and all is as it was; a box with Shift adds', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  await gradloom.show(small());
  const hidden = gradloom.node('hidden');

  await test.step('cards go back, stay selected, and the rest of the drag moves nothing', async () => {
    await gradloom.selectNode('hidden');
    const start = await middleOf(hidden);
    await take(page, start, { x: 40, y: 120 });
    expect((await middleOf(hidden)).y).toBeGreaterThan(start.y + 100);
    await page.keyboard.press('Escape');
    await expect.poll(() => middleOf(hidden)).toEqual(start);
    await page.mouse.move(start.x + 70, start.y + 150, { steps: 3 });
    await page.mouse.up();
    expect(await middleOf(hidden)).toEqual(start);
    expect(await selected(page)).toEqual(['hidden']);
    await expect(gradloom.button('command.undo')).toBeDisabled();
    // The next drag is an ordinary one.
    await gradloom.drag(start, { x: start.x, y: start.y + 60 });
    expect(await gradloom.undoLabel()).toBe(gradloom.say('canvas.edit.move'));
    await page.keyboard.press('ControlOrMeta+z');
  });

  await test.step('a frame keeps its size', async () => {
    await frameHidden(gradloom);
    const { before } = await takeCorner(gradloom, { x: 60, y: 50 });
    expect((await boxOf(gradloom.node('frame'))).width).toBeGreaterThan(before.width + 40);
    await page.keyboard.press('Escape');
    await page.mouse.move(before.x + before.width + 90, before.y + before.height + 90);
    await page.mouse.up();
    expect(await boxOf(gradloom.node('frame'))).toEqual(before);
    expect(await selected(page)).toEqual(['frame']);
    expect(await gradloom.undoLabel()).toBe(gradloom.say('canvas.edit.frame'));
    await page.keyboard.press('ControlOrMeta+z');
  });

  await test.step('a frame deleted while its corner is held comes back with the first undo', async () => {
    await frameHidden(gradloom);
    await takeCorner(gradloom, { x: 60, y: 50 });
    await page.keyboard.press('Delete');
    await expect(gradloom.node('frame')).toHaveCount(0);
    await page.mouse.up();
    await page.keyboard.press('ControlOrMeta+z');
    await expect(gradloom.node('frame')).toHaveCount(1);
    await undoEach(gradloom, ['canvas.edit.resize', 'canvas.edit.frame']);
    await expect(hidden).toHaveCount(1);
  });

  await test.step('a box goes away with what it chose; one drawn with Shift adds to what is selected', async () => {
    await gradloom.selectNode('point');
    const [from, to] = [await boxOf(hidden), await boxOf(gradloom.node('logits'))];
    const corner = { x: from.x + 4, y: from.y - 40 };
    const across = { x: to.x + 20 - corner.x, y: to.y + 20 - corner.y };
    await take(page, corner, across);
    expect(await selected(page)).toEqual(['hidden', 'logits']);
    await page.keyboard.press('Escape');
    await expect(page.locator('.react-flow__selection')).toHaveCount(0);
    await page.mouse.move(corner.x + 60, corner.y + 60);
    await page.mouse.up();
    expect(await selected(page)).toEqual(['point']);
    await page.keyboard.down('Shift');
    await take(page, corner, across);
    await page.mouse.up();
    await page.keyboard.up('Shift');
    expect(await selected(page)).toEqual(['hidden', 'logits', 'point']);
    await take(page, corner, across);
    await page.mouse.up();
    expect(await selected(page)).toEqual(['hidden', 'logits']);
  });
});

test('what is dragged together stays in its loop until the pointer crosses the border', async ({ gradloom }) => {
  await gradloom.show(attending(3));
  await gradloom.selectNode('logits');
  await gradloom.node('clue').click({ modifiers: ['Shift'] });
  const start = await middleOf(gradloom.node('logits'));
  const wires = await gradloom.wireIds();
  await gradloom.drag(start, { x: start.x + 10, y: start.y + 12 });
  expect(await gradloom.undoLabel()).toBe(gradloom.say('canvas.edit.move'));
  // Out of its loop a card's wires would lead through the border, and what they carry would no longer fit.
  expect(await gradloom.wireIds()).toEqual(wires);
  await expect(gradloom.button('training.run')).toBeEnabled();
});

test('a box drawn within a loop chooses what it holds, and not the loop', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(attending(3));
  const [row, pool] = [await boxOf(gradloom.node('row')), await boxOf(gradloom.node('pool'))];
  const start = { x: row.x + 10, y: row.y + row.height + 8 };
  await take(page, start, { x: pool.x + 20 - start.x, y: pool.y + 4 - start.y });
  await page.mouse.up();
  expect(await selected(page)).toEqual(['pool', 'row']);
});

test('a drag ends where another sheet is turned to: the card stays where the document has it', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(small());
  await gradloom.selectNode('hidden');
  await page.keyboard.press('Shift+C');
  const [instance = ''] = await selected(page);
  const start = await middleOf(gradloom.node(instance));
  await take(page, start, { x: 40, y: 120 });
  expect((await middleOf(gradloom.node(instance))).y).toBeGreaterThan(start.y + 100);
  await page.keyboard.press('e');
  await expect(gradloom.node(instance)).toHaveCount(0);
  await page.mouse.move(start.x + 90, start.y + 160, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.press('ControlOrMeta+ArrowUp');
  await expect.poll(() => middleOf(gradloom.node(instance))).toEqual(start);
  // The key finds nothing to let go of, and means the edit before.
  await page.keyboard.press('ControlOrMeta+z');
  await expect(gradloom.node('hidden')).toHaveCount(1);
  await gradloom.drag(start, { x: start.x, y: start.y + 60 });
  expect(await gradloom.undoLabel()).toBe(gradloom.say('canvas.edit.move'));
});

test('undo during a drag gives the places back, and nothing else; what is dragged is deleted as one entry', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  await gradloom.show(small());
  const hidden = gradloom.node('hidden');
  const from = await middleOf(hidden);
  await gradloom.drag(from, { x: from.x, y: from.y + 60 });
  const start = await middleOf(hidden);
  const move = gradloom.say('canvas.edit.move');
  /** Goes on with the drag and lets go of the pointer. */
  const goOn = async (): Promise<void> => {
    await page.mouse.move(start.x + 90, start.y + 160, { steps: 3 });
    await page.mouse.up();
  };

  await test.step('undo', async () => {
    await take(page, start, { x: 40, y: 120 });
    expect((await middleOf(hidden)).y).toBeGreaterThan(start.y + 100);
    await page.keyboard.press('ControlOrMeta+z');
    await expect.poll(() => middleOf(hidden)).toEqual(start);
    await goOn();
    expect(await middleOf(hidden)).toEqual(start);
    expect(await gradloom.undoLabel()).toBe(move);
    await expect(gradloom.button('command.redo')).toBeDisabled();
  });

  await test.step('delete', async () => {
    await take(page, start, { x: 40, y: 120 });
    await page.keyboard.press('Delete');
    await expect(hidden).toHaveCount(0);
    await goOn();
    await expect(hidden).toHaveCount(0);
    expect(await gradloom.undoLabel()).toBe(gradloom.say('canvas.edit.delete'));
    await page.keyboard.press('ControlOrMeta+z');
    await expect(hidden).toHaveClass(/selected/);
    expect(await middleOf(hidden)).toEqual(start);
    expect(await gradloom.undoLabel()).toBe(move);
  });

  await test.step('an edit of another kind ends the drag as well; the next one is an ordinary one', async () => {
    await take(page, start, { x: 40, y: 120 });
    await page.keyboard.press('ControlOrMeta+g');
    await expect(gradloom.node('frame')).toHaveClass(/selected/);
    await expect.poll(() => middleOf(hidden)).toEqual(start);
    await goOn();
    expect(await middleOf(hidden)).toEqual(start);
    expect(await gradloom.undoLabel()).toBe(gradloom.say('canvas.edit.frame'));
    await page.keyboard.press('ControlOrMeta+z');
    await gradloom.drag(start, { x: start.x, y: start.y + 40 });
    expect((await middleOf(hidden)).y).toBeGreaterThan(start.y + 30);
    expect(await gradloom.undoLabel()).toBe(move);
  });
});

test('a corner taken while the arrow keys’ entry is still open keeps on following the pointer', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  await gradloom.show(small());
  await frameHidden(gradloom);
  await page.keyboard.press('ArrowRight');
  const { x, y, before } = await takeCorner(gradloom, { x: 20, y: 20 });
  // Longer than the keys wait for the next one.
  await page.waitForTimeout(1000);
  await page.mouse.move(x + 80, y + 50, { steps: 3 });
  await page.mouse.up();
  expect((await boxOf(gradloom.node('frame'))).width).toBeGreaterThan(before.width + 60);
  await undoEach(gradloom, ['canvas.edit.resize', 'canvas.edit.move', 'canvas.edit.frame']);
});

test('arrow keys while a corner is held move the frame; the size stays as it was by then', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(small());
  await frameHidden(gradloom);
  const { x, y } = await takeCorner(gradloom, { x: 60, y: 50 });
  const larger = await boxOf(gradloom.node('frame'));
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await boxOf(gradloom.node('frame'))).x).toBeGreaterThan(larger.x);
  await page.mouse.move(x + 120, y + 90, { steps: 3 });
  await page.mouse.up();
  expect((await boxOf(gradloom.node('frame'))).width).toBeCloseTo(larger.width, 1);
  await undoEach(gradloom, ['canvas.edit.move', 'canvas.edit.resize', 'canvas.edit.frame']);
});

test('undo lets go of a wire in the hand, and so does another sheet: nothing is edited', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(small());
  const start = await middleOf(gradloom.node('hidden'));
  await gradloom.drag(start, { x: start.x, y: start.y + 80 });
  const port = await middleOf(gradloom.port('hidden', 'out'));
  await take(page, port, { x: 30, y: 90 });
  await expect(page.locator('.react-flow__connection')).toHaveCount(1);
  await page.keyboard.press('ControlOrMeta+z');
  await expect(page.locator('.react-flow__connection')).toHaveCount(0);
  await page.mouse.up();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(await gradloom.undoLabel()).toBe(gradloom.say('canvas.edit.move'));
  await page.keyboard.press('ControlOrMeta+z');

  await gradloom.selectNode('hidden');
  await page.keyboard.press('Shift+C');
  await page.keyboard.press('e');
  await expect(gradloom.node('hidden')).toHaveCount(1);
  const label = await gradloom.undoLabel();
  const wires = await gradloom.wireIds();
  const end = await middleOf(gradloom.port('hidden', 'out'));
  await take(page, end, { x: 20, y: 110 });
  await page.keyboard.press('ControlOrMeta+ArrowUp');
  await expect(gradloom.node('hidden')).toHaveCount(0);
  await page.mouse.up();
  expect(await gradloom.undoLabel()).toBe(label);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.locator('.react-flow__node.selected').click();
  await page.keyboard.press('e');
  await expect.poll(() => gradloom.wireIds()).toEqual(wires);
});

test('a box is over where Delete takes what it chose; the next undo brings it back', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(small());
  const box = await boxOf(gradloom.node('hidden'));
  const corner = { x: box.x + 4, y: box.y - 40 };
  await take(page, corner, { x: box.width, y: box.height + 60 });
  expect(await selected(page)).toEqual(['hidden']);
  await page.keyboard.press('Delete');
  await expect(gradloom.node('hidden')).toHaveCount(0);
  await expect(page.locator('.react-flow__selection')).toHaveCount(0);
  await page.keyboard.press('ControlOrMeta+z');
  await expect(gradloom.node('hidden')).toHaveCount(1);
  await page.mouse.up();
});

test('a number in the hand is let go of by Escape and by undo, and changes nothing where its card goes', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  await gradloom.show(small());
  await gradloom.selectNode('hidden');
  const field = gradloom.inspector.getByLabel(gradloom.say('parameter.units.name'), { exact: true });
  await expect(field).toHaveValue('8');
  const grip = await middleOf(field.locator('xpath=following-sibling::span'));
  for (const key of ['Escape', 'ControlOrMeta+z']) {
    await take(page, grip, { x: 60, y: 0 });
    await expect(field).not.toHaveValue('8');
    await page.keyboard.press(key);
    await expect(field).toHaveValue('8');
    await page.mouse.move(grip.x + 90, grip.y);
    await page.mouse.up();
    await expect(field).toHaveValue('8');
    expect(await selected(page)).toEqual(['hidden']);
    await expect(gradloom.button('command.undo')).toBeDisabled();
  }
  await take(page, grip, { x: 60, y: 0 });
  await page.keyboard.press('Delete');
  await expect(gradloom.node('hidden')).toHaveCount(0);
  await page.mouse.up();
  expect(await gradloom.undoLabel()).toBe(gradloom.say('canvas.edit.delete'));
  await gradloom.selectNode('logits');
  await expect(gradloom.inspector.getByLabel(gradloom.say('parameter.units.name'), { exact: true })).toHaveValue('2');
});
