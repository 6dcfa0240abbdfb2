import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { check } from '../check/check.ts';
import type { GradloomDocument } from '../graph/document.ts';
import { documentSchema } from '../graph/document.ts';
import type { JsonValue } from '../graph/json.ts';
import { structuralTypes } from '../graph/portNames.ts';
import { serialiseDocument } from '../graph/serialise.ts';
import { findLayer } from '../layers/catalogue.ts';
import { flatten } from '../program/flatten.ts';
import { initialiseWeight } from '../program/initialise.ts';
import { lower } from '../program/lower.ts';
import type { FlatProgram, FlatWire } from '../program/program.ts';
import { isTextKey } from '../text/text.ts';
import { array64 } from '../testing/array64.ts';
import { Differences } from '../testing/differences.ts';
import type { Batch } from '../testing/interpreter.ts';
import { interpretFlat } from '../testing/interpreter.ts';
import { cardHeight, cardWidth, circleDiameter } from './rows.ts';
import { TemplateError } from './template.ts';
import { createTemplate, templates } from './templates.ts';

function unrolled(document: GradloomDocument): FlatProgram {
  const result = lower(document);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return flatten(result.program);
}

/** Weights as they start, inputs and targets of ones. */
function firstBatch(program: FlatProgram, size: number): Batch {
  const targets = program.losses.map(({ output, target }) => {
    const type = program.outputs.find(({ node }) => node === output)?.type;
    return [target, array64([size, ...(type?.shape ?? [])], () => 1)] as const;
  });
  return {
    inputs: Object.fromEntries(
      program.inputs.map(({ node, type }) => [node, array64([size, ...type.shape], (index) => 1 / (index + 1))]),
    ),
    targets: Object.fromEntries(targets),
    weights: new Map(
      program.weights.map((weight) => {
        const values = initialiseWeight(weight, 1);
        return [weight.id as string, array64(weight.shape, (index) => values[index] ?? Number.NaN)];
      }),
    ),
    training: true,
    seed: 1,
    step: 0,
  };
}

