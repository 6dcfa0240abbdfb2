import { describe, expect, test } from 'vitest';
import type { CellDefinition, GradloomDocument, GraphNode, LoopParameters } from '../graph/document.ts';
import { cellId, nodeId, terminalId } from '../graph/identifiers.ts';
import { array64, relativeDifference } from '../testing/array64.ts';
import { Differences } from '../testing/differences.ts';
import type { Batch } from '../testing/interpreter.ts';
import { interpretFlat, interpretProgram } from '../testing/interpreter.ts';
import { randomBatch } from '../testing/randomGraphs.ts';
import { SheetBuilder, WireNumbers, documentOf } from '../templates/sheetBuilder.ts';
import type { End } from '../templates/sheetBuilder.ts';
import { flatten } from './flatten.ts';
import { initialiseWeight } from './initialise.ts';
import { lower } from './lower.ts';
import { pathSuffix } from './path.ts';
import type { FlatProgram } from './program.ts';

function unrolled(document: GradloomDocument): FlatProgram {
  const result = lower(document);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return flatten(result.program);
}

const loopOf = (iterations: number, more: Partial<LoopParameters> = {}): LoopParameters => ({
  iterations,
  states: [{ id: terminalId('s'), shape: [2], initial: { kind: 'wired' } }],
  inputs: [],
  outputs: [{ id: terminalId('o'), kind: 'last' }],
  ...more,
});

/** Puts a loop with one wired state on a sheet; `body` makes the next state of the current one. */
function putLoop(
  sheet: SheetBuilder,
  id: string,
  iterations: number,
  start: End,
  extra: Partial<GraphNode>,
  body: (state: End, loop: GraphNode['id']) => End,
): End {
  const loop = sheet.node(id, 'loop', loopOf(iterations), undefined, extra);
  sheet.wire(start, [loop, 'init.s']);
  const next = body([loop, 'state.s'], loop);
  sheet.wire(next, [loop, 'next.s']);
  sheet.wire(next, [loop, 'result.o']);
  return [loop, 'out.o'];
}

const square = { units: 2, useBias: false } as const;

function denseOn(sheet: SheetBuilder, id: string, value: End, extra: Partial<GraphNode>): End {
  const dense = sheet.node(id, 'dense', square, undefined, extra);
  sheet.wire(value, dense);
  return dense;
}

function between(
  build: (sheet: SheetBuilder, x: End) => End,
  cells: CellDefinition[] = [],
  numbers = new WireNumbers(),
): GradloomDocument {
  const sheet = new SheetBuilder(numbers);
  const x = sheet.node('x', 'input', { shape: [2] });
  const result = build(sheet, x);
  sheet.wire(result, sheet.node('y', 'output'));
  return documentOf('test', sheet.graph(), { losses: [] }, { cells });
}

/** A cell i -> o around what `build` puts inside. */
function cellOf(id: string, numbers: WireNumbers, build: (sheet: SheetBuilder, value: End) => End): CellDefinition {
  const sheet = new SheetBuilder(numbers);
  const result = build(sheet, sheet.node(`${id}-i`, 'cellInput', { terminal: 'i' }));
  sheet.wire(result, sheet.node(`${id}-o`, 'cellOutput', { terminal: 'o' }));
  return {
    id: cellId(id),
    name: id,
    inputs: [{ id: terminalId('i') }],
    outputs: [{ id: terminalId('o') }],
    parameters: [],
    graph: sheet.graph(),
  };
}

function use(
  sheet: SheetBuilder,
  id: string,
  cell: string,
  weights: 'shared' | 'own',
  value: End,
  extra: Partial<GraphNode> = {},
): End {
  const instance = sheet.node(id, 'cell', { cell, weights, parameters: {} }, undefined, extra);
  sheet.wire(value, [instance, 'in.i']);
  return [instance, 'out.o'];
}

const weightIds = (document: GradloomDocument) => unrolled(document).weights.map(({ id }) => id);

