import { choosesOneClass } from '#shared/graph/trainingKinds';
import type { TensorType } from '#shared/graph/values';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import type { Device, Tensor } from '../backend/device.ts';
import { sizeOf } from '../backend/device.ts';
import type { Hold } from '../backend/hold.ts';
import { holdOn } from '../backend/hold.ts';
import type { Batch } from '../execute/differentiate.ts';
import type { Plan } from '../execute/plan.ts';
import { EngineFailure } from '../failure.ts';
import type { DataSet, DrawnField, Field } from './dataSet.ts';

/**
 * The fields a network reads, on the device; batches are gathered there by index. Fields too large for memory are drawn
 * for each batch.
 */
export class DataFeed {
  readonly #device: Device;
  readonly #fields = new Map<string, Tensor>();
  /** Of the fields that are read, those that are drawn for each batch. */
  readonly fed: readonly DrawnField[];
  /** By index of the Program's inputs. */
  readonly inputFields: readonly (Field | DrawnField)[];
  readonly #targets: readonly string[];

  /** Throws an EngineFailure where an input or a target names no field, or one of another type. */
  constructor(device: Device, plan: Plan, { fields, drawn, size }: DataSet, hold: Hold = holdOn(device)) {
    this.#device = device;
    const byName = new Map([...fields, ...drawn].map((field) => [field.name, field]));
    const find = (name: string): Field | DrawnField => {
      const field = byName.get(name);
      if (field !== undefined) return field;
      throw new EngineFailure('engine.field', { field: name, expected: [...byName.keys()] });
    };
    this.inputFields = plan.inputs.map(({ input }) => {
      if (input.field === null) throw new EngineFailure('engine.inputField', { input: input.label });
      const field = find(input.field);
      if (!isSameType(field.type, input.type)) {
        throw new EngineFailure('engine.inputType', {
          input: input.label,
          expected: typeText(input.type),
          received: typeText(field.type),
        });
      }
      return field;
    });
    this.#targets = [
      ...new Set([...plan.heads.map(({ loss }) => loss.target), ...plan.metrics.map(({ metric }) => metric.target)]),
    ];
    for (const name of this.#targets) find(name);
    const heldValues = new Map(fields.map(({ name, values }) => [name, values]));
    requireClasses(plan, (name) => heldValues.get(name));
    requireRows(plan, (index) => heldValues.get(this.inputFields[index]?.name ?? ''));
    const read = [...new Set([...this.inputFields.map(({ name }) => name), ...this.#targets])];
    for (const name of read) {
      const field = find(name);
      if ('draw' in field) continue;
      const { type, values } = field;
      this.#fields.set(name, hold(`data/${name}`, values, [size, ...type.shape], type.dtype));
    }
    this.fed = drawn.filter(({ name }) => read.includes(name));
  }

  /** Of the fields that are drawn for each batch, those that a pass needs which reads some of the inputs and all targets. */
  fedFor(isRead: (input: number) => boolean): readonly DrawnField[] {
    const read = new Set([
      ...this.inputFields.flatMap(({ name }, index) => (isRead(index) ? [name] : [])),
      ...this.#targets,
    ]);
    return this.fed.filter(({ name }) => read.has(name));
  }

  /**
   * The examples with the given numbers, as a training step sees them or, where there is none, as they are. Its tensors live
   * in the scope around.
   */
  batch(indices: Int32Array, step: number | null = null): Batch {
    const drawn = this.fed.map((field) =>
      this.#device.tensor(field.draw(indices, step), [indices.length, ...field.type.shape], field.type.dtype),
    );
    return this.batchOf(this.#device.tensor(indices, [indices.length], 'int32'), drawn);
  }

  /** The examples whose numbers are in a tensor, int32 [n]; `drawn` holds their values of each fed field. */
  batchOf(rows: Tensor, drawn: readonly Tensor[]): Batch {
    const gathered = new Map(this.fed.flatMap(({ name }, at) => (drawn[at] === undefined ? [] : [[name, drawn[at]]])));
    const gather = (name: string): Tensor => {
      const known = gathered.get(name);
      if (known !== undefined) return known;
      const field = this.#fields.get(name);
      if (field === undefined) throw new Error(`the field ${name} was not brought to the device`);
      const rowsOfField = this.#device.gather(field, rows);
      gathered.set(name, rowsOfField);
      return rowsOfField;
    };
    return {
      size: rows.shape[0] ?? 0,
      inputs: this.inputFields.map(({ name }) => gather(name)),
      targets: new Map(this.#targets.map((name) => [name, gather(name)])),
    };
  }

  dispose(): void {
    for (const field of this.#fields.values()) this.#device.dispose(field);
    this.#fields.clear();
  }
}

/** Throws an EngineFailure where an input or a target names no field of the data set, or one of another type. */
export function checkFeed(device: Device, plan: Plan, dataSet: DataSet): void {
  // Checked by whoever brings fields to a device; here nothing is brought there.
  new DataFeed(device, plan, dataSet, (_name, _values, shape, dtype) => ({ shape, dtype }));
}

function isSameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && isSameShape(a.shape, b.shape);
}
function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}
function typeText({ shape, dtype }: TensorType): string {
  return `${dtype} [${shape.join(', ')}]`;
}

/** Class numbers must name a class of the output they are compared with; TensorFlow would give NaN or end the step. */
function requireClasses(plan: Plan, valuesOf: (target: string) => NamedArray['data'] | undefined): void {
  for (const { loss, output } of plan.heads) {
    const values = valuesOf(loss.target);
    if (!choosesOneClass(loss.kind) || values === undefined || values instanceof Float32Array) continue;
    const classes = output.type.shape.at(-1) ?? 1;
    const wrong = values.find((value) => value < 0 || value >= classes);
    if (wrong !== undefined) {
      throw new EngineFailure('engine.classNumber', {
        output: output.label,
        target: loss.target,
        received: wrong,
        maximum: classes - 1,
      });
    }
  }
}

/** Numbers that an embedding reads must have a row in its table; TensorFlow would end the step. */
function requireRows(
  { vocabularies, inputs }: Plan,
  valuesOf: (input: number) => NamedArray['data'] | undefined,
): void {
  for (const { node, size, inputs: read } of vocabularies) {
    for (const index of read) {
      const wrong = valuesOf(index)?.find((value) => value < 0 || value >= size);
      if (wrong === undefined) continue;
      const input = inputs[index]?.input.label ?? '';
      throw new EngineFailure('engine.wordNumber', { input, node, received: wrong, maximum: size - 1 });
    }
  }
}

/**
 * A batch of arrays that a person gave: inputs by node id or label; with `withTargets` each loss's target by its
 * output's node id, the target's name or the output's label. Throws an EngineFailure that names what is missing or does
 * not fit. The tensors live in the scope around.
 */
export function arraysBatch(device: Device, plan: Plan, arrays: NamedArrays, withTargets: boolean): Batch {
  const find = (names: readonly string[]): NamedArray => {
    const name = names.find((candidate) => Object.hasOwn(arrays, candidate));
    const array = name === undefined ? undefined : arrays[name];
    if (array === undefined) {
      throw new EngineFailure('engine.arrayMissing', { expected: [...new Set(names)], received: Object.keys(arrays) });
    }
    return array;
  };
  const numbers = plan.inputs.map(({ input }) => find([input.node, input.label]));
  requireRows(plan, (index) => numbers[index]?.data);
  const inputs = plan.inputs.map(({ input }, index) => {
    const array = numbers[index] ?? find([input.node, input.label]);
    const [, ...shape] = array.shape;
    if (array.shape.length === 0 || !isSameShape(shape, input.type.shape)) {
      const expected = typeText(input.type);
      throw new EngineFailure('engine.inputType', {
        input: input.label,
        expected,
        received: typeText({ shape, dtype: array.dtype }),
      });
    }
    return upload(device, array, input.type.dtype);
  });
  const size = inputs[0]?.shape[0] ?? 0;
  const given = new Map<string, NamedArray>();
  if (withTargets) {
    for (const { loss, output } of plan.heads) given.set(loss.target, find([output.node, loss.target, output.label]));
    requireClasses(plan, (name) => given.get(name)?.data);
  }
  const targets = new Map([...given].map(([name, array]) => [name, upload(device, array, array.dtype)]));
  for (const tensor of [...inputs, ...targets.values()]) {
    if (tensor.shape[0] !== size || size === 0) {
      throw new EngineFailure('engine.batchSizes', { expected: size, received: tensor.shape[0] ?? 0 });
    }
  }
  return { size, inputs, targets };
}

function upload(device: Device, { shape, data, dtype }: NamedArray, wanted: TensorType['dtype']): Tensor {
  if (sizeOf(shape) !== data.length) {
    throw new RangeError(`an array of shape [${shape.join(', ')}] was sent with ${data.length} elements`);
  }
  return device.cast(device.tensor(data.slice(), shape, dtype), wanted);
}
