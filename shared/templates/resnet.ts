import type { CellDefinition } from '../graph/document.ts';
import { nodeId } from '../graph/identifiers.ts';
import type { Training } from '../graph/training.ts';
import {
  drawBottleneck,
  expansion,
  imagenetBlocks,
  imagenetDepths,
  imagenetSettings,
  imagenetSides,
  imagenetStem,
  stageCells,
} from './bottleneck.ts';
import { stageColours } from './cells.ts';
import { classification, colouredShapes } from './imageParts.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import { StagedSheet, instanceLink } from './stages.ts';
import type { Template } from './template.ts';

/** How the networks for ImageNet are trained here: their paper's optimiser with a cosine for its steps. */
export const imagenetTraining: Pick<Training, 'optimiser' | 'schedule' | 'epochs' | 'batch'> = {
  optimiser: { kind: 'sgd', learningRate: 0.02, momentum: 0.9 },
  schedule: { kind: 'cosine', minimum: 0 },
  epochs: 10,
  batch: 32,
};

/**
 * ResNet with 50, 101 or 152 layers for ImageNet (He et al. 2015, table 1): four stages of bottleneck blocks. With 1000
 * classes ResNet-50 has 25,557,032 weights, whatever the size of the images.
 */
export const resnet: Template = {
  name: 'resnet',
  family: 'images',
  settings: imagenetSettings,
  source: 'He, Zhang, Ren, Sun 2015, arXiv:1512.03385, table 1',
  create(values) {
    const depth = values.choice('depth', imagenetDepths);
    const width = values.number('firstChannels');
    const side = Number(values.choice('side', imagenetSides));
    const numbers = new WireNumbers();
    const staged = new StagedSheet(new SheetBuilder(numbers));
    const cells: CellDefinition[] = [];
    staged.row(imagenetStem(side, width));
    imagenetBlocks[depth].forEach((blocks, index) => {
      const stage = index + 1;
      const channels = width * 2 ** index;
      const wide = expansion * channels;
      const common = { colour: stageColours[index], channels, gamma: 1, form: 'none' } as const;
      const { first, other } = stageCells(values, stage, wide);
      cells.push(drawBottleneck(numbers, { ...common, ...first }), drawBottleneck(numbers, { ...common, ...other }));
      staged.stage(`stage-${stage}`, values.say('template.frame.stage', { stage, channels: wide }), (chain) => {
        for (let block = 1; block <= blocks; block += 1) {
          const cell = block === 1 ? first.id : other.id;
          chain.then(instanceLink(`block-${stage}-${block}`, `Block ${stage}.${block}`, cell));
        }
      });
    });
    staged.row([
      { id: 'pool', type: 'globalPooling2d', label: 'Global pool' },
      { id: 'logits', type: 'dense', label: 'Logits', params: { units: values.number('classes') } },
      { id: 'output', type: 'output', label: 'Class', params: { link: 'softmax' } },
    ]);
    return documentOf(
      values.say('template.document.resnet', { depth }),
      staged.sheet.graph(),
      { ...imagenetTraining, ...classification(nodeId('output'), colouredShapes(nodeId('image'), side)) },
      { cells },
    );
  },
};