describe('ids', () => {
  test('operations, values and paths in a loop', () => {
    const document = between((sheet, x) =>
      putLoop(sheet, 'L', 2, x, {}, (state, parent) => denseOn(sheet, 'd', state, { parent })),
    );
    const { operations, wires, outputs } = unrolled(document);
    expect(operations.map(({ id, inputs }) => `${id}(${inputs.join(', ')})`)).toEqual([
      'L.init.s(x)',
      'd[L=0](L.init.s)',
      'L.next.s[L=0](d[L=0])',
      'L.result.o[L=0](d[L=0])',
      'd[L=1](L.next.s[L=0])',
      'L.next.s[L=1](d[L=1])',
      'L.result.o[L=1](d[L=1])',
      'y(L.result.o[L=1])',
    ]);
    for (const { id, output } of operations) expect(output).toBe(id);
    expect(operations[4]?.origin).toEqual({ node: 'd', path: [{ loop: 'L', iteration: 1 }] });
    expect(outputs[0]?.value).toBe('y');
    expect(wires.map(({ wire, path, consumer, slot }) => `${wire}${pathSuffix(path)} -> ${consumer}:${slot}`)).toEqual([
      'w1 -> L.init.s:0',
      'w2[L=0] -> d[L=0]:0',
      'w3[L=0] -> L.next.s[L=0]:0',
      'w4[L=0] -> L.result.o[L=0]:0',
      'w2[L=1] -> d[L=1]:0',
      'w3[L=1] -> L.next.s[L=1]:0',
      'w4[L=1] -> L.result.o[L=1]:0',
      'w5 -> y:0',
    ]);
  });

  test('further operations of a node, taps, and what comes from data alone', () => {
    const document = between((sheet, x) => {
      const first = sheet.node('a', 'activation', { function: 'tanh' });
      sheet.wire(x, first);
      const dense = sheet.node('d', 'dense', { units: 2, activation: 'sigmoid' });
      sheet.wire(first, dense);
      return dense;
    });
    const { operations, taps, wires } = unrolled(document);
    expect(operations.map(({ id }) => id)).toEqual(['a', 'd', 'd#2', 'y']);
    const type = { shape: [2], dtype: 'float32' };
    expect(taps).toEqual([{ name: 'd:preactivation', path: [], value: 'd', type, learns: true }]);
    expect(wires.map(({ wire, learns }) => [wire, learns])).toEqual([
      ['w1', false],
      ['w2', false],
      ['w3', true],
    ]);
  });

  test('what is frozen counts as data: nothing learns from a gradient there', () => {
    const document = between((sheet, x) => {
      const first = sheet.node('f', 'dense', { units: 2, activation: 'tanh' }, undefined, { frozen: true });
      sheet.wire(x, first);
      const dense = sheet.node('d', 'dense', { units: 2 });
      sheet.wire(first, dense);
      return dense;
    });
    const { taps, wires } = unrolled(document);
    expect(taps.map(({ name, learns }) => [name, learns])).toEqual([['f:preactivation', false]]);
    expect(wires.map(({ wire, learns }) => [wire, learns])).toEqual([
      ['w1', false],
      ['w2', false],
      ['w3', true],
    ]);
  });

  test('an instance in a loop in an instance', () => {
    const numbers = new WireNumbers();
    const inner = cellOf('inner', numbers, (sheet, value) => denseOn(sheet, 'd', value, {}));
    const outer = cellOf('outer', numbers, (sheet, value) =>
      putLoop(sheet, 'L', 2, value, {}, (state, parent) => use(sheet, 'I', 'inner', 'shared', state, { parent })),
    );
    const document = between((sheet, x) => use(sheet, 'O', 'outer', 'shared', x), [inner, outer], numbers);
    const { operations, weights } = unrolled(document);
    expect(operations.map(({ id }) => id)).toContain('d@O[L=1]@I');
    expect(weights).toMatchObject([{ id: 'd/kernel', owners: ['d@O[L=0]@I', 'd@O[L=1]@I'] }]);
  });
});

