import type { NodeId } from '../graph/identifiers.ts';
import { pathSuffix } from '../program/path.ts';
import type {
  CellCall,
  FlatProgram,
  Item,
  LoopRegion,
  OperationId,
  Path,
  Program,
  StructuredOperation,
  ValueId,
  WeightReference,
} from '../program/program.ts';
import { operationSeed, statelessUniform } from '../program/random.ts';
import type { Array64 } from './array64.ts';
import { compute } from './kernels.ts';
import { headLoss } from './losses.ts';

/** What a forward pass is given. Arrays have the batch as axis 0. */
export interface Batch {
  /** By input node. */
  readonly inputs: Readonly<Record<string, Array64>>;
  /** By the name that the losses give them. */
  readonly targets: Readonly<Record<string, Array64>>;
  /** By weight id. */
  readonly weights: ReadonlyMap<string, Array64>;
  /** Batch statistics and dropout, as in a training step. */
  readonly training: boolean;
  readonly seed: number;
  readonly step: number;
}

export interface Forward {
  /** Σ of the heads' losses by their weights, and the penalties on weights. */
  readonly loss: number;
  /** Before their weights, in the order of the Program's losses. */
  readonly headLosses: readonly number[];
  readonly penalty: number;
  /** By output node. */
  readonly outputs: ReadonlyMap<NodeId, Array64>;
  /** What each document wire carries, by `wire` and path. */
  readonly wires: ReadonlyMap<string, Array64>;
  /** Weights after the pass: moving statistics have moved while training. */
  readonly weights: ReadonlyMap<string, Array64>;
}

/** One step inwards, as the interpreter goes it. */
type Frame =
  { readonly loop: NodeId; readonly iteration: number } | { readonly instance: NodeId; readonly call: CellCall };

/** Everything one pass over a Program shares, structured or flat. */
class Pass {
  readonly batch: Batch;
  readonly size: number;
  readonly weights: Map<string, Array64>;
  readonly used = new Map<string, Pick<WeightReference, 'regulariser'>>();
  readonly wires = new Map<string, Array64>();

  constructor(batch: Batch) {
    this.batch = batch;
    this.weights = new Map(batch.weights);
    this.size = Object.values(batch.inputs)[0]?.shape[0] ?? 1;
  }

  operation(
    id: OperationId,
    path: Path,
    operation: Pick<StructuredOperation, 'specification' | 'node'>,
    inputs: readonly Array64[],
    weightIds: Readonly<Record<string, string>>,
    wires: readonly { readonly slot: number; readonly wire: string }[],
  ): Array64 {
    const suffix = pathSuffix(path);
    for (const { slot, wire } of wires) {
      const value = inputs[slot];
      if (value === undefined) throw new Error(`the wire ${wire} ends at no input of ${id}`);
      this.wires.set(`${wire}${suffix}`, value);
    }
    const weights: Record<string, Array64> = {};
    for (const [slot, weight] of Object.entries(weightIds)) weights[slot] = this.#weight(weight);
    return compute(operation.specification, {
      inputs,
      weights,
      batch: this.size,
      training: this.batch.training,
      uniform: (count, mask) => {
        const { seed, step } = this.batch;
        return statelessUniform(count, operationSeed(seed, { id, origin: { node: operation.node, path } }, mask, step));
      },
      update: (slot, value) => {
        const weight = weightIds[slot];
        if (weight !== undefined) this.weights.set(weight, value);
      },
    });
  }

