import type { CellDefinition, GraphNode, LoopParameters } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { terminalId } from '../graph/identifiers.ts';
import { drawCell, stageColours } from './cells.ts';
import { firstStateRow } from './recurrentParts.ts';
import { cardHeight, cardPitch, circleDiameter, gap } from './rows.ts';
import type { End } from './sheetBuilder.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import type { Template } from './template.ts';

/** Blocks with weights of their own; one block repeated; a loop whose steps have weights of their own. */
const sharings = ['own', 'shared', 'perStep'] as const;
const orders = ['before', 'after'] as const;

interface Block {
  readonly features: number;
  readonly heads: number;
  readonly causal: boolean;
  readonly order: (typeof orders)[number];
}

/** Length of a block's row: five cards and two sums. */
const blockWidth = 5 * cardPitch + 2 * (circleDiameter + gap) - gap;

/** Puts a node of a block at a place along its row, wired to what it reads at the named ports. */
type Put = (
  id: string,
  type: string,
  label: string,
  params: GraphNode['params'],
  x: number,
  from: Readonly<Record<string, End>>,
) => NodeId;

/** Attention and two dense layers, each with a sum around it and a normalisation before or after. */
function drawBlock(put: Put, start: End, { features, heads, causal, order }: Block): End {
  let x = 0;
  const next = (width: number): number => {
    x += width + gap;
    return x - width - gap;
  };
  const card = cardPitch - gap;
  const norm = (id: string, from: End): End => put(id, 'layerNormalisation', 'Norm', {}, next(card), { in: from });
  const around = (id: string, value: End, inner: (given: End) => End): End => {
    const given = order === 'before' ? norm(`norm-${id}`, value) : value;
    const made = inner(given);
    const sum = put(`add-${id}`, 'add', 'Add', {}, next(circleDiameter), { 'in.0': value, 'in.1': made });
    return order === 'after' ? norm(`norm-${id}`, sum) : sum;
  };
  const attended = around('1', start, (given) => {
    const params = { heads, keySize: Math.max(1, Math.floor(features / heads)), causal };
    return put('attention', 'multiHeadAttention', 'Attention', params, next(card), { query: given, value: given });
  });
  return around('2', attended, (given) => {
    const wide = { units: 4 * features, activation: 'relu', kernelInitialiser: { kind: 'heNormal' } };
    const hidden = put('hidden', 'dense', 'Hidden', wide, next(card), { in: given });
    return put('back', 'dense', 'Back', { units: features }, next(card), { in: hidden });
  });
}

