import type { GradloomDocument } from '#shared/graph/document';
import { nodeId } from '#shared/graph/identifiers';
import type { JsonValue } from '#shared/graph/json';
import { newOptimiser } from '#shared/graph/trainingKinds';
import type { NodeSketch } from '../../main/engine/testing/documents.ts';
import { sketch } from '../../main/engine/testing/documents.ts';

/** A network of the bench: the same one is written down in `keras_contestant.py`, `torch_contestant.py` and `stock.ts`. */
export interface Network {
  readonly name: string;
  /** What the table calls it. */
  readonly title: string;
  readonly document: GradloomDocument;
  readonly batch: number;
  /** Of each input that is int32: numbers are drawn below this. */
  readonly vocabulary: number;
}

const classes = 10;

/** Nodes and wires, noted one after the other. */
class Sketch {
  readonly nodes: Record<string, NodeSketch> = {};
  readonly wires: string[] = [];

  /** Adds a node that reads `from`, given as `node` or `node.port`, at its ports in that order; returns its id. */
  add(
    id: string,
    type: string,
    params: Readonly<Record<string, JsonValue>> = {},
    from: readonly string[] = [],
    ports: readonly string[] = ['in'],
    parent?: string,
  ): string {
    this.nodes[id] = { type, params, ...(parent === undefined ? {} : { rest: { parent: nodeId(parent) } }) };
    from.forEach((source, at) => this.wires.push(`${source} > ${id}.${ports[at] ?? `in.${at}`}`));
    return id;
  }

  /** Wires to the numbered ports of an add or a concatenation. */
  join(id: string, type: string, from: readonly string[], parent?: string): string {
    const ports = from.map((_, at) => `in.${at}`);
    return this.add(id, type, {}, from, ports, parent);
  }

  wire(from: string, to: string): void {
    this.wires.push(`${from} > ${to}`);
  }

  /** Logits of the classes from `from`, and everything about training that all contestants share. */
  document(from: string): GradloomDocument {
    this.add('logits', 'dense', { units: classes }, [from]);
    this.add('output', 'output', {}, ['logits']);
    return sketch(this.nodes, this.wires, {
      losses: [{ output: nodeId('output'), kind: 'softmaxCrossEntropy', weight: 1, target: 'label' }],
      optimiser: newOptimiser('adam', 1e-3),
    });
  }
}

function multilayerPerceptron(): GradloomDocument {
  const drawn = new Sketch();
  drawn.add('x', 'input', { shape: [784] });
  drawn.add('first', 'dense', { units: 512, activation: 'relu' }, ['x']);
  return drawn.document(drawn.add('second', 'dense', { units: 512, activation: 'relu' }, ['first']));
}

function convolutional(): GradloomDocument {
  const drawn = new Sketch();
  const kernel = { kernelSize: [3, 3], padding: 'valid', activation: 'relu' };
  drawn.add('x', 'input', { shape: [28, 28, 1] });
  drawn.add('first', 'convolution2d', { ...kernel, filters: 32 }, ['x']);
  drawn.add('first-pool', 'pooling2d', {}, ['first']);
  drawn.add('second', 'convolution2d', { ...kernel, filters: 64 }, ['first-pool']);
  drawn.add('second-pool', 'pooling2d', {}, ['second']);
  drawn.add('flat', 'flatten', {}, ['second-pool']);
  return drawn.document(drawn.add('hidden', 'dense', { units: 128, activation: 'relu' }, ['flat']));
}

/**
 * A residual network for small pictures (He et al. 2015, section 4.2): three stages of `blocks` blocks with 16, 32 and 64
 * channels, 6·blocks + 2 layers; where the channels change, a projection of 1×1 stands beside.
 */
export function residualNetwork(blocks: number): GradloomDocument {
  const drawn = new Sketch();
  const convolve = (id: string, from: string, filters: number, stride: number, size = 3): string => {
    const params = { filters, kernelSize: [size, size], strides: [stride, stride], useBias: false };
    drawn.add(id, 'convolution2d', params, [from]);
    return drawn.add(`${id}-norm`, 'batchNormalisation', {}, [id]);
  };
  const rectify = (id: string, from: string): string => drawn.add(`${id}-relu`, 'activation', {}, [from]);
  let current = drawn.add('x', 'input', { shape: [32, 32, 3] });
  current = rectify('stem', convolve('stem', current, 16, 1));
  [16, 32, 64].forEach((filters, stage) => {
    for (let block = 0; block < blocks; block++) {
      const name = `block-${stage}-${block}`;
      const isFirst = stage > 0 && block === 0;
      const first = rectify(`${name}-a`, convolve(`${name}-a`, current, filters, isFirst ? 2 : 1));
      const second = convolve(`${name}-b`, first, filters, 1);
      const beside = isFirst ? convolve(`${name}-c`, current, filters, 2, 1) : current;
      current = rectify(name, drawn.join(name, 'add', [second, beside]));
    }
  });
  return drawn.document(drawn.add('pool', 'globalPooling2d', {}, [current]));
}

