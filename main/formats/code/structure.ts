import type { Regulariser, TensorType } from '#shared/graph/values';
import type { NodeId } from '#shared/graph/identifiers';
import type { OperationAttributes, OperationKind, OperationSpecification } from '#shared/layers/operations';
import type {
  CellBody,
  CellCall,
  FlatProgram,
  Item,
  LoopRegion,
  Program,
  StructuredOperation,
  ValueId,
  WeightReference,
} from '#shared/program/program';
import { endNames, present } from '../model.ts';
import { snakeCase } from './words.ts';

/** An array of the file of weights, below the name of what holds it. */
export interface StateEntry {
  /** `weight`, `running_mean`, …; '' for a parameter that is the attribute itself. */
  readonly name: string;
  /** The weight of the operation that it is; null for numbers that the framework wants and nothing trains. */
  readonly slot: string | null;
  /** It follows the batches, or counts them, and no gradient moves it. */
  readonly isStatistic?: boolean;
  readonly shape: readonly number[];
  readonly data: (read: (slot: string) => Float32Array) => Float32Array | BigInt64Array;
}

/** How an operation is said in Python. */
export interface CodeOperation {
  /** What makes the layer or parameter that holds its weights, and where its numbers come from. */
  readonly holder?: {
    readonly kind: 'module' | 'parameter' | 'buffer';
    readonly constructor: string;
    readonly state: readonly StateEntry[];
  };
  /** The expression; `self` is the holder's name. */
  readonly expression: (self: string, inputs: readonly string[]) => string;
  /** Classes and functions of the preamble that it needs. */
  readonly needs?: readonly string[];
}

/** What an operation is described from. */
export interface CodeCall<Kind extends OperationKind = OperationKind> {
  readonly attributes: OperationAttributes[Kind];
  readonly inputTypes: readonly TensorType[];
  readonly type: TensorType;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly regularisers: Readonly<Record<string, Regulariser>>;
  /** The first value that the class or function is given. */
  readonly first: string;
}

export type CodeTable = { readonly [Kind in OperationKind]: (call: CodeCall<Kind>) => CodeOperation };

/** What differs between the frameworks that code is written for. */
export interface Dialect {
  readonly operations: CodeTable;
  /** Name of the class or function of the whole. */
  readonly network: string;
  /** Words that stand for something already. */
  readonly reserved: readonly string[];
  /** Where holders stand: before all of it as attributes, or, where a call of it is all there is, in the call itself. */
  readonly holders: 'attributes' | 'local';
  /** How the constructor of a layer is given its name. */
  readonly named: (constructor: string, name: string) => string;
  /** One step of a sequence, and a sequence of a list of steps. */
  readonly step: (x: string, step: string) => string;
  readonly stack: (list: string) => string;
  /** How a class or a function's model is given its inputs. */
  readonly given: (inputs: readonly string[]) => string;
  /** How one of a list is called in the file of weights, what lies within a cell, and an array of a holder. */
  readonly listed: (title: string, index: number) => string;
  readonly within: (title: string) => string;
  readonly entry: (title: string, name: string) => string;
  /** Whether an expression is short enough to stand inside the one that reads it. */
  readonly nests: (expression: string) => boolean;
}

/** An array of the file of weights, and the weights of the Program that it is made from, by slot. */
export interface StateTensor {
  readonly name: string;
  readonly entry: StateEntry;
  /** The framework would train it. */
  readonly isParameter: boolean;
  readonly weights: Readonly<Record<string, string>>;
}

/** One step inwards from the sheet, as ids of weights are made of. */
type Frame = { readonly loop: NodeId; readonly iteration: number } | { readonly call: CellCall };

/** The rule of DESIGN "The Program": node/name, a mark per iteration that does not share, and the instances that own. */
function weightId({ node, name, perStep, perInstance }: WeightReference, frames: readonly Frame[]): string {
  const marks: { readonly loop: boolean; readonly text: string }[] = [];
  let wanted: { readonly perStep: readonly NodeId[]; readonly perInstance: boolean } = { perStep, perInstance };
  for (const frame of frames.toReversed()) {
    if ('loop' in frame) {
      if (wanted.perStep.includes(frame.loop)) {
        marks.unshift({ loop: true, text: `[${frame.loop}=${frame.iteration}]` });
      }
      continue;
    }
    if (wanted.perInstance || frame.call.weights === 'own') marks.unshift({ loop: false, text: `@${frame.call.node}` });
    wanted = frame.call;
  }
  const texts = (loop: boolean): string =>
    marks
      .filter((mark) => mark.loop === loop)
      .map(({ text }) => text)
      .join('');
  return `${node}/${name}${texts(true)}${texts(false)}`;
}

