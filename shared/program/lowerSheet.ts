import type { Place } from '../check/place.ts';
import { learnedStateName } from '../check/evaluation.ts';
import type { Sheet } from '../check/sheet.ts';
import type { CellDefinition, GraphNode, LoopParameters } from '../graph/document.ts';
import { instanceParametersSchema, loopParametersSchema, opaqueParametersSchema } from '../graph/document.ts';
import type { CellId, NodeId } from '../graph/identifiers.ts';
import type { JsonObject, JsonValue } from '../graph/json.ts';
import type { TensorType } from '../graph/values.ts';
import { findLayer } from '../layers/catalogue.ts';
import type { WeightRequest } from '../layers/layer.ts';
import { portOrder } from '../layers/nodePorts.ts';
import type { OperationSpecification } from '../layers/operations.ts';
import { parseParameters, typedParameters } from '../layers/parameters.ts';
import { freeze } from './freeze.ts';
import { executionOrder } from './order.ts';
import type { CellBody, Item, LoopRegion, ValueId, WeightReference, WireEnd } from './program.ts';
import { recordBuild } from './recordBuild.ts';
import type { RecordedBuild, RecordedSource } from './recordBuild.ts';

/** Values of exposed parameters, by node of the definition and parameter. */
export type Overrides = ReadonlyMap<NodeId, Readonly<JsonObject>>;

/** The other sheets, as far as an instance needs them. */
export interface Surroundings {
  definition(cell: CellId): CellDefinition;
  /** The body of a definition for these types of its inputs, in the order of its terminals. */
  call(cell: CellId, inputs: readonly TensorType[], overrides: Overrides, frozen: boolean): CellBody;
}

/** What a sheet is lowered with. For the document's own: no inputs, no overrides, not frozen. */
export interface SheetSetting {
  /** Types of a definition's inputs, by terminal. */
  readonly inputs: ReadonlyMap<string, TensorType | undefined>;
  readonly overrides: Overrides;
  /** Some instance on the way here is frozen, and so is all inside. */
  readonly frozen: boolean;
}

/** A value under its name. */
export interface NamedValue {
  readonly value: ValueId;
  readonly type: TensorType;
}

/** A value that arrives at a port, and the wire it comes on. */
interface Arrival extends NamedValue {
  readonly wire: WireEnd['wire'];
}

/** A value to be read; with the wire that the reader ends, where it has not ended before. */
interface Readable extends NamedValue {
  readonly wire?: WireEnd['wire'];
}

interface Emitted {
  readonly specification: OperationSpecification;
  readonly inputs: readonly ValueId[];
  readonly type: TensorType;
  readonly wires: readonly WireEnd[];
  readonly weights?: Readonly<Record<string, WeightReference>>;
  readonly tap?: string;
}

/** Lowers one sheet: the document's own, or a definition for one kind of instance. */
export class SheetLowering {
  readonly #sheet: Sheet;
  readonly #surroundings: Surroundings;
  readonly #setting: SheetSetting;
  /** By `node port` of a source. */
  readonly #sources = new Map<string, NamedValue>();
  /** What the nodes that end a sheet (outputs, terminals of a definition) give. */
  readonly #ends = new Map<NodeId, NamedValue>();

  constructor(sheet: Sheet, surroundings: Surroundings, setting: SheetSetting) {
    this.#sheet = sheet;
    this.#surroundings = surroundings;
    this.#setting = setting;
  }

  /** Everything on the sheet in order of execution. To be called once, before the values below are asked for. */
  body(): readonly Item[] {
    return this.#scope(null);
  }

