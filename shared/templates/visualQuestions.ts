import { clevrAnswers, clevrQuestionLength, clevrSide, clevrWords } from '../graph/dataFields.ts';
import type { GraphNode, LoopParameters } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { terminalId } from '../graph/identifiers.ts';
import type { Training } from '../graph/training.ts';
import { newOptimiser } from '../graph/trainingKinds.ts';
import type { TextKey } from '../text/text.ts';
import { cardHeight, cardPitch, frameInset, framePadding } from './rows.ts';
import type { End } from './sheetBuilder.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import { stemParameters, stemSide } from './stem.ts';
import type { Template, TemplateSetting, TemplateValues } from './template.ts';

type Position = GraphNode['position'];
type CardName = TextKey extends infer Key
  ? Key extends `template.questions.${infer Name}`
    ? Exclude<Name, 'stem' | 'stem.note'>
    : never
  : never;

/** Height of the port of a loop's first state below its upper border, and from one port to the next. */
const firstPort = 78;
const portRow = 38;
const rowPitch = 96;

/** What keeps the memory from one look to the next. */
const memoryCells = ['gru', 'lstm'] as const;

/** Both templates ask in the same two ways and may hold the stem fast. */
const sharedSettings: readonly TemplateSetting[] = [
  { key: 'question', kind: 'choice', default: 'vector', options: ['vector', 'words'] },
  { key: 'frozenStem', kind: 'boolean', default: true },
  { key: 'images', kind: 'integer', default: 6700, minimum: 10, maximum: 100_000 },
];

/** The cards of a network that answers questions on pictures: one row beneath the other. */
class QuestionSheet {
  readonly sheet = new SheetBuilder(new WireNumbers());
  readonly #values: TemplateValues;
  /** Lower edge of what stands there. */
  bottom = 0;

  constructor(values: TemplateValues) {
    this.#values = values;
  }

  say(name: CardName | 'stem' | 'stem.note'): string {
    return this.#values.say(`template.questions.${name}`);
  }

  card(id: CardName, type: string, params: GraphNode['params'], position: Position, parent?: NodeId): NodeId {
    const label = this.say(id);
    return this.sheet.node(id, type, params, position, parent === undefined ? { label } : { label, parent });
  }

