import { describe, expect, test } from 'vitest';
import { applyOperations } from '../graph/applyOperation.ts';
import type { GradloomDocument } from '../graph/document.ts';
import { documentSchema } from '../graph/document.ts';
import { check } from './check.ts';
import type { Diagnostic } from './diagnostic.ts';
import { sketch } from './testing/sketch.ts';
import type { CellSketch, DocumentSketch } from './testing/sketch.ts';

/** A document with something wrong, and what must be said about it. */
interface BadCase {
  readonly code: string;
  readonly document: GradloomDocument;
  readonly severity?: Diagnostic['severity'];
  readonly message: string;
  readonly node?: string;
  readonly wire?: string;
  readonly fixes?: readonly string[];
}

/** Input of four numbers, a dense layer, an output; more nodes and wires on top. */
function around(
  nodes: DocumentSketch['nodes'],
  wires: readonly string[] = [],
  more: Omit<DocumentSketch, 'nodes' | 'wires'> = {},
): GradloomDocument {
  return sketch({
    nodes: { x: ['input', { shape: [4] }], d: ['dense', { units: 4 }], y: ['output'], ...nodes },
    wires: ['x > d', 'd > y', ...wires],
    ...more,
  });
}

const loop = (more: Readonly<Record<string, unknown>> = {}) => ({
  iterations: 3,
  states: [{ id: 'h', shape: [4], initial: { kind: 'wired' } }],
  inputs: [],
  outputs: [{ id: 'y', kind: 'last' }],
  ...more,
});

/** A loop over a dense layer `e` of four units. */
function looping(
  parameters: Readonly<Record<string, unknown>>,
  nodes: DocumentSketch['nodes'] = {},
  wires: readonly string[] = ['x > l.init.h', 'l.state.h > e', 'e > l.next.h', 'e > l.result.y', 'l.out.y > y'],
  more: Omit<DocumentSketch, 'nodes' | 'wires'> = {},
): GradloomDocument {
  return sketch({
    nodes: {
      x: ['input', { shape: [4] }],
      l: ['loop', loop(parameters) as never],
      e: ['dense', { units: 4 }, { parent: 'l' }],
      y: ['output'],
      ...nodes,
    },
    wires,
    ...more,
  });
}

const block: CellSketch = {
  id: 'block',
  inputs: ['a'],
  outputs: ['b'],
  nodes: { ia: ['cellInput', { terminal: 'a' }], e: ['dense', { units: 3 }], ob: ['cellOutput', { terminal: 'b' }] },
  wires: ['ia > e', 'e > ob'],
};

/** One instance `i` of a cell between input and output. */
function celled(
  cell: CellSketch,
  parameters: Readonly<Record<string, unknown>> = {},
  nodes: DocumentSketch['nodes'] = {},
  wires: readonly string[] = [],
): GradloomDocument {
  return sketch({
    nodes: {
      x: ['input', { shape: [4] }],
      i: ['cell', { cell: cell.id, weights: 'shared', parameters: {}, ...parameters } as never],
      y: ['output'],
      ...nodes,
    },
    wires: ['x > i.in.a', 'i.out.b > y', ...wires],
    cells: [cell],
  });
}

const spirals = {
  source: { kind: 'twoSpirals', size: 1000, noise: 0.02 },
  seed: 1,
  validation: 0.2,
  inputs: { x: 'point' },
};

