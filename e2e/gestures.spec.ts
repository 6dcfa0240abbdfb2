import { small } from './fixtures/documents.ts';
import { boxOf, middleOf } from './fixtures/gradloomPage.ts';
import { expect, test } from './fixtures/test.ts';

test('dropped on a wire, wired anew by an end, duplicated by a drag, taken by a lasso, resized, laid out', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  const document = small();
  await gradloom.show(document);
  const says = (words: string): Promise<void> => expect.poll(() => gradloom.undoLabel()).toBe(words);

  await test.step('a layer from the palette and a loose node go into the wire they are dropped on', async () => {
    await page.keyboard.press('Shift+A');
    await page.keyboard.type('dropout');
    await page.keyboard.press('Enter');
    await gradloom.drag(await middleOf(gradloom.node('dropout')), await gradloom.pointOnWire('w1'));
    await says(gradloom.say('canvas.edit.insert'));
    await expect(gradloom.node('dropout')).toContainText('2');
    await expect(gradloom.button('training.run')).toBeEnabled();
    await page.keyboard.press('ControlOrMeta+z');
    await page.keyboard.press('ControlOrMeta+z');
    await expect(gradloom.node('dropout')).toHaveCount(0);
  });

  await test.step('while a wire is dragged the ports that it fits light up, and the others fade', async () => {
    const start = await middleOf(gradloom.port('hidden', 'out'));
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move(start.x + 30, start.y + 60, { steps: 4 });
    await expect(gradloom.port('class', 'in')).toHaveClass(/fits/);
    await expect(gradloom.port('point', 'out')).toHaveClass(/unfit/);
    await page.mouse.move(start.x, start.y);
    await page.mouse.up();
    await page.keyboard.press('Escape');
  });

  await test.step('Escape lets go of the wire under way, and nothing is offered where it would have ended', async () => {
    await gradloom.selectNode('logits');
    const start = await middleOf(gradloom.port('hidden', 'out'));
    const empty = await gradloom.emptyPoint();
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move(empty.x, empty.y, { steps: 5 });
    await expect(page.locator('.react-flow__connection')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(page.locator('.react-flow__connection')).toHaveCount(0);
    await page.mouse.move(empty.x + 9, empty.y + 5);
    await page.mouse.up();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(gradloom.node('logits')).toHaveClass(/selected/);
    expect(await gradloom.wireIds()).toHaveLength(document.graph.wires.length);
    await page.keyboard.press('Escape');
  });

  await test.step('an addition shows a free port, and takes a wire more wherever it is dropped on it', async () => {
    await page.keyboard.press('Shift+A');
    await page.keyboard.type('add');
    await page.keyboard.press('Enter');
    const sum = gradloom.node('add');
    await gradloom.drag(await middleOf(sum), await gradloom.emptyPoint());
    await page.keyboard.press('Escape');
    const { x, y } = await middleOf(sum);
    await page.mouse.move(0, 0);
    const isSeen = (port: string) =>
      gradloom.port('add', port).evaluate((dot) => getComputedStyle(dot, '::after').opacity !== '0');
    expect(await isSeen('in.0')).toBe(true);
    for (const [index, [right, down]] of [
      [0, 0],
      [7, 3],
      [-4, -8],
      [4, 8],
    ].entries()) {
      await gradloom.dragWire({ node: 'hidden', port: 'out' }, { x: x + (right ?? 0), y: y + (down ?? 0) });
      await expect.poll(() => gradloom.wireIds()).toHaveLength(document.graph.wires.length + 1 + index);
      expect(await isSeen(`in.${index + 1}`)).toBe(true);
    }
    for (let step = 0; step < 6; step++) await page.keyboard.press('ControlOrMeta+z');
    await expect(gradloom.node('add')).toHaveCount(0);
  });

  await test.step('a wire moves by its end, and let go over nothing it is gone', async () => {
    await gradloom.selectNode('hidden');
    await page.keyboard.press('ControlOrMeta+d');
    const former = await middleOf(gradloom.port('hidden', 'in'));
    const target = await middleOf(gradloom.port('hidden-2', 'in'));
    await gradloom.drag({ x: former.x - 14, y: former.y }, target);
    await says(gradloom.say('canvas.edit.reattach'));
    await expect(gradloom.node('hidden-2')).toContainText('8');
    expect(await gradloom.wireIds()).toHaveLength(document.graph.wires.length);
    await gradloom.drag({ x: target.x - 14, y: target.y }, await gradloom.emptyPoint());
    await expect.poll(() => gradloom.wireIds()).toHaveLength(document.graph.wires.length - 1);
    for (let step = 0; step < 3; step++) await page.keyboard.press('ControlOrMeta+z');
    await expect(gradloom.button('command.undo')).toBeDisabled();
  });

  await test.step('a drag with Alt leaves a copy that reads the same', async () => {
    const start = await middleOf(gradloom.node('hidden'));
    await page.keyboard.down('Alt');
    await gradloom.drag(start, { x: start.x, y: start.y + 120 });
    await page.keyboard.up('Alt');
    await expect(gradloom.node('hidden-2')).toContainText('8');
    const back = await middleOf(gradloom.node('hidden'));
    expect(Math.hypot(back.x - start.x, back.y - start.y)).toBeLessThan(2);
    expect(await gradloom.wireIds()).toHaveLength(document.graph.wires.length + 1);
  });

  await test.step('a lasso takes what its course goes around', async () => {
    const one = await middleOf(gradloom.node('hidden'));
    const other = await middleOf(gradloom.node('hidden-2'));
    await page.keyboard.press('Escape');
    await page.keyboard.press('q');
    const course = [
      [one.x - 90, one.y - 60],
      [one.x + 90, one.y - 60],
      [other.x + 90, other.y + 60],
      [other.x - 90, other.y + 60],
    ] as const;
    await page.mouse.move(...course[0]);
    await page.mouse.down();
    for (const [x, y] of course) await page.mouse.move(x, y, { steps: 4 });
    await page.mouse.up();
    await expect(page.locator('.react-flow__node.selected')).toHaveCount(2);
  });

  await test.step('a frame changes its size by its corner', async () => {
    await page.keyboard.press('ControlOrMeta+g');
    const frame = gradloom.node('frame');
    const before = await frame.boundingBox();
    if (before === null) throw new Error('the frame is not in view');
    const corner = { x: before.x + before.width - 4, y: before.y + before.height - 4 };
    await gradloom.drag(corner, { x: corner.x + 60, y: corner.y + 30 });
    await expect.poll(async () => ((await frame.boundingBox())?.width ?? 0) - before.width).toBeCloseTo(60, -1);
    expect(((await frame.boundingBox())?.height ?? 0) - before.height).toBeCloseTo(30, -1);
  });

  await test.step('the sheet is laid out anew, from left to right', async () => {
    const former = await gradloom.node('class').boundingBox();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+L');
    await expect.poll(() => gradloom.node('class').boundingBox()).not.toEqual(former);
    await says(gradloom.say('canvas.edit.layout'));
    const [left, middle, right] = await Promise.all(
      ['point', 'hidden', 'class'].map((id) => middleOf(gradloom.node(id))),
    );
    expect([left?.x, middle?.x, right?.x].toSorted((one, other) => (one ?? 0) - (other ?? 0))).toEqual([
      left?.x,
      middle?.x,
      right?.x,
    ]);
    await expect(page.getByRole('status').filter({ hasText: gradloom.say('canvas.layout.underWay') })).toHaveCount(0);
  });

  await test.step('what is pinned says so and stays where it is', async () => {
    await gradloom.selectNode('hidden');
    for (let press = 0; press < 6; press++) await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+P');
    await expect(gradloom.node('hidden').getByRole('img', { name: gradloom.say('canvas.pinned') })).toBeVisible();
    await gradloom.saveAs('pinned.gradloom.json');
    const before = gradloom.read('pinned.gradloom.json').graph.nodes;
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+L');
    await expect(gradloom.dirtyMark).toHaveCount(1);
    await gradloom.save();
    const after = gradloom.read('pinned.gradloom.json').graph.nodes;
    const of = (nodes: typeof before, id: string) => nodes.find((node) => node.id === id);
    expect(of(after, 'hidden')).toEqual({ ...of(before, 'hidden'), pinned: true });
    expect(of(after, 'class')?.position).not.toEqual(of(before, 'class')?.position);
  });
});

