import type { TensorType } from '#shared/graph/values';
import type { NodeId } from '#shared/graph/identifiers';
import type { OperationSpecification } from '#shared/layers/operations';
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
import { linked, torchOperations } from './operations.ts';
import type { StateEntry, TorchOperation } from './operations.ts';
import { preamble } from './preamble.ts';

/** A tensor of the state dictionary, and the weights of the Program that it is made from, by slot. */
export interface StateTensor {
  readonly name: string;
  readonly entry: StateEntry;
  readonly weights: Readonly<Record<string, string>>;
}

export interface Generated {
  readonly code: string;
  readonly state: readonly StateTensor[];
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
    'if import in is lambda nonlocal not or pass raise return try while with yield self torch nn F range float'
  ).split(' '),
);

/** Names that Python takes, each once. */
class Names {
  readonly #taken = new Set<string>();

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

/** A module or parameter of a class: one, or one for each iteration of the loops that do not share it. */
interface Holder {
  readonly name: string;
  /** Loops over whose iterations there is a list of it, outermost first. */
  readonly loops: readonly LoopRegion[];
  readonly operation: StructuredOperation | null;
  readonly torch: TorchOperation | null;
  readonly call: CellCall | null;
}

/** What a class holds and computes. */
interface ClassText {
  readonly name: string;
  readonly holders: readonly Holder[];
  readonly parameters: readonly string[];
  readonly lines: readonly string[];
  readonly results: readonly string[];
}

/** What makes code of a structured Program impossible, so that it is written unrolled instead. */
class NeedsUnrolling extends Error {}

/** Writes a Program as PyTorch classes. */
class Generator {
  readonly needs = new Set<string>();
  readonly classes: ClassText[] = [];
  readonly #program: Program;
  readonly #labels: (node: NodeId) => string;
  readonly #classNames = new Names();
  readonly #cells = new Map<string, ClassText>();
  /** Cell id -> key of the one body that is shared. */
  readonly #shared = new Map<string, string>();

  constructor(program: Program, labels: (node: NodeId) => string) {
    this.#program = program;
    this.#labels = labels;
  }

  /** The class of the whole network. */
  network(): ClassText {
    const inputNames = endNames(this.#program.inputs);
    const names = new Names();
    const values = new Map<ValueId, string>();
    const parameters = this.#program.inputs.map(({ value }, index) => {
      const name = names.take(inputNames[index] ?? 'x');
      values.set(value, name);
      return name;
    });
    const body = this.#body(this.#program.body, names, values, parameters, this.#program.inputs, true);
    const results = this.#program.outputs.map(({ value }) => valueOf(values, value));
    const whole = { name: this.#classNames.take('Network'), parameters, results, ...body };
    this.classes.push(whole);
    return whole;
  }