/** The encoder of Vaswani et al. 2017, section 3.1; with shared weights, that of Dehghani et al. 2019. */
export const transformerEncoder: Template = {
  name: 'transformer-encoder',
  family: 'sequences',
  settings: [
    { key: 'encoderBlocks', kind: 'integer', default: 2, minimum: 1, maximum: 48 },
    { key: 'features', kind: 'integer', default: 32, minimum: 4, maximum: 1024 },
    { key: 'heads', kind: 'integer', default: 4, minimum: 1, maximum: 64 },
    { key: 'sharing', kind: 'choice', default: 'own', options: sharings },
    { key: 'normalised', kind: 'choice', default: 'before', options: orders },
    { key: 'causal', kind: 'boolean', default: true },
    { key: 'sequenceLength', kind: 'integer', default: 16, minimum: 2, maximum: 512 },
  ],
  source:
    'Vaswani et al. 2017, "Attention Is All You Need", arXiv:1706.03762; norm before: Xiong et al. 2020, arXiv:2002.04745; shared: Dehghani et al. 2019, "Universal Transformers", arXiv:1807.03819',
  create(values) {
    const length = values.number('sequenceLength');
    const alphabet = 2 * length;
    const sharing = values.choice('sharing', sharings);
    const order = values.choice('normalised', orders);
    const block = {
      features: values.number('features'),
      heads: values.number('heads'),
      causal: values.boolean('causal'),
      order,
    };
    const count = values.number('encoderBlocks');
    const numbers = new WireNumbers();
    const sheet = new SheetBuilder(numbers);
    const cells: CellDefinition[] = [];
    let x = 0;
    let end: End | null = null;
    const add = (id: string, type: string, label: string, params: GraphNode['params'], port = 'in'): NodeId => {
      const node = sheet.node(id, type, params, { x, y: 0 }, { label });
      if (end !== null) sheet.wire(end, [node, port]);
      x += cardPitch;
      end = node;
      return node;
    };
    const label = (key: 'tokens' | 'embedding' | 'positions' | 'repeated' | 'block' | 'blocks') =>
      values.say(`template.label.${key}`);
    const input = add('tokens', 'input', label('tokens'), { shape: [length], dtype: 'int32' });
    const normal = { kind: 'normal', mean: 0, deviation: 1 };
    const embedded = { vocabulary: alphabet, dimension: block.features, tableInitialiser: normal };
    add('embedding', 'embedding', label('embedding'), embedded);
    const positioned = add('positions', 'positionalEncoding', label('positions'), {});
    if (sharing === 'own') {
      cells.push(
        drawCell(
          numbers,
          {
            id: 'block',
            name: label('block'),
            colour: stageColours[0],
            inputs: { x: { x: 0, y: 0 } },
            outputs: { y: { x: cardPitch + blockWidth + gap, y: 0 } },
          },
          (put, terminal) => {
            const inside: Put = (id, type, title, params, place, from) =>
              put(id, type, title, params, { x: cardPitch + place, y: 0 }, from);
            return { y: drawBlock(inside, terminal('x'), block) };
          },
        ),
      );
      for (let number = 1; number <= count; number += 1) {
        const params = { cell: 'block', weights: 'own', parameters: {} };
        const instance = add(`block-${number}`, 'cell', `${label('block')} ${number}`, params, 'in.x');
        end = [instance, 'out.y'];
      }
    } else {
      const parameters: LoopParameters = {
        iterations: count,
        states: [{ id: terminalId('x'), shape: [length, block.features], initial: { kind: 'wired' } }],
        inputs: [],
        outputs: [{ id: terminalId('x'), kind: 'last', state: terminalId('x') }],
      };
      const inset = 64;
      const size = { width: blockWidth + 2 * inset, height: firstStateRow + 90 };
      const loopY = cardHeight / 2 - firstStateRow;
      const loop = sheet.node('blocks', 'loop', parameters, { x, y: loopY }, { label: label('blocks'), size });
      sheet.wire(positioned, [loop, 'init.x']);
      const own = sharing === 'perStep' ? { perStep: [loop] } : {};
      const put: Put = (id, type, title, params, place, from) => {
        const node = sheet.node(
          `block-${id}`,
          type,
          params,
          { x: inset + place, y: firstStateRow - cardHeight / 2 },
          { label: title, parent: loop, ...(type === 'add' ? {} : own) },
        );
        for (const [port, value] of Object.entries(from)) sheet.wire(value, [node, port]);
        return node;
      };
      const made = drawBlock(put, [loop, 'state.x'], block);
      sheet.wire(made, [loop, 'next.x']);
      end = [loop, 'out.x'];
      x += size.width + gap;
    }
    if (order === 'before') add('norm', 'layerNormalisation', 'Norm', {});
    add('logits', 'dense', 'Logits', { units: 2 });
    const output = add('output', 'output', label('repeated'), { link: 'softmax' });
    return documentOf(
      values.say('template.transformer-encoder.name'),
      sheet.graph(),
      {
        losses: [{ output, kind: 'softmaxCrossEntropy', weight: 1, target: 'isRepeated' }],
        metrics: [{ output, kind: 'accuracy', target: 'isRepeated' }],
        optimiser: { kind: 'adam', learningRate: 3e-3, beta1: 0.9, beta2: 0.98, epsilon: 1e-9 },
        schedule: { kind: 'cosine', minimum: 0 },
        clipping: { kind: 'globalNorm', threshold: 1 },
        epochs: 20,
        batch: 50,
        data: {
          source: { kind: 'repeatedTokens', size: 3000, length, alphabet },
          seed: 1,
          validation: 1 / 6,
          inputs: { [input]: 'tokens' },
        },
      },
      { cells },
    );
  },
};
