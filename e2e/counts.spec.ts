import type { CanvasProbe } from '../renderer/canvas/overlay/probe.ts';
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
  expect(after.draw - before.draw).toBeGreaterThan(5);
  // A frame that came before the first count may be drawn after it.
  expect(after.draw - before.draw).toBeLessThanOrEqual(came + 1);
  await gradloom.stop();
});
