import type { CellDefinition, Graph, GradloomDocument, GraphNode, Wire } from '../graph/document.ts';
import { instanceParametersSchema, loopParametersSchema, opaqueParametersSchema } from '../graph/document.ts';
import type { NodeId, WireId } from '../graph/identifiers.ts';
import { isContainerType } from '../graph/portNames.ts';
import { findLayer } from '../layers/catalogue.ts';
import type { Port } from '../layers/layer.ts';
import { portsOfWired } from '../layers/nodePorts.ts';
import type { Fix } from './diagnostic.ts';
import { makeBorderFixes } from './borderFixes.ts';
import { removeNodesFix, removeWireFix, reverseWireFix } from './fixes.ts';
import { nameOf, scopeAt } from './place.ts';
import type { Link, Place } from './place.ts';
import { makeFix } from './report.ts';
import type { Reporter } from './report.ts';

/** One graph with its wires sorted out: the document's own, or a cell definition's. */
export interface Sheet {
  readonly cell: CellDefinition | null;
  readonly places: ReadonlyMap<NodeId, Place>;
  readonly placesIn: ReadonlyMap<NodeId | null, readonly Place[]>;
  readonly linksIn: ReadonlyMap<NodeId | null, readonly Link[]>;
  /** By target node and port. */
  readonly incoming: ReadonlyMap<NodeId, ReadonlyMap<string, Link>>;
  readonly outgoing: ReadonlyMap<NodeId, readonly Link[]>;
  /** `node port` of inputs whose wire comes from a node that is broken and so has no ports. */
  readonly fromBroken: ReadonlySet<string>;
  /** Wires that end where another already does, with that other. */
  readonly surplus: readonly { readonly link: Link; readonly first: Link }[];
}

/** Containers deeper than this are taken for a broken file. */
const deepestNesting = 100;

/** Containers of a node, innermost first, as far as the parents can be followed. */
function containersOf(
  node: GraphNode,
  nodes: ReadonlyMap<NodeId, GraphNode>,
  reporter: Reporter,
): readonly GraphNode[] {
  if (node.parent === undefined) return [];
  const takeOut = makeFix('takeOut', {}, [{ kind: 'setParent', nodes: [node.id], parent: null }]);
  const values = { name: nameOf(node), parent: node.parent };
  const parent = nodes.get(node.parent);
  if (parent === undefined) {
    reporter.report({ severity: 'error', code: 'parentMissing', values, node: node.id, fixes: [takeOut] });
    return [];
  }
  if (!isContainerType(parent.type)) {
    reporter.report({ severity: 'error', code: 'parentNotContainer', values, node: node.id, fixes: [takeOut] });
    return [];
  }
  const containers: GraphNode[] = [];
  const seen = new Set<NodeId>();
  for (let current: GraphNode | undefined = parent; current !== undefined && isContainerType(current.type);) {
    if (current.id === node.id) {
      reporter.report({ severity: 'error', code: 'parentCycle', values, node: node.id, fixes: [takeOut] });
      return [];
    }
    if (seen.has(current.id)) break;
    seen.add(current.id);
    containers.push(current);
    if (containers.length > deepestNesting) {
      const deep = { name: nameOf(node), limit: deepestNesting };
      reporter.report({ severity: 'error', code: 'nestingTooDeep', values: deep, node: node.id, fixes: [takeOut] });
      return [];
    }
    current = current.parent === undefined ? undefined : nodes.get(current.parent);
  }
  return containers;
}

function perStepOf(node: GraphNode, containers: readonly GraphNode[], reporter: Reporter): readonly NodeId[] {
  const enclosing = containers.filter(({ type }) => type === 'loop').map(({ id }) => id);
  const wanted = new Set([node, ...containers].flatMap(({ perStep }) => perStep ?? []));
  const allowed = node.type === 'loop' ? [...enclosing, node.id] : enclosing;
  for (const loop of node.perStep ?? []) {
    if (allowed.includes(loop)) continue;
    const rest = (node.perStep ?? []).filter((id) => allowed.includes(id));
    const set = { perStep: rest.length === 0 ? undefined : rest };
    reporter.report({
      severity: 'error',
      code: 'perStepNotEnclosing',
      values: { name: nameOf(node), loop },
      node: node.id,
      fixes: [makeFix('shareOverIterations', {}, [{ kind: 'setNode', node: node.id, set }])],
    });
  }
  return wanted.size === 0 ? [] : enclosing.filter((loop) => wanted.has(loop)).reverse();
}

