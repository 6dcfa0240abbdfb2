import type { OperationSpecification } from '#shared/layers/operations';
import type { Path } from '#shared/program/program';
import type { Factor, Factors } from '#shared/protocol/engine';
import { steepestSlope } from '#shared/theory/slopes';
import { largestSingularValue, spectralRadius } from '#shared/theory/spectral';
import type { LinearMap } from '#shared/theory/spectral';
import type { Device, Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';
import type { DataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import type { Differentiated } from './differentiate.ts';
import { differentiate, maskSeeds } from './differentiate.ts';
import { wholeGradient } from './backward.ts';
import { computeOperation } from './forward.ts';
import { isOnPath } from './inspect.ts';
import type { Pullback } from './operations/operation.ts';
import { StepGradient } from './operations/operation.ts';
import type { Plan, PlannedOperation } from './plan.ts';
import { gradientWants } from './plan.ts';
import { Statistics } from './statistics.ts';

export interface FactorsRequest {
  readonly plan: Plan;
  /** In the order of the Program's weights. */
  readonly weights: readonly Tensor[];
  readonly dataSet: DataSet;
  /** The batch, as numbers within the data set. */
  readonly examples: Int32Array;
  /** Steps of the optimiser done before: dropout and noise draw what they draw at that step. */
  readonly step: number;
  readonly wire: string;
  /** Which iteration of each loop; a loop that is not named counts with its first. */
  readonly iterations: Readonly<Record<string, number>>;
}

/** Larger tensors have no largest singular value computed: too many vectors of their size would be held. */
const mostElements = 1 << 17;
/** Larger square matrices have no spectral radius computed. */
const mostUnits = 256;
/** Random vectors that a typical gain is taken over. */
const draws = 4;

/** One operation on the way, entered at one of its inputs. */
interface Passage {
  /** Index of the operation. */
  readonly at: number;
  readonly slot: number;
}

/**
 * The factors of the chain rule from a wire to a loss, measured on one training batch: at every operation how much longer
 * or shorter the gradient of this batch becomes, how much a random one does, and the most that any could; at every fork
 * how the sum of all shares compares with the share on this way. The way goes on with the largest share at each fork. The
 * product of all measured factors is the wire's gradient over the one at the output. Null where no gradient flows. Call
 * inside a scope.
 */
export function measureFactors(device: Device, request: FactorsRequest): Factors | null {
  const { plan, weights, dataSet, examples, step } = request;
  const feed = new DataFeed(device, plan, dataSet);
  try {
    const batch = feed.batch(examples, step);
    const at = device.tensor(Int32Array.of(step), [1], 'int32');
    const { seed } = plan.program.training;
    const pass = differentiate(device, plan, batch, weights, gradientWants(plan, 'all'), maskSeeds(device, seed, at));
    const norms = measureNorms(device, plan, pass);
    const way = findWay(plan, request, norms);
    if (way === null) return null;
    const typical = typicalGains(device, plan, pass, way);
    const linear = new LinearFactors(device, plan, weights);
    const factors: Factor[] = [];
    way.passages.forEach((passage, place) => {
      const planned = plan.operations[passage.at];
      if (planned === undefined) return;
      const { specification, origin } = planned.operation;
      const name = { node: origin.node as string, path: [...origin.path] as Path };
      const own = norms.input(passage);
      const after = norms.value(planned.output);
      if (specification.kind !== 'identity') {
        factors.push({
          ...name,
          kind: specification.kind,
          function: functionOf(specification),
          bound: boundOf(specification, () => linear.norm(planned)),
          typical: typical.each[place] ?? Number.NaN,
          measured: own / after,
          slope: typical.slopes[place] ?? null,
          radius: linear.radius(planned),
        });
      }
      const next = way.passages[place + 1];
      const share = next === undefined ? after : norms.input(next);
      // One consumer hands back all there is.
      if (next !== undefined && norms.readers(planned.output).length > 1) {
        factors.push({
          ...name,
          kind: 'fork',
          function: null,
          bound: null,
          typical: null,
          measured: after / share,
          slope: null,
          radius: null,
        });
      }
    });
    const bounds = factors.filter(({ kind }) => kind !== 'fork').map(({ bound }) => bound);
    return {
      output: way.output,
      examples: batch.size,
      factors,
      whole: {
        bound: bounds.reduce((product, bound) => (product === null || bound === null ? null : product * bound), 1),
        typical: typical.whole,
        measured: factors.reduce((product, { measured }) => product * measured, 1),
      },
    };
  } finally {
    feed.dispose();
  }
}

/** L2 of every gradient of a pass, in doubles. */
interface Norms {
  /** Of what an operation hands back at one of its inputs; NaN where nothing flows. */
  input(passage: Passage): number;
  /** Of a value: the sum over all that read it. */
  value(value: number): number;
  /** All that hand a gradient back to a value. */
  readers(value: number): readonly Passage[];
}

function measureNorms(device: Device, plan: Plan, { backward }: Differentiated): Norms {
  const statistics = new Statistics(device);
  const inputs = backward.inputs.map((slots) =>
    slots.map((gradient) => (gradient === null ? null : statistics.magnitude(gradient))),
  );
  const values = backward.values.map((gradient) => (gradient === null ? null : statistics.magnitude(gradient)));
  const readings = statistics.read();
  const length = (number: number | null | undefined): number => {
    if (number === null || number === undefined) return Number.NaN;
    const { rms, size } = readings.magnitude(number);
    return rms * Math.sqrt(size);
  };
  const value = (index: number): number => length(values[index]);
  const input = ({ at, slot }: Passage): number => {
    const operation = plan.operations[at];
    const own = length(inputs[at]?.[slot]);
    // A slice that no wire carries hands its gradient on as it is, without a tensor of its own.
    const isSlice = Number.isNaN(own) && operation?.operation.specification.kind === 'takeStep';
    return isSlice ? value(operation.output) : own;
  };
  const readers = new Map<number, Passage[]>();
  plan.operations.forEach((operation, at) =>
    operation.inputs.forEach((read, slot) => {
      if (!operation.reachesLoss || Number.isNaN(input({ at, slot }))) return;
      const known = readers.get(read);
      if (known === undefined) readers.set(read, [{ at, slot }]);
      else known.push({ at, slot });
    }),
  );
  return { input, value, readers: (index) => readers.get(index) ?? [] };
}

interface Way {
  /** From the wire's consumer on. */
  readonly passages: readonly Passage[];
  /** The output node that it ends at. */
  readonly output: string;
}

/** From the wire to an output with a loss, at each fork on with the largest share. Null where none is reached. */
function findWay(plan: Plan, { wire, iterations }: FactorsRequest, norms: Norms): Way | null {
  const start = plan.wires.find(({ wire: one }) => one.wire === wire && isOnPath(one.path, iterations));
  if (start === undefined) return null;
  const passages: Passage[] = [];
  let next: Passage | undefined = { at: start.consumer, slot: start.slot };
  while (next !== undefined && !Number.isNaN(norms.input(next))) {
    passages.push(next);
    const output: number = plan.operations[next.at]?.output ?? -1;
    const head = plan.heads.find(({ value }) => value === output);
    if (head !== undefined) return { passages, output: head.loss.output };
    next = norms
      .readers(output)
      .reduce<Passage | undefined>(
        (best, one) => (best === undefined || norms.input(one) > norms.input(best) ? one : best),
        undefined,
      );
  }
  return null;
}

interface TypicalGains {
  /** Per passage. */
  readonly each: readonly number[];
  /** Per passage: mean |f'| of an element-wise activation, null of everything else. */
  readonly slopes: readonly (number | null)[];
  /** Of the way as one map. */
  readonly whole: number;
}

/** Root mean square gain of random vectors through each operation by itself, and through the whole way. */
function typicalGains(device: Device, plan: Plan, { forward }: Differentiated, way: Way): TypicalGains {
  const statistics = new Statistics(device);
  const back = ({ at, slot }: Passage, gradient: Tensor): Tensor => {
    const operation = plan.operations[at];
    const pullback = forward.pullbacks[at];
    if (operation === undefined || !pullback) throw new Error(`operation ${at} was computed without its gradient`);
    return pulledBack(device, pullback, operation, slot, gradient);
  };
  const outputOf = ({ at }: Passage): Tensor => {
    const value = forward.values[plan.operations[at]?.output ?? -1];
    if (value === undefined) throw new Error(`operation ${at} was not computed`);
    return value;
  };
  const random = (place: number, draw: number): Tensor =>
    device.subtract(
      device.statelessUniform(
        outputOf(way.passages[place] ?? { at: -1, slot: 0 }).shape,
        device.tensor(Int32Array.of(place + 1, draw + 1), [2], 'int32'),
      ),
      device.scalar(0.5),
    );
  const gain = (from: Tensor, to: Tensor): readonly [number, number] => [
    statistics.magnitude(to),
    statistics.magnitude(from),
  ];
  const each = way.passages.map((passage, place) =>
    Array.from({ length: draws }, (_, draw) => {
      const vector = random(place, draw);
      return gain(vector, back(passage, vector));
    }),
  );
  const slopes = way.passages.map((passage) => {
    const specification = plan.operations[passage.at]?.operation.specification;
    if (specification?.kind !== 'activation' || specification.attributes.function === 'softmax') return null;
    const output = outputOf(passage);
    const ones = device.broadcast(device.scalar(1), output.shape);
    const axes = output.shape.map((_, axis) => axis);
    return statistics.scalar(device.mean(device.absolute(back(passage, ones)), axes, false));
  });
  const chains = Array.from({ length: draws }, (_, draw) => {
    let vector = random(way.passages.length - 1, draws + draw);
    return way.passages.toReversed().map((passage) => {
      const next = back(passage, vector);
      const pair = gain(vector, next);
      // Brought back to a largest element of 1, so that a long way neither under- nor overflows.
      const axes = next.shape.map((_, axis) => axis);
      vector = device.divideNoNan(next, device.largest(device.absolute(next), axes, true));
      return pair;
    });
  });
  const readings = statistics.read();
  const length = (number: number): number => {
    const { rms, size } = readings.magnitude(number);
    return rms * Math.sqrt(size);
  };
  const ratio = ([to, from]: readonly [number, number]): number => length(to) / length(from);
  return {
    each: each.map((pairs) => rootMeanSquare(pairs.map(ratio))),
    slopes: slopes.map((number) => (number === null ? null : readings.scalar(number))),
    whole: rootMeanSquare(chains.map((pairs) => pairs.reduce((product, pair) => product * ratio(pair), 1))),
  };
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}

/** What an operation hands back at one of its inputs for a gradient at its output. */
function pulledBack(
  device: Device,
  pullback: Pullback,
  { inputs }: PlannedOperation,
  slot: number,
  gradient: Tensor,
): Tensor {
  const wants = { inputs: inputs.map((_, other) => other === slot), weights: false };
  const contribution = pullback(gradient, wants).inputs[slot];
  if (contribution === null || contribution === undefined) throw new Error(`no gradient flows to input ${slot}`);
  return contribution instanceof StepGradient ? wholeGradient(device, contribution) : contribution;
}

/** What is written beside an operation's kind. */
function functionOf(specification: OperationSpecification): string | null {
  return specification.kind === 'activation' ? specification.attributes.function : null;
}

/** The most that an operation can lengthen a gradient at one of its inputs; null where no such number is known. */
function boundOf(specification: OperationSpecification, singularValue: () => number | null): number | null {
  switch (specification.kind) {
    case 'activation': {
      const { attributes } = specification;
      switch (attributes.function) {
        case 'leakyRelu':
          return steepestSlope('leakyRelu', { slope: attributes.slope });
        case 'elu':
          return steepestSlope('elu', { alpha: attributes.alpha });
        default:
          return steepestSlope(attributes.function);
      }
    }
    case 'dense':
    case 'convolution1d':
    case 'convolution2d':
    case 'convolution3d':
    case 'depthwiseConvolution2d':
    case 'transposedConvolution2d':
    case 'upsample2d':
    case 'tile':
      return singularValue();
    case 'pool1d':
    case 'pool2d':
    case 'globalPool2d':
      return specification.attributes.mode === 'average' ? singularValue() : null;
    case 'identity':
    case 'reshape':
    case 'transpose':
    case 'pad':
    case 'slice':
    case 'takeStep':
    case 'stackSteps':
    case 'concatenate':
    case 'add':
      return 1;
    case 'rescale':
      return Math.abs(specification.attributes.scale);
    case 'dropout':
      return 1 / (1 - specification.attributes.rate);
    case 'gaussianNoise':
      return 1;
    case 'scaleBias':
    case 'parametricRelu':
    case 'batchNormalisation':
    case 'layerNormalisation':
    case 'groupNormalisation':
    case 'multiply':
    case 'zeros':
    case 'learned':
    case 'embedding':
    case 'constant':
    case 'recurrent':
    case 'unary':
    case 'binary':
    case 'reduce':
    case 'matrixProduct':
    case 'compare':
    case 'logical':
    case 'maskFill':
    case 'opaque':
      return null;
  }
}

/** Largest singular values and spectral radii of linear operations: the same weights on the same shape are asked once. */
class LinearFactors {
  readonly #device: Device;
  readonly #plan: Plan;
  readonly #weights: readonly Tensor[];
  readonly #norms = new Map<string, number | null>();
  readonly #radii = new Map<number, number>();

  constructor(device: Device, plan: Plan, weights: readonly Tensor[]) {
    this.#device = device;
    this.#plan = plan;
    this.#weights = weights;
  }

  /** Of the operator as it acts on one example, of a convolution as well; null where it is too large. */
  norm(planned: PlannedOperation): number | null {
    const [input] = planned.inputs;
    const shape = this.#plan.values[input ?? -1]?.type.shape ?? [];
    const { specification, type } = planned.operation;
    const key = JSON.stringify([specification, shape, planned.weights.map(({ weight }) => weight)]);
    const known = this.#norms.get(key);
    if (known !== undefined) return known;
    const size = sizeOf(shape);
    const isTooLarge = Math.max(size, sizeOf(type.shape)) > mostElements;
    const norm = isTooLarge ? null : this.#device.scope(() => this.#measure(planned, shape, type.shape));
    this.#norms.set(key, norm);
    return norm;
  }

  #measure(planned: PlannedOperation, shape: readonly number[], outputShape: readonly number[]): number {
    const device = this.#device;
    const own = Object.fromEntries(
      planned.weights.flatMap(({ slot, weight }) => {
        const tensor = this.#weights[weight];
        if (tensor === undefined) return [];
        // Without its bias the operation is linear.
        return [[slot, slot === 'bias' ? device.multiply(tensor, device.scalar(0)) : tensor] as const];
      }),
    );
    const compute = (x: Float64Array) =>
      computeOperation(planned.operation.specification, {
        device,
        inputs: [device.tensor(Float32Array.from(x), [1, ...shape], 'float32')],
        weights: own,
        batch: 1,
        training: true,
        maskSeed: () => device.tensor(Int32Array.of(0, 0), [2], 'int32'),
        move: () => undefined,
      });
    const size = sizeOf(shape);
    const { pullback } = compute(new Float64Array(size));
    if (pullback === null) throw new Error(`${planned.operation.specification.kind} was computed without its gradient`);
    const map: LinearMap = {
      size,
      apply: (x) => device.scope(() => Float64Array.from(device.read(compute(x).output))),
      transpose: (y) =>
        device.scope(() => {
          const gradient = device.tensor(Float32Array.from(y), [1, ...outputShape], 'float32');
          return Float64Array.from(device.read(pulledBack(device, pullback, planned, 0, gradient)));
        }),
    };
    const start = device.read(device.statelessUniform([size], device.tensor(Int32Array.of(1, 2), [2], 'int32')));
    return largestSingularValue(
      map,
      Float64Array.from(start, (value) => value - 0.5),
    );
  }

  /** Of a square map that a loop applies again and again; null of everything else. */
  radius({ operation, weights }: PlannedOperation): number | null {
    const { specification, origin } = operation;
    const isRecurrent = specification.kind === 'recurrent' && specification.attributes.cell === 'simple';
    const isInLoop = specification.kind === 'dense' && origin.path.some((step) => 'loop' in step);
    if (!isRecurrent && !isInLoop) return null;
    const weight = weights.find(({ slot }) => slot === (isRecurrent ? 'recurrentKernel' : 'kernel'))?.weight;
    const tensor = this.#weights[weight ?? -1];
    const [rows = 0, columns = 0] = tensor?.shape ?? [];
    if (weight === undefined || tensor === undefined || rows !== columns || rows > mostUnits) return null;
    const known = this.#radii.get(weight);
    if (known !== undefined) return known;
    const radius = spectralRadius(this.#device.read(tensor), rows);
    this.#radii.set(weight, radius);
    return radius;
  }
}
