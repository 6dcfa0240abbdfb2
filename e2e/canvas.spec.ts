import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { middleOf } from './fixtures/gradloomPage.ts';
import { expect, test } from './fixtures/test.ts';

type Counts = Awaited<ReturnType<GradloomPage['canvas']>>['counts'];

/** What was rendered and drawn while something was done. */
async function counted(gradloom: GradloomPage, what: () => Promise<void>): Promise<Counts> {
  const settle = (): Promise<void> =>
    gradloom.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined)))),
    );
  await settle();
  const before = (await gradloom.canvas()).counts;
  await what();
  await settle();
  const after = (await gradloom.canvas()).counts;
  const names = Object.keys(after) as (keyof Counts)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as Counts;
}

const nothing = { card: 0, round: 0, frame: 0, loop: 0, wire: 0 };

test('panning and zooming render no card, and draw once for each event', async ({ gradloom }) => {
  const { page } = gradloom;
  const { x, y } = await gradloom.emptyPoint();
  const start = await middleOf(gradloom.node('point'));
  const moves = 12;
  const panned = await counted(gradloom, async () => {
    await page.mouse.move(x, y);
    await page.mouse.down({ button: 'middle' });
    for (let move = 1; move <= moves; move++) await page.mouse.move(x + 6 * move, y - 3 * move);
    await page.mouse.up({ button: 'middle' });
  });
  const end = await middleOf(gradloom.node('point'));
  expect(Math.hypot(end.x - start.x, end.y - start.y)).toBeGreaterThan(40);
  expect(panned).toMatchObject(nothing);
  expect(panned.draw).toBeGreaterThan(0);
  expect(panned.draw).toBeLessThanOrEqual(moves + 2);

  const zoomed = await counted(gradloom, async () => {
    for (let turn = 0; turn < 5; turn++) await page.mouse.wheel(0, -120);
  });
  expect(zoomed).toMatchObject(nothing);
  expect(zoomed.draw).toBeLessThanOrEqual(7);
});

test('selecting renders the cards concerned; a drag renders one card and its wires at each step', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  const [first, second] = gradloom.document.graph.nodes.filter(({ type }) => type === 'dense');
  if (first === undefined || second === undefined) throw new Error('the example has no layers');
  await gradloom.selectNode(first.id);
  const selected = await counted(gradloom, () => gradloom.selectNode(second.id));
  expect(selected.card).toBeLessThanOrEqual(4);
  expect(selected.wire).toBe(0);

  const from = await middleOf(gradloom.node(first.id));
  const steps = 8;
  const dragged = await counted(gradloom, () => gradloom.drag(from, { x: from.x + 12, y: from.y + 26 }));
  expect(dragged.card).toBeLessThanOrEqual(2 * (steps + 4));
  expect(dragged.draw).toBeLessThanOrEqual(steps + 6);
  await page.keyboard.press('ControlOrMeta+z');
});

test('training draws, and renders nothing', async ({ gradloom }) => {
  // So long that pictures are made of it on a fast machine, too.
  const { training } = gradloom.document;
  await gradloom.show({ ...gradloom.document, training: { ...training, epochs: 3 * training.epochs } });
  await gradloom.measureStepZero();
  const trained = await counted(gradloom, async () => {
    await gradloom.run();
    await gradloom.waitForState('finished', 60_000);
  });
  expect(trained.draw).toBeGreaterThan(3);
  // The first run opens the curves once, and the canvas is a little smaller then.
  expect(trained).toMatchObject(nothing);
});

test('the view keeps showing the whole sheet when panels open, until someone moves it', async ({ gradloom }) => {
  const { page } = gradloom;
  const isAllInView = async (): Promise<boolean> => {
    const region = await gradloom.region.boundingBox();
    if (region === null) throw new Error('the canvas is not in view');
    const boxes = await page
      .locator('.react-flow__node')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect));
    return boxes.every(
      (box) =>
        box.left >= region.x &&
        box.top >= region.y &&
        box.right <= region.x + region.width &&
        box.bottom <= region.y + region.height,
    );
  };
  expect(await isAllInView()).toBe(true);
  await gradloom.openDock('curves');
  await expect.poll(isAllInView).toBe(true);
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  await expect.poll(isAllInView).toBe(false);
  await page.keyboard.press('f');
  await expect.poll(isAllInView).toBe(true);
});

