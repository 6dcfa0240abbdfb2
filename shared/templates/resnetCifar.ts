import type { CellDefinition } from '../graph/document.ts';
import { nodeId } from '../graph/identifiers.ts';
import type { Training } from '../graph/training.ts';
import type { HiddenActivation } from './branches.ts';
import { activationLabel, hiddenActivations } from './branches.ts';
import type { PutInCell } from './cells.ts';
import { cellPlace, drawCell, stageColours } from './cells.ts';
import type { Link } from './chain.ts';
import type { ImageNormalisation } from './imageParts.ts';
import { classification, colouredShapes, convolution, imageNormalisations, normalisationOf } from './imageParts.ts';
import type { End } from './sheetBuilder.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import { StagedSheet, instanceLink } from './stages.ts';
import type { Template } from './template.ts';

/** Depths 6n + 2: a first convolution, three stages of n blocks of two layers, and the dense layer. */
const depths = Array.from({ length: 18 }, (_, index) => String(6 * (index + 1) + 2));

const shortcuts = ['A', 'B', 'none'] as const;
const orders = ['after', 'before'] as const;

/** What all blocks of a network have in common. */
interface Style {
  readonly shortcut: (typeof shortcuts)[number];
  /** Normalisation and activation after the convolutions (He et al. 2015) or before them (He et al. 2016). */
  readonly order: (typeof orders)[number];
  readonly activation: HiddenActivation;
  readonly normalisation: ImageNormalisation;
}

interface Block {
  readonly id: string;
  readonly name: string;
  readonly colour: string | undefined;
  readonly channels: number;
  /** Channels that come in, where the block halves height and width; null where it keeps the shape. */
  readonly from: number | null;
}

/** How the residual networks were trained on CIFAR-10 (He et al. 2015, section 4.2), with a cosine for the steps. */
const training: Pick<Training, 'optimiser' | 'schedule' | 'epochs' | 'batch'> = {
  optimiser: { kind: 'sgd', learningRate: 0.05, momentum: 0.9 },
  schedule: { kind: 'cosine', minimum: 0 },
  epochs: 10,
  batch: 64,
};

/** A shortcut that changes the shape. A: every second pixel, and zeros for the new channels; B: a 1×1 convolution. */
function shapeShortcut(put: PutInCell, { channels }: Block, from: number, style: Style, start: End): End {
  const { shortcut, normalisation, order } = style;
  if (shortcut === 'A') {
    // A window of one pixel: its mean is the pixel itself.
    const everySecond = { mode: 'average', size: [1, 1], strides: [2, 2] };
    const thinned = put('every-second', 'pooling2d', 'Every second', everySecond, cellPlace(3, 0), [start]);
    const before = Math.floor((channels - from) / 2);
    const margins = [
      [0, 0],
      [0, 0],
      [before, channels - from - before],
    ];
    return put('zeros', 'zeroPadding', 'Zero channels', { margins }, cellPlace(4, 0), [thinned]);
  }
  const params = convolution(channels, 1, { stride: 2, useBias: normalisation === 'none' });
  const projected = put('project', 'convolution2d', 'Project', params, cellPlace(3, 0), [start]);
  const norm = order === 'after' ? normalisationOf(normalisation, channels) : null;
  return norm === null
    ? projected
    : put('project-norm', norm.type, 'Project norm', norm.params, cellPlace(4, 0), [projected]);
}

/** Two 3×3 convolutions with their normalisations and activations in one row, and the way around them above it. */
function drawBlock(numbers: WireNumbers, block: Block, style: Style): CellDefinition {
  const { channels, from } = block;
  const { shortcut, order, activation, normalisation } = style;
  const ends = { inputs: { x: cellPlace(0, 1) }, outputs: { y: cellPlace(8, 1) } };
  return drawCell(numbers, { ...block, ...ends }, (put, input) => {
    let column = 0;
    let end = input('x');
    let skipped = end;
    const next = (id: string, type: string, label: string, params: Parameters<PutInCell>[3]): void => {
      column += 1;
      end = put(id, type, label, params, cellPlace(column, 1), [end]);
    };
    const convolve = (layer: 1 | 2): void => {
      const stride = layer === 1 && from !== null ? 2 : 1;
      const params = convolution(channels, 3, { stride, useBias: normalisation === 'none' });
      next(`conv-${layer}`, 'convolution2d', `Conv ${layer}`, params);
    };
    const normalise = (layer: 1 | 2, over = channels): void => {
      const norm = normalisationOf(normalisation, over);
      if (norm !== null) next(`norm-${layer}`, norm.type, `Norm ${layer}`, norm.params);
    };
    const activate = (layer: 1 | 2): void =>
      next(`act-${layer}`, 'activation', `${activationLabel(activation)} ${layer}`, { function: activation });
    const sum = (): void => {
      if (shortcut === 'none') return;
      column += 1;
      const around = from === null ? skipped : shapeShortcut(put, block, from, style, skipped);
      end = put('add', 'add', 'Add', {}, cellPlace(column, 1), [around, end]);
    };
    if (order === 'after') {
      convolve(1);
      normalise(1);
      activate(1);
      convolve(2);
      normalise(2);
      sum();
      activate(2);
    } else {
      normalise(1, from ?? channels);
      activate(1);
      // Where the shape changes, both ways read what has been normalised (He et al. 2016, appendix).
      if (from !== null) skipped = end;
      convolve(1);
      normalise(2);
      activate(2);
      convolve(2);
      sum();
    }
    return { y: end };
  });
}

