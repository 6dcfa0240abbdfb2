import type { Shape } from '../graph/values.ts';
import type { BuildContext, BuildValue, LayerPort, ParameterFields, PortValues } from './layer.ts';
import { LayerProblem } from './layer.ts';
import { requireDataType, sameShape } from './requirements.ts';
import { requireConstants, requireSequence } from './sequenceRules.ts';

/** What every attention reads: without a key of their own, the values are their keys. */
export const attentionInputs: readonly LayerPort[] = [
  { id: 'query' },
  { id: 'value' },
  { id: 'key', optional: true },
  { id: 'mask', optional: true },
];

/** What it gives: what was gathered, and the shares it was gathered with. */
export const attentionOutputs: readonly LayerPort[] = [{ id: 'out' }, { id: 'map' }];

export const attentionFields = {
  causal: { kind: 'boolean', default: false },
  dropoutRate: { kind: 'number', default: 0, minimum: 0, maximum: 1, exclusiveMaximum: true },
} as const satisfies ParameterFields;

/** A forbidden score before the softmax, as Keras has it: e^−1e9 is 0 in float32, and a row of them is still finite. */
const forbidden = -1e9;

/** The inputs of an attention, the query as a matrix also where it is a single vector. */
export interface AttentionInputs {
  /** [queries, features]. */
  readonly query: BuildValue;
  /** [keys, features]. */
  readonly value: BuildValue;
  /** [keys, features]. */
  readonly key: BuildValue;
  /** bool: [keys], [queries, keys], or what the layer says. */
  readonly mask: BuildValue | undefined;
  readonly queries: number;
  readonly keys: number;
  readonly queryFeatures: number;
  readonly valueFeatures: number;
  readonly keyFeatures: number;
  /** The query came as one vector, so that the results are given without the axis of queries. */
  readonly single: boolean;
}

/** The place of a port among the wired inputs, for a problem: ports come in their order. */
function portPlace(ports: PortValues, id: string): number {
  return Object.keys(ports).indexOf(id);
}

/**
 * Reads the inputs of an attention. Throws a LayerProblem where query or value is missing, one of them is no sequence of
 * float32 vectors, there are not as many keys as values, or the mask is of none of `maskShapes`.
 */
export function readAttention(
  context: BuildContext,
  inputs: readonly BuildValue[],
  ports: PortValues,
  maskShapes: (queries: number, keys: number, single: boolean) => readonly Shape[],
): AttentionInputs {
  const { query: asked, value, key = value, mask } = ports;
  if (asked === undefined || value === undefined || key === undefined) {
    throw new LayerProblem('tooFewInputs', { minimum: 2, received: inputs.length });
  }
  const matrix = (id: string, port: BuildValue): readonly [number, number] => {
    requireDataType(port.type, 'float32', portPlace(ports, id));
    return requireSequence(port.type, portPlace(ports, id));
  };
  const [length] = asked.type.shape;
  const single = asked.type.shape.length === 1 && length !== undefined;
  if (single) requireDataType(asked.type, 'float32', portPlace(ports, 'query'));
  const [queries, queryFeatures] = single ? [1, length] : matrix('query', asked);
  const [keys, valueFeatures] = matrix('value', value);
  const [keyCount, keyFeatures] = ports['key'] === undefined ? [keys, valueFeatures] : matrix('key', ports['key']);
  if (keyCount !== keys) {
    throw new LayerProblem('attentionKeys', { expected: keys, received: keyCount }, portPlace(ports, 'key'));
  }
  if (mask !== undefined) requireMask(mask, portPlace(ports, 'mask'), maskShapes(queries, keys, single));
  const query = single ? reshape(context, asked, [1, length]) : asked;
  return { query, value, key, mask, queries, keys, queryFeatures, valueFeatures, keyFeatures, single };
}

function requireMask(mask: BuildValue, place: number, allowed: readonly Shape[]): void {
  requireDataType(mask.type, 'bool', place);
  if (allowed.some((shape) => sameShape(shape, mask.type.shape))) return;
  const expected = allowed.map((shape) => shape.join('×')).join(' / ');
  throw new LayerProblem('attentionMask', { expected, received: mask.type.shape }, place);
}

/**
 * Where query and key are multiplied or added as they are, they need features of one length. Throws a LayerProblem at the
 * key, or at the value that stands for it.
 */
export function requireAlikeFeatures({ queryFeatures, keyFeatures }: AttentionInputs, ports: PortValues): void {
  if (queryFeatures === keyFeatures) return;
  const place = portPlace(ports, ports['key'] === undefined ? 'value' : 'key');
  throw new LayerProblem('attentionFeatures', { expected: queryFeatures, received: keyFeatures }, place);
}

/** One reading for each key, or one for each query and key. */
export function maskOfMatrix(queries: number, keys: number, single: boolean): readonly Shape[] {
  return single ? [[keys]] : [[keys], [queries, keys]];
}

/** The same numbers in another shape of the example. */
export function reshape(context: BuildContext, value: BuildValue, shape: Shape): BuildValue {
  return context.operation({ kind: 'reshape', attributes: { shape } }, [value]);
}

/** x·factor, a fixed number. */
export function scaled(context: BuildContext, value: BuildValue, factor: number): BuildValue {
  return context.operation({ kind: 'rescale', attributes: { scale: factor, offset: 0 } }, [value]);
}

/**
 * From scores [..., queries, keys] to shares that sum to 1 over the keys, those of the future (`causal`: keys after the
 * query's own place) and of the mask's false places being 0.
 */
export function attentionShares(
  context: BuildContext,
  scores: BuildValue,
  { mask, queries, keys }: Pick<AttentionInputs, 'mask' | 'queries' | 'keys'>,
  causal: boolean,
): BuildValue {
  context.tap('scores', scores);
  const fill = (value: BuildValue, by: BuildValue): BuildValue =>
    context.operation({ kind: 'maskFill', attributes: { value: forbidden } }, [value, by]);
  const given = mask === undefined ? scores : fill(scores, mask);
  const allowed = causal ? fill(given, past(context, queries, keys)) : given;
  return context.operation({ kind: 'activation', attributes: { function: 'softmax' } }, [allowed]);
}

/** True where a key stands no later than the query. */
function past(context: BuildContext, queries: number, keys: number): BuildValue {
  const shape = [queries, keys];
  requireConstants(shape);
  const values = Array.from({ length: queries * keys }, (_, at) => (at % keys <= Math.floor(at / keys) ? 1 : 0));
  return context.operation({ kind: 'constant', attributes: { shape, dtype: 'bool', values } }, []);
}

/** Σ share·value, over the shares that a dropout leaves while training. */
export function gathered(
  context: BuildContext,
  shares: BuildValue,
  value: BuildValue,
  dropoutRate: number,
): BuildValue {
  const left =
    dropoutRate === 0
      ? shares
      : context.operation(
          { kind: 'dropout', attributes: { rate: dropoutRate, mask: 'perIteration', spread: 'element' } },
          [shares],
        );
  return context.operation({ kind: 'matrixProduct', attributes: { transposeA: false, transposeB: false } }, [
    left,
    value,
  ]);
}

/** The results by port; those of a single query without its axis. */
export function attentionResults(context: BuildContext, out: BuildValue, map: BuildValue, single: boolean): PortValues {
  if (!single) return { out, map };
  const without = (value: BuildValue): BuildValue => {
    const { shape } = value.type;
    return reshape(context, value, [...shape.slice(0, -2), ...shape.slice(-1)]);
  };
  return { out: without(out), map: without(map) };
}
