import type { NodeId } from '../graph/identifiers.ts';
import type { Loss, Metric, Training } from '../graph/training.ts';
import { newOptimiser } from '../graph/trainingKinds.ts';
import type { Stack } from './branches.ts';
import { activationLabel, buildStack, hiddenActivations } from './branches.ts';
import {
  Rows,
  cardHeight,
  cardPitch,
  cardWidth,
  frameInset,
  framePadding,
  gap,
  plainRowPitch,
  skipRowPitch,
} from './rows.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import type { Template } from './template.ts';

/** 1000 examples to train on and 250 held back: the two spirals of Lang and Witbrock 1988, in the form of results.md 6. */
export const spirals = (inputs: Record<NodeId, string>): NonNullable<Training['data']> => ({
  source: { kind: 'twoSpirals', size: 1250, noise: 0.02 },
  seed: 1,
  validation: 0.2,
  inputs,
});

const rowWidth = 7 * cardPitch - gap;
const frameX = cardWidth + 56;

/**
 * The example that Gradloom opens with: one input, a plain and a residual stack of the same dense layers, two outputs,
 * trained side by side on two spirals. The residual branch is h + F(h), F = layer normalisation and two dense layers:
 * without the normalisation, un-normalised sums grow with depth and sigmoid learns in some seeds only.
 *
 * Measured with the defaults (Adam 4e-3 falling along half a cosine, batch 64, 30 epochs of 1000 examples), native
 * TensorFlow, seeds 1 to 5 for data and weights: training accuracy residual 0.998 to 1.000 (0.996 and more after 20
 * epochs), plain 0.503 to 0.511; RMS of the gradient on the stem's wire into the stack over that on the stack's wire into
 * the logits, before the first step: residual 0.5 to 0.9 (into the branch alone), plain 7e-14 to 3e-13, control 1 to 6.
 * The control, plain with the same
 * normalisation, ended at 0.503 to 0.662: its gradient arrives, and yet it does not learn in time (degradation). In
 * float64 over 20 other seeds: residual 0.995 to 1.000; control at a constant 1e-3: 0.62 to 0.99 over 5 seeds.
 */
export const plainOrResidual: Template = {
  name: 'plain-or-residual',
  family: 'basics',
  settings: [
    { key: 'depth', kind: 'integer', default: 20, minimum: 1, maximum: 100 },
    { key: 'width', kind: 'integer', default: 32, minimum: 2, maximum: 512 },
    { key: 'activation', kind: 'choice', default: 'sigmoid', options: hiddenActivations },
    { key: 'control', kind: 'boolean', default: false },
  ],
  create(values) {
    const depth = values.number('depth');
    const width = values.number('width');
    const activation = values.choice('activation', hiddenActivations);
    const sheet = new SheetBuilder(new WireNumbers());
    const words = {
      layers: values.say(depth === 1 ? 'template.layers.one' : 'template.layers.many', {
        depth,
        activation: activationLabel(activation),
      }),
    };
    const common = { depth, width, activation, classes: 2 } as const;
    const branches: readonly (Pick<Stack, 'prefix' | 'normalisation' | 'skipped' | 'outputLabel'> & {
      label: string;
    })[] = [
      {
        prefix: 'plain-',
        normalisation: 'none',
        skipped: null,
        outputLabel: values.say('template.branch.plain'),
        label: values.say('template.frame.plain', words),
      },
      {
        prefix: 'residual-',
        normalisation: 'layer',
        skipped: 2,
        outputLabel: values.say('template.branch.residual'),
        label: values.say('template.frame.residual', words),
      },
      ...(values.boolean('control')
        ? ([
            {
              prefix: 'control-',
              normalisation: 'layer',
              skipped: null,
              outputLabel: values.say('template.branch.control'),
              label: values.say('template.frame.control', words),
            },
          ] as const)
        : []),
    ];
    const input = sheet.node(
      'point',
      'input',
      { shape: [2] },
      { x: 0, y: middleOfFirstGap(depth) },
      { label: 'Point' },
    );
    let top = 0;
    const outputs = branches.map(({ label, ...branch }) => {
      const frame = sheet.node(`${branch.prefix}frame`, 'frame', {}, { x: frameX, y: top }, { label });
      const rows = new Rows(frameInset, rowWidth, branch.skipped === null ? plainRowPitch : skipRowPitch);
      const output = buildStack(sheet, rows, input, { ...common, ...branch, parent: frame });
      top += rows.end.y + framePadding + gap;
      return output;
    });
    const losses = outputs.map((output): Loss => ({ output, kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }));
    const metrics = outputs.map((output): Metric => ({ output, kind: 'accuracy', target: 'label' }));
    return documentOf(
      values.say('template.plain-or-residual.name'),
      sheet.graph(),
      {
        losses,
        metrics,
        optimiser: newOptimiser('adam', 4e-3),
        schedule: { kind: 'cosine', minimum: 0 },
        epochs: 30,
        batch: 64,
        data: spirals({ [input]: 'point' }),
      },
      { note: values.say('template.plain-or-residual.note') },
    );
  },
};

/** The input stands at the height of the gap between the first two branches. */
function middleOfFirstGap(depth: number): number {
  const rows = new Rows(frameInset, rowWidth, plainRowPitch);
  for (let card = 0; card <= depth; card += 1) rows.place('card');
  rows.placeLast('card', 'card');
  return rows.end.y + framePadding + gap / 2 - cardHeight / 2;
}
