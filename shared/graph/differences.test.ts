import { describe, expect, test } from 'vitest';
import { describeDifference, documentDifferences, whatTellsApart } from './differences.ts';
import { documentSchema } from './document.ts';
import type { GradloomDocument } from './document.ts';
import { inLockStep } from './lockStep.ts';
import { defaultTraining } from './training.ts';

type Nodes = Readonly<Record<string, readonly [type: string, params?: object, rest?: object]>>;

function made(
  name: string,
  nodes: Nodes,
  wires: readonly string[],
  training: object = {},
  cells: readonly object[] = [],
): GradloomDocument {
  return documentSchema.parse({
    format: 'gradloom',
    version: 1,
    name,
    graph: sheet(nodes, wires),
    cells,
    training: { ...defaultTraining, ...training },
  });
}

function sheet(nodes: Nodes, wires: readonly string[]): object {
  return {
    nodes: Object.entries(nodes).map(([id, [type, params = {}, rest = {}]]) => ({
      id,
      type,
      params,
      position: { x: 0, y: 0 },
      ...rest,
    })),
    wires: wires.map((wire, index) => {
      const [from = '', to = ''] = wire.split('>');
      const [node = '', port = 'in'] = to.split('.');
      return { id: `w${index}`, from: { node: from, port: 'out' }, to: { node, port } };
    }),
  };
}

const plainNodes: Nodes = {
  x: ['input', { shape: [2] }],
  a: ['dense', { units: 2, activation: 'sigmoid' }, { label: 'First' }],
  b: ['dense', { units: 2, activation: 'sigmoid' }],
  y: ['output'],
};
const plain = made('plain', plainNodes, ['x>a', 'a>b', 'b>y']);

function words(second: GradloomDocument, first = plain): readonly string[] {
  return documentDifferences(first, second).map((difference) => describeDifference('en', difference, second.name));
}

describe('what tells documents of one name apart', () => {
  const of = (training: object, nodes = plainNodes): GradloomDocument =>
    made('plain', nodes, ['x>a', 'a>b', 'b>y'], training);

  test('the seed comes first; what tells no more apart is left out', () => {
    expect(whatTellsApart('en', [of({ seed: 1 }), of({ seed: 2 })])).toEqual(['Seed 1', 'Seed 2']);
    expect(whatTellsApart('zh-CN', [of({ seed: 1 }), of({ seed: 2, epochs: 7 })])).toEqual([
      '随机种子 1',
      '随机种子 2',
    ]);
  });

  test('where one setting is not enough, the next one joins it', () => {
    const documents = [of({ seed: 1, batch: 8 }), of({ seed: 2, batch: 8 }), of({ seed: 2, batch: 16 })];
    expect(whatTellsApart('en', documents)).toEqual(['Seed 1 · Batch 8', 'Seed 2 · Batch 8', 'Seed 2 · Batch 16']);
  });

  test('a parameter of a layer tells, too', () => {
    const wide = of({}, { ...plainNodes, a: ['dense', { units: 4, activation: 'sigmoid' }, { label: 'First' }] });
    expect(whatTellsApart('en', [of({}), wide])).toEqual(['Units 2', 'Units 4']);
  });

  test('documents that are alike, or of other wires alone, are not told apart', () => {
    expect(whatTellsApart('en', [of({}), of({})])).toBeNull();
    expect(whatTellsApart('en', [plain, made('plain', plainNodes, ['x>a', 'b>y'])])).toBeNull();
  });
});

