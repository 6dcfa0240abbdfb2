import type { CellDefinition, GraphNode, LoopParameters } from '../graph/document.ts';
import { clevrAnswers, clevrQuestionLength, clevrSide, clevrWords } from '../graph/dataFields.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { terminalId } from '../graph/identifiers.ts';
import { drawCell, stageColours } from './cells.ts';
import { convolution } from './imageParts.ts';
import { cardPitch, plainRowPitch } from './rows.ts';
import type { End } from './sheetBuilder.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import type { Template, TemplateValues } from './template.ts';

const fusions = ['concatenate', 'product'] as const;
const attentions = ['additive', 'dot'] as const;
const questions = ['vector', 'words'] as const;
const coordinates = ['places', 'axes'] as const;

/** Channels of the stem's convolutions; the first three halve the picture: 75, 38, 19, 10. */
const stemChannels = [16, 24, 24, 32] as const;
/** One map for each colour and shape. */
const stemMaps = 12;
/** Rows and columns of regions. */
const grid = 10;

/**
 * A small convolutional network from a picture to maps of what is where, as a cell, so that it can be frozen as a whole
 * and be given weights by their ids (`stem-conv-1/kernel`, …).
 */
function drawStem(numbers: WireNumbers, values: TemplateValues): CellDefinition {
  const columns = 3;
  const place = (index: number): GraphNode['position'] => ({
    x: (1 + (index % columns)) * cardPitch,
    y: Math.floor(index / columns) * plainRowPitch,
  });
  return drawCell(
    numbers,
    {
      id: 'stem',
      name: values.say('template.label.stem'),
      colour: stageColours[1],
      note: values.say('template.iterative-attention.stemNote'),
      inputs: { image: { x: 0, y: 0 } },
      outputs: { maps: { x: 5 * cardPitch, y: 3 * plainRowPitch } },
    },
    (put, input) => {
      let end = input('image');
      stemChannels.forEach((channels, index) => {
        const number = index + 1;
        const stride = index < 3 ? 2 : 1;
        const at = (step: number) => place(columns * index + step);
        end = put(`conv-${number}`, 'convolution2d', `Conv ${number}`, convolution(channels, 3, { stride }), at(0), [
          end,
        ]);
        end = put(`norm-${number}`, 'batchNormalisation', `Norm ${number}`, {}, at(1), [end]);
        end = put(`relu-${number}`, 'activation', `ReLU ${number}`, { function: 'relu' }, at(2), [end]);
      });
      const last = { x: 4 * cardPitch, y: 3 * plainRowPitch };
      const maps = { ...convolution(stemMaps, 1, { useBias: true }), biasInitialiser: { kind: 'constant', value: -2 } };
      return { maps: put('maps', 'convolution2d', values.say('template.label.maps'), maps, last, [end]) };
    },
  );
}

type Put = (
  id: string,
  type: string,
  label: string,
  params: GraphNode['params'],
  position: GraphNode['position'],
  wires: Readonly<Record<string, End>>,
  extra?: Partial<GraphNode>,
) => NodeId;

/** The question as one vector: a projection of the paper's vector, or what a GRU made of its words. */
function drawQuestion(
  put: Put,
  values: TemplateValues,
  units: number,
  y: number,
): { inputs: Record<NodeId, string>; end: End } {
  const at = (column: number, row = 0) => ({ x: column * cardPitch, y: y + row * plainRowPitch });
  const label = values.say('template.label.question');
  if (values.choice('question', questions) === 'vector') {
    const input = put('question', 'input', label, { shape: [11] }, at(2), {});
    return { inputs: { [input]: 'question' }, end: put('asked', 'dense', 'Dense q', { units }, at(3), { in: input }) };
  }
  const input = put('question', 'input', label, { shape: [clevrQuestionLength], dtype: 'int32' }, at(1), {});
  const vectors = { vocabulary: clevrWords.length, dimension: 16 };
  const words = put('words', 'embedding', values.say('template.label.embedding'), vectors, at(2), { in: input });
  const mask = put('is-word', 'compare', values.say('template.label.isWord'), {}, at(2, 1), { a: input });
  return {
    inputs: { [input]: 'words' },
    end: put('asked', 'gru', 'GRU q', { units }, at(3), { in: words, mask }),
  };
}

