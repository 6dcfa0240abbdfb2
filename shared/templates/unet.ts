import type { CellDefinition } from '../graph/document.ts';
import { newOptimiser } from '../graph/trainingKinds.ts';
import type { HiddenActivation } from './branches.ts';
import { activationLabel, hiddenActivations } from './branches.ts';
import { cellPlace, drawCell, stageColours } from './cells.ts';
import type { ImageNormalisation } from './imageParts.ts';
import { classification, convolution, heFanOut, imageNormalisations, normalisationOf } from './imageParts.ts';
import { cardPitch } from './rows.ts';
import type { End } from './sheetBuilder.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import type { Template } from './template.ts';

const sides = ['16', '32', '48', '64', '96', '128'] as const;
const enlargements = ['transposed', 'nearest'] as const;
/** From one level of the U to the one below; a pool or an enlargement stands in between. */
const levelPitch = 152;
const shapes = 4;

interface Pair {
  readonly channels: number;
  readonly level: number;
  readonly name: string;
  readonly activation: HiddenActivation;
  readonly normalisation: ImageNormalisation;
}

/** Two 3×3 convolutions, each with normalisation and activation. */
function drawPair(numbers: WireNumbers, { channels, level, name, activation, normalisation }: Pair): CellDefinition {
  const colour = stageColours[(level - 1) % stageColours.length];
  const norm = normalisationOf(normalisation, channels);
  const width = norm === null ? 2 : 3;
  const ends = { inputs: { x: cellPlace(0, 0) }, outputs: { y: cellPlace(2 * width + 1, 0) } };
  return drawCell(numbers, { id: `level-${level}`, name, colour, ...ends }, (put, input) => {
    let end = input('x');
    for (const layer of [1, 2]) {
      const column = 1 + width * (layer - 1);
      const params = convolution(channels, 3, { useBias: norm === null });
      end = put(`conv-${layer}`, 'convolution2d', `Conv ${layer}`, params, cellPlace(column, 0), [end]);
      if (norm !== null)
        end = put(`norm-${layer}`, norm.type, `Norm ${layer}`, norm.params, cellPlace(column + 1, 0), [end]);
      const label = `${activationLabel(activation)} ${layer}`;
      const at = cellPlace(column + width - 1, 0);
      end = put(`act-${layer}`, 'activation', label, { function: activation }, at, [end]);
    }
    return { y: end };
  });
}

/**
 * U-Net (Ronneberger et al. 2015): each level halves the image and doubles the channels; on the way up each level joins
 * what the same level had on the way down. Convolutions keep the size here, so that nothing is cropped; the paper's do not.
 */
export const unet: Template = {
  name: 'unet',
  family: 'images',
  settings: [
    { key: 'levels', kind: 'integer', default: 3, minimum: 1, maximum: 4 },
    { key: 'filters', kind: 'integer', default: 8, minimum: 1, maximum: 128 },
    { key: 'enlargement', kind: 'choice', default: 'transposed', options: enlargements },
    { key: 'activation', kind: 'choice', default: 'relu', options: hiddenActivations },
    { key: 'normalisation', kind: 'choice', default: 'batch', options: imageNormalisations },
    { key: 'side', kind: 'choice', default: '32', options: sides },
  ],
  source: 'Ronneberger, Fischer, Brox 2015, arXiv:1505.04597',
  create(values) {
    const levels = values.number('levels');
    const filters = values.number('filters');
    const enlargement = values.choice('enlargement', enlargements);
    const side = Number(values.choice('side', sides));
    const activation = values.choice('activation', hiddenActivations);
    const normalisation = values.choice('normalisation', imageNormalisations);
    const numbers = new WireNumbers();
    const sheet = new SheetBuilder(numbers);
    const at = (column: number, level: number) => ({ x: column * cardPitch, y: (level - 1) * levelPitch });
    const channelsAt = (level: number): number => filters * 2 ** (level - 1);
    const cells = Array.from({ length: levels + 1 }, (_, index) => {
      const channels = channelsAt(index + 1);
      const name = values.say('template.cell.pair', { channels });
      return drawPair(numbers, { channels, level: index + 1, name, activation, normalisation });
    });
    const pair = (id: string, label: string, level: number, column: number, from: End): End => {
      const params = { cell: `level-${level}`, weights: 'own', parameters: {} };
      const node = sheet.node(id, 'cell', params, at(column, level), { label });
      sheet.wire(from, [node, 'in.x']);
      return [node, 'out.y'];
    };

    const input = sheet.node('image', 'input', { shape: [side, side, 3] }, at(0, 1), { label: 'Image' });
    const kept: End[] = [];
    let end: End = input;
    for (let level = 1; level <= levels; level += 1) {
      end = pair(`down-${level}`, `Down ${level}`, level, level, end);
      kept.push(end);
      const pool = sheet.node(`pool-${level}`, 'pooling2d', {}, at(level + 0.5, level + 0.5), {
        label: `Pool ${level}`,
      });
      sheet.wire(end, pool);
      end = pool;
    }
    end = pair('bottom', 'Bottom', levels + 1, levels + 1, end);
    let column = levels + 2;
    for (let level = levels; level >= 1; level -= 1) {
      const [type, params] =
        enlargement === 'transposed'
          ? ['transposedConvolution2d', { filters: channelsAt(level), kernelInitialiser: heFanOut }]
          : ['upsampling2d', {}];
      const larger = sheet.node(`up-${level}`, type, params, at(column - 0.5, level + 0.5), { label: `Up ${level}` });
      sheet.wire(end, larger);
      const joined = sheet.node(`join-${level}`, 'concatenate', {}, at(column, level), { label: `Join ${level}` });
      const same = kept[level - 1];
      if (same !== undefined) sheet.wire(same, [joined, 'in.0']);
      sheet.wire(larger, [joined, 'in.1']);
      end = pair(`back-${level}`, `Back ${level}`, level, column + 1, joined);
      column += 2;
    }
    const classes = { ...convolution(shapes + 1, 1, { useBias: true }), kernelInitialiser: { kind: 'glorotUniform' } };
    const logits = sheet.node('logits', 'convolution2d', classes, at(column, 1), { label: 'Logits' });
    sheet.wire(end, logits);
    const output = sheet.node('output', 'output', { link: 'softmax' }, at(column + 1, 1), { label: 'Pixels' });
    sheet.wire(logits, output);
    return documentOf(
      'U-Net',
      sheet.graph(),
      {
        optimiser: newOptimiser('adam', 3e-3),
        schedule: { kind: 'cosine', minimum: 0 },
        epochs: 10,
        batch: 16,
        ...classification(output, {
          target: 'pixels',
          data: {
            source: { kind: 'segmentedShapes', size: 1000, side, shapes, count: 3, noise: 0.05 },
            seed: 1,
            validation: 0.2,
            inputs: { [input]: 'image' },
          },
        }),
      },
      { cells },
    );
  },
};
