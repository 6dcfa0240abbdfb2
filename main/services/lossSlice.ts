import { randomBytes } from 'node:crypto';
import type { SliceBegun, Subject } from '#shared/protocol/engine';
import type { LossSlice, SliceSpan } from '#shared/theory/lossSlice';
import { slicePoints } from '#shared/theory/lossSlice';
import type { EngineClient } from './engineClient.ts';

/** Milliseconds that one request to the engine is to take: as long may a run or a wish to stop wait. */
const requestMilliseconds = 100;
/** Points of one request at most. */
const mostPoints = 64;

/**
 * Measures the loss around a subject's weights of this moment, some points at a time, so that a run of the same engine
 * goes on in between. Null where `stop` settled before the end.
 * @throws ServiceError: what the engine says
 */
export async function measureSlice(
  engine: Pick<EngineClient, 'request'>,
  of: Subject,
  span: SliceSpan,
  stop: Promise<unknown>,
  told: (done: number, points: number) => void = () => undefined,
): Promise<LossSlice | null> {
  const slice = `slice-${randomBytes(6).toString('hex')}`;
  let isWanted = true;
  void stop.then(() => {
    isWanted = false;
  });
  const { seed, examples } = span;
  const begun = await engine.request({ kind: 'sliceStart', slice, of, seed, examples });
  try {
    const points = slicePoints(span);
    const losses: (readonly number[])[] = [];
    let atOnce = 1;
    while (losses.length < points.length) {
      if (!isWanted) return null;
      told(losses.length, points.length);
      const since = performance.now();
      const chunk = points.slice(losses.length, losses.length + atOnce);
      losses.push(...(await engine.request({ kind: 'slicePoints', slice, points: chunk })));
      const each = (performance.now() - since) / chunk.length;
      atOnce = Math.max(1, Math.min(mostPoints, Math.floor(requestMilliseconds / Math.max(each, 0.1))));
    }
    told(losses.length, points.length);
    return sliceOf(span, begun, losses);
  } finally {
    // Where the engine died, nothing is held any more.
    await engine.request({ kind: 'sliceEnd', slice }).catch(() => undefined);
  }
}

function sliceOf(span: SliceSpan, begun: SliceBegun, losses: readonly (readonly number[])[]): LossSlice {
  const { step, examples, elements, names, centre } = begun;
  return {
    ...span,
    examples,
    step,
    elements,
    surfaces: names.map((name, at) => ({
      name,
      centre: centre[at] ?? Number.NaN,
      values: losses.map((point) => point[at] ?? Number.NaN),
    })),
  };
}