/**
 * The residual networks for small images (He et al. 2015, section 4.2, and 2016): 6n + 2 layers, three stages of n blocks,
 * 16, 32 and 64 channels. With ten classes, batch normalisation and shortcut A, 20 layers have 269,722 weights and 56 have
 * 853,018. Without shortcuts it is the plain network of the same paper.
 */
export const resnetCifar: Template = {
  name: 'resnet-cifar',
  family: 'images',
  settings: [
    { key: 'depth', kind: 'choice', default: '20', options: depths },
    { key: 'shortcut', kind: 'choice', default: 'A', options: shortcuts },
    { key: 'order', kind: 'choice', default: 'after', options: orders },
    { key: 'firstChannels', kind: 'integer', default: 16, minimum: 1, maximum: 256 },
    { key: 'activation', kind: 'choice', default: 'relu', options: hiddenActivations },
    { key: 'normalisation', kind: 'choice', default: 'batch', options: imageNormalisations },
    { key: 'side', kind: 'integer', default: 32, minimum: 12, maximum: 128 },
  ],
  source: 'He, Zhang, Ren, Sun 2015, arXiv:1512.03385, section 4.2; before the layers: 2016, arXiv:1603.05027',
  create(values) {
    const depth = values.choice('depth', depths);
    const blocks = (Number(depth) - 2) / 6;
    const shortcut = values.choice('shortcut', shortcuts);
    const order = values.choice('order', orders);
    const activation = values.choice('activation', hiddenActivations);
    const normalisation = values.choice('normalisation', imageNormalisations);
    const style = { shortcut, order, activation, normalisation };
    const side = values.number('side');
    const width = values.number('firstChannels');
    const numbers = new WireNumbers();
    const staged = new StagedSheet(new SheetBuilder(numbers));
    const cells: CellDefinition[] = [];

    const finish = (id: string, channels: number): Link[] => {
      const norm = normalisationOf(normalisation, channels);
      return [
        ...(norm === null ? [] : [{ id: `${id}-norm`, ...norm, label: 'Norm' }]),
        {
          id: `${id}-act`,
          type: 'activation',
          label: activationLabel(activation),
          params: { function: activation },
        },
      ];
    };
    const stem = convolution(width, 3, { useBias: normalisation === 'none' });
    staged.row([
      { id: 'image', type: 'input', label: 'Image', params: { shape: [side, side, 3] } },
      { id: 'stem', type: 'convolution2d', label: 'Stem', params: stem },
      ...(order === 'after' ? finish('stem', width) : []),
    ]);
    for (const stage of [1, 2, 3] as const) {
      const channels = width * 2 ** (stage - 1);
      const colour = stageColours[stage - 1];
      const title = values.say('template.frame.stage', { stage, channels });
      staged.stage(`stage-${stage}`, title, (chain) => {
        for (let block = 1; block <= blocks; block += 1) {
          const from = stage > 1 && block === 1 ? channels / 2 : null;
          const id = from === null ? `block-${channels}` : `down-${channels}`;
          const name = values.say(from === null ? 'template.cell.block' : 'template.cell.down', { channels });
          if (cells.every((cell) => (cell.id as string) !== id))
            cells.push(drawBlock(numbers, { id, name, colour, channels, from }, style));
          chain.then(instanceLink(`block-${stage}-${block}`, `Block ${stage}.${block}`, id));
        }
      });
    }
    staged.row([
      ...(order === 'before' ? finish('last', 4 * width) : []),
      { id: 'pool', type: 'globalPooling2d', label: 'Global pool' },
      { id: 'logits', type: 'dense', label: 'Logits', params: { units: 10 } },
      { id: 'output', type: 'output', label: 'Shape', params: { link: 'softmax' } },
    ]);
    const name = values.say(shortcut === 'none' ? 'template.document.plainCifar' : 'template.document.resnet', {
      depth,
    });
    const learned = { ...training, ...classification(nodeId('output'), colouredShapes(nodeId('image'), side)) };
    return documentOf(name, staged.sheet.graph(), learned, { cells });
  },
};