function wireBetween(document: GradloomDocument, program: FlatProgram, from: string, to: string): FlatWire {
  const wire = document.graph.wires.find((candidate) => candidate.from.node === from && candidate.to.node === to);
  const found = program.wires.filter((candidate) => candidate.wire === wire?.id);
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} wires from ${from} to ${to}`);
  return only;
}

const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

const variants: readonly (readonly [string, Readonly<Record<string, JsonValue>>])[] = [
  ...templates.map(({ name }) => [name, {}] as const),
  ['plain-or-residual', { control: true, depth: 7, activation: 'relu' }],
  ['plain-or-residual', { depth: 1, width: 2 }],
  ['plain-mlp', { depth: 40, normalisation: 'batch' }],
  ['residual-mlp', { depth: 41, normalisation: 'none', activation: 'gelu' }],
  ['digits-cnn', { stages: 4, normalisation: 'batch', dropout: 0 }],
  ['resnet-cifar', { depth: '110', shortcut: 'B', order: 'before' }],
  ['resnet-cifar', { depth: '14', shortcut: 'none', normalisation: 'group', activation: 'elu' }],
  ['resnet', { depth: '152', firstChannels: 8, side: '224' }],
  ['rla-net', { depth: '101', firstChannels: 8, memory: 4 }],
  ['dianet', { blocksInStage: 7, firstChannels: 4 }],
  ['dianet', { blocksInStage: 1 }],
  ['densenet', { blocks: 3, layersInBlock: 5 }],
  ['unet', { levels: 1, enlargement: 'nearest', normalisation: 'none' }],
  ['unet', { levels: 4, side: '16' }],
  ['autoencoder', { form: 'convolution', code: 2, activation: 'tanh' }],
  ['rla', { normalisation: 'batch', activation: 'relu', start: 'learned' }],
  ...['simple', 'lstm', 'gru'].flatMap((cell) =>
    ['adding-problem', 'copy-problem'].map((name) => [name, { cell, drawing: 'loop' }] as const),
  ),
  ['transformer-encoder', { sharing: 'shared', normalised: 'after', encoderBlocks: 3 }],
  ['transformer-encoder', { sharing: 'perStep', causal: false }],
  ['transformer-encoder', { normalised: 'after' }],
  ['region-attention', { attention: 'dot' }],
  ['region-attention', { attention: 'heads' }],
  ['rla', { residual: false, normalisation: 'none', iterations: 1 }],
  ['rla', { memory: 0, iterations: 3 }],
  ['rla', { cellWeights: 'perStep', iterations: 3 }],
  ['iterative-attention', { question: 'words', fusion: 'product', scoring: 'dotProduct', frozenStem: false }],
  ['iterative-attention', { memoryCell: 'lstm', looks: 2 }],
  ['picture-at-once', { question: 'words' }],
  ['sigmoid-chain', { residual: true, depth: 30 }],
];

describe.each(variants)('%s with %j', (name, settings) => {
  const document = createTemplate(name, settings);

  test('fits the schema, passes the check without a problem in it, and lowers', () => {
    expect(documentSchema.parse(document)).toEqual(document);
    const { diagnostics, ok } = check(document);
    const isMeantToExplode = settings['normalisation'] === 'none' && name === 'residual-mlp';
    // A network for ImageNet has a thousand classes; the drawn shapes that stand in for its data have ten.
    const standsIn = (name === 'resnet' || name === 'rla-net') && settings['classes'] === undefined;
    expect(ok).toBe(true);
    expect(diagnostics.map(({ code }) => code)).toEqual([
      ...(isMeantToExplode ? ['residualUnnormalised'] : []),
      ...(standsIn ? ['surplusOutputs'] : []),
    ]);
    expect(unrolled(document).operations.length).toBeGreaterThan(0);
  });

  test('names every node, and lays them out without overlap', () => {
    for (const { graph } of [document, ...document.cells]) {
      const boxes = graph.nodes
        .filter(({ type }) => type !== 'frame')
        .map(({ id, type, label, parent, position, size }) => {
          expect(label ?? '').not.toBe('');
          const width = type === 'add' || type === 'multiply' ? circleDiameter : (size?.width ?? cardWidth);
          return { ...position, id, parent, width, height: size?.height ?? cardHeight };
        });
      const overlaps = boxes.flatMap((one) =>
        boxes
          .filter(
            (other) =>
              one.id < other.id &&
              one.parent === other.parent &&
              one.x + one.width > other.x &&
              other.x + other.width > one.x &&
              one.y + one.height > other.y &&
              other.y + other.height > one.y,
          )
          .map((other) => `${one.id} lies on ${other.id}`),
      );
      expect(overlaps).toEqual([]);
    }
  });
});

test('names, help and settings of all templates are in the text table', () => {
  for (const { name, family, settings } of templates) {
    const keys = [
      `template.family.${family}`,
      `template.${name}.name`,
      `template.${name}.help`,
      ...settings.map(({ key }) => `template.setting.${key}`),
    ];
    expect(keys.filter((key) => !isTextKey(key))).toEqual([]);
  }
});

test('settings are checked: unknown template, unknown setting, wrong value; numbers and switches may be text', () => {
  expect(() => createTemplate('mlp')).toThrow('There is no template "mlp"; there are plain-or-residual,');
  expect(() => createTemplate('linear-rnn', { depth: 3 })).toThrow(
    'has no setting "depth"; it has steps, width, radius',
  );
  expect(() => createTemplate('linear-rnn', { steps: 2.5 })).toThrow(
    'steps must be a whole number from 1 to 1000; received 2.5',
  );
  expect(() => createTemplate('linear-rnn', { radius: '' })).toThrow(TemplateError);
  expect(() => createTemplate('plain-mlp', { activation: 'step' })).toThrow('one of sigmoid, tanh');
  expect(() => createTemplate('rla', { residual: 'perhaps' })).toThrow('true or false');
  expect(createTemplate('sigmoid-chain', { depth: '12', residual: 'true' })).toEqual(
    createTemplate('sigmoid-chain', { depth: 12, residual: true }),
  );
});

test('the example: two branches with the same layers, each with its own loss', () => {
  const document = createTemplate('plain-or-residual');
  const program = unrolled(document);
  expect(program.outputs.map(({ label }) => label)).toEqual(['plain', 'residual']);
  expect(program.losses.length).toBe(2);
  for (const prefix of ['plain', 'residual']) {
    const hidden = document.graph.nodes.filter(({ id }) => id.startsWith(`${prefix}-dense-`));
    expect(hidden.length).toBe(20);
    for (const { params } of hidden) expect(params).toMatchObject({ units: 32, activation: 'sigmoid' });
  }
  const kernels = (prefix: string) =>
    program.weights.filter(({ id }) => id.startsWith(prefix) && id.endsWith('/kernel'));
  expect(kernels('plain-').map(({ shape }) => shape)).toEqual(kernels('residual-').map(({ shape }) => shape));
});

test('the example before its first step: the plain gradient has vanished at the bottom, the residual one has not', () => {
  const document = createTemplate('plain-or-residual');
  const program = unrolled(document);
  const batch: Batch = { ...firstBatch(program, 4), targets: { label: array64([4], (index) => index % 2) } };
  const differences = new Differences(program, batch);
  const ratio = (bottom: FlatWire, top: FlatWire) => {
    // Directions along the value keep the estimate well above rounding; a forward difference of a vanished gradient is not.
    const direction = array64([4, 32], (index) => Math.sin(index)).values;
    return Math.abs(differences.alongWire(bottom, direction)) / Math.abs(differences.alongWire(top, direction));
  };
  const plain = ratio(
    wireBetween(document, program, 'plain-stem', 'plain-dense-1'),
    wireBetween(document, program, 'plain-dense-20', 'plain-logits'),
  );
  const residual = ratio(
    wireBetween(document, program, 'residual-stem', 'residual-norm-1'),
    wireBetween(document, program, 'residual-add-10', 'residual-logits'),
  );
  expect(plain).toBeLessThan(1e-8);
  expect(residual).toBeGreaterThan(1e-3);
});

describe('closed forms', () => {
  test.each([1, 4, 10])('a sigmoid chain of %i layers: 0.25^n, and 1.25^n with skips', (depth) => {
    for (const [residual, factor] of [
      [false, 0.25],
      [true, 1.25],
    ] as const) {
      const document = createTemplate('sigmoid-chain', { depth, residual });
      const program = unrolled(document);
      const batch = firstBatch(program, 1);
      const values = interpretFlat(program, batch).wires;
      for (const { wire } of program.wires.slice(1, 2)) expect(values.get(wire)?.values[0]).toBe(0.5);
      const differences = new Differences(program, batch);
      const last = residual ? `add-${depth}` : `dense-${depth}`;
      const first = document.graph.wires.filter(({ from }) => from.node === 'start').map(({ id }) => id);
      const atStart = program.wires
        .filter(({ wire }) => first.includes(wire))
        .reduce((sum, wire) => sum + differences.alongWire(wire, [1]), 0);
      const atEnd = differences.alongWire(wireBetween(document, program, last, 'output'), [1]);
      expect(Math.abs(atStart / atEnd / factor ** depth - 1)).toBeLessThan(1e-6);
    }
  });

  test.each([
    [0.9, 5.154e-3],
    [1, 1],
    [1.1, 117.39],
  ])('a linear recurrence of radius %d over 50 steps: norm %d', (radius, expected) => {
    const document = createTemplate('linear-rnn', { radius });
    const program = unrolled(document);
    const differences = new Differences(program, firstBatch(program, 1));
    const start = differences.wireGradient(wireBetween(document, program, 'start', 'steps'));
    const end = differences.wireGradient(wireBetween(document, program, 'steps', 'output'));
    expect(Math.abs(norm(start.values) / norm(end.values) / expected - 1)).toBeLessThan(1e-4);
  });

  test('recurrence along depth has the same weights for 10 and for 100 iterations', () => {
    const weights = (iterations: number) =>
      unrolled(createTemplate('rla', { iterations })).weights.map(({ owners: _owners, ...weight }) => weight);
    expect(weights(100)).toEqual(weights(10));
    // Stem 1·9·16 + 16 and 16·9·16 + 16; norm 2·24; to x 24·9·16 + 16, to h 24·9·8 + 8; logits 16·10 + 10.
    const count = weights(10).reduce(
      (sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1),
      0,
    );
    expect(count).toBe(160 + 2320 + 48 + 3472 + 1736 + 170);
  });
});

test('the example file is what the template makes (UPDATE_EXAMPLES=1 writes it)', () => {
  const file = new URL('../../assets/examples/plain-or-residual.gradloom.json', import.meta.url);
  const text = serialiseDocument(createTemplate('plain-or-residual'));
  if (process.env['UPDATE_EXAMPLES'] === '1') writeFileSync(file, text);
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('every layer that a template uses is in the catalogue with the parameters it sets', () => {
  for (const [name, settings] of variants) {
    const document = createTemplate(name, settings);
    for (const { type, params } of [document, ...document.cells].flatMap(({ graph }) => graph.nodes)) {
      const definition = findLayer(type);
      if (definition === undefined) expect(structuralTypes).toContain(type);
      else expect(Object.keys(params).filter((key) => !(key in definition.parameters))).toEqual([]);
    }
  }
});
