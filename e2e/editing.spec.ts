import { text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';
import { broken, small } from './fixtures/documents.ts';
import { middleOf } from './fixtures/gradloomPage.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { shellKind } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';

const say = (key: TextKey, values?: Readonly<Record<string, unknown>>): string => text('en', key, values);

/** Nodes and wires in the page. */
async function drawn(gradloom: GradloomPage): Promise<{ readonly nodes: string[]; readonly wires: string[] }> {
  return { nodes: await gradloom.nodeIds(), wires: await gradloom.wireIds() };
}

/**
 * Does an edit, then takes it back and does it again: it must be one entry with this label, and undoing it must give
 * what was there before.
 */
async function asOneEntry(gradloom: GradloomPage, label: string, edit: () => Promise<void>): Promise<void> {
  const before = await drawn(gradloom);
  const former = await gradloom.undoLabel();
  await edit();
  await expect.poll(() => drawn(gradloom)).not.toEqual(before);
  const after = await drawn(gradloom);
  expect(await gradloom.undoLabel()).toBe(label);
  await gradloom.button('command.undo').click();
  await expect.poll(() => drawn(gradloom)).toEqual(before);
  expect(await gradloom.undoLabel()).toBe(former);
  expect(await gradloom.redoLabel()).toBe(label);
  await gradloom.button('command.redo').click();
  await expect.poll(() => drawn(gradloom)).toEqual(after);
}

test('layers come from the palette by drag, by double-click and by keyboard', async ({ gradloom }) => {
  await gradloom.show(small());
  const { page } = gradloom;
  const entry = (id: string) => page.locator(`[data-entry="${id}"]`);

  await asOneEntry(gradloom, say('canvas.edit.add'), async () => {
    const target = await gradloom.emptyPoint();
    const box = await gradloom.region.boundingBox();
    if (box === null) throw new Error('the canvas is not in view');
    const targetPosition = { x: target.x - box.x, y: target.y - box.y };
    await entry('layerNormalisation').dragTo(gradloom.region, { targetPosition });
    const added = await middleOf(gradloom.node('layerNormalisation'));
    expect(Math.hypot(added.x - target.x, added.y - target.y)).toBeLessThan(4);
  });

  // Behind what is selected, and wired to it.
  await gradloom.selectNode('hidden');
  const wires = (await gradloom.wireIds()).length;
  await asOneEntry(gradloom, say('canvas.edit.add'), () => entry('dropout').dblclick());
  expect(await gradloom.wireIds()).toHaveLength(wires + 1);

  await gradloom.selectNode('point');
  await asOneEntry(gradloom, say('canvas.edit.add'), async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('batch n');
    await page.keyboard.press('Enter');
  });
  expect(await gradloom.nodeIds()).toContain('batchNormalisation');
});

