import type { GraphNode } from '../graph/document.ts';
import type { Shape } from '../graph/values.ts';
import { activationFunctions } from '../layers/activationFields.ts';
import { compareFunctions, recurrentActivations } from '../layers/operations.ts';
import type { RandomStream } from '../program/random.ts';
import type { RandomLayer } from './randomLayers.ts';

/** Larger values than this are not made larger. */
const mostElements = 150;

/** Finite for every a and b, and never steep. */
const formulas = [
  'sqrt(1 + a^2) - log(2 + b^2)',
  'abs(a)*sign(b) + 0.25',
  'max(a, 0.5*b) - min(a, 1)',
  'exp(-a^2)*b',
  'b/(1 + abs(a))',
  '(1 + a^2)^0.5 - tanh(b)',
  'relu(a) + gelu(b)',
];

type Padding = 'same' | 'valid';

class WideDraw {
  readonly #random: RandomStream;

  constructor(random: RandomStream) {
    this.#random = random;
  }

  #chance(probability = 0.5): boolean {
    return this.#random.uniform() < probability;
  }

  #plain(type: string, params: GraphNode['params'], shape: Shape, more: Partial<RandomLayer> = {}): RandomLayer {
    return { type, params, port: 'in', others: [], outputs: [['out', shape]], ...more };
  }

  #end(): GraphNode['params'] {
    return { useBias: this.#chance(0.7), activation: this.#random.pick(activationFunctions) };
  }

  #normalisation(): GraphNode['params'] {
    return { epsilon: this.#random.pick([0.001, 0.01]), center: this.#chance(0.7), scale: this.#chance(0.7) };
  }

  #padding(): Padding {
    return this.#random.pick(['same', 'valid']);
  }

  /** Where a mask says which keys or steps count; sometimes there is none. */
  #mask(shape: Shape): Partial<RandomLayer> {
    return this.#chance(0.4) ? { masks: [['mask', shape]] } : {};
  }

  /** Of any shape with an axis. */
  anywhere(shape: Shape): readonly (() => RandomLayer)[] {
    const elements = shape.reduce((product, length) => product * length, 1);
    const axis = this.#random.integer(shape.length);
    const length = shape[axis] ?? 1;
    const with_ = (size: number): Shape => shape.map((whole, at) => (at === axis ? size : whole));
    const order = shape.map((_, at) => at).sort(() => this.#random.uniform() - 0.5);
    const isSmall = elements <= mostElements;
    const margins = shape.map(() => [this.#random.integer(2), this.#random.integer(2)] as const);
    return [
      () => this.#plain('activation', { function: this.#random.pick(activationFunctions) }, shape),
      () =>
        this.#plain(
          'activation',
          { function: this.#random.pick(['leakyRelu', 'elu', 'clip']), slope: 0.1, alpha: 0.7 },
          shape,
        ),
      () => this.#plain('parametricRelu', { sharing: this.#random.pick(['perChannel', 'perElement', 'one']) }, shape),
      () => this.#plain('unary', { function: this.#random.pick(['absolute', 'negative', 'square', 'sign']) }, shape),
      () => this.#plain('unary', { function: this.#random.pick(['sine', 'cosine']) }, shape),
      () => this.#plain('dropout', { rate: 0.4, spread: this.#random.pick(['element', 'channel']) }, shape),
      () => this.#plain('gaussianNoise', { deviation: 0.3 }, shape),
      () =>
        this.#plain(
          'scaleBias',
          { sharing: this.#random.pick(['perChannel', 'perElement', 'one']), useScale: true, useBias: this.#chance() },
          shape,
        ),
      () => this.#plain('maskFill', { fill: this.#random.pick([0, -2.5]) }, shape, { masks: [['mask', shape]] }),
      () => ({
        ...this.#plain('formula', { formula: this.#random.pick(formulas) }, shape),
        port: 'a',
        others: [['b', shape]],
      }),
      () => ({
        ...this.#plain(
          'binary',
          { function: this.#random.pick(['add', 'subtract', 'multiply', 'maximum', 'minimum']) },
          shape,
        ),
        port: 'a',
        others: [
          ['b', this.#random.pick([shape, shape.slice(-1), shape.map((whole, at) => (at === axis ? 1 : whole))])],
        ],
      }),
      () => ({
        ...this.#plain('binary', { function: this.#random.pick(['divide', 'subtract', 'maximum']) }, shape),
        port: 'a',
        constants: [['b', shape.slice(-1), 1.5]],
      }),
      () => this.#plain('batchNormalisation', this.#normalisation(), shape),
      ...((shape.at(-1) ?? 1) < 3 ? [] : [() => this.#plain('layerNormalisation', this.#normalisation(), shape)]),
      () =>
        this.#plain(
          'reduction',
          { function: this.#random.pick(['sum', 'mean', 'maximum', 'minimum']), axes: [axis], keepAxes: true },
          with_(1),
        ),
      () => this.#plain('flatten', {}, [elements]),
      ...(shape.length < 2
        ? []
        : [
            () =>
              this.#plain(
                'reduction',
                {
                  function: this.#random.pick(['sum', 'mean', 'maximum', 'minimum']),
                  axes: [axis - shape.length],
                  keepAxes: false,
                },
                shape.filter((_, at) => at !== axis),
              ),
            () =>
              this.#plain(
                'permute',
                { permutation: order },
                order.map((from) => shape[from] ?? 1),
              ),
          ]),
      ...(isSmall && shape.length <= 4
        ? [
            () =>
              this.#plain(
                'zeroPadding',
                { margins: margins.map(([before, after]) => [before, after]) },
                shape.map((whole, at) => whole + (margins[at]?.[0] ?? 0) + (margins[at]?.[1] ?? 0)),
              ),
          ]
        : []),
      ...(length >= 3
        ? [
            () =>
              this.#plain(
                'cropping',
                { margins: shape.map((_, at) => (at === axis ? [1, 1] : [0, 0])) },
                with_(length - 2),
              ),
            () => this.#plain('slice', { axis: axis - shape.length, start: 1, end: -1 }, with_(length - 2)),
          ]
        : []),
      ...(length % 2 === 0
        ? [
            (): RandomLayer => ({
              type: 'split',
              params: { axis, by: 'parts', parts: 2 },
              port: 'in',
              others: [],
              outputs: [
                ['out.0', with_(length / 2)],
                ['out.1', with_(length / 2)],
              ],
            }),
          ]
        : []),
    ];
  }

  vector([features = 1]: Shape): readonly (() => RandomLayer)[] {
    const cell = (type: string, states: readonly string[], params: GraphNode['params'] = {}): RandomLayer => ({
      type,
      params: {
        units: 3,
        activation: this.#random.pick(recurrentActivations),
        useBias: this.#chance(0.7),
        ...(type === 'simpleCell' ? {} : { recurrentActivation: this.#random.pick(['sigmoid', 'tanh']) }),
        ...params,
      },
      port: 'in',
      others: states.map((state) => [state, [3]] as const),
      outputs: states.map((state) => [`next${state.toUpperCase()}`, [3]] as const),
    });
    return [
      () => this.#plain('dense', { units: 4, ...this.#end() }, [4]),
      () => this.#plain('repeatVector', { count: 4 }, [4, features]),
      () => cell('simpleCell', ['h']),
      () => cell('lstmCell', ['h', 'c']),
      () => cell('gruCell', ['h'], { resetAfter: this.#chance() }),
      () => ({
        type: 'attention',
        params: { scaling: this.#random.pick(['dimension', 'learned', 'none']) },
        port: 'query',
        others: [['value', [4, features]]],
        outputs: [
          ['out', [features]],
          ['map', [4]],
        ],
        ...this.#mask([4]),
      }),
    ];
  }

  sequence([steps = 1, features = 1]: Shape): readonly (() => RandomLayer)[] {
    const recurrent = (): RandomLayer => {
      const type = this.#random.pick(['simpleRecurrent', 'lstm', 'gru']);
      const [direction, isLast] = [this.#random.pick(['forward', 'backward', 'both']), this.#chance()];
      const merge = this.#random.pick(['concatenate', 'sum', 'average', 'multiply']);
      const width = direction === 'both' && merge === 'concatenate' ? 6 : 3;
      const params = {
        ...{ units: 3, direction, merge, result: isLast ? 'last' : 'all' },
        ...{ activation: this.#random.pick(['tanh', 'relu', 'sigmoid']), useBias: this.#chance(0.8) },
        ...(type === 'simpleRecurrent' ? {} : { recurrentActivation: this.#random.pick(['sigmoid', 'tanh']) }),
        ...(type === 'gru' ? { resetAfter: this.#chance() } : {}),
      };
      return this.#plain(type, params, isLast ? [width] : [steps, width], this.#mask([steps]));
    };
    const attending = (type: string, params: GraphNode['params'], size: number, map: Shape): RandomLayer => ({
      type,
      params: { ...params, causal: this.#chance() },
      port: 'query',
      others: [['value', [steps, features]], ...(this.#chance(0.3) ? [['key', [steps, features]] as const] : [])],
      outputs: [
        ['out', [steps, size]],
        ['map', map],
      ],
      ...this.#mask(this.#random.pick([[steps], [steps, steps]])),
    });
    const groups = features % 2 === 0 ? this.#random.pick([1, 2]) : 1;
    const stride = this.#random.pick([1, 2]);
    const window = (padding: Padding, size: number): number =>
      padding === 'same' ? Math.ceil(steps / stride) : Math.floor((steps - size) / stride) + 1;
    return [
      recurrent,
      recurrent,
      recurrent,
      () =>
        attending('attention', { scaling: this.#random.pick(['dimension', 'learned', 'none']) }, features, [
          steps,
          steps,
        ]),
      () =>
        attending(
          'additiveAttention',
          { attentionUnits: this.#random.pick([null, 2]), useScale: this.#chance() },
          features,
          [steps, steps],
        ),
      () =>
        attending(
          'multiHeadAttention',
          {
            heads: 2,
            keySize: 2,
            valueSize: this.#random.pick([null, 3]),
            outputSize: this.#random.pick([4]),
            useBias: this.#chance(),
          },
          4,
          [2, steps, steps],
        ),
      () => this.#plain('dense', { units: 3, ...this.#end() }, [steps, 3]),
      () =>
        this.#plain('positionalEncoding', { encoding: this.#random.pick(['sinusoidal', 'learned']) }, [
          steps,
          features,
        ]),
      () => {
        const padding = steps < 3 ? 'same' : this.#padding();
        const params = { filters: 4, kernelSize: 3, strides: stride, padding, groups, ...this.#end() };
        return this.#plain('convolution1d', params, [window(padding, 3), 4]);
      },
      () =>
        this.#plain(
          'convolution1d',
          { filters: 2, kernelSize: 2, dilations: 2, padding: this.#random.pick(['same', 'causal']), ...this.#end() },
          [steps, 2],
        ),
      () => {
        const padding = steps < 2 ? 'same' : this.#padding();
        const params = { mode: this.#random.pick(['max', 'average']), size: 2, strides: stride, padding };
        return this.#plain('pooling1d', params, [window(padding, 2), features]);
      },
      () => this.#plain('globalPooling1d', { mode: this.#random.pick(['max', 'average']) }, [features]),
      () => ({
        ...this.#plain('matrixProduct', { transposeA: true }, [features, features]),
        port: 'a',
        others: [['b', [steps, features]]],
      }),
      ...(features % 2 === 0
        ? [() => this.#plain('groupNormalisation', { groups: 2, ...this.#normalisation() }, [steps, features])]
        : []),
    ];
  }

  image([height = 1, width = 1, channels = 1]: Shape): readonly (() => RandomLayer)[] {
    const isSmall = height * width * channels <= mostElements;
    const groups = channels % 2 === 0 ? this.#random.pick([1, 2]) : 1;
    const strides = this.#random.pick([
      [1, 1],
      [2, 2],
      [1, 2],
    ]);
    const padding = Math.min(height, width) < 3 ? 'same' : this.#padding();
    const sizes = (rows: number, columns: number): readonly [number, number] =>
      [height, width].map((length, at) =>
        padding === 'same'
          ? Math.ceil(length / (strides[at] ?? 1))
          : Math.floor((length - (at === 0 ? rows : columns)) / (strides[at] ?? 1)) + 1,
      ) as [number, number];
    const grown = (size: number, length: number, stride: number): number =>
      padding === 'same' ? length * stride : (length - 1) * stride + Math.max(size, stride);
    return [
      () => {
        const params = { filters: 4, kernelSize: [3, 2], strides, padding, groups, ...this.#end() };
        return this.#plain('convolution2d', params, [...sizes(3, 2), 4]);
      },
      () =>
        this.#plain('convolution2d', { filters: 2, kernelSize: [2, 2], dilations: [2, 1], ...this.#end() }, [
          height,
          width,
          2,
        ]),
      () => {
        const explicit = {
          padding: 'explicit',
          explicitPadding: [
            [1, 0],
            [1, 2],
          ],
        };
        const params = { filters: 2, kernelSize: [2, 3], ...explicit, ...this.#end() };
        return this.#plain('convolution2d', params, [height, width + 1, 2]);
      },
      () => {
        const square = this.#random.pick([
          [1, 1],
          [2, 2],
        ]);
        const depthMultiplier = this.#random.pick([1, 2]);
        const params = { depthMultiplier, kernelSize: [2, 3], strides: square, ...this.#end() };
        const [rows = 1] = square;
        return this.#plain('depthwiseConvolution2d', params, [
          Math.ceil(height / rows),
          Math.ceil(width / rows),
          channels * depthMultiplier,
        ]);
      },
      () =>
        this.#plain('separableConvolution2d', { filters: 3, depthMultiplier: 2, kernelSize: [2, 2], ...this.#end() }, [
          height,
          width,
          3,
        ]),
      () => {
        const params = { mode: this.#random.pick(['max', 'average']), size: [3, 2], strides, padding };
        return this.#plain('pooling2d', params, [...sizes(3, 2), channels]);
      },
      () => this.#plain('globalPooling2d', { mode: this.#random.pick(['max', 'average']) }, [channels]),
      () => this.#plain('groupNormalisation', { groups, ...this.#normalisation() }, [height, width, channels]),
      () => this.#plain('regionCoordinates', {}, [height, width, channels + 2]),
      ...(isSmall
        ? [
            () => {
              const params = { filters: 2, kernelSize: [3, 2], strides: [2, 1], padding, ...this.#end() };
              return this.#plain('transposedConvolution2d', params, [grown(3, height, 2), grown(2, width, 1), 2]);
            },
            () =>
              this.#plain(
                'upsampling2d',
                { factors: [2, 3], interpolation: this.#random.pick(['nearest', 'bilinear']) },
                [2 * height, 3 * width, channels],
              ),
          ]
        : []),
    ];
  }

  volume([depth = 1, height = 1, width = 1, channels = 1]: Shape): readonly (() => RandomLayer)[] {
    const convolution = (): RandomLayer => {
      const padding = Math.min(depth, height, width) < 2 ? 'same' : this.#padding();
      const lengths = [depth, height, width].map((length, at) => {
        const stride = at === 1 ? 2 : 1;
        return padding === 'same' ? Math.ceil(length / stride) : Math.floor((length - 2) / stride) + 1;
      });
      const params = { filters: 3, kernelSize: [2, 2, 2], strides: [1, 2, 1], padding, ...this.#end() };
      return this.#plain('convolution3d', params, [...lengths, 3]);
    };
    return [
      convolution,
      convolution,
      convolution,
      () =>
        this.#plain('reshape', { targetShape: [depth * height, width, channels] }, [depth * height, width, channels]),
    ];
  }
}

/** A random layer for a value of a shape, with every setting that the catalogue has; nothing in it need be smooth. */
export function wideLayer(random: RandomStream, shape: Shape): RandomLayer {
  const draw = new WideDraw(random);
  if (shape.length === 0)
    return { type: 'rescaling', params: { factor: 0.5 }, port: 'in', others: [], outputs: [['out', []]] };
  const own =
    shape.length === 1
      ? draw.vector(shape)
      : shape.length === 2
        ? draw.sequence(shape)
        : shape.length === 3
          ? draw.image(shape)
          : shape.length === 4
            ? draw.volume(shape)
            : [];
  // What only this rank has comes more often than what every rank has.
  const makers = own.length > 0 && random.uniform() < 0.6 ? own : draw.anywhere(shape);
  return random.pick(makers)();
}

/** What Keras's older formats can hold at most in part. */
export const noLayersOfKeras: readonly string[] = [
  ...['formula', 'unary', 'matrixProduct', 'attention', 'additiveAttention', 'multiHeadAttention', 'regionCoordinates'],
  ...['zeroPadding', 'groupNormalisation', 'positionalEncoding', 'lstmCell', 'gruCell'],
];

/** The comparisons that a random mask may be made with: a number drawn from a continuum is hardly ever equal to another. */
export const maskComparisons = compareFunctions.filter((name) => name !== 'equal' && name !== 'notEqual');
