import type { GraphNode, LoopParameters } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { terminalId } from '../graph/identifiers.ts';
import { newOptimiser } from '../graph/trainingKinds.ts';
import { hiddenActivations, initialiserFor } from './branches.ts';
import { digits } from './digitsCnn.ts';
import { normalisationOf } from './imageParts.ts';
import { cardHeight, cardPitch } from './rows.ts';
import type { End } from './sheetBuilder.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import type { Template } from './template.ts';

const rlaNormalisations = ['none', 'layer', 'batch'] as const;
const starts = ['zeros', 'learned'] as const;
const sharings = ['shared', 'perStep'] as const;
const forms = ['convolution', 'dense'] as const;
const side = 7;
/** Height of the ports of a loop's first two states below its upper border. */
const firstStateRow = 78;
const stateRow = 38;
/** Between two rows, and what the feedback arcs of two states take beneath a loop. */
const rowGap = 56;
const arcs = 80;

/**
 * Recurrence along depth as the notes tell it: (x_i, h_i) = R_W(x_{i−1}, h_{i−1}), i = 1…N, with one set of weights W for
 * all N, h_0 = 0 (or learned) and x_0 a stem's output; with `residual`, + x_{i−1} on the x path alone. The number of weights does not
 * depend on N. As controls: no channels of h leave x alone, and weights per step make N cells of one. In the `dense` form x and h
 * are vectors: quick enough to be trained many times. The published Recurrent Layer Aggregation (Zhao et al. 2021) is another network: there the main
 * convolutions are not shared.
 */