test('wires: drawn by hand, refused with a reason, deleted; nodes duplicated and moved', async ({ gradloom }) => {
  const document = small();
  await gradloom.show({ ...document, graph: { ...document.graph, wires: document.graph.wires.slice(0, 2) } });
  const { page } = gradloom;

  await asOneEntry(gradloom, say('canvas.edit.connect'), () =>
    gradloom.dragWire({ node: 'logits', port: 'out' }, { node: 'class', port: 'in' }),
  );

  await test.step('a wire that would close a circle is offered as a loop, and left alone nothing changes', async () => {
    const before = await drawn(gradloom);
    await gradloom.dragWire({ node: 'logits', port: 'out' }, { node: 'hidden', port: 'in' });
    const offer = page.getByRole('dialog', { name: say('canvas.backEdge.title') });
    await offer.getByRole('button', { name: say('canvas.backEdge.cancel') }).click();
    await expect(offer).toHaveCount(0);
    expect(await drawn(gradloom)).toEqual(before);
    expect(await gradloom.undoLabel()).toBe(say('canvas.edit.connect'));
  });

  await test.step('a wire let go over nothing offers the layers that fit', async () => {
    await gradloom.dragWire({ node: 'hidden', port: 'out' }, await gradloom.emptyPoint());
    const search = page.getByRole('dialog', { name: say('canvas.search.fitting') });
    await expect(search).toBeVisible();
    await expect(search.getByRole('option', { name: say('layer.convolution2d.name') })).toHaveCount(0);
    await page.keyboard.press('Escape');
    await expect(search).toHaveCount(0);
  });

  await gradloom.selectNode('logits');
  await asOneEntry(gradloom, say('canvas.edit.duplicate'), () => page.keyboard.press('ControlOrMeta+d'));

  await gradloom.selectNode('hidden');
  await asOneEntry(gradloom, say('canvas.edit.delete'), () => page.keyboard.press('Delete'));
  expect(await gradloom.nodeIds()).not.toContain('hidden');

  await test.step('a drag is one entry, however many steps it has', async () => {
    const start = await middleOf(gradloom.node('class'));
    await gradloom.drag(start, { x: start.x + 30, y: start.y + 90 });
    expect(await gradloom.undoLabel()).toBe(say('canvas.edit.move'));
    const moved = await middleOf(gradloom.node('class'));
    expect(Math.hypot(moved.x - start.x - 30, moved.y - start.y - 90)).toBeLessThan(6);
    await gradloom.button('command.undo').click();
    expect(await gradloom.undoLabel()).toBe(say('canvas.edit.delete'));
    const back = await middleOf(gradloom.node('class'));
    expect(Math.hypot(back.x - start.x, back.y - start.y)).toBeLessThan(1);
  });
});

test('a parameter: shapes and weights follow, one entry, and all undone gives the file again', async ({ gradloom }) => {
  await gradloom.show(small());
  const original = gradloom.textOf('shown.gradloom.json');
  await gradloom.selectNode('hidden');
  const units = gradloom.inspector.getByLabel(say('parameter.units.name'), { exact: true });
  const label = say('inspector.edit.parameter', { parameter: say('parameter.units.name'), name: 'hidden' });
  await expect(gradloom.node('hidden')).toContainText('24');
  await units.fill('40');
  await units.press('Enter');
  // Two inputs and a bias for each of 40 units; the next layer follows: 40 inputs and a bias for each of 2.
  await expect(gradloom.node('hidden')).toContainText('120');
  await expect(gradloom.node('logits')).toContainText('82');
  expect(await gradloom.undoLabel()).toBe(label);

  await test.step('what is no number is told at the field and changes nothing', async () => {
    await units.fill('forty');
    await units.press('Enter');
    await expect(gradloom.inspector).toContainText(say('ui.number.notWhole'));
    await units.press('Escape');
    await expect(units).toHaveValue('40');
    expect(await gradloom.undoLabel()).toBe(label);
  });

  await gradloom.button('command.undo').click();
  await expect(units).toHaveValue('8');
  await expect(gradloom.node('logits')).toContainText('18');
  await expect(gradloom.button('command.undo')).toBeDisabled();
  await gradloom.button('command.redo').click();
  await expect(units).toHaveValue('40');
  await gradloom.page.keyboard.press('ControlOrMeta+z');
  await gradloom.chooseFromFileMenu('files.save');
  await expect(gradloom.page.getByRole('status')).toContainText('shown.gradloom.json');
  expect(gradloom.textOf('shown.gradloom.json')).toBe(original);
});

test('a broken wire is named among the problems, and its way out mends it', async ({ gradloom }) => {
  gradloom.put('broken.gradloom.json', broken());
  await gradloom.open('broken.gradloom.json');
  const { page } = gradloom;
  await expect(gradloom.button('training.run')).toBeDisabled();
  await gradloom.transport.getByRole('button', { name: say('training.blocked.problem') }).click();
  const problem = say('problem.shapesDiffer', { name: 'sum', expected: [8], received: [5], from: 'narrow' });
  await expect(gradloom.dock).toContainText(problem);

  await gradloom.dock.getByRole('button', { name: problem }).click();
  await expect(page.locator('[data-wire="w6"]')).toHaveAttribute('data-selected');
  await expect(gradloom.inspector).toContainText(problem);

  const fix = say('fix.project', { shape: [8] });
  await asOneEntry(gradloom, fix, () => gradloom.dock.getByRole('button', { name: fix, exact: true }).click());
  await expect(gradloom.dock).toContainText(say('problems.none'));
  await expect(gradloom.button('training.run')).toBeEnabled();
  await gradloom.measureStepZero();
});

