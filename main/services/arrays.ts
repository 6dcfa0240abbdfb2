import type { GradloomDocument } from '#shared/graph/document';
import type { Loss } from '#shared/graph/training';
import { choosesOneClass } from '#shared/graph/trainingKinds';
import type { TensorType } from '#shared/graph/values';
import type { Program } from '#shared/program/program';
import type { NamedArray, NamedArrays } from '#shared/protocol/engine';
import { fail, listNames } from './failure.ts';
import { typedArray } from './prediction.ts';

/** A type that an array may have, without the batch. `classes`: whole numbers below it. */
interface Accepted extends TensorType {
  readonly classes?: number;
}

/** One array that a network needs, and the names it may go by. */
interface Wanted {
  readonly role: 'input' | 'target';
  /** Under which the engine looks for it. */
  readonly key: string;
  readonly label: string;
  readonly names: readonly string[];
  readonly accepted: readonly Accepted[];
}

/** Names that stand for one thing only. */
function onlyOnce(names: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Set([...counts].flatMap(([name, count]) => (count === 1 ? [name] : [])));
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function wantedInputs({ inputs }: Program): Wanted[] {
  const labels = onlyOnce(inputs.map(({ label }) => label));
  return inputs.map(({ node, label, type }) => ({
    role: 'input',
    key: node,
    label,
    names: unique([node, ...(labels.has(label) ? [label] : [])]),
    accepted: [type],
  }));
}

function acceptedTargets(loss: Loss, output: TensorType): Accepted[] {
  const { shape } = output;
  const values: Accepted[] = [{ shape, dtype: 'float32' }];
  if (choosesOneClass(loss.kind)) {
    return [{ shape: shape.slice(0, -1), dtype: 'int32', classes: shape.at(-1) ?? 1 }, ...values];
  }
  return shape.at(-1) === 1 ? [...values, { shape: shape.slice(0, -1), dtype: 'float32' }] : values;
}

/** An output with two losses may have two targets, which only the targets' names tell apart. */
function isAlone(losses: readonly Loss[], { output, target }: Loss): boolean {
  return losses.every((other) => other.output !== output || other.target === target);
}

/** No node id holds a '/', so no two keys are alike. */
function targetKey(losses: readonly Loss[], loss: Loss): string {
  return isAlone(losses, loss) ? loss.output : `${loss.output}/${loss.target}`;
}

/**
 * The document with every loss reading the target that `findArrays` names for it, and no data set: outputs that read one
 * field of the data set may be given a target each.
 */
export function separateTargets(document: GradloomDocument): GradloomDocument {
  const { training } = document;
  const losses = training.losses.map((loss) => ({ ...loss, target: targetKey(training.losses, loss) }));
  return { ...document, training: { ...training, losses, data: null } };
}

function wantedTargets({ outputs, losses }: Program): Wanted[] {
  const labels = onlyOnce(outputs.map(({ label }) => label));
  return losses.flatMap((loss): Wanted[] => {
    const output = outputs.find(({ node }) => node === loss.output);
    if (output === undefined) return [];
    const own = isAlone(losses, loss)
      ? [output.node as string, ...(labels.has(output.label) ? [output.label] : [])]
      : [];
    return [
      {
        role: 'target',
        key: targetKey(losses, loss),
        label: output.label,
        names: unique([...own, loss.target]),
        accepted: acceptedTargets(loss, output.type),
      },
    ];
  });
}

/**
 * Finds in an .npz what a network needs: each data input by node id or label, and for `withTargets` each loss's target by
 * its output's id or label, or by the name of the target. Element types are brought into the network's where no number
 * changes.
 *
 * @param path of the file, for messages
 * @returns arrays by input node id and output node id (with the target's name, where one output has several targets)
 * @throws ServiceError: missing, unknown, wrong shape, type or number of examples
 */
export function findArrays(program: Program, given: NamedArrays, path: string, withTargets: boolean): NamedArrays {
  const inputs = wantedInputs(program);
  const targets = wantedTargets(program);
  const wanted = withTargets ? [...inputs, ...targets] : inputs;
  const known = new Set([...inputs, ...targets].flatMap(({ names }) => names));
  const found = Object.keys(given);
  const result: Record<string, NamedArray> = {};
  let first: { readonly array: string; readonly count: number } | null = null;
  for (const { role, key, label, names, accepted } of wanted) {
    const [array, other] = names.filter((name) => Object.hasOwn(given, name));
    const values = array === undefined ? undefined : given[array];
    if (array === undefined || values === undefined) {
      const code = role === 'input' ? 'arrays.inputMissing' : 'arrays.targetMissing';
      throw fail(code, { path, name: label, expected: listNames(names), received: listNames(found) });
    }
    // A target's own name may serve several outputs; the output's name is the more exact one.
    if (other !== undefined && role === 'input') throw fail('arrays.twice', { path, array, other, name: label });
    const [count = 0] = values.shape;
    if (first === null) first = { array, count };
    result[key] = fitArray(values, accepted, array, path);
    if (count !== first.count) {
      throw fail('arrays.batch', { path, array, other: first.array, expected: first.count, received: count });
    }
  }
  const unknown = found.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw fail('arrays.unknown', { path, array: unknown, expected: listNames([...known]) });
  }
  return result;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? '()' : shape.join('×');
}

function fitArray(given: NamedArray, accepted: readonly Accepted[], array: string, path: string): NamedArray {
  const [count = 0, ...shape] = given.shape;
  const ofShape = accepted.filter((type) => isSame(type.shape, shape));
  if (given.shape.length === 0 || count === 0 || ofShape.length === 0) {
    const expected = unique(accepted.map((type) => ['batch', ...type.shape].join('×'))).join(' / ');
    throw fail('arrays.shape', { path, array, expected, received: shapeText(given.shape) });
  }
  for (const type of ofShape) {
    const data = convert(given, type.dtype);
    if (data === null) continue;
    if (type.classes !== undefined) demandClasses(data, type.classes, array, path);
    return { shape: given.shape, dtype: type.dtype, data };
  }
  const expected = unique(ofShape.map(({ dtype }) => dtype)).join(' / ');
  throw fail('arrays.dtype', { path, array, expected, received: given.dtype });
}

/** The values as another element type, or null where that would change one. */
function convert({ dtype, data }: NamedArray, wanted: NamedArray['dtype']): NamedArray['data'] | null {
  if (dtype === wanted) return data;
  switch (wanted) {
    case 'float32':
      return typedArray(wanted, data);
    case 'int32':
      return data.every((value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31)
        ? typedArray(wanted, data)
        : null;
    case 'bool':
      return data.every((value) => value === 0 || value === 1) ? typedArray(wanted, data) : null;
    default:
      return wanted satisfies never;
  }
}

function demandClasses(data: NamedArray['data'], classes: number, array: string, path: string): void {
  const position = data.findIndex((value) => value < 0 || value >= classes);
  if (position < 0) return;
  throw fail('arrays.value', { path, array, position, received: data[position] ?? 0, maximum: classes - 1 });
}
