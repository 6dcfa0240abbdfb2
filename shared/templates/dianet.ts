import type { CellDefinition } from '../graph/document.ts';
import { nodeId } from '../graph/identifiers.ts';
import { drawBottleneck, expansion, stageCells } from './bottleneck.ts';
import { cellPlace, drawCell, stageColours } from './cells.ts';
import { batchNormalisation, classification, colouredShapes, convolution } from './imageParts.ts';
import { imagenetTraining } from './resnet.ts';
import type { End } from './sheetBuilder.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import { StagedSheet } from './stages.ts';
import type { Template } from './template.ts';

/** Blocks side by side in a stage's frame: each takes three columns. */
const blocksInRow = 3;
const reduction = 4;

/**
 * The DIA-LSTM of a stage with N channels: [i, f, g, o] = A(GAP(b)) + B(h), where A and B are N → N/4, ReLU, N/4 → 4N;
 * c ← σ(f)c + σ(i)tanh(g); h ← σ(o)σ(c), with σ and not tanh as in an LSTM. 2.5N² + 8.5N weights.
 */
function drawUnit(numbers: WireNumbers, stage: number, name: string, channels: number): CellDefinition {
  const ends = {
    inputs: { b: cellPlace(0, 0), h: cellPlace(0, 1), c: cellPlace(0, 2.5) },
    outputs: { h: cellPlace(10.5, 2.5), c: cellPlace(10.5, 1.5) },
  };
  const sketch = { id: `dia-${stage}`, name, colour: stageColours[stage - 1], ...ends };
  return drawCell(numbers, sketch, (put, input) => {
    const activate = (id: string, label: string, kind: string, column: number, row: number, from: End) =>
      put(id, 'activation', label, { function: kind }, cellPlace(column, row), [from]);
    const narrow = (id: string, row: number, from: End): End => {
      const units = Math.max(1, Math.floor(channels / reduction));
      const small = put(`${id}-1`, 'dense', `${id.toUpperCase()} 1`, { units }, cellPlace(2, row), [from]);
      const bent = activate(`${id}-relu`, 'ReLU', 'relu', 3, row, small);
      return put(`${id}-2`, 'dense', `${id.toUpperCase()} 2`, { units: 4 * channels }, cellPlace(4, row), [bent]);
    };
    const pooled = put('pool', 'globalPooling2d', 'Global pool', {}, cellPlace(1, 0), [input('b')]);
    const sum = put('add', 'add', 'Add', {}, cellPlace(5, 0.5), [narrow('a', 0, pooled), narrow('b', 1, input('h'))]);
    const gates = put('gates', 'split', 'i, f, g, o', { parts: 4 }, cellPlace(5.5, 0.5), [sum]);
    const write = activate('i', 'σ(i)', 'sigmoid', 6.5, 0, [gates, 'out.0']);
    const keep = activate('f', 'σ(f)', 'sigmoid', 6.5, 1, [gates, 'out.1']);
    const made = activate('g', 'tanh(g)', 'tanh', 6.5, 2, [gates, 'out.2']);
    const read = activate('o', 'σ(o)', 'sigmoid', 6.5, 3, [gates, 'out.3']);
    const kept = put('kept', 'multiply', 'Kept', {}, cellPlace(7.5, 1), [keep, input('c')]);
    const written = put('written', 'multiply', 'Written', {}, cellPlace(7.5, 2), [write, made]);
    const c = put('cell', 'add', 'c', {}, cellPlace(8, 1.5), [kept, written]);
    const squashed = activate('squash', 'σ(c)', 'sigmoid', 8.5, 2, c);
    return { h: put('out', 'multiply', 'h', {}, cellPlace(9.5, 2.5), [read, squashed]), c };
  });
}

/** x ← ReLU(s + b ⊙ h): each channel of the branch is scaled by its number in h. */
function drawRecalibration(numbers: WireNumbers, name: string): CellDefinition {
  const ends = {
    inputs: { s: cellPlace(0, 0), b: cellPlace(0, 1), h: cellPlace(0, 2) },
    outputs: { y: cellPlace(4, 0) },
  };
  return drawCell(numbers, { id: 'recalibrate', name, ...ends }, (put, input) => {
    const product = { a: input('b'), b: input('h') };
    const scaled = put('scale', 'binary', 'b ⊙ h', { function: 'multiply' }, cellPlace(1, 1), product);
    const sum = put('add', 'add', 'Add', {}, cellPlace(2, 0), [input('s'), scaled]);
    return { y: put('relu', 'activation', 'ReLU', { function: 'relu' }, cellPlace(3, 0), [sum]) };
  });
}