const reserved = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield self range float'
  ).split(' '),
);

/** Names that Python takes, each once. */
class Names {
  readonly #taken: Set<string>;

  constructor(reserved: readonly string[] = []) {
    this.#taken = new Set(reserved);
  }

  take(wanted: string): string {
    const plain = wanted
      .replaceAll(/[^A-Za-z0-9_]+/g, '_')
      .replaceAll(/^_+|_+$/g, '')
      .replace(/^(?=\d)/, '_');
    const base = plain === '' ? 'value' : reserved.has(plain) ? `${plain}_` : plain;
    let name = base;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${base}_${count}`;
    this.#taken.add(name);
    return name;
  }
}

function className(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/.test(joined) ? joined : `Cell${joined}`;
}

/** A layer or parameter of a class: one, or one for each iteration of the loops that do not share it. */
export interface Holder {
  readonly name: string;
  /** Loops over whose iterations there is a list of it, outermost first. */
  readonly loops: readonly LoopRegion[];
  readonly operation: StructuredOperation | null;
  readonly described: CodeOperation | null;
  readonly call: CellCall | null;
  /** What it is called in the file of weights. */
  readonly title: string;
  /** It is made where it is called, and nowhere before. */
  readonly isInline: boolean;
}

/** What a class holds and computes. */
export interface ClassText {
  readonly name: string;
  readonly holders: readonly Holder[];
  readonly parameters: readonly string[];
  readonly lines: readonly string[];
  readonly results: readonly string[];
}

export interface Generated {
  readonly code: string;
  /** The arrays of the file of weights. */
  readonly state: readonly StateTensor[];
}

/** What makes code of a structured Program impossible, so that it is written unrolled instead. */
class NeedsUnrolling extends Error {}

/** Writes a Program as classes, or as functions: loops are loops, cells are classes or functions. */
export class Structure {
  readonly needs = new Set<string>();
  readonly classes: ClassText[] = [];
  readonly #program: Program;
  readonly #labels: (node: NodeId) => string;
  readonly #dialect: Dialect;
  readonly #classNames: Names;
  readonly #whole: string;
  readonly #cells = new Map<string, ClassText>();
  /** Cell id -> key of the one body that is shared. */
  readonly #shared = new Map<string, string>();

  constructor(program: Program, labels: (node: NodeId) => string, dialect: Dialect) {
    this.#program = program;
    this.#labels = labels;
    this.#dialect = dialect;
    this.#classNames = new Names(dialect.reserved);
    // First, so that no cell takes it.
    this.#whole = this.#classNames.take(dialect.network);
  }

  /** The class of the whole network. */
  network(): ClassText {
    const inputNames = endNames(this.#program.inputs);
    const names = new Names(this.#dialect.reserved);
    const values = new Map<ValueId, string>();
    const parameters = this.#program.inputs.map(({ value }, index) => {
      const name = names.take(inputNames[index] ?? 'x');
      values.set(value, name);
      return name;
    });
    const kept = this.#program.outputs.map(({ value }) => value);
    const items = needed(this.#program.body, new Set(kept));
    const body = this.#body(items, names, values, parameters, this.#program.inputs, true);
    const results = this.#program.outputs.map(({ value }) => {
      const result = values.get(value);
      // An attention map within a loop or a cell is no value of the sheet.
      if (result === undefined) throw new NeedsUnrolling();
      return result;
    });
    const whole = { name: this.#whole, parameters, results, ...body };
    this.classes.push(whole);
    return whole;
  }

  /** The class of a cell that a call was written for. */
  classOf({ cell }: CellCall): ClassText {
    return present(this.#cells.get(cell), cell);
  }

  /** The class of a cell's body, by its key in the Program. */
  textOf(key: string): ClassText | undefined {
    return this.#cells.get(key);
  }

  #cell(call: CellCall): ClassText {
    const known = this.#cells.get(call.cell);
    if (known !== undefined) return known;
    const body: CellBody = present(this.#program.cells[call.cell], call.cell);
    const names = new Names(this.#dialect.reserved);
    const values = new Map<ValueId, string>();
    const parameters = body.inputs.map(({ id, value }) => {
      const name = names.take(id);
      values.set(value, name);
      return name;
    });
    const items = needed(body.body, new Set(body.outputs.map(({ value }) => value)));
    const inner = this.#body(items, names, values, parameters, body.inputs, false);
    const results = body.outputs.map(({ value }) => valueOf(values, value));
    const name = className(body.cell);
    const text = {
      name: this.#classNames.take(this.#dialect.holders === 'local' ? snakeCase(name) : name),
      parameters,
      results,
      ...inner,
    };
    this.#cells.set(call.cell, text);
    this.classes.push(text);
    return text;
  }

  #body(
    items: readonly Item[],
    names: Names,
    values: Map<ValueId, string>,
    parameters: readonly string[],
    inputs: readonly { readonly value: ValueId; readonly type: TensorType }[],
    isNetwork: boolean,
  ): { readonly holders: readonly Holder[]; readonly lines: readonly string[] } {
    const holders = new Map<string, Holder>();
    const isLocal = this.#dialect.holders === 'local';
    const attributeNames = isLocal ? names : new Names();
    const titles = new Names();
    const repeated = repeatedHolders(items);
    const lines: string[] = [];
    const uses = countUses(items);
    const types = typesOf(inputs, items);
    const first = parameters[0] ?? null;
    const write = (inner: readonly Item[], indent: string, loops: readonly LoopRegion[], steps: readonly string[]) => {
      for (const item of inner) {
        switch (item.item) {
          case 'operation':
            this.#operation(item, {
              holders,
              attributeNames,
              titles,
              repeated,
              isNetwork,
              lines,
              uses,
              types,
              first,
              names,
              values,
              indent,
              loops,
              steps,
            });
            break;
          case 'loop':
            this.#loop(item, names, values, lines, indent, (body, deeper, step) =>
              write(body, deeper, [...loops, item], [...steps, step]),
            );
            break;
          case 'call': {
            const text = this.#cell(item);
            if (item.perInstance || text.holders.some(({ operation }) => usesInstances(operation))) {
              throw new NeedsUnrolling();
            }
            if (item.weights === 'shared') {
              const { cell } = present(this.#program.cells[item.cell], item.cell);
              // One set of weights for two bodies, or seen from inside another cell, is beyond a class of its own.
              if (!isNetwork || (this.#shared.get(cell) ?? item.cell) !== item.cell) throw new NeedsUnrolling();
              this.#shared.set(cell, item.cell);
            }
            const own = loops.filter(({ node }) => item.perStep.includes(node));
            const key =
              item.weights === 'shared'
                ? `shared:${item.cell}:${own.map(({ node }) => node).join()}`
                : `own:${item.node}`;
            const wanted = item.weights === 'shared' ? text.name.toLowerCase() : this.#labels(item.node);
            const isInline = isLocal && loops.length === 0 && item.weights === 'own';
            const made = { loops: own, operation: null, described: null, call: item, isInline };
            const holder = holders.get(key) ?? holderOf(made, wanted, attributeNames, isLocal ? titles : null);
            holders.set(key, holder);
            const results = item.outputs.map(() => names.take(this.#labels(item.node)));
            const given = item.inputs.map((input) => valueOf(values, input));
            const self = isInline
              ? `${text.name}(${titleText(holder.title, isNetwork)})`
              : `${isLocal ? '' : 'self.'}${holder.name}${indexText(own, loops, steps)}`;
            const left = results.length === 0 ? '' : `${results.join(', ')} = `;
            lines.push(`${indent}${left}${self}(${this.#dialect.given(given)})`);
            item.outputs.forEach(({ value }, index) => values.set(value, results[index] ?? ''));
            break;
          }
        }
      }
    };
    write(items, '', [], []);
    return { holders: [...holders.values()], lines };
  }

  #operation(
    item: StructuredOperation,
    at: {
      readonly holders: Map<string, Holder>;
      readonly attributeNames: Names;
      readonly titles: Names;
      readonly repeated: ReadonlySet<string>;
      readonly isNetwork: boolean;
      readonly lines: string[];
      readonly uses: ReadonlyMap<ValueId, number>;
      readonly types: ReadonlyMap<ValueId, TensorType>;
      readonly first: string | null;
      readonly names: Names;
      readonly values: Map<ValueId, string>;
      readonly indent: string;
      readonly loops: readonly LoopRegion[];
      readonly steps: readonly string[];
    },
  ): void {
    const { specification, inputs, output, weights, node } = item;
    const isLocal = this.#dialect.holders === 'local';
    const operands = inputs.map((input) => valueOf(at.values, input));
    if (specification.kind === 'identity') {
      at.values.set(output, operands[0] ?? '');
      return;
    }
    const isMadeFromNothing = inputs.length === 0;
    if (isMadeFromNothing && at.first === null) throw new NeedsUnrolling();
    const described = describeOperation(
      specification,
      inputs.map((input) => present(at.types.get(input), `the type of ${input}`)),
      item,
      at.first ?? '',
      this.#dialect.operations,
    );
    for (const need of described.needs ?? []) this.needs.add(need);
    let self = '';
    if (described.holder !== undefined) {
      const { constructor } = described.holder;
      const references = Object.values(weights);
      const perStep = new Set(references.flatMap((reference) => reference.perStep as readonly string[]));
      const own = at.loops.filter((loop) => perStep.has(loop.node));
      const weightsKey = holderKey(item);
      const key = JSON.stringify([constructor, weightsKey]);
      // Outside loops a layer is called once, so it can be made where it is called.
      const isInline = isLocal && at.loops.length === 0 && !at.repeated.has(weightsKey);
      const made = { loops: own, operation: item, described, call: null, isInline };
      const holder =
        at.holders.get(key) ?? holderOf(made, this.#labels(node), at.attributeNames, isLocal ? at.titles : null);
      at.holders.set(key, holder);
      self = isInline
        ? this.#dialect.named(constructor, titleText(holder.title, at.isNetwork))
        : `${isLocal ? '' : 'self.'}${holder.name}${indexText(own, at.loops, at.steps)}`;
    }
    const expression = described.expression(self, operands);
    // What a node's next operation alone reads is written inside it.
    const next = at.uses.get(output) ?? 0;
    if (item.tap !== undefined && next === 1 && expression.length < 60 && this.#dialect.nests(expression)) {
      at.values.set(output, expression);
      return;
    }
    const name = at.names.take(this.#labels(node));
    at.lines.push(`${at.indent}${name} = ${expression}`);
    at.values.set(output, name);
  }

  #loop(
    region: LoopRegion,
    names: Names,
    values: Map<ValueId, string>,
    lines: string[],
    indent: string,
    write: (body: readonly Item[], indent: string, step: string) => void,
  ): void {
    const label = this.#labels(region.node);
    const step = names.take(`step_${label}`);
    const states = region.states.map(({ id, initial, current }) => {
      const name = names.take(id);
      lines.push(`${indent}${name} = ${valueOf(values, initial)}`);
      values.set(current, name);
      return name;
    });
    const collected = region.outputs.map(({ kind, id }) => {
      if (kind === 'last') return '';
      const name = names.take(`${id}_steps`);
      lines.push(`${indent}${name} = []`);
      return name;
    });
    lines.push(`${indent}for ${step} in range(${region.iterations}):`);
    const deeper = `${indent}    `;
    const start = lines.length;
    for (const { kind, outer, inner, id } of region.inputs) {
      if (kind === 'constant') {
        values.set(inner, valueOf(values, outer));
        continue;
      }
      const name = names.take(id);
      lines.push(`${deeper}${name} = ${this.#dialect.step(valueOf(values, outer), step)}`);
      values.set(inner, name);
    }
    write(region.body, deeper, step);
    const lasts = region.outputs.map(({ inner, kind }, index) => {
      const value = valueOf(values, inner);
      if (kind === 'all') lines.push(`${deeper}${collected[index] ?? ''}.append(${value})`);
      // The states change below, and with them what a name stands for.
      if (kind !== 'last' || !states.includes(value)) return value;
      const name = names.take(`${value}_last`);
      lines.push(`${deeper}${name} = ${value}`);
      return name;
    });
    const nexts = region.states.map(({ next }) => valueOf(values, next));
    const changed = states.flatMap((state, index) => (nexts[index] === state ? [] : [index]));
    if (changed.length > 0) {
      const left = changed.map((index) => states[index]).join(', ');
      lines.push(`${deeper}${left} = ${changed.map((index) => nexts[index]).join(', ')}`);
    }
    if (lines.length === start) lines.push(`${deeper}pass`);
    region.outputs.forEach(({ kind, outer, id }, index) => {
      if (kind === 'last') {
        values.set(outer, lasts[index] ?? '');
        return;
      }
      const name = names.take(id);
      lines.push(`${indent}${name} = ${this.#dialect.stack(collected[index] ?? '')}`);
      values.set(outer, name);
    });
  }
}