/** Query, attention and memory of one look, which read the terminals of the loop; returns the new memory. */
function drawLook(put: Put, values: TemplateValues, units: number, loop: NodeId): End {
  const parent = { parent: loop };
  const at = (column: number, row: number) => ({ x: 48 + column * cardPitch, y: 52 + row * plainRowPitch });
  const memory: End = [loop, 'state.m'];
  const question: End = [loop, 'input.question'];
  const regions: End = [loop, 'input.regions'];
  const dense = (id: string, label: string, params: GraphNode['params'], place: GraphNode['position'], from: End) =>
    put(id, 'dense', label, { units, ...params }, place, { in: from }, parent);
  const joined = put('join', 'concatenate', '[q; m]', {}, at(0, 1), { 'in.0': question, 'in.1': memory }, parent);
  const linear = dense('linear', 'Linear', {}, at(1, 0), joined);
  let other: End;
  if (values.choice('fusion', fusions) === 'concatenate') {
    const relu = { activation: 'relu', kernelInitialiser: { kind: 'heNormal' } };
    const hidden = dense('hidden', 'Hidden', relu, at(1, 1), joined);
    other = dense('back', 'Back', {}, at(2, 1), hidden);
  } else {
    const fromMemory = dense('of-memory', 'Dense m', {}, at(1, 1), memory);
    const fromQuestion = dense('of-question', 'Dense q', {}, at(1, 2), question);
    const factors = { 'in.0': fromMemory, 'in.1': fromQuestion };
    other = put('product', 'multiply', 'Product', {}, at(2, 1), factors, parent);
  }
  const query = put(
    'query',
    'add',
    values.say('template.label.query'),
    {},
    at(3, 0),
    { 'in.0': linear, 'in.1': other },
    parent,
  );
  const isDot = values.choice('attention', attentions) === 'dot';
  const looked = put(
    'attention',
    isDot ? 'attention' : 'additiveAttention',
    values.say('template.label.attention'),
    isDot ? {} : { attentionUnits: units },
    at(4, 0),
    { query, value: regions },
    parent,
  );
  const next = put('memory', 'gruCell', 'GRU m', { units }, at(5, 1), { in: looked, h: memory }, parent);
  return [next, 'nextH'];
}

/**
 * Iterative attention over the regions of a picture, asked a question (the notes' "DIANet", architectures.md 4): with one
 * shared unit, T times: u = f(q, m), α = softmax over the regions, c = Σ α v, m = GRU(c, m); the answer from [m; q]. Akin
 * to stacked attention (Yang et al. 2016), DMN+ (Xiong et al. 2016) and MAC (Hudson and Manning 2018). The published
 * network called DIANet (Huang et al. 2020) is another one, for classification.
 */
