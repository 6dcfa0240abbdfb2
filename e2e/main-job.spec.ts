import { text } from '#shared/text/text';
import { expect, test } from './fixtures/test.ts';
import type { GradloomPage } from './fixtures/gradloomPage.ts';
import { gradloom as terminal } from './fixtures/shell.ts';

interface PrintedGradients {
  readonly headRms: number;
  readonly wires: readonly {
    readonly wire: string;
    readonly path: readonly string[];
    readonly rms: number;
    readonly mark: string;
  }[];
}

const file = 'plain-or-residual.gradloom.json';

/** Chains of the example's plain branch, from the input to its output. */
const plainChain = [
  'point',
  'plain-stem',
  ...Array.from({ length: 20 }, (_, index) => `plain-dense-${index + 1}`),
  'plain-logits',
  'plain-output',
];

function wiresOf(gradloom: GradloomPage, chain: readonly string[]): readonly string[] {
  return chain.slice(1).map((to, index) => gradloom.wireId(chain[index] ?? '', to));
}

test('the canvas shows what the terminal measures; a dark wire says why, and the way out lights it up', async ({
  gradloom,
}) => {
  const { page } = gradloom;
  await expect(page).toHaveTitle('Plain or residual? – Gradloom');
  await gradloom.saveAs(file);
  await gradloom.measureStepZero();
  const first = plainChain[1] ?? '';
  const dark = gradloom.wireId(first, 'plain-dense-1');
  const top = gradloom.wireId('plain-dense-20', 'plain-logits');

  await test.step('every wire shows the number that `gradients` prints for the saved file', async () => {
    const printed = (await terminal('gradients', gradloom.pathOf(file))) as PrintedGradients;
    const relative = (await gradloom.canvas()).wires;
    await page.getByRole('radio', { name: 'absolute', exact: true }).first().click();
    await expect.poll(async () => (await gradloom.canvas()).overlay).toBe('absolute');
    const absolute = (await gradloom.canvas()).wires;
    await page.getByRole('radio', { name: 'relative', exact: true }).first().click();

    expect(printed.wires).toHaveLength(gradloom.document.graph.wires.length);
    expect(Object.keys(absolute)).toHaveLength(printed.wires.length);
    for (const { wire, rms, mark } of printed.wires) {
      expect(mark, wire).toBe('none');
      expect(absolute[wire], wire).toMatchObject({ mark, step: 0 });
      expect(closeness(absolute[wire]?.value, rms), `${wire} absolute`).toBeLessThan(1e-4);
      expect(closeness(relative[wire]?.value, rms / printed.headRms), `${wire} relative`).toBeLessThan(1e-4);
    }
  });

  await test.step('the plain branch is dark towards its input, the residual one is not', async () => {
    const { wires } = await gradloom.canvas();
    const bottom = wires[dark]?.value ?? Number.NaN;
    expect(bottom / (wires[top]?.value ?? Number.NaN)).toBeLessThan(1e-8);
    // From the input upwards each wire of the chain is at least as bright as the one before it.
    const buckets = wiresOf(gradloom, plainChain).map((wire) => wires[wire]?.bucket ?? -1);
    expect(buckets).toEqual(buckets.toSorted((one, other) => one - other));
    expect(buckets[0]).toBe(0);
    const stem = wires[gradloom.wireId('residual-stem', 'residual-norm-1')];
    expect(stem?.value).toBeGreaterThan(0.1);
    expect(await contrastOf(gradloom, dark)).toBeLessThan(0.15);
    expect(await contrastOf(gradloom, gradloom.wireId('residual-stem', 'residual-norm-1'))).toBeGreaterThan(0.3);
  });

  await test.step('a press on a dark wire tells why', async () => {
    await gradloom.selectWire(first, 'plain-dense-1');
    await expect(gradloom.inspector).toContainText('Stem → Dense 1');
    await expect(gradloom.inspector).toContainText(text('en', 'inspector.kind.vanishing'));
    await expect(gradloom.inspector).toContainText('At step 0 the gradient here is');
    // 0.25 to the 20th power.
    await expect(gradloom.inspector).toContainText(
      text('en', 'inspector.why.sigmoid', { count: 20, bound: '9.1e−13' }),
    );
  });

  await test.step('its way out is one edit; run again, the wire lights up', async () => {
    await expect(gradloom.button('command.undo')).toBeDisabled();
    await gradloom.button('inspector.remedy.reluHe').click();
    expect(await gradloom.undoLabel()).toBe(text('en', 'inspector.remedy.reluHe'));
    await expect(gradloom.transport).toContainText(text('en', 'training.state.outdated'));
    await gradloom.stop();
    await gradloom.measureStepZero();
    const { wires } = await gradloom.canvas();
    expect(wires[dark]?.value).toBeGreaterThan(1e-2);
    expect(await contrastOf(gradloom, dark)).toBeGreaterThan(0.3);
    await expect(gradloom.inspector).toContainText(text('en', 'inspector.kind.healthy'));
  });

  await test.step('one undo takes it back; redone and saved, it is there after a reload', async () => {
    const activation = gradloom.inspector.getByLabel(text('en', 'parameter.activation.name'), { exact: true });
    await gradloom.button('command.undo').click();
    await expect(gradloom.button('command.undo')).toBeDisabled();
    await gradloom.selectNode('plain-dense-1');
    await expect(activation).toHaveValue('sigmoid');
    await expect(gradloom.transport).toContainText(text('en', 'training.state.outdated'));
    await gradloom.button('command.redo').click();
    await expect(activation).toHaveValue('relu');
    // The run measured this very network.
    await expect(gradloom.transport).not.toContainText(text('en', 'training.state.outdated'));
    await gradloom.save();

    await page.reload();
    await gradloom.whenReady();
    await gradloom.open(file);
    for (const layer of plainChain.filter((id) => /dense-\d+$/.test(id))) {
      const node = gradloom.document.graph.nodes.find(({ id }) => id === layer);
      expect(node?.params).toMatchObject({ activation: 'relu', kernelInitialiser: { kind: 'heNormal' } });
    }
    await gradloom.selectNode('plain-dense-1');
    await expect(activation).toHaveValue('relu');
    await gradloom.measureStepZero();
    expect((await gradloom.canvas()).wires[dark]?.value).toBeGreaterThan(1e-2);
  });
});

