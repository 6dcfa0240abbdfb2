import type { GradloomDocument, GraphNode, Wire } from '../graph/document.ts';
import type { CellId, NodeId, WireId } from '../graph/identifiers.ts';
import type { JsonObject, JsonValue } from '../graph/json.ts';
import type { Operation } from '../graph/operations.ts';
import { newNodeId, newWireId } from '../graph/queries.ts';
import { findLayer } from '../layers/catalogue.ts';
import { defaultParameters } from '../layers/parameters.ts';
import type { Fix } from './diagnostic.ts';
import type { Link } from './place.ts';
import { makeFix } from './report.ts';

/** Hands out ids that the document does not use yet, for the nodes and wires that a fix adds. */
export interface IdSource {
  node(base: string): NodeId;
  wire(): WireId;
}

/** Free ids, the same ones for the same document: one source per fix, since fixes are applied one at a time. */
export function freeIds(document: GradloomDocument): IdSource {
  const nodes = new Set<NodeId>();
  const wires = new Set<WireId>();
  return {
    node(base) {
      const id = newNodeId(document, base, nodes);
      nodes.add(id);
      return id;
    },
    wire() {
      const id = newWireId(document, wires);
      wires.add(id);
      return id;
    },
  };
}

/** Takes a wire away. */
export function removeWireFix(wire: Wire): Fix {
  return makeFix('removeWire', {}, [{ kind: 'removeWires', wires: [wire.id] }]);
}

/** Turns a wire round that was drawn from an input to an output. */
export function reverseWireFix(sheet: CellId | null, wire: Wire): Fix {
  return makeFix('reverseWire', {}, [
    { kind: 'removeWires', wires: [wire.id] },
    { kind: 'addWires', sheet, wires: [{ id: wire.id, from: wire.to, to: wire.from }] },
  ]);
}

/** Takes nodes away. */
export function removeNodesFix(nodes: readonly NodeId[]): Fix {
  return nodes.length === 1
    ? makeFix('removeNode', {}, [{ kind: 'removeNodes', nodes }])
    : makeFix('removeNodes', { count: nodes.length }, [{ kind: 'removeNodes', nodes }]);
}

/** Sets one parameter. */
export function setParameterFix(node: NodeId, parameter: string, value: JsonValue): Fix {
  return makeFix('setParameter', { parameter, value }, [{ kind: 'setParameters', node, set: { [parameter]: value } }]);
}

/** A layer that a fix puts in, with what differs from its defaults. */
export interface NewLayer {
  readonly type: string;
  readonly params: Readonly<JsonObject>;
}

/** A node of the catalogue with all its parameters written out. */
export function newNode(
  id: NodeId,
  { type, params }: NewLayer,
  place: { readonly position: GraphNode['position']; readonly parent?: NodeId | undefined },
): GraphNode {
  const definition = findLayer(type);
  return {
    id,
    type,
    params: { ...(definition === undefined ? {} : defaultParameters(definition)), ...params },
    position: place.position,
    ...(place.parent === undefined ? {} : { parent: place.parent }),
  };
}

/** Half-way along a wire, in the container of the node it ends at (or, where it ends inside a loop, starts from). */
export function placeOnLink({ from, to }: Link): {
  readonly position: GraphNode['position'];
  readonly parent?: NodeId | undefined;
} {
  const a = from.node;
  const b = to.node;
  if (b.parent === a.id) return { position: { x: Math.max(0, b.position.x / 2), y: b.position.y }, parent: a.id };
  if (a.parent === b.id) return { position: { x: a.position.x + 120, y: a.position.y }, parent: b.id };
  if (a.parent === b.parent) {
    return {
      position: { x: (a.position.x + b.position.x) / 2, y: (a.position.y + b.position.y) / 2 },
      parent: b.parent,
    };
  }
  return { position: { x: b.position.x - 120, y: b.position.y }, parent: b.parent };
}

/** Edits that put a layer into a wire, by its input `port`. The two new wires and the node get ids from `ids`. */
export function insertOnLink(link: Link, layer: NewLayer, ids: IdSource, port = 'in'): readonly Operation[] {
  const node = newNode(ids.node(layer.type), layer, placeOnLink(link));
  const { wire } = link;
  const { sheet } = link.to;
  return [
    { kind: 'removeWires', wires: [wire.id] },
    { kind: 'addNodes', sheet, nodes: [node] },
    {
      kind: 'addWires',
      sheet,
      wires: [
        { id: ids.wire(), from: wire.from, to: { node: node.id, port } },
        { id: ids.wire(), from: { node: node.id, port: 'out' }, to: wire.to },
      ],
    },
  ];
}

/** Edits that take a node with one input out of its path and join what was before it to what was after it. */
export function bypass(incoming: Link, outgoing: readonly Link[], ids: IdSource): readonly Operation[] {
  return [
    { kind: 'removeNodes', nodes: [incoming.to.node.id] },
    {
      kind: 'addWires',
      sheet: incoming.to.sheet,
      wires: outgoing.map(({ wire }) => ({ id: ids.wire(), from: incoming.wire.from, to: wire.to })),
    },
  ];
}
