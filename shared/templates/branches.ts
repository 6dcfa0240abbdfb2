import type { GraphNode } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import type { Initialiser } from '../graph/values.ts';
import type { Rows } from './rows.ts';
import type { SheetBuilder } from './sheetBuilder.ts';

/** Functions that the templates' hidden layers can have. */
export const hiddenActivations = ['sigmoid', 'tanh', 'relu', 'leakyRelu', 'elu', 'gelu'] as const;
export type HiddenActivation = (typeof hiddenActivations)[number];

export const normalisations = ['none', 'layer', 'batch'] as const;
export type Normalisation = (typeof normalisations)[number];

/** He's start for the functions that are zero or flat on one side, Glorot's for the others. */
export function initialiserFor(activation: HiddenActivation): Initialiser {
  switch (activation) {
    case 'sigmoid':
    case 'tanh':
      return { kind: 'glorotNormal' };
    case 'relu':
    case 'leakyRelu':
    case 'elu':
    case 'gelu':
      return { kind: 'heNormal' };
  }
}

/** How messages and labels name a function. */
export function activationLabel(activation: HiddenActivation): string {
  switch (activation) {
    case 'sigmoid':
    case 'tanh':
      return activation;
    case 'relu':
      return 'ReLU';
    case 'leakyRelu':
      return 'leaky ReLU';
    case 'elu':
      return 'ELU';
    case 'gelu':
      return 'GELU';
  }
}

/** A stack of dense layers between a first one that gives the width and a last one that gives the logits. */
export interface Stack {
  /** Begins the ids of its nodes. */
  readonly prefix: string;
  readonly depth: number;
  readonly width: number;
  readonly activation: HiddenActivation;
  readonly normalisation: Normalisation;
  /** Dense layers that one sum skips; null where nothing is skipped. */
  readonly skipped: number | null;
  readonly classes: number;
  readonly outputLabel: string;
  readonly parent?: NodeId;
}

/**
 * Builds a stack: dense layer to the width, `depth` dense layers with activation, logits, output. Residual: h + F(h),
 * where F is the normalisation and then the skipped layers. Plain: each layer normalises before its dense layer.
 */
export function buildStack(sheet: SheetBuilder, rows: Rows, input: NodeId, stack: Stack): NodeId {
  const { prefix, depth, width, activation, normalisation, skipped, classes, outputLabel, parent } = stack;
  const kernelInitialiser = initialiserFor(activation);
  const put = (id: string, type: string, label: string, params: GraphNode['params'], position: GraphNode['position']) =>
    sheet.node(`${prefix}${id}`, type, params, position, { label, ...(parent === undefined ? {} : { parent }) });
  const normaliser = normalisation === 'batch' ? 'batchNormalisation' : 'layerNormalisation';
  const dense = (id: string, label: string, params: GraphNode['params'], position: GraphNode['position']) =>
    put(id, 'dense', label, { ...params, kernelInitialiser: { ...kernelInitialiser } }, position);

  const [stemPosition = { x: 0, y: 0 }] = rows.place('card');
  let current = dense('stem', 'Stem', { units: width }, stemPosition);
  sheet.wire(input, current);
  for (let done = 0, block = 1; done < depth; block += 1) {
    const count = Math.min(skipped ?? 1, depth - done);
    const isNormalised = normalisation !== 'none';
    const cards = (isNormalised ? 1 : 0) + count;
    const positions = rows.place(
      ...Array.from({ length: cards }, () => 'card' as const),
      ...(skipped === null ? [] : (['circle'] as const)),
    );
    const next = positions[Symbol.iterator]();
    const position = () => next.next().value ?? { x: 0, y: 0 };
    const before = current;
    if (isNormalised) {
      const normalised = put(`norm-${block}`, normaliser, `Norm ${block}`, {}, position());
      sheet.wire(current, normalised);
      current = normalised;
    }
    for (let layer = 0; layer < count; layer += 1) {
      done += 1;
      const made = dense(`dense-${done}`, `Dense ${done}`, { units: width, activation }, position());
      sheet.wire(current, made);
      current = made;
    }
    if (skipped !== null) {
      const sum = put(`add-${block}`, 'add', `Add ${block}`, {}, position());
      sheet.wire(before, [sum, 'in.0']);
      sheet.wire(current, [sum, 'in.1']);
      current = sum;
    }
  }
  const [logitsPosition = stemPosition, outputPosition = stemPosition] = rows.placeLast('card', 'card');
  const logits = dense('logits', 'Logits', { units: classes }, logitsPosition);
  sheet.wire(current, logits);
  const output = put('output', 'output', outputLabel, { link: 'softmax' }, outputPosition);
  sheet.wire(logits, output);
  return output;
}
