import type { SliceBegun } from '#shared/protocol/engine';
import { sliceDirection, slicedWeights } from '#shared/theory/lossSlice';
import type { Device, Tensor } from '../backend/device.ts';
import type { Hold } from '../backend/hold.ts';
import { holdOn } from '../backend/hold.ts';
import { TensorFlowDevice } from '../backend/tensorflow.ts';
import { epochOrder } from '../data/batches.ts';
import type { DataSet } from '../data/dataSet.ts';
import { selectExamples } from '../data/examples.ts';
import { DataFeed } from '../data/feed.ts';
import { sumTensors } from '../execute/backward.ts';
import type { Batch } from '../execute/differentiate.ts';
import { penalties } from '../execute/differentiate.ts';
import type { Plan } from '../execute/plan.ts';
import { EngineFailure } from '../failure.ts';
import type { Subject } from '../subject.ts';
import { recordSlice } from '../trace/recordedSlice.ts';
import { evaluateBatch, evaluatedAtOnce } from './evaluate.ts';

/** Weights and the two directions in which they are moved; a direction is null where it is 0. */
export interface SlicedWeights {
  readonly values: readonly Float32Array[];
  readonly directions: readonly (readonly [Float32Array, Float32Array] | null)[];
}

/** Computes one chunk of examples at one point. */
export interface SliceWay {
  /** Loss of each head, then what regularisers add. */
  compute(examples: Int32Array, point: readonly [number, number]): ArrayLike<number>;
  dispose(): void;
}

/**
 * The loss of a network around weights that are held apart: nothing that trains is touched. Evaluated outside training
 * (no dropout, the moving statistics that go with the weights), on the same examples at every point.
 */
export class LossSlice {
  readonly #plan: Plan;
  readonly #way: SliceWay;
  readonly #chunks: readonly Int32Array[];
  readonly begun: SliceBegun;

  private constructor(
    plan: Plan,
    way: SliceWay,
    chunks: readonly Int32Array[],
    facts: Omit<SliceBegun, 'centre' | 'names'>,
  ) {
    this.#plan = plan;
    this.#way = way;
    this.#chunks = chunks;
    const outputs = new Set(plan.heads.map(({ loss }) => loss.output));
    const names = ['loss', ...[...outputs].map((output) => `loss/${output}`)];
    this.begun = { ...facts, names, centre: this.at([0, 0]) };
  }

  /**
   * Holds the subject's weights, two directions and the examples: the first ones of its first epoch. Throws an
   * EngineFailure where it has no loss, no training example, or no weight with filters that is trained.
   */
  static of(
    device: Device,
    { plan, dataSet, step, tensors }: Subject,
    { seed, examples: wanted }: { readonly seed: number; readonly examples: number },
  ): LossSlice {
    if (plan.heads.length === 0) throw new EngineFailure('engine.noLoss', {});
    const values = device.scope(() => tensors().map((tensor) => Float32Array.from(device.read(tensor))));
    const axes = slicedWeights(plan.program);
    const directions = plan.weights.map((weight, at): readonly [Float32Array, Float32Array] | null => {
      const own = axes.get(weight.id);
      if (own === undefined) return null;
      const draw = (direction: 'first' | 'second'): Float32Array =>
        sliceDirection(weight, values[at] ?? [], own, { seed, direction });
      return [draw('first'), draw('second')];
    });
    const elements = {
      all: values.reduce((sum, { length }) => sum + length, 0),
      moved: directions.reduce((sum, pair) => sum + (pair?.[0].length ?? 0), 0),
    };
    if (elements.moved === 0) throw new EngineFailure('engine.nothingToSlice', {});
    const chosen = epochOrder(dataSet.training, plan.program.training.seed, 0).slice(0, wanted);
    if (chosen.length === 0) throw new EngineFailure('engine.noData', {});
    const selected = selectExamples(dataSet, chosen);
    const most = evaluatedAtOnce(plan);
    const chunks = Array.from({ length: Math.ceil(chosen.length / most) }, (_, at) =>
      selected.training.slice(at * most, (at + 1) * most),
    );
    const way = chooseSliceWay(device, plan, selected, { values, directions }, chunks);
    try {
      return new LossSlice(plan, way, chunks, { step, examples: chosen.length, elements });
    } catch (error) {
      way.dispose();
      throw error;
    }
  }