function gatedRecurrent(): GradloomDocument {
  const drawn = new Sketch();
  drawn.add('x', 'input', { shape: [50, 32] });
  return drawn.document(drawn.add('gru', 'gru', { units: 64 }, ['x']));
}

/** x and h each renewed from both by one convolution, x with itself added: recurrence along depth, 20 iterations. */
function recurrenceAlongDepth(): GradloomDocument {
  const drawn = new Sketch();
  const convolution = (filters: number, stride: number): Record<string, JsonValue> => ({
    filters,
    kernelSize: [3, 3],
    strides: [stride, stride],
    activation: 'tanh',
  });
  drawn.add('x', 'input', { shape: [28, 28, 1] });
  drawn.add('stem-1', 'convolution2d', convolution(16, 2), ['x']);
  drawn.add('stem-2', 'convolution2d', convolution(16, 2), ['stem-1']);
  drawn.add('loop', 'loop', {
    iterations: 20,
    states: [
      { id: 'x', shape: [7, 7, 16], initial: { kind: 'wired' } },
      { id: 'h', shape: [7, 7, 8], initial: { kind: 'zeros' } },
    ],
    inputs: [],
    outputs: [{ id: 'x', kind: 'last' }],
  });
  drawn.wire('stem-2', 'loop.init.x');
  drawn.join('join', 'concatenate', ['loop.state.x', 'loop.state.h'], 'loop');
  drawn.add('norm', 'layerNormalisation', {}, ['join'], ['in'], 'loop');
  drawn.add('conv-x', 'convolution2d', convolution(16, 1), ['norm'], ['in'], 'loop');
  drawn.add('conv-h', 'convolution2d', convolution(8, 1), ['norm'], ['in'], 'loop');
  drawn.join('sum', 'add', ['conv-x', 'loop.state.x'], 'loop');
  drawn.wire('sum', 'loop.next.x');
  drawn.wire('conv-h', 'loop.next.h');
  drawn.wire('sum', 'loop.result.x');
  return drawn.document(drawn.add('pool', 'globalPooling2d', {}, ['loop.out.x']));
}

/** Two encoder layers (Vaswani et al. 2017, section 3) with the normalisation after each sum: width 64, 4 heads. */
function transformerEncoder(): GradloomDocument {
  const [tokens, width, heads] = [48, 64, 4];
  const depth = width / heads;
  const drawn = new Sketch();
  drawn.add('x', 'input', { shape: [tokens], dtype: 'int32' });
  drawn.add('words', 'embedding', { vocabulary: 200, dimension: width }, ['x']);
  let current = drawn.add('positions', 'positionalEncoding', {}, ['words']);
  for (const layer of ['one', 'two']) {
    const perHead = (name: string): string => {
      drawn.add(`${layer}-${name}`, 'dense', { units: width }, [current]);
      drawn.add(`${layer}-${name}-split`, 'reshape', { targetShape: [tokens, heads, depth] }, [`${layer}-${name}`]);
      return drawn.add(`${layer}-${name}-heads`, 'permute', { permutation: [1, 0, 2] }, [`${layer}-${name}-split`]);
    };
    const [query, key, value] = [perHead('query'), perHead('key'), perHead('value')];
    const product = (name: string, a: string, b: string, transposeB: boolean): string =>
      drawn.add(`${layer}-${name}`, 'matrixProduct', { transposeB }, [a, b], ['a', 'b']);
    const smaller = { factor: 1 / Math.sqrt(depth), offset: 0 };
    drawn.add(`${layer}-scaled`, 'rescaling', smaller, [product('scores', query, key, true)]);
    drawn.add(`${layer}-map`, 'activation', { function: 'softmax' }, [`${layer}-scaled`]);
    const seen = product('seen', `${layer}-map`, value, false);
    drawn.add(`${layer}-merge`, 'permute', { permutation: [1, 0, 2] }, [seen]);
    drawn.add(`${layer}-flat`, 'reshape', { targetShape: [tokens, width] }, [`${layer}-merge`]);
    drawn.add(`${layer}-projection`, 'dense', { units: width }, [`${layer}-flat`]);
    drawn.join(`${layer}-sum-1`, 'add', [current, `${layer}-projection`]);
    drawn.add(`${layer}-norm-1`, 'layerNormalisation', {}, [`${layer}-sum-1`]);
    drawn.add(`${layer}-wide`, 'dense', { units: 2 * width, activation: 'relu' }, [`${layer}-norm-1`]);
    drawn.add(`${layer}-narrow`, 'dense', { units: width }, [`${layer}-wide`]);
    drawn.join(`${layer}-sum-2`, 'add', [`${layer}-norm-1`, `${layer}-narrow`]);
    current = drawn.add(`${layer}-norm-2`, 'layerNormalisation', {}, [`${layer}-sum-2`]);
  }
  return drawn.document(drawn.add('pool', 'globalPooling1d', {}, [current]));
}

