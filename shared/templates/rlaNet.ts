import type { CellDefinition } from '../graph/document.ts';
import { nodeId } from '../graph/identifiers.ts';
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
import { cellPlace, drawCell, stageColours } from './cells.ts';
import { batchNormalisation, classification, colouredShapes, convolution } from './imageParts.ts';
import { imagenetTraining } from './resnet.ts';
import type { End } from './sheetBuilder.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import { StagedSheet } from './stages.ts';
import type { Template } from './template.ts';

/** Blocks side by side in a stage's frame. */
const blocksInRow = 6;

interface Recurrence {
  readonly stage: number;
  readonly name: string;
  readonly memory: number;
}

/** h ← U * tanh(BN(h + V * b)): both convolutions shared by all blocks of a stage, the normalisation not. */
function drawRecurrence(numbers: WireNumbers, { stage, name, memory }: Recurrence): CellDefinition {
  const ends = {
    inputs: { h: cellPlace(0, 0), b: cellPlace(0, 1) },
    outputs: { h: cellPlace(6, 0) },
  };
  const sketch = { id: `recurrence-${stage}`, name, colour: stageColours[stage - 1], ...ends };
  return drawCell(numbers, sketch, (put, input) => {
    const seen = put('v', 'convolution2d', 'V', convolution(memory, 1), cellPlace(1, 1), [input('b')]);
    const sum = put('add', 'add', 'Add', {}, cellPlace(2, 0), [input('h'), seen]);
    const perInstance = { perInstance: true };
    const norm = put('norm', 'batchNormalisation', 'Norm', batchNormalisation, cellPlace(3, 0), [sum], perInstance);
    const bent = put('tanh', 'activation', 'tanh', { function: 'tanh' }, cellPlace(4, 0), [norm]);
    return { h: put('u', 'convolution2d', 'U', convolution(memory, 3), cellPlace(5, 0), [bent]) };
  });
}

/**
 * RLA-Net as published (Zhao, Fang, Li, Li 2021, "Recurrence along Depth", NeurIPS; code fangyanwen1106/RLANet): a ResNet
 * whose blocks read [x; h], where h is aggregated along the depth by one small recurrent cell per stage, shared by the
 * stage's blocks but for its normalisation. RLA-ResNet50 with 1000 classes has 25,870,696 weights.
 */
export const rlaNet: Template = {
  name: 'rla-net',
  family: 'depth',
  settings: [...imagenetSettings, { key: 'memory', kind: 'integer', default: 32, minimum: 1, maximum: 256 }],
  source:
    'Zhao, Fang, Li, Li 2021, “Recurrence along Depth: Deep Convolutional Neural Networks with Recurrent Layer Aggregation”, NeurIPS; code: fangyanwen1106/RLANet',
  create(values) {
    const depth = values.choice('depth', imagenetDepths);
    const width = values.number('firstChannels');
    const memory = values.number('memory');
    const side = Number(values.choice('side', imagenetSides));
    const numbers = new WireNumbers();
    const staged = new StagedSheet(new SheetBuilder(numbers));
    const { sheet } = staged;
    const cells: CellDefinition[] = [];
    staged.row(imagenetStem(side, width));
    let h: End | null = null;
    imagenetBlocks[depth].forEach((blocks, index) => {
      const stage = index + 1;
      const channels = width * 2 ** index;
      const wide = expansion * channels;
      const common = { colour: stageColours[index], channels, gamma: 0, form: 'joined' } as const;
      const { first, other } = stageCells(values, stage, wide);
      cells.push(drawBottleneck(numbers, { ...common, ...first }), drawBottleneck(numbers, { ...common, ...other }));
      cells.push(drawRecurrence(numbers, { stage, name: values.say('template.cell.recurrence', { stage }), memory }));
      let x = staged.end;
      staged.grid(`stage-${stage}`, values.say('template.frame.stage', { stage, channels: wide }), (parent, at) => {
        const instance = (id: string, label: string, cell: string, weights: string, column: number, row: number) =>
          sheet.node(id, 'cell', { cell, weights, parameters: {} }, at(column, row), { label, parent });
        for (let block = 1; block <= blocks; block += 1) {
          const column = ((block - 1) % blocksInRow) + 1;
          const row = 2 * Math.floor((block - 1) / blocksInRow);
          if (h === null) {
            const shape = [side / 4, side / 4, memory];
            h = sheet.node('start', 'constant', { shape, fill: 0 }, at(0, row + 1), { label: 'h = 0', parent });
          }
          const cell = block === 1 ? first.id : other.id;
          const made = instance(`block-${stage}-${block}`, `Block ${stage}.${block}`, cell, 'own', column, row);
          sheet.wire(x, [made, 'in.x']);
          sheet.wire(h, [made, 'in.h']);
          x = [made, 'out.y'];
          if (block === 1 && stage > 1) {
            const half = sheet.node(`halve-${stage}`, 'pooling2d', { mode: 'average' }, at(0, row + 1), {
              label: 'Halve h',
              parent,
            });
            sheet.wire(h, half);
            h = half;
          }
          const label = `RLA ${stage}.${block}`;
          const recurrence = `recurrence-${stage}`;
          const next = instance(`rla-${stage}-${block}`, label, recurrence, 'shared', column + 0.5, row + 1);
          sheet.wire(h, [next, 'in.h']);
          sheet.wire([made, 'out.b'], [next, 'in.b']);
          h = [next, 'out.h'];
        }
        return x;
      });
    });
    const x = staged.end;
    if (h === null) throw new Error('a network without blocks has no memory');
    staged.row(
      [
        { id: 'memory-norm', type: 'batchNormalisation', label: 'Norm of h', params: batchNormalisation },
        { id: 'memory-relu', type: 'activation', label: 'ReLU', params: { function: 'relu' } },
        { id: 'join', type: 'concatenate', label: 'Join x and h', port: 'in.1' },
        { id: 'pool', type: 'globalPooling2d', label: 'Global pool' },
        { id: 'logits', type: 'dense', label: 'Logits', params: { units: values.number('classes') } },
        { id: 'output', type: 'output', label: 'Class', params: { link: 'softmax' } },
      ],
      h,
    );
    sheet.wire(x, [nodeId('join'), 'in.0']);
    return documentOf(
      values.say('template.document.rlaNet', { depth }),
      sheet.graph(),
      { ...imagenetTraining, ...classification(nodeId('output'), colouredShapes(nodeId('image'), side)) },
      { cells, note: values.say('template.rla-net.note') },
    );
  },
};