  #weight(id: string): Array64 {
    const value = this.weights.get(id);
    if (value === undefined) throw new Error(`no value was given for the weight ${id}`);
    return value;
  }

  finish(program: Pick<Program, 'losses'>, outputs: ReadonlyMap<NodeId, Array64>): Forward {
    const headLosses = program.losses.map((head) => {
      const { output, target } = head;
      const value = outputs.get(output);
      const goal = this.batch.targets[target];
      if (value === undefined || goal === undefined)
        throw new Error(`the loss on ${output} lacks a value or its target ${target}`);
      return headLoss(head, value, goal);
    });
    let penalty = 0;
    for (const [id, { regulariser }] of this.used) {
      if (regulariser === null) continue;
      for (const value of this.#weight(id).values) {
        penalty += regulariser.l1 * Math.abs(value) + regulariser.l2 * value * value;
      }
    }
    const data = headLosses.reduce((sum, loss, index) => sum + loss * (program.losses[index]?.weight ?? 1), 0);
    return { loss: data + penalty, headLosses, penalty, outputs, wires: this.wires, weights: this.weights };
  }
}

/**
 * Computes a structured Program in float64, loops and cells as they stand: a body is run once per iteration and a cell's
 * body once per call. Nothing of `flatten` is used, and a weight's id is worked out here by itself.
 */
export function interpretProgram(program: Program, batch: Batch): Forward {
  const pass = new Pass(batch);
  const values = inputValues(program, batch);
  runBody(program, pass, program.body, values, []);
  return pass.finish(program, outputValues(program, values));
}

/** Computes a flat Program in float64, operation after operation. */
export function interpretFlat(program: FlatProgram, batch: Batch): Forward {
  const pass = new Pass(batch);
  const values = inputValues(program, batch);
  const wires = new Map<OperationId, { readonly slot: number; readonly wire: string }[]>();
  for (const { consumer, slot, wire } of program.wires) {
    const list = wires.get(consumer);
    if (list === undefined) wires.set(consumer, [{ slot, wire }]);
    else list.push({ slot, wire });
  }
  for (const weight of program.weights) pass.used.set(weight.id, weight);
  for (const { id, specification, inputs, output, weights, origin } of program.operations) {
    const read = inputs.map((input) => valueOf(values, input));
    const operation = { specification, node: origin.node };
    values.set(output, pass.operation(id, origin.path, operation, read, weights, wires.get(id) ?? []));
  }
  return pass.finish(program, outputValues(program, values));
}

function inputValues({ inputs }: Pick<Program, 'inputs'>, batch: Batch): Map<ValueId, Array64> {
  return new Map(
    inputs.map(({ node, value }) => {
      const given = batch.inputs[node];
      if (given === undefined) throw new Error(`no value was given for the input ${node}`);
      return [value, given];
    }),
  );
}

function outputValues({ outputs }: Pick<Program, 'outputs'>, values: Map<ValueId, Array64>): Map<NodeId, Array64> {
  return new Map(outputs.map(({ node, value }) => [node, valueOf(values, value)]));
}

function valueOf(values: ReadonlyMap<ValueId, Array64>, name: ValueId): Array64 {
  const value = values.get(name);
  if (value === undefined) throw new Error(`the value ${name} is read before it is there`);
  return value;
}

function runBody(
  program: Program,
  pass: Pass,
  items: readonly Item[],
  values: Map<ValueId, Array64>,
  frames: readonly Frame[],
): void {
  for (const item of items) {
    switch (item.item) {
      case 'operation': {
        const path = pathOf(frames);
        const ids: Record<string, string> = {};
        for (const [slot, reference] of Object.entries(item.weights)) {
          const id = weightIdOf(reference, frames);
          ids[slot] = id;
          pass.used.set(id, reference);
        }
        const id = `${item.output}${pathSuffix(path)}` as OperationId;
        const read = item.inputs.map((input) => valueOf(values, input));
        values.set(item.output, pass.operation(id, path, item, read, ids, item.wires));
        break;
      }
      case 'loop':
        runLoop(program, pass, item, values, frames);
        break;
      case 'call': {
        const body = program.cells[item.cell];
        if (body === undefined) throw new Error(`the Program has no cell ${item.cell}`);
        const inside = new Map<ValueId, Array64>();
        body.inputs.forEach(({ value }, index) => {
          const given = item.inputs[index];
          if (given !== undefined) inside.set(value, valueOf(values, given));
        });
        runBody(program, pass, body.body, inside, [...frames, { instance: item.node, call: item }]);
        item.outputs.forEach(({ value }, index) => {
          const result = body.outputs[index];
          if (result !== undefined) values.set(value, valueOf(inside, result.value));
        });
        break;
      }
    }
  }
}

