import type { TensorType } from '#shared/graph/values';
import type { OperationAttributes, OperationKind } from '#shared/layers/operations';
import type { FlatOperation, FlatProgram, Program, ProgramOutput, ValueId } from '#shared/program/program';
import type { NpzArrays } from './npz.ts';

/** What every writer of model files is given. */
export interface ModelToExport {
  readonly name: string;
  readonly program: Program;
  readonly flat: FlatProgram;
  /** By weight id, in TensorFlow's layout. */
  readonly weights: NpzArrays;
  /** Further weights, worked out from those when a file is written; see `expandFlat`. */
  readonly derived?: ReadonlyMap<string, () => Float32Array>;
  /** The text of the Gradloom document, which every file carries along. */
  readonly document: string;
}

/** What is put on an output for prediction and export. */
export type Link = ProgramOutput['link'];

/** Files by their path inside a folder, with forward slashes; one file under `''` where the format is a single file. */
export type ExportedFiles = ReadonlyMap<string, Uint8Array>;

/**
 * Something that a person should know about an export. `refused`: there can be no file. `changed`: the file predicts the
 * same, but is not the graph as drawn. The code is a key of the text table under `export.finding.`.
 */
export interface Finding {
  readonly severity: 'refused' | 'changed';
  readonly code: FindingCode;
  /** The node it is about, or null for the whole graph. */
  readonly node: string | null;
  readonly values: Readonly<Record<string, string | number>>;
}

export type FindingCode =
  /** { operator }: a layer of a foreign file that only its own tool can compute */
  | 'opaque'
  /** { kind }: the format has nothing like it */
  | 'operation'
  /** { iterations }: the loop's iterations stand in the file one after another; their weights are there once */
  | 'unrolled'
  /** { count }: the format cannot share this weight, so it is stored { count } times */
  | 'duplicated'
  /** A graph without a data input has no batch to take a size from */
  | 'noInput'
  /** Shared layers depend on one another in a way that the format's reader cannot load */
  | 'callOrder'
  /** The document has no loss, so no training script goes along */
  | 'noTraining'
  /** { bytes }: larger than the format can hold */
  | 'tooLarge';

/** What a writer makes of a model: files, and what is to be said about them. No files where something was refused. */
export interface Export {
  readonly findings: readonly Finding[];
  /** Makes the files; `null` where a finding refuses. Separate, so that asking what a format carries costs little. */
  readonly write: (() => Promise<ExportedFiles>) | null;
}

/** A weight's name and shape as an emitter sees it; its numbers are read when the file is written. */
export interface WeightUse {
  readonly id: string;
  readonly shape: readonly number[];
}

/** One operation, as the emitter of its kind is given it. `Value` is the format's handle of a value. */
export interface OperationCall<Kind extends OperationKind, Value> {
  readonly attributes: OperationAttributes[Kind];
  readonly operation: FlatOperation;
  readonly inputs: readonly Value[];
  readonly inputTypes: readonly TensorType[];
  readonly type: TensorType;
  readonly weights: Readonly<Record<string, WeightUse>>;
}

/**
 * A format's way to write each kind of operation. An emitter gives the handle of the operation's value, or throws
 * `Refusal`.
 */
export type EmitterTable<Context, Value> = {
  readonly [Kind in OperationKind]: (context: Context, call: OperationCall<Kind, Value>) => Value;
};

/** Why an operation cannot be in a file of the format. */
export class Refusal extends Error {
  constructor(
    readonly code: FindingCode,
    readonly values: Readonly<Record<string, string | number>>,
  ) {
    super(`${code} ${JSON.stringify(values)}`);
    this.name = 'Refusal';
  }
}

/** The emitter of what a format has nothing like. */
export function refuse(_context: unknown, { operation }: OperationCall<OperationKind, unknown>): never {
  const { specification } = operation;
  if (specification.kind === 'opaque') throw new Refusal('opaque', { operator: specification.attributes.operator });
  throw new Refusal('operation', { kind: specification.kind });
}

/** The input at a position; an operation that passed `outputType` has it. */
export function inputAt<Value>({ inputs }: { readonly inputs: readonly Value[] }, index = 0): Value {
  return present(inputs[index], `input ${index}`);
}

/** The type of the input at a position. */
export function typeAt({ inputTypes }: { readonly inputTypes: readonly TensorType[] }, index = 0): TensorType {
  return present(inputTypes[index], `the type of input ${index}`);
}