test('the canvas has at least 60 % of the window at rest', async ({ gradloom }) => {
  const region = await gradloom.region.boundingBox();
  const window_ = gradloom.page.viewportSize();
  if (region === null || window_ === null) throw new Error('nothing is in view');
  expect((region.width * region.height) / (window_.width * window_.height)).toBeGreaterThanOrEqual(0.6);
});

test('the keyboard alone goes from node to node and says what each is', async ({ gradloom }) => {
  const { page } = gradloom;
  await page.keyboard.press(']');
  await expect(page.locator('.react-flow__node.selected')).toHaveAttribute('data-id', 'point');
  await page.keyboard.press(']');
  await page.keyboard.press('[');
  await expect(page.locator('.react-flow__node.selected')).toHaveAttribute('data-id', 'point');
  await expect(gradloom.node('point')).toHaveAttribute('aria-label', /shape 2/);
  await gradloom.node('point').focus();
  await page.keyboard.press('Escape');
  await expect(page.locator('.react-flow__node.selected')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(page.locator('.react-flow__node.selected')).toHaveAttribute('data-id', 'point');
});

test('a wire is met under the pointer with its gradient drawn and without', async ({ gradloom }) => {
  const { page } = gradloom;
  const [one, other] = gradloom.document.graph.wires;
  if (one === undefined || other === undefined) throw new Error('the example has no wires');
  await gradloom.selectWire(one.from.node, one.to.node);
  await page.getByRole('radio', { name: gradloom.say('gradients.overlay.off'), exact: true }).click();
  await expect.poll(async () => (await gradloom.canvas()).overlay).toBe('off');
  await gradloom.selectWire(other.from.node, other.to.node);
  await expect(page.locator(`[data-wire="${one.id}"]`)).not.toHaveAttribute('data-selected');
});

test('of what an edit took away the inspector shows nothing; when the sheet has shown it, it speaks of the document', async ({
  gradloom,
}) => {
  const layer = gradloom.document.graph.nodes.find(({ type }) => type === 'dense');
  if (layer === undefined) throw new Error('the example has no layers');
  await gradloom.selectNode(layer.id);
  await expect(gradloom.inspector).not.toBeEmpty();
  const next = await gradloom.inspector.evaluate(
    (inspector) =>
      new Promise<string>((resolve) => {
        // With the picture that shows the edit.
        window.addEventListener('keydown', () => requestAnimationFrame(() => resolve(inspector.textContent)), {
          once: true,
        });
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Delete', bubbles: true }));
      }),
  );
  expect(next).toBe('');
  await expect(gradloom.node(layer.id)).toHaveCount(0);
  await expect(gradloom.inspector).toContainText(gradloom.say('inspector.document.hint'));
});

test('after an edit the gradients on the canvas are those that a drawing of the whole gives', async ({ gradloom }) => {
  const { page, document } = gradloom;
  // Near the loss, where lines are not as pale as the sheet.
  const layer = document.graph.nodes.findLast(({ type, parent }) => type === 'dense' && parent !== undefined);
  if (layer === undefined) throw new Error('the example has no layer in a frame');
  await gradloom.measureStepZero();
  const overlay = page.locator('canvas[class*="overlay"]');
  const settle = (): Promise<void> =>
    page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined)))),
    );
  /** Pixels that look otherwise than at the last call. */
  const otherPixels = (): Promise<number> =>
    overlay.evaluate((element) => {
      if (!(element instanceof HTMLCanvasElement)) throw new Error('the overlay is no canvas');
      const now = element.getContext('2d')?.getImageData(0, 0, element.width, element.height).data;
      if (now === undefined) throw new Error('the overlay has no context');
      const kept = window as unknown as { overlayPixels?: Uint8ClampedArray };
      const before = kept.overlayPixels;
      kept.overlayPixels = now;
      if (before?.length !== now.length) return Number.NaN;
      // Edges within a clip are smoothed otherwise, single pixels by up to twenty steps of 255.
      const smoothing = 32;
      let count = 0;
      for (let pixel = 0; pixel < now.length; pixel += 4) {
        const isFar = [0, 1, 2].some(
          (channel) => Math.abs((now[pixel + channel] ?? 0) - (before[pixel + channel] ?? 0)) > smoothing,
        );
        if (isFar) count++;
      }
      return count;
    });
  const choose = (mode: 'off' | 'relative'): Promise<void> =>
    page.getByRole('radio', { name: gradloom.say(`gradients.overlay.${mode}`), exact: true }).click();
  await otherPixels();
  for (const key of ['ArrowDown', 'ArrowRight', 'ControlOrMeta+z', 'Delete']) {
    await gradloom.selectNode(layer.id);
    await page.keyboard.press(key);
    await settle();
    expect(await otherPixels(), key).toBeGreaterThan(0);
    await choose('off');
    await settle();
    await choose('relative');
    await settle();
    // A wipe of the whole and a drawing of the whole.
    expect(await otherPixels(), key).toBe(0);
  }
});