/** A classifier of the two spirals with `units` scores. */
function spiralNet(
  units: number,
  training: DocumentSketch['training'] = {},
  nodes: DocumentSketch['nodes'] = {},
): GradloomDocument {
  return sketch({
    nodes: { x: ['input', { shape: [2] }], d: ['dense', { units }], y: ['output'], ...nodes },
    wires: ['x > d', 'd > y'],
    training: {
      losses: [{ output: 'y', kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
      data: spirals,
      ...training,
    },
  });
}

const wiring: readonly BadCase[] = [
  {
    code: 'unknownType',
    document: around({ z: ['spline', {}] }),
    message: '“z” is of the type “spline”, which this version of Gradloom does not have.',
    node: 'z',
    fixes: ['removeNode'],
  },
  {
    code: 'unconnected',
    document: around({ z: ['dense', {}] }),
    message: 'Nothing is wired to in of “z”.',
    node: 'z',
    fixes: ['removeNode'],
  },
  {
    code: 'tooFewInputs',
    document: sketch({
      nodes: { x: ['input'], a: ['add', {}, { label: 'sum' }], y: ['output'] },
      wires: ['x > a.in.0', 'a > y'],
    }),
    message: '“sum” joins at least 2 inputs; received 1.',
    node: 'a',
    fixes: ['bypass'],
  },
  {
    code: 'wireEndMissing',
    document: around({}, ['ghost > y']),
    message: 'The wire “w2” ends at “ghost”, which is not on this sheet.',
    wire: 'w2',
    fixes: ['removeWire'],
  },
  {
    code: 'portMissing',
    document: around({}, ['x > d.bias']),
    message: '“d” has no port “bias” for this wire; it has in.',
    node: 'd',
    wire: 'w2',
    fixes: ['removeWire'],
  },
  {
    code: 'wireDirection',
    document: sketch({ nodes: { x: ['input'], d: ['dense'], y: ['output'] }, wires: ['d.in > x.out', 'd > y'] }),
    message: 'This wire runs from “d.in” to “x.out”: a wire starts where a value comes out and ends where one goes in.',
    wire: 'w0',
    fixes: ['reverseWire', 'removeWire'],
  },
  {
    code: 'wireToItself',
    document: sketch({
      nodes: { x: ['input'], a: ['add'], y: ['output'] },
      wires: ['x > a.in.0', 'x > a.in.1', 'a > a.in.2', 'a > y'],
    }),
    message: 'The wire joins “a” to itself. To feed a value back, put the node in a loop with a state.',
    wire: 'w2',
    fixes: ['removeWire'],
  },
  {
    code: 'inputTaken',
    document: around({}, ['x > y']),
    message:
      'Two wires end at in of “y”, from “d” and “x”; a single input takes one. Join them with an add or a concatenate.',
    node: 'y',
    wire: 'w2',
    fixes: ['insertAdd', 'removeWire'],
  },
  {
    code: 'inputTaken',
    document: around({ a: ['add'], z: ['output'] }, ['x > a.in.0', 'd > a.in.1', 'x > a.in.1', 'a > z']),
    message:
      'Two wires end at in.1 of “a”, from “d” and “x”; a single input takes one. Join them with an add or a concatenate.',
    node: 'a',
    wire: 'w4',
    fixes: ['nextInput', 'removeWire'],
  },
  {
    code: 'inputTaken',
    document: around({ e: ['dense', { units: 9 }] }, ['x > e', 'e > y']),
    message:
      'Two wires end at in of “y”, from “d” and “e”; a single input takes one. Join them with an add or a concatenate.',
    node: 'y',
    wire: 'w3',
    fixes: ['removeWire'],
  },
  {
    code: 'cycle',
    document: sketch({
      nodes: { x: ['input', { shape: [4] }], a: ['add'], d: ['dense', { units: 4 }], y: ['output'] },
      wires: ['x > a.in.0', 'a > d', 'd > y', 'd > a.in.1'],
    }),
    message:
      'These nodes depend on themselves: a, d. Outside of a loop nothing can be computed from its own result: make a loop of them, or take away the wire from “d” to “a”.',
    node: 'a',
    wire: 'w3',
    fixes: ['makeLoop', 'bypass'],
  },
  {
    code: 'cycle',
    document: sketch({
      nodes: {
        x: ['input', { shape: [6] }],
        a: ['concatenate'],
        d: ['dense', { units: 4 }],
        t: ['activation', { function: 'tanh' }],
        y: ['output'],
      },
      wires: ['x > a.in.0', 'a > d', 'd > t', 't > y', 't > a.in.1'],
    }),
    message:
      'These nodes depend on themselves: a, d, t. Outside of a loop nothing can be computed from its own result: make a loop of them, or take away the wire from “t” to “a”.',
    node: 'a',
    wire: 'w4',
    fixes: ['makeLoop', 'bypass'],
  },
  {
    code: 'wireBorder',
    document: looping({}, { c: ['add', {}, { parent: 'l' }] }, [
      'x > l.init.h',
      'l.state.h > e',
      'e > c.in.0',
      'x > c.in.1',
      'c > l.next.h',
      'c > l.result.y',
      'l.out.y > y',
    ]),
    message:
      'The wire from “x” to “c” crosses the border of a loop. Values enter a loop as constants, scans or starts of states, and leave it as outputs.',
    node: 'c',
    wire: 'w3',
    fixes: ['bringInConstant', 'removeWire'],
  },
  {
    code: 'wireBorder',
    document: looping({}, { z: ['output'] }, [
      'x > l.init.h',
      'l.state.h > e',
      'e > l.next.h',
      'e > l.result.y',
      'l.out.y > y',
      'e > z',
    ]),
    message:
      'The wire from “e” to “z” crosses the border of a loop. Values enter a loop as constants, scans or starts of states, and leave it as outputs.',
    node: 'z',
    wire: 'w5',
    fixes: ['handOutLast', 'removeWire'],
  },
];

const places: readonly BadCase[] = [
  {
    code: 'duplicateId',
    document: (() => {
      const document = around({});
      return {
        ...document,
        graph: { ...document.graph, nodes: [...document.graph.nodes, ...document.graph.nodes.slice(0, 1)] },
      };
    })(),
    message:
      'The id “x” is used twice. Weights and wires are found by their ids: give every node, wire and cell its own.',
    node: 'x',
    fixes: [],
  },
  {
    code: 'parentMissing',
    document: around({ d: ['dense', { units: 4 }, { parent: 'gone' }] }),
    message: '“d” says that it lies inside “gone”, which is not on this sheet.',
    node: 'd',
    fixes: ['takeOut'],
  },
  {
    code: 'parentNotContainer',
    document: around({ d: ['dense', { units: 4 }, { parent: 'y' }] }),
    message: '“d” says that it lies inside “y”, which is neither a frame nor a loop.',
    node: 'd',
    fixes: ['takeOut'],
  },
  {
    code: 'parentCycle',
    document: around({ f: ['frame', {}, { parent: 'g' }], g: ['frame', {}, { parent: 'f' }] }),
    message: '“f” lies inside itself, by way of “g”. Take it out.',
    node: 'f',
    fixes: ['takeOut'],
  },
  {
    code: 'nestingTooDeep',
    document: around(
      Object.fromEntries(
        Array.from({ length: 102 }, (_, index) => [
          `f${index}`,
          index === 0 ? ['frame'] : ['frame', {}, { parent: `f${index - 1}` }],
        ]),
      ) as DocumentSketch['nodes'],
    ),
    message: '“f101” lies more than 100 frames and loops deep.',
    node: 'f101',
    fixes: ['takeOut'],
  },
];

const shapes: readonly BadCase[] = [
  {
    code: 'shapesDiffer',
    document: sketch({
      nodes: { x: ['input', { shape: [4] }], d: ['dense', { units: 8 }], a: ['add'], y: ['output'] },
      wires: ['x > d', 'x > a.in.0', 'd > a.in.1', 'a > y'],
    }),
    message: 'All inputs of “a” must have one shape: expected 4 like the first, received 8 from “d”.',
    node: 'a',
    wire: 'w2',
    fixes: ['project', 'setWidth'],
  },
  {
    code: 'shapesDiffer',
    document: sketch({
      nodes: {
        x: ['input', { shape: [32, 32, 16] }],
        c: ['convolution2d', { filters: 32, strides: [2, 2] }],
        a: ['add'],
        y: ['output'],
      },
      wires: ['x > c', 'c > a.in.0', 'x > a.in.1', 'a > y'],
    }),
    message: 'All inputs of “a” must have one shape: expected 16×16×32 like the first, received 32×32×16 from “x”.',
    node: 'a',
    wire: 'w2',
    fixes: ['projectImage'],
  },
  {
    code: 'rank',
    document: sketch({
      nodes: { x: ['input', { shape: [] }], d: ['dense'], y: ['output'] },
      wires: ['x > d', 'd > y'],
    }),
    message: '“d” needs at least 1 axis; received a scalar.',
    node: 'd',
    wire: 'w0',
    fixes: [],
  },
  {
    code: 'imageRank',
    document: sketch({
      nodes: { x: ['input', { shape: [8, 8, 1] }], f: ['flatten'], c: ['convolution2d'], y: ['output'] },
      wires: ['x > f', 'f > c', 'c > y'],
    }),
    message:
      '“c” needs an image, height×width×channels; received 64 from “f”. No layer makes an image of a vector: take the value from before it was flattened, or give the input an image’s shape.',
    node: 'c',
    wire: 'w1',
    fixes: ['skipFlatten'],
  },
  {
    code: 'dtype',
    document: sketch({
      nodes: { x: ['input', { shape: [4], dtype: 'int32' }], d: ['dense'], y: ['output'] },
      wires: ['x > d', 'd > y'],
    }),
    message: '“d” needs float32; received int32 from “x”.',
    node: 'd',
    wire: 'w0',
    fixes: ['setInputType'],
  },
  {
    code: 'windowTooLarge',
    document: sketch({
      nodes: {
        x: ['input', { shape: [4, 4, 1] }],
        c: ['convolution2d', { kernelSize: [5, 5], padding: 'valid' }],
        y: ['output'],
      },
      wires: ['x > c', 'c > y'],
    }),
    message: 'The window of “c” is 5×5, but its input is only 4×4. Use same padding or a smaller window.',
    node: 'c',
    wire: 'w0',
    fixes: ['setParameter'],
  },
  {
    code: 'strideAndDilation',
    document: sketch({
      nodes: {
        x: ['input', { shape: [8, 8, 1] }],
        c: ['convolution2d', { strides: [2, 2], dilations: [2, 2] }],
        y: ['output'],
      },
      wires: ['x > c', 'c > y'],
    }),
    message: '“c”: strides 2×2 and dilations 2×2 cannot both be above 1. Set one of them to 1.',
    node: 'c',
    fixes: ['setParameter', 'setParameter'],
  },
  {
    code: 'axis',
    document: around({ c: ['concatenate', { axis: 3 }], z: ['output'] }, ['x > c.in.0', 'd > c.in.1', 'c > z']),
    message: '“c”: there is no axis 3; the number of axes is 1.',
    node: 'c',
    fixes: ['setParameter'],
  },
  {
    code: 'concatenateShapes',
    document: sketch({
      nodes: { x: ['input', { shape: [2, 3] }], z: ['input', { shape: [5, 3] }], c: ['concatenate'], y: ['output'] },
      wires: ['x > c.in.0', 'z > c.in.1', 'c > y'],
    }),
    message: 'Inputs of “c” may differ along axis 1 only: expected 2×3 apart from that, received 5×3 from “z”.',
    node: 'c',
    wire: 'w1',
    fixes: [],
  },
  {
    code: 'tooLarge',
    document: sketch({
      nodes: { x: ['input', { shape: [1_000_000, 4000] }], y: ['output'] },
      wires: ['x > y'],
    }),
    message: '“x” makes a tensor of 4000000000 elements; more than 2147483647 cannot be held in one. Make it smaller.',
    node: 'x',
    fixes: [],
  },
  {
    code: 'attentionMask',
    document: sketch({
      nodes: {
        x: ['input', { shape: [5, 4] }],
        words: ['input', { shape: [6], dtype: 'int32' }],
        seen: ['compare', {}],
        a: ['multiHeadAttention', { heads: 2 }],
        y: ['output'],
      },
      wires: ['x > a.query', 'x > a.value', 'words > seen.a', 'seen > a.mask', 'a > y'],
    }),
    message:
      '“a” needs a mask of 5 / 5×5 / 2×5×5, true where a key may be seen; received 6 from “seen”. Make it with Compare from what the keys were made of.',
    node: 'a',
    wire: 'w3',
    fixes: ['removeMask'],
  },
  {
    code: 'maskShape',
    document: sketch({
      nodes: {
        x: ['input', { shape: [5, 4] }],
        words: ['input', { shape: [6], dtype: 'int32' }],
        seen: ['compare', {}],
        l: ['lstm', { units: 3 }],
        y: ['output'],
      },
      wires: ['x > l.in', 'words > seen.a', 'seen > l.mask', 'l > y'],
    }),
    message:
      '“l” needs a mask of 5, one value for each step; received 6 from “seen”. Make it with Compare from what the steps were made of.',
    node: 'l',
    wire: 'w2',
    fixes: ['removeMask'],
  },
  {
    code: 'dtype',
    document: sketch({
      nodes: {
        words: ['input', { shape: [6], dtype: 'int32' }],
        e: ['embedding', { vocabulary: 20, dimension: 4 }],
        l: ['lstm', { units: 3 }],
        y: ['output'],
      },
      wires: ['words > e', 'e > l.in', 'words > l.mask', 'l > y'],
    }),
    message: '“l” needs bool; received int32 from “words”.',
    node: 'l',
    wire: 'w2',
    fixes: ['insertCompare'],
  },
  {
    code: 'attentionFeatures',
    document: sketch({
      nodes: { x: ['input', { shape: [5, 4] }], q: ['input', { shape: [3] }], a: ['attention'], y: ['output'] },
      wires: ['q > a.query', 'x > a.value', 'a > y'],
    }),
    message:
      '“a” compares queries of 3 features with keys of 4 from “x”: the lengths must be equal. Put a dense layer before one of them, or use multi-head attention, which projects both.',
    node: 'a',
    wire: 'w1',
  },
  {
    code: 'formulaBroadcast',
    document: sketch({
      nodes: { x: ['input', { shape: [4] }], z: ['input', { shape: [3] }], f: ['formula'], y: ['output'] },
      wires: ['x > f.a', 'z > f.b', 'f > y'],
    }),
    message:
      '“f” cannot combine 4 with 3 within its formula: aligned at the last axis, two lengths must be equal, or one of them 1.',
    node: 'f',
  },
  {
    code: 'unconnected',
    document: sketch({
      nodes: { x: ['input', { shape: [4] }], f: ['formula', { formula: 'a + c' }], y: ['output'] },
      wires: ['x > f.a', 'f > y'],
    }),
    message: 'Nothing is wired to c of “f”.',
    node: 'f',
  },
  {
    code: 'portMissing',
    document: sketch({
      nodes: { x: ['input', { shape: [4] }], f: ['formula', { formula: 'a^2' }], y: ['output'] },
      wires: ['x > f.a', 'x > f.b', 'f > y'],
    }),
    message: '“f” has no port “b” for this wire; it has a.',
    node: 'f',
    fixes: ['removeWire'],
  },
];

const parameters: readonly BadCase[] = [
  {
    code: 'parameter.formula.name',
    document: around({ z: ['formula', { formula: 'a + sin(x)' }], v: ['output'] }, ['d > z.a', 'd > z.b', 'z > v']),
    message:
      '“z”: the formula "a + sin(x)" cannot be read. Character 9: “x” is neither an input nor a function. Known are a, b, c, d, e, f, g, h, pi, exp, log, sqrt, square, abs, sign, sin, cos, sigmoid, tanh, relu, relu6, softplus, softsign, selu, gelu, swish, hardSigmoid, hardSwish, softmax, sum, mean, max, min, pow.',
    node: 'z',
    fixes: ['resetParameter'],
  },
  {
    code: 'parameter.integer',
    document: around({ z: ['dense', { units: 0 }], v: ['output'] }, ['d > z', 'z > v']),
    message: '“z”: units must be a whole number from 1 to 65536; received 0.',
    node: 'z',
    fixes: ['resetParameter'],
  },
  {
    code: 'parameter.number',
    document: around({ z: ['dropout', { rate: 1 }], v: ['output'] }, ['d > z', 'z > v']),
    message: '“z”: rate must be a number in [0, 1); received 1.',
    node: 'z',
    fixes: ['resetParameter'],
  },
  {
    code: 'parameter.choice',
    document: around({ z: ['activation', { function: 'swoosh' }], v: ['output'] }, ['d > z', 'z > v']),
    message:
      '“z”: function must be one of linear, sigmoid, tanh, relu, leakyRelu, elu, selu, gelu, swish, hardSwish, relu6, clip, softplus, softsign, hardSigmoid, softmax; received "swoosh".',
    node: 'z',
    fixes: ['resetParameter'],
  },
  {
    code: 'parameter.unknown',
    document: around({ z: ['dense', { neurons: 5 }], v: ['output'] }, ['d > z', 'z > v']),
    message:
      '“z” (dense) has no parameter neurons; received 5. Its parameters: units, useBias, activation, slope, alpha, minimum, maximum, kernelInitialiser, biasInitialiser, kernelRegulariser.',
    node: 'z',
    fixes: ['removeParameter'],
  },
  {
    code: 'parameter.initialiser',
    document: around({ z: ['dense', { kernelInitialiser: { kind: 'glorot' } }], v: ['output'] }, ['d > z', 'z > v']),
    message:
      '“z”: kernelInitialiser must be an initialiser such as glorotUniform with the settings it has; received {"kind":"glorot"}.',
    node: 'z',
    fixes: ['resetParameter'],
  },
  {
    code: 'valuesLength',
    document: around(
      { z: ['dense', { units: 2, kernelInitialiser: { kind: 'values', values: [1, 2] } }], v: ['output'] },
      ['d > z', 'z > v'],
    ),
    message: '“z”: the kernel of 4×2 takes 8 values; the initialiser gives 2.',
    node: 'z',
    fixes: ['resetParameter'],
  },
  {
    code: 'orthogonalRank',
    document: around({ z: ['dense', { biasInitialiser: { kind: 'orthogonal', gain: 1 } }], v: ['output'] }, [
      'd > z',
      'z > v',
    ]),
    message: '“z”: an orthogonal start needs a matrix; the bias is 32.',
    node: 'z',
    fixes: ['resetParameter'],
  },
  {
    code: 'parameter.structure',
    document: around({ l: ['loop', { iterations: 3, states: [], inputs: [], outputs: 'none' }] }),
    message: '“l”: outputs is not what the format says: Invalid input: expected array, received string.',
    node: 'l',
    fixes: [],
  },
  {
    code: 'perStepNotEnclosing',
    document: looping({}, { e: ['dense', { units: 4 }, { parent: 'l', perStep: ['x', 'l'] }] }),
    message: '“e” has its own weights at each step of “x”, but that is not a loop around it.',
    node: 'e',
    fixes: ['shareOverIterations'],
  },
  {
    code: 'perInstanceOutside',
    severity: 'warning',
    document: around({ d: ['dense', { units: 4 }, { perInstance: true }] }),
    message: '“d” has its own weights in each instance, but it is not inside a cell definition: that has no effect.',
    node: 'd',
    fixes: ['unsetPerInstance'],
  },
];

const loops: readonly BadCase[] = [
  {
    code: 'stateStart',
    document: looping({ states: [{ id: 'h', shape: [5], initial: { kind: 'wired' } }] }),
    message: 'The state “h” of “l” is declared 5 (float32) but starts with 4 (float32).',
    node: 'l',
    wire: 'w0',
    fixes: ['declareState', 'startFromZeros'],
  },
  {
    code: 'stateStart',
    document: looping(
      { states: [{ id: 'h', shape: [5], initial: { kind: 'wired' } }] },
      { e: ['dense', { units: 5 }, { parent: 'l' }] },
    ),
    message: 'The state “h” of “l” is declared 5 (float32) but starts with 4 (float32).',
    node: 'l',
    wire: 'w0',
    fixes: ['project', 'startFromZeros'],
  },
  {
    code: 'stateNext',
    document: looping({}, { e: ['dense', { units: 6 }, { parent: 'l' }], k: ['activation', {}, { parent: 'l' }] }, [
      'x > l.init.h',
      'l.state.h > e',
      'e > k',
      'k > l.next.h',
      'l.state.h > l.result.y',
      'l.out.y > y',
    ]),
    message:
      'The state “h” of “l” must keep its type: expected 4 (float32), received 6 (float32) for the next iteration.',
    node: 'l',
    wire: 'w3',
    fixes: ['setWidth'],
  },
  {
    code: 'stateNext',
    document: looping(
      { states: [{ id: 'h', shape: [4], initial: { kind: 'zeros' } }] },
      { e: ['dense', { units: 6 }, { parent: 'l' }] },
      ['l.state.h > e', 'e > l.next.h', 'e > l.result.y', 'l.out.y > y'],
    ),
    message:
      'The state “h” of “l” must keep its type: expected 4 (float32), received 6 (float32) for the next iteration.',
    node: 'l',
    wire: 'w1',
    fixes: ['declareState'],
  },
  {
    code: 'unconnected',
    document: looping({}, {}, ['x > l.init.h', 'l.state.h > e', 'e > l.result.y', 'l.out.y > y']),
    message: 'Nothing is wired to next.h of “l”.',
    node: 'l',
    fixes: ['keepState'],
  },
  {
    code: 'unconnected',
    document: looping({}, {}, ['l.state.h > e', 'e > l.next.h', 'e > l.result.y', 'l.out.y > y']),
    message: 'Nothing is wired to init.h of “l”.',
    node: 'l',
    fixes: ['startFromZeros'],
  },
  {
    code: 'scanLength',
    document: looping(
      { inputs: [{ id: 's', kind: 'scan' }] },
      { q: ['input', { shape: [7, 4] }], c: ['add', {}, { parent: 'l' }] },
      [
        'x > l.init.h',
        'q > l.in.s',
        'l.state.h > e',
        'e > c.in.0',
        'l.input.s > c.in.1',
        'c > l.next.h',
        'c > l.result.y',
        'l.out.y > y',
      ],
    ),
    message: '“l” runs 3 times, but its scan “s” has 7 slices. A loop runs once for each slice.',
    node: 'l',
    fixes: ['setParameter'],
  },
  {
    code: 'scansDiffer',
    document: looping(
      {
        inputs: [
          { id: 's', kind: 'scan' },
          { id: 't', kind: 'scan' },
        ],
      },
      { q: ['input', { shape: [3, 4] }], r: ['input', { shape: [5, 4] }], c: ['add', {}, { parent: 'l' }] },
      [
        'x > l.init.h',
        'q > l.in.s',
        'r > l.in.t',
        'l.state.h > e',
        'e > c.in.0',
        'l.input.s > c.in.1',
        'l.input.t > c.in.2',
        'c > l.next.h',
        'c > l.result.y',
        'l.out.y > y',
      ],
    ),
    message: 'All scans of “l” must have one length: “s” has 3 slices, “t” has 5.',
    node: 'l',
    fixes: [],
  },
  {
    code: 'scanScalar',
    document: looping(
      {
        inputs: [{ id: 's', kind: 'scan' }],
        outputs: [
          { id: 'y', kind: 'last' },
          { id: 'z', kind: 'last' },
        ],
      },
      { q: ['input', { shape: [] }], z: ['output'] },
      [
        'x > l.init.h',
        'q > l.in.s',
        'l.state.h > e',
        'e > l.next.h',
        'e > l.result.y',
        'l.input.s > l.result.z',
        'l.out.y > y',
        'l.out.z > z',
      ],
    ),
    message: 'The scan “s” of “l” receives one number per example: there is no first axis to take slices from.',
    node: 'l',
    fixes: ['makeConstant'],
  },
  {
    code: 'learnedStateType',
    document: looping(
      {
        states: [
          { id: 'h', shape: [4], initial: { kind: 'wired' } },
          {
            id: 'k',
            shape: [2],
            dtype: 'int32',
            initial: { kind: 'learned', initialiser: { kind: 'constant', value: 0 } },
          },
        ],
      },
      {},
      ['x > l.init.h', 'l.state.h > e', 'e > l.next.h', 'l.state.k > l.next.k', 'e > l.result.y', 'l.out.y > y'],
    ),
    message: 'The state “k” of “l” starts at a learned value; that needs float32, received int32.',
    node: 'l',
    fixes: ['startFromZeros'],
  },
  {
    code: 'outputState',
    document: looping(
      {
        states: [{ id: 'h', shape: [4], initial: { kind: 'wired' } }],
        outputs: [
          { id: 'y', kind: 'last' },
          { id: 'z', kind: 'all', state: 'k' },
        ],
      },
      {},
      ['x > l.init.h', 'l.state.h > e', 'e > l.next.h', 'e > l.result.y', 'l.out.y > y'],
    ),
    message: '“l” hands out the state “k” as “z”, but it has no state of that name. Choose another one.',
    node: 'l',
    fixes: ['removeTerminal'],
  },
  {
    code: 'residualStateType',
    document: looping(
      {
        states: [
          { id: 'h', shape: [4], initial: { kind: 'wired' } },
          { id: 'k', shape: [4], dtype: 'bool', initial: { kind: 'zeros' }, residual: true },
        ],
      },
      {},
      ['x > l.init.h', 'l.state.h > e', 'e > l.next.h', 'l.state.k > l.next.k', 'e > l.result.y', 'l.out.y > y'],
    ),
    message: 'The state “k” of “l” adds what the body gives to its value; that needs float32, received bool.',
    node: 'l',
    fixes: ['setStateNumbers'],
  },
  {
    code: 'stateUnread',
    severity: 'warning',
    document: looping(
      {},
      { k: ['input', { shape: [4] }] },
      ['x > l.init.h', 'k > l.in.c', 'l.input.c > e', 'e > l.next.h', 'e > l.result.y', 'l.out.y > y'].map(
        (wire) => wire,
      ),
    ),
    message: 'Nothing inside “l” reads the state “h”.',
    node: 'l',
    fixes: [],
  },
  {
    code: 'terminalTwice',
    document: looping({
      outputs: [
        { id: 'y', kind: 'last' },
        { id: 'y', kind: 'all' },
      ],
    }),
    message: '“l” has two terminals called “y”.',
    node: 'l',
    fixes: [],
  },
  {
    code: 'endInLoop',
    document: looping({}, { z: ['output', {}, { parent: 'l' }] }, [
      'x > l.init.h',
      'l.state.h > e',
      'e > l.next.h',
      'e > l.result.y',
      'l.out.y > y',
      'e > z',
    ]),
    message:
      '“z” (output) stands inside a loop. Data enters and leaves the network outside of loops: lead the value over the border with a wire.',
    node: 'z',
    fixes: ['removeNode'],
  },
];

const cells: readonly BadCase[] = [
  {
    code: 'cellMissing',
    document: around({ i: ['cell', { cell: 'gone', weights: 'shared', parameters: {} }] }),
    message: '“i” is an instance of the cell “gone”, which the document does not have.',
    node: 'i',
    fixes: ['removeNode'],
  },
  {
    code: 'cellRecursion',
    document: celled({
      ...block,
      nodes: { ...block.nodes, r: ['cell', { cell: 'block', weights: 'shared', parameters: {} }] },
      wires: [...(block.wires ?? []), 'ia > r.in.a'],
    }),
    message: 'The cell contains itself through “r”: block → block. Cells cannot be recursive.',
    node: 'r',
    fixes: ['removeNode'],
  },
  {
    code: 'cellFails',
    document: celled({ ...block, nodes: { ...block.nodes, e: ['convolution2d'] } }),
    message: '“i”: the cell “block” does not fit what is wired to it; see “e” inside.',
    node: 'i',
    fixes: [],
  },
  {
    code: 'cellUnused',
    severity: 'warning',
    document: around({}, [], { cells: [block] }),
    message: 'Nothing uses the cell “block”.',
    fixes: ['removeCell'],
  },
  {
    code: 'cellInputMissing',
    document: celled({ ...block, inputs: ['a', 'c'] }, {}, {}, ['x > i.in.c']),
    message: 'The definition of the cell “block” has no node for its input “c”.',
    fixes: ['addCellInput'],
  },
  {
    code: 'cellOutputMissing',
    document: celled({ ...block, outputs: ['b', 'c'] }),
    message: 'The definition of the cell “block” has no node for its output “c”: add a cell output and wire it.',
    fixes: ['removeTerminal'],
  },
  {
    code: 'cellTerminalOutside',
    document: around({ t: ['cellOutput', { terminal: 'a' }] }, ['d > t']),
    message: '“t” belongs inside a cell definition; it means nothing here.',
    node: 't',
    fixes: ['removeNode'],
  },
  {
    code: 'cellTerminalUnknown',
    document: celled({
      ...block,
      nodes: { ...block.nodes, t: ['cellOutput', { terminal: 'q' }] },
      wires: [...(block.wires ?? []), 'e > t'],
    }),
    message: '“t” stands for “q”, but the cell “block” has b.',
    node: 't',
    fixes: ['removeNode'],
  },
  {
    code: 'cellTerminalTwice',
    document: celled({
      ...block,
      nodes: { ...block.nodes, t: ['cellOutput', { terminal: 'b' }] },
      wires: [...(block.wires ?? []), 'e > t'],
    }),
    message: '“t” is the second node for “b”; one is enough.',
    node: 't',
    fixes: ['removeNode'],
  },
  {
    code: 'endInCell',
    document: celled({ ...block, nodes: { ...block.nodes, z: ['output'] }, wires: [...(block.wires ?? []), 'e > z'] }),
    message: '“z” (output) stands inside a cell definition. There, cell inputs and cell outputs take its place.',
    node: 'z',
    fixes: ['removeNode'],
  },
  {
    code: 'exposedUnknown',
    document: celled({ ...block, parameters: [{ id: 'depth', node: 'e', parameter: 'layers' }] }),
    message: 'The cell “block” exposes “depth”, but there is no parameter layers of “e” inside to set.',
    node: 'e',
    fixes: ['removeExposed'],
  },
  {
    code: 'instanceParameterUnknown',
    document: celled(block, { parameters: { width: 3 } }),
    message: '“i” sets “width”, which the cell “block” does not expose; it exposes –.',
    node: 'i',
    fixes: ['resetParameter'],
  },
  {
    code: 'parameter.integer',
    document: celled(
      { ...block, parameters: [{ id: 'width', node: 'e', parameter: 'units' }] },
      { parameters: { width: 'wide' } },
    ),
    message: '“i”: width must be a whole number from 1 to 65536; received "wide".',
    node: 'i',
    fixes: ['resetParameter'],
  },
  {
    code: 'sharedWeightShape',
    document: celled(
      block,
      {},
      {
        z: ['input', { shape: [9] }],
        j: ['cell', { cell: 'block', weights: 'shared', parameters: {} }],
        v: ['output'],
      },
      ['z > j.in.a', 'j.out.b > v'],
    ),
    message:
      '“i” shares weights with other instances, but kernel of “e” would be 4×3 here and is 9×3 there. Give it its own weights, or the same shapes.',
    node: 'i',
    fixes: ['ownWeights'],
  },
  {
    code: 'sharedWeightSettings',
    document: celled(
      { ...block, parameters: [{ id: 'start', node: 'e', parameter: 'kernelInitialiser' }] },
      { parameters: { start: { kind: 'orthogonal', gain: 1 } } },
      { j: ['cell', { cell: 'block', weights: 'shared', parameters: {} }], v: ['output'] },
      ['x > j.in.a', 'j.out.b > v'],
    ),
    message:
      '“i” shares weights with other instances, but kernel of “e” would start or be penalised differently here. Give it its own weights, or the same settings.',
    node: 'i',
    fixes: ['ownWeights'],
  },
  {
    code: 'cellTerminalInLoop',
    document: celled({
      ...block,
      nodes: {
        ...block.nodes,
        l: ['loop', { iterations: 2, states: [], inputs: [], outputs: [] }],
        ob: ['cellOutput', { terminal: 'b' }, { parent: 'l' }],
      },
    }),
    message: '“ob” lies inside a loop; a cell’s inputs and outputs lie outside of its loops.',
    node: 'ob',
    fixes: ['takeOut'],
  },
];

const training: readonly BadCase[] = [
  {
    code: 'noOutput',
    document: sketch({ nodes: { x: ['input'], d: ['dense'] }, wires: ['x > d'] }),
    message: 'There is no output yet: add one after the layer whose value is to be predicted.',
    fixes: ['addOutput'],
  },
  {
    code: 'outputNames',
    document: around({ y: ['output', {}, { label: 'score' }], z: ['output', {}, { label: 'score' }] }, ['d > z']),
    message: 'Two outputs are called “score”; losses, metrics and predictions could not be told apart. Rename one.',
    node: 'z',
    fixes: ['rename'],
  },
  {
    code: 'outputWithoutLoss',
    severity: 'warning',
    document: spiralNet(2, { losses: [] }),
    message: 'The output “y” has no loss: nothing pulls it towards a target.',
    node: 'y',
    fixes: ['addLoss'],
  },
  {
    code: 'noData',
    severity: 'warning',
    document: sketch({ nodes: { x: ['input'], d: ['dense', { units: 2 }], y: ['output'] }, wires: ['x > d', 'd > y'] }),
    message: 'No data set is chosen: the network can be looked at, but not trained.',
    fixes: [
      'useData.twoSpirals',
      'useData.circles',
      'useData.moons',
      'useData.xor',
      'useData.clusters',
      'useData.random',
    ],
  },
  {
    code: 'lossOutputUnknown',
    document: spiralNet(2, {
      losses: [
        { output: 'y', kind: 'softmaxCrossEntropy', weight: 1, target: 'label' },
        { output: 'd', kind: 'meanSquaredError', weight: 1, target: 'label' },
      ],
    }),
    message: 'The loss meanSquaredError is on “d”, which is not an output of this document.',
    fixes: ['removeLoss'],
  },
  {
    code: 'metricOutputUnknown',
    document: spiralNet(2, { metrics: [{ output: 'gone', kind: 'accuracy', target: 'label' }] }),
    message: 'The metric accuracy is on “gone”, which is not an output of this document.',
    fixes: ['removeMetric'],
  },
  {
    code: 'targetUnknown',
    document: spiralNet(2, { losses: [{ output: 'y', kind: 'softmaxCrossEntropy', weight: 1, target: 'class' }] }),
    message: 'The target “class” of softmaxCrossEntropy on “y” is not a field of the data set; it has point, label.',
    node: 'y',
    fixes: ['setTarget', 'setTarget'],
  },
  {
    code: 'targetShape',
    document: spiralNet(1),
    message:
      'The output “y” and its target do not fit: for “label” (scalar), softmaxCrossEntropy expects an output of 2; received 1.',
    node: 'y',
    fixes: ['setWidth', 'setLossKind'],
  },
  {
    code: 'classWeights',
    document: spiralNet(2, {
      losses: [{ output: 'y', kind: 'softmaxCrossEntropy', weight: 1, target: 'label', classWeights: [1, 2, 3] }],
    }),
    message: 'The loss of “y” weighs 3 classes, but the output has 2.',
    node: 'y',
    fixes: ['removeClassWeights'],
  },
  {
    code: 'comparedType',
    document: sketch({
      nodes: { x: ['input', { shape: [2], dtype: 'int32' }], y: ['output'] },
      wires: ['x > y'],
      training: { losses: [{ output: 'y', kind: 'linear', weight: 1, target: 't' }] },
    }),
    message: 'The output “y” gives int32; linear needs float32.',
    node: 'y',
    fixes: ['removeLoss'],
  },
  {
    code: 'inputUnbound',
    document: spiralNet(2, { data: { ...spirals, inputs: {} } }),
    message: 'The input “x” reads no field of the data set; choose one of point, label.',
    node: 'x',
    fixes: ['bindInput'],
  },
  {
    code: 'fieldUnknown',
    document: spiralNet(2, { data: { ...spirals, inputs: { x: 'image' } } }),
    message: 'The input “x” reads “image”, which the data set does not have; it has point, label.',
    node: 'x',
    fixes: ['bindInput'],
  },
  {
    code: 'inputShape',
    document: spiralNet(2, {}, { x: ['input', { shape: [3] }] }),
    message: 'The input “x” is 3, but the field “point” that it reads is 2.',
    node: 'x',
    fixes: ['setParameter'],
  },
  {
    code: 'bindingUnknown',
    severity: 'warning',
    document: spiralNet(2, { data: { ...spirals, inputs: { x: 'point', gone: 'label' } } }),
    message: 'The data set is bound to “gone”, which is not an input of this document.',
    fixes: ['removeBinding'],
  },
  {
    code: 'batchTooLarge',
    severity: 'warning',
    document: spiralNet(2, { batch: 4096 }),
    message: 'The batch size is 4096, but only 800 examples are left for training: every step sees them all.',
    fixes: ['setBatch'],
  },
  {
    code: 'vocabulary',
    document: sketch({
      nodes: {
        x: ['input', { shape: [], dtype: 'int32' }],
        e: ['embedding', { vocabulary: 8, dimension: 2 }],
        y: ['output'],
      },
      wires: ['x > e', 'e > y'],
      training: {
        data: {
          source: { kind: 'digits', size: 100, noise: 0, shift: 0, slant: 0 },
          seed: 1,
          validation: 0.2,
          inputs: { x: 'label' },
        },
      },
    }),
    message: '“e” has 8 rows, but “x” reads “label”, whose numbers need 10 (0 to one less).',
    node: 'e',
    fixes: ['setParameter'],
  },
  {
    code: 'inputType',
    document: spiralNet(2, {}, { x: ['input', { shape: [2], dtype: 'int32' }] }),
    message: 'The input “x” is int32, but the field “point” that it reads is float32.',
    node: 'x',
    fixes: ['setParameter'],
  },
  {
    code: 'inputNames',
    severity: 'warning',
    document: around({ x: ['input', { shape: [4] }, { label: 'in' }], z: ['input', {}, { label: 'in' }] }),
    message: 'Two inputs are called “in”; arrays given by label could not be told apart. Rename one.',
    node: 'z',
    fixes: ['rename'],
  },
];

const advice: readonly BadCase[] = [
  {
    code: 'denseOnImage',
    severity: 'warning',
    document: sketch({
      nodes: { x: ['input', { shape: [8, 8, 3] }], d: ['dense', { units: 5 }], y: ['output'] },
      wires: ['x > d', 'd > y'],
    }),
    message:
      '“d” receives an image of 8×8×3 and works at every place of it by itself, along the channels. To use the whole image, flatten it first.',
    node: 'd',
    wire: 'w0',
    fixes: ['insertFlatten', 'insertGlobalPooling'],
  },
  {
    code: 'unused',
    severity: 'warning',
    document: around({ z: ['dense'], v: ['activation'] }, ['d > z', 'z > v']),
    message: 'No output depends on “v” (2 in this part).',
    node: 'v',
    fixes: ['addOutput', 'removeNodes'],
  },
  {
    code: 'opaque',
    severity: 'warning',
    document: around(
      {
        o: [
          'opaque',
          {
            operator: 'Einsum',
            source: 'model.onnx',
            attributes: {},
            inputs: [],
            outputs: [{ id: 'y', shape: [3], dtype: 'float32' }],
          },
        ],
        z: ['output'],
      },
      ['o.out.y > z'],
    ),
    message: '“o” is a layer “Einsum” that Gradloom does not have: the network can be kept, but not run.',
    node: 'o',
    fixes: [],
  },
  {
    code: 'linkTwice',
    severity: 'warning',
    document: sketch({
      nodes: { x: ['input'], d: ['dense', { units: 2 }], s: ['activation', { function: 'softmax' }], y: ['output'] },
      wires: ['x > d', 'd > s', 's > y'],
      training: { losses: [{ output: 'y', kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }], data: spirals },
    }),
    message:
      '“s” applies softmax, and then softmaxCrossEntropy on “y” applies it again: the loss reads logits. Let the output’s link do it.',
    node: 's',
    fixes: ['moveIntoLink'],
  },
  {
    code: 'linkTwice',
    severity: 'warning',
    document: spiralNet(2, {}, { d: ['dense', { units: 2, activation: 'softmax' }] }),
    message:
      '“d” applies softmax, and then softmaxCrossEntropy on “y” applies it again: the loss reads logits. Let the output’s link do it.',
    node: 'd',
    fixes: ['moveIntoLink'],
  },
  {
    code: 'residualUnnormalised',
    severity: 'information',
    document: residualStack(12),
    message: residualMessage(12),
    node: 'a11',
    fixes: [],
  },
  {
    code: 'residualUnnormalised',
    severity: 'information',
    document: looping(
      { iterations: 6, states: [{ id: 'h', shape: [4], initial: { kind: 'wired' }, residual: true }] },
      { e: ['dense', { units: 4, activation: 'relu' }, { parent: 'l' }], a: ['add', {}, { parent: 'l' }] },
      [
        'x > l.init.h',
        'l.state.h > e',
        'e > a.in.0',
        'l.state.h > a.in.1',
        'a > l.next.h',
        'a > l.result.y',
        'l.out.y > y',
      ],
    ),
    message: residualMessage(12),
    node: 'l',
    fixes: [],
  },
  {
    code: 'residualUnnormalised',
    severity: 'information',
    document: sketch({
      nodes: { x: ['input', { shape: [4] }], ...instancesInARow(11), y: ['output'] },
      wires: Array.from({ length: 12 }, (_, index) =>
        index === 0 ? 'x > c1.in.x' : `c${index}.out.y > ${index === 11 ? 'y' : `c${index + 1}.in.x`}`,
      ),
      cells: [
        {
          id: 'block',
          inputs: ['x'],
          outputs: ['y'],
          nodes: {
            bx: ['cellInput', { terminal: 'x' }],
            bd: ['dense', { units: 4, activation: 'relu' }],
            ba: ['add'],
            by: ['cellOutput', { terminal: 'y' }],
          },
          wires: ['bx > bd', 'bd > ba.in.0', 'bx > ba.in.1', 'ba > by'],
        },
      ],
    }),
    message: residualMessage(11),
    node: 'c11',
    fixes: [],
  },
  {
    code: 'linearRow',
    severity: 'warning',
    document: sketch({
      nodes: {
        x: ['input', { shape: [2] }],
        d: ['dense', { units: 16 }],
        o: ['dropout'],
        e: ['dense', { units: 16 }],
        f: ['dense', { units: 2 }],
        y: ['output'],
      },
      wires: ['x > d', 'd > o', 'o > e', 'e > f', 'f > y'],
    }),
    message:
      '3 dense layers in a row, from “d” to “f”, have no activation between them: together they can compute nothing that a single dense layer could not.',
    node: 'd',
    fixes: ['bendRow'],
  },
  {
    code: 'surplusOutputs',
    severity: 'information',
    document: spiralNet(10),
    message:
      'The output “y” gives 10 scores, but “label” has 2 classes: no example belongs to the others, which only learn to be low.',
    node: 'y',
    fixes: ['setWidth'],
  },
  {
    code: 'nothingToTrain',
    severity: 'warning',
    document: spiralNet(2, {}, { d: ['dense', { units: 2 }, { frozen: true }] }),
    message: 'There is a loss but nothing to train: no weight, or all of them are frozen.',
    fixes: ['unfreeze'],
  },
];

function residualMessage(count: number): string {
  return `${count} residual sums follow one another with no normalisation. With ReLU and He initialisation, the gradient of such a stack was measured to grow 46-fold over 10 blocks and 7,000-fold over 20 at the start. Normalise inside the branches, or scale them down.`;
}

function instancesInARow(count: number): DocumentSketch['nodes'] {
  const params = { cell: 'block', weights: 'own', parameters: {} };
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index + 1}`, ['cell', params] as const]));
}

function residualStack(blocks: number): GradloomDocument {
  const nodes: Record<string, [string, Record<string, string | number>?]> = { x: ['input'] };
  const wires: string[] = [];
  let last = 'x';
  for (let index = 0; index < blocks; index += 1) {
    nodes[`d${index}`] = ['dense', { units: 2, activation: 'relu' }];
    nodes[`a${index}`] = ['add'];
    wires.push(`${last} > d${index}`, `${last} > a${index}.in.0`, `d${index} > a${index}.in.1`);
    last = `a${index}`;
  }
  nodes['y'] = ['output'];
  return sketch({ nodes, wires: [...wires, `${last} > y`] });
}

function keyOf({ code, node, message }: Diagnostic): string {
  return `${code} ${node ?? ''} ${message}`;
}

function errorsOf(document: GradloomDocument): readonly string[] {
  return check(document)
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(keyOf);
}

describe.each([
  ['wiring', wiring],
  ['places', places],
  ['shapes', shapes],
  ['parameters', parameters],
  ['loops', loops],
  ['cells', cells],
  ['training', training],
  ['advice', advice],
] as const)('%s', (_, cases) => {
  test.each(cases)('$code: $message', ({ code, document, severity = 'error', message, node, wire, fixes = [] }) => {
    const { diagnostics, ok } = check(document);
    const found = diagnostics.find((diagnostic) => diagnostic.code === code && diagnostic.message === message);
    if (found === undefined) throw new Error(diagnostics.map(keyOf).join('\n'));
    expect(found).toMatchObject({
      severity,
      ...(node === undefined ? {} : { node }),
      ...(wire === undefined ? {} : { wire }),
    });
    expect(ok).toBe(!diagnostics.some((diagnostic) => diagnostic.severity === 'error'));
    expect(found.fixes.map((fix) => fix.code)).toEqual(fixes);

    const before = new Set(errorsOf(document));
    for (const fix of found.fixes) {
      expect(fix.title).not.toMatch(/[{}]/);
      const fixed = applyOperations(document, fix.operations);
      expect(documentSchema.safeParse(fixed).error).toBeUndefined();
      expect(check(fixed).diagnostics.map(keyOf), fix.title).not.toContain(keyOf(found));
      expect(
        errorsOf(fixed).filter((error) => !before.has(error)),
        fix.title,
      ).toEqual([]);
    }
  });
});

test('dense layers in a row weigh less in a network that bends elsewhere', () => {
  const nodes: DocumentSketch['nodes'] = {
    x: ['input', { shape: [2] }],
    d: ['dense', { units: 16 }],
    e: ['dense', { units: 16 }],
    r: ['activation'],
    f: ['dense', { units: 2 }],
    y: ['output'],
  };
  const { diagnostics } = check(sketch({ nodes, wires: ['x > d', 'd > e', 'e > r', 'r > f', 'f > y'] }));
  expect(diagnostics.find(({ code }) => code === 'linearRow')).toMatchObject({
    severity: 'information',
    node: 'd',
    // Two layers have one place between them: the words fit any number.
    fixes: [
      {
        title: 'Put ReLU between the dense layers',
        operations: [{ kind: 'setParameters', node: 'd', set: { activation: 'relu' } }],
      },
    ],
  });
});

describe('dense layers in a row', () => {
  const row = (width: number, nodes: DocumentSketch['nodes'] = {}): readonly string[] =>
    check(
      sketch({
        nodes: {
          x: ['input', { shape: [8] }],
          d: ['dense', { units: width }],
          e: ['dense', { units: 8 }],
          y: ['output'],
          ...nodes,
        },
        wires: ['x > d', 'd > e', 'e > y'],
      }),
    ).diagnostics.map(({ code }) => code);

  test('are told where nothing bends them', () => {
    expect(row(8)).toContain('linearRow');
  });

  test('are left alone with an activation between them', () => {
    expect(row(8, { d: ['dense', { units: 8, activation: 'tanh' }] })).not.toContain('linearRow');
  });

  test('are left alone before a layer with an activation', () => {
    expect(row(8, { e: ['dense', { units: 8, activation: 'tanh' }] })).not.toContain('linearRow');
  });

  test('are left alone as a bottleneck, which is meant', () => {
    expect(row(2)).not.toContain('linearRow');
  });

  const between = (shape: readonly number[], middle: DocumentSketch['nodes'][string]): readonly string[] =>
    check(
      sketch({
        nodes: {
          x: ['input', { shape: [...shape] }],
          d: ['dense', { units: 8 }],
          m: middle,
          e: ['dense', { units: 8 }],
          y: ['output'],
        },
        wires: ['x > d', 'd > m', 'm > e', 'e > y'],
      }),
    ).diagnostics.map(({ code }) => code);

  test('are left alone where numbers change their axis between them: channels are mixed, then tokens', () => {
    expect(between([6, 8], ['permute', { permutation: [1, 0] }])).toEqual(between([6, 8], ['activation']));
    expect(between([6, 8], ['reshape', { shape: [8, 6] }])).not.toContain('linearRow');
  });

  test('are told where what lies between them moves no number to another axis, or leaves one axis', () => {
    expect(between([8], ['reshape', { shape: [2, 4] }])).toContain('linearRow');
    expect(between([6, 8], ['flatten'])).toContain('linearRow');
    expect(between([6, 8], ['dropout'])).toContain('linearRow');
  });
});

describe('a way out that changes a loss', () => {
  const accuracy = [{ output: 'y', kind: 'accuracy', target: 'label' }];
  const after = (document: GradloomDocument, code: string): GradloomDocument => {
    const fix = check(document)
      .diagnostics.flatMap(({ fixes }) => fixes)
      .find((one) => one.code === code);
    if (fix === undefined) throw new Error(`no way out ${code}`);
    return applyOperations(document, fix.operations);
  };
  const linkOf = ({ graph }: GradloomDocument) => graph.nodes.find(({ id }) => id === 'y')?.params['link'];

  test('adds accuracy and the link beside a loss that counts classes', () => {
    const added = after(spiralNet(2, { losses: [] }), 'addLoss');
    expect(added.training.metrics).toEqual(accuracy);
    expect(linkOf(added)).toBe('softmax');
  });

  test('takes the link along to another kind, and keeps accuracy where classes still count', () => {
    const document = spiralNet(1, { metrics: accuracy } as never, { y: ['output', { link: 'softmax' }] });
    const switched = after(document, 'setLossKind');
    expect(switched.training.losses[0]?.kind).toBe('sigmoidCrossEntropy');
    expect(switched.training.metrics).toEqual(accuracy);
    expect(linkOf(switched)).toBe('sigmoid');
    expect(check(switched).ok).toBe(true);
  });

  test('takes the metrics of a loss away with it', () => {
    const document = sketch({
      nodes: { x: ['input', { shape: [2], dtype: 'int32' }], y: ['output'] },
      wires: ['x > y'],
      training: { losses: [{ output: 'y', kind: 'linear', weight: 1, target: 't' }], metrics: accuracy as never },
    });
    expect(after(document, 'removeLoss').training).toMatchObject({ losses: [], metrics: [] });
  });
});