/** What tells apart whose weights an operation uses; without weights, which node it is. */
function holderKey({ weights, node }: StructuredOperation): string {
  const references = Object.values(weights);
  return references.length === 0 ? node : references.map((reference) => weightId(reference, [])).join();
}

/** Keys of holders that more than one operation of a sheet uses. */
function repeatedHolders(items: readonly Item[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const visit = (list: readonly Item[]): void => {
    for (const item of list) {
      if (item.item === 'loop') visit(item.body);
      else if (item.item === 'operation') counts.set(holderKey(item), (counts.get(holderKey(item)) ?? 0) + 1);
    }
  };
  visit(items);
  return new Set([...counts].flatMap(([key, count]) => (count > 1 ? [key] : [])));
}

/** A holder with its name in the code and, where `titles` are of their own, in the file of weights. */
function holderOf(made: Omit<Holder, 'name' | 'title'>, wanted: string, names: Names, titles: Names | null): Holder {
  const title = titles?.take(wanted);
  if (title === undefined) {
    const name = names.take(wanted);
    return { ...made, name, title: name };
  }
  return {
    ...made,
    title,
    name: made.isInline ? title : names.take(`${wanted}_${made.call === null ? 'layer' : 'cell'}`),
  };
}

/** A layer's name as Python text: inside a cell it begins with that of the instance. `index`: one of a list. */
export function titleText(title: string, isNetwork: boolean, index?: string): string {
  const whole = `${isNetwork ? '' : '{name}_'}${title}${index === undefined ? '' : `_{${index}}`}`;
  return `${whole.includes('{') ? 'f' : ''}"${whole}"`;
}

function usesInstances(operation: StructuredOperation | null): boolean {
  return operation !== null && Object.values(operation.weights).some(({ perInstance }) => perInstance);
}

function describeOperation(
  specification: OperationSpecification,
  inputTypes: readonly TensorType[],
  { type, weights }: StructuredOperation,
  first: string,
  operations: CodeTable,
): CodeOperation {
  const shapes = Object.fromEntries(Object.entries(weights).map(([slot, { shape }]) => [slot, shape]));
  const regularisers = Object.fromEntries(
    Object.entries(weights).map(([slot, { regulariser }]) => [slot, regulariser]),
  );
  const describe = operations[specification.kind] as (call: CodeCall) => CodeOperation;
  return describe({ attributes: specification.attributes, inputTypes, type, shapes, regularisers, first });
}

/** The index of a holder that is a list over some of the loops around it. */
function indexText(own: readonly LoopRegion[], loops: readonly LoopRegion[], steps: readonly string[]): string {
  if (own.length === 0) return '';
  const text = own.reduce((sum, loop, index) => {
    const step = steps[loops.indexOf(loop)] ?? '0';
    return index === 0 ? step : `(${sum}) * ${loop.iterations} + ${step}`;
  }, '');
  return `[${text}]`;
}

function valueOf(values: ReadonlyMap<ValueId, string>, value: ValueId): string {
  return present(values.get(value), `the value ${value}`);
}

/**
 * The items without what nothing reads and no weight belongs to: a person would not write it.
 * @param wanted what is read afterwards; what the items read is added
 */
function needed(items: readonly Item[], wanted: Set<ValueId>): readonly Item[] {
  const kept = items.toReversed().flatMap((item): readonly Item[] => {
    if (item.item === 'loop') {
      const outputs = item.outputs.filter(({ outer }) => wanted.has(outer));
      const inside = new Set([...outputs.map(({ inner }) => inner), ...item.states.map(({ next }) => next)]);
      const body = needed(item.body, inside);
      const inputs = item.inputs.filter(({ inner }) => inside.has(inner));
      for (const { outer } of inputs) wanted.add(outer);
      for (const { initial } of item.states) wanted.add(initial);
      return [{ ...item, inputs, outputs, body }];
    }
    const isRead = item.item === 'call' || wanted.has(item.output) || Object.keys(item.weights).length > 0;
    if (!isRead) return [];
    for (const input of item.inputs) wanted.add(input);
    return [item];
  });
  return kept.toReversed();
}

function countUses(items: readonly Item[]): ReadonlyMap<ValueId, number> {
  const uses = new Map<ValueId, number>();
  const add = (value: ValueId) => uses.set(value, (uses.get(value) ?? 0) + 1);
  const visit = (list: readonly Item[]): void => {
    for (const item of list) {
      if (item.item !== 'loop') {
        item.inputs.forEach(add);
        continue;
      }
      item.states.forEach(({ initial, next }) => [initial, next].forEach(add));
      item.inputs.forEach(({ outer }) => add(outer));
      item.outputs.forEach(({ inner }) => add(inner));
      visit(item.body);
    }
  };
  visit(items);
  return uses;
}

/** The types of all values of one sheet. */
function typesOf(
  inputs: readonly { readonly value: ValueId; readonly type: TensorType }[],
  items: readonly Item[],
): ReadonlyMap<ValueId, TensorType> {
  const types = new Map(inputs.map(({ value, type }) => [value, type]));
  const visit = (list: readonly Item[]): void => {
    for (const item of list) {
      switch (item.item) {
        case 'operation':
          types.set(item.output, item.type);
          break;
        case 'call':
          item.outputs.forEach(({ value, type }) => types.set(value, type));
          break;
        case 'loop':
          item.states.forEach(({ current, type }) => types.set(current, type));
          item.inputs.forEach(({ inner, innerType }) => types.set(inner, innerType));
          item.outputs.forEach(({ outer, outerType }) => types.set(outer, outerType));
          visit(item.body);
          break;
      }
    }
  };
  visit(items);
  return types;
}

/**
 * Source code that is written with loops and cells, or unrolled where no class can say how weights are shared
 * (`isUnrolled`).
 */
export function writtenOrUnrolled(
  program: Program,
  flat: FlatProgram,
  write: (program: Program) => Generated,
): Generated & { readonly isUnrolled: boolean } {
  try {
    return { ...write(program), isUnrolled: false };
  } catch (error) {
    if (!(error instanceof NeedsUnrolling)) throw error;
    return { ...write(unrolled(program, flat)), isUnrolled: true };
  }
}

/** A flat Program in the structured form, without loops and cells: what no class can say is written step by step. */
function unrolled(program: Program, flat: FlatProgram): Program {
  const weights = new Map(flat.weights.map((weight) => [weight.id as string, weight]));
  return {
    ...program,
    inputs: flat.inputs,
    outputs: flat.outputs,
    cells: {},
    body: flat.operations.map((operation): StructuredOperation => ({
      item: 'operation',
      node: operation.origin.node,
      specification: operation.specification,
      inputs: operation.inputs,
      output: operation.output,
      type: operation.type,
      wires: [],
      weights: Object.fromEntries(
        Object.entries(operation.weights).map(([slot, id]) => {
          const at = id.indexOf('/');
          const { shape, initialiser, regulariser, trainable } = present(weights.get(id), id);
          const reference: WeightReference = {
            node: id.slice(0, at) as NodeId,
            name: id.slice(at + 1),
            perStep: [],
            perInstance: false,
            shape,
            initialiser,
            regulariser,
            trainable,
          };
          return [slot, reference];
        }),
      ),
    })),
  };
}

/** Every array of the file of weights, with the weights it is made from. */
export function stateOf(
  text: ClassText,
  classOf: (call: CellCall) => ClassText,
  dialect: Dialect,
  prefix = '',
  frames: readonly Frame[] = [],
): StateTensor[] {
  return text.holders.flatMap((holder) => {
    const places = holder.loops.reduce<readonly (readonly Frame[])[]>(
      (all, loop) =>
        all.flatMap((place) =>
          Array.from({ length: loop.iterations }, (_, iteration) => [...place, { loop: loop.node, iteration }]),
        ),
      [[]],
    );
    return places.flatMap((place, index): StateTensor[] => {
      const title = `${prefix}${holder.loops.length === 0 ? holder.title : dialect.listed(holder.title, index)}`;
      const inner = [...frames, ...place];
      if (holder.call !== null) {
        const deeper = [...inner, { call: holder.call }];
        return stateOf(classOf(holder.call), classOf, dialect, dialect.within(title), deeper);
      }
      const weights = Object.fromEntries(
        Object.entries(holder.operation?.weights ?? {}).map(([slot, reference]) => [slot, weightId(reference, inner)]),
      );
      const described = holder.described?.holder;
      return (described?.state ?? []).map((entry) => ({
        name: dialect.entry(title, entry.name),
        entry,
        isParameter: described?.kind !== 'buffer' && entry.isStatistic !== true,
        weights,
      }));
    });
  });
}
