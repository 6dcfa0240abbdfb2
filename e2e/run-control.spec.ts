import { text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';
import { endless, small } from './fixtures/documents.ts';
import { expect, test } from './fixtures/test.ts';

const say = (key: TextKey, values?: Readonly<Record<string, unknown>>): string => text('en', key, values);

test('step, run, pause, go on, stop: the numbers beside the controls are those of the run', async ({ gradloom }) => {
  await gradloom.show(endless());
  const { transport, telemetry } = gradloom;
  await expect(transport).toContainText(say('training.state.idle'));
  await expect(gradloom.button('training.pause')).toHaveCount(0);
  await expect(gradloom.button('training.stop')).toBeDisabled();

  await gradloom.measureStepZero();
  await expect(transport).toContainText('step 0/9,999,999');
  for (const step of [1, 2]) {
    await gradloom.step();
    await gradloom.waitForStepOnCanvas(step);
    await expect(transport).toContainText(`step ${step}/9,999,999`);
    await gradloom.waitForState('paused');
  }
  // A step measures, trains and measures again: what is shown while the run waits is the network as it is.
  expect([...new Set(telemetry.ownFrames.map(({ step }) => step))]).toEqual([0, 1, 2]);

  await gradloom.run();
  await expect.poll(() => telemetry.latest.step).toBeGreaterThan(12);
  await expect(transport).toContainText(/\d examples\/s/);
  await gradloom.pause();
  // The last frames may come after the word that the run waits: both sides are asked anew until they agree.
  await expect
    .poll(async () => {
      const drawn = Object.values((await gradloom.canvas()).wires).find((wire) => wire !== null)?.step;
      return drawn === telemetry.latest.step;
    })
    .toBe(true);
  const held = telemetry.latest.step;
  await expect(transport).toContainText(`step ${held.toLocaleString('en-US')}/9,999,999`);
  await expect(transport).toContainText(`epoch ${Math.floor(held / 10) + 1}/1,000,000`);

  await gradloom.run();
  await expect.poll(() => telemetry.latest.step).toBeGreaterThan(held + 5);
  await gradloom.stop();
  await expect(gradloom.button('training.stop')).toBeDisabled();
  const last = telemetry.latest.step;
  await expect(gradloom.button('training.run')).toBeEnabled();
  expect(telemetry.latest.step).toBe(last);
});

test('the same seed gives the same run, another seed another one', async ({ gradloom }) => {
  await gradloom.show(small());
  const losses = async (): Promise<readonly number[]> => {
    await gradloom.run();
    await gradloom.waitForState('finished');
    await expect(gradloom.transport).toContainText('step 19/19');
    // The legend of the canvas names the step whose numbers it explains, counted likewise.
    const legend = gradloom.page.getByRole('region', { name: say('canvas.legend'), exact: true });
    await expect(legend).toContainText(say('canvas.legend.step', { step: '19' }));
    return gradloom.telemetry.epochs.slice(-2).map(({ training }) => training['loss'] ?? Number.NaN);
  };
  const first = await losses();
  expect(await losses()).toEqual(first);
  await gradloom.page
    .getByRole('navigation', { name: say('app.rail') })
    .getByRole('button', { name: say('app.rail.training'), exact: true })
    .click();
  await gradloom.page.getByLabel(say('training.seed'), { exact: true }).fill('2');
  await gradloom.page.keyboard.press('Enter');
  const other = await losses();
  expect(other).not.toEqual(first);
  for (const loss of [...first, ...other]) expect(loss).toBeGreaterThan(0);
});

test('a network goes on from the weights of its last run, wherever an edit left them', async ({ gradloom }) => {
  const { page, telemetry } = gradloom;
  const { training, ...rest } = small();
  await gradloom.show({ ...rest, training: { ...training, epochs: 20 } });
  const keep = gradloom.button('training.runFromWeights');
  await expect(keep).toBeDisabled();
  await gradloom.run();
  await gradloom.waitForState('finished');
  const lossAfter = (epoch: number): number => {
    const own = telemetry.epochs.filter(({ run }) => run === telemetry.table.run);
    return own.at(epoch - 1)?.training['loss'] ?? Number.NaN;
  };
  const [fresh, reached] = [lossAfter(1), lossAfter(20)];
  expect(reached).toBeLessThan(fresh);

  const before = telemetry.table.run;
  await keep.click();
  await expect(page.getByText(say('training.kept', { kept: 4, all: 4 }))).toBeVisible();
  await expect.poll(() => telemetry.table.run).not.toBe(before);
  await gradloom.waitForState('finished');
  expect(Math.abs(lossAfter(1) - reached)).toBeLessThan(0.2 * (fresh - reached));

  await gradloom.selectNode('hidden');
  const units = gradloom.inspector.getByLabel(say('parameter.units.name'), { exact: true });
  await units.fill('12');
  await units.press('Enter');
  await keep.click();
  await expect(page.getByText(say('training.kept', { kept: 1, all: 4 }))).toBeVisible();
});

test('a run that leaves the numbers stops and names the place', async ({ gradloom }) => {
  const { graph, training, ...rest } = small();
  // Two linear layers whose weights become about 1e30 each: their product has no place in float32.
  const nodes = graph.nodes.map((node) => (node.id === 'hidden' ? { ...node, params: { units: 8 } } : node));
  const optimiser = { kind: 'sgd', learningRate: 1e30, momentum: 0 } as const;
  await gradloom.show({ ...rest, graph: { ...graph, nodes }, training: { ...training, optimiser } });
  await gradloom.button('training.run').click();
  await gradloom.waitForState('failed');
  await expect(gradloom.page.getByText(/became (infinite|“not a number”) at step \d+/)).toBeVisible();
});

test('the engine dies: the window says so, work is safe, a new one trains', async ({ gradloom }) => {
  const { page } = gradloom;
  await gradloom.show(endless(), 'endless.gradloom.json');
  await gradloom.selectNode('hidden');
  const units = gradloom.inspector.getByLabel(say('parameter.units.name'), { exact: true });
  await units.fill('12');
  await units.press('Enter');
  await gradloom.run();
  await expect.poll(() => gradloom.telemetry.frames.length).toBeGreaterThan(3);

  const alert = page.getByRole('alert').filter({ hasText: say('engine.banner.died') });
  const [pid] = await Promise.all([gradloom.killEngine(), alert.waitFor()]);
  await gradloom.waitForState('failed');

  await gradloom.whenReady();
  await expect(alert).toContainText(say('engine.banner.replaced.help'));
  expect(await gradloom.enginePid()).not.toBe(pid);
  await expect(units).toHaveValue('12');
  expect(await gradloom.undoLabel()).toBe(
    say('inspector.edit.parameter', { parameter: say('parameter.units.name'), name: 'hidden' }),
  );
  await gradloom.save();
  expect(gradloom.read('endless.gradloom.json').graph.nodes[1]?.params).toMatchObject({ units: 12 });

  const frames = gradloom.telemetry.frames.length;
  await gradloom.run();
  await expect.poll(() => gradloom.telemetry.frames.length).toBeGreaterThan(frames + 3);
  await expect(alert).toHaveCount(0);
  expect(gradloom.telemetry.table.weights.find(({ node }) => node === 'hidden')?.shape).toEqual([2, 12]);
  await gradloom.stop();
});