function runLoop(
  program: Program,
  pass: Pass,
  region: LoopRegion,
  values: Map<ValueId, Array64>,
  frames: readonly Frame[],
): void {
  let states = region.states.map(({ initial }) => valueOf(values, initial));
  const collected = region.outputs.map((): Array64[] => []);
  for (let iteration = 0; iteration < region.iterations; iteration += 1) {
    const inside = new Map<ValueId, Array64>();
    region.states.forEach(({ current }, index) => {
      const state = states[index];
      if (state !== undefined) inside.set(current, state);
    });
    for (const { kind, outer, inner } of region.inputs) {
      const value = valueOf(values, outer);
      inside.set(inner, kind === 'constant' ? value : sliceOf(value, iteration));
    }
    runBody(program, pass, region.body, inside, [...frames, { loop: region.node, iteration }]);
    states = region.states.map(({ next }) => valueOf(inside, next));
    region.outputs.forEach(({ inner }, index) => collected[index]?.push(valueOf(inside, inner)));
  }
  region.outputs.forEach(({ kind, outer }, index) => {
    const list = collected[index] ?? [];
    const last = list.at(-1);
    if (last === undefined) return;
    values.set(outer, kind === 'last' ? last : stackOf(list));
  });
}

/** Index `step` of axis 1. */
function sliceOf({ shape, values }: Array64, step: number): Array64 {
  const [batch = 0, steps = 0, ...rest] = shape;
  const size = values.length / (batch * steps);
  const slice = new Float64Array(batch * size);
  for (let example = 0; example < batch; example += 1) {
    const start = (example * steps + step) * size;
    slice.set(values.subarray(start, start + size), example * size);
  }
  return { shape: [batch, ...rest], values: slice };
}

/** The inverse of slicing: on a new axis 1. */
function stackOf(list: readonly Array64[]): Array64 {
  const [first] = list;
  if (first === undefined) throw new Error('nothing to stack');
  const [batch = 0, ...rest] = first.shape;
  const size = first.values.length / batch;
  const values = new Float64Array(batch * list.length * size);
  list.forEach((array, step) => {
    for (let example = 0; example < batch; example += 1) {
      values.set(array.values.subarray(example * size, (example + 1) * size), (example * list.length + step) * size);
    }
  });
  return { shape: [batch, list.length, ...rest], values };
}

function pathOf(frames: readonly Frame[]): Path {
  return frames.map((frame) =>
    'loop' in frame ? { loop: frame.loop, iteration: frame.iteration } : { instance: frame.instance },
  );
}

/** The rule of DESIGN "The Program", by walking the frames from the sheet inwards. */
function weightIdOf({ node, name, perStep, perInstance }: WeightReference, frames: readonly Frame[]): string {
  // Per frame, the loops and the flag that hold for what comes next inwards: a call's own, or the weight's.
  const members = new Set<number>();
  const instances = new Set<number>();
  let wanted: { readonly perStep: readonly NodeId[]; readonly perInstance: boolean } = { perStep, perInstance };
  for (let at = frames.length - 1; at >= 0; at -= 1) {
    const frame = frames[at];
    if (frame === undefined) continue;
    if ('loop' in frame) {
      if (wanted.perStep.includes(frame.loop)) members.add(at);
      continue;
    }
    if (wanted.perInstance || frame.call.weights === 'own') instances.add(at);
    wanted = frame.call;
  }
  const loops = frames.map((frame, at) =>
    'loop' in frame && members.has(at) ? `[${frame.loop}=${frame.iteration}]` : '',
  );
  const owners = frames.map((frame, at) => ('instance' in frame && instances.has(at) ? `@${frame.instance}` : ''));
  return `${node}/${name}${loops.join('')}${owners.join('')}`;
}
