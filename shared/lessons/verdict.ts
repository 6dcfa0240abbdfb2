import type { Reading } from '../protocol/lessons.ts';
import { spread } from '../theory/spread.ts';
import type { Condition, StepOf } from './lesson.ts';
import type { Figure } from './words.ts';

/** What a measure gave at one place, seed by seed; numbers that are not finite among them. */
export interface Figures {
  readonly values: readonly { readonly seed: number; readonly value: number }[];
  /** The step of the measurement, where it is one. */
  readonly step: number | null;
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
}

const near = 1e-9;

function valueAt({ points }: Reading, at: number | null): number | undefined {
  const point =
    at === null
      ? points.length === 1
        ? points[0]
        : points.at(-1)
      : points.find(({ x }) => x !== null && Math.abs(x - at) <= near * Math.max(1, Math.abs(at)));
  return point === undefined ? undefined : Number(point.y);
}

/**
 * What the readings say of a measure: at x = `at`, or its only or last point. Null where it was not measured. Of numbers that
 * are not finite the median and range are taken by order: −∞ before, ∞ behind, NaN nowhere.
 */
export function figuresOf(readings: readonly Reading[], { of, at }: Figure): Figures | null {
  const own = readings.filter(({ experiment, measure }) => `${experiment}.${measure}` === of);
  const values = own.flatMap((reading) => {
    const value = valueAt(reading, at);
    return value === undefined ? [] : [{ seed: reading.seed, value }];
  });
  return values.length === 0 ? null : summary(values, own[0]?.step ?? null);
}

function summary(values: Figures['values'], step: number | null): Figures {
  const finite = spread(values.map(({ value }) => value));
  const sorted = values.map(({ value }) => value).filter((value) => !Number.isNaN(value));
  sorted.sort((one, other) => one - other);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return {
    values,
    step,
    median: finite !== null && finite.count === values.length ? finite.median : middle,
    minimum: sorted[0] ?? Number.NaN,
    maximum: sorted.at(-1) ?? Number.NaN,
  };
}

/** What a condition is about: the measure, or its quotient with another under each seed. Null where it was not measured. */
export function subjectOf(readings: readonly Reading[], { of, at, over, overAt }: Condition): Figures | null {
  const own = figuresOf(readings, { of, at: at ?? null });
  if (over === undefined || own === null) return own;
  const other = figuresOf(readings, { of: over, at: overAt ?? at ?? null });
  if (other === null) return null;
  const bySeed = new Map(other.values.map(({ seed, value }) => [seed, value]));
  const quotients = own.values.flatMap(({ seed, value }) => {
    const divisor = bySeed.get(seed);
    return divisor === undefined ? [] : [{ seed, value: value / divisor }];
  });
  return quotients.length === 0 ? null : summary(quotients, own.step);
}

/** Whether a bound holds; null where what it is about was not measured. NaN keeps no bound. */
export function conditionHolds(readings: readonly Reading[], condition: Condition): boolean | null {
  const subject = subjectOf(readings, condition);
  if (subject === null) return null;
  const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, seeds = 'every' } = condition;
  const keeps = (value: number): boolean => value >= least && value <= most;
  return seeds === 'median' ? keeps(subject.median) : subject.values.every(({ value }) => keeps(value));
}

/** Whether all hold; null where one of them was not measured. */
export function allHold(readings: readonly Reading[], conditions: readonly Condition[]): boolean | null {
  const each = conditions.map((condition) => conditionHolds(readings, condition));
  return each.includes(null) ? null : each.every((holds) => holds === true);
}

type Verdict = StepOf<'verdict'>;

/** What a verdict comes to. */
export interface Outcome {
  /** `open`: nothing was foreseen for what was measured. */
  readonly holds: Verdict['outcomes'][number]['holds'] | 'open';
  readonly words: Verdict['otherwise'];
}

/** The first outcome whose bounds all hold; null while something that one of them is about is not measured yet. */
export function verdictOf(readings: readonly Reading[], { outcomes, otherwise }: Verdict): Outcome | null {
  const held = outcomes.map(({ when }) => allHold(readings, when));
  if (held.includes(null)) return null;
  const found = outcomes[held.indexOf(true)];
  return found === undefined ? { holds: 'open', words: otherwise } : { holds: found.holds, words: found.words };
}

/** A committed prediction: the option chosen, or the number. */
export type Prediction = string | number;

/** Whether a prediction was right; null while it is not measured yet. */
export function isRight(
  readings: readonly Reading[],
  { answer }: StepOf<'predict'>,
  prediction: Prediction,
): boolean | null {
  if (answer.kind === 'choice') {
    const option = answer.options.find(({ id }) => id === prediction);
    return option === undefined ? null : allHold(readings, option.when);
  }
  const figures = figuresOf(readings, { of: answer.of, at: answer.at ?? null });
  if (figures === null) return null;
  const ratio = Number(prediction) / figures.median;
  return ratio >= 1 / answer.factor && ratio <= answer.factor;
}
