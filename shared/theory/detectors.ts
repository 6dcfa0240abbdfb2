import { jsonEqual } from '../graph/json.ts';
import type { JsonValue } from '../graph/json.ts';
import type { Rival } from '../protocol/runs.ts';
import type { TextKey } from '../text/text.ts';
import type { LoopRatio } from './loopRatio.ts';
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
  /** The node that it is about: an output, a loop, or the layer that stands worst; null where it is the whole run. */
  readonly node: string | null;
}

/**
 * Where the detectors draw their lines. Ratios compare the gradient at the bottom with that at the top, between tensors of
 * one size, or the gradient at a loop's states behind its first iteration with that behind its last, at the first step that
 * was measured: what became small later is a consequence of training (claims.md).
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

function extreme<Ratio extends { readonly ratio: number }>(
  ratios: readonly Ratio[],
  isWorse: (one: number, other: number) => boolean,
): Ratio | null {
  return ratios.reduce<Ratio | null>(
    (worst, one) => (worst === null || isWorse(one.ratio, worst.ratio) ? one : worst),
    null,
  );
}

const isSmaller = (one: number, other: number): boolean => one < other;
const isLarger = (one: number, other: number): boolean => one > other;

function evidence({ step, ratio, bottomDepth, topDepth, elements }: HeadRatio): Record<string, JsonValue> {
  return { step, ratio, bottom: bottomDepth, top: topDepth, elements };
}

/** `factor`: the geometric mean of what an iteration multiplies by. Measured: neither a spectral radius nor a singular value. */
function loopEvidence({ step, ratio, last, around }: LoopRatio): Record<string, JsonValue> {
  const path = around.map((way) => ('loop' in way ? `${way.loop}=${way.iteration}` : `@${way.instance}`)).join('/');
  return { step, ratio, last, factor: ratio ** (1 / (last - 1)), ...(path === '' ? {} : { path }) };
}

/** Two readings say different things of one network; what was found says more than what is doubtful. */
const weight: Readonly<Record<Verdict, number>> = { found: 3, unsure: 2, unmeasured: 1, clear: 0 };

function detectVanishing(symptoms: Symptoms): Finding {
  const depth = vanishingByDepth(symptoms);
  const along = vanishingAlongLoops(symptoms);
  return judged(symptoms, depth, along, { code: 'vanishing.clearBoth', unseen: 'vanishing.unseen' });
}

function detectExploding(symptoms: Symptoms): Finding {
  const depth = explodingByDepth(symptoms);
  const along = explodingAlongLoops(symptoms);
  return judged(symptoms, depth, along, { code: 'exploding.clearBoth', unseen: 'exploding.unseen' });
}

/** One finding of what the readings by depth and along the loops say; null: there is none. */
function judged(
  { unseen }: Symptoms,
  depth: Finding,
  along: Finding | null,
  words: { readonly code: Reason; readonly unseen: Reason },
): Finding {
  const isAlone = depth.code === 'noRatio';
  const isLoop =
    along !== null && (isAlone || weight[along.verdict] > weight[depth.verdict] || outweighs(along, depth));
  const worse = isLoop ? along : depth;
  if (worse.verdict === 'found' || worse.verdict === 'unsure') return worse;
  const [layer] = unseen;
  if (layer !== undefined) {
    const values = { ratio: depth.values['ratio'] ?? null, layers: unseen.length };
    return { ...depth, verdict: 'unmeasured', code: words.unseen, values, node: layer };
  }
  if (along === null || isAlone || worse.verdict === 'unmeasured') return worse;
  const values = { ...depth.values, loopRatio: along.values['ratio'] ?? null, last: along.values['last'] ?? null };
  return { ...along, code: words.code, values };
}

/** Of what both find the loop is told, which is the narrower place, where half or more of it comes about there. */
function outweighs(along: Finding, depth: Finding): boolean {
  const size = ({ values }: Finding): number => Math.abs(Math.log(Number(values['ratio'])));
  return along.verdict === 'found' && depth.verdict === 'found' && 2 * size(along) >= size(depth);
}