function makePlace(
  node: GraphNode,
  cell: CellDefinition | null,
  nodes: ReadonlyMap<NodeId, GraphNode>,
  ports: ReadonlyMap<string, Port>,
  reporter: Reporter,
): Place {
  const containers = containersOf(node, nodes, reporter);
  if (cell === null && node.perInstance === true) {
    const set = { perInstance: undefined };
    reporter.report({
      severity: 'warning',
      code: 'perInstanceOutside',
      values: { name: nameOf(node) },
      node: node.id,
      fixes: [makeFix('unsetPerInstance', {}, [{ kind: 'setNode', node: node.id, set }])],
    });
  }
  return {
    node,
    name: nameOf(node),
    sheet: cell?.id ?? null,
    containers,
    scope: containers.find(({ type }) => type === 'loop')?.id ?? null,
    perStep: perStepOf(node, containers, reporter),
    perInstance: cell !== null && [node, ...containers].some(({ perInstance }) => perInstance === true),
    frozen: [node, ...containers].some(({ frozen }) => frozen === true),
    ports,
  };
}

function append<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

/** Ports by id. Most nodes have one of a few lists, so the maps of those are made once. */
const portMaps = new WeakMap<readonly Port[], ReadonlyMap<string, Port>>();

function portMap(ports: readonly Port[]): ReadonlyMap<string, Port> {
  const known = portMaps.get(ports);
  if (known !== undefined) return known;
  const map = new Map(ports.map((port) => [port.id, port]));
  portMaps.set(ports, map);
  return map;
}

/** The ids met so far, on all sheets: a node and a wire may have the same one. */
interface KnownIds {
  readonly nodes: Set<NodeId>;
  readonly wires: Set<WireId>;
}

/** None, for the first sheet. */
export function noIds(): KnownIds {
  return { nodes: new Set(), wires: new Set() };
}

/**
 * Sorts out one graph: what stands where, and which wires join what may be joined. Everything wrong with parents, ports
 * and borders is reported; a wrong wire is left out of what follows.
 */
export function readSheet(
  document: GradloomDocument,
  cell: CellDefinition | null,
  reporter: Reporter,
  known: KnownIds,
): Sheet {
  const graph: Graph = cell === null ? document.graph : cell.graph;
  const nodes = new Map<NodeId, GraphNode>();
  const reportTwice = (id: NodeId | WireId, node?: NodeId, wire?: WireId) =>
    reporter.report({
      severity: 'error',
      code: 'duplicateId',
      values: { id },
      ...(node === undefined ? {} : { node }),
      ...(wire === undefined ? {} : { wire }),
    });
  for (const node of graph.nodes) {
    if (known.nodes.has(node.id)) reportTwice(node.id, node.id);
    else nodes.set(node.id, node);
    known.nodes.add(node.id);
  }
  const wiredPorts = new Map<NodeId, string[]>();
  for (const { to } of graph.wires) append(wiredPorts, to.node, to.port);

  const places = new Map<NodeId, Place>();
  const placesIn = new Map<NodeId | null, Place[]>();
  for (const node of nodes.values()) {
    const ports = portMap(portsOfWired(document.cells, node, wiredPorts.get(node.id) ?? []));
    const place = makePlace(node, cell, nodes, ports, reporter);
    places.set(node.id, place);
    append(placesIn, place.scope, place);
  }

  const linksIn = new Map<NodeId | null, Link[]>();
  const incoming = new Map<NodeId, Map<string, Link>>();
  const outgoing = new Map<NodeId, Link[]>();
  const fromBroken = new Set<string>();
  const surplus: { readonly link: Link; readonly first: Link }[] = [];
  for (const wire of graph.wires) {
    if (known.wires.has(wire.id)) {
      reportTwice(wire.id, undefined, wire.id);
      continue;
    }
    known.wires.add(wire.id);
    const link = readWire(document, wire, places, incoming, reporter);
    if (link === 'broken') fromBroken.add(`${wire.to.node} ${wire.to.port}`);
    if (link === null || link === 'broken') continue;
    const first = incoming.get(wire.to.node)?.get(wire.to.port);
    if (first !== undefined) {
      surplus.push({ link, first });
      continue;
    }
    append(linksIn, link.scope, link);
    append(outgoing, link.from.node.id, link);
    const ports = incoming.get(link.to.node.id);
    if (ports === undefined) incoming.set(link.to.node.id, new Map([[wire.to.port, link]]));
    else ports.set(wire.to.port, link);
  }
  return { cell, places, placesIn, linksIn, incoming, outgoing, fromBroken, surplus };
}