/** A question about a picture, answered by looking at it four times: one attention unit and one memory, weights shared. */
function iterativeAttention(): GradloomDocument {
  const [side, regions, width] = [75, 25, 64];
  const drawn = new Sketch();
  let current = drawn.add('x', 'input', { shape: [side, side, 3] });
  [24, 24, 32, 64].forEach((filters, at) => {
    const params = { filters, kernelSize: [3, 3], strides: [2, 2], activation: 'relu' };
    current = drawn.add(`conv-${at}`, 'convolution2d', params, [current]);
  });
  drawn.add('regions', 'reshape', { targetShape: [regions, width] }, [current]);
  drawn.add('question', 'input', { shape: [12], dtype: 'int32' });
  drawn.add('words', 'embedding', { vocabulary: 40, dimension: 32 }, ['question']);
  drawn.add('gru', 'gru', { units: width }, ['words']);
  drawn.add('loop', 'loop', {
    iterations: 4,
    states: [{ id: 'm', shape: [width], initial: { kind: 'zeros' } }],
    inputs: [
      { id: 'v', kind: 'constant' },
      { id: 'q', kind: 'constant' },
    ],
    outputs: [{ id: 'm', kind: 'last' }],
  });
  drawn.wire('regions', 'loop.in.v');
  drawn.wire('gru', 'loop.in.q');
  const inside = (
    id: string,
    type: string,
    params: Record<string, JsonValue>,
    from: string[],
    ports = ['in'],
  ): string => drawn.add(id, type, params, from, ports, 'loop');
  drawn.join('known', 'concatenate', ['loop.input.q', 'loop.state.m'], 'loop');
  inside('query', 'dense', { units: width }, ['known']);
  inside('column', 'reshape', { targetShape: [width, 1] }, ['query']);
  inside('scores', 'matrixProduct', {}, ['loop.input.v', 'column'], ['a', 'b']);
  inside('row', 'reshape', { targetShape: [1, regions] }, ['scores']);
  inside('map', 'activation', { function: 'softmax' }, ['row']);
  inside('seen', 'matrixProduct', {}, ['map', 'loop.input.v'], ['a', 'b']);
  inside('clue', 'reshape', { targetShape: [width] }, ['seen']);
  inside('memory', 'gruCell', { units: width }, ['clue', 'loop.state.m'], ['in', 'h']);
  drawn.wire('memory.nextH', 'loop.next.m');
  drawn.wire('memory.nextH', 'loop.result.m');
  return drawn.document(drawn.join('answer', 'concatenate', ['loop.out.m', 'gru']));
}

/** In the order of the table. */
export const networks: readonly Network[] = [
  { name: 'mlp', title: 'MLP 784-512-512-10', document: multilayerPerceptron(), batch: 64, vocabulary: 0 },
  { name: 'cnn', title: 'CNN, 28×28', document: convolutional(), batch: 64, vocabulary: 0 },
  { name: 'resnet', title: 'ResNet-20, 32×32', document: residualNetwork(3), batch: 32, vocabulary: 0 },
  { name: 'gru', title: 'GRU 64, 50 steps', document: gatedRecurrent(), batch: 32, vocabulary: 0 },
  { name: 'rla', title: 'RLA, N = 20', document: recurrenceAlongDepth(), batch: 64, vocabulary: 0 },
  {
    name: 'transformer',
    title: 'Transformer encoder, 2 layers',
    document: transformerEncoder(),
    batch: 32,
    vocabulary: 200,
  },
  {
    name: 'vqa',
    title: 'Iterative-attention VQA, 4 looks',
    document: iterativeAttention(),
    batch: 32,
    vocabulary: 40,
  },
];
