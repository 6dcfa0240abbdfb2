/** One step of a range test: the rate it was taken with and the batch's loss before it. */
export interface RatePoint {
  readonly rate: number;
  readonly loss: number;
}

/** What a range test shows. */
export interface RateRange {
  /** The points up to where the loss ran away, each with the smoothed loss there. */
  readonly points: readonly (RatePoint & { readonly smooth: number })[];
  /** Where the smoothed loss was least. */
  readonly lowest: RatePoint | null;
  /** A tenth of the rate at the least smoothed loss; null where the loss did not fall enough to say, or fell to the end. */
  readonly suggestion: number | null;
  readonly reason: 'found' | 'notFallen' | 'fallsToTheEnd' | 'tooFew';
}

/** How a range test is read; what each means is told with the result. */
export const rangeRule = {
  /** Weight of the past in the smoothed loss. */
  smoothing: 0.9,
  /** The test ends where the smoothed loss is this many times its least. */
  runaway: 4,
  /** The least smoothed loss must lie below this share of the first one. */
  fallen: 0.9,
  /** The suggestion is the rate at the least smoothed loss divided by this. */
  divisor: 10,
  points: 20,
} as const;

/** What the rate is multiplied by from step to step, so that step 0 has `from` and step `steps` − 1 has `to`. */
export function rateGrowth(from: number, to: number, steps: number): number {
  return steps > 1 ? (to / from) ** (1 / (steps - 1)) : 1;
}

/**
 * Reads a range test (Smith 2017, "Cyclical Learning Rates for Training Neural Networks", section 3.3). The loss is smoothed
 * by an exponential mean that is corrected for its start (Kingma and Ba 2015, section 3). That the rate at the least loss
 * is divided by ten is a rule of thumb, no theorem: at the least loss itself the network is about to diverge. Points that
 * are not finite end the test.
 */
export function readRange(given: readonly RatePoint[]): RateRange {
  const { smoothing, runaway, fallen, divisor, points: needed } = rangeRule;
  const points: (RatePoint & { readonly smooth: number })[] = [];
  let mean = 0;
  let lowest: (RatePoint & { readonly smooth: number }) | null = null;
  let hasRunAway = false;
  for (const { rate, loss } of given) {
    if (!Number.isFinite(loss)) hasRunAway = true;
    if (hasRunAway) break;
    mean = smoothing * mean + (1 - smoothing) * loss;
    const point = { rate, loss, smooth: mean / (1 - smoothing ** (points.length + 1)) };
    points.push(point);
    if (lowest === null || point.smooth < lowest.smooth) lowest = point;
    hasRunAway = point.smooth > runaway * lowest.smooth && lowest.smooth > 0;
  }
  const read = (reason: RateRange['reason']): RateRange => ({
    points,
    lowest: lowest === null ? null : { rate: lowest.rate, loss: lowest.smooth },
    suggestion: reason === 'found' && lowest !== null ? lowest.rate / divisor : null,
    reason,
  });
  const [first] = points;
  if (first === undefined || lowest === null || points.length < needed) return read('tooFew');
  if (lowest.smooth > fallen * first.smooth) return read('notFallen');
  return read(lowest === points.at(-1) && !hasRunAway ? 'fallsToTheEnd' : 'found');
}