export const rla: Template = {
  name: 'rla',
  family: 'depth',
  settings: [
    { key: 'form', kind: 'choice', default: 'convolution', options: forms },
    { key: 'iterations', kind: 'integer', default: 10, minimum: 1, maximum: 200 },
    { key: 'channels', kind: 'integer', default: 16, minimum: 1, maximum: 256 },
    { key: 'memory', kind: 'integer', default: 8, minimum: 0, maximum: 256 },
    { key: 'residual', kind: 'boolean', default: true },
    { key: 'normalisation', kind: 'choice', default: 'layer', options: rlaNormalisations },
    { key: 'activation', kind: 'choice', default: 'tanh', options: hiddenActivations },
    { key: 'start', kind: 'choice', default: 'zeros', options: starts },
    { key: 'cellWeights', kind: 'choice', default: 'shared', options: sharings },
  ],
  source:
    'The notes’ tale of Zhao, Fang, Li, Li 2021, “Recurrence along Depth”; the published network is the template “RLA-Net”',
  create(values) {
    const channels = values.number('channels');
    const memory = values.number('memory');
    const normalisation = normalisationOf(values.choice('normalisation', rlaNormalisations), channels + memory);
    const activation = values.choice('activation', hiddenActivations);
    const hasMemory = memory > 0;
    const start: LoopParameters['states'][number]['initial'] =
      values.choice('start', starts) === 'learned'
        ? { kind: 'learned', initialiser: { kind: 'normal', mean: 0, deviation: 0.05 } }
        : { kind: 'zeros' };
    const isPerStep = values.choice('cellWeights', sharings) === 'perStep';
    const sheet = new SheetBuilder(new WireNumbers());
    const kernelInitialiser = initialiserFor(activation);
    const isDense = values.choice('form', forms) === 'dense';
    const convolution = (filters: number, strides: readonly [number, number]): GraphNode['params'] => ({
      filters,
      kernelSize: [3, 3],
      strides: [...strides],
      activation,
      kernelInitialiser,
    });
    const dense = (units: number): GraphNode['params'] => ({ units, activation, kernelInitialiser });
    const shapeOf = (count: number): number[] => (isDense ? [count] : [side, side, count]);
    const isResidual = values.boolean('residual');
    const convolutionColumn = normalisation === null ? 1 : 2;
    const loopWidth = (convolutionColumn + 1) * cardPitch + (isResidual ? 70 : 0) + 28;
    const stateY = firstStateRow - cardHeight / 2;
    const height = firstStateRow + 3 * stateRow + 24;
    // Three rows, read like lines of text: narrow enough to be legible whole.
    const outside = (column: number): GraphNode['position'] => ({ x: column * cardPitch, y: -rowGap - cardHeight });
    const after = (column: number): GraphNode['position'] => ({
      x: loopWidth - (3 - column) * cardPitch + 36,
      y: height + arcs + rowGap,
    });

    const input = sheet.node('image', 'input', { shape: [28, 28, 1] }, outside(0), { label: 'Image' });
    const first = isDense
      ? sheet.node('flatten', 'flatten', {}, outside(1), { label: 'Flatten' })
      : sheet.node('stem-1', 'convolution2d', convolution(channels, [2, 2]), outside(1), { label: 'Stem 1' });
    const second = isDense
      ? sheet.node('stem', 'dense', dense(channels), outside(2), { label: 'Stem' })
      : sheet.node('stem-2', 'convolution2d', convolution(channels, [2, 2]), outside(2), { label: 'Stem 2' });
    sheet.wire(input, first);
    sheet.wire(first, second);

    const parameters: LoopParameters = {
      iterations: values.number('iterations'),
      states: [
        { id: terminalId('x'), shape: shapeOf(channels), initial: { kind: 'wired' } },
        ...(hasMemory ? [{ id: terminalId('h'), shape: shapeOf(memory), initial: start }] : []),
      ],
      inputs: [],
      outputs: [{ id: terminalId('x'), kind: 'last' }],
    };
    const loop = sheet.node(
      'rla',
      'loop',
      parameters,
      { x: 0, y: 0 },
      {
        label: 'RLA cell',
        size: { width: loopWidth, height },
      },
    );
    sheet.wire(second, [loop, 'init.x']);
    const own = isPerStep ? { perStep: [loop] } : {};
    const body = (
      id: string,
      type: string,
      label: string,
      params: GraphNode['params'],
      column: number,
      row: number,
    ): NodeId =>
      sheet.node(
        id,
        type,
        params,
        { x: 40 + column * cardPitch, y: stateY + row * stateRow },
        { label, parent: loop, ...(type === 'add' || type === 'concatenate' ? {} : own) },
      );
    let current: End = [loop, 'state.x'];
    if (hasMemory) {
      const joined = body('join', 'concatenate', 'Join x and h', {}, 0, 0.5);
      sheet.wire([loop, 'state.x'], [joined, 'in.0']);
      sheet.wire([loop, 'state.h'], [joined, 'in.1']);
      current = joined;
    }
    if (normalisation !== null) {
      const norm = body('norm', normalisation.type, 'Norm', normalisation.params, 1, 0.5);
      sheet.wire(current, norm);
      current = norm;
    }
    const made = isDense
      ? body('dense-x', 'dense', 'Dense to x', dense(channels), convolutionColumn, 0)
      : body('conv-x', 'convolution2d', 'Conv to x', convolution(channels, [1, 1]), convolutionColumn, 0);
    sheet.wire(current, made);
    if (hasMemory) {
      const kept = isDense
        ? body('dense-h', 'dense', 'Dense to h', dense(memory), convolutionColumn, 1.7)
        : body('conv-h', 'convolution2d', 'Conv to h', convolution(memory, [1, 1]), convolutionColumn, 1.7);
      sheet.wire(current, kept);
      sheet.wire(kept, [loop, 'next.h']);
    }
    let next = made;
    if (isResidual) {
      // Not the state's own residual switch: the last x has to leave the loop with the sum in it.
      next = body('add', 'add', 'Add x', {}, convolutionColumn + 1, 0);
      sheet.wire(made, [next, 'in.0']);
      sheet.wire([loop, 'state.x'], [next, 'in.1']);
    }
    sheet.wire(next, [loop, 'next.x']);
    sheet.wire(next, [loop, 'result.x']);

    const logits = sheet.node('logits', 'dense', { units: 10 }, after(1), { label: 'Logits' });
    const output = sheet.node('output', 'output', { link: 'softmax' }, after(2), { label: 'Digit' });
    if (isDense) {
      sheet.wire([loop, 'out.x'], logits);
    } else {
      const pooled = sheet.node('pool', 'globalPooling2d', {}, after(0), { label: 'Global pool' });
      sheet.wire([loop, 'out.x'], pooled);
      sheet.wire(pooled, logits);
    }
    sheet.wire(logits, output);
    return documentOf('Recurrence along depth', sheet.graph(), {
      losses: [{ output, kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
      metrics: [{ output, kind: 'accuracy', target: 'label' }],
      optimiser: newOptimiser('adam', 2e-3),
      schedule: { kind: 'cosine', minimum: 0 },
      epochs: 10,
      data: digits({ [input]: 'image' }),
    });
  },
};