test('a node is named from the sheet, and what is typed on the way to a dialog runs no command', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  await gradloom.show(small(), 'small.gradloom.json');
  const field = gradloom.inspector.getByLabel(gradloom.say('inspector.label'), { exact: true });
  const typed = async (name: string, edit: () => Promise<void>): Promise<void> => {
    await edit();
    // At once, as a person types who has just pressed: each letter is the key of a command.
    await page.keyboard.type(name);
    await expect(field).toHaveValue(name);
    await page.keyboard.press('Enter');
    await expect(gradloom.node('hidden')).toContainText(name);
    expect(await gradloom.undoLabel()).toBe(gradloom.say('inspector.edit.label'));
  };
  const overlay = (await gradloom.canvas()).overlay;

  await test.step('a double-click on the card, with the inspector folded away', async () => {
    await page.keyboard.press('ControlOrMeta+i');
    await expect(gradloom.inspector).toHaveCount(0);
    await typed('glum', () => gradloom.node('hidden').dblclick());
  });

  await test.step('F2, and what was written is replaced', async () => {
    await gradloom.node('hidden').focus();
    await typed('flux', () => page.keyboard.press('F2'));
  });

  await test.step('the menu and the list of commands', async () => {
    await typed('gulf', async () => {
      await gradloom.node('hidden').click({ button: 'right' });
      await page.getByRole('menuitem', { name: gradloom.say('command.name') }).click();
    });
    await gradloom.selectNode('hidden');
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type(gradloom.say('command.name'));
    await page.keyboard.press('Enter');
    await expect(field).toBeFocused();
    await page.keyboard.press('Escape');
  });

  await test.step('no command hears what is typed while a dialog is coming', async () => {
    test.skip(shellKind === 'electron', 'the platform’s own dialog takes the keyboard');
    await gradloom.selectNode('hidden');
    const before = await gradloom.nodeIds();
    const label = await gradloom.undoLabel();
    // Within one turn of the page, so that the dialog cannot be there before the letter is.
    await page.evaluate(() => {
      const type = (key: string, ctrlKey: boolean, shiftKey = false): boolean =>
        document.body.dispatchEvent(
          new KeyboardEvent('keydown', {
            key,
            code: `Key${key.toUpperCase()}`,
            ctrlKey,
            shiftKey,
            bubbles: true,
            cancelable: true,
          }),
        );
      type('S', true, true);
      type('l', false);
      type('g', false);
    });
    await expect(gradloom.dialog('files.dialog.save')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(gradloom.dialog('files.dialog.save')).toHaveCount(0);
    expect(await gradloom.nodeIds()).toEqual(before);
    expect(await gradloom.undoLabel()).toBe(label);
    expect((await gradloom.canvas()).overlay).toBe(overlay);
    // The keys are everyone's again.
    await gradloom.selectNode('hidden');
    await asOneEntry(gradloom, gradloom.say('canvas.edit.loop'), () => page.keyboard.press('l'));
  });
});

test('only where the chosen nodes differ does an empty field say that there are several values', async ({
  gradloom,
}) => {
  await gradloom.show(small());
  await gradloom.selectNode('hidden');
  const units = gradloom.inspector.getByLabel(say('parameter.units.name'), { exact: true });
  await units.fill('');
  await expect(units).not.toHaveAttribute('placeholder');
  await expect(units).toHaveAttribute('aria-invalid', 'true');
  await gradloom.node('logits').click({ modifiers: ['Shift'] });
  await expect(units).toHaveValue('');
  await expect(units).toHaveAttribute('placeholder', say('inspector.mixed'));
});