  /** The value that an output node gives. */
  end(node: NodeId): NamedValue {
    return found(this.#ends.get(node), `the value of ${node}`);
  }

  /** The value at a terminal of this definition: inside, at its cellInput or cellOutput node. */
  terminal(type: 'cellInput' | 'cellOutput', terminal: string): NamedValue {
    const place = [...this.#sheet.places.values()].find(
      ({ node }) => node.type === type && node.params['terminal'] === terminal,
    );
    return this.end(found(place, `the ${type} of ${terminal}`).node.id);
  }

  #scope(scope: NodeId | null): readonly Item[] {
    const places = this.#sheet.placesIn.get(scope) ?? [];
    const items: Item[] = [];
    for (const place of executionOrder(places, this.#sheet.linksIn.get(scope) ?? [])) this.#place(place, items);
    return items;
  }

  #place(place: Place, items: Item[]): void {
    const { node } = place;
    switch (node.type) {
      case 'frame':
        return;
      case 'loop':
        this.#loop(place, items);
        return;
      case 'cell':
        this.#instance(place, items);
        return;
      case 'cellInput': {
        const terminal = String(node.params['terminal']);
        const type = found(this.#setting.inputs.get(terminal), `the type of the terminal ${terminal}`);
        const named = { value: valueId(node.id), type };
        this.#ends.set(node.id, named);
        this.#sources.set(sourceKey(node.id, 'out'), named);
        return;
      }
      case 'cellOutput':
        this.#ends.set(node.id, this.#identity(place, 'in', node.id, 'port', items));
        return;
      case 'opaque':
        this.#opaque(place, items);
        return;
      default:
        this.#layer(place, items);
    }
  }

  /** The value that arrives at a port, and by which wire. */
  #arrival(place: Place, port: string): Arrival {
    const link = found(this.#sheet.incoming.get(place.node.id)?.get(port), `the wire into ${place.node.id}.${port}`);
    const key = sourceKey(link.wire.from.node, link.wire.from.port);
    return { ...found(this.#sources.get(key), `the value of ${key}`), wire: link.wire.id };
  }

  #emit(place: Place, name: string, operation: Emitted, items: Item[]): NamedValue {
    const { weights = {}, type, ...rest } = operation;
    const output = valueId(name);
    items.push({ item: 'operation', node: place.node.id, ...rest, output, type, weights });
    return { value: output, type };
  }

  /** Ends the wire at `port` in an identity operation, so that it has one consumer. */
  #identity(place: Place, port: string, name: string, role: 'terminal' | 'port', items: Item[]): NamedValue {
    const { value, type, wire } = this.#arrival(place, port);
    const specification = { kind: 'identity', attributes: { role } } as const;
    return this.#emit(place, name, { specification, inputs: [value], type, wires: [{ slot: 0, wire }] }, items);
  }

  #parameters(node: GraphNode): GraphNode['params'] {
    const set = this.#setting.overrides.get(node.id);
    return set === undefined ? node.params : { ...node.params, ...set };
  }

  #reference(place: Place, request: WeightRequest): WeightReference {
    const { node, perStep, perInstance, frozen } = place;
    const { name, shape, initialiser, regulariser } = request;
    const trainable = request.trainable && !frozen && !this.#setting.frozen;
    return { node: node.id, name, perStep, perInstance, shape, initialiser, regulariser, trainable };
  }

