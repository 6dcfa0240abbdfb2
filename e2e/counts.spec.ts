import type { CanvasProbe } from '../renderer/canvas/overlay/probe.ts';
import { chain } from './fixtures/documents.ts';
import { expect, test } from './fixtures/test.ts';

type Counts = CanvasProbe['counts'];

/** What React renders of the document itself. */
function rendered({ card, round, frame, loop, wire }: Counts): Partial<Counts> {
  return { card, round, frame, loop, wire };
}

test('a frame of telemetry is at most one drawing of the overlay, and renders no node and no wire', async ({
  gradloom,
}) => {
  const example = gradloom.document;
  await gradloom.show({ ...example, training: { ...example.training, epochs: 100_000 } });
  // The dock opens by itself at the first run, which moves the canvas: here it is open before.
  await gradloom.openDock('curves');
  await gradloom.run();
  const { telemetry } = gradloom;
  await expect.poll(() => telemetry.frames.length).toBeGreaterThan(3);
  await gradloom.page.mouse.move(0, 0);

  const frames = telemetry.frames.length;
  const { counts: before } = await gradloom.canvas();
  await expect.poll(() => telemetry.frames.length, { timeout: 60_000 }).toBeGreaterThan(frames + 20);
  const { counts: after } = await gradloom.canvas();
  const came = telemetry.frames.length - frames;

  expect(rendered(after)).toEqual(rendered(before));
  expect(after.draw).toBeGreaterThan(before.draw);
  // A frame after which the wires look as before is spared. One that came before the first count may be drawn after it.
  const looked = after.draw + after.spared - before.draw - before.spared;
  expect(looked).toBeGreaterThan(5);
  expect(looked).toBeLessThanOrEqual(came + 1);
  await gradloom.stop();
});

test('of a large sheet, panning renders nothing and an edit only what it touches', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(chain(450));
  await expect(gradloom.region).toHaveAttribute('data-detail', 'far');
  const box = await gradloom.region.boundingBox();
  if (box === null) throw new Error('the window shows no canvas');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const viewport = page.locator('.react-flow__viewport');
  const place = await viewport.getAttribute('style');
  const { counts: still } = await gradloom.canvas();
  const turns = 12;
  for (let turn = 0; turn < turns; turn++) await page.mouse.wheel(6, 4);
  // React Flow hears of it at rest.
  await expect(viewport).not.toHaveAttribute('style', /will-change/);
  await expect(viewport).not.toHaveAttribute('style', place ?? '');
  const { counts: panned } = await gradloom.canvas();
  expect(rendered(panned)).toEqual(rendered(still));
  expect(panned.draw - still.draw).toBeGreaterThan(0);
  expect(panned.draw - still.draw).toBeLessThanOrEqual(turns + 1);

  await gradloom.selectNode('n201');
  const { counts: chosen } = await gradloom.canvas();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await gradloom.canvas()).counts.card).toBeGreaterThan(chosen.card);
  const { counts: moved } = await gradloom.canvas();
  const touched = (kind: 'card' | 'round' | 'wire'): number => moved[kind] - chosen[kind];
  // The node itself, and the wires that meet it.
  expect(touched('card') + touched('round')).toBeLessThanOrEqual(3);
  expect(touched('wire')).toBeLessThanOrEqual(8);
});

test('of a large sheet seen closely, an edit renders what it touches, panning next to nothing, and the overview leads on', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  await gradloom.show(chain(450));
  const overview = page.getByRole('img', { name: gradloom.say('canvas.minimap'), exact: true });
  await expect(overview).toHaveCount(0);
  await gradloom.selectNode('n201');
  await page.keyboard.press('Shift+F');
  await expect(gradloom.region).toHaveAttribute('data-detail', 'near');
  await expect(overview).toBeVisible();
  expect(await page.locator('.react-flow__node').count()).toBeLessThan(120);

  const { counts: chosen } = await gradloom.canvas();
  await page.keyboard.press('ControlOrMeta+d');
  await expect(page.locator('.react-flow__node.selected')).toHaveCount(1);
  await expect(gradloom.node('n201')).not.toHaveClass(/selected/);
  await expect.poll(async () => (await gradloom.canvas()).counts.overview).toBeGreaterThan(chosen.overview);
  const { counts: copied } = await gradloom.canvas();
  expect(copied.overview - chosen.overview).toBe(1);
  // The copy, and what was selected before; of the wires those whose way it stands in, which are led around it.
  expect(copied.card - chosen.card).toBeLessThanOrEqual(4);
  expect(copied.wire - chosen.wire).toBeLessThanOrEqual(8);
  await expect(page.locator('.react-flow__node.selected')).toBeInViewport();
  await page.keyboard.press('ControlOrMeta+z');
  await expect(page.locator('.react-flow__node.selected')).toHaveCount(0);

  const region = await gradloom.region.boundingBox();
  if (region === null) throw new Error('the window shows no canvas');
  await page.mouse.move(region.x + region.width / 2, region.y + region.height / 2);
  const { counts: still } = await gradloom.canvas();
  for (let turn = 0; turn < 12; turn++) await page.mouse.wheel(8, 3);
  const { counts: panned } = await gradloom.canvas();
  // React Flow is given another part of the sheet once at most.
  expect(panned.canvas - still.canvas).toBeLessThanOrEqual(1);

  const box = await overview.boundingBox();
  if (box === null) throw new Error('the overview is not in view');
  await expect(gradloom.node('input')).toHaveCount(0);
  // The first row of the sheet begins here.
  await page.mouse.click(box.x + 10, box.y + box.height / 2 - 20);
  await expect(gradloom.node('input')).toBeInViewport();
});
