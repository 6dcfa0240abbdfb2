import type { Mark } from '#shared/protocol/telemetry';
import type { TextValues } from '#shared/text/locale';
import type { TextKey } from '#shared/text/text';
import { magnitude, magnitudeOfLog } from '../../ui/format.ts';
import type { WayToLoss } from './wayToLoss.ts';

/** What was measured of a wire, and what is needed to judge it. */
export interface WireMeasured {
  readonly mark: Mark;
  /** NaN where a mark stands or nothing was measured. */
  readonly rms: number;
  readonly headRms: number;
  readonly step: number;
  /** Elements per example of this wire, and of one output's logits. */
  readonly elements: number;
  readonly headElements: number;
}

/**
 * What kind of gradient a wire carries. `spread`: the RMS is small because the tensor is large; its length is not. The
 * limits are those the interface names: a thousandth and a millionth, ten and a thousand times what enters at the loss.
 */
export type GradientKind =
  | 'unmeasured'
  | 'healthy'
  | 'weak'
  | 'vanishing'
  | 'spread'
  | 'strong'
  | 'exploding'
  | 'zero'
  | 'underflow'
  | 'infinity'
  | 'notANumber'
  | 'noPath';

/** Limits on the ratio to the gradient that enters at the loss. */
export const limits = { vanishing: 1e-6, weak: 1e-3, strong: 10, exploding: 1e3 } as const;

/** The RMS of a wire over the RMS at the loss. */
export function relativeTo({ rms, headRms }: WireMeasured): number {
  return rms / headRms;
}

/** The length of one example's gradient on a wire over its length at the loss. */
export function lengthRatio(measured: WireMeasured): number {
  return relativeTo(measured) * Math.sqrt(measured.elements / Math.max(1, measured.headElements));
}

/** Sorts a measurement into its kind. */
export function kindOf(measured: WireMeasured): GradientKind {
  if (measured.mark !== 'none') return measured.mark;
  const ratio = relativeTo(measured);
  if (Number.isNaN(ratio)) return 'unmeasured';
  if (ratio > limits.exploding) return 'exploding';
  if (ratio > limits.strong) return 'strong';
  if (ratio >= limits.weak) return 'healthy';
  if (lengthRatio(measured) >= limits.weak) return 'spread';
  return ratio < limits.vanishing ? 'vanishing' : 'weak';
}

/** One sentence: a key of the text table and what is put into it. */
export interface Sentence {
  readonly key: TextKey;
  readonly values: TextValues;
}

/** Whether a kind asks for an explanation of what weakens the gradient. */
export function isDark(kind: GradientKind): boolean {
  return kind === 'weak' || kind === 'vanishing' || kind === 'underflow';
}

/**
 * Says in sentences why a wire looks as it does. Only what was measured at the named step and what follows from the
 * network's form is said: bounds are called bounds, and that weights and slopes decide together is said each time.
 */
export function explain(kind: GradientKind, measured: WireMeasured, way: WayToLoss | null): readonly Sentence[] {
  const step = measured.step.toLocaleString('en-US');
  switch (kind) {
    case 'unmeasured':
      return [];
    case 'zero':
    case 'infinity':
    case 'notANumber':
    case 'noPath':
      return [{ key: `measure.mark.${kind}.meaning`, values: {} }];
    case 'underflow':
      return [{ key: 'measure.mark.underflow.meaning', values: {} }, ...causes(measured, way)];
    case 'healthy':
      return [
        { key: 'inspector.why.healthy', values: { ratio: magnitude(relativeTo(measured)), step } },
        ...(way?.identity === true ? [identity] : []),
      ];
    case 'spread':
      return [
        {
          key: 'inspector.why.spread',
          values: {
            ratio: magnitude(relativeTo(measured)),
            length: magnitude(lengthRatio(measured)),
            elements: measured.elements.toLocaleString('en-US'),
            heads: measured.headElements.toLocaleString('en-US'),
            step,
          },
        },
      ];
    case 'strong':
    case 'exploding':
      return [
        { key: 'inspector.why.stronger', values: { ratio: magnitude(relativeTo(measured)), step } },
        ...(way === null || way.slopeBound > 0.5
          ? []
          : [{ key: 'inspector.why.weightsGrow', values: { count: way.matrices.most } } as const]),
      ];
    case 'weak':
    case 'vanishing':
      return [
        { key: 'inspector.why.weaker', values: { factor: magnitude(1 / relativeTo(measured)), step } },
        ...perLayer(measured, way),
        ...causes(measured, way),
      ];
  }
}

const identity: Sentence = { key: 'inspector.why.identity', values: {} };

function perLayer(measured: WireMeasured, way: WayToLoss | null): readonly Sentence[] {
  const layers = way?.matrices.most ?? 0;
  if (layers < 2 || way?.matrices.least !== layers) return [];
  const factor = relativeTo(measured) ** (1 / layers);
  return [{ key: 'inspector.why.perLayer', values: { layers, factor: magnitude(factor) } }];
}

/** What lies on the way and can weaken the gradient. */
function causes(measured: WireMeasured, way: WayToLoss | null): readonly Sentence[] {
  if (way === null) return [];
  const sentences: Sentence[] = [];
  const { sigmoid, tanh, relu } = way.functions;
  if (sigmoid.least > 0) {
    const bound = sigmoid.least * Math.log10(0.25);
    sentences.push({
      key: sigmoid.least === sigmoid.most ? 'inspector.why.sigmoid' : 'inspector.why.sigmoid.range',
      values: { count: sigmoid.least, most: sigmoid.most, bound: magnitudeOfLog(bound) },
    });
    const isAbove = measured.mark === 'none' && Math.log10(relativeTo(measured)) > bound;
    sentences.push({ key: isAbove ? 'inspector.why.product.above' : 'inspector.why.product', values: {} });
  }
  if (tanh.least > 0) {
    sentences.push({ key: 'inspector.why.tanh', values: { count: tanh.least } });
    if (sigmoid.least === 0) sentences.push({ key: 'inspector.why.product', values: {} });
  }
  if (relu.least > 0) {
    sentences.push({ key: 'inspector.why.relu', values: { count: relu.least } });
    if (sigmoid.least === 0 && tanh.least === 0) sentences.push({ key: 'inspector.why.product', values: {} });
  }
  if (way.containers.most > 0) {
    sentences.push({ key: 'inspector.why.containers', values: { count: way.containers.most } });
  }
  if (way.identity) sentences.push(identity);
  return sentences;
}
