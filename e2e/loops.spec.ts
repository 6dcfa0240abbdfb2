import { text } from '#shared/text/text';
import { shortLoop } from './fixtures/documents.ts';
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
  await expect(strip).toHaveAttribute('aria-valuenow', String(iterations));

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

/** The last wire into a state of the last iteration reaches no loss: it is shown as such, and counts as zero here. */
function expectClose(shown: readonly (number | null)[] | undefined, expected: readonly number[]): void {
  expect(shown).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) {
    const is = shown?.[index] ?? 0;
    expect(Math.abs(is - value) / Math.max(value, 1e-30), `iteration ${index + 1}: ${is}, ${value}`).toBeLessThan(1e-4);
  }
}
