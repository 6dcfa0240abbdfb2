import { expect, test } from 'vitest';
import type { EngineRequest, EngineResults } from '#shared/protocol/engine';
import { measureSlice } from './lossSlice.ts';

/** An engine whose loss at (a, b) is a + 10·b, and what it was asked for. */
function tilted(): { request: Parameters<typeof measureSlice>[0]['request']; asked: EngineRequest[] } {
  const asked: EngineRequest[] = [];
  const answer = (request: EngineRequest): EngineResults[keyof EngineResults] => {
    asked.push(request);
    if (request.kind === 'sliceStart') {
      return { step: 3, examples: 5, names: ['loss'], centre: [0], elements: { all: 2, moved: 1 } };
    }
    return request.kind === 'slicePoints' ? request.points.map(([a, b]) => [a + 10 * b]) : null;
  };
  return { request: ((request: EngineRequest) => Promise.resolve(answer(request))) as never, asked };
}

const span = { points: 9, range: 2, seed: 1, examples: 100 };

test('the points come row by row, in several requests, and what was held is let go', async () => {
  const { request, asked } = tilted();
  const told: number[] = [];
  const slice = await measureSlice({ request }, { run: 'r' }, span, new Promise(() => undefined), (done) =>
    told.push(done),
  );
  expect(slice).toMatchObject({ step: 3, examples: 5, points: 9, range: 2 });
  const along = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];
  expect(slice?.surfaces[0]?.values).toEqual(along.flatMap((b) => along.map((a) => a + 10 * b)));
  expect(told[0]).toBe(0);
  expect(told.at(-1)).toBe(81);
  expect(asked.filter(({ kind }) => kind === 'slicePoints').length).toBeGreaterThan(1);
  expect(asked.at(-1)).toMatchObject({ kind: 'sliceEnd' });
});

test('a wish to stop ends it between two requests, and what was held is let go', async () => {
  const { request, asked } = tilted();
  let stop: () => void = () => undefined;
  const wish = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const slice = await measureSlice({ request }, { run: 'r' }, span, wish, () => stop());
  expect(slice).toBeNull();
  expect(asked.map(({ kind }) => kind)).toEqual(['sliceStart', 'slicePoints', 'sliceEnd']);
});
