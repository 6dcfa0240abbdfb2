import type { GraphNode } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { newOptimiser } from '../graph/trainingKinds.ts';
import { activationLabel, hiddenActivations, initialiserFor } from './branches.ts';
import { digits } from './digitsCnn.ts';
import { Rows, cardPitch, frameInset, framePadding, gap, plainRowPitch } from './rows.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import { Chain } from './chain.ts';
import type { Template } from './template.ts';

const forms = ['dense', 'convolution'] as const;
const side = 28;

/**
 * An autoencoder (Hinton and Salakhutdinov 2006): what comes in is to come out again, through a code of few numbers. The
 * loss is the cross-entropy of each pixel's ink, which is smallest where the picture is the one that came in.
 */
export const autoencoder: Template = {
  name: 'autoencoder',
  family: 'images',
  settings: [
    { key: 'form', kind: 'choice', default: 'dense', options: forms },
    { key: 'code', kind: 'integer', default: 16, minimum: 1, maximum: 256 },
    { key: 'units', kind: 'integer', default: 128, minimum: 2, maximum: 1024 },
    { key: 'activation', kind: 'choice', default: 'relu', options: hiddenActivations },
  ],
  source: 'Hinton, Salakhutdinov 2006, “Reducing the Dimensionality of Data with Neural Networks”',
  create(values) {
    const form = values.choice('form', forms);
    const code = values.number('code');
    const units = values.number('units');
    const activation = values.choice('activation', hiddenActivations);
    const start = { kernelInitialiser: initialiserFor(activation) };
    const sheet = new SheetBuilder(new WireNumbers());
    const x = cardPitch;
    const middle: GraphNode['position'] = { x: 0, y: frameInset.y };
    const input = sheet.node('image', 'input', { shape: [side, side, 1] }, middle, { label: 'Image' });
    const frame = (id: string, label: string, left: number): { readonly id: NodeId; readonly rows: Rows } => ({
      id: sheet.node(id, 'frame', {}, { x: left, y: 0 }, { label }),
      rows: new Rows(frameInset, 6 * cardPitch, plainRowPitch),
    });

    const encoder = frame('encoder', values.say('template.frame.encoder'), x);
    const down = new Chain(sheet, encoder.rows, input, encoder.id);
    const act = activationLabel(activation);
    const smaller = (id: string, filters: number): void => {
      const params = { filters, strides: [2, 2], activation, ...start };
      down.then({ id, type: 'convolution2d', label: `Conv, ${act}`, params });
    };
    if (form === 'convolution') {
      smaller('shrink-1', 8);
      smaller('shrink-2', 16);
    }
    down.then({ id: 'flatten', type: 'flatten', label: 'Flatten' });
    down.then({ id: 'encode', type: 'dense', label: `Dense, ${act}`, params: { units, activation, ...start } });
    const codeNode = down.then({ id: 'code', type: 'dense', label: 'Code', params: { units: code } });

    const left = x + encoder.rows.end.x + framePadding + gap;
    const decoder = frame('decoder', values.say('template.frame.decoder'), left);
    const up = new Chain(sheet, decoder.rows, codeNode, decoder.id);
    up.then({ id: 'decode', type: 'dense', label: `Dense, ${act}`, params: { units, activation, ...start } });
    if (form === 'convolution') {
      const unfolded = { units: 7 * 7 * 16, activation, ...start };
      up.then({ id: 'unfold', type: 'dense', label: `Dense, ${act}`, params: unfolded });
      up.then({ id: 'shape', type: 'reshape', label: 'To image', params: { targetShape: [7, 7, 16] } });
      const larger = { filters: 8, kernelSize: [3, 3], activation, ...start };
      up.then({ id: 'grow-1', type: 'transposedConvolution2d', label: `Grow, ${act}`, params: larger });
      up.then({
        id: 'pixels',
        type: 'transposedConvolution2d',
        label: 'Pixels',
        params: { filters: 1, kernelSize: [3, 3] },
      });
    } else {
      up.then({ id: 'pixels', type: 'dense', label: 'Pixels', params: { units: side * side } });
      up.then({ id: 'shape', type: 'reshape', label: 'To image', params: { targetShape: [side, side, 1] } });
    }
    const right = left + decoder.rows.end.x + framePadding + gap;
    const output = sheet.node(
      'output',
      'output',
      { link: 'sigmoid' },
      { x: right, y: middle.y },
      { label: 'Image again' },
    );
    sheet.wire(up.end, output);
    return documentOf(values.say('template.autoencoder.name'), sheet.graph(), {
      losses: [{ output, kind: 'sigmoidCrossEntropy', weight: 1, target: 'image' }],
      metrics: [],
      optimiser: newOptimiser('adam', 2e-3),
      schedule: { kind: 'cosine', minimum: 0 },
      epochs: 20,
      data: digits({ [input]: 'image' }),
    });
  },
};
