import { describe, expect, test } from 'vitest';
import type { GradloomDocument } from '../graph/document.ts';
import { nodeIdSchema, wireIdSchema } from '../graph/identifiers.ts';
import { check } from './check.ts';
import type { NodeFacts } from './diagnostic.ts';
import { sketch } from './testing/sketch.ts';

function factsOf(document: GradloomDocument, node: string): NodeFacts {
  const facts = check(document).nodes.get(nodeIdSchema.parse(node));
  if (facts === undefined) throw new Error(`no node ${node}`);
  return facts;
}

function shapeOn(document: GradloomDocument, wire: string): readonly number[] | undefined {
  return check(document).wires.get(wireIdSchema.parse(wire))?.shape;
}

function errors(document: GradloomDocument): readonly string[] {
  return check(document)
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ message }) => message);
}

describe('a plain network', () => {
  const document = sketch({
    nodes: {
      x: ['input', { shape: [28, 28, 1] }],
      c: ['convolution2d', { filters: 8, useBias: false }],
      n: ['batchNormalisation'],
      r: ['activation'],
      p: ['pooling2d'],
      f: ['flatten'],
      d: ['dense', { units: 10 }],
      y: ['output', { link: 'softmax' }],
    },
    wires: ['x > c', 'c > n', 'n > r', 'r > p', 'p > f', 'f > d', 'd > y'],
    training: {
      losses: [{ output: 'y', kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
      metrics: [{ output: 'y', kind: 'accuracy', target: 'label' }],
      data: {
        source: { kind: 'digits', size: 500, noise: 0, shift: 0, slant: 0 },
        seed: 1,
        validation: 0.2,
        inputs: { x: 'image' },
      },
    },
  });

  test('nothing is wrong', () => {
    expect(check(document)).toMatchObject({ ok: true, diagnostics: [] });
  });

  test('shapes on every wire', () => {
    const shapes = document.graph.wires.map(({ id }) => shapeOn(document, id));
    expect(shapes).toEqual([[28, 28, 1], [28, 28, 8], [28, 28, 8], [28, 28, 8], [14, 14, 8], [1568], [10]]);
  });

  test('weights and cost of the whole', () => {
    // 3·3·1·8 + (8 + 8) + (1568·10 + 10); moving mean and variance do not train.
    expect(check(document).totals).toEqual({
      trainable: 72 + 16 + 15_690,
      other: 16,
      // The convolution, its normalisation and its activation, the pool, the logits.
      activations: 3 * 28 * 28 * 8 + 14 * 14 * 8 + 10,
      multiplyAdds: 28 * 28 * 72 + 15_680,
    });
    expect(factsOf(document, 'n')).toMatchObject({ trainableWeights: 16, otherWeights: 16, multiplyAdds: 0 });
  });

  test('a frozen layer keeps its weights and trains none of them', () => {
    const frozen = sketch({
      nodes: { x: ['input', { shape: [4] }], d: ['dense', { units: 3 }, { frozen: true }], y: ['output'] },
      wires: ['x > d', 'd > y'],
    });
    expect(factsOf(frozen, 'd')).toMatchObject({ trainableWeights: 0, otherWeights: 15 });
    expect(factsOf(frozen, 'd').weights.every(({ trainable }) => !trainable)).toBe(true);
  });
});

describe('published sizes', () => {
  test('a recurrent cell of RLA’s kind: the number of weights does not depend on N', () => {
    const sizes = [1, 5, 30].map((iterations) => check(deepLoop(iterations)).totals);
    expect(new Set(sizes.map(({ trainable }) => trainable))).toEqual(new Set([64 * 64 + 64]));
    expect(sizes.map(({ multiplyAdds }) => multiplyAdds)).toEqual([4096, 5 * 4096, 30 * 4096]);
  });

  test('ResNet-20 for CIFAR has 269,722 trainable weights', () => {
    expect(check(resnet20()).totals.trainable).toBe(269_722);
  });
});

function deepLoop(iterations: number): GradloomDocument {
  return sketch({
    nodes: {
      x: ['input', { shape: [64] }],
      l: [
        'loop',
        {
          iterations,
          states: [{ id: 'h', shape: [64], initial: { kind: 'wired' }, residual: true }],
          inputs: [],
          outputs: [{ id: 'y', kind: 'last' }],
        },
      ],
      d: ['dense', { units: 64 }, { parent: 'l' }],
      y: ['output'],
    },
    wires: ['x > l.init.h', 'l.state.h > d', 'd > l.next.h', 'd > l.result.y', 'l.out.y > y'],
  });
}

/** The weights of He et al. 2015, table 6. The shortcuts of option A have none, so they are left out. */
function resnet20(): GradloomDocument {
  const nodes: Record<string, [string, Record<string, never> | Record<string, unknown>]> = {
    x: ['input', { shape: [32, 32, 3] }],
  };
  const wires: string[] = [];
  let last = 'x';
  const append = (id: string, type: string, params: Record<string, unknown> = {}) => {
    nodes[id] = [type, params];
    wires.push(`${last} > ${id}`);
    last = id;
  };
  const block = (id: string, filters: number, stride: number) => {
    append(`${id}c`, 'convolution2d', { filters, strides: [stride, stride], useBias: false });
    append(`${id}n`, 'batchNormalisation');
    append(`${id}r`, 'activation');
  };
  block('s', 16, 1);
  [16, 32, 64].forEach((filters, stage) => {
    for (let index = 0; index < 6; index += 1) block(`b${stage}_${index}`, filters, stage > 0 && index === 0 ? 2 : 1);
  });
  append('g', 'globalPooling2d');
  append('d', 'dense', { units: 10 });
  append('y', 'output');
  return sketch({ nodes: nodes as never, wires });
}

describe('loops', () => {
  const sequence = sketch({
    nodes: {
      s: ['input', { shape: [5, 3] }],
      q: ['input', { shape: [2] }],
      l: [
        'loop',
        {
          iterations: 5,
          states: [{ id: 'h', shape: [4], initial: { kind: 'learned', initialiser: { kind: 'constant', value: 0 } } }],
          inputs: [
            { id: 'x', kind: 'scan' },
            { id: 'q', kind: 'constant' },
          ],
          outputs: [
            { id: 'all', kind: 'all' },
            { id: 'last', kind: 'last' },
          ],
        },
      ],
      c: ['concatenate', {}, { parent: 'l' }],
      d: ['dense', { units: 4, useBias: false }, { parent: 'l' }],
      n: ['layerNormalisation', {}, { parent: 'l', perStep: ['l'] }],
      ya: ['output'],
      yl: ['output'],
    },
    wires: [
      's > l.in.x',
      'q > l.in.q',
      'l.input.x > c.in.0',
      'l.input.q > c.in.1',
      'l.state.h > c.in.2',
      'c > d',
      'd > n',
      'n > l.next.h',
      'n > l.result.all',
      'd > l.result.last',
      'l.out.all > ya',
      'l.out.last > yl',
    ],
  });

  test('constants, slices, states and both kinds of output', () => {
    expect(errors(sequence)).toEqual([]);
    const shapes = sequence.graph.wires.map(({ id }) => shapeOn(sequence, id));
    expect(shapes).toEqual([[5, 3], [2], [3], [2], [4], [9], [4], [4], [4], [4], [5, 4], [4]]);
  });

  test('shared weights are counted once, per-step ones per iteration, the learned start once', () => {
    expect(factsOf(sequence, 'd')).toMatchObject({
      trainableWeights: 36,
      multiplyAdds: 5 * 36,
      weights: [{ copies: 1 }],
    });
    expect(factsOf(sequence, 'n')).toMatchObject({ trainableWeights: 5 * 8, weights: [{ copies: 5 }, { copies: 5 }] });
    expect(factsOf(sequence, 'l')).toMatchObject({ trainableWeights: 4, weights: [{ name: 'initial.h', copies: 1 }] });
    expect(check(sequence).totals.trainable).toBe(36 + 40 + 4);
  });

  test('nested loops multiply; a frame in between changes nothing; a container’s perStep holds for all inside', () => {
    const loop = (iterations: number) => ({
      iterations,
      states: [{ id: 'h', shape: [3], initial: { kind: 'wired' } }],
      inputs: [],
      outputs: [{ id: 'y', kind: 'last' }],
    });
    const document = sketch({
      nodes: {
        x: ['input', { shape: [3] }],
        a: ['loop', loop(4)],
        f: ['frame', {}, { parent: 'a' }],
        b: ['loop', loop(5), { parent: 'f', perStep: ['a'] }],
        d: ['dense', { units: 3, useBias: false }, { parent: 'b' }],
        e: ['dense', { units: 3, useBias: false }, { parent: 'b', perStep: ['b'] }],
        y: ['output'],
      },
      wires: [
        'x > a.init.h',
        'a.state.h > b.init.h',
        'b.state.h > d',
        'd > e',
        'e > b.next.h',
        'e > b.result.y',
        'b.out.y > a.next.h',
        'b.out.y > a.result.y',
        'a.out.y > y',
      ],
    });
    expect(errors(document)).toEqual([]);
    expect(factsOf(document, 'd')).toMatchObject({ trainableWeights: 4 * 9, multiplyAdds: 20 * 9 });
    expect(factsOf(document, 'e')).toMatchObject({ trainableWeights: 20 * 9, multiplyAdds: 20 * 9 });
  });
});

describe('cells', () => {
  function blocks(first: 'shared' | 'own', second: 'shared' | 'own', perInstance = false, width = 4): GradloomDocument {
    return sketch({
      nodes: {
        x: ['input', { shape: [4] }],
        p: ['dense', { units: width, useBias: false }],
        i: ['cell', { cell: 'block', weights: first, parameters: {} }],
        j: ['cell', { cell: 'block', weights: second, parameters: {} }],
        y: ['output'],
        z: ['output'],
      },
      wires: ['x > i.in.a', 'i.out.b > y', 'x > p', 'p > j.in.a', 'j.out.b > z'],
      cells: [
        {
          id: 'block',
          inputs: ['a'],
          outputs: ['b'],
          nodes: {
            ia: ['cellInput', { terminal: 'a' }],
            d: ['dense', { units: 3, useBias: false }],
            n: ['layerNormalisation', {}, { perInstance }],
            ob: ['cellOutput', { terminal: 'b' }],
          },
          wires: ['ia > d', 'd > n', 'n > ob'],
        },
      ],
    });
  }

  test('shared instances have one set, own ones a copy each', () => {
    expect(errors(blocks('shared', 'shared'))).toEqual([]);
    expect(factsOf(blocks('shared', 'shared'), 'd')).toMatchObject({ trainableWeights: 12, multiplyAdds: 24 });
    expect(factsOf(blocks('shared', 'own'), 'd')).toMatchObject({ trainableWeights: 24, weights: [{ copies: 2 }] });
    expect(factsOf(blocks('own', 'own'), 'd').trainableWeights).toBe(24);
  });

  test('a node may have its own weights in each instance of a shared cell', () => {
    expect(factsOf(blocks('shared', 'shared', true), 'n').trainableWeights).toBe(12);
    expect(factsOf(blocks('shared', 'shared', true), 'd').trainableWeights).toBe(12);
  });

  test('a definition is looked at once for each kind of input', () => {
    expect(errors(blocks('own', 'own', false, 7))).toEqual([]);
    expect(factsOf(blocks('own', 'own', false, 7), 'd').trainableWeights).toBe(12 + 21);
    expect(check(blocks('shared', 'shared', false, 7)).diagnostics.map(({ code }) => code)).toContain(
      'sharedWeightShape',
    );
  });

  test('an instance in a loop: once for all iterations, or once for each', () => {
    const inLoop = (perStep: readonly string[]) =>
      sketch({
        nodes: {
          x: ['input', { shape: [4] }],
          l: [
            'loop',
            {
              iterations: 6,
              states: [{ id: 'h', shape: [4], initial: { kind: 'wired' } }],
              inputs: [],
              outputs: [{ id: 'y', kind: 'last' }],
            },
          ],
          i: ['cell', { cell: 'unit', weights: 'shared', parameters: {} }, { parent: 'l', perStep }],
          y: ['output'],
        },
        wires: ['x > l.init.h', 'l.state.h > i.in.a', 'i.out.b > l.next.h', 'i.out.b > l.result.y', 'l.out.y > y'],
        cells: [
          {
            id: 'unit',
            inputs: ['a'],
            outputs: ['b'],
            nodes: {
              ia: ['cellInput', { terminal: 'a' }],
              d: ['dense', { units: 4, useBias: false }],
              ob: ['cellOutput', { terminal: 'b' }],
            },
            wires: ['ia > d', 'd > ob'],
          },
        ],
      });
    expect(factsOf(inLoop([]), 'd')).toMatchObject({ trainableWeights: 16, multiplyAdds: 96 });
    expect(factsOf(inLoop(['l']), 'd')).toMatchObject({ trainableWeights: 96, multiplyAdds: 96 });
  });

  test('DIANet’s cell: 2.5N² + 8.5N weights', () => {
    for (const width of [64, 128, 256]) {
      const document = sketch({
        nodes: {
          z: ['input', { shape: [width] }],
          h: ['input', { shape: [width] }],
          u: ['cell', { cell: 'dia', weights: 'shared', parameters: {} }],
          y: ['output'],
        },
        wires: ['z > u.in.z', 'h > u.in.h', 'u.out.g > y'],
        cells: [
          {
            id: 'dia',
            inputs: ['z', 'h'],
            outputs: ['g'],
            nodes: {
              iz: ['cellInput', { terminal: 'z' }],
              ih: ['cellInput', { terminal: 'h' }],
              a1: ['dense', { units: width / 4, activation: 'relu' }],
              a2: ['dense', { units: 4 * width }],
              b1: ['dense', { units: width / 4, activation: 'relu' }],
              b2: ['dense', { units: 4 * width }],
              s: ['add'],
              og: ['cellOutput', { terminal: 'g' }],
            },
            wires: ['iz > a1', 'a1 > a2', 'ih > b1', 'b1 > b2', 'a2 > s.in.0', 'b2 > s.in.1', 's > og'],
          },
        ],
      });
      expect(check(document).totals.trainable).toBe(2.5 * width * width + 8.5 * width);
    }
  });

  test('an exposed parameter is what the instance says', () => {
    const document = sketch({
      nodes: {
        x: ['input', { shape: [4] }],
        i: ['cell', { cell: 'c', weights: 'own', parameters: { width: 9 } }],
        j: ['cell', { cell: 'c', weights: 'own', parameters: {} }],
        y: ['output'],
        z: ['output'],
      },
      wires: ['x > i.in.a', 'i.out.b > y', 'x > j.in.a', 'j.out.b > z'],
      cells: [
        {
          id: 'c',
          inputs: ['a'],
          outputs: ['b'],
          parameters: [{ id: 'width', node: 'd', parameter: 'units' }],
          nodes: {
            ia: ['cellInput', { terminal: 'a' }],
            d: ['dense', { units: 2 }],
            ob: ['cellOutput', { terminal: 'b' }],
          },
          wires: ['ia > d', 'd > ob'],
        },
      ],
    });
    expect(errors(document)).toEqual([]);
    expect([shapeOn(document, 'w1'), shapeOn(document, 'w3')]).toEqual([[9], [2]]);
    expect(factsOf(document, 'd').trainableWeights).toBe(45 + 10);
  });

  test('cells nested to depth 30, each twice, are counted without being unrolled', () => {
    const level = (index: number) => ({
      id: `c${index}`,
      inputs: ['a'],
      outputs: ['b'],
      nodes: {
        [`ia${index}`]: ['cellInput', { terminal: 'a' }],
        ...(index === 0
          ? { d: ['dense', { units: 4, useBias: false }] }
          : {
              [`i${index}`]: ['cell', { cell: `c${index - 1}`, weights: 'shared', parameters: {} }],
              [`j${index}`]: ['cell', { cell: `c${index - 1}`, weights: 'shared', parameters: {} }],
            }),
        [`ob${index}`]: ['cellOutput', { terminal: 'b' }],
      } as never,
      wires:
        index === 0
          ? ['ia0 > d', 'd > ob0']
          : [`ia${index} > i${index}.in.a`, `i${index}.out.b > j${index}.in.a`, `j${index}.out.b > ob${index}`],
    });
    const document = sketch({
      nodes: {
        x: ['input', { shape: [4] }],
        i: ['cell', { cell: 'c30', weights: 'shared', parameters: {} }],
        y: ['output'],
      },
      wires: ['x > i.in.a', 'i.out.b > y'],
      cells: Array.from({ length: 31 }, (_, index) => level(index)),
    });
    expect(errors(document)).toEqual([]);
    expect(factsOf(document, 'd')).toMatchObject({ trainableWeights: 16, multiplyAdds: 2 ** 30 * 16 });
  });
});

test('a chain of 20,000 nodes does not overflow the stack', () => {
  const nodes: Record<string, [string, Record<string, never>]> = {};
  const wires: string[] = [];
  for (let index = 0; index < 20_000; index += 1) {
    nodes[`n${index}`] = [index === 0 ? 'input' : 'activation', {}];
    if (index > 0) wires.push(`n${index - 1} > n${index}`);
  }
  const document = sketch({ nodes, wires: [...wires, 'n19999 > n1'] });
  expect(errors(document).length).toBeGreaterThan(0);
  expect(errors(sketch({ nodes, wires }))).toHaveLength(1);
});
