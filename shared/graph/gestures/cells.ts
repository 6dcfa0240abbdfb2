import type { CellDefinition, Endpoint, Graph, GradloomDocument, GraphNode, Wire } from '../document.ts';
import type { CellId, NodeId, TerminalId, WireId } from '../identifiers.ts';
import type { JsonValue } from '../json.ts';
import type { Operation } from '../operations.ts';
import { endpoint, instancePorts } from '../portNames.ts';
import type { SheetId } from '../queries.ts';
import {
  absolutePosition,
  instanceParametersOf,
  instancesOf,
  newCellId,
  newTerminalId,
  nodeOf,
  wiresFrom,
  wiresInto,
} from '../queries.ts';
import type { Part } from './containers.ts';
import { boundingBox, dissolveContainer, nameTerminals, pair, partOf, usualSize } from './containers.ts';
import { commonSheet, Draft, GestureError } from './draft.ts';
import { removeWires, renumberInputs } from './removal.ts';
import { bySource, cellWithFreshIds, usesCell, withFreshIds } from './selection.ts';
import { forgetOuterLoops, inheritSharing } from './sharing.ts';

// Room for the ports beside what a new cell holds.
const portColumn = 200;
const portRow = 110;

/** Whose copies of weights the nodes of a part have around the part: what its instance has to say from now on. */
interface OuterSharing {
  readonly perStep: readonly NodeId[];
  readonly perInstance: boolean;
}

function outerSharing(draft: Draft, { sheet, inside, tops }: Part): OuterSharing {
  const graph = draft.graph(sheet);
  const outerLoops = (node: GraphNode) => (node.perStep ?? []).filter((loop) => !inside.has(loop)).toSorted();
  const describe = (id: NodeId) => {
    const node = nodeOf(graph, id);
    return node === undefined ? '' : JSON.stringify([outerLoops(node), node.perInstance === true]);
  };
  const first = nodeOf(graph, tops[0] ?? ('' as NodeId));
  const said = new Set(tops.map(describe));
  const isMixed = said.size > 1 || [...inside].some((id) => !tops.includes(id) && describe(id) !== '[[],false]');
  if (first === undefined || isMixed) throw new GestureError('mixedSharing');
  return { perStep: outerLoops(first), perInstance: sheet !== null && first.perInstance === true };
}

/** A node as it stands in a definition: its parent and position are the definition's, outer sharing the instance's. */
function asDefined(node: GraphNode, part: Part, position: GraphNode['position']): GraphNode {
  const { parent, perStep, perInstance: _perInstance, ...rest } = node;
  const kept = (perStep ?? []).filter((loop) => part.inside.has(loop));
  const isTop = part.tops.includes(node.id);
  return {
    ...rest,
    position: isTop ? position : node.position,
    ...(isTop || parent === undefined ? {} : { parent }),
    ...(kept.length === 0 ? {} : { perStep: kept }),
  };
}

function portNodes(
  draft: Draft,
  type: 'cellInput' | 'cellOutput',
  terminals: readonly TerminalId[],
  x: number,
  taken: Set<NodeId>,
): readonly GraphNode[] {
  return terminals.map((terminal, index) => {
    const side = type === 'cellInput' ? 'in' : 'out';
    const id = draft.newNodeId(terminal === side ? side : `${side}-${terminal}`, taken);
    taken.add(id);
    return { id, type, params: { terminal }, position: { x, y: index * portRow } };
  });
}

/** Names of a new cell's ports on one side: "in" or "out" where there is one, else each by its value. */
function namePorts(
  graph: Graph,
  values: readonly { readonly from: Endpoint }[],
  only: 'in' | 'out',
): readonly TerminalId[] {
  if (values.length === 1) return [newTerminalId([], only)];
  return nameTerminals(
    graph,
    values.map(({ from }) => from),
  );
}

/**
 * Makes a cell of a part of a sheet and puts its first instance in the part's place. Nodes keep their ids, so weights
 * keep theirs. What enters becomes the cell's inputs, what leaves its outputs, one for each value.
 * @throws GestureError where the nodes do not agree on which copies of their weights they have, or one is exposed.
 */