  /** The class of a cell that a call was written for. */
  classOf({ cell }: CellCall): ClassText {
    return present(this.#cells.get(cell), cell);
  }

  #cell(call: CellCall): ClassText {
    const known = this.#cells.get(call.cell);
    if (known !== undefined) return known;
    const body: CellBody = present(this.#program.cells[call.cell], call.cell);
    const names = new Names();
    const values = new Map<ValueId, string>();
    const parameters = body.inputs.map(({ id, value }) => {
      const name = names.take(id);
      values.set(value, name);
      return name;
    });
    const inner = this.#body(body.body, names, values, parameters, body.inputs, false);
    const results = body.outputs.map(({ value }) => valueOf(values, value));
    const text = { name: this.#classNames.take(className(body.cell)), parameters, results, ...inner };
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
    const attributeNames = new Names();
    const lines: string[] = [];
    const uses = countUses(items);
    const types = typesOf(inputs, items);
    const batch = parameters[0] === undefined ? null : `${parameters[0]}.shape[0]`;
    const write = (inner: readonly Item[], indent: string, loops: readonly LoopRegion[], steps: readonly string[]) => {
      for (const item of inner) {
        switch (item.item) {
          case 'operation':
            this.#operation(item, {
              holders,
              attributeNames,
              lines,
              uses,
              types,
              batch,
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
            const holder = holders.get(key) ?? {
              name: attributeNames.take(wanted),
              loops: own,
              operation: null,
              torch: null,
              call: item,
            };
            holders.set(key, holder);
            const results = item.outputs.map(() => names.take(this.#labels(item.node)));
            const given = item.inputs.map((input) => valueOf(values, input));
            const self = `self.${holder.name}${indexText(own, loops, steps)}`;
            const left = results.length === 0 ? '' : `${results.join(', ')} = `;
            lines.push(`${indent}${left}${self}(${given.join(', ')})`);
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
      readonly lines: string[];
      readonly uses: ReadonlyMap<ValueId, number>;
      readonly types: ReadonlyMap<ValueId, TensorType>;
      readonly batch: string | null;
      readonly names: Names;
      readonly values: Map<ValueId, string>;
      readonly indent: string;
      readonly loops: readonly LoopRegion[];
      readonly steps: readonly string[];
    },
  ): void {
    const { specification, inputs, output, weights, node } = item;
    const operands = inputs.map((input) => valueOf(at.values, input));
    if (specification.kind === 'identity') {
      at.values.set(output, operands[0] ?? '');
      return;
    }
    const isMadeFromNothing = inputs.length === 0;
    if (isMadeFromNothing && at.batch === null) throw new NeedsUnrolling();
    const torch = describeOperation(
      specification,
      inputs.map((input) => present(at.types.get(input), `the type of ${input}`)),
      item,
      at.batch ?? '',
    );
    for (const need of torch.needs ?? []) this.needs.add(need);
    let self = '';
    if (torch.holder !== undefined) {
      const references = Object.values(weights);
      const perStep = new Set(references.flatMap((reference) => reference.perStep as readonly string[]));
      const own = at.loops.filter((loop) => perStep.has(loop.node));
      const ids = references.map((reference) => weightId(reference, []));
      const key = JSON.stringify([torch.holder.constructor, references.length === 0 ? [node] : ids]);
      const holder = at.holders.get(key) ?? {
        name: at.attributeNames.take(this.#labels(node)),
        loops: own,
        operation: item,
        torch,
        call: null,
      };
      at.holders.set(key, holder);
      self = `self.${holder.name}${indexText(own, at.loops, at.steps)}`;
    }
    const expression = torch.expression(self, operands);
    // What a node's next operation alone reads is written inside it.
    const next = at.uses.get(output) ?? 0;
    if (
      item.tap !== undefined &&
      next === 1 &&
      expression.length < 60 &&
      /^self\.[\w[\]]+\([^()]*\)$/.test(expression)
    ) {
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
      lines.push(`${deeper}${name} = ${valueOf(values, outer)}[:, ${step}]`);
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
      lines.push(`${indent}${name} = torch.stack(${collected[index] ?? ''}, dim=1)`);
      values.set(outer, name);
    });
  }
}

function usesInstances(operation: StructuredOperation | null): boolean {
  return operation !== null && Object.values(operation.weights).some(({ perInstance }) => perInstance);
}

function describeOperation(
  specification: OperationSpecification,
  inputTypes: readonly TensorType[],
  { type, weights }: StructuredOperation,
  batch: string,
): TorchOperation {
  const shapes = Object.fromEntries(Object.entries(weights).map(([slot, { shape }]) => [slot, shape]));
  const describe = torchOperations[specification.kind] as (call: {
    readonly attributes: OperationSpecification['attributes'];
    readonly inputTypes: readonly TensorType[];
    readonly type: TensorType;
    readonly shapes: Readonly<Record<string, readonly number[]>>;
    readonly batch: string;
  }) => TorchOperation;
  return describe({ attributes: specification.attributes, inputTypes, type, shapes, batch });
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

function holderLine({ name, loops, torch, call }: Holder, classOf: (call: CellCall) => string): string {
  const count = loops.reduce((product, { iterations }) => product * iterations, 1);
  const many = (list: string, one: string): string =>
    loops.length === 0 ? `self.${name} = ${one}` : `self.${name} = nn.${list}([${one} for _ in range(${count})])`;
  if (call !== null) return many('ModuleList', `${classOf(call)}()`);
  const holder = present(torch?.holder, name);
  switch (holder.kind) {
    case 'module':
      return many('ModuleList', holder.constructor);
    case 'parameter':
      return many('ParameterList', `nn.Parameter(${holder.constructor})`);
    case 'buffer':
      return `self.register_buffer("${name}", ${holder.constructor})`;
  }
}

function classCode(
  { name, holders, parameters, lines, results }: ClassText,
  classOf: (call: CellCall) => string,
): string {
  const held = holders.map((holder) => `        ${holderLine(holder, classOf)}\n`).join('');
  const body = lines.map((line) => `        ${line}\n`).join('');
  const given = ['self', ...parameters].join(', ');
  return `class ${name}(nn.Module):\n    def __init__(self):\n        super().__init__()\n${held}\n    def forward(${given}):\n${body}        return ${results.join(', ')}\n`;
}

/** Every tensor of the state dictionary, with the weights it is made from. */
function stateOf(
  text: ClassText,
  classOf: (call: CellCall) => ClassText,
  prefix: string,
  frames: readonly Frame[],
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
      const name = `${prefix}${holder.name}${holder.loops.length === 0 ? '' : `.${index}`}`;
      const inner = [...frames, ...place];
      if (holder.call !== null) {
        return stateOf(classOf(holder.call), classOf, `${name}.`, [...inner, { call: holder.call }]);
      }
      const weights = Object.fromEntries(
        Object.entries(holder.operation?.weights ?? {}).map(([slot, reference]) => [slot, weightId(reference, inner)]),
      );
      return (holder.torch?.holder?.state ?? []).map((entry) => ({
        name: entry.name === '' ? name : `${name}.${entry.name}`,
        entry,
        weights,
      }));
    });
  });
}

/**
 * The source of a PyTorch module: loops are loops, cells are classes. Where no class can say how weights are shared, it is
 * written unrolled (`isUnrolled`).
 */
export function generateTorch(
  program: Program,
  flat: FlatProgram,
  labels: (node: NodeId) => string,
  name: string,
): Generated & { readonly isUnrolled: boolean } {
  try {
    return { ...write(program, labels, name), isUnrolled: false };
  } catch (error) {
    if (!(error instanceof NeedsUnrolling)) throw error;
    return { ...write(unrolled(program, flat), labels, name), isUnrolled: true };
  }
}

function write(program: Program, labels: (node: NodeId) => string, name: string): Generated {
  const generator = new Generator(program, labels);
  const network = generator.network();
  const classOf = (call: CellCall): ClassText => generator.classOf(call);
  const outputNames = endNames(program.outputs);
  const inputs = network.parameters.join(', ');
  const outputs = program.outputs.map((_, index) => (program.outputs.length === 1 ? 'outputs' : `outputs[${index}]`));
  const entries = program.outputs.map(
    ({ link }, index) => `            "${outputNames[index] ?? ''}": ${linked(link, outputs[index] ?? '')},\n`,
  );
  const classes = generator.classes.map((text) => classCode(text, (call) => classOf(call).name));
  const predict = `
    def predict(self, ${inputs}):
        """Outputs by name, with softmax or sigmoid where the network ends in one."""
        outputs = self(${inputs})
        return {
${entries.join('')}        }
`;
  const code = `"""${name.replaceAll('"', "'").replaceAll('\\', '')}, written by Gradloom. Values have their channels last."""

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

${[...generator.needs]
  .toSorted()
  .map((need) => `\n${present(preamble[need], need)}\n`)
  .join('')}
${classes.join('\n\n')}${predict}

def load(path="weights.safetensors"):
    network = Network()
    network.load_state_dict(load_file(path))
    return network.eval()
`;
  return { code, state: stateOf(network, classOf, '', []) };
}