describe('whose weight it is', () => {
  test('shared over the iterations, or per step: said by the node, a frame or a loop around it', () => {
    const inLoop = (
      extra: (loop: GraphNode['id']) => Partial<GraphNode>,
      framed: boolean,
      loopExtra: Partial<GraphNode> = {},
    ) =>
      weightIds(
        between((sheet, x) =>
          putLoop(sheet, 'L', 3, x, loopExtra, (state, loop) => {
            if (!framed) return denseOn(sheet, 'd', state, { parent: loop, ...extra(loop) });
            const parent = sheet.node('frame', 'frame', {}, undefined, { parent: loop, ...extra(loop) });
            return denseOn(sheet, 'd', state, { parent });
          }),
        ),
      );
    const steps = ['d/kernel[L=0]', 'd/kernel[L=1]', 'd/kernel[L=2]'];
    expect(inLoop(() => ({}), false)).toEqual(['d/kernel']);
    expect(inLoop((loop) => ({ perStep: [loop] }), false)).toEqual(steps);
    expect(inLoop((loop) => ({ perStep: [loop] }), true)).toEqual(steps);
  });

  test.each([
    [[], ['d/kernel']],
    [['A'], ['d/kernel[A=0]', 'd/kernel[A=1]']],
    [['B'], ['d/kernel[B=0]', 'd/kernel[B=1]']],
    [
      ['B', 'A'],
      ['d/kernel[A=0][B=0]', 'd/kernel[A=0][B=1]', 'd/kernel[A=1][B=0]', 'd/kernel[A=1][B=1]'],
    ],
  ])('in nested loops A and B, per step of %j', (perStep, expected) => {
    const document = between((sheet, x) =>
      putLoop(sheet, 'A', 2, x, {}, (outer, a) =>
        putLoop(sheet, 'B', 2, outer, { parent: a }, (inner, parent) =>
          denseOn(sheet, 'd', inner, { parent, perStep: perStep as GraphNode['id'][] }),
        ),
      ),
    );
    expect(weightIds(document)).toEqual(expected);
  });

  const numbers = new WireNumbers();
  const plain = cellOf('plain', numbers, (sheet, value) =>
    denseOn(sheet, 'own', denseOn(sheet, 'd', value, {}), { perInstance: true }),
  );
  const nested = (weights: 'shared' | 'own', extra: Partial<GraphNode> = {}) =>
    cellOf('nested', numbers, (sheet, value) => use(sheet, 'I', 'plain', weights, value, extra));

  test('instances: shared, own, and the member that each has for itself', () => {
    const document = between(
      (sheet, x) =>
        use(sheet, 'C', 'plain', 'own', use(sheet, 'B', 'plain', 'shared', use(sheet, 'A', 'plain', 'shared', x))),
      [plain],
      numbers,
    );
    expect(weightIds(document)).toEqual(['d/kernel', 'own/kernel@A', 'own/kernel@B', 'd/kernel@C', 'own/kernel@C']);
  });

  test.each([
    ['shared', 'shared', {}, ['d/kernel', 'own/kernel@I']],
    ['own', 'shared', {}, ['d/kernel@I', 'own/kernel@I']],
    ['shared', 'own', {}, ['d/kernel@A', 'own/kernel@A@I']],
    ['own', 'own', {}, ['d/kernel@A@I', 'own/kernel@A@I']],
    ['shared', 'shared', { perInstance: true }, ['d/kernel@A', 'own/kernel@A@I']],
    ['own', 'own', { perInstance: true }, ['d/kernel@A@I', 'own/kernel@A@I']],
  ] as const)('an instance I (%s) inside an instance A (%s) %j', (inner, outer, extra, expected) => {
    const document = between((sheet, x) => use(sheet, 'A', 'nested', outer, x), [plain, nested(inner, extra)], numbers);
    expect(weightIds(document)).toEqual(expected);
  });

  test('an instance that is per step has all inside it per step', () => {
    const document = between(
      (sheet, x) =>
        putLoop(sheet, 'L', 2, x, {}, (state, loop) =>
          use(sheet, 'A', 'plain', 'own', state, { parent: loop, perStep: [loop] }),
        ),
      [plain],
      numbers,
    );
    expect(weightIds(document)).toEqual([
      'd/kernel[L=0]@A',
      'own/kernel[L=0]@A',
      'd/kernel[L=1]@A',
      'own/kernel[L=1]@A',
    ]);
  });

  test('what one of several users has frozen is frozen', () => {
    const document = between(
      (sheet, x) => use(sheet, 'B', 'plain', 'shared', use(sheet, 'A', 'plain', 'shared', x), { frozen: true }),
      [plain],
      numbers,
    );
    expect(unrolled(document).weights.map(({ id, trainable }) => [id, trainable])).toEqual([
      ['d/kernel', false],
      ['own/kernel@A', true],
      ['own/kernel@B', false],
    ]);
  });

  test('a frozen batch normalisation is so for all who share its statistics', () => {
    const counted = new WireNumbers();
    const cell = cellOf('cell', counted, (sheet, value) => {
      const norm = sheet.node('n', 'batchNormalisation', { center: false, scale: false });
      sheet.wire(value, norm);
      return norm;
    });
    const frozen = (extra: Partial<GraphNode>, weights: 'shared' | 'own') => {
      const document = between(
        (sheet, x) => use(sheet, 'B', 'cell', weights, use(sheet, 'A', 'cell', weights, x), extra),
        [cell],
        counted,
      );
      return unrolled(document).operations.flatMap(({ specification }) =>
        specification.kind === 'batchNormalisation' ? [specification.attributes.frozen] : [],
      );
    };
    expect(frozen({}, 'shared')).toEqual([false, false]);
    expect(frozen({ frozen: true }, 'shared')).toEqual([true, true]);
    expect(frozen({ frozen: true }, 'own')).toEqual([false, true]);
  });

  test('twins with one id start equal; per-step members do not', () => {
    const build = (name: string) =>
      between((sheet, x) =>
        putLoop(sheet, 'L', 2, x, { label: name }, (state, loop) =>
          denseOn(sheet, 'd', state, { parent: loop, perStep: [loop] }),
        ),
      );
    const [first, second] = ['one', 'two'].map((name) =>
      unrolled(build(name)).weights.map((weight) => initialiseWeight(weight, 5)),
    );
    expect(first).toEqual(second);
    expect(first?.[0]).not.toEqual(first?.[1]);
  });
});