test('the canvas is the ground of the sheet: nothing shows through it, and its dots lie where nodes snap to', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  const { x, y } = await gradloom.emptyPoint();
  await page.mouse.move(x, y);
  /** Of the places that nodes snap to, those with a dot; of those half-way between, those with one; and pixels that something shows through. */
  const read = (): Promise<{ dots: number; places: number; between: number; open: number; zoom: number }> =>
    page.evaluate(() => {
      const canvas = document.querySelector('canvas');
      const context = canvas?.getContext('2d');
      const view = document.querySelector<HTMLElement>('.react-flow__viewport');
      if (canvas === null || context === null || context === undefined || view === null) throw new Error('no canvas');
      const { e, f, a: zoom } = new DOMMatrix(getComputedStyle(view).transform);
      const ratio = canvas.width / canvas.getBoundingClientRect().width;
      const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
      const sample = document.createElement('canvas').getContext('2d');
      if (sample === null) throw new Error('no canvas');
      sample.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--colour-canvas');
      sample.fillRect(0, 0, 1, 1);
      const ground = [...sample.getImageData(0, 0, 1, 1).data];
      const isGround = (pixel: number): boolean =>
        ground.every((value, channel) => data[4 * pixel + channel] === value);
      /** Whether all pixels around a place of the sheet are of the ground. */
      const isBare = (left: number, top: number): boolean => {
        const [column, row] = [Math.round((left * zoom + e) * ratio), Math.round((top * zoom + f) * ratio)];
        return [-1, 0].every((down) => [-1, 0].every((right) => isGround((row + down) * width + column + right)));
      };
      const [first, last] = [Math.ceil(-e / zoom / 20), Math.floor((width / ratio - e) / zoom / 20) - 1];
      const [highest, lowest] = [Math.ceil(-f / zoom / 20), Math.floor((height / ratio - f) / zoom / 20) - 1];
      const found = { dots: 0, places: 0, between: 0, open: 0, zoom };
      for (let row = highest + 1; row < lowest; row++)
        for (let column = first + 1; column < last; column++) {
          found.places++;
          if (!isBare(20 * column, 20 * row)) found.dots++;
          if (!isBare(20 * column + 10, 20 * row + 10)) found.between++;
        }
      for (let pixel = 0; pixel < width * height; pixel++) {
        if (data[4 * pixel + 3] !== 255) found.open++;
      }
      return found;
    });
  // An empty sheet, so that nothing else is drawn.
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('Delete');
  await expect(page.locator('.react-flow__node')).toHaveCount(0);
  let former = 0;
  for (const key of ['1', '=']) {
    await page.keyboard.press(key);
    await expect.poll(async () => (await read()).zoom).toBeGreaterThan(former + 0.1);
    const { dots, places, between, open, zoom } = await read();
    former = zoom;
    expect(places).toBeGreaterThan(200);
    expect({ dots, between, open }).toEqual({ dots: places, between: 0, open: 0 });
  }
});