test('Shift+A opens at the pointer, and adds there; where the pointer is not meant, behind what is selected', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  const document = small();
  await gradloom.show(document);
  const search = page.getByRole('dialog', { name: gradloom.say('canvas.search'), exact: true });
  const canvas = await boxOf(gradloom.region);
  const place = { x: Math.round(canvas.x + canvas.width * 0.3), y: Math.round(canvas.y + canvas.height * 0.25) };
  const add = async (words: string): Promise<void> => {
    await page.keyboard.press('Shift+A');
    await page.keyboard.type(words);
    await page.keyboard.press('Enter');
  };

  await test.step('at the pointer', async () => {
    await page.mouse.move(place.x, place.y);
    await page.keyboard.press('Shift+A');
    const { x, y } = await boxOf(search);
    expect(Math.hypot(x - place.x, y - place.y)).toBeLessThan(3);
    await page.keyboard.press('Escape');
    await add('dropout');
    const added = await middleOf(gradloom.node('dropout'));
    expect(Math.hypot(added.x - place.x, added.y - place.y)).toBeLessThan(3);
    expect(await gradloom.wireIds()).toHaveLength(document.graph.wires.length);
  });

  await test.step('the pointer at rest has served: whoever goes on by keys adds behind what is selected', async () => {
    await add('relu');
    await expect(gradloom.node('relu')).toHaveClass(/selected/);
    expect(await gradloom.wireIds()).toHaveLength(document.graph.wires.length + 1);
    const [before, behind] = [await boxOf(gradloom.node('dropout')), await boxOf(gradloom.node('relu'))];
    expect(behind.x).toBeGreaterThan(before.x + before.width);
    expect(behind.y).toBe(before.y);
  });

  await test.step('at the pointer once more, wired to what is selected', async () => {
    const there = { x: place.x + 60, y: place.y + canvas.height * 0.45 };
    await page.mouse.move(there.x, there.y);
    await add('tanh');
    const added = await middleOf(gradloom.node('tanh'));
    expect(Math.hypot(added.x - there.x, added.y - there.y)).toBeLessThan(3);
    expect(await gradloom.wireIds()).toHaveLength(document.graph.wires.length + 2);
  });

  await test.step('at rest on a card, behind what is selected', async () => {
    await gradloom.selectNode('tanh');
    await add('sigmoid');
    const [before, behind] = [await boxOf(gradloom.node('tanh')), await boxOf(gradloom.node('sigmoid'))];
    expect(behind.x).toBeGreaterThan(before.x + before.width);
    expect(behind.y).toBe(before.y);
  });

  await test.step('beside the canvas, in the middle of the view', async () => {
    const inspector = await boxOf(gradloom.inspector);
    await page.mouse.move(inspector.x + inspector.width / 2, inspector.y + 200);
    await page.keyboard.press('Shift+A');
    const { x, width } = await boxOf(search);
    expect(Math.abs(x + width / 2 - canvas.x - canvas.width / 2)).toBeLessThan(3);
  });
});