test('a scan takes slices, an output of all stacks them, constants and states are handed on', () => {
  const sheet = new SheetBuilder(new WireNumbers());
  const sequence = sheet.node('sequence', 'input', { shape: [2, 3] });
  const parameters = loopOf(2, {
    states: [],
    inputs: [{ id: terminalId('in'), kind: 'scan' }],
    outputs: [{ id: terminalId('all'), kind: 'all' }],
  });
  const loop = sheet.node('L', 'loop', parameters);
  sheet.wire(sequence, [loop, 'in.in']);
  sheet.wire([loop, 'input.in'], [loop, 'result.all']);
  sheet.wire([loop, 'out.all'], sheet.node('y', 'output'));
  const program = unrolled(documentOf('scan', sheet.graph(), {}));
  expect(program.operations.map(({ id, specification, inputs }) => [id, specification.kind, inputs])).toEqual([
    ['L.in.in', 'identity', ['sequence']],
    ['L.input.in[L=0]', 'takeStep', ['L.in.in']],
    ['L.result.all[L=0]', 'identity', ['L.input.in[L=0]']],
    ['L.input.in[L=1]', 'takeStep', ['L.in.in']],
    ['L.result.all[L=1]', 'identity', ['L.input.in[L=1]']],
    ['L.out.all', 'stackSteps', ['L.result.all[L=0]', 'L.result.all[L=1]']],
    ['y', 'identity', ['L.out.all']],
  ]);
  expect(program.operations[3]?.specification.attributes).toEqual({ index: 1 });
  const input = array64([2, 2, 3], (index) => index);
  const batch: Batch = {
    inputs: { sequence: input },
    targets: {},
    weights: new Map(),
    training: true,
    seed: 1,
    step: 0,
  };
  expect([...interpretFlat(program, batch).outputs.values()]).toEqual([input]);
});

