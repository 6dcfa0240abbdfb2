import type { z } from 'zod';
import { text } from '../text/text.ts';
import { isTextKey } from '../text/text.ts';
import type { CellDefinition, Graph, GradloomDocument, GraphNode, Wire } from './document.ts';
import { cellSchema, documentSchema, nodeSchema, wireSchema } from './document.ts';
import type { CellId, NodeId, WireId } from './identifiers.ts';
import { isJsonObject, jsonEqual, jsonFault } from './json.ts';
import type { Operation, OperationProblem } from './operations.ts';
import { OperationError } from './operations.ts';
import { isContainerType } from './portNames.ts';
import type { SheetId } from './queries.ts';
import {
  absolutePosition,
  ancestorsOf,
  childrenOf,
  descendantsOf,
  findCell,
  findNode,
  findWire,
  graphOf,
  instancesOf,
  nodeOf,
} from './queries.ts';
import { schemaFaults } from './schemaFaults.ts';
import { schemaShape } from './schemaShape.ts';
import { structureFaults } from './structure.ts';
import type { Training } from './training.ts';
import { trainingSchema } from './training.ts';

const nodeHeadSchema = nodeSchema.omit({ params: true });
const cellHeadSchema = cellSchema.omit({ graph: true });
const headerSchema = documentSchema.pick({ name: true, note: true, weights: true });

type OperationOf<Kind extends Operation['kind']> = Extract<Operation, { readonly kind: Kind }>;

/** One application: it knows which operation it is, so that every complaint can say so. */
class Application {
  constructor(
    readonly document: GradloomDocument,
    private readonly kind: Operation['kind'],
  ) {}

  fail(problem: OperationProblem): OperationError {
    return new OperationError(this.kind, problem);
  }

  // ------------------------------------------------------------------------------------------------------ look-ups

  graph(sheet: SheetId): Graph {
    const graph = graphOf(this.document, sheet);
    if (graph !== undefined) return graph;
    throw this.fail({
      subject: sheet ?? undefined,
      expected: 'a cell of the document as the sheet',
      received: `"${sheet}", which is none`,
      wayOut: 'Add the cell first.',
    });
  }

  node(id: NodeId): { readonly node: GraphNode; readonly sheet: SheetId; readonly graph: Graph } {
    const found = findNode(this.document, id);
    if (found !== undefined) return found;
    throw this.fail({
      subject: id,
      expected: 'a node of the document',
      received: 'an id that no node has',
      wayOut: 'Choose a node that exists.',
    });
  }

  wire(id: WireId): { readonly wire: Wire; readonly sheet: SheetId; readonly graph: Graph } {
    const found = findWire(this.document, id);
    if (found !== undefined) return found;
    throw this.fail({
      subject: id,
      expected: 'a wire of the document',
      received: 'an id that no wire has',
      wayOut: 'Choose a wire that exists.',
    });
  }

  cell(id: CellId): CellDefinition {
    const found = findCell(this.document, id);
    if (found !== undefined) return found;
    throw this.fail({
      subject: id,
      expected: 'a cell of the document',
      received: 'an id that no cell has',
      wayOut: 'Choose a cell that exists.',
    });
  }

  // -------------------------------------------------------------------------------------------------------- values

  /** Refuses what the schema refuses and what JSON cannot hold, and takes out keys that are `undefined`. */
  valid<Value extends object>(schema: z.ZodType, value: Value, subject?: NodeId | WireId | CellId): Value {
    const present = withoutUndefined(value);
    const fault = jsonFault(present);
    const wayOut = 'Give it a value that the document format allows.';
    if (fault !== null) throw this.fail({ subject, expected: 'values that JSON can hold', received: fault, wayOut });
    const parsed = schema.safeParse(present);
    if (parsed.success) return present;
    const [first] = schemaFaults(schemaShape(schema), present, parsed.error.issues);
    const received =
      first !== undefined && isTextKey(first.code) ? text('en', first.code, first.values) : parsed.error.message;
    throw this.fail({
      subject,
      expected: 'values that the document format allows',
      received: received.replace(/\.$/, ''),
      wayOut,
    });
  }

