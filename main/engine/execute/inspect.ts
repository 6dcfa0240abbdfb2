import type { GradloomDocument, Graph } from '#shared/graph/document';
import { newNodeId, newWireId } from '#shared/graph/queries';
import type { Path } from '#shared/program/program';
import type { InspectedArray, InspectedValue, Inspection, NamedArray } from '#shared/protocol/engine';
import type { Place } from '#shared/protocol/inspection';
import { elementsOfAllArrays, elementsOfOneArray } from '#shared/protocol/inspection';
import type { Device, Tensor } from '../backend/device.ts';
import { emptyArray, sizeOf } from '../backend/device.ts';
import type { DataSet } from '../data/dataSet.ts';
import { DataFeed } from '../data/feed.ts';
import type { Backward } from './backward.ts';
import { runBackward } from './backward.ts';
import type { Forward } from './forward.ts';
import { runForward, valueAt } from './forward.ts';
import { computeLosses, lossSeeds } from './losses.ts';
import type { Plan } from './plan.ts';
import { gradientWants } from './plan.ts';
import { applyLink, noMask } from './predict.ts';

/** A place to look at, as a wire of the plan's document. */
export interface Watched {
  readonly place: Place;
  readonly wire: string;
}

export interface InspectRequest {
  readonly plan: Plan;
  /** In the order of the Program's weights. */
  readonly weights: readonly Tensor[];
  /** One example. */
  readonly dataSet: DataSet;
  readonly watched: readonly Watched[];
  readonly iterations: Readonly<Record<string, number>>;
  readonly gradients: boolean;
}

/**
 * Takes one example through the network as prediction does (no dropout, moving statistics), and its own loss's gradient
 * back through that same function where gradients are asked for. Call inside a scope.
 */
export function inspectExample(
  device: Device,
  { plan, weights, dataSet, watched, iterations, gradients }: InspectRequest,
): Omit<Inspection, 'step' | 'count'> {
  const feed = new DataFeed(device, plan, dataSet);
  try {
    const batch = feed.batch(Int32Array.of(0));
    const forward = runForward({
      device,
      plan,
      inputs: batch.inputs,
      weights,
      batch: 1,
      training: false,
      maskSeed: noMask,
    });
    const losses = computeLosses(device, plan, forward, batch.targets);
    let backward: Backward | null = null;
    if (gradients && losses.length > 0) {
      const { inputs } = gradientWants(plan, 'all');
      const wants = { inputs, weights: plan.operations.map(() => false) };
      backward = runBackward(device, plan, forward, lossSeeds(device, plan, losses), wants);
    }
    const { values, left } = valuesAt(device, plan, forward, backward, watched, iterations);
    return {
      fields: Object.fromEntries(
        dataSet.fields.map(({ name, type, values: data }) => [name, cutArray({ ...type, data })]),
      ),
      outputs: Object.fromEntries(
        plan.outputs.map(({ output, value }) => {
          const linked = applyLink(device, output.link, valueAt(forward.values, value));
          return [output.node, cutArray(readExample(device, linked))];
        }),
      ),
      loss:
        losses.length === 0
          ? null
          : plan.heads.reduce((sum, { loss: { weight } }, at) => {
              const own = losses[at];
              return own === undefined ? sum : sum + weight * (device.read(own.loss)[0] ?? Number.NaN);
            }, 0),
      values,
      left,
    };
  } finally {
    feed.dispose();
  }
}

function valuesAt(
  device: Device,
  plan: Plan,
  forward: Forward,
  backward: Backward | null,
  watched: readonly Watched[],
  iterations: Readonly<Record<string, number>>,
): Pick<Inspection, 'values' | 'left'> {
  const values: InspectedValue[] = [];
  let room = elementsOfAllArrays;
  let left = 0;
  for (const { place, wire } of watched) {
    for (const { wire: found, value, consumer, slot } of plan.wires) {
      if (found.wire !== wire || !isOnPath(found.path, iterations)) continue;
      const array = cutArray(readExample(device, valueAt(forward.values, value)));
      // A port hands out one value to all its consumers: its gradient is the sum of theirs.
      const back =
        backward === null ? null : 'wire' in place ? backward.inputs[consumer]?.[slot] : backward.values[value];
      const gradient = back === null || back === undefined ? null : cutArray(readExample(device, back));
      room -= array.data.length + (gradient?.data.length ?? 0);
      if (room < 0) left += 1;
      else values.push({ place, path: found.path, value: array, gradient });
    }
  }
  return { values, left };
}

