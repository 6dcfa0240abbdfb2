import type { JsonValue } from '../graph/json.ts';
import type { Rival } from '../protocol/runs.ts';
import type { TextKey } from '../text/text.ts';
import type { HeadRatio, Symptoms } from './symptoms.ts';

/** What is looked for. */
export const ailments = ['vanishing', 'exploding', 'deadUnits', 'saturation', 'degradation', 'learningRate'] as const;
export type Ailment = (typeof ailments)[number];

/** `unsure`: something points to it, but not enough; `unmeasured`: what would tell was not measured (yet). */
export type Verdict = 'found' | 'unsure' | 'clear' | 'unmeasured';

type Reason = TextKey extends infer Key ? (Key extends `finding.${infer Code}` ? Code : never) : never;

/** What one detector concludes, with its evidence and its threshold in `values`. */
export interface Finding {
  readonly ailment: Ailment;
  readonly verdict: Verdict;
  /** A key of the text table under `finding.`. */
  readonly code: Reason;
  readonly values: Readonly<Record<string, JsonValue>>;
  /** The node that it is about: an output, or the layer that stands worst; null where it is the whole run. */
  readonly node: string | null;
}

/**
 * Where the detectors draw their lines. Ratios compare the gradient at the bottom with that at the top, between tensors of
 * one size, at the first step that was measured: what became small later is a consequence of training (claims.md).
 */
export const thresholds = {
  vanishing: { found: 1e-3, unsure: 1e-2 },
  exploding: { found: 1e3, unsure: 1e2 },
  /** Share of a layer's units that are 0 on every example. */
  dead: { found: 0.5, unsure: 0.2 },
  /** Share of a layer's elements on a flat part of its function. */
  flat: { found: 0.8, unsure: 0.5 },
  /** Loss now over the loss at the beginning, from which on nothing was learned; of another run over this one's. */
  learned: { stuck: 0.7, better: 0.5, epochs: 5, steps: 100 },
  /** Loss at the end over that at the beginning; update over weight. */
  rate: { risen: 2, update: 0.3, unsureUpdate: 0.1, fallen: 0.5, steps: 20 },
} as const;

/** Another run on the same batches, from the same seed, of a network that is shallower or residual: see `rivalOf`. */
export interface OtherRun extends Pick<Rival, 'kind' | 'depth'> {
  readonly name: string;
  readonly epochLosses: readonly (number | null)[];
}

/** What every detector concludes of one run, in the order of `ailments`. `others`: those that compare with it. */
export function findingsOf(symptoms: Symptoms, others: readonly OtherRun[] = []): readonly Finding[] {
  const vanishing = detectVanishing(symptoms);
  const exploding = detectExploding(symptoms);
  const dead = detectDead(symptoms);
  const saturation = detectSaturation(symptoms);
  const rate = detectRate(symptoms, exploding);
  const before = [vanishing, exploding, dead, saturation, rate];
  return [vanishing, exploding, dead, saturation, detectDegradation(symptoms, others, before), rate];
}

function extreme(ratios: readonly HeadRatio[], isWorse: (one: number, other: number) => boolean): HeadRatio | null {
  return ratios.reduce<HeadRatio | null>(
    (worst, one) => (worst === null || isWorse(one.ratio, worst.ratio) ? one : worst),
    null,
  );
}

function evidence({ step, ratio, bottomDepth, topDepth, elements }: HeadRatio): Record<string, JsonValue> {
  return { step, ratio, bottom: bottomDepth, top: topDepth, elements };
}

function detectVanishing({ first, latest }: Symptoms): Finding {
  const ailment = 'vanishing';
  const worst = extreme(first, (one, other) => one < other);
  if (worst === null) return { ailment, verdict: 'unmeasured', code: 'noRatio', values: {}, node: null };
  const { found, unsure } = thresholds.vanishing;
  const place = { node: worst.output };
  const values = { ...evidence(worst), found, unsure };
  if (worst.mark === 'underflow') return { ailment, verdict: 'found', code: 'vanishing.underflow', values, ...place };
  if (worst.mark === 'zero') return { ailment, verdict: 'unsure', code: 'vanishing.zero', values, ...place };
  if (worst.ratio <= found) return { ailment, verdict: 'found', code: 'vanishing.found', values, ...place };
  if (worst.ratio <= unsure) return { ailment, verdict: 'unsure', code: 'vanishing.unsure', values, ...place };
  const later = latest.find(({ output, ratio, step }) => {
    const start = first.find((one) => one.output === output);
    return start !== undefined && step > start.step && ratio <= found;
  });
  if (later === undefined) return { ailment, verdict: 'clear', code: 'vanishing.clear', values, ...place };
  const start = first.find(({ output }) => output === later.output) ?? worst;
  return {
    ailment,
    verdict: 'unsure',
    code: 'vanishing.late',
    values: { ...evidence(later), found, firstStep: start.step, firstRatio: start.ratio },
    node: later.output,
  };
}

