import { text } from '#shared/text/text';
import { createTemplate } from '#shared/templates/templates';
import { shortLoop, small } from './fixtures/documents.ts';
import { middleOf } from './fixtures/gradloomPage.ts';
import { gradloom as terminal } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';

const iterations = 5;

interface PrintedWire {
  readonly wire: string;
  readonly iteration: readonly number[];
  readonly rms: number;
}

test('a loop trains, and its strip shows one gradient for each iteration', async ({ gradloom }) => {
  await gradloom.show(shortLoop(iterations), 'loop.gradloom.json');
  await expect(gradloom.node('rla')).toContainText(`×${iterations}`);
  await gradloom.measureStepZero();
  const strip = gradloom.page.getByRole('slider', { name: text('en', 'canvas.loop.strip') });
  await expect(strip).toHaveAttribute('aria-valuemax', String(iterations));
  // The first iteration, through which every state still leads on; the last says why nothing comes back into its states.
  await expect(strip).toHaveAttribute('aria-valuenow', '1');
  const unread = gradloom.page.getByRole('img', { name: text('en', 'canvas.loop.unread', { states: 'h' }) });
  await expect(unread).toHaveCount(0);
  await strip.press('End');
  await expect(unread).toBeVisible();

  const inside = gradloom.document.graph.wires.filter(({ to }) => to.node === 'rla' && /^next\./.test(to.port));
  expect(inside).toHaveLength(2);
  /** What the canvas shows of the wires that end an iteration, for each iteration from the first. */
  const shown = async (): Promise<Record<string, (number | null)[]>> => {
    const byWire: Record<string, (number | null)[]> = Object.fromEntries(inside.map(({ id }) => [id, []]));
    await strip.press('Home');
    for (let iteration = 0; iteration < iterations; iteration++) {
      await expect(strip).toHaveAttribute('aria-valuenow', String(iteration + 1));
      const { wires } = await gradloom.canvas();
      for (const { id } of inside) byWire[id]?.push(wires[id]?.value ?? null);
      await strip.press('ArrowRight');
    }
    return byWire;
  };

  await test.step('at step 0 the strip is what `gradients` prints for each iteration', async () => {
    await gradloom.page.getByRole('radio', { name: 'absolute', exact: true }).first().click();
    const printed = (await terminal('gradients', gradloom.pathOf('loop.gradloom.json'))) as {
      readonly wires: readonly PrintedWire[];
    };
    const strips = await shown();
    for (const { id } of inside) {
      const own = printed.wires.filter(({ wire }) => wire === id);
      expect(own.map(({ iteration }) => iteration)).toEqual(Array.from({ length: iterations }, (_, index) => [index]));
      expectClose(
        strips[id],
        own.map(({ rms }) => rms),
      );
    }
    await gradloom.page.getByRole('radio', { name: 'relative', exact: true }).first().click();
  });

  await test.step('some steps later it is what the latest frame says, relative to the loss', async () => {
    for (let step = 1; step <= 4; step++) {
      await gradloom.step();
      await gradloom.waitForStepOnCanvas(step);
    }
    await gradloom.waitForState('paused');
    const { latest, table } = gradloom.telemetry;
    expect(latest.step).toBe(4);
    const strips = await shown();
    for (const { id } of inside) {
      const measures = table.wires.flatMap((wire, index) =>
        wire.wire === id && wire.tap === undefined ? [{ index, path: wire.path }] : [],
      );
      expect(measures.map(({ path }) => path)).toEqual(
        Array.from({ length: iterations }, (_, iteration) => [{ loop: 'rla', iteration }]),
      );
      expectClose(
        strips[id],
        measures.map(({ index }) => (latest.wireRms[index] ?? Number.NaN) / latest.headRms),
      );
    }
  });

  await test.step('it goes on to the end and learns something', async () => {
    await gradloom.run();
    await gradloom.waitForState('finished', 60_000);
    const losses = gradloom.telemetry.epochs.map(({ training }) => training['loss'] ?? Number.NaN);
    expect(losses).toHaveLength(3);
    expect(losses[2]).toBeLessThan(losses[0] ?? Number.NaN);
  });
});