  #layer(place: Place, items: Item[]): void {
    const { node } = place;
    const definition = found(findLayer(node.type), `the layer ${node.type}`);
    const parsed = parseParameters(definition, this.#parameters(node));
    if (!parsed.ok) throw new Error(`${node.id} has wrong parameters in a document that passed its check`);
    const placeholder = definition.placeholderType?.(typedParameters(parsed.parameters));
    if (placeholder !== undefined) {
      this.#sources.set(sourceKey(node.id, 'out'), { value: valueId(node.id), type: placeholder });
      return;
    }
    const ports = this.#layerPorts(place);
    const arrivals = ports.map((port) => this.#arrival(place, port));
    const build = recordBuild(
      definition,
      parsed.parameters,
      arrivals.map(({ type }) => type),
      ports,
    );
    for (const [port, output] of Object.entries(this.#emitBuild(place, build, arrivals, items))) {
      if (definition.outputs === 'none') this.#ends.set(node.id, output);
      else this.#sources.set(sourceKey(node.id, port), output);
    }
  }

  /** The wired inputs of a layer in their order. */
  #layerPorts({ node }: Place): readonly string[] {
    const ports = [...(this.#sheet.incoming.get(node.id)?.keys() ?? [])];
    const definition = findLayer(node.type);
    return ports.sort((a, b) => portOrder(definition, a) - portOrder(definition, b));
  }

  #emitBuild(
    place: Place,
    build: RecordedBuild,
    arrivals: readonly Arrival[],
    items: Item[],
  ): Readonly<Record<string, NamedValue>> {
    let count = 0;
    const nextName = (): string => {
      count += 1;
      return count === 1 ? place.node.id : `${place.node.id}#${count}`;
    };
    const uses = arrivals.map(() => 0);
    const countUse = (source: RecordedSource): void => {
      if (source.from === 'input') uses[source.index] = (uses[source.index] ?? 0) + 1;
    };
    for (const { inputs } of build.operations) inputs.forEach(countUse);
    // A value that is handed on as it came is not consumed yet: only an operation can end its wire.
    const ends = Object.values(build.outputs);
    const isOneConsumer = (index: number): boolean =>
      uses[index] === 1 && !ends.some((end) => end.from === 'input' && end.index === index);
    const inputs = arrivals.map((arrival, index): Readable => {
      if (isOneConsumer(index)) return arrival;
      const { value, type, wire } = arrival;
      const specification = { kind: 'identity', attributes: { role: 'layer' } } as const;
      return this.#emit(place, nextName(), { specification, inputs: [value], type, wires: [{ slot: 0, wire }] }, items);
    });
    const isFrozen = place.frozen || this.#setting.frozen;
    const emitted: NamedValue[] = [];
    const resolve = ({ from, index }: RecordedSource): Readable =>
      found(from === 'input' ? inputs[index] : emitted[index], `${from} ${index} of ${place.node.id}`);
    for (const { specification, inputs: sources, type, weights, tap } of build.operations) {
      const read = sources.map(resolve);
      const operation: Emitted = {
        specification: isFrozen ? freeze(specification) : specification,
        inputs: read.map(({ value }) => value),
        type,
        weights: Object.fromEntries(
          Object.entries(weights).map(([slot, request]) => [slot, this.#reference(place, request)]),
        ),
        wires: read.flatMap(({ wire }, slot) => (wire === undefined ? [] : [{ slot, wire }])),
        ...(tap === undefined ? {} : { tap }),
      };
      emitted.push(this.#emit(place, nextName(), operation, items));
    }
    return Object.fromEntries(Object.entries(build.outputs).map(([port, source]) => [port, resolve(source)]));
  }

  #opaque(place: Place, items: Item[]): void {
    const { node } = place;
    const { operator, inputs, outputs } = opaqueParametersSchema.parse(node.params);
    const arrived = inputs.map(({ id }) => {
      const port = `in.${id}`;
      return this.#identity(place, port, terminalName(node.id, port), 'port', items).value;
    });
    for (const { id, shape, dtype } of outputs) {
      const port = `out.${id}`;
      const type = { shape, dtype };
      const specification = { kind: 'opaque', attributes: { operator, outputs: [type] } } as const;
      const operation = { specification, inputs: arrived, type, wires: [] };
      this.#sources.set(sourceKey(node.id, port), this.#emit(place, terminalName(node.id, port), operation, items));
    }
  }

  #instance(place: Place, items: Item[]): void {
    const { node, perStep, perInstance, frozen } = place;
    const { cell, weights, parameters } = instanceParametersSchema.parse(this.#parameters(node));
    const definition = this.#surroundings.definition(cell);
    const inputs = definition.inputs.map(({ id }) => {
      const port = `in.${id}`;
      return this.#identity(place, port, terminalName(node.id, port), 'port', items);
    });
    const body = this.#surroundings.call(
      cell,
      inputs.map(({ type }) => type),
      overridesOf(definition, parameters),
      frozen || this.#setting.frozen,
    );
    const outputs = body.outputs.map(({ id, type }) => ({ port: `out.${id}`, type }));
    items.push({
      item: 'call',
      node: node.id,
      cell: body.key,
      weights,
      perStep,
      perInstance,
      inputs: inputs.map(({ value }) => value),
      outputs: outputs.map(({ port, type }) => {
        const value = valueId(terminalName(node.id, port));
        this.#sources.set(sourceKey(node.id, port), { value, type });
        return { value, type };
      }),
    });
  }

  #loop(place: Place, items: Item[]): void {
    const { node } = place;
    const parameters = loopParametersSchema.parse(this.#parameters(node));
    const name = (port: string): ValueId => valueId(terminalName(node.id, port));
    const define = (port: string, type: TensorType): ValueId => {
      this.#sources.set(sourceKey(node.id, port), { value: name(port), type });
      return name(port);
    };
    const inputs = parameters.inputs.map(({ id, kind }): LoopRegion['inputs'][number] => {
      const outer = this.#identity(place, `in.${id}`, terminalName(node.id, `in.${id}`), 'terminal', items);
      const { shape, dtype } = outer.type;
      const innerType = kind === 'scan' ? { shape: shape.slice(1), dtype } : outer.type;
      return { id, kind, outer: outer.value, inner: define(`input.${id}`, innerType), innerType };
    });
    const states = parameters.states.map((state) => {
      const type: TensorType = { shape: state.shape, dtype: state.dtype ?? 'float32' };
      const initial = this.#initialState(place, state, type, items);
      return { state, type, initial, current: define(`state.${state.id}`, type) };
    });
    const inside = [...this.#scope(node.id)];
    const regionStates = states.map(({ state, type, initial, current }): LoopRegion['states'][number] => {
      const next = this.#nextState(place, state, current, inside);
      return { id: state.id, type, initial, current, next };
    });
    const outputs = parameters.outputs.map(({ id, kind, state }): LoopRegion['outputs'][number] => {
      const port = `result.${id}`;
      const handedOut = regionStates.find((other) => other.id === state);
      const inner =
        handedOut === undefined
          ? this.#identity(place, port, terminalName(node.id, port), 'terminal', inside)
          : { value: handedOut.next, type: handedOut.type };
      const { shape, dtype } = inner.type;
      const outerType = kind === 'all' ? { shape: [parameters.iterations, ...shape], dtype } : inner.type;
      return { id, kind, inner: inner.value, outer: define(`out.${id}`, outerType), outerType };
    });
    items.push({
      item: 'loop',
      node: node.id,
      iterations: parameters.iterations,
      perStep: place.perStep,
      states: regionStates,
      inputs,
      outputs,
      body: inside,
    });
  }

  #initialState(place: Place, state: LoopParameters['states'][number], type: TensorType, items: Item[]): ValueId {
    const name = terminalName(place.node.id, `init.${state.id}`);
    const { shape, dtype } = type;
    switch (state.initial.kind) {
      case 'zeros': {
        const specification = { kind: 'zeros', attributes: { shape, dtype } } as const;
        return this.#emit(place, name, { specification, inputs: [], type, wires: [] }, items).value;
      }
      case 'learned': {
        const request = {
          name: learnedStateName(state.id),
          shape,
          initialiser: state.initial.initialiser,
          regulariser: null,
          trainable: true,
        };
        const weights = { value: this.#reference(place, request) };
        const specification = { kind: 'learned', attributes: { shape } } as const;
        return this.#emit(place, name, { specification, inputs: [], type, wires: [], weights }, items).value;
      }
      case 'wired':
        return this.#identity(place, `init.${state.id}`, name, 'terminal', items).value;
    }
  }

  /** The wire into `next` ends in an identity, or in the sum of a residual state. */
  #nextState(place: Place, state: LoopParameters['states'][number], current: ValueId, items: Item[]): ValueId {
    const port = `next.${state.id}`;
    const name = terminalName(place.node.id, port);
    if (state.residual !== true) return this.#identity(place, port, name, 'terminal', items).value;
    const { value, type, wire } = this.#arrival(place, port);
    const specification = { kind: 'add', attributes: {} } as const;
    const operation = { specification, inputs: [value, current], type, wires: [{ slot: 0, wire }] };
    return this.#emit(place, name, operation, items).value;
  }
}

function overridesOf(cell: CellDefinition, values: Readonly<Record<string, JsonValue>>): Overrides {
  const overrides = new Map<NodeId, JsonObject>();
  for (const { id, node, parameter } of cell.parameters) {
    const value = Object.hasOwn(values, id) ? values[id] : undefined;
    if (value !== undefined) overrides.set(node, { ...overrides.get(node), [parameter]: value });
  }
  return overrides;
}

function sourceKey(node: NodeId, port: string): string {
  return `${node} ${port}`;
}

function terminalName(node: NodeId, port: string): string {
  return `${node}.${port}`;
}

function valueId(name: string): ValueId {
  return name as ValueId;
}

function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`lowering lacks ${what} in a document that passed its check`);
  return value;
}