  /** The same for a node. Its parameters are any JSON, so they are not sent through the (slow) schema. */
  validNode(node: GraphNode): GraphNode {
    const { params, ...head } = node;
    this.valid(nodeHeadSchema, head, node.id);
    const fault = isJsonObject(params) ? jsonFault(params) : 'no object';
    if (fault === null) return withoutUndefined(node);
    throw this.fail({
      subject: node.id,
      expected: 'parameters that JSON can hold',
      received: fault,
      wayOut: 'Use "unset" to take a parameter away.',
    });
  }

  // -------------------------------------------------------------------------------------------------------- changes

  withGraph(sheet: SheetId, graph: Graph): GradloomDocument {
    const { document } = this;
    if (graph === this.graph(sheet)) return document;
    if (sheet === null) return { ...document, graph };
    return { ...document, cells: document.cells.map((cell) => (cell.id === sheet ? { ...cell, graph } : cell)) };
  }

  /** Puts changed nodes in the place of those with their ids, on whatever sheet they are. */
  withNodes(changed: ReadonlyMap<NodeId, GraphNode>): GradloomDocument {
    return this.mapGraphs((graph) => ({ ...graph, nodes: graph.nodes.map((node) => changed.get(node.id) ?? node) }));
  }

  /** Maps every sheet and keeps the identity of those that stay as they are. */
  mapGraphs(map: (graph: Graph) => Graph): GradloomDocument {
    const keep = (graph: Graph): Graph => {
      const { nodes, wires } = map(graph);
      const same = <Item>(left: readonly Item[], right: readonly Item[]) =>
        left.length === right.length && left.every((item, index) => item === right[index]);
      const sameNodes = same(nodes, graph.nodes);
      const sameWires = same(wires, graph.wires);
      if (sameNodes && sameWires) return graph;
      return { nodes: sameNodes ? graph.nodes : nodes, wires: sameWires ? graph.wires : wires };
    };
    const { document } = this;
    const graph = keep(document.graph);
    const cells = document.cells.map((cell) => {
      const kept = keep(cell.graph);
      return kept === cell.graph ? cell : { ...cell, graph: kept };
    });
    const sameCells = cells.every((cell, index) => cell === document.cells[index]);
    if (graph === document.graph && sameCells) return document;
    return { ...document, graph, cells: sameCells ? document.cells : cells };
  }

  // ------------------------------------------------------------------------------------------------------ invariants

  /** Refuses a document that breaks what every document holds to. Used where whole parts arrive from outside. */
  sound(document: GradloomDocument): GradloomDocument {
    const [first] = structureFaults(document);
    if (first === undefined) return document;
    throw this.fail({
      expected: 'unique ids, wires between nodes of one sheet, parents that are frames or loops',
      received: isTextKey(first.code) ? text('en', first.code, first.values).replace(/\.$/, '') : first.code,
      wayOut: 'Change what is added.',
    });
  }

  wireEnds(graph: Graph, wire: Wire): void {
    for (const end of ['from', 'to'] as const) {
      if (nodeOf(graph, wire[end].node) === undefined) {
        throw this.fail({
          subject: wire.id,
          expected: `a node of the wire's sheet under "${end}"`,
          received: `"${wire[end].node}", which is none`,
          wayOut: 'Add the node first, or choose one of the sheet.',
        });
      }
    }
  }
}

