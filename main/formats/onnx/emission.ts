import type { OperationKind } from '#shared/layers/operations';
import type { ModelToExport, OperationCall } from '../model.ts';
import { Refusal, weightData } from '../model.ts';
import { permutedShape, permuteAxes } from '../permute.ts';
import type { OnnxGraph } from './graph.ts';

/**
 * A value by the names of its two layouts: as a Program has it (channels last) and, for images, as ONNX's operators want
 * it (channels first). At least one is there; the other is made with a Transpose where it is asked for.
 */
export interface OnnxValue {
  last: string | null;
  first: string | null;
}

/** The name of a weight whose axes stand in another order, and which may have another shape. */
function turnedName(id: string, axes: readonly number[] | undefined, wanted: readonly number[] | undefined): string {
  return `${id}:${(axes ?? []).join('')}:${(wanted ?? []).join('x')}`;
}

/** The order of axes that a weight's name tells, or null where the name is not that of the weight `id`. */
export function axesOfName(name: string, id: string, rank: number): readonly number[] | null {
  if (!name.startsWith(`${id}:`)) return null;
  const [, digits] = /^(\d*):[\dx]*$/.exec(name.slice(id.length + 1)) ?? [];
  if (digits === undefined) return null;
  const axes = digits === '' ? Array.from({ length: rank }, (_, axis) => axis) : Array.from(digits, Number);
  return axes.length === rank && axes.every((axis) => axis < rank) && new Set(axes).size === rank ? axes : null;
}

/** What the emitters of one model share. */
export class OnnxEmission {
  readonly graph: OnnxGraph;
  readonly #model: ModelToExport;
  /** Name of a data input, and its size of the batch once asked for. */
  readonly #source: string | null;
  #batch: string | null = null;

  constructor(graph: OnnxGraph, model: ModelToExport, source: string | null) {
    this.graph = graph;
    this.#model = model;
    this.#source = source;
  }

  /** The value with its channels last: the Program's own layout. */
  last(value: OnnxValue): string {
    value.last ??= this.graph.add('Transpose', [value.first ?? ''], { perm: [0, 2, 3, 1] });
    return value.last;
  }

  /** An image with its channels first. */
  first(value: OnnxValue): string {
    value.first ??= this.graph.add('Transpose', [value.last ?? ''], { perm: [0, 3, 1, 2] });
    return value.first;
  }

  /** A weight as it is, or with its axes in another order and another shape. */
  weight(id: string, shape: readonly number[], axes?: readonly number[], wanted?: readonly number[]): string {
    if (axes === undefined && wanted === undefined)
      return this.graph.weight(id, shape, () => weightData(this.#model, id));
    const permuted = axes === undefined ? shape : permutedShape(shape, axes);
    return this.graph.weight(turnedName(id, axes, wanted), wanted ?? permuted, () => {
      const data = weightData(this.#model, id);
      return axes === undefined ? data : permuteAxes(data, shape, axes);
    });
  }

  /** Numbers worked out from weights when the file is written. */
  derived(
    name: string,
    shape: readonly number[],
    compute: (read: (id: string) => Float32Array) => Float32Array,
  ): string {
    return this.graph.weight(name, shape, () => compute((id) => weightData(this.#model, id)));
  }

  /** The value with axes of length 1 behind the batch, up to `rank` axes of the example: examples broadcast, batches never. */
  ofRank(value: OnnxValue, from: number, rank: number): string {
    const name = this.last(value);
    if (from >= rank) return name;
    const axes = Array.from({ length: rank - from }, (_, index) => index + 1);
    return this.graph.add('Unsqueeze', [name, this.graph.integers(axes)]);
  }

  /** The inputs of an operation whose examples broadcast. */
  aligned(call: Call<OperationKind>): readonly string[] {
    const rank = Math.max(...call.inputTypes.map(({ shape }) => shape.length));
    return call.inputs.map((value, index) => this.ofRank(value, call.inputTypes[index]?.shape.length ?? 0, rank));
  }

  /** The number of examples as a list of one whole number. */
  batch(): string {
    if (this.#source === null) throw new Refusal('noInput', {});
    this.#batch ??= this.graph.add('Gather', [this.graph.add('Shape', [this.#source]), this.graph.integers([0])], {
      axis: 0,
    });
    return this.#batch;
  }

  /** The whole shape `[batch, …shape]` of a value that is made from nothing. */
  wholeShape(shape: readonly number[]): string {
    if (shape.length === 0) return this.batch();
    return this.graph.add('Concat', [this.batch(), this.graph.integers(shape)], { axis: 0 });
  }
}

export type Call<Kind extends OperationKind> = OperationCall<Kind, OnnxValue>;

export const channelsLast = (name: string): OnnxValue => ({ last: name, first: null });
export const channelsFirst = (name: string): OnnxValue => ({ last: null, first: name });

/** A readable part of the names of values. */
export function hintOf({ operation }: Call<OperationKind>): string {
  return operation.id;
}

/** Computes element by element in the layout the value already has. */
export function elementwise(emission: OnnxEmission, value: OnnxValue, compute: (name: string) => string): OnnxValue {
  return value.first !== null && value.last === null
    ? channelsFirst(compute(value.first))
    : channelsLast(compute(emission.last(value)));
}

/** Computes element by element on several values of one shape; in channels-first order where all have that already. */
export function elementwiseAll(
  emission: OnnxEmission,
  values: readonly OnnxValue[],
  compute: (names: readonly string[]) => string,
): OnnxValue {
  return values.every(({ first }) => first !== null)
    ? channelsFirst(compute(values.map((value) => emission.first(value))))
    : channelsLast(compute(values.map((value) => emission.last(value))));
}
