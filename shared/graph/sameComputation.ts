import type { CellDefinition, Graph, GradloomDocument, GraphNode } from './document.ts';
import { jsonEqual } from './json.ts';

/**
 * Whether two documents compute the same when they are trained, so that what one's run measured holds for the other.
 * Names, labels, notes, places, sizes, colours and pins mean nothing to it, nor does the order of nodes and wires. The
 * ids do: what is measured is found by them. Parts that both documents share cost nothing.
 */
export function sameComputation(first: GradloomDocument, second: GradloomDocument): boolean {
  return (
    first === second ||
    (sameGraph(first.graph, second.graph) &&
      sameById(first.cells, second.cells, sameCell) &&
      jsonEqual(first.training, second.training) &&
      jsonEqual(first.weights, second.weights))
  );
}

function sameGraph(first: Graph, second: Graph): boolean {
  return (
    first === second ||
    (sameById(first.nodes, second.nodes, sameNode) && sameById(first.wires, second.wires, jsonEqual))
  );
}

function sameCell(first: CellDefinition, second: CellDefinition): boolean {
  return jsonEqual(meaningOfCell(first), meaningOfCell(second)) && sameGraph(first.graph, second.graph);
}

/** All of a definition but its graph and what it looks like. */
function meaningOfCell({
  graph: _graph,
  name: _name,
  colour: _colour,
  note: _note,
  ...meaning
}: CellDefinition): object {
  return meaning;
}

function sameNode(first: GraphNode, second: GraphNode): boolean {
  return jsonEqual(meaningOfNode(first), meaningOfNode(second));
}

/** All of a node but what it looks like. */
function meaningOfNode(node: GraphNode): object {
  const {
    position: _position,
    size: _size,
    label: _label,
    note: _note,
    collapsed: _collapsed,
    colour: _colour,
    pinned: _pinned,
    ...meaning
  } = node;
  return meaning;
}

/** Whether two lists hold the same things, each known by its id, in any order. */
function sameById<Item extends { readonly id: string }>(
  first: readonly Item[],
  second: readonly Item[],
  same: (one: Item, other: Item) => boolean,
): boolean {
  if (first === second) return true;
  if (first.length !== second.length) return false;
  let others: ReadonlyMap<string, Item> | null = null;
  return first.every((item, index) => {
    let other = second[index];
    // Mostly each is where it was; only where one moved in the list are they looked up.
    if (other?.id !== item.id) {
      others ??= new Map(second.map((entry) => [entry.id, entry]));
      other = others.get(item.id);
    }
    return other !== undefined && (item === other || same(item, other));
  });
}