/** Whether a path leads through these iterations, as far as they are named. */
export function isOnPath(path: Path, iterations: Readonly<Record<string, number>>): boolean {
  return path.every((step) => {
    if (!('loop' in step)) return true;
    const wanted = Object.hasOwn(iterations, step.loop) ? iterations[step.loop] : undefined;
    return wanted === undefined || wanted === step.iteration;
  });
}

/** The only example of a batch of one. */
export function readExample(device: Device, tensor: Tensor): NamedArray {
  return { shape: tensor.shape.slice(1), dtype: tensor.dtype, data: device.read(tensor) };
}

/** An array with its statistics, cut to what an answer may hold. */
export function cutArray({ shape, dtype, data }: NamedArray): InspectedArray {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let finite = 0;
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
    sum += value;
    finite += 1;
  }
  const statistics =
    finite === 0
      ? { minimum: Number.NaN, maximum: Number.NaN, mean: Number.NaN }
      : { minimum, maximum, mean: sum / finite };
  const kept = keptShape(shape, elementsOfOneArray);
  return { shape, kept, dtype, data: leadingBlock({ shape, dtype, data }, kept), ...statistics };
}

/**
 * How much of an array is kept: of images the first channels, of everything else the first entries of the first axis,
 * as long as one such entry fits; then the next axis likewise.
 */
export function keptShape(shape: readonly number[], limit: number): readonly number[] {
  const kept = [...shape];
  const order = shape.length === 3 ? [2, 0, 1] : shape.map((_, axis) => axis);
  for (const axis of order) {
    const size = sizeOf(kept);
    if (size <= limit) break;
    const each = size / (kept[axis] ?? 1);
    kept[axis] = Math.max(1, Math.floor(limit / each));
  }
  return kept;
}

function leadingBlock({ shape, dtype, data }: NamedArray, kept: readonly number[]): NamedArray['data'] {
  if (kept.every((length, axis) => length === shape[axis])) return data;
  const block = emptyArray(dtype, sizeOf(kept));
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  for (let at = 0; at < block.length; at++) {
    let rest = at;
    let from = 0;
    for (let axis = kept.length - 1; axis >= 0; axis--) {
      const length = kept[axis] ?? 1;
      from += (rest % length) * (strides[axis] ?? 1);
      rest = Math.floor(rest / length);
    }
    block[at] = data[from] ?? 0;
  }
  return block;
}

/**
 * A document in which every place is a wire. A port that no wire leaves is given one, to a node that hands its value on
 * and changes nothing else.
 */
export function watchPlaces(
  document: GradloomDocument,
  places: readonly Place[],
): { readonly document: GradloomDocument; readonly watched: readonly Watched[] } {
  let current = document;
  const watched = places.flatMap((place): Watched[] => {
    if ('wire' in place) return [{ place, wire: place.wire }];
    const graphs = [current.graph, ...current.cells.map(({ graph }) => graph)];
    const leaving = graphs
      .flatMap(({ wires }) => wires)
      .find(({ from }) => from.node === place.node && from.port === place.port);
    if (leaving !== undefined) return [{ place, wire: leaving.id }];
    const led = leadOut(current, place);
    if (led === null) return [];
    current = led.document;
    return [{ place, wire: led.wire }];
  });
  return { document: current, watched };
}

function leadOut(
  document: GradloomDocument,
  place: Extract<Place, { readonly node: unknown }>,
): { readonly document: GradloomDocument; readonly wire: string } | null {
  const wire = newWireId(document);
  const end = newNodeId(document, 'watched');
  const extend = (graph: Graph): Graph => {
    const source = graph.nodes.find(({ id }) => id === place.node);
    if (source === undefined) return graph;
    const { position, parent } = source;
    return {
      nodes: [
        ...graph.nodes,
        {
          id: end,
          type: 'activation',
          params: { function: 'linear' },
          position,
          ...(parent === undefined ? {} : { parent }),
        },
      ],
      wires: [
        ...graph.wires,
        { id: wire, from: { node: place.node, port: place.port }, to: { node: end, port: 'in' } },
      ],
    };
  };
  const graph = extend(document.graph);
  const cells = document.cells.map((cell) => ({ ...cell, graph: extend(cell.graph) }));
  const isFound = graph !== document.graph || cells.some((cell, at) => cell.graph !== document.cells[at]?.graph);
  return isFound ? { document: { ...document, graph, cells }, wire } : null;
}
