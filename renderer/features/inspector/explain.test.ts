import { describe, expect, test } from 'vitest';
import type { GradloomDocument, GraphNode } from '#shared/graph/document';
import { nodeId, wireId } from '#shared/graph/identifiers';
import { defaultTraining } from '#shared/graph/training';
import { text } from '#shared/text/text';
import { explain, kindOf, lengthRatio } from './explain.ts';
import type { WireMeasured } from './explain.ts';
import { branchOf, remediesFor } from '#shared/theory/activationSwap';
import { steepestSlope } from '#shared/theory/slopes';
import { wayToLoss } from './wayToLoss.ts';

type Layer = readonly [id: string, type: string, params?: GraphNode['params']];

function network(
  layers: readonly Layer[],
  joined: readonly (readonly [string, string])[],
  outputs: readonly string[],
): GradloomDocument {
  return {
    format: 'gradloom',
    version: 1,
    name: 'test',
    graph: {
      nodes: layers.map(([id, type, params = {}]) => ({ id: nodeId(id), type, params, position: { x: 0, y: 0 } })),
      wires: joined.map(([from, to], index) => ({
        id: wireId(`w${index}`),
        from: { node: nodeId(from), port: 'out' },
        to: { node: nodeId(to), port: 'in' },
      })),
    },
    cells: [],
    training: {
      ...defaultTraining,
      losses: outputs.map((output) => ({ output: nodeId(output), kind: 'linear', weight: 1, target: 't' })),
    },
  };
}

/** x → n dense layers with an activation → logits → out. */
function chain(length: number, activation: string): GradloomDocument {
  const names = Array.from({ length }, (_, index) => `d${index}`);
  const all = ['x', ...names, 'logits', 'out'];
  return network(
    [
      ['x', 'input'],
      ...names.map((name): Layer => [name, 'dense', { units: 32, activation }]),
      ['logits', 'dense', { units: 2, activation: 'linear' }],
      ['out', 'output'],
    ],
    all.slice(1).map((name, index) => [all[index] ?? '', name]),
    ['out'],
  );
}

const measured = (values: Partial<WireMeasured>): WireMeasured => ({
  mark: 'none',
  rms: 1,
  headRms: 1,
  step: 0,
  elements: 32,
  headElements: 32,
  ...values,
});

const english = (kind: ReturnType<typeof kindOf>, values: WireMeasured, way: ReturnType<typeof wayToLoss>): string =>
  explain(kind, values, way)
    .map((sentence) => text('en', sentence.key, sentence.values))
    .join(' ');

describe('kindOf', () => {
  test.each([
    [1, 'healthy'],
    [0.0011, 'healthy'],
    [9.9, 'healthy'],
    [11, 'strong'],
    [7300, 'exploding'],
    [1e-4, 'weak'],
    [2.4e-10, 'vanishing'],
    [Number.NaN, 'unmeasured'],
  ])('a ratio of %f is %s', (rms, kind) => {
    expect(kindOf(measured({ rms }))).toBe(kind);
  });

  test('a small RMS on a large tensor is told apart from a vanished gradient', () => {
    // An 8×8 global average pool: RMS by 1/64, length by 1/8.
    const image = measured({ rms: 1 / 64, headRms: 20, elements: 64 * 32, headElements: 32 });
    expect(lengthRatio(image)).toBeCloseTo(1 / 160, 12);
    expect(kindOf(image)).toBe('spread');
  });

  test('marks stand for themselves', () => {
    expect(kindOf(measured({ mark: 'underflow', rms: Number.NaN }))).toBe('underflow');
  });
});

describe('wayToLoss', () => {
  test('twenty sigmoid layers bound the slopes by 0.25 to the twentieth', () => {
    const way = wayToLoss(chain(20, 'sigmoid'), nodeId('d0'));
    expect(way?.functions.sigmoid).toEqual({ least: 20, most: 20 });
    expect(way?.matrices).toEqual({ least: 21, most: 21 });
    expect(10 ** (way?.slopeBound ?? 0)).toBeCloseTo(0.25 ** 20, 20);
    expect(way?.identity).toBe(false);
  });

  test('counts only what lies after the wire', () => {
    expect(wayToLoss(chain(20, 'sigmoid'), nodeId('d17'))?.functions.sigmoid.most).toBe(3);
    expect(wayToLoss(chain(20, 'sigmoid'), nodeId('out'))?.matrices.most).toBe(0);
  });

  test('a residual block has a way without activations beside the one with', () => {
    const document = network(
      [
        ['x', 'input'],
        ['s', 'dense'],
        ['f', 'dense', { activation: 'sigmoid' }],
        ['add', 'add'],
        ['out', 'output'],
      ],
      [
        ['x', 's'],
        ['s', 'f'],
        ['f', 'add'],
        ['s', 'add'],
        ['add', 'out'],
      ],
      ['out'],
    );
    expect(wayToLoss(document, nodeId('s'))?.functions.sigmoid).toEqual({ least: 0, most: 1 });
    expect(wayToLoss(document, nodeId('add'))?.identity).toBe(true);
    expect(wayToLoss(document, nodeId('f'))?.identity).toBe(false);
  });

  test('what leads to no loss has no way', () => {
    expect(wayToLoss({ ...chain(2, 'relu'), training: defaultTraining }, nodeId('d0'))).toBeNull();
  });
});

