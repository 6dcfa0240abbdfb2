import type { NodeId } from '../graph/identifiers.ts';
import type { TensorType } from '../graph/values.ts';
import type { OperationSpecification } from '../layers/operations.ts';
import { pathSuffix } from './path.ts';
import { freeze } from './freeze.ts';
import type {
  CellCall,
  FlatOperation,
  FlatProgram,
  FlatTap,
  FlatWire,
  Item,
  LoopRegion,
  OperationId,
  Path,
  PathStep,
  Program,
  StructuredOperation,
  ValueId,
  Weight,
  WeightId,
  WeightReference,
} from './program.ts';

/**
 * Unrolls a Program: every iteration of every loop and every instance of every cell becomes operations of its own. Pure
 * and deterministic; time and memory grow linearly with the number of operations that come out.
 *
 * - Loops: a state hands its value on without an operation of its own; a scan is a `takeStep` per iteration, an output of
 *   kind `all` one `stackSteps`.
 * - A weight's id is `node/name`; then `[loop=i]` for each loop, outermost first, over whose iterations it is not shared
 *   (said by the node, a container around it, or an instance on the way to it); then `@instance` for each instance on the
 *   way, outermost first, that has its own weights, and for the innermost one around a node (or instance, or container)
 *   that says `perInstance`. One id is one weight; it is trainable when no use of it is frozen.
 */
export function flatten(program: Program): FlatProgram {
  const flattening = new Flattening(program);
  return flattening.run();
}

/** A value of the flat Program. */
interface FlatValue {
  readonly id: ValueId;
  readonly type: TensorType;
}

/** Where on the way into loops and instances an item stands. */
interface Place {
  readonly path: Path;
  /** `pathSuffix` of the path. */
  readonly suffix: string;
  /** Values of the sheet or of the loop's body by their structured names. */
  readonly values: Map<ValueId, FlatValue>;
  /** Current iteration of each loop around, on this sheet. */
  readonly iterations: ReadonlyMap<NodeId, number>;
  /** What the instances on the way append to the ids of weights, for iterations and for instances. */
  readonly stepMembers: string;
  readonly instanceMembers: string;
  /** The innermost instance, if `perInstance` adds anything: it has not put its id in `instanceMembers` itself. */
  readonly unnamedInstance: NodeId | null;
}

interface GrowingWeight extends Weight {
  readonly owners: OperationId[];
  trainable: boolean;
}

class Flattening {
  readonly #program: Program;
  readonly #operations: FlatOperation[] = [];
  readonly #weights = new Map<WeightId, GrowingWeight>();
  readonly #wires: Omit<FlatWire, 'learns'>[] = [];
  readonly #taps: Omit<FlatTap, 'learns'>[] = [];

  constructor(program: Program) {
    this.#program = program;
  }

