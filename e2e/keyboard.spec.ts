import { existsSync } from 'node:fs';
import type { Locator } from '@playwright/test';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { shellKind } from './fixtures/shell.ts';
import { expect, test } from './fixtures/test.ts';

/** The hands of a person without a pointer. */
class Keyboard {
  readonly #gradloom: GradloomPage;

  constructor(gradloom: GradloomPage) {
    this.#gradloom = gradloom;
  }

  press(...keys: readonly string[]): Promise<void> {
    return keys.reduce((before, key) => before.then(() => this.#gradloom.page.keyboard.press(key)), Promise.resolve());
  }

  type(words: string): Promise<void> {
    return this.#gradloom.page.keyboard.type(words);
  }

  /** Goes on with Tab until an element has the focus. */
  async tabTo(element: Locator): Promise<void> {
    await expect(element).toBeVisible();
    for (let step = 0; step < 80; step++) {
      if (await element.evaluate((one) => one === document.activeElement)) return;
      await this.press('Tab');
    }
    throw new Error(`Tab does not lead to ${String(element)}`);
  }

  /** Chooses from the palette that has just opened. */
  async choose(words: string): Promise<void> {
    const palette = this.#gradloom.page.getByRole('dialog').getByRole('combobox');
    await expect(palette).toBeFocused();
    await this.type(words);
    await this.press('Enter');
    await expect(palette).toHaveCount(0);
  }

  /** Runs a command by its name or id. */
  async command(words: string): Promise<void> {
    await this.press('ControlOrMeta+k');
    await this.choose(words);
  }

  /** Adds a layer behind the selected node; its id. */
  async add(words: string): Promise<string> {
    const count = (await this.#gradloom.nodeIds()).length;
    await this.press('Shift+A');
    await this.choose(words);
    await expect.poll(async () => (await this.#gradloom.nodeIds()).length).toBe(count + 1);
    return this.selected();
  }

  /** The id of the one selected node. */
  async selected(): Promise<string> {
    const node = this.#gradloom.page.locator('.react-flow__node.selected');
    await expect(node).toHaveCount(1);
    return (await node.getAttribute('data-id')) ?? '';
  }

  /** Writes into a field, leaving nothing of what it held. */
  async fill(field: Locator, words: string): Promise<void> {
    await this.tabTo(field);
    await this.press('ControlOrMeta+a');
    await this.type(words);
    await this.press('Enter');
  }
}

test('the keyboard alone builds, trains, inspects and exports a residual network', async ({ gradloom }) => {
  test.skip(shellKind === 'electron', 'the platform’s own dialogs ask where to');
  const { page } = gradloom;
  const keyboard = new Keyboard(gradloom);

  await keyboard.press('Alt+n');
  await expect.poll(() => gradloom.nodeIds()).toEqual([]);

  const ids = await test.step('layers come by name, each wired to the one before it', async () => {
    const input = await keyboard.add('Input');
    const stem = await keyboard.add('Dense');
    const branch = await keyboard.add('Dense');
    const bend = await keyboard.add('Tanh');
    const sum = await keyboard.add('Add');
    return { input, stem, branch, bend, sum };
  });

  await test.step('the skip is wired from port to port', async () => {
    while ((await keyboard.selected()) !== ids.stem) await keyboard.press('[');
    await keyboard.press('Shift+W');
    await keyboard.choose('add');
    await expect.poll(() => gradloom.wireIds()).toHaveLength(5);
  });

  await test.step('nodes move by the arrow keys, and are found by name', async () => {
    await keyboard.press('ControlOrMeta+f');
    await keyboard.choose('tanh');
    expect(await keyboard.selected()).toBe(ids.bend);
    await keyboard.press('Shift+ArrowDown', 'Shift+ArrowDown', 'ArrowDown');
  });

  await test.step('the head takes as many units as there are classes', async () => {
    await keyboard.press('ControlOrMeta+f');
    await keyboard.choose('add');
    expect(await keyboard.selected()).toBe(ids.sum);
    await keyboard.add('Dense');
    await keyboard.press('Shift+F6');
    await keyboard.fill(gradloom.inspector.getByLabel(gradloom.say('parameter.units.name'), { exact: true }), '2');
    await keyboard.press('Shift+F6');
    await expect(page.locator('.react-flow__node.selected')).toBeFocused();
    await keyboard.add('Output');
  });

  await test.step('data, a loss and a length are chosen', async () => {
    await keyboard.command('view.dock.data');
    const spirals = gradloom.dock.getByRole('button', { name: gradloom.say('data.source.twoSpirals'), exact: true });
    await keyboard.tabTo(spirals);
    await keyboard.press('Enter');
    await expect(spirals).toHaveCount(0);
    await keyboard.command('view.rail.training');
    const loss = page.getByRole('button', {
      name: gradloom.say('training.losses.add', { output: gradloom.say('layer.output.name') }),
    });
    await keyboard.tabTo(loss);
    await keyboard.press('Enter');
    await expect(loss).toHaveCount(0);
    await keyboard.fill(page.getByLabel(gradloom.say('training.epochs'), { exact: true }), '2');
  });

  await test.step('it trains', async () => {
    await expect(gradloom.button('training.run')).toBeEnabled();
    await keyboard.press('ControlOrMeta+Enter');
    await gradloom.waitForState('finished');
  });

  await test.step('one walks along wires and nodes, and the inspector follows', async () => {
    await keyboard.press('F6');
    while (!(await gradloom.region.evaluate((one) => one.contains(document.activeElement)))) await keyboard.press('F6');
    await keyboard.press('ControlOrMeta+f');
    await keyboard.choose('tanh');
    await keyboard.press('}');
    await expect(page.locator('[data-wire][data-selected]')).toHaveCount(1);
    await expect(gradloom.inspector).toContainText(gradloom.say('measure.wireRelative'));
    await keyboard.press(']');
    expect(await keyboard.selected()).toBe(ids.sum);
    await keyboard.press('{');
    await expect(page.locator('[data-wire][data-selected]')).toHaveCount(1);
    await keyboard.press('[');
    expect([ids.stem, ids.bend]).toContain(await keyboard.selected());
  });

  await test.step('it goes out as a model file, and into a document', async () => {
    await keyboard.press('ControlOrMeta+e');
    const dialog = page.getByRole('dialog');
    const onnx = dialog.getByRole('radio', { name: gradloom.say('export.format.onnx') });
    await expect(dialog.getByRole('radio').first()).toBeVisible();
    for (let step = 0; step < 12 && (await onnx.getAttribute('aria-checked')) !== 'true'; step++)
      await keyboard.press('ArrowDown');
    const go = dialog.getByRole('button', { name: gradloom.say('export.action'), exact: true });
    await expect(go).toBeEnabled();
    await keyboard.tabTo(go);
    await keyboard.press('Enter');
    const place = gradloom.dialog('export.dialog');
    await expect(place.getByRole('textbox')).toBeFocused();
    await keyboard.press('ControlOrMeta+a');
    await keyboard.type('residual');
    await keyboard.press('Enter');
    await expect(gradloom.dialog('export.done', { format: 'ONNX' })).toBeVisible();
    expect(existsSync(gradloom.pathOf('residual.onnx'))).toBe(true);
    await keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);

    await keyboard.press('ControlOrMeta+Shift+s');
    await expect(gradloom.dialog('files.dialog.save').getByRole('textbox')).toBeFocused();
    await keyboard.press('ControlOrMeta+a');
    await keyboard.type('residual.gradloom.json');
    await keyboard.press('Enter');
    await expect.poll(() => existsSync(gradloom.pathOf('residual.gradloom.json'))).toBe(true);
    const { graph } = gradloom.read('residual.gradloom.json');
    const intoSum = graph.wires.filter(({ to }) => to.node === ids.sum);
    expect(intoSum.map(({ from, to }) => [from.node, to.port])).toEqual([
      [ids.bend, 'in.0'],
      [ids.stem, 'in.1'],
    ]);
    const [branch, bend] = [ids.branch, ids.bend].map((id) => graph.nodes.find((node) => node.id === id)?.position.y);
    expect((bend ?? 0) - (branch ?? 0)).toBe(44);
  });
});
