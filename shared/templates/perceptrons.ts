import type { Stack } from './branches.ts';
import { newOptimiser } from '../graph/trainingKinds.ts';
import { buildStack, hiddenActivations, normalisations } from './branches.ts';
import { spirals } from './plainOrResidual.ts';
import { Rows, cardPitch, gap, plainRowPitch, skipRowPitch } from './rows.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import type { Template, TemplateSetting, TemplateValues } from './template.ts';

const rowWidth = 8 * cardPitch - gap;

function settings(depth: number, activation: string, normalisation: string): readonly TemplateSetting[] {
  return [
    { key: 'depth', kind: 'integer', default: depth, minimum: 1, maximum: 200 },
    { key: 'width', kind: 'integer', default: 32, minimum: 2, maximum: 1024 },
    { key: 'activation', kind: 'choice', default: activation, options: hiddenActivations },
    { key: 'normalisation', kind: 'choice', default: normalisation, options: normalisations },
  ];
}

function create(name: string, values: TemplateValues, skipped: Stack['skipped']) {
  const sheet = new SheetBuilder(new WireNumbers());
  const input = sheet.node('point', 'input', { shape: [2] }, { x: 0, y: 0 }, { label: 'Point' });
  const rows = new Rows({ x: cardPitch, y: 0 }, rowWidth, skipped === null ? plainRowPitch : skipRowPitch);
  const output = buildStack(sheet, rows, input, {
    prefix: '',
    depth: values.number('depth'),
    width: values.number('width'),
    activation: values.choice('activation', hiddenActivations),
    normalisation: values.choice('normalisation', normalisations),
    skipped,
    classes: 2,
    outputLabel: 'Class',
  });
  return documentOf(name, sheet.graph(), {
    losses: [{ output, kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
    metrics: [{ output, kind: 'accuracy', target: 'label' }],
    optimiser: newOptimiser('adam', 4e-3),
    schedule: { kind: 'cosine', minimum: 0 },
    data: spirals({ [input]: 'point' }),
  });
}

/** Dense layers one after the other. */
export const plainMlp: Template = {
  name: 'plain-mlp',
  family: 'basics',
  settings: settings(4, 'relu', 'none'),
  create: (values) => create('Plain network', values, null),
};

/**
 * Residual blocks h + F(h) of two dense layers (He et al. 2016, "Identity mappings", equation 1), normalised before the
 * layers. Without normalisation such a stack explodes with depth: results.md 3 measured 7e10 at 50 ReLU layers.
 */
export const residualMlp: Template = {
  name: 'residual-mlp',
  family: 'basics',
  settings: settings(12, 'relu', 'layer'),
  create: (values) => create('Residual network', values, 2),
};
