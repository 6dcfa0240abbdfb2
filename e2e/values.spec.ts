import { shortLoop, small } from './fixtures/documents.ts';
import { expect, test } from './fixtures/test.ts';

test('a value follows the scrubber and the example, and stands large below', async ({ gradloom }) => {
  await gradloom.show(shortLoop(4), 'loop.gradloom.json');
  const wire = gradloom.document.graph.wires.find(({ to }) => to.node === 'rla' && to.port === 'next.x');
  if (wire === undefined) throw new Error('the template has no wire into the state x');
  await gradloom.selectWire(wire.from.node, 'rla');
  const dock = await gradloom.openDock('values');
  const picture = dock.getByRole('img');
  await expect(picture).toBeVisible();
  await expect(dock).toContainText(gradloom.say('example.weights.initial'));
  // The first iteration is shown first: wires into states have a path there, as the last one's may not.
  await expect(dock).toContainText(gradloom.say('values.iteration.of', { iteration: 1, count: 4 }));

  const range = dock.getByText(gradloom.say('values.range'), { exact: false });
  const atFirst = await range.first().textContent();
  await dock.getByRole('button', { name: gradloom.say('values.iteration.next'), exact: true }).click();
  await expect(dock).toContainText(gradloom.say('values.iteration.of', { iteration: 2, count: 4 }));
  await expect(range.first()).not.toHaveText(atFirst ?? '');

  const ofFirst = await range.first().textContent();
  await dock.getByRole('button', { name: gradloom.say('example.next'), exact: true }).click();
  await expect(dock.getByRole('textbox', { name: gradloom.say('example.number') })).toHaveValue('2');
  await expect(range.first()).not.toHaveText(ofFirst ?? '');

  await dock.getByText(gradloom.say('values.histogram'), { exact: true }).click();
  await expect(dock.getByRole('img', { name: /histogram of/ })).toBeInViewport({ ratio: 0.9 });
  await dock.getByText(gradloom.say('values.histogram'), { exact: true }).click();
  await expect(dock.getByRole('img', { name: /histogram of/ })).toBeHidden();

  await dock.getByRole('switch', { name: gradloom.say('values.gradient.show') }).click();
  await expect(dock.getByRole('heading', { name: gradloom.say('values.gradient'), exact: true })).toBeVisible();
  await expect(picture).toHaveCount(2);

  // The scrubber on the canvas and the one here are the same.
  await gradloom.measureStepZero();
  const strip = gradloom.page.getByRole('slider', { name: gradloom.say('canvas.loop.strip') });
  await strip.press('End');
  await expect(dock).toContainText(gradloom.say('values.iteration.of', { iteration: 4, count: 4 }));
  await expect(dock).toContainText(gradloom.say('example.weights.run', { step: '0' }));
});

test('after training a value is that of the trained weights, in the inspector too', async ({ gradloom }) => {
  await gradloom.show(small(), 'small.gradloom.json');
  await gradloom.selectNode('class');
  const section = gradloom.inspector.getByRole('region', { name: gradloom.say('values.title'), exact: true });
  await expect(section).toContainText(gradloom.say('example.weights.initial'));
  const before = await section.getByText(gradloom.say('values.range'), { exact: false }).textContent();
  await gradloom.run();
  await gradloom.waitForState('finished');
  // 200 examples for training in batches of 20, twice.
  await expect(section).toContainText(gradloom.say('example.weights.run', { step: '20' }));
  await expect(section.getByText(gradloom.say('values.range'), { exact: false })).not.toHaveText(before ?? '');
});
