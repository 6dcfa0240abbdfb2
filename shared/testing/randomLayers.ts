import type { GraphNode } from '../graph/document.ts';
import type { Shape } from '../graph/values.ts';
import type { RandomStream } from '../program/random.ts';

/** A layer to be put behind a value: what else it reads, and what it gives. */
export interface RandomLayer {
  readonly type: string;
  readonly params: GraphNode['params'];
  /** The port that the value is wired to. */
  readonly port: string;
  /** More inputs by port, of these shapes; those of the value's own shape may be wired to the value itself. */
  readonly others: readonly (readonly [port: string, shape: Shape])[];
  /** More inputs that are masks. */
  readonly masks?: readonly (readonly [port: string, shape: Shape])[];
  /** More inputs that are one fixed number. */
  readonly constants?: readonly (readonly [port: string, shape: Shape, fill: number])[];
  readonly outputs: readonly (readonly [port: string, shape: Shape])[];
}

/** Larger values than this are not made larger. */
const mostElements = 48;

function plain(type: string, params: GraphNode['params'], shape: Shape): RandomLayer {
  return { type, params, port: 'in', others: [], outputs: [['out', shape]] };
}

const formulas = [
  'a*sigmoid(b) - b/(2 + b^2)',
  'sin(a) + 0.5*b',
  '(a - mean(b))/(1 + exp(-b))',
  'softmax(a)*tanh(b) + a/3',
];

class Draw {
  readonly #random: RandomStream;

  constructor(random: RandomStream) {
    this.#random = random;
  }