test('steepest slopes are those of the functions, found by scanning their derivatives', () => {
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  // Abramowitz and Stegun 7.1.26, to 1.5e-7.
  const erf = (x: number): number => {
    const t = 1 / (1 + 0.3275911 * Math.abs(x));
    const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return Math.sign(x) * (1 - poly * Math.exp(-x * x));
  };
  const functions: Readonly<Record<string, (x: number) => number>> = {
    sigmoid,
    tanh: Math.tanh,
    gelu: (x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
    elu: (x) => (x > 0 ? x : 2.5 * (Math.exp(x) - 1)),
  };
  for (const [name, value] of Object.entries(functions)) {
    let steepest = 0;
    for (let x = -8; x <= 8; x += 0.001) {
      steepest = Math.max(steepest, Math.abs(value(x + 5e-4) - value(x - 5e-4)) / 1e-3);
    }
    expect(steepestSlope(name, { alpha: 2.5 }), name).toBeCloseTo(steepest, 2);
  }
});

describe('explain', () => {
  test('a vanished gradient under twenty sigmoids: the step, the factor, the bound, and that weights decide too', () => {
    const values = measured({ rms: 7.1e-12, headRms: 0.03, step: 188 });
    const words = english(kindOf(values), values, wayToLoss(chain(20, 'sigmoid'), nodeId('d0')));
    expect(words).toContain('step 188');
    expect(words).toContain('4.2e9');
    expect(words).toContain('20 sigmoid');
    expect(words).toContain('0.25');
    expect(words).toContain('9.1e−13');
    expect(words).toContain('product of both');
  });

  test('never says that small derivatives alone decide', () => {
    for (const activation of ['sigmoid', 'tanh', 'relu']) {
      const values = measured({ rms: 1e-8 });
      const words = english('vanishing', values, wayToLoss(chain(12, activation), nodeId('d0')));
      expect(words, activation).toMatch(/product of both|weights/);
    }
  });

  test('a healthy wire with an identity way says why', () => {
    const document = network(
      [
        ['x', 'input'],
        ['add', 'add'],
        ['out', 'output'],
      ],
      [
        ['x', 'add'],
        ['add', 'out'],
      ],
      ['out'],
    );
    const words = english('healthy', measured({ rms: 0.9, step: 3 }), wayToLoss(document, nodeId('add')));
    expect(words).toContain('0.9');
    expect(words).toContain('identity');
  });

  test('has words in both languages for every kind', () => {
    const way = wayToLoss(chain(8, 'tanh'), nodeId('d0'));
    for (const kind of [
      'healthy',
      'weak',
      'vanishing',
      'spread',
      'strong',
      'exploding',
      'zero',
      'underflow',
      'infinity',
      'notANumber',
      'noPath',
    ] as const) {
      for (const sentence of explain(kind, measured({ rms: 1e-4 }), way)) {
        for (const locale of ['en', 'zh-CN'] as const) {
          expect(text(locale, sentence.key, sentence.values)).not.toMatch(/\{[A-Za-z]/);
        }
      }
    }
  });
});

describe('remedies', () => {
  const twoBranches = network(
    [
      ['x', 'input'],
      ['p1', 'dense', { activation: 'sigmoid' }],
      ['p2', 'dense', {}],
      ['pa', 'activation', { function: 'tanh' }],
      ['ph', 'dense', {}],
      ['plain', 'output'],
      ['r1', 'dense', { activation: 'sigmoid' }],
      ['gate', 'dense', { activation: 'sigmoid' }],
      ['product', 'multiply'],
      ['residual', 'output'],
    ],
    [
      ['x', 'p1'],
      ['p1', 'p2'],
      ['p2', 'pa'],
      ['pa', 'ph'],
      ['ph', 'plain'],
      ['x', 'r1'],
      ['r1', 'product'],
      ['x', 'gate'],
      ['gate', 'product'],
      ['product', 'residual'],
    ],
    ['plain', 'residual'],
  );

  test('a branch is what leads to the same losses; the shared input is in neither', () => {
    expect(branchOf(twoBranches, nodeId('p2')).map(({ id }) => id)).toEqual(['p1', 'p2', 'pa', 'ph', 'plain']);
  });

  test('switch every saturating unit of the branch, and He before them but not before the logits', () => {
    const [reluHe, relu] = remediesFor(twoBranches, nodeId('p1'));
    expect(relu?.operations).toEqual([
      { kind: 'setParameters', node: 'p1', set: { activation: 'relu' } },
      { kind: 'setParameters', node: 'pa', set: { function: 'relu' } },
    ]);
    expect(reluHe?.operations.slice(2)).toEqual([
      { kind: 'setParameters', node: 'p1', set: { kernelInitialiser: { kind: 'heNormal' } } },
      { kind: 'setParameters', node: 'p2', set: { kernelInitialiser: { kind: 'heNormal' } } },
    ]);
    expect(reluHe).toMatchObject({ activations: 2, initialisers: 2 });
  });

  test('gates stay gates', () => {
    expect(remediesFor(twoBranches, nodeId('gate'))).toEqual([]);
  });
});