function vanishingByDepth({ first, latest }: Symptoms): Finding {
  const ailment = 'vanishing';
  const worst = extreme(first, isSmaller);
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

/** Null where no loop was measured. */
function vanishingAlongLoops({ firstLoops, latestLoops }: Symptoms): Finding | null {
  const ailment = 'vanishing';
  const worst = extreme(firstLoops, isSmaller);
  if (worst === null) return null;
  const { found, unsure } = thresholds.vanishing;
  const node = worst.loop;
  const values = { ...loopEvidence(worst), found, unsure };
  if (worst.mark === 'underflow') return { ailment, verdict: 'found', code: 'vanishing.loopUnderflow', values, node };
  if (worst.mark === 'zero') return { ailment, verdict: 'unsure', code: 'vanishing.loopZero', values, node };
  if (worst.ratio <= found) return { ailment, verdict: 'found', code: 'vanishing.loop', values, node };
  if (worst.ratio <= unsure) return { ailment, verdict: 'unsure', code: 'vanishing.loopUnsure', values, node };
  const late = extreme(laterLoops(firstLoops, latestLoops), isSmaller);
  if (late !== null && late.ratio <= found) {
    const told = { ...loopEvidence(late), found, firstStep: late.start.step, firstRatio: late.start.ratio };
    return { ailment, verdict: 'unsure', code: 'vanishing.loopLate', values: told, node: late.loop };
  }
  const often = firstLoops.find(({ isReadOften }) => isReadOften);
  if (often !== undefined) {
    const told = { ...loopEvidence(often), found, unsure };
    return { ailment, verdict: 'unmeasured', code: 'vanishing.loopReadOften', values: told, node: often.loop };
  }
  return { ailment, verdict: 'clear', code: 'vanishing.loopClear', values, node };
}

function explodingByDepth({ first, latest }: Symptoms): Finding {
  const ailment = 'exploding';
  const worst = extreme(first, isLarger);
  if (worst === null) return { ailment, verdict: 'unmeasured', code: 'noRatio', values: {}, node: null };
  const { found, unsure } = thresholds.exploding;
  const place = { node: worst.output };
  const values = { ...evidence(worst), found, unsure };
  if (worst.ratio >= found) return { ailment, verdict: 'found', code: 'exploding.found', values, ...place };
  if (worst.ratio >= unsure) return { ailment, verdict: 'unsure', code: 'exploding.unsure', values, ...place };
  const later = extreme(
    latest.filter(({ ratio, step }) => step > worst.step && ratio >= found),
    isLarger,
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

/** Null where no loop was measured. */
function explodingAlongLoops({ firstLoops, latestLoops }: Symptoms): Finding | null {
  const ailment = 'exploding';
  const worst = extreme(firstLoops, isLarger);
  if (worst === null) return null;
  const { found, unsure } = limitsOf(worst);
  const node = worst.loop;
  const values = { ...loopEvidence(worst), found, unsure };
  if (worst.ratio >= found) return { ailment, verdict: 'found', code: 'exploding.loop', values, node };
  if (worst.ratio >= unsure) return { ailment, verdict: 'unsure', code: 'exploding.loopUnsure', values, node };
  const late = extreme(laterLoops(firstLoops, latestLoops), isLarger);
  if (late !== null && late.ratio >= limitsOf(late).found) {
    const told = { ...loopEvidence(late), firstStep: late.start.step, firstRatio: late.start.ratio };
    return { ailment, verdict: 'unsure', code: 'exploding.loopLate', values: told, node: late.loop };
  }
  return { ailment, verdict: 'clear', code: 'exploding.loopClear', values, node };
}

/** Where the loss reads every iteration, a gradient that only keeps its size adds up to as many times itself. */
function limitsOf({ isReadOften, last }: LoopRatio): { readonly found: number; readonly unsure: number } {
  const { found, unsure } = thresholds.exploding;
  const readings = isReadOften ? last : 1;
  return { found: found * readings, unsure: unsure * readings };
}

/** Loops that were measured again after the first time, each with what it read then. */
function laterLoops(
  first: readonly LoopRatio[],
  latest: readonly LoopRatio[],
): readonly (LoopRatio & { readonly start: LoopRatio })[] {
  return latest.flatMap((now) => {
    const start = first.find(({ loop, around }) => loop === now.loop && jsonEqual([...around], [...now.around]));
    return start !== undefined && now.step > start.step ? [{ ...now, start }] : [];
  });
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
  const squashing = units.flatMap(({ node, flat, examples, isGate }) =>
    flat === null || Number.isNaN(flat) ? [] : [{ node, ratio: flat, examples, isGate }],
  );
  // A gate may stand open or shut on purpose (a forget bias of 5): it is at most doubtful.
  const gate = extreme(
    squashing.filter(({ isGate }) => isGate),
    isLarger,
  );
  const layer = extreme(
    squashing.filter(({ isGate }) => !isGate),
    isLarger,
  );
  const worst = layer ?? gate;
  if (worst === null) return { ailment, verdict: 'clear', code: 'saturation.none', values: {}, node: null };
  const told = ({ ratio: share, examples }: typeof worst) => ({ share, examples, found, unsure });
  const at = { values: told(worst), node: worst.node };
  if (layer !== null && layer.ratio >= found) return { ailment, verdict: 'found', code: 'saturation.found', ...at };
  if (layer !== null && layer.ratio >= unsure) return { ailment, verdict: 'unsure', code: 'saturation.unsure', ...at };
  if (gate !== null && gate.ratio >= found) {
    return { ailment, verdict: 'unsure', code: 'saturation.gate', values: told(gate), node: gate.node };
  }
  return { ailment, verdict: 'clear', code: 'saturation.clear', ...at };
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
  const becameLarge = exploding.code === 'exploding.late' || exploding.code === 'exploding.loopLate';
  const isExploding = exploding.verdict === 'found' || (exploding.verdict === 'unsure' && !becameLarge);
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
    // Frames are numbered from 0, and the loss is that of the weights after the last of them.
    steps: end.step + 1,
    ratio: ratio?.ratio ?? null,
    ratioStep: ratio?.step ?? null,
  };
  const doubtful = before.some(
    ({ verdict, code }) => verdict === 'unsure' && code !== 'vanishing.late' && code !== 'vanishing.loopLate',
  );
  // Where the gradient was not measured, by depth or along a loop, it cannot be said to arrive.
  const isUnseen =
    ratio === null || before.some(({ ailment: one, verdict }) => one === 'vanishing' && verdict === 'unmeasured');
  // Both after as many epochs as this run has: a longer run has seen more.
  const compared = others.flatMap((other) => {
    const otherLoss = other.epochLosses[epochLosses.length - 1] ?? null;
    return otherLoss === null ? [] : [{ ...other, otherLoss }];
  });
  const rival = compared.find(({ otherLoss }) => otherLoss <= better * loss);
  if (rival !== undefined) {
    const verdict = doubtful ? 'unsure' : 'found';
    const { name: other, otherLoss, depth: otherDepth } = rival;
    const told = { ...values, epoch: epochLosses.length, other, otherLoss, depth, otherDepth };
    if (isUnseen) return { ailment, verdict: 'unsure', code: 'degradation.unseen', values: told, node };
    return { ailment, verdict, code: `degradation.${rival.kind}`, values: told, node };
  }
  const [equal] = compared;
  if (equal !== undefined && begin.loss > 0 && loss >= stuck * begin.loss) {
    const told = { ...values, epoch: epochLosses.length, other: equal.name, otherLoss: equal.otherLoss, stuck };
    return { ailment, verdict: 'unsure', code: 'degradation.alike', values: told, node };
  }
  if (begin.loss > 0 && loss >= stuck * begin.loss) {
    const code = isUnseen ? 'degradation.aloneUnseen' : 'degradation.alone';
    return { ailment, verdict: 'unsure', code, values: { ...values, stuck }, node };
  }
  return { ailment, verdict: 'clear', code: 'degradation.clear', values: { ...values, stuck }, node };
}
