import type { Path } from '#shared/program/program';
import { pathSuffix } from '#shared/program/path';
import type { GradientMeasures, NamedArray, NamedArrays, WeightMeasure } from '#shared/protocol/engine';
import type { Device, Tensor } from '../backend/device.ts';
import { stepIndices, epochOrder } from '../data/batches.ts';
import { makeDataSet } from '../data/dataSet.ts';
import { arraysBatch, DataFeed } from '../data/feed.ts';
import { EngineFailure } from '../failure.ts';
import type { Batch, Differentiated } from './differentiate.ts';
import { differentiate, maskSeeds, penalties } from './differentiate.ts';
import type { GradientMeasure } from './measures.ts';
import { probeGradients } from './measures.ts';
import type { Plan } from './plan.ts';
import { gradientWants } from './plan.ts';
import { Statistics } from './statistics.ts';

export interface GradientRequest {
  readonly plan: Plan;
  readonly weights: readonly Float32Array[];
  /** Null: the first batch of the document's data set, the one a run's step 0 sees. */
  readonly inputs: NamedArrays | null;
  readonly seed: number;
  /** With the gradients themselves. */
  readonly raw: boolean;
}

/** One forward and backward pass in training mode, every gradient measured, those at the data inputs included. */
export function measureGradients(device: Device, request: GradientRequest): GradientMeasures {
  const { plan, seed } = request;
  if (plan.heads.length === 0) throw new EngineFailure('engine.noLoss', {});
  return device.scope(() => {
    const batch =
      request.inputs === null ? firstBatch(device, plan, seed) : arraysBatch(device, plan, request.inputs, true);
    const weights = plan.weights.map(({ shape }, at) =>
      device.tensor(Float32Array.from(request.weights[at] ?? []), shape, 'float32'),
    );
    const step = device.tensor(Int32Array.of(0), [1], 'int32');
    const pass = differentiate(device, plan, batch, weights, gradientWants(plan, 'all'), maskSeeds(device, seed, step));
    const statistics = new Statistics(device);
    const probe = probeGradients(statistics, plan, pass, 'all');
    const losses = pass.losses.map(({ loss }) => statistics.scalar(loss));
    const penaltyNumbers = penalties(device, plan, weights).map((penalty) => statistics.scalar(penalty));
    const shares = measureShares(device, statistics, plan, pass);
    const readings = statistics.read();
    const report = probe(readings);
    const headLosses: Record<string, number> = {};
    let loss = penaltyNumbers.reduce((sum, number) => sum + readings.scalar(number), 0);
    plan.heads.forEach(({ loss: { output, weight } }, at) => {
      const own = readings.scalar(losses[at] ?? -1);
      headLosses[output] = (headLosses[output] ?? 0) + own;
      loss += weight * own;
    });
    return {
      loss,
      headLosses,
      headRms: report.headRms,
      wires: plan.wires.map(({ wire: { wire, path } }, at) => {
        const { rms, max, mark, size } = measureAt(report.wires, at);
        return { wire, path: pathList(path), rms, l2: rms * Math.sqrt(size), max, mark };
      }),
      weights: plan.weights.map((weight, at): WeightMeasure => {
        const { rms, size } = measureAt(report.weights, at);
        const [node = ''] = weight.id.split('/');
        const own = { id: weight.id, node, shape: [...weight.shape], l2: rms * Math.sqrt(size) };
        const iterations = shares[at]?.(readings);
        return iterations === undefined ? own : { ...own, iterations };
      }),
      ...(request.raw ? { raw: rawGradients(device, plan, pass) } : {}),
    };
  });
}

/** A path as a list, outermost first: `loop=3` for an iteration, `@id` for an instance. */
function pathList(path: Path): string[] {
  return path.map((step) => ('loop' in step ? `${step.loop}=${step.iteration}` : `@${step.instance}`));
}

function measureAt(measures: readonly GradientMeasure[], at: number): GradientMeasure {
  const measure = measures[at];
  if (measure === undefined) throw new Error(`measure ${at} is missing`);
  return measure;
}

function firstBatch(device: Device, plan: Plan, seed: number): Batch {
  const { data, batch } = plan.program.training;
  if (data === null) throw new EngineFailure('engine.noData', {});
  const dataSet = makeDataSet(data);
  return new DataFeed(device, plan, dataSet).batch(stepIndices(epochOrder(dataSet.training, seed, 0), batch, 0), 0);
}

type ShareReader = (readings: ReturnType<Statistics['read']>) => NonNullable<WeightMeasure['iterations']>;

/** For each weight that several operations use: the size of each use's share, and its cosine to the sum of all. */
function measureShares(
  device: Device,
  statistics: Statistics,
  plan: Plan,
  { backward }: Differentiated,
): (ShareReader | undefined)[] {
  return backward.shares.map((uses) => {
    // A node may use a weight more than once in an iteration, as a GRU cell may; its share is the sum of these uses.
    const shares = new Map<string, { readonly path: Path; readonly gradients: Tensor[] }>();
    for (const { operation, gradient } of uses) {
      const path = plan.operations[operation]?.operation.origin.path ?? [];
      const share = shares.get(pathSuffix(path)) ?? { path, gradients: [] };
      share.gradients.push(gradient);
      shares.set(pathSuffix(path), share);
    }
    if (shares.size < 2) return undefined;
    const gradients = [...shares.values()].map((share) => device.addAll(share.gradients));
    const sum = unit(device, device.addAll(gradients));
    const numbers = gradients.map((gradient) => statistics.magnitude(gradient));
    const axes = (gradients[0]?.shape ?? []).map((_, axis) => axis);
    // Both sides brought to a largest element of 1 first, so that small gradients do not vanish in their product.
    const cosines = gradients.map((gradient) => {
      const own = unit(device, gradient);
      const length = device.squareRoot(
        device.multiply(device.sum(device.square(own), axes, false), device.sum(device.square(sum), axes, false)),
      );
      const cosine = device.divideNoNan(device.sum(device.multiply(own, sum), axes, false), length);
      return statistics.scalar(cosine);
    });
    return (readings) =>
      [...shares.values()].map(({ path }, at) => {
        const { rms, size } = readings.magnitude(numbers[at] ?? -1);
        return { path: pathList(path), l2: rms * Math.sqrt(size), cosine: readings.scalar(cosines[at] ?? -1) };
      });
  });
}

function unit(device: Device, x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return device.divideNoNan(x, device.largest(device.absolute(x), axes, true));
}

/** The gradients themselves: on wires by wire id and path, of weights by weight id. Where none flows there is no entry. */
function rawGradients(device: Device, plan: Plan, { backward, weightGradients }: Differentiated): NamedArrays {
  const raw: Record<string, NamedArray> = {};
  const add = (name: string, tensor: Tensor | null | undefined): void => {
    if (tensor === null || tensor === undefined) return;
    raw[name] = { shape: [...tensor.shape], dtype: 'float32', data: device.read(tensor) };
  };
  for (const { wire, consumer, slot } of plan.wires) {
    add(`${wire.wire}${pathSuffix(wire.path)}`, backward.inputs[consumer]?.[slot]);
  }
  plan.weights.forEach(({ id }, at) => add(id, weightGradients[at]));
  return raw;
}