describe('the differences of two documents in words', () => {
  test('a residual twin has its sums and other wires', () => {
    const residual = made('residual', { ...plainNodes, s: ['add'] }, ['x>a', 'a>b', 'a>s.in-0', 'b>s.in-1', 's>y']);
    expect(words(residual)).toEqual(['“residual” has in addition: 1 × Add.', 'Wires: 3 more, 1 fewer.']);
    expect(words(plain, residual)).toEqual(['“plain” lacks: 1 × Add.', 'Wires: 1 more, 3 fewer.']);
  });

  test('equal changes of several nodes are one sentence, a single one names the node', () => {
    const changed = made(
      'relu',
      {
        ...plainNodes,
        a: ['dense', { units: 3, activation: 'relu' }, { label: 'First' }],
        b: ['dense', { units: 2, activation: 'relu' }],
      },
      ['x>a', 'a>b', 'b>y'],
    );
    expect(words(changed)).toEqual(['Units of “First”: 2 → 3.', 'Activation of 2 × Dense: sigmoid → relu.']);
  });

  test('what means nothing to the computation is no difference', () => {
    const moved = made(
      'moved',
      {
        f: ['frame'],
        ...plainNodes,
        a: ['dense', { activation: 'sigmoid', units: 2 }, { label: 'Other', position: { x: 9, y: 9 } }],
      },
      ['b>y', 'a>b', 'x>a'],
    );
    expect(words(moved)).toEqual([]);
  });

  test('another type under one id is one node less and one more', () => {
    const other = made('other', { ...plainNodes, b: ['dropout', { rate: 0.5 }] }, ['x>a', 'a>b', 'b>y']);
    expect(words(other)).toEqual(['“other” has in addition: 1 × Dropout.', '“other” lacks: 1 × Dense.']);
  });

  test('training settings by their path; another kind whole', () => {
    const other = made('other', plainNodes, ['x>a', 'a>b', 'b>y'], {
      optimiser: { ...defaultTraining.optimiser, learningRate: 0.01 },
      clipping: { kind: 'globalNorm', threshold: 1 },
    });
    expect(words(other)).toEqual([
      'Training · Learning rate: 0.001 → 0.01.',
      'Training · Gradient clipping: none → globalNorm (threshold 1).',
    ]);
  });

  test('cells: more, fewer, and changed inside', () => {
    const cell = (id: string, units: number): object => ({
      id,
      name: `Cell ${id}`,
      inputs: [],
      outputs: [],
      parameters: [],
      graph: sheet({ [`${id}-inner`]: ['dense', { units }] }, []),
    });
    const first = made('first', plainNodes, [], {}, [cell('p', 1), cell('q', 1)]);
    const second = made('second', plainNodes, [], {}, [cell('q', 4), cell('r', 1)]);
    expect(words(second, first)).toEqual([
      '“second” lacks the cell “Cell p”.',
      'In the cell “Cell q”: Units of “q-inner”: 1 → 4.',
      '“second” has the cell “Cell r” in addition.',
    ]);
  });

  test('Chinese has its own words', () => {
    const other = made('other', { ...plainNodes, b: ['dense', { units: 2, activation: 'tanh' }] }, [
      'x>a',
      'a>b',
      'b>y',
    ]);
    const [difference] = documentDifferences(plain, other);
    if (difference === undefined) throw new Error('a difference was expected');
    expect(describeDifference('zh-CN', difference, 'other')).toBe('“b”的激活函数：sigmoid → tanh。');
  });
});

describe('documents in lock-step', () => {
  const data = (seed: number, input: string): object => ({
    source: { kind: 'twoSpirals', size: 64, noise: 0 },
    seed,
    validation: 0,
    inputs: { [input]: 'point' },
  });

  test('take data, batch, epochs and seed of the first, and keep their own inputs', () => {
    const first = made('first', plainNodes, [], { batch: 8, seed: 3, epochs: 2, data: data(5, 'x') });
    const second = made('second', plainNodes, [], { batch: 16, seed: 3, epochs: 2, data: data(6, 'y') });
    const { documents, adjustments } = inLockStep([first, second]);
    expect(documents[0]).toEqual(first);
    expect(documents[1]?.training).toMatchObject({ batch: 8, seed: 3, epochs: 2, data: data(5, 'y') });
    expect(adjustments.map(({ document, setting }) => [document, setting])).toEqual([
      [1, 'batch'],
      [1, 'data'],
    ]);
    expect(adjustments[0]).toMatchObject({ from: 16, to: 8 });
  });
});
