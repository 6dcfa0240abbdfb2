import type { CellDefinition, Endpoint, Graph, GradloomDocument, GraphNode, Wire } from '#shared/graph/document';
import { cellId, nodeId, terminalId, wireId } from '#shared/graph/identifiers';
import type { CellId, NodeId, TerminalId } from '#shared/graph/identifiers';
import type { JsonObject } from '#shared/graph/json';
import { instancePorts } from '#shared/graph/portNames';
import { firstFree, identifierBase, newDocument } from '#shared/graph/queries';
import type { TensorType } from '#shared/graph/values';
import { dryBuild } from '#shared/layers/buildDry';
import { findLayer } from '#shared/layers/catalogue';
import { LayerProblem } from '#shared/layers/layer';
import { parseParameters } from '#shared/layers/parameters';
import { ImportProblem } from '../importProblem.ts';
import type { NpzArray } from '../npz.ts';
import { placeNodes } from '#shared/graph/placeNodes';
import { Unsupported } from './unsupported.ts';

/** A value on a sheet that is being made: the port that gives it. */
export interface ForeignValue {
  readonly end: Endpoint;
  readonly type: TensorType;
}

/** Numbers of a weight by the catalogue's name for it. */
export type LayerArrays = Readonly<Record<string, NpzArray>>;

/** A layer of the catalogue that stands for one of a foreign model. */
export interface LayerRequest {
  /** The foreign layer's name. */
  readonly name: string;
  /** What the foreign model calls the operation; named where the catalogue's layer cannot take its place. */
  readonly operator: string;
  readonly type: string;
  readonly params: JsonObject;
  readonly inputs: readonly ForeignValue[] | Readonly<Record<string, ForeignValue>>;
  readonly weights?: LayerArrays;
  readonly frozen?: boolean;
  readonly note?: string;
}

/** A layer that stays what the foreign file says. */
export interface OpaqueRequest {
  readonly name: string;
  readonly operator: string;
  readonly source: string;
  readonly attributes: JsonObject;
  readonly inputs: readonly ForeignValue[];
  readonly output: TensorType;
}

/** Everything that is unique in one document: ids, cells, weights. */
export class ForeignDocument {
  readonly weights: Record<string, NpzArray> = {};
  readonly #cells: CellDefinition[] = [];
  readonly #taken = new Set<string>();
  #wires = 0;

