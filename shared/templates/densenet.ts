import type { CellDefinition } from '../graph/document.ts';
import { nodeId } from '../graph/identifiers.ts';
import type { HiddenActivation } from './branches.ts';
import { activationLabel, hiddenActivations } from './branches.ts';
import { cellPlace, drawCell, stageColours } from './cells.ts';
import { batchNormalisation, classification, colouredShapes, convolution } from './imageParts.ts';
import { skipRowPitch } from './rows.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import { StagedSheet, instanceLink } from './stages.ts';
import type { Template } from './template.ts';

/** Normalisation, activation and a 3×3 convolution to k channels. */
function drawLayer(numbers: WireNumbers, name: string, growth: number, activation: HiddenActivation): CellDefinition {
  const ends = { inputs: { x: cellPlace(0, 0) }, outputs: { y: cellPlace(4, 0) } };
  return drawCell(numbers, { id: 'dense-layer', name, colour: stageColours[0], ...ends }, (put, input) => {
    const norm = put('norm', 'batchNormalisation', 'Norm', batchNormalisation, cellPlace(1, 0), [input('x')]);
    const params = { function: activation };
    const activated = put('act', 'activation', activationLabel(activation), params, cellPlace(2, 0), [norm]);
    return { y: put('conv', 'convolution2d', 'Conv', convolution(growth, 3), cellPlace(3, 0), [activated]) };
  });
}

/**
 * DenseNet (Huang et al. 2017, section 3) without bottlenecks or compression: inside a block each layer reads everything
 * that the layers before it gave, and adds k channels. Three blocks of 12 layers with k = 12 are DenseNet-40.
 */
export const densenet: Template = {
  name: 'densenet',
  family: 'images',
  settings: [
    { key: 'blocks', kind: 'integer', default: 2, minimum: 1, maximum: 4 },
    { key: 'layersInBlock', kind: 'integer', default: 4, minimum: 1, maximum: 40 },
    { key: 'growth', kind: 'integer', default: 12, minimum: 1, maximum: 128 },
    { key: 'firstChannels', kind: 'integer', default: 16, minimum: 1, maximum: 256 },
    { key: 'activation', kind: 'choice', default: 'relu', options: hiddenActivations },
    { key: 'side', kind: 'integer', default: 32, minimum: 12, maximum: 128 },
  ],
  source: 'Huang, Liu, van der Maaten, Weinberger 2017, arXiv:1608.06993, section 3',
  create(values) {
    const blocks = values.number('blocks');
    const layers = values.number('layersInBlock');
    const growth = values.number('growth');
    const side = values.number('side');
    const activation = values.choice('activation', hiddenActivations);
    const numbers = new WireNumbers();
    const staged = new StagedSheet(new SheetBuilder(numbers));
    const before = (id: string) =>
      [
        { id: `${id}-norm`, type: 'batchNormalisation', label: 'Norm', params: batchNormalisation },
        { id: `${id}-act`, type: 'activation', label: activationLabel(activation), params: { function: activation } },
      ] as const;
    let channels = values.number('firstChannels');
    staged.row([
      { id: 'image', type: 'input', label: 'Image', params: { shape: [side, side, 3] } },
      { id: 'stem', type: 'convolution2d', label: 'Stem', params: convolution(channels, 3) },
    ]);
    for (let block = 1; block <= blocks; block += 1) {
      const from = channels;
      channels += layers * growth;
      const title = values.say('template.frame.dense', { block, from, to: channels });
      staged.stage(
        `block-${block}`,
        title,
        (chain) => {
          for (let layer = 1; layer <= layers; layer += 1) {
            const id = `${block}-${layer}`;
            const known = chain.end;
            chain.together([
              instanceLink(`layer-${id}`, `Layer ${block}.${layer}`, 'dense-layer'),
              { id: `join-${id}`, type: 'concatenate', label: `Join ${block}.${layer}`, port: 'in.1' },
            ]);
            staged.sheet.wire(known, [nodeId(`join-${id}`), 'in.0']);
          }
        },
        skipRowPitch,
      );
      if (block === blocks) break;
      staged.row([
        ...before(`between-${block}`),
        { id: `squeeze-${block}`, type: 'convolution2d', label: 'Conv 1×1', params: convolution(channels, 1) },
        { id: `pool-${block}`, type: 'pooling2d', label: 'Pool', params: { mode: 'average' } },
      ]);
    }
    staged.row([
      ...before('last'),
      { id: 'pool', type: 'globalPooling2d', label: 'Global pool' },
      { id: 'logits', type: 'dense', label: 'Logits', params: { units: 10 } },
      { id: 'output', type: 'output', label: 'Shape', params: { link: 'softmax' } },
    ]);
    const cells = [drawLayer(numbers, values.say('template.cell.denseLayer', { growth }), growth, activation)];
    return documentOf(
      `DenseNet-${blocks * layers + blocks + 1}`,
      staged.sheet.graph(),
      {
        optimiser: { kind: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true },
        schedule: { kind: 'cosine', minimum: 0 },
        epochs: 10,
        ...classification(nodeId('output'), colouredShapes(nodeId('image'), side)),
      },
      { cells },
    );
  },
};