function withoutUndefined<Value extends object>(value: Value): Value {
  if (!Object.values(value).includes(undefined)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Value;
}

function addNodes(application: Application, { sheet, nodes }: OperationOf<'addNodes'>): GradloomDocument {
  if (nodes.length === 0) return application.document;
  const graph = application.graph(sheet);
  const added = new Map<NodeId, GraphNode>();
  for (const node of nodes) {
    if (added.has(node.id) || findNode(application.document, node.id) !== undefined) {
      throw application.fail({
        subject: node.id,
        expected: 'a node id that the document does not use yet, cells included',
        received: 'one that it uses',
        wayOut: 'Take a new id.',
      });
    }
    added.set(node.id, application.validNode(node));
  }
  for (const { id, parent } of added.values()) {
    if (parent === undefined) continue;
    const container = added.get(parent) ?? nodeOf(graph, parent);
    requireContainer(application, id, parent, container);
  }
  const next: Graph = { ...graph, nodes: [...graph.nodes, ...added.values()] };
  for (const { id } of added.values()) {
    if (ancestorsOf(next, id).some((ancestor) => ancestor.parent === id) || added.get(id)?.parent === id) {
      throw application.fail({
        subject: id,
        expected: 'a parent outside of the node',
        received: 'parents that run in a circle',
        wayOut: 'Choose another parent.',
      });
    }
  }
  return application.withGraph(sheet, next);
}

function requireContainer(
  application: Application,
  subject: NodeId,
  parent: NodeId,
  container: GraphNode | undefined,
): void {
  if (container !== undefined && isContainerType(container.type)) return;
  throw application.fail({
    subject,
    expected: 'a frame or loop of the same sheet as the parent',
    received: container === undefined ? `"${parent}", which is none` : `"${parent}" of type "${container.type}"`,
    wayOut: 'Choose a frame or loop of the sheet, or no parent.',
  });
}

function removeNodes(application: Application, { nodes }: OperationOf<'removeNodes'>): GradloomDocument {
  const gone = new Set<NodeId>();
  for (const id of nodes) {
    const { graph } = application.node(id);
    gone.add(id);
    for (const inner of descendantsOf(graph, id)) gone.add(inner.id);
  }
  return application.mapGraphs((graph) => ({
    nodes: graph.nodes.filter(({ id }) => !gone.has(id)),
    wires: graph.wires.filter(({ from, to }) => !gone.has(from.node) && !gone.has(to.node)),
  }));
}

function addWires(application: Application, { sheet, wires }: OperationOf<'addWires'>): GradloomDocument {
  if (wires.length === 0) return application.document;
  const graph = application.graph(sheet);
  const added = new Map<WireId, Wire>();
  for (const wire of wires) {
    if (added.has(wire.id) || findWire(application.document, wire.id) !== undefined) {
      throw application.fail({
        subject: wire.id,
        expected: 'a wire id that the document does not use yet, cells included',
        received: 'one that it uses',
        wayOut: 'Take a new id.',
      });
    }
    const valid = application.valid(wireSchema, wire, wire.id);
    application.wireEnds(graph, valid);
    added.set(wire.id, valid);
  }
  return application.withGraph(sheet, { ...graph, wires: [...graph.wires, ...added.values()] });
}

function removeWires(application: Application, { wires }: OperationOf<'removeWires'>): GradloomDocument {
  for (const id of wires) application.wire(id);
  const gone = new Set(wires);
  return application.mapGraphs((graph) => ({ ...graph, wires: graph.wires.filter(({ id }) => !gone.has(id)) }));
}

function setWires(application: Application, { wires }: OperationOf<'setWires'>): GradloomDocument {
  const changed = new Map<WireId, Wire>();
  for (const wire of wires) {
    const { graph, wire: former } = application.wire(wire.id);
    const valid = application.valid(wireSchema, wire, wire.id);
    application.wireEnds(graph, valid);
    changed.set(wire.id, jsonEqual(former, valid) ? former : valid);
  }
  return application.mapGraphs((graph) => ({
    ...graph,
    wires: graph.wires.map((wire) => changed.get(wire.id) ?? wire),
  }));
}

/** Changes nodes that are already there; those that stay equal keep their identity. */
function changeNodes(
  application: Application,
  changes: readonly { readonly node: NodeId; readonly change: (node: GraphNode) => GraphNode }[],
): GradloomDocument {
  const changed = new Map<NodeId, GraphNode>();
  for (const { node: id, change } of changes) {
    const former = changed.get(id) ?? application.node(id).node;
    const next = application.validNode(change(former));
    changed.set(id, jsonEqual(former, next) ? former : next);
  }
  return application.withNodes(changed);
}

/** A position without a negative zero, which a file would show as "-0". */
function tidy({ x, y }: { readonly x: number; readonly y: number }): GraphNode['position'] {
  return { x: x + 0, y: y + 0 };
}

function moveNodes(application: Application, { moves }: OperationOf<'moveNodes'>): GradloomDocument {
  return changeNodes(
    application,
    moves.map(({ node, position }) => ({ node, change: (former) => ({ ...former, position: tidy(position) }) })),
  );
}

function setParameters(
  application: Application,
  { node, set, unset = [] }: OperationOf<'setParameters'>,
): GradloomDocument {
  const both = unset.find((key) => Object.hasOwn(set, key));
  if (both !== undefined) {
    throw application.fail({
      subject: node,
      expected: 'each parameter under "set" or under "unset"',
      received: `"${both}" under both`,
      wayOut: 'Take one of the two away.',
    });
  }
  const change = (former: GraphNode): GraphNode => {
    const kept = Object.entries(former.params).filter(([key]) => !unset.includes(key));
    // `fromEntries` keeps a key `__proto__`, which a spread would swallow, so that it is refused.
    return { ...former, params: Object.fromEntries([...kept, ...Object.entries(set)]) };
  };
  return changeNodes(application, [{ node, change }]);
}

const settableKeys = [
  'label',
  'note',
  'size',
  'perStep',
  'perInstance',
  'frozen',
  'weightsFrom',
  'collapsed',
  'colour',
  'pinned',
] as const;

function setNode(application: Application, { node, set }: OperationOf<'setNode'>): GradloomDocument {
  refuseOtherKeys(application, set, settableKeys, node);
  return changeNodes(application, [{ node, change: (former) => ({ ...former, ...set }) }]);
}

function refuseOtherKeys(
  application: Application,
  set: object,
  allowed: readonly string[],
  subject?: NodeId | CellId,
): void {
  const other = Object.keys(set).find((key) => !allowed.includes(key));
  if (other === undefined) return;
  throw application.fail({
    subject,
    expected: `only ${allowed.join(', ')}`,
    received: `"${other}"`,
    wayOut: 'Another kind of operation changes it, or nothing does.',
  });
}

function setType(application: Application, { node, type, params }: OperationOf<'setType'>): GradloomDocument {
  const { graph } = application.node(node);
  const [child] = childrenOf(graph, node);
  if (child !== undefined && !isContainerType(type)) {
    throw application.fail({
      subject: node,
      expected: 'a type that can hold other nodes, because this one does',
      received: `"${type}" and the node "${child.id}" inside`,
      wayOut: 'Move what is inside out first.',
    });
  }
  return changeNodes(application, [{ node, change: (former) => ({ ...former, type, params: { ...params } }) }]);
}

function setParent(application: Application, { nodes, parent }: OperationOf<'setParent'>): GradloomDocument {
  const container = parent === null ? null : application.node(parent);
  const around =
    container === null ? [] : [container.node, ...ancestorsOf(container.graph, container.node.id)].map(({ id }) => id);
  const changes = [...new Set(nodes)].flatMap((id) => {
    const { node, sheet, graph } = application.node(id);
    if (container !== null) {
      requireContainer(application, id, container.node.id, container.sheet === sheet ? container.node : undefined);
      if (around.includes(id)) {
        throw application.fail({
          subject: id,
          expected: 'a parent outside of the node',
          received: `"${container.node.id}", which is the node itself or lies inside it`,
          wayOut: 'Choose another parent.',
        });
      }
    }
    if ((node.parent ?? null) === parent) return [];
    const place = absolutePosition(graph, id);
    const origin = container === null ? { x: 0, y: 0 } : absolutePosition(graph, container.node.id);
    const position = tidy({ x: place.x - origin.x, y: place.y - origin.y });
    return [{ node: id, change: (former: GraphNode) => ({ ...former, position, parent: parent ?? undefined }) }];
  });
  return changeNodes(application, changes);
}

function setTraining(application: Application, { set }: OperationOf<'setTraining'>): GradloomDocument {
  const { document } = application;
  refuseOtherKeys(application, set, Object.keys(trainingSchema.shape));
  const training: Training = application.valid(trainingSchema, { ...document.training, ...withoutUndefined(set) });
  return jsonEqual(training, document.training) ? document : { ...document, training };
}

function setDocument(application: Application, { set }: OperationOf<'setDocument'>): GradloomDocument {
  const { document } = application;
  refuseOtherKeys(application, set, Object.keys(headerSchema.shape));
  const { name, note, weights } = document;
  const header = withoutUndefined({ name, note, weights });
  const changed = application.valid(headerSchema, { ...header, ...set });
  if (jsonEqual(header, changed)) return document;
  const { note: _note, weights: _weights, ...rest } = document;
  return { ...rest, ...changed };
}

function addCell(application: Application, { cell }: OperationOf<'addCell'>): GradloomDocument {
  const { document } = application;
  const { graph, ...head } = cell;
  const added: CellDefinition = {
    ...application.valid(cellHeadSchema, head, cell.id),
    graph: {
      nodes: graph.nodes.map((node) => application.validNode(node)),
      wires: graph.wires.map((wire) => application.valid(wireSchema, wire, wire.id)),
    },
  };
  return application.sound({ ...document, cells: [...document.cells, added] });
}

function removeCell(application: Application, { cell: id }: OperationOf<'removeCell'>): GradloomDocument {
  const { document } = application;
  application.cell(id);
  const left = instancesOf(document, id).filter(({ sheet }) => sheet !== id);
  if (left.length > 0) {
    throw application.fail({
      subject: id,
      expected: 'a cell without instances',
      received: `${left.length}: ${left.map(({ node }) => `"${node.id}"`).join(', ')}`,
      wayOut: 'Remove, expand or re-assign the instances first.',
    });
  }
  return { ...document, cells: document.cells.filter((cell) => cell.id !== id) };
}

const cellKeys = ['name', 'colour', 'note', 'inputs', 'outputs', 'parameters'] as const;

function setCell(application: Application, { cell: id, set }: OperationOf<'setCell'>): GradloomDocument {
  const { document } = application;
  const former = application.cell(id);
  refuseOtherKeys(application, set, cellKeys, id);
  const { graph, ...head } = former;
  const changed = application.valid(cellHeadSchema, { ...head, ...set }, id);
  if (jsonEqual(head, changed)) return document;
  const cells = document.cells.map((cell) => (cell === former ? { ...changed, graph } : cell));
  return application.sound({ ...document, cells });
}

/**
 * One edit of a document. Pure: the document given stays as it is, and what an edit does not touch keeps its identity
 * (an edit that changes nothing returns the document itself). Throws an OperationError where it does not fit.
 */
export function applyOperation(document: GradloomDocument, operation: Operation): GradloomDocument {
  const application = new Application(document, operation.kind);
  switch (operation.kind) {
    case 'addNodes':
      return addNodes(application, operation);
    case 'removeNodes':
      return removeNodes(application, operation);
    case 'addWires':
      return addWires(application, operation);
    case 'removeWires':
      return removeWires(application, operation);
    case 'setWires':
      return setWires(application, operation);
    case 'moveNodes':
      return moveNodes(application, operation);
    case 'setParameters':
      return setParameters(application, operation);
    case 'setNode':
      return setNode(application, operation);
    case 'setType':
      return setType(application, operation);
    case 'setParent':
      return setParent(application, operation);
    case 'setTraining':
      return setTraining(application, operation);
    case 'setDocument':
      return setDocument(application, operation);
    case 'addCell':
      return addCell(application, operation);
    case 'removeCell':
      return removeCell(application, operation);
    case 'setCell':
      return setCell(application, operation);
  }
}

/** Edits one after the other: all of them, or (where one throws) none. */
export function applyOperations(document: GradloomDocument, operations: readonly Operation[]): GradloomDocument {
  return operations.reduce(applyOperation, document);
}