test('states are updated simultaneously: two that swap, swap', () => {
  const sheet = new SheetBuilder(new WireNumbers());
  const [a, b] = [sheet.node('a', 'input', { shape: [1] }), sheet.node('b', 'input', { shape: [1] })];
  const state = (id: string): LoopParameters['states'][number] => ({
    id: terminalId(id),
    shape: [1],
    initial: { kind: 'wired' },
  });
  const parameters = loopOf(3, { states: [state('p'), state('q')], outputs: [{ id: terminalId('p'), kind: 'all' }] });
  const loop = sheet.node('L', 'loop', parameters);
  sheet.wire(a, [loop, 'init.p']);
  sheet.wire(b, [loop, 'init.q']);
  sheet.wire([loop, 'state.p'], [loop, 'next.q']);
  sheet.wire([loop, 'state.q'], [loop, 'next.p']);
  sheet.wire([loop, 'state.p'], [loop, 'result.p']);
  sheet.wire([loop, 'out.p'], sheet.node('y', 'output'));
  const result = lower(documentOf('swap', sheet.graph(), {}));
  if (!result.ok) throw new Error('does not lower');
  const one = (value: number) => array64([1, 1], () => value);
  const batch: Batch = {
    inputs: { a: one(1), b: one(2) },
    targets: {},
    weights: new Map(),
    training: true,
    seed: 1,
    step: 0,
  };
  for (const forward of [interpretProgram(result.program, batch), interpretFlat(flatten(result.program), batch)]) {
    expect([...forward.outputs.values()].map(({ values }) => [...values])).toEqual([[1, 2, 1]]);
  }
});

test('an output that names a state hands out what the state becomes: of a residual one the sum', () => {
  const outputs: LoopParameters['outputs'] = [
    { id: terminalId('last'), kind: 'last', state: terminalId('s') },
    { id: terminalId('all'), kind: 'all', state: terminalId('s') },
    { id: terminalId('inner'), kind: 'last' },
  ];
  const states: LoopParameters['states'] = [
    { id: terminalId('s'), shape: [2], initial: { kind: 'wired' }, residual: true },
  ];
  const sheet = new SheetBuilder(new WireNumbers());
  const x = sheet.node('x', 'input', { shape: [2] });
  const loop = sheet.node('L', 'loop', loopOf(3, { states, outputs }));
  const linear = sheet.node('same', 'activation', { function: 'linear' }, undefined, { parent: loop });
  sheet.wire(x, [loop, 'init.s']);
  sheet.wire([loop, 'state.s'], linear);
  sheet.wire(linear, [loop, 'next.s']);
  sheet.wire(linear, [loop, 'result.inner']);
  for (const { id } of outputs) sheet.wire([loop, `out.${id}`], sheet.node(`y-${id}`, 'output'));
  const document = documentOf('test', sheet.graph(), { losses: [] });
  const program = unrolled(document);
  const { batch } = randomBatch(program, 1, 1);
  const given = { ...batch, inputs: { x: array64([1, 2], (index) => 1 + index) } };
  const { outputs: values } = interpretFlat(program, given);
  const valuesOf = (id: string): number[] => [...(values.get(nodeId(`y-${id}`))?.values ?? [])];
  // s ← s + s, three times: 1 becomes 2, 4, 8. The body's own value of the last iteration lacks the last sum.
  expect(valuesOf('last')).toEqual([8, 16]);
  expect(valuesOf('all')).toEqual([2, 4, 4, 8, 8, 16]);
  expect(valuesOf('inner')).toEqual([4, 8]);
});