function detectExploding({ first, latest }: Symptoms): Finding {
  const ailment = 'exploding';
  const worst = extreme(first, (one, other) => one > other);
  if (worst === null) return { ailment, verdict: 'unmeasured', code: 'noRatio', values: {}, node: null };
  const { found, unsure } = thresholds.exploding;
  const place = { node: worst.output };
  const values = { ...evidence(worst), found, unsure };
  if (worst.ratio >= found) return { ailment, verdict: 'found', code: 'exploding.found', values, ...place };
  if (worst.ratio >= unsure) return { ailment, verdict: 'unsure', code: 'exploding.unsure', values, ...place };
  const later = extreme(
    latest.filter(({ ratio, step }) => step > worst.step && ratio >= found),
    (one, other) => one > other,
  );
  if (later === null) return { ailment, verdict: 'clear', code: 'exploding.clear', values, ...place };
  return {
    ailment,
    verdict: 'unsure',
    code: 'exploding.late',
    values: { ...evidence(later), found, firstStep: worst.step, firstRatio: worst.ratio },
    node: later.output,
  };
}

function detectDead({ units }: Symptoms): Finding {
  const ailment = 'deadUnits';
  if (units === null) return { ailment, verdict: 'unmeasured', code: 'noUnits', values: {}, node: null };
  const { found, unsure } = thresholds.dead;
  let worst: { readonly node: string; readonly share: number; readonly values: Record<string, JsonValue> } | null =
    null;
  for (const { node, units: count, dead, examples } of units) {
    if (dead === null || count === 0) continue;
    const share = dead / count;
    if (worst === null || share > worst.share) worst = { node, share, values: { dead, units: count, examples } };
  }
  if (worst === null) return { ailment, verdict: 'clear', code: 'deadUnits.none', values: {}, node: null };
  const { node, share } = worst;
  const values = { ...worst.values, share, found, unsure };
  if (share >= found) return { ailment, verdict: 'found', code: 'deadUnits.found', values, node };
  if (share >= unsure) return { ailment, verdict: 'unsure', code: 'deadUnits.unsure', values, node };
  return { ailment, verdict: 'clear', code: 'deadUnits.clear', values, node };
}

function detectSaturation({ units }: Symptoms): Finding {
  const ailment = 'saturation';
  if (units === null) return { ailment, verdict: 'unmeasured', code: 'noUnits', values: {}, node: null };
  const { found, unsure } = thresholds.flat;
  let worst: { readonly node: string; readonly flat: number; readonly examples: number } | null = null;
  for (const { node, flat, examples } of units) {
    if (flat === null || Number.isNaN(flat)) continue;
    if (worst === null || flat > worst.flat) worst = { node, flat, examples };
  }
  if (worst === null) return { ailment, verdict: 'clear', code: 'saturation.none', values: {}, node: null };
  const { node, flat, examples } = worst;
  const values = { share: flat, examples, found, unsure };
  if (flat >= found) return { ailment, verdict: 'found', code: 'saturation.found', values, node };
  if (flat >= unsure) return { ailment, verdict: 'unsure', code: 'saturation.unsure', values, node };
  return { ailment, verdict: 'clear', code: 'saturation.clear', values, node };
}

/** Mean of the first, or last, tenth of the losses that came in. */
function tenth(losses: Symptoms['losses'], end: 'first' | 'last'): number {
  const count = Math.max(1, Math.floor(losses.length / 10));
  const part = end === 'first' ? losses.slice(0, count) : losses.slice(-count);
  return part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
}