test('a wire drawn backwards lights its cycle up, one press makes the loop, one undo takes it back', async ({
  gradloom,
}) => {
  const document = small();
  await gradloom.show(document);
  const { page } = gradloom;
  const before = { nodes: await gradloom.nodeIds(), wires: await gradloom.wireIds() };

  const start = await middleOf(gradloom.port('logits', 'out'));
  const end = await middleOf(gradloom.port('hidden', 'in'));
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 4, start.y + 2);
  await page.mouse.move(end.x + 8, end.y + 8, { steps: 4 });
  await page.mouse.move(end.x, end.y, { steps: 3 });
  const lit = page.locator('.react-flow__node', { has: page.locator('[class*="cycle"]') });
  await expect(lit).toHaveCount(2);
  expect(await lit.evaluateAll((all) => all.map((one) => one.getAttribute('data-id')).toSorted())).toEqual([
    'hidden',
    'logits',
  ]);
  await page.mouse.up();

  const offer = page.getByRole('dialog', { name: text('en', 'canvas.backEdge.title') });
  await expect(offer).toContainText(text('en', 'canvas.backEdge.shape', { shape: [2] }));
  await page.keyboard.press('Enter');
  await expect(gradloom.node('loop')).toBeVisible();
  expect(await gradloom.undoLabel()).toBe(text('en', 'canvas.edit.loop'));
  // The value that fed the port starts the state; what left the last node leaves the loop.
  for (const port of ['init.logits', 'state.logits', 'next.logits', 'result.logits', 'out.logits']) {
    await expect(gradloom.port('loop', port), port).toHaveCount(1);
  }
  await expect(gradloom.button('training.run')).toBeEnabled();

  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => gradloom.nodeIds()).toEqual(before.nodes);
  expect(await gradloom.wireIds()).toEqual(before.wires);
  await expect(gradloom.button('command.undo')).toBeDisabled();
});

test('what is chosen becomes residual: the sum takes what goes in and what comes out, in one entry of the history', async ({
  gradloom,
}) => {
  await gradloom.show(createTemplate('plain-mlp', { depth: 3, normalisation: 'none' }));
  const { page } = gradloom;
  const before = await gradloom.wireIds();
  const layers = gradloom.document.graph.nodes.filter(({ type }) => type === 'dense').map(({ id }) => id);
  const [stem = '', first = '', second = ''] = layers;
  await gradloom.selectNode(first);
  await gradloom.node(second).click({ modifiers: ['Shift'] });
  await page.keyboard.press('Shift+R');
  await expect(gradloom.node('add')).toBeVisible();
  await expect(page.locator('.react-flow__node.selected')).toHaveAttribute('data-id', 'add');
  expect(await gradloom.undoLabel()).toBe(text('en', 'canvas.edit.residual'));
  await gradloom.saveAs('residual.gradloom.json');
  await expect(gradloom.dirtyMark).toHaveCount(0);
  const { wires } = gradloom.read('residual.gradloom.json').graph;
  const into = wires.filter(({ to }) => to.node === 'add').map(({ from }) => from.node);
  expect(into).toEqual([stem, second]);
  await gradloom.measureStepZero();
  await gradloom.stop();
  await page.keyboard.press('ControlOrMeta+z');
  await expect.poll(() => gradloom.wireIds()).toEqual(before);
});

test('nodes are dragged into a loop and out of it, and their wires are led through its border', async ({
  gradloom,
}) => {
  await gradloom.show(small());
  const { page } = gradloom;
  await gradloom.selectNode('hidden');
  await page.keyboard.press('l');
  await expect(gradloom.node('loop')).toHaveClass(/selected/);
  const place = await middleOf(gradloom.node('hidden'));

  await gradloom.drag(await middleOf(gradloom.node('logits')), { x: place.x, y: place.y + 70 });
  expect(await gradloom.undoLabel()).toBe(text('en', 'canvas.edit.moveInto'));
  // Inside, it reads the hidden layer itself; the loop hands its result on.
  await expect(gradloom.port('loop', 'out.logits')).toHaveCount(1);
  await expect(gradloom.port('loop', 'out.hidden')).toHaveCount(1);

  await gradloom.drag(await middleOf(gradloom.node('logits')), { x: place.x, y: place.y + 320 });
  expect(await gradloom.undoLabel()).toBe(text('en', 'canvas.edit.moveOut'));
  await page.keyboard.press('ControlOrMeta+z');
  await page.keyboard.press('ControlOrMeta+z');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(gradloom.node('loop')).toHaveCount(0);
  await expect(gradloom.button('command.undo')).toBeDisabled();
});

/** The last wire into a state of the last iteration reaches no loss: it is shown as such, and counts as zero here. */
function expectClose(shown: readonly (number | null)[] | undefined, expected: readonly number[]): void {
  expect(shown).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) {
    const is = shown?.[index] ?? 0;
    expect(Math.abs(is - value) / Math.max(value, 1e-30), `iteration ${index + 1}: ${is}, ${value}`).toBeLessThan(1e-4);
  }
}