export const iterativeAttention: Template = {
  name: 'iterative-attention',
  family: 'sequences',
  settings: [
    { key: 'looks', kind: 'integer', default: 3, minimum: 1, maximum: 50 },
    { key: 'features', kind: 'integer', default: 64, minimum: 2, maximum: 1024 },
    { key: 'attention', kind: 'choice', default: 'additive', options: attentions },
    { key: 'fusion', kind: 'choice', default: 'concatenate', options: fusions },
    { key: 'question', kind: 'choice', default: 'vector', options: questions },
    { key: 'coordinates', kind: 'choice', default: 'places', options: coordinates },
    { key: 'frozenStem', kind: 'boolean', default: false },
    { key: 'images', kind: 'integer', default: 1000, minimum: 10, maximum: 100_000 },
  ],
  source:
    'Yang et al. 2016, "Stacked Attention Networks for Image Question Answering", arXiv:1511.02274; Xiong, Merity, Socher 2016, arXiv:1603.01417; data: Santoro et al. 2017, arXiv:1706.01427',
  create(values) {
    const units = values.number('features');
    const numbers = new WireNumbers();
    const sheet = new SheetBuilder(numbers);
    const put: Put = (id, type, label, params, position, wires, extra = {}) => {
      const node = sheet.node(id, type, params, position, { label, ...extra });
      for (const [port, end] of Object.entries(wires)) sheet.wire(end, [node, port]);
      return node;
    };
    const say = (key: 'image' | 'stem' | 'coordinates' | 'regions' | 'looks' | 'answer') =>
      values.say(`template.label.${key}`);
    const at = (column: number, row: number) => ({ x: column * cardPitch, y: row * plainRowPitch });
    const frozen = values.boolean('frozenStem') ? { frozen: true } : {};
    const instance = { cell: 'stem', weights: 'shared', parameters: {} };
    const image = put('image', 'input', say('image'), { shape: [clevrSide, clevrSide, 3] }, at(0, 0), {});
    const stem = put('picture', 'cell', say('stem'), instance, at(1, 0), { 'in.image': image }, frozen);
    const here = put('here', 'activation', 'Sigmoid', { function: 'sigmoid' }, at(2, 0), { in: [stem, 'out.maps'] });
    const scaled = put('scaled', 'rescaling', '× 4', { factor: 4 }, at(3, 0), { in: here });
    const where = { coordinates: values.choice('coordinates', coordinates) };
    const placed = put('coordinates', 'regionCoordinates', say('coordinates'), where, at(1, 1.4), { in: scaled });
    const listed = put('listed', 'reshape', say('regions'), { targetShape: [grid * grid, -1] }, at(2, 1.4), {
      in: placed,
    });
    const regions = put('regions', 'dense', 'Dense v', { units }, at(3, 1.4), { in: listed });
    const { inputs, end: question } = drawQuestion(put, values, units, 2.8 * plainRowPitch);

    const parameters: LoopParameters = {
      iterations: values.number('looks'),
      states: [{ id: terminalId('m'), shape: [units], initial: { kind: 'zeros' } }],
      inputs: [
        { id: terminalId('regions'), kind: 'constant' },
        { id: terminalId('question'), kind: 'constant' },
      ],
      outputs: [{ id: terminalId('m'), kind: 'last', state: terminalId('m') }],
    };
    const size = { width: 6 * cardPitch + 84, height: 4 * plainRowPitch };
    const loopX = 4 * cardPitch + 12;
    const loop = put(
      'looks',
      'loop',
      say('looks'),
      parameters,
      { x: loopX, y: 0 },
      { 'in.regions': regions, 'in.question': question },
      { size },
    );
    sheet.wire(drawLook(put, values, units, loop), [loop, 'next.m']);

    const answerAt = (column: number) => ({ x: loopX + size.width - (4 - column) * cardPitch, y: size.height + 44 });
    const joined = put('known', 'concatenate', '[m; q]', {}, answerAt(0), {
      'in.0': [loop, 'out.m'],
      'in.1': question,
    });
    const relu = { units: 2 * units, activation: 'relu', kernelInitialiser: { kind: 'heNormal' } };
    const hidden = put('classifier', 'dense', 'Hidden', relu, answerAt(1), { in: joined });
    const logits = put('logits', 'dense', 'Logits', { units: clevrAnswers.length }, answerAt(2), { in: hidden });
    const output = put('output', 'output', say('answer'), { link: 'softmax' }, answerAt(3), { in: logits });
    return documentOf(
      values.say('template.iterative-attention.name'),
      sheet.graph(),
      {
        losses: [{ output, kind: 'softmaxCrossEntropy', weight: 1, target: 'answer' }],
        metrics: [{ output, kind: 'accuracy', target: 'answer' }],
        optimiser: { kind: 'adam', learningRate: 3e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        schedule: { kind: 'cosine', minimum: 0 },
        clipping: { kind: 'globalNorm', threshold: 5 },
        epochs: 10,
        batch: 64,
        data: {
          source: { kind: 'sortOfClevr', images: values.number('images') },
          seed: 1,
          validation: 0.1,
          inputs: { [image]: 'image', ...inputs },
        },
      },
      { cells: [drawStem(numbers, values)], note: values.say('template.iterative-attention.note') },
    );
  },
};