export function createCellFromSelection(
  document: GradloomDocument,
  nodes: Iterable<NodeId>,
  { name, id, colour }: { readonly name: string; readonly id?: CellId; readonly colour?: string },
): readonly Operation[] {
  const draft = new Draft(document);
  const part = partOf(draft, nodes);
  const { sheet, inside, tops, parent } = part;
  const graph = draft.graph(sheet);
  const exposed = sheet === null ? undefined : draft.cell(sheet).parameters.find(({ node }) => inside.has(node));
  if (exposed !== undefined) throw new GestureError('exposed', { id: exposed.node, parameter: exposed.parameter });
  const sharing = outerSharing(draft, part);

  const touching = graph.wires.filter(({ from, to }) => inside.has(from.node) || inside.has(to.node));
  const entering = bySource(touching.filter(({ from }) => !inside.has(from.node)));
  const leaving = bySource(touching.filter(({ to }) => !inside.has(to.node)));
  const inputs = namePorts(graph, entering, 'in');
  const outputs = namePorts(graph, leaving, 'out');
  const box = boundingBox(graph, tops);
  const defined = graph.nodes
    .filter((node) => inside.has(node.id))
    .map((node) => {
      const place = absolutePosition(graph, node.id);
      return asDefined(node, part, { x: place.x - box.x + portColumn, y: place.y - box.y });
    });
  const taken = new Set<NodeId>();
  const inputNodes = portNodes(draft, 'cellInput', inputs, 0, taken);
  const outputNodes = portNodes(draft, 'cellOutput', outputs, box.width + 2 * portColumn - usualSize.width, taken);
  const cell = id ?? newCellId(document, name);
  const origin = parent === null ? { x: 0, y: 0 } : absolutePosition(graph, parent);
  const instance: GraphNode = {
    id: draft.newNodeId(cell, taken),
    type: 'cell',
    params: { cell, weights: 'shared', parameters: {} },
    position: { x: box.x - origin.x, y: box.y - origin.y },
    ...(parent === null ? {} : { parent }),
    ...(sharing.perStep.length === 0 ? {} : { perStep: [...sharing.perStep] }),
    ...(sharing.perInstance ? { perInstance: true } : {}),
  };

  draft.apply({ kind: 'removeNodes', nodes: tops });
  draft.apply({
    kind: 'addCell',
    cell: {
      id: cell,
      name,
      ...(colour === undefined ? {} : { colour }),
      inputs: inputs.map((terminal) => ({ id: terminal })),
      outputs: outputs.map((terminal) => ({ id: terminal })),
      parameters: [],
      graph: {
        nodes: [...inputNodes, ...defined, ...outputNodes],
        wires: [
          ...touching.filter(({ from, to }) => inside.has(from.node) && inside.has(to.node)),
          ...pair(entering, inputNodes).flatMap(([{ wires }, node]) =>
            wires.map((wire) => ({ ...wire, from: endpoint(node.id, 'out') })),
          ),
        ],
      },
    },
  });
  // The wires that keep their ids come first, so that no new one takes an id that just became free.
  draft.addNodes(sheet, [instance]);
  draft.apply({
    kind: 'addWires',
    sheet,
    wires: pair(leaving, outputs).flatMap(([{ wires }, terminal]) =>
      wires.map((wire) => ({ ...wire, from: endpoint(instance.id, instancePorts.out(terminal)) })),
    ),
  });
  draft.addWires(
    cell,
    pair(leaving, outputNodes).map(([{ from }, node]) => ({ from, to: endpoint(node.id, 'in') })),
  );
  draft.addWires(
    sheet,
    pair(entering, inputs).map(([{ from }, terminal]) => ({
      from,
      to: endpoint(instance.id, instancePorts.in(terminal)),
    })),
  );
  return draft.operations;
}

/** An instance with its definition. Throws where a node is none, or its file gives it no cell. */
function instanceAndCell(
  draft: Draft,
  instance: NodeId,
): {
  readonly node: GraphNode;
  readonly sheet: SheetId;
  readonly cell: CellDefinition;
  readonly values: Readonly<Record<string, JsonValue>>;
} {
  const { node, sheet } = draft.find(instance);
  const parameters = instanceParametersOf(node);
  if (parameters === null) throw new GestureError('noInstance', { id: instance });
  return { node, sheet, cell: draft.cell(parameters.cell), values: parameters.parameters };
}

/**
 * Puts what a cell holds in the place of one of its instances, under new ids, with the instance's values of exposed
 * parameters. The definition stays.
 */
export function expandInstance(document: GradloomDocument, instance: NodeId): readonly Operation[] {
  const draft = new Draft(document);
  expand(draft, instance);
  return draft.operations;
}