test('trained, the accuracy gap opens', async ({ gradloom }) => {
  await gradloom.run();
  const dock = await gradloom.openDock('curves');
  await gradloom.waitForState('finished', 110_000);

  const { epochs } = gradloom.telemetry;
  expect(epochs).toHaveLength(30);
  const last = epochs.at(-1);
  const plain = last?.training['accuracy/plain-output'] ?? Number.NaN;
  const residual = last?.training['accuracy/residual-output'] ?? Number.NaN;
  expect(residual).toBeGreaterThanOrEqual(0.95);
  expect(plain).toBeLessThanOrEqual(0.75);

  // The legend of the curves ends with the same two numbers.
  const accuracy = dock.locator('figure', { hasText: text('en', 'measure.accuracy') });
  await expect(accuracy.locator('[data-series="metric.0-training"]')).toHaveText(plain.toFixed(2));
  await expect(accuracy.locator('[data-series="metric.1-training"]')).toHaveText(residual.toFixed(2));
  await expect(gradloom.transport).toContainText('epoch 30/30');
});

/** Relative distance; infinite where one of the two is no number. */
function closeness(shown: number | null | undefined, expected: number): number {
  return typeof shown === 'number' ? Math.abs(shown - expected) / Math.abs(expected) : Number.POSITIVE_INFINITY;
}

/** How much the middle of a wire stands out from the canvas, 0 to 1: the largest difference of a colour channel. */
async function contrastOf(gradloom: GradloomPage, wire: string): Promise<number> {
  await gradloom.page.mouse.move(0, 0);
  const { x, y } = await gradloom.pointOnWire(wire);
  return gradloom.page.evaluate(
    ([left, top]) => {
      const canvas = document.querySelector('canvas');
      const context = canvas?.getContext('2d');
      if (canvas === null || context === null || context === undefined) return Number.NaN;
      const box = canvas.getBoundingClientRect();
      const scale = canvas.width / box.width;
      const [red, green, blue, alpha] = context.getImageData((left - box.left) * scale, (top - box.top) * scale, 1, 1)
        .data as unknown as [number, number, number, number];
      const ground = getComputedStyle(document.documentElement).getPropertyValue('--colour-canvas');
      const sample = document.createElement('canvas').getContext('2d');
      if (sample === null) return Number.NaN;
      sample.fillStyle = ground;
      sample.fillRect(0, 0, 1, 1);
      const under = sample.getImageData(0, 0, 1, 1).data;
      const differences = [red, green, blue].map((channel, index) => Math.abs(channel - (under[index] ?? 0)));
      return (Math.max(...differences) / 255) * (alpha / 255);
    },
    [x, y] as const,
  );
}