  /** The picture, and the convolutions that were trained on coloured shapes: what is seen at each of 10×10 places. */
  stem(): { readonly image: NodeId; readonly seen: NodeId } {
    const image = this.card('image', 'input', { shape: [clevrSide, clevrSide, 3] }, { x: 0, y: frameInset.y });
    const layers = Object.entries(stemParameters) as [keyof typeof stemParameters, GraphNode['params']][];
    const frame = this.sheet.node(
      'stem',
      'frame',
      {},
      { x: cardPitch, y: 0 },
      {
        label: this.say('stem'),
        note: this.say('stem.note'),
        ...(this.#values.boolean('frozenStem') && { frozen: true }),
        size: {
          width: 2 * frameInset.x + layers.length * cardPitch - (cardPitch - 132),
          height: frameInset.y + cardHeight + framePadding,
        },
      },
    );
    let end = image;
    layers.forEach(([id, params], column) => {
      const place = { x: frameInset.x + column * cardPitch, y: frameInset.y };
      const next = this.card(id, 'convolution2d', params, place, frame);
      this.sheet.wire(end, next);
      end = next;
    });
    this.bottom = frameInset.y + cardHeight + framePadding;
    return { image, seen: end };
  }

  /** A row of cards, each wired to the one before it. */
  row(
    from: End | null,
    y: number,
    cards: readonly (readonly [CardName, string, GraphNode['params']])[],
    x = 0,
  ): NodeId[] {
    let end = from;
    return cards.map(([id, type, params], column) => {
      const node = this.card(id, type, params, { x: x + column * cardPitch, y });
      if (end !== null) this.sheet.wire(end, node);
      end = node;
      return node;
    });
  }

  /** The question as a vector of so many numbers, by the paper's code or by its words; and what the inputs read. */
  question(y: number, units: number): { readonly asked: NodeId; readonly inputs: Readonly<Record<NodeId, string>> } {
    const { sheet } = this;
    if (this.#values.choice('question', ['vector', 'words']) === 'vector') {
      const [input, asked] = this.row(null, y, [
        ['question', 'input', { shape: [11] }],
        ['asked', 'dense', { units }],
      ]);
      if (input === undefined || asked === undefined) throw new Error('the question lacks its cards');
      return { asked, inputs: { [input]: 'question' } };
    }
    const [input, embedded, asked] = this.row(null, y, [
      ['words', 'input', { shape: [clevrQuestionLength], dtype: 'int32' }],
      ['embedding', 'embedding', { vocabulary: clevrWords.length, dimension: 16 }],
      ['asked', 'gru', { units }],
    ]);
    if (input === undefined || embedded === undefined || asked === undefined)
      throw new Error('the question lacks its cards');
    const isWord = this.card(
      'isWord',
      'input',
      { shape: [clevrQuestionLength], dtype: 'bool' },
      { x: 0, y: y + rowPitch },
    );
    sheet.wire(isWord, [asked, 'mask']);
    return { asked, inputs: { [input]: 'words', [isWord]: 'isWord' } };
  }

  /** From memory and question to the answer. */
  answer(parts: readonly End[], x: number, y: number, hidden: number): NodeId {
    const { sheet } = this;
    const [joined, , , output] = this.row(
      null,
      y,
      [
        ['together', 'concatenate', {}],
        ['thought', 'dense', { units: hidden, activation: 'relu' }],
        ['logits', 'dense', { units: clevrAnswers.length }],
        ['answer', 'output', { link: 'softmax' }],
      ],
      x,
    );
    if (joined === undefined || output === undefined) throw new Error('the answer lacks its cards');
    parts.forEach((part, index) => sheet.wire(part, [joined, `in.${index}`]));
    return output;
  }
}

function trainingOf(output: NodeId, images: number, inputs: Readonly<Record<NodeId, string>>): Partial<Training> {
  return {
    losses: [{ output, kind: 'softmaxCrossEntropy', weight: 1, target: 'answer' }],
    metrics: [{ output, kind: 'accuracy', target: 'answer' }],
    optimiser: newOptimiser('adam', 3e-3),
    schedule: { kind: 'cosine', minimum: 0 },
    batch: 64,
    // 16,000 steps on 6700 images.
    epochs: 8,
    data: { source: { kind: 'sortOfClevr', images }, seed: 1, validation: 0.05, inputs },
    probes: { every: 5, details: 50 },
  };
}

/**
 * Iterative attention for visual question answering, as the notes tell it of "DIANet" (memory attention as in SAN, DMN+
 * and MAC; the published DIANet is another network): m_0 = 0, then T times with one set of weights a query u_t = f(q,
 * m_{t−1}), a map α_t over the regions of the picture, a clue c_t = Σ_k α_{t,k} v_k and a memory m_t = GRU(c_t, m_{t−1})
 * (or an LSTM, whose cell is then a second state); the answer is read from [m_T; q]. The number of weights does not depend on T.
 */
export const iterativeAttention: Template = {
  name: 'iterative-attention',
  family: 'sequences',
  source: 'Yang et al. 2016, "Stacked Attention Networks for Image Question Answering"',
  settings: [
    { key: 'looks', kind: 'integer', default: 3, minimum: 1, maximum: 12 },
    { key: 'memoryUnits', kind: 'integer', default: 64, minimum: 4, maximum: 512 },
    { key: 'memoryCell', kind: 'choice', default: 'gru', options: memoryCells },
    { key: 'fusion', kind: 'choice', default: 'concatenate', options: ['concatenate', 'product'] },
    { key: 'scoring', kind: 'choice', default: 'additive', options: ['additive', 'dotProduct'] },
    ...sharedSettings,
  ],
  create(values) {
    const units = values.number('memoryUnits');
    const isLstm = values.choice('memoryCell', memoryCells) === 'lstm';
    const isProduct = values.choice('fusion', ['concatenate', 'product']) === 'product';
    const isAdditive = values.choice('scoring', ['additive', 'dotProduct']) === 'additive';
    const drawn = new QuestionSheet(values);
    const { sheet } = drawn;
    const { image, seen } = drawn.stem();
    const regionsY = drawn.bottom + 48;
    const [, , , clues, keys] = drawn.row(seen, regionsY, [
      ['amplified', 'rescaling', { factor: 4 }],
      ['coordinates', 'regionCoordinates', { coordinates: 'places' }],
      ['regions', 'reshape', { targetShape: [stemSide * stemSide, -1] }],
      ['clues', 'dense', { units }],
      ['keys', 'dense', { units }],
    ]);
    if (clues === undefined || keys === undefined) throw new Error('the regions lack their cards');
    const loopY = regionsY + rowPitch;
    const states = ['m', ...(isLstm ? ['c'] : [])];
    const { asked, inputs } = drawn.question(loopY + firstPort + (states.length + 2) * portRow - cardHeight / 2, units);

    // Right of the question's cards; the answer stands beneath, so that the whole stays narrow enough to be read.
    const loopX = (values.choice('question', ['vector', 'words']) === 'words' ? 3 : 2) * cardPitch + 36;
    const parameters: LoopParameters = {
      iterations: values.number('looks'),
      states: states.map((state) => ({
        id: terminalId(state),
        shape: [units],
        initial: { kind: 'zeros' },
      })),
      inputs: [
        { id: terminalId('clues'), kind: 'constant' },
        { id: terminalId('keys'), kind: 'constant' },
        { id: terminalId('question'), kind: 'constant' },
      ],
      outputs: [
        { id: terminalId('memory'), kind: 'last', state: terminalId('m') },
        { id: terminalId('maps'), kind: 'all' },
      ],
    };
    const width = 40 + 4 * cardPitch + 28;
    const height = firstPort + (states.length + 4) * portRow + 24;
    const loop = sheet.node(
      'looks',
      'loop',
      parameters,
      { x: loopX, y: loopY },
      {
        label: drawn.say('looks'),
        size: { width, height },
      },
    );
    sheet.wire(clues, [loop, 'in.clues']);
    sheet.wire(keys, [loop, 'in.keys']);
    sheet.wire(asked, [loop, 'in.question']);
    const body = (id: CardName, type: string, params: GraphNode['params'], column: number, row: number): NodeId =>
      drawn.card(id, type, params, { x: 40 + column * cardPitch, y: firstPort - cardHeight / 2 + row * portRow }, loop);
    let query: NodeId;
    if (isProduct) {
      // The memory starts at 0: a bias of ones lets the first query be the question's.
      const ofMemory = body('memoryQuery', 'dense', { units, biasInitialiser: { kind: 'constant', value: 1 } }, 0, 0);
      const ofQuestion = body('questionQuery', 'dense', { units }, 0, 3);
      query = body('query', 'multiply', {}, 1, 1.5);
      sheet.wire([loop, 'state.m'], ofMemory);
      sheet.wire([loop, 'input.question'], ofQuestion);
      sheet.wire(ofQuestion, [query, 'in.0']);
      sheet.wire(ofMemory, [query, 'in.1']);
    } else {
      const joined = body('fused', 'concatenate', {}, 0, 1.5);
      query = body('query', 'dense', { units }, 1, 1.5);
      sheet.wire([loop, 'input.question'], [joined, 'in.0']);
      sheet.wire([loop, 'state.m'], [joined, 'in.1']);
      sheet.wire(joined, query);
    }
    const attention = isAdditive
      ? body('attention', 'additiveAttention', {}, 2, 1.5)
      : body('attention', 'attention', {}, 2, 1.5);
    sheet.wire(query, [attention, 'query']);
    sheet.wire([loop, 'input.clues'], [attention, 'value']);
    sheet.wire([loop, 'input.keys'], [attention, 'key']);
    const memory = body('memory', isLstm ? 'lstmCell' : 'gruCell', { units }, 3, 0.5);
    sheet.wire([attention, 'out'], [memory, 'in']);
    sheet.wire([loop, 'state.m'], [memory, 'h']);
    sheet.wire([memory, 'nextH'], [loop, 'next.m']);
    if (isLstm) {
      sheet.wire([loop, 'state.c'], [memory, 'c']);
      sheet.wire([memory, 'nextC'], [loop, 'next.c']);
    }
    sheet.wire([attention, 'map'], [loop, 'result.maps']);

    const answerY = loopY + height + 48;
    const output = drawn.answer([[loop, 'out.memory'], asked], loopX + width - 4 * cardPitch + 36, answerY, 2 * units);
    return documentOf(
      values.say('template.iterative-attention.name'),
      sheet.graph(),
      trainingOf(output, values.number('images'), { ...inputs, [image]: 'image' }),
      {
        note: values.say('template.iterative-attention.note'),
      },
    );
  },
};

/**
 * The control of iterative attention: the same stem and question, but the whole picture is read once by dense layers, as
 * the baseline of Santoro et al. 2017 does. With its defaults it has within a tenth as many weights.
 */
export const pictureAtOnce: Template = {
  name: 'picture-at-once',
  family: 'sequences',
  source: 'Santoro et al. 2017, "A simple neural network module for relational reasoning" (the CNN+MLP baseline)',
  settings: [
    { key: 'pictureUnits', kind: 'integer', default: 34, minimum: 1, maximum: 512 },
    { key: 'answerUnits', kind: 'integer', default: 96, minimum: 1, maximum: 1024 },
    ...sharedSettings,
  ],
  create(values) {
    const drawn = new QuestionSheet(values);
    const { image, seen } = drawn.stem();
    const y = drawn.bottom + 48;
    const [, , picture] = drawn.row(seen, y, [
      ['amplified', 'rescaling', { factor: 4 }],
      ['flat', 'flatten', {}],
      ['picture', 'dense', { units: values.number('pictureUnits'), activation: 'relu' }],
    ]);
    if (picture === undefined) throw new Error('the picture lacks its cards');
    const { asked, inputs } = drawn.question(y + rowPitch, 64);
    const { sheet } = drawn;
    const units = values.number('answerUnits');
    const [joined, , , , output] = drawn.row(
      null,
      y,
      [
        ['together', 'concatenate', {}],
        ['thought', 'dense', { units, activation: 'relu' }],
        ['secondThought', 'dense', { units: Math.ceil((2 * units) / 3), activation: 'relu' }],
        ['logits', 'dense', { units: clevrAnswers.length }],
        ['answer', 'output', { link: 'softmax' }],
      ],
      3 * cardPitch,
    );
    if (joined === undefined || output === undefined) throw new Error('the answer lacks its cards');
    sheet.wire(picture, [joined, 'in.0']);
    sheet.wire(asked, [joined, 'in.1']);
    return documentOf(
      values.say('template.picture-at-once.name'),
      sheet.graph(),
      trainingOf(output, values.number('images'), { ...inputs, [image]: 'image' }),
      {
        note: values.say('template.picture-at-once.note'),
      },
    );
  },
};