  /** The losses at a point, in the order of the names. */
  at(point: readonly [number, number]): readonly number[] {
    const { heads } = this.#plan;
    const sums = heads.map(() => 0);
    let count = 0;
    let penalty = 0;
    for (const chunk of this.#chunks) {
      const numbers = this.#way.compute(chunk, point);
      sums.forEach((sum, at) => {
        sums[at] = sum + (numbers[at] ?? Number.NaN) * chunk.length;
      });
      penalty = numbers[heads.length] ?? Number.NaN;
      count += chunk.length;
    }
    const means = sums.map((sum) => sum / count);
    const byOutput = new Map<string, number>();
    heads.forEach(({ loss }, at) => {
      byOutput.set(loss.output, (byOutput.get(loss.output) ?? 0) + (means[at] ?? Number.NaN));
    });
    const whole = heads.reduce((sum, { loss }, at) => sum + loss.weight * (means[at] ?? Number.NaN), penalty);
    return [whole, ...byOutput.values()];
  }

  dispose(): void {
    this.#way.dispose();
  }
}

/** Weights and directions as a device or a recorded graph holds them, and how the weights of a point come of them. */
export class HeldSlice {
  readonly #device: Device;
  readonly #weights: readonly Tensor[];
  readonly #directions: readonly (readonly [Tensor, Tensor] | null)[];

  constructor(device: Device, plan: Plan, { values, directions }: SlicedWeights, hold: Hold = holdOn(device)) {
    this.#device = device;
    const holdOne = (name: string, at: number, own: Float32Array | undefined): Tensor =>
      hold(`${name}/${at}`, own ?? new Float32Array(0), plan.weights[at]?.shape ?? [], 'float32');
    this.#weights = values.map((own, at) => holdOne('weight', at, own));
    this.#directions = directions.map(
      (pair, at) => pair && [holdOne('first', at, pair[0]), holdOne('second', at, pair[1])],
    );
  }

  /** θ + a·first + b·second for scalar tensors a and b; made in the scope around. */
  weightsAt(a: Tensor, b: Tensor): readonly Tensor[] {
    const device = this.#device;
    return this.#weights.map((weight, at) => {
      const pair = this.#directions[at] ?? null;
      if (pair === null) return weight;
      return device.addAll([weight, device.multiply(pair[0], a), device.multiply(pair[1], b)]);
    });
  }

  dispose(): void {
    for (const tensor of [...this.#weights, ...this.#directions.flatMap((pair) => pair ?? [])]) {
      this.#device.dispose(tensor);
    }
  }
}

/** Loss of each head over a batch, then what regularisers add, as a vector. */
export function sliceNumbers(device: Device, plan: Plan, batch: Batch, weights: readonly Tensor[]): Tensor {
  const numbers = evaluateBatch(device, plan, batch, weights);
  if (numbers === null) throw new Error('a slice was asked of a network without a loss');
  const losses = device.slice(numbers, [0], [plan.heads.length]);
  const penalty = sumTensors(device, penalties(device, plan, weights)) ?? device.scalar(0);
  return device.concatenate([losses, device.reshape(penalty, [1])], 0);
}

/** A recorded graph where that can be had, else operation by operation. */
function chooseSliceWay(
  device: Device,
  plan: Plan,
  dataSet: DataSet,
  sliced: SlicedWeights,
  chunks: readonly Int32Array[],
): SliceWay {
  if (device instanceof TensorFlowDevice && process.env.GRADLOOM_WAY !== 'plain') {
    try {
      return recordSlice(device, plan, dataSet, sliced, new Set(chunks.map(({ length }) => length)));
    } catch (error) {
      // What the data or the network lack is to be told; that it cannot be recorded is not.
      if (error instanceof EngineFailure) throw error;
    }
  }
  return plainSlice(device, plan, dataSet, sliced);
}

function plainSlice(device: Device, plan: Plan, dataSet: DataSet, sliced: SlicedWeights): SliceWay {
  const feed = new DataFeed(device, plan, dataSet);
  const held = new HeldSlice(device, plan, sliced);
  return {
    compute: (examples, [first, second]) =>
      device.scope(() => {
        const weights = held.weightsAt(device.scalar(first), device.scalar(second));
        return device.read(sliceNumbers(device, plan, feed.batch(examples), weights));
      }),
    dispose: () => {
      held.dispose();
      feed.dispose();
    },
  };
}
