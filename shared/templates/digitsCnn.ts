import type { GraphNode } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import type { Training } from '../graph/training.ts';
import { Rows, cardPitch, gap, plainRowPitch } from './rows.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import type { Template } from './template.ts';

/** Drawn digits, 2000 to train on and 500 held back. */
export const digits = (inputs: Record<NodeId, string>): NonNullable<Training['data']> => ({
  source: { kind: 'digits', size: 2500, noise: 0.1, shift: 2, slant: 0.2 },
  seed: 1,
  validation: 0.2,
  inputs,
});

/** A small convolutional network (LeCun et al. 1998): convolutions and pools in stages, one hidden dense layer. */
export const digitsCnn: Template = {
  name: 'digits-cnn',
  family: 'images',
  settings: [
    { key: 'stages', kind: 'integer', default: 2, minimum: 1, maximum: 4 },
    { key: 'filters', kind: 'integer', default: 8, minimum: 1, maximum: 256 },
    { key: 'units', kind: 'integer', default: 64, minimum: 2, maximum: 1024 },
    { key: 'normalisation', kind: 'choice', default: 'none', options: ['none', 'batch'] },
    { key: 'dropout', kind: 'number', default: 0.25, minimum: 0, maximum: 0.9 },
  ],
  create(values) {
    const sheet = new SheetBuilder(new WireNumbers());
    const rows = new Rows({ x: 0, y: 0 }, 7 * cardPitch - gap, plainRowPitch);
    const add = (id: string, type: string, label: string, params: GraphNode['params'], from?: NodeId): NodeId => {
      const [position = { x: 0, y: 0 }] = rows.place('card');
      const node = sheet.node(id, type, params, position, { label });
      if (from !== undefined) sheet.wire(from, node);
      return node;
    };
    const isNormalised = values.choice('normalisation', ['none', 'batch']) === 'batch';
    const kernelInitialiser = { kind: 'heNormal' };
    const input = add('image', 'input', 'Image', { shape: [28, 28, 1] });
    let current = input;
    for (let stage = 1; stage <= values.number('stages'); stage += 1) {
      const filters = values.number('filters') * 2 ** (stage - 1);
      const convolution = {
        filters,
        kernelSize: [3, 3],
        activation: isNormalised ? 'linear' : 'relu',
        useBias: !isNormalised,
        kernelInitialiser,
      };
      current = add(`conv-${stage}`, 'convolution2d', `Conv ${stage}`, convolution, current);
      if (isNormalised) {
        current = add(`norm-${stage}`, 'batchNormalisation', `Norm ${stage}`, {}, current);
        current = add(`relu-${stage}`, 'activation', `ReLU ${stage}`, { function: 'relu' }, current);
      }
      current = add(`pool-${stage}`, 'pooling2d', `Pool ${stage}`, {}, current);
    }
    current = add('flatten', 'flatten', 'Flatten', {}, current);
    const hidden = { units: values.number('units'), activation: 'relu', kernelInitialiser };
    current = add('hidden', 'dense', 'Hidden', hidden, current);
    const rate = values.number('dropout');
    if (rate > 0) current = add('dropout', 'dropout', 'Dropout', { rate }, current);
    current = add('logits', 'dense', 'Logits', { units: 10, kernelInitialiser: { kind: 'glorotUniform' } }, current);
    const output = add('output', 'output', 'Digit', { link: 'softmax' }, current);
    return documentOf('Digits', sheet.graph(), {
      losses: [{ output, kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
      metrics: [{ output, kind: 'accuracy', target: 'label' }],
      epochs: 10,
      data: digits({ [input]: 'image' }),
    });
  },
};