/** A node of unknown type or with unreadable parameters has no ports, and is reported for that. */
function isBroken({ node, ports }: Place, document: GradloomDocument): boolean {
  if (ports.size > 0) return false;
  switch (node.type) {
    case 'frame':
      return false;
    case 'loop':
      return !loopParametersSchema.safeParse(node.params).success;
    case 'opaque':
      return !opaqueParametersSchema.safeParse(node.params).success;
    case 'cell': {
      const parsed = instanceParametersSchema.safeParse(node.params);
      return !parsed.success || !document.cells.some(({ id }) => id === parsed.data.cell);
    }
    default:
      return findLayer(node.type) === undefined;
  }
}

function readWire(
  document: GradloomDocument,
  wire: Wire,
  places: ReadonlyMap<NodeId, Place>,
  incoming: ReadonlyMap<NodeId, ReadonlyMap<string, Link>>,
  reporter: Reporter,
): Link | 'broken' | null {
  const remove = removeWireFix(wire);
  const from = places.get(wire.from.node);
  const to = places.get(wire.to.node);
  if (from === undefined || to === undefined) {
    const missing = from === undefined ? wire.from.node : wire.to.node;
    const values = { wire: wire.id, missing };
    reporter.report({ severity: 'error', code: 'wireEndMissing', values, wire: wire.id, fixes: [remove] });
    return null;
  }
  const source = from.ports.get(wire.from.port);
  const target = to.ports.get(wire.to.port);
  if (source === undefined || target === undefined) {
    const [place, port] = source === undefined ? [from, wire.from.port] : [to, wire.to.port];
    if (isBroken(place, document)) return 'broken';
    const side = source === undefined ? 'output' : 'input';
    const known = [...place.ports.values()].filter((candidate) => candidate.side === side).map(({ id }) => id);
    const values = { name: place.name, port, known: known.length === 0 ? '–' : known };
    reporter.report({
      severity: 'error',
      code: 'portMissing',
      values,
      node: place.node.id,
      wire: wire.id,
      fixes: [remove],
    });
    return null;
  }
  if (source.side === 'input' || target.side === 'output') {
    const turned = source.side === 'input' && target.side === 'output';
    const free = incoming.get(wire.from.node)?.get(wire.from.port) === undefined;
    const fits = turned && free && wire.from.node !== wire.to.node && scopeAt(from, source) === scopeAt(to, target);
    const fixes = fits ? [reverseWireFix(from.sheet, wire), remove] : [remove];
    const values = { from: `${from.name}.${source.id}`, to: `${to.name}.${target.id}` };
    reporter.report({ severity: 'error', code: 'wireDirection', values, wire: wire.id, node: to.node.id, fixes });
    return null;
  }
  const scope = scopeAt(from, source);
  const common = { severity: 'error', wire: wire.id, node: to.node.id } as const;
  if (from === to && source.face === 'outer' && target.face === 'outer') {
    reporter.report({ ...common, code: 'wireToItself', values: { name: to.name }, fixes: [remove] });
    return null;
  }
  if (scope !== scopeAt(to, target)) {
    const fixes = [...makeBorderFixes(document, wire, from, source, to, target, places), remove];
    reporter.report({ ...common, code: 'wireBorder', values: { from: from.name, to: to.name }, fixes });
    return null;
  }
  return { wire, from, to, scope };
}

/** Removing a node is safe for the rest where nothing is wired to what it gives. */
export function removalFixes(sheet: Sheet, place: Place): readonly Fix[] {
  const follows = (sheet.outgoing.get(place.node.id) ?? []).length > 0;
  return follows ? [] : [removeNodesFix([place.node.id])];
}