describe('a loop and its hand-unrolled twin', () => {
  const times = 3;
  const hidden = { units: 2, activation: 'tanh' };
  const looped = between((sheet, x) =>
    putLoop(sheet, 'L', times, x, {}, (state, parent) => {
      const shared = sheet.node('shared', 'dense', hidden, undefined, { parent });
      const own = sheet.node('own', 'dense', hidden, undefined, { parent, perStep: [parent] });
      const sum = sheet.node('sum', 'add', {}, undefined, { parent });
      sheet.wire(state, shared);
      sheet.wire(shared, own);
      sheet.wire(own, [sum, 'in.0']);
      sheet.wire(state, [sum, 'in.1']);
      return sum;
    }),
  );
  const twin = between((sheet, x) => {
    let state = x;
    for (let step = 0; step < times; step += 1) {
      const shared = sheet.node(`shared-${step}`, 'dense', hidden);
      const own = sheet.node(`own-${step}`, 'dense', hidden);
      const sum = sheet.node(`sum-${step}`, 'add');
      sheet.wire(state, shared);
      sheet.wire(shared, own);
      sheet.wire(own, [sum, 'in.0']);
      sheet.wire(state, [sum, 'in.1']);
      state = sum;
    }
    return state;
  });
  const withLoss = (document: GradloomDocument): GradloomDocument => {
    const output = document.graph.nodes.find(({ type }) => type === 'output')?.id;
    if (output === undefined) throw new Error('no output');
    const loss = { output, kind: 'meanSquaredError', weight: 1, target: 't' } as const;
    return { ...document, training: { ...document.training, losses: [loss] } };
  };
  const loopProgram = unrolled(withLoss(looped));
  const twinProgram = unrolled(withLoss(twin));
  const { batch } = randomBatch(loopProgram, 4, 3);
  const idInLoop = (id: string) => id.replace(/^shared-\d/, 'shared').replace(/^own-(\d)\/(.*)$/, 'own/$2[L=$1]');
  const twinWeights = twinProgram.weights.map(
    ({ id }) => [id as string, batch.weights.get(idInLoop(id)) ?? array64([0], () => 0)] as const,
  );
  const twinBatch: Batch = { ...batch, weights: new Map(twinWeights) };
  const loopDifferences = new Differences(loopProgram, batch);
  const twinDifferences = new Differences(twinProgram, twinBatch);

  test('compute the same', () => {
    const ofTwin = interpretFlat(twinProgram, twinBatch);
    expect(relativeDifference([interpretFlat(loopProgram, batch).loss], [ofTwin.loss])).toBeLessThan(1e-14);
  });

  test('have the same gradients: per step as they are, of a shared weight the sum of the shares', () => {
    for (const { id } of loopProgram.weights) {
      const parts = twinProgram.weights
        .filter((weight) => idInLoop(weight.id) === id)
        .map((weight) => twinDifferences.weightGradient(weight.id));
      expect(parts.length).toBe(id.startsWith('shared') ? times : 1);
      const whole = loopDifferences.weightGradient(id);
      const sum = whole.values.map((_, index) =>
        parts.reduce((total, { values }) => total + (values[index] ?? Number.NaN), 0),
      );
      expect(relativeDifference(sum, whole.values)).toBeLessThan(1e-9);
    }
  });

  test('the share of one iteration is what the twin has there', () => {
    for (let step = 0; step < times; step += 1) {
      const share = loopDifferences.weightGradient('shared/kernel', `[L=${step}]`);
      expect(
        relativeDifference(share.values, twinDifferences.weightGradient(`shared-${step}/kernel`).values),
      ).toBeLessThan(1e-9);
    }
  });
});

test('unrolling grows with the operations: 100 iterations in 100 iterations', () => {
  const document = between((sheet, x) =>
    putLoop(sheet, 'A', 100, x, {}, (outer, a) =>
      putLoop(sheet, 'B', 100, outer, { parent: a }, (inner, parent) => denseOn(sheet, 'd', inner, { parent })),
    ),
  );
  const { operations, weights, wires } = unrolled(document);
  // Per inner iteration the dense layer, next and result; per outer one the inner start, next and result; the outer start; the output.
  expect(operations.length).toBe(100 * (100 * 3 + 3) + 2);
  expect(wires.length).toBe(operations.length);
  expect(weights.map(({ id, owners }) => [id, owners.length])).toEqual([['d/kernel', 10_000]]);
  expect(operations.at(-3)?.id).toBe('A.next.s[A=99]');
});
