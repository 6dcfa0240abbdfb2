import type { Data, DataSource, Training } from '../graph/training.ts';
import { newOptimiser } from '../graph/trainingKinds.ts';
import { cardPitch } from './rows.ts';
import { drawReader, recurrentCells, recurrentForms, recurrentSettings } from './recurrentParts.ts';
import { SheetBuilder, WireNumbers, documentOf } from './sheetBuilder.ts';
import type { Template, TemplateValues } from './template.ts';

function readerOf(values: TemplateValues) {
  return {
    cell: values.choice('cell', recurrentCells),
    form: values.choice('drawing', recurrentForms),
    units: values.number('memoryUnits'),
  };
}

/** Both problems are learned alike: a cosine to nothing, clipped, as long paths want it. */
function learned(source: DataSource, inputs: Data['inputs']): Partial<Training> {
  return {
    optimiser: newOptimiser('adam', 5e-3),
    schedule: { kind: 'cosine', minimum: 0 },
    clipping: { kind: 'globalNorm', threshold: 1 },
    epochs: 15,
    batch: 50,
    data: { source, seed: 1, validation: 1 / 6, inputs },
  };
}

/**
 * The adding problem (Hochreiter and Schmidhuber 1997, section 5.4): numbers, two of them marked; wanted is their sum. To
 * learn it, what was read at the first mark has to be kept until the second. Saying 1 always has a squared error of 1/6.
 */
export const addingProblem: Template = {
  name: 'adding-problem',
  family: 'sequences',
  settings: [
    { key: 'sequenceLength', kind: 'integer', default: 20, minimum: 2, maximum: 500 },
    ...recurrentSettings(32),
  ],
  source:
    'Hochreiter, Schmidhuber 1997, "Long Short-Term Memory", section 5.4; GRU: Cho et al. 2014, arXiv:1406.1078; with long sequences: Le, Jaitly, Hinton 2015, arXiv:1504.00941',
  create(values) {
    const steps = values.number('sequenceLength');
    const sheet = new SheetBuilder(new WireNumbers());
    const label = (key: 'sequence' | 'sum' | 'steps') => values.say(`template.label.${key}`);
    const input = sheet.node('sequence', 'input', { shape: [steps, 2] }, { x: 0, y: 0 }, { label: label('sequence') });
    const { end, right } = drawReader(sheet, {
      ...readerOf(values),
      steps,
      result: 'last',
      from: input,
      position: { x: cardPitch, y: 0 },
      loopLabel: label('steps'),
    });
    const sum = sheet.node('sum', 'dense', { units: 1 }, { x: right, y: 0 }, { label: 'Dense' });
    const output = sheet.node('output', 'output', {}, { x: right + cardPitch, y: 0 }, { label: label('sum') });
    sheet.wire(end, sum);
    sheet.wire(sum, output);
    return documentOf(values.say('template.adding-problem.name'), sheet.graph(), {
      losses: [{ output, kind: 'meanSquaredError', weight: 1, target: 'sum' }],
      metrics: [{ output, kind: 'meanAbsoluteError', target: 'sum' }],
      ...learned({ kind: 'adding', size: 6000, length: steps }, { [input]: 'sequence' }),
    });
  },
};

/**
 * The copy problem (Arjovsky, Shah and Bengio 2016, section 5.1): symbols are shown, then a delay of blanks, and at a sign
 * they have to be said again in their order.
 */
export const copyProblem: Template = {
  name: 'copy-problem',
  family: 'sequences',
  settings: [
    { key: 'symbols', kind: 'integer', default: 3, minimum: 1, maximum: 50 },
    { key: 'alphabet', kind: 'integer', default: 4, minimum: 2, maximum: 64 },
    { key: 'delay', kind: 'integer', default: 5, minimum: 1, maximum: 500 },
    ...recurrentSettings(64),
  ],
  source:
    'Hochreiter, Schmidhuber 1997, "Long Short-Term Memory"; in this form: Arjovsky, Shah, Bengio 2016, arXiv:1511.06464, section 5.1',
  create(values) {
    const [symbols, alphabet, delay] = [values.number('symbols'), values.number('alphabet'), values.number('delay')];
    const steps = 2 * symbols + delay;
    const sheet = new SheetBuilder(new WireNumbers());
    const label = (key: 'tokens' | 'copy' | 'steps' | 'embedding') => values.say(`template.label.${key}`);
    const place = (column: number) => ({ x: column * cardPitch, y: 0 });
    const shape = { shape: [steps], dtype: 'int32' };
    const input = sheet.node('tokens', 'input', shape, place(0), { label: label('tokens') });
    // A blank, the symbols and the sign.
    const vectors = { vocabulary: alphabet + 2, dimension: 16 };
    const embedding = sheet.node('embedding', 'embedding', vectors, place(1), { label: label('embedding') });
    sheet.wire(input, embedding);
    const { end, right } = drawReader(sheet, {
      ...readerOf(values),
      steps,
      result: 'all',
      from: embedding,
      position: place(2),
      loopLabel: label('steps'),
    });
    const logits = sheet.node('logits', 'dense', { units: alphabet + 1 }, { x: right, y: 0 }, { label: 'Logits' });
    const output = sheet.node(
      'output',
      'output',
      { link: 'softmax' },
      { x: right + cardPitch, y: 0 },
      { label: label('copy') },
    );
    sheet.wire(end, logits);
    sheet.wire(logits, output);
    return documentOf(values.say('template.copy-problem.name'), sheet.graph(), {
      losses: [{ output, kind: 'softmaxCrossEntropy', weight: 1, target: 'copy' }],
      metrics: [{ output, kind: 'accuracy', target: 'copy' }],
      ...learned({ kind: 'copying', size: 6000, symbols, alphabet, delay }, { [input]: 'tokens' }),
    });
  },
};