  /** Of any shape. */
  anywhere(shape: Shape): readonly (() => RandomLayer)[] {
    const elements = shape.reduce((product, length) => product * length, 1);
    const axis = this.#random.integer(shape.length);
    const length = shape[axis] ?? 1;
    return [
      () => plain('unary', { function: this.#random.pick(['sine', 'cosine']) }, shape),
      () => plain('scaleBias', { sharing: this.#random.pick(['perChannel', 'perElement', 'one']) }, shape),
      () => plain('rescaling', { factor: -0.7, offset: 0.2 }, shape),
      () => ({
        ...plain('formula', { formula: this.#random.pick(formulas) }, shape),
        port: 'a',
        others: [['b', shape]],
      }),
      () => ({
        ...plain('binary', { function: this.#random.pick(['subtract', 'multiply', 'add']) }, shape),
        port: 'a',
        others: [['b', shape]],
      }),
      ...(length < 2
        ? []
        : [
            () => {
              const kept = shape.map((whole, at) => (at === axis ? whole - 1 : whole));
              return plain('slice', { axis, start: 1 }, kept);
            },
            () => {
              const one = shape.map((whole, at) => (at === axis ? 1 : whole));
              return plain(
                'reduction',
                { function: this.#random.pick(['sum', 'mean']), axes: [axis], keepAxes: true },
                one,
              );
            },
            (): RandomLayer => {
              const part = (size: number): Shape => shape.map((whole, at) => (at === axis ? size : whole));
              const outputs = [
                ['out.0', part(1)],
                ['out.1', part(length - 1)],
              ] as const;
              return {
                type: 'split',
                params: { axis, by: 'sizes', sizes: [1, length - 1] },
                port: 'in',
                others: [],
                outputs,
              };
            },
          ]),
      ...(elements > mostElements
        ? []
        : [
            () =>
              plain('reshape', { targetShape: [-1, shape.at(-1) ?? 1] }, [
                elements / (shape.at(-1) ?? 1),
                shape.at(-1) ?? 1,
              ]),
          ]),
    ];
  }

  vector([features = 1]: Shape): readonly (() => RandomLayer)[] {
    const cell = (type: string, states: readonly string[], params: GraphNode['params'] = {}): RandomLayer => ({
      type,
      params: { units: 3, ...params },
      port: 'in',
      others: states.map((state) => [state, [3]] as const),
      outputs: states.map((state) => [`next${state.toUpperCase()}`, [3]] as const),
    });
    return [
      () => plain('repeatVector', { count: 3 }, [3, features]),
      () => cell('simpleCell', ['h']),
      () => cell('lstmCell', ['h', 'c']),
      () => cell('gruCell', ['h'], { resetAfter: this.#random.pick([true, false]) }),
    ];
  }

  sequence([steps = 1, features = 1]: Shape): readonly (() => RandomLayer)[] {
    const recurrent = (): RandomLayer => {
      const [direction, isLast] = [
        this.#random.pick(['forward', 'backward', 'both']),
        this.#random.pick([true, false]),
      ];
      const width = direction === 'both' ? 6 : 3;
      const params = { units: 3, direction, result: isLast ? 'last' : 'all' };
      return plain(this.#random.pick(['simpleRecurrent', 'lstm', 'gru']), params, isLast ? [width] : [steps, width]);
    };
    const attending = (type: string, params: GraphNode['params'], size: number, map: Shape): RandomLayer => ({
      type,
      params: { ...params, causal: this.#random.pick([true, false]) },
      port: 'query',
      others: [['value', [steps, features]]],
      outputs: [
        ['out', [steps, size]],
        ['map', map],
      ],
    });
    return [
      recurrent,
      recurrent,
      () => attending('attention', { scaling: this.#random.pick(['dimension', 'learned']) }, features, [steps, steps]),
      () => attending('additiveAttention', { attentionUnits: this.#random.pick([null, 2]) }, features, [steps, steps]),
      () => attending('multiHeadAttention', { heads: 2, keySize: 2, outputSize: 3 }, 3, [2, steps, steps]),
      () => plain('positionalEncoding', { encoding: this.#random.pick(['sinusoidal', 'learned']) }, [steps, features]),
      () => plain('permute', { permutation: [1, 0] }, [features, steps]),
      () => plain('convolution1d', { filters: 3, padding: this.#random.pick(['same', 'causal']) }, [steps, 3]),
      () =>
        plain('pooling1d', { mode: 'average', size: 2, strides: 2, padding: 'same' }, [Math.ceil(steps / 2), features]),
      () => plain('globalPooling1d', { mode: 'average' }, [features]),
      () => ({
        ...plain('matrixProduct', { transposeB: true }, [steps, steps]),
        port: 'a',
        others: [['b', [steps, features]]],
      }),
    ];
  }

  image([height = 1, width = 1, channels = 1]: Shape): readonly (() => RandomLayer)[] {
    const isSmall = height * width * channels <= mostElements;
    return [
      () => plain('depthwiseConvolution2d', { kernelSize: [2, 2] }, [height, width, channels]),
      () => plain('separableConvolution2d', { filters: 2, kernelSize: [2, 2] }, [height, width, 2]),
      () => plain('groupNormalisation', { groups: channels, epsilon: 0.01 }, [height, width, channels]),
      () => plain('regionCoordinates', {}, [height, width, channels + 2]),
      () =>
        plain(
          'zeroPadding',
          {
            margins: [
              [1, 0],
              [0, 0],
            ],
          },
          [height + 1, width, channels],
        ),
      ...(isSmall
        ? [
            () =>
              plain('transposedConvolution2d', { filters: 2, kernelSize: [3, 3], strides: [2, 2], padding: 'same' }, [
                2 * height,
                2 * width,
                2,
              ]),
            () =>
              plain('upsampling2d', { factors: [2, 2], interpolation: this.#random.pick(['nearest', 'bilinear']) }, [
                2 * height,
                2 * width,
                channels,
              ]),
          ]
        : []),
    ];
  }
}

/** A random layer for a value of a shape. All of it is smooth and nothing in it is random. */
export function randomLayer(random: RandomStream, shape: Shape): RandomLayer {
  const draw = new Draw(random);
  const own =
    shape.length === 1
      ? draw.vector(shape)
      : shape.length === 2
        ? draw.sequence(shape)
        : shape.length === 3
          ? draw.image(shape)
          : [];
  const makers = shape.length === 0 ? [] : [...own, ...draw.anywhere(shape)];
  return makers.length === 0 ? plain('rescaling', { factor: 0.5 }, shape) : random.pick(makers)();
}