/**
 * DIANet as published (Huang et al. 2020, "DIANet: Dense-and-Implicit Attention Network", AAAI; code gbup-group/DIANet):
 * a ResNet of 9n + 2 layers for small images, in which one LSTM-like unit per stage, shared by all blocks of the stage,
 * scales the channels of each block's branch.
 */
export const dianet: Template = {
  name: 'dianet',
  family: 'depth',
  settings: [
    { key: 'blocksInStage', kind: 'integer', default: 2, minimum: 1, maximum: 18 },
    { key: 'firstChannels', kind: 'integer', default: 16, minimum: 1, maximum: 128 },
    { key: 'classes', kind: 'integer', default: 10, minimum: 10, maximum: 10_000 },
    { key: 'side', kind: 'integer', default: 32, minimum: 12, maximum: 128 },
  ],
  source:
    'Huang, Liang, Zhao, Wang, Yu 2020, “DIANet: Dense-and-Implicit Attention Network”, AAAI, arXiv:1905.10671; code: gbup-group/DIANet',
  create(values) {
    const blocks = values.number('blocksInStage');
    const width = values.number('firstChannels');
    const side = values.number('side');
    const numbers = new WireNumbers();
    const staged = new StagedSheet(new SheetBuilder(numbers));
    const { sheet } = staged;
    const cells: CellDefinition[] = [drawRecalibration(numbers, values.say('template.cell.recalibrate'))];
    staged.row([
      { id: 'image', type: 'input', label: 'Image', params: { shape: [side, side, 3] } },
      { id: 'stem', type: 'convolution2d', label: 'Stem', params: convolution(width, 3) },
      { id: 'stem-norm', type: 'batchNormalisation', label: 'Norm', params: batchNormalisation },
      { id: 'stem-relu', type: 'activation', label: 'ReLU', params: { function: 'relu' } },
    ]);
    for (const stage of [1, 2, 3] as const) {
      const channels = width * 2 ** (stage - 1);
      const wide = expansion * channels;
      const common = { colour: stageColours[stage - 1], channels, gamma: 1, form: 'branch' } as const;
      const { first, other } = stageCells(values, stage, wide);
      cells.push(drawBottleneck(numbers, { ...common, ...first }));
      if (blocks > 1) cells.push(drawBottleneck(numbers, { ...common, ...other }));
      cells.push(drawUnit(numbers, stage, values.say('template.cell.dia', { stage, channels: wide }), wide));
      let x = staged.end;
      staged.grid(`stage-${stage}`, values.say('template.frame.stage', { stage, channels: wide }), (parent, at) => {
        const instance = (id: string, label: string, cell: string, weights: string, column: number, row: number) =>
          sheet.node(id, 'cell', { cell, weights, parameters: {} }, at(column, row), { label, parent });
        const zeros = sheet.node(`start-${stage}`, 'constant', { shape: [wide], fill: 0 }, at(0, 1), {
          label: 'h = c = 0',
          parent,
        });
        let h: End = zeros;
        let c: End = zeros;
        for (let block = 1; block <= blocks; block += 1) {
          const column = 3 * ((block - 1) % blocksInRow);
          const row = 2 * Math.floor((block - 1) / blocksInRow);
          const id = `${stage}-${block}`;
          const cell = block === 1 ? first.id : other.id;
          const made = instance(`block-${id}`, `Block ${stage}.${block}`, cell, 'own', column, row);
          sheet.wire(x, [made, 'in.x']);
          const unit = instance(`unit-${id}`, `DIA ${stage}.${block}`, `dia-${stage}`, 'shared', column + 1, row + 1);
          sheet.wire([made, 'out.b'], [unit, 'in.b']);
          sheet.wire(h, [unit, 'in.h']);
          sheet.wire(c, [unit, 'in.c']);
          h = [unit, 'out.h'];
          c = [unit, 'out.c'];
          const scaled = instance(`scale-${id}`, `Scale ${stage}.${block}`, 'recalibrate', 'shared', column + 2, row);
          sheet.wire([made, 'out.s'], [scaled, 'in.s']);
          sheet.wire([made, 'out.b'], [scaled, 'in.b']);
          sheet.wire(h, [scaled, 'in.h']);
          x = [scaled, 'out.y'];
        }
        return x;
      });
    }
    staged.row([
      { id: 'pool', type: 'globalPooling2d', label: 'Global pool' },
      { id: 'logits', type: 'dense', label: 'Logits', params: { units: values.number('classes') } },
      { id: 'output', type: 'output', label: 'Class', params: { link: 'softmax' } },
    ]);
    return documentOf(
      `DIANet-${9 * blocks + 2}`,
      sheet.graph(),
      { ...imagenetTraining, ...classification(nodeId('output'), colouredShapes(nodeId('image'), side)) },
      { cells, note: values.say('template.dianet.note') },
    );
  },
};