  run(): FlatProgram {
    const { inputs, outputs, body, losses, metrics, training } = this.#program;
    const top: Place = {
      path: [],
      suffix: '',
      values: new Map(inputs.map(({ value, type }) => [value, { id: value, type }])),
      iterations: new Map(),
      stepMembers: '',
      instanceMembers: '',
      unnamedInstance: null,
    };
    this.#items(body, top);
    const learning = this.#learningValues();
    return {
      inputs,
      outputs: outputs.map((output) => ({ ...output, value: valueAt(top, output.value).id })),
      operations: this.#freezeStatistics(),
      weights: [...this.#weights.values()],
      wires: this.#wires.map((wire) => ({ ...wire, learns: learning.has(wire.value) })),
      taps: this.#taps.map((tap) => ({ ...tap, learns: learning.has(tap.value) })),
      losses,
      metrics,
      training,
    };
  }

  /** The values upstream of which a weight lies that is trained. */
  #learningValues(): ReadonlySet<ValueId> {
    const learning = new Set<ValueId>();
    for (const { inputs, weights, output } of this.#operations) {
      const isTrained = Object.values(weights).some((id) => this.#weights.get(id)?.trainable === true);
      if (isTrained || inputs.some((input) => learning.has(input))) learning.add(output);
    }
    return learning;
  }

  /** Statistics that one of several users has frozen are frozen for all of them, like every other weight. */
  #freezeStatistics(): readonly FlatOperation[] {
    const frozen = new Set(
      this.#operations.flatMap(({ specification, weights }) =>
        specification.kind === 'batchNormalisation' && specification.attributes.frozen ? Object.values(weights) : [],
      ),
    );
    if (frozen.size === 0) return this.#operations;
    return this.#operations.map((operation) =>
      Object.values(operation.weights).some((id) => frozen.has(id))
        ? { ...operation, specification: freeze(operation.specification) }
        : operation,
    );
  }

  #items(items: readonly Item[], place: Place): void {
    for (const item of items) {
      switch (item.item) {
        case 'operation':
          this.#operation(item, place);
          break;
        case 'loop':
          this.#loop(item, place);
          break;
        case 'call':
          this.#call(item, place);
          break;
      }
    }
  }

  #operation(item: StructuredOperation, place: Place): void {
    const { node, specification, output, type, wires, tap } = item;
    const inputs = item.inputs.map((input) => valueAt(place, input));
    const id = `${output}${place.suffix}` as OperationId;
    const weights: Record<string, WeightId> = {};
    for (const [slot, reference] of Object.entries(item.weights)) weights[slot] = this.#use(reference, id, place);
    const value = this.#emit(id, node, specification, inputs, type, weights, place.path);
    place.values.set(output, value);
    for (const { slot, wire } of wires) {
      const read = inputs[slot];
      if (read === undefined)
        throw new Error(`the wire ${wire} ends at slot ${slot} of ${id}, which has ${inputs.length}`);
      this.#wires.push({
        wire,
        path: place.path,
        value: read.id,
        type: read.type,
        consumer: id,
        slot,
      });
    }
    if (tap !== undefined) this.#taps.push({ name: `${node}:${tap}`, path: place.path, value: value.id, type });
  }

  #emit(
    id: OperationId,
    node: NodeId,
    specification: OperationSpecification,
    inputs: readonly FlatValue[],
    type: TensorType,
    weights: Readonly<Record<string, WeightId>>,
    path: Path,
  ): FlatValue {
    const output = id as string as ValueId;
    this.#operations.push({
      id,
      specification,
      inputs: inputs.map((input) => input.id),
      output,
      type,
      weights,
      origin: { node, path },
    });
    return { id: output, type };
  }

  /** The weight that a reference means here, with this operation among its owners. */
  #use(reference: WeightReference, owner: OperationId, place: Place): WeightId {
    const { node, name, perStep, perInstance, shape, initialiser, regulariser, trainable } = reference;
    const id = `${node}/${name}${stepMembers(perStep, place)}${instanceMembers(perInstance, place)}` as WeightId;
    const known = this.#weights.get(id);
    if (known === undefined) {
      this.#weights.set(id, { id, shape, initialiser, regulariser, trainable, owners: [owner] });
      return id;
    }
    if (known.shape.length !== shape.length || known.shape.some((length, axis) => length !== shape[axis])) {
      throw new Error(
        `the weight ${id} is shared by uses of different shapes: [${known.shape.join(', ')}] and [${shape.join(', ')}] at ${owner}`,
      );
    }
    known.owners.push(owner);
    known.trainable &&= trainable;
    return id;
  }

  #loop(region: LoopRegion, outer: Place): void {
    const { node, iterations } = region;
    let current = region.states.map(({ initial }) => valueAt(outer, initial));
    const inputs = region.inputs.map((input) => ({ ...input, value: valueAt(outer, input.outer) }));
    const results = region.outputs.map((): FlatValue[] => []);
    // One table serves all iterations: each gives every name a new value before anything reads it.
    const values = new Map<ValueId, FlatValue>();
    for (let iteration = 0; iteration < iterations; iteration += 1) {
      const place = enterIteration(outer, node, iteration, values);
      region.states.forEach((state, index) => values.set(state.current, present(current[index], state.current)));
      for (const { kind, inner, innerType, value } of inputs) {
        if (kind === 'constant') {
          values.set(inner, value);
          continue;
        }
        const id = `${inner}${place.suffix}` as OperationId;
        const specification = { kind: 'takeStep', attributes: { index: iteration } } as const;
        values.set(inner, this.#emit(id, node, specification, [value], innerType, {}, place.path));
      }
      this.#items(region.body, place);
      current = region.states.map(({ next }) => valueAt(place, next));
      region.outputs.forEach(({ kind, inner }, index) => {
        const list = results[index];
        if (list !== undefined && (kind === 'all' || iteration === iterations - 1)) list.push(valueAt(place, inner));
      });
    }
    region.outputs.forEach(({ kind, outer: name, outerType }, index) => {
      const list = results[index] ?? [];
      if (kind === 'last') {
        outer.values.set(name, present(list[0], name));
        return;
      }
      const id = `${name}${outer.suffix}` as OperationId;
      const specification = { kind: 'stackSteps', attributes: {} } as const;
      outer.values.set(name, this.#emit(id, node, specification, list, outerType, {}, outer.path));
    });
  }

  #call(call: CellCall, outer: Place): void {
    const body = this.#program.cells[call.cell];
    if (body === undefined) throw new Error(`the instance ${call.node} calls ${call.cell}, which the Program lacks`);
    const place = enterInstance(outer, call);
    body.inputs.forEach(({ value }, index) => {
      place.values.set(value, valueAt(outer, present(call.inputs[index], value)));
    });
    this.#items(body.body, place);
    call.outputs.forEach(({ value }, index) => {
      outer.values.set(value, valueAt(place, present(body.outputs[index], value).value));
    });
  }
}

function enterIteration(outer: Place, loop: NodeId, iteration: number, values: Map<ValueId, FlatValue>): Place {
  const step: PathStep = { loop, iteration };
  return {
    ...outer,
    path: [...outer.path, step],
    suffix: outer.suffix + pathSuffix([step]),
    values,
    iterations: new Map([...outer.iterations, [loop, iteration]]),
  };
}

function enterInstance(outer: Place, { node, weights, perStep, perInstance }: CellCall): Place {
  const step: PathStep = { instance: node };
  const own = weights === 'own';
  return {
    path: [...outer.path, step],
    suffix: outer.suffix + pathSuffix([step]),
    values: new Map(),
    iterations: new Map(),
    stepMembers: stepMembers(perStep, outer),
    instanceMembers: `${instanceMembers(perInstance, outer)}${own ? `@${node}` : ''}`,
    unnamedInstance: own ? null : node,
  };
}

function stepMembers(perStep: readonly NodeId[], place: Place): string {
  return perStep.reduce((members, loop) => {
    const iteration = present(place.iterations.get(loop), loop);
    return `${members}[${loop}=${iteration}]`;
  }, place.stepMembers);
}

function instanceMembers(perInstance: boolean, { instanceMembers: members, unnamedInstance }: Place): string {
  return perInstance && unnamedInstance !== null ? `${members}@${unnamedInstance}` : members;
}

function valueAt(place: Place, name: ValueId): FlatValue {
  return present(place.values.get(name), name);
}

function present<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`the Program reads ${name} before it is there`);
  return value;
}