function detectRate({ losses, notFinite, update }: Symptoms, exploding: Finding): Finding {
  const ailment = 'learningRate';
  const { risen, update: large, unsureUpdate, fallen, steps } = thresholds.rate;
  const node = null;
  const isExploding =
    exploding.verdict === 'found' || (exploding.verdict === 'unsure' && exploding.code !== 'exploding.late');
  if (notFinite !== null) {
    const values = { step: notFinite.step, steps };
    // A gradient that explodes before the first update breaks a run at any rate.
    if (isExploding || notFinite.step === 0) {
      return { ailment, verdict: 'unsure', code: 'learningRate.notFiniteExploding', values, node };
    }
    return { ailment, verdict: 'found', code: 'learningRate.notFinite', values, node };
  }
  const begin = losses[0];
  const end = losses.at(-1);
  if (begin === undefined || end === undefined || end.step - begin.step < steps) {
    return { ailment, verdict: 'unmeasured', code: 'early', values: { steps }, node };
  }
  const first = begin.loss;
  const last = tenth(losses, 'last');
  const change = first > 0 ? last / first : Number.NaN;
  const values = {
    first,
    last,
    step: end.step,
    change,
    update: update?.ratio ?? null,
    updateStep: update?.step ?? null,
  };
  if (change >= risen) {
    const verdict = isExploding ? 'unsure' : 'found';
    return { ailment, verdict, code: 'learningRate.risen', values: { ...values, risen }, node };
  }
  if (update !== null && !(change <= fallen)) {
    if (update.ratio >= large) {
      return { ailment, verdict: 'found', code: 'learningRate.update', values: { ...values, limit: large }, node };
    }
    if (update.ratio >= unsureUpdate) {
      return {
        ailment,
        verdict: 'unsure',
        code: 'learningRate.update',
        values: { ...values, limit: unsureUpdate },
        node,
      };
    }
  }
  return { ailment, verdict: 'clear', code: 'learningRate.clear', values, node };
}

/**
 * Degradation: a deeper network fits the training set worse although its gradient arrives (He et al. 2015). One run alone
 * cannot show it; a run beside it that fits much better on the same batches can.
 */
function detectDegradation(
  { losses, epochLosses, first, depth }: Symptoms,
  others: readonly OtherRun[],
  before: readonly Finding[],
): Finding {
  const ailment = 'degradation';
  const node = null;
  const { stuck, better, epochs, steps } = thresholds.learned;
  const begin = losses[0];
  const end = losses.at(-1);
  const loss = epochLosses.at(-1);
  if (
    begin === undefined ||
    end === undefined ||
    loss === undefined ||
    epochLosses.length < epochs ||
    end.step < steps
  ) {
    return { ailment, verdict: 'unmeasured', code: 'early', values: { epochs, steps }, node };
  }
  const cause = before.find(({ verdict }) => verdict === 'found');
  if (cause !== undefined) {
    return { ailment, verdict: 'clear', code: 'degradation.otherCause', values: { cause: cause.ailment }, node };
  }
  const ratio = extreme(first, (one, other) => Math.abs(Math.log(one)) > Math.abs(Math.log(other)));
  const values = {
    loss,
    first: begin.loss,
    step: end.step,
    ratio: ratio?.ratio ?? null,
    ratioStep: ratio?.step ?? null,
  };
  const doubtful = before.some(({ verdict, code }) => verdict === 'unsure' && code !== 'vanishing.late');
  // Both after as many epochs as this run has: a longer run has seen more.
  const compared = others.flatMap((other) => {
    const otherLoss = other.epochLosses[epochLosses.length - 1] ?? null;
    return otherLoss === null ? [] : [{ ...other, otherLoss }];
  });
  const rival = compared.find(({ otherLoss }) => otherLoss <= better * loss);
  if (ratio !== null && rival !== undefined) {
    const verdict = doubtful ? 'unsure' : 'found';
    const { name: other, otherLoss, depth: otherDepth } = rival;
    const told = { ...values, epoch: epochLosses.length, other, otherLoss, depth, otherDepth };
    return { ailment, verdict, code: `degradation.${rival.kind}`, values: told, node };
  }
  const [equal] = compared;
  if (equal !== undefined && begin.loss > 0 && loss >= stuck * begin.loss) {
    const told = { ...values, epoch: epochLosses.length, other: equal.name, otherLoss: equal.otherLoss, stuck };
    return { ailment, verdict: 'unsure', code: 'degradation.alike', values: told, node };
  }
  if (begin.loss > 0 && loss >= stuck * begin.loss) {
    return { ailment, verdict: 'unsure', code: 'degradation.alone', values: { ...values, stuck }, node };
  }
  return { ailment, verdict: 'clear', code: 'degradation.clear', values: { ...values, stuck }, node };
}