  /** An id from a foreign name, used once. */
  id(name: string): string {
    const id = firstFree(identifierBase(name, 'layer').replace(/^-/, '_'), (candidate) => this.#taken.has(candidate));
    this.#taken.add(id);
    return id;
  }

  /** Gives the ids of nodes free again, with the weights of those nodes. */
  forget(ids: readonly NodeId[]): void {
    for (const id of ids) {
      this.#taken.delete(id);
      for (const weight of Object.keys(this.weights)) {
        if (weight.startsWith(`${id}/`)) Reflect.deleteProperty(this.weights, weight);
      }
    }
  }

  wire(): Wire['id'] {
    this.#wires += 1;
    return wireId(`w${this.#wires}`);
  }

  /** Adds a cell. @param inputs @param outputs its terminals, in order */
  cell(name: string, inputs: readonly TerminalId[], outputs: readonly TerminalId[], graph: Graph): CellId {
    const id = cellId(firstFree(identifierBase(name, 'cell'), (free) => this.#cells.some((cell) => cell.id === free)));
    const ends = (terminals: readonly TerminalId[]) => terminals.map((terminal) => ({ id: terminal }));
    this.#cells.push({
      id,
      name: name.slice(0, 200),
      inputs: ends(inputs),
      outputs: ends(outputs),
      parameters: [],
      graph,
    });
    return id;
  }

  /** The whole document around its main sheet. */
  finish(name: string, graph: Graph): GradloomDocument {
    return { ...newDocument(name.slice(0, 200)), graph, cells: this.#cells };
  }
}

/** One sheet that is being made of a foreign model: the main one or a cell's. */
export class ForeignSheet {
  readonly #document: ForeignDocument;
  readonly #nodes: GraphNode[] = [];
  readonly #wires: Wire[] = [];

  constructor(document: ForeignDocument) {
    this.#document = document;
  }

  #node(name: string, type: string, params: JsonObject, extra: Partial<GraphNode> = {}): NodeId {
    const id = nodeId(this.#document.id(name));
    this.#nodes.push({ id, type, params, position: { x: 0, y: 0 }, label: name.slice(0, 200), ...extra });
    return id;
  }

  #wire(from: Endpoint, node: NodeId, port: string): void {
    this.#wires.push({ id: this.#document.wire(), from, to: { node, port } });
  }

  /** What `make` gives; where it throws, the sheet is as it was before. */
  attempt<Result>(make: () => Result): Result {
    const [nodes, wires] = [this.#nodes.length, this.#wires.length];
    try {
      return make();
    } catch (error) {
      this.#document.forget(this.#nodes.splice(nodes).map(({ id }) => id));
      this.#wires.length = wires;
      throw error;
    }
  }

  input(name: string, type: TensorType): ForeignValue {
    const node = this.#node(name, 'input', { shape: type.shape, dtype: type.dtype });
    return { end: { node, port: 'out' }, type };
  }

  output(name: string, value: ForeignValue, link: 'none' | 'softmax' | 'sigmoid'): void {
    const node = this.#node(name, 'output', { link });
    this.#wire(value.end, node, 'in');
  }

  /** An input of the cell whose sheet this is. */
  cellInput(terminal: TerminalId, type: TensorType): ForeignValue {
    const node = this.#node(terminal, 'cellInput', { terminal });
    return { end: { node, port: 'out' }, type };
  }

  cellOutput(terminal: TerminalId, value: ForeignValue): void {
    const node = this.#node(terminal, 'cellOutput', { terminal });
    this.#wire(value.end, node, 'in');
  }

  /**
   * Adds a layer with its weights and gives its outputs by port.
   * @throws Unsupported where the layer cannot take these settings or inputs
   * @throws ImportProblem where a weight has another shape
   */
  layers({ name, operator, type, params, inputs, weights = {}, frozen = false, note }: LayerRequest) {
    const definition = findLayer(type);
    if (definition === undefined) throw new Error(`the catalogue has no layer ${type}`);
    const parsed = parseParameters(definition, params);
    if (!parsed.ok) {
      const [first] = parsed.problems;
      throw new Unsupported(`${operator} (${first?.parameter ?? ''}: ${JSON.stringify(first?.received ?? null)})`);
    }
    const wired = Array.isArray(inputs)
      ? (inputs as readonly ForeignValue[]).map(
          (value, index) => [definition.inputs === 'many' ? `in.${index}` : 'in', value] as const,
        )
      : Object.entries(inputs as Readonly<Record<string, ForeignValue>>);
    const built = (() => {
      try {
        return dryBuild(
          definition,
          parsed.parameters,
          wired.map(([, value]) => value.type),
          wired.map(([port]) => port),
        );
      } catch (error) {
        if (error instanceof LayerProblem) throw new Unsupported(`${operator} (${error.message.slice(0, 120)})`);
        throw error;
      }
    })();
    for (const { name: weight, shape } of built.weights) {
      const received = weights[weight];
      if (received === undefined || String(received.shape) !== String(shape)) {
        const values = { weight: `${name}/${weight}`, expected: shape.join('×') };
        throw new ImportProblem('weightShape', { ...values, received: received?.shape.join('×') ?? '–' });
      }
    }
    const node = this.#node(name, type, params, {
      ...(frozen ? { frozen } : {}),
      ...(note === undefined ? {} : { note }),
    });
    for (const { name: weight } of built.weights) {
      const numbers = weights[weight];
      if (numbers !== undefined) this.#document.weights[`${node}/${weight}`] = numbers;
    }
    for (const [port, value] of wired) this.#wire(value.end, node, port);
    return Object.fromEntries(
      Object.entries(built.outputs).map(([port, given]): [string, ForeignValue] => [
        port,
        { end: { node, port }, type: given },
      ]),
    );
  }

  /** A layer with one output. */
  layer(request: LayerRequest): ForeignValue {
    const { out } = this.layers(request);
    if (out === undefined) throw new Error(`the layer ${request.type} has no output "out"`);
    return out;
  }

  /** A node for what the catalogue lacks. */
  opaque({ name, operator, source, attributes, inputs, output }: OpaqueRequest): ForeignValue {
    const port = terminalId('y');
    const node = this.#node(name, 'opaque', {
      operator: operator.slice(0, 200),
      source: source.slice(0, 400),
      attributes,
      inputs: inputs.map((_, index) => ({ id: `x${index}` })),
      outputs: [{ id: port, shape: output.shape, dtype: output.dtype }],
    });
    inputs.forEach((value, index) => this.#wire(value.end, node, instancePorts.in(terminalId(`x${index}`))));
    return { end: { node, port: instancePorts.out(port) }, type: output };
  }

  /** An instance of a cell; all of them share the cell's weights. */
  instance(
    name: string,
    cell: CellId,
    inputs: readonly (readonly [TerminalId, ForeignValue])[],
    outputs: readonly (readonly [TerminalId, TensorType])[],
  ): readonly ForeignValue[] {
    const node = this.#node(name, 'cell', { cell, weights: 'shared', parameters: {} });
    for (const [terminal, value] of inputs) this.#wire(value.end, node, instancePorts.in(terminal));
    return outputs.map(([terminal, type]) => ({ end: { node, port: instancePorts.out(terminal) }, type }));
  }

  graph(): Graph {
    return { nodes: placeNodes(this.#nodes, this.#wires), wires: this.#wires };
  }
}