/** A weight of an operation by its slot. */
export function weightAt(
  { weights }: { readonly weights: Readonly<Record<string, WeightUse>> },
  slot: string,
): WeightUse {
  return present(weights[slot], `the weight ${slot}`);
}

/** The value itself; throws where the Program lacks it, which is an error of this program. */
export function present<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`an exporter looked for ${what}, which is not there`);
  return value;
}

/** The numbers of a weight. */
export function weightData(model: ModelToExport, id: string): Float32Array {
  const compute = model.derived?.get(id);
  if (compute !== undefined) return compute();
  const array = present(model.weights[id], `the numbers of the weight ${id}`);
  if (!(array.data instanceof Float32Array)) throw new Error(`the weight ${id} holds ${array.dtype}, not float32`);
  return array.data;
}

/**
 * Walks the flat Program in order and lets `table` write each operation. Values of operations that were refused are left
 * out, and so is everything that depends on them; each node is named once per reason.
 *
 * @param begin the handle of each data input
 * @returns the handles of the outputs in the Program's order, null where something was refused
 */
export function emitFlat<Context, Value>(
  flat: FlatProgram,
  table: EmitterTable<Context, Value>,
  context: Context,
  begin: (input: FlatProgram['inputs'][number]) => Value,
): { readonly outputs: readonly (Value | null)[]; readonly findings: readonly Finding[] } {
  const values = new Map<ValueId, Value>();
  const types = new Map<ValueId, TensorType>();
  const shapes = new Map(flat.weights.map(({ id, shape }) => [id as string, shape]));
  const findings = new Map<string, Finding>();
  for (const input of flat.inputs) {
    values.set(input.value, begin(input));
    types.set(input.value, input.type);
  }
  for (const operation of neededOperations(flat)) {
    const { specification, inputs, output, type, weights, origin } = operation;
    types.set(output, type);
    if (!inputs.every((input) => values.has(input))) continue;
    const call: OperationCall<OperationKind, Value> = {
      attributes: specification.attributes,
      operation,
      inputs: inputs.map((input) => present(values.get(input), input)),
      inputTypes: inputs.map((input) => present(types.get(input), input)),
      type,
      weights: Object.fromEntries(
        Object.entries(weights).map(([slot, id]) => [slot, { id, shape: present(shapes.get(id), id) }]),
      ),
    };
    const emit = table[specification.kind] as (context: Context, call: OperationCall<OperationKind, Value>) => Value;
    try {
      values.set(output, emit(context, call));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const finding: Finding = { severity: 'refused', code: error.code, node: origin.node, values: error.values };
      findings.set(JSON.stringify([finding.code, finding.node, finding.values]), finding);
    }
  }
  return {
    outputs: flat.outputs.map(({ value }) => values.get(value) ?? null),
    findings: [...findings.values()],
  };
}

/** The operations that some output depends on: a model file computes outputs and nothing else. */
export function neededOperations(flat: FlatProgram): readonly FlatOperation[] {
  const needed = new Set<ValueId>(flat.outputs.map(({ value }) => value));
  const kept: FlatOperation[] = [];
  for (const operation of flat.operations.toReversed()) {
    if (!needed.has(operation.output)) continue;
    kept.push(operation);
    for (const input of operation.inputs) needed.add(input);
  }
  return kept.reverse();
}

/** One finding per loop that the file holds unrolled. */
export function unrolledLoops(program: Program): readonly Finding[] {
  const found = new Map<string, Finding>();
  const visit = (items: Program['body']): void => {
    for (const item of items) {
      if (item.item !== 'loop') continue;
      const values = { iterations: item.iterations };
      found.set(item.node, { severity: 'changed', code: 'unrolled', node: item.node, values });
      visit(item.body);
    }
  };
  visit(program.body);
  for (const cell of Object.values(program.cells)) visit(cell.body);
  return [...found.values()];
}

/** Puts findings and a way to write together: nothing is written where one refuses. */
export function exportOf(findings: readonly Finding[], write: () => Promise<ExportedFiles>): Export {
  return { findings, write: findings.some(({ severity }) => severity === 'refused') ? null : write };
}

/** Names for the ends of a model that every tool takes: letters, digits and `_`, each once. */
export function endNames(ends: readonly { readonly node: string }[]): readonly string[] {
  const taken = new Set<string>();
  return ends.map(({ node }) => {
    const base = node.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_');
    let name = base;
    for (let count = 2; taken.has(name); count += 1) name = `${base}_${count}`;
    taken.add(name);
    return name;
  });
}