function expand(draft: Draft, instance: NodeId): void {
  const { node, sheet, cell, values } = instanceAndCell(draft, instance);
  const outer = draft.graph(sheet);
  const terminalOf = (id: NodeId, type: 'cellInput' | 'cellOutput'): string | null => {
    const terminal = nodeOf(cell.graph, id);
    return terminal?.type === type ? String(terminal.params['terminal']) : null;
  };
  const isPort = ({ type }: GraphNode) => type === 'cellInput' || type === 'cellOutput';
  const originals = cell.graph.nodes.filter((inner) => !isPort(inner));
  const held = new Set(originals.map(({ id }) => id));
  const innerWires = cell.graph.wires.filter(({ from, to }) => held.has(from.node) && held.has(to.node));
  const copies = withFreshIds(draft.document, originals, innerWires);
  const tops = originals.filter(({ parent }) => parent === undefined).map(({ id }) => id);
  const box = boundingBox(cell.graph, tops);
  const copied = (id: NodeId): NodeId => copies.ids.get(id) ?? id;

  /** What an end inside the definition gives, out here. */
  const outside = (from: Endpoint): Endpoint | null => {
    const terminal = terminalOf(from.node, 'cellInput');
    if (terminal === null) return held.has(from.node) ? endpoint(copied(from.node), from.port) : null;
    return wiresInto(outer, instance, `in.${terminal}`)[0]?.from ?? null;
  };
  const result = (port: string): Endpoint | null => {
    const wire = cell.graph.wires.find(({ to }) => {
      const terminal = terminalOf(to.node, 'cellOutput');
      return terminal !== null && `out.${terminal}` === port;
    });
    return wire === undefined ? null : outside(wire.from);
  };

  draft.addNodes(
    sheet,
    originals.map((original, index) => {
      const copy = copies.nodes[index] ?? original;
      const exposed = cell.parameters.filter((entry) => entry.node === original.id && Object.hasOwn(values, entry.id));
      const params = {
        ...copy.params,
        ...Object.fromEntries(exposed.map((entry) => [entry.parameter, values[entry.id] ?? null])),
      };
      const { perInstance: _perInstance, ...rest } = copy;
      if (original.parent !== undefined) return { ...rest, params };
      return {
        ...rest,
        ...inheritSharing(rest, node),
        params,
        position: {
          x: original.position.x - box.x + node.position.x,
          y: original.position.y - box.y + node.position.y,
        },
        ...(node.parent === undefined ? {} : { parent: node.parent }),
      };
    }),
  );
  draft.apply({ kind: 'addWires', sheet, wires: copies.wires });
  draft.addWires(
    sheet,
    cell.graph.wires
      .filter(({ from, to }) => terminalOf(from.node, 'cellInput') !== null && held.has(to.node))
      .flatMap(({ from, to }) => {
        const source = outside(from);
        return source === null ? [] : [{ from: source, to: endpoint(copied(to.node), to.port) }];
      }),
  );
  const leaving = wiresFrom(outer, instance).map((wire) => ({ wire, from: result(wire.from.port) }));
  draft.apply({
    kind: 'setWires',
    wires: leaving.flatMap(({ wire, from }): readonly Wire[] => (from === null ? [] : [{ ...wire, from }])),
  });
  const lost: readonly WireId[] = leaving.filter(({ from }) => from === null).map(({ wire }) => wire.id);
  removeWires(draft, lost);
  draft.apply({ kind: 'removeNodes', nodes: [instance] });
  renumberInputs(draft, copies.ids.values());
  forgetOuterLoops(draft, sheet, copies.ids.values());
}

/**
 * Takes a definition away. Every instance of it, on whatever sheet, first becomes what the definition holds, with weights
 * of its own from then on.
 */
export function removeCellDefinition(document: GradloomDocument, cell: CellId): readonly Operation[] {
  const draft = new Draft(document);
  draft.cell(cell);
  for (const { node } of instancesOf(document, cell)) expand(draft, node.id);
  draft.apply({ kind: 'removeCell', cell });
  return draft.operations;
}

/** Gives an instance a definition of its own, equal to the one it shared. An instance that shares none is left. */
export function makeUnique(document: GradloomDocument, instance: NodeId): readonly Operation[] {
  const draft = new Draft(document);
  const { cell } = instanceAndCell(draft, instance);
  if (instancesOf(document, cell.id).length <= 1) return [];
  const names = new Set(document.cells.map(({ name }) => name));
  const base = cell.name.replace(/ [0-9]+$/, '').slice(0, 190);
  let number = 2;
  while (names.has(`${base} ${number}`)) number += 1;
  const id = newCellId(document, cell.id.replace(/-[0-9]+$/, ''));
  draft.apply({ kind: 'addCell', cell: { ...cellWithFreshIds(document, cell), id, name: `${base} ${number}` } });
  draft.apply({ kind: 'setParameters', node: instance, set: { cell: id } });
  return draft.operations;
}

/**
 * Takes a frame, a loop or an instance away and leaves what it holds. A loop must run once and start its states with
 * wires, so that what is left computes the same.
 * @throws GestureError where that is not so.
 */
export function dissolve(document: GradloomDocument, node: NodeId): readonly Operation[] {
  const draft = new Draft(document);
  if (draft.find(node).node.type === 'cell') expand(draft, node);
  else dissolveContainer(draft, node);
  return draft.operations;
}

/** Puts an instance of a cell on a sheet. Its weights are shared with the other instances. */
export function placeInstance(
  document: GradloomDocument,
  cell: CellId,
  place: { readonly sheet: SheetId; readonly parent?: NodeId; readonly position: GraphNode['position'] },
): readonly Operation[] {
  const draft = new Draft(document);
  draft.cell(cell);
  const { sheet, parent, position } = place;
  if (sheet !== null && usesCell(document, cell, sheet)) throw new GestureError('recursion', { cell: sheet });
  if (parent !== undefined && commonSheet(draft, [parent]) !== sheet) throw new GestureError('sheets');
  draft.addNodes(sheet, [
    {
      id: draft.newNodeId(cell),
      type: 'cell',
      params: { cell, weights: 'shared', parameters: {} },
      position,
      ...(parent === undefined ? {} : { parent }),
    },
  ]);
  return draft.operations;
}
