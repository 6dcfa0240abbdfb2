import { inComputingOrder } from '../computingOrder.ts';
import type { Endpoint, Graph, GradloomDocument, GraphNode, Wire } from '../document.ts';
import type { NodeId } from '../identifiers.ts';
import type { JsonValue } from '../json.ts';
import { isContainerType } from '../portNames.ts';
import type { SheetId } from '../queries.ts';
import { findCell, instanceParametersOf, nodeOf, sheets, wiresFrom, wiresInto } from '../queries.ts';

/** One place where a repeated block stands. */
export interface Occurrence {
  readonly sheet: SheetId;
  /** In one order for all occurrences of a block: those at one index stand for each other. */
  readonly nodes: readonly NodeId[];
  /** What enters, in one order for all occurrences. */
  readonly entering: readonly Endpoint[];
  /** The node whose values leave. */
  readonly exit: NodeId;
}

/** A parameter in which occurrences of a block differ. */
export interface DifferingParameter {
  /** Index into the nodes of an occurrence. */
  readonly node: number;
  readonly parameter: string;
  /** By occurrence. */
  readonly values: readonly JsonValue[];
}

/** A part of a network that stands in several places, with weights of its own in each. */
export interface RepeatedBlock {
  readonly occurrences: readonly Occurrence[];
  readonly differing: readonly DifferingParameter[];
}

/** Parameters that say how wide a layer is: blocks that differ in nothing else are one cell, which exposes them. */
const widths: ReadonlySet<string> = new Set(['filters', 'units', 'groups', 'targetShape']);
/** A block of fewer layers is no block, and one with more differing parameters or ports no cell that a person would make. */
const fewestLayers = 4;
const mostDiffering = 6;
const mostEntering = 3;
/** Nodes that a cell must save at least, by the measure below. */
const leastWorth = 2.5;
/** So many nodes behind a value are looked at. */
const farthest = 320;

/** Types that tie a sheet to what is outside of it, or of which nothing is known: no part of a block. */
const outsiders: ReadonlySet<string> = new Set(['input', 'output', 'cellInput', 'cellOutput', 'opaque', 'cell']);

/** How much more a block is worth whose nodes are called after one module in each place: that is how its author saw it. */
const moduleBonus = 1.5;

/** A region between two values of one group of nodes. */
interface Region {
  readonly group: Group;
  /** The node that gives what enters. */
  readonly entry: number;
  readonly exit: number;
}

/** A value that a node reads. */
interface Input {
  /** Position of the node that gives it; −1 where that is outside the group. */
  readonly source: number;
  /** The port that reads and the port that gives. */
  readonly ports: string;
}

/** Nodes in one container (or in none) of one sheet, in an order in which values can be computed. */
interface Group {
  /** Different for different groups. */
  readonly key: string;
  readonly sheet: SheetId;
  readonly graph: Graph;
  readonly nodes: readonly GraphNode[];
  readonly position: ReadonlyMap<NodeId, number>;
  /** By node: the last position where something reads its values; Infinity where that is outside the group. */
  readonly lastRead: readonly number[];
  /** By node: what it reads, by the names of its ports. */
  readonly inputs: readonly (readonly Input[])[];
  /** By node: what it is but for its widths, and with them; null where it cannot be in a block. */
  readonly loose: readonly (string | null)[];
  readonly exact: readonly (string | null)[];
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** How many layers a node stands for: an instance for all that its cell holds. */
function layersOf(document: GradloomDocument, node: GraphNode, depth = 0): number {
  const cell = instanceParametersOf(node)?.cell;
  const graph = cell === undefined || depth > 8 ? undefined : findCell(document, cell)?.graph;
  if (graph === undefined) return 1;
  return graph.nodes
    .filter(({ type }) => type !== 'cellInput' && type !== 'cellOutput')
    .reduce((sum, inner) => sum + layersOf(document, inner, depth + 1), 0);
}

/** A text that is equal for values that mean the same, whatever the order of their keys. */
function stable(value: JsonValue): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function labelOf(node: GraphNode, exposed: ReadonlySet<NodeId>, isExact: boolean): string | null {
  const { type, params, perStep, perInstance, weightsFrom, frozen, id } = node;
  const isOwnInstance = type === 'cell' && params['weights'] === 'own';
  if ((outsiders.has(type) && !isOwnInstance) || isContainerType(type) || exposed.has(id)) return null;
  if (perStep !== undefined || perInstance !== undefined || weightsFrom !== undefined) return null;
  const kept = Object.entries(params).filter(([name]) => isExact || isOwnInstance || !widths.has(name));
  return `${type} ${frozen === true ? 'frozen ' : ''}${stable(Object.fromEntries(kept))}`;
}

function groupsOf(document: GradloomDocument): readonly Group[] {
  return sheets(document).flatMap(({ sheet, graph }): readonly Group[] => {
    const exposed = new Set(sheet === null ? [] : findCell(document, sheet)?.parameters.map(({ node }) => node));
    const byParent = grouped(graph.nodes, ({ parent }) => parent);
    return [...byParent.values()].flatMap((members): readonly Group[] => {
      const nodes = inComputingOrder(graph, members);
      if (nodes === null) return [];
      const position = new Map(nodes.map(({ id }, index) => [id, index]));
      const lastRead = nodes.map(({ id }) =>
        wiresFrom(graph, id).reduce(
          (last, { to }) => Math.max(last, position.get(to.node) ?? Infinity),
          wiresFrom(graph, id).length === 0 ? Infinity : -1,
        ),
      );
      const inputs = nodes.map(({ id }) =>
        wiresInto(graph, id)
          .toSorted((a, b) => (a.to.port < b.to.port ? -1 : 1))
          .map(({ from, to }) => ({ source: position.get(from.node) ?? -1, ports: `${to.port}=${from.port}` })),
      );
      const loose = nodes.map((node) => labelOf(node, exposed, false));
      const exact = nodes.map((node) => labelOf(node, exposed, true));
      return [
        {
          key: `${sheet ?? ''}/${members[0]?.parent ?? ''}`,
          sheet,
          graph,
          nodes,
          position,
          lastRead,
          inputs,
          loose,
          exact,
        },
      ];
    });
  });
}

/** Gives texts small numbers, equal ones to equal texts. */
class Names {
  readonly #known = new Map<string, number>();

  of(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#known.set(text, this.#known.size);
    return this.#known.size - 1;
  }
}

/** Every region of a group that one node feeds and whose values one node alone hands on, with a name for what it computes. */
function regionsOf(
  group: Group,
  labels: readonly (string | null)[],
  names: Names,
): readonly (Region & { name: number })[] {
  const { nodes, lastRead, inputs } = group;
  const found: (Region & { name: number })[] = [];
  // Texts are long, and there are many regions: what repeats in them has a number.
  const kinds = labels.map((label) => (label === null ? null : names.of(label)));
  const reads = inputs.map((list) => list.map(({ source, ports }) => ({ source, ports: names.of(ports) })));
  // By node, what it computes from the entry; −1 where that does not reach it.
  const given = new Int32Array(nodes.length);
  // Entry -1 is everything from outside the group.
  for (let entry = -1; entry < nodes.length; entry += 1) {
    given.fill(-1);
    let [open, reached] = [-1, 0];
    for (let index = entry + 1; index < nodes.length && reached < farthest; index += 1) {
      const wires = reads[index] ?? [];
      if (!wires.some(({ source }) => source === entry || (given[source] ?? -1) >= 0)) continue;
      const kind = kinds[index];
      if (kind === null || kind === undefined) break;
      let text = `${kind}`;
      for (const { source, ports } of wires) {
        text += ` ${ports}=${source === entry ? 'entry' : (given[source] ?? -1)}`;
      }
      const name = names.of(text);
      given[index] = name;
      reached += 1;
      if (open <= index) found.push({ group, entry, exit: index, name });
      open = Math.max(open, lastRead[index] ?? Infinity);
      if (open === Infinity) break;
    }
  }
  return found;
}

/** The nodes of a region, its exit first, each behind those that read it, and what enters: equal for equal regions. */
function contentOf({ group, entry, exit }: Region): Pick<Occurrence, 'nodes' | 'entering'> & { isWhole: boolean } {
  const { graph, nodes, position } = group;
  const reached = new Set<number>([entry]);
  for (let index = entry + 1; index <= exit; index += 1) {
    const id = nodes[index]?.id;
    if (id !== undefined && wiresInto(graph, id).some(({ from }) => reached.has(position.get(from.node) ?? -1))) {
      reached.add(index);
    }
  }
  reached.delete(entry);
  const [seen, entering]: [NodeId[], Endpoint[]] = [[], []];
  const known = new Set<NodeId>();
  const visit = [nodes[exit]?.id];
  for (let id = visit.pop(); id !== undefined; id = visit.pop()) {
    if (known.has(id)) continue;
    known.add(id);
    seen.push(id);
    for (const { from } of wiresInto(graph, id).toSorted((a, b) => (a.to.port < b.to.port ? -1 : 1))) {
      if (reached.has(position.get(from.node) ?? -2)) visit.push(from.node);
      else if (!entering.some(({ node, port }) => node === from.node && port === from.port)) entering.push(from);
    }
  }
  return { nodes: seen, entering, isWhole: seen.length === reached.size };
}

/** Whether two regions are the same network: wire for wire, and what enters at the same places. */
function isSame(one: Occurrence, other: Occurrence, graphs: readonly [Graph, Graph]): boolean {
  if (one.nodes.length !== other.nodes.length || one.entering.length !== other.entering.length) return false;
  const describe = ({ nodes, entering }: Occurrence, graph: Graph): string => {
    const places = new Map(nodes.map((id, index) => [id, index]));
    const end = ({ node, port }: Endpoint): string =>
      places.has(node)
        ? `${String(places.get(node))}.${port}`
        : `in ${entering.findIndex((given) => given.node === node && given.port === port)}`;
    const wires = (list: readonly Wire[]): string =>
      list
        .map(({ from, to }) => `${end(from)}>${to.port}`)
        .toSorted()
        .join(' ');
    const leaving = new Set(nodes.slice(0, 1).flatMap((id) => wiresFrom(graph, id).map(({ from }) => from.port)));
    return [...nodes.map((id) => wires(wiresInto(graph, id))), ...[...leaving].toSorted()].join('\n');
  };
  return describe(one, graphs[0]) === describe(other, graphs[1]);
}

/** Regions of one name that do not overlap, those first that come first. */
function apart(regions: readonly Region[]): readonly (Occurrence & { readonly graph: Graph })[] {
  const taken = new Set<NodeId>();
  const found: (Occurrence & { readonly graph: Graph })[] = [];
  for (const region of regions) {
    const { nodes, entering, isWhole } = contentOf(region);
    const { sheet, graph } = region.group;
    const exit = nodes[0];
    if (!isWhole || exit === undefined || nodes.some((id) => taken.has(id))) continue;
    const occurrence = { sheet, graph, nodes, entering, exit };
    const [first] = found;
    if (entering.length > mostEntering) return [];
    if (first !== undefined && !isSame(first, occurrence, [first.graph, graph])) continue;
    found.push(occurrence);
    for (const id of nodes) taken.add(id);
  }
  return found;
}

function differingOf(occurrences: readonly (Occurrence & { readonly graph: Graph })[]): readonly DifferingParameter[] {
  const [first] = occurrences;
  return (first?.nodes ?? []).flatMap((_, node) => {
    const all = occurrences.map(({ nodes, graph }) => nodeOf(graph, nodes[node] ?? ('' as NodeId))?.params ?? {});
    return [...widths].flatMap((parameter): readonly DifferingParameter[] => {
      const values = all.map((params) => params[parameter]);
      const isOne = new Set(values.map((value) => stable(value ?? null))).size === 1;
      // A parameter that one of them leaves out has the catalogue's value, which is not known here.
      if (isOne || values.includes(undefined)) return [];
      return [{ node, parameter, values: values.map((value) => value ?? null) }];
    });
  });
}

/** Whether some of a block's nodes leave a width out that others have. */
function hasGaps(occurrences: readonly (Occurrence & { readonly graph: Graph })[]): boolean {
  const keys = occurrences.map(({ nodes, graph }) =>
    nodes
      .map((id) => [...widths].filter((name) => Object.hasOwn(nodeOf(graph, id)?.params ?? {}, name)).join())
      .join('|'),
  );
  return new Set(keys).size > 1;
}

/**
 * What labels begin with, up to a dot, slash or underscore: the module that they are in, as `layer1.0.`; '' where they share
 * none.
 */
export function moduleOf(labels: readonly (string | undefined)[]): string {
  const [first = ''] = labels;
  let length = first.length;
  for (const label of labels) {
    while (length > 0 && label?.startsWith(first.slice(0, length)) !== true) length -= 1;
  }
  return /^.*[./_]/.exec(first.slice(0, length))?.[0] ?? '';
}

/** Whether the nodes of each place are called after a module of their own. */
function areModules(occurrences: readonly (Occurrence & { readonly graph: Graph })[]): boolean {
  const modules = occurrences.map(({ nodes, graph }) => moduleOf(nodes.map((id) => nodeOf(graph, id)?.label)));
  return !modules.includes('') && new Set(modules).size === modules.length;
}

/** Whether a region is a chain of equal regions: then one of those is the block. */
function isChain(region: Region & { readonly name: number }, ends: ReadonlyMap<string, number>): boolean {
  const { group, entry, exit } = region;
  for (let middle = entry + 1; middle < exit; middle += 1) {
    const name = ends.get(`${group.key} ${entry} ${middle}`);
    if (name === undefined) continue;
    let at = middle;
    for (let next: number | undefined = middle; next !== undefined && at < exit;) {
      const from: number = at;
      next = undefined;
      for (let end = from + 1; end <= exit; end += 1) {
        if (ends.get(`${group.key} ${from} ${end}`) === name) {
          next = end;
          at = end;
          break;
        }
      }
    }
    if (at === exit) return true;
  }
  return false;
}

/**
 * The repeated block whose cell would save most: a part of a sheet with one way out and at most three values that enter
 * that stands in two places or more, equal but for the widths of its layers. null where there is none.
 */
export function findRepeatedBlock(document: GradloomDocument): RepeatedBlock | null {
  const names = new Names();
  const groups = groupsOf(document);
  let [best, bestWorth]: [RepeatedBlock | null, number] = [null, leastWorth];
  for (const kind of ['loose', 'exact'] as const) {
    const regions = groups.flatMap((group) => regionsOf(group, group[kind], names));
    const byName = grouped(regions, ({ name }) => name);
    const ends = new Map(regions.map(({ group, entry, exit, name }) => [`${group.key} ${entry} ${exit}`, name]));
    for (const list of byName.values()) {
      const [first] = list;
      if (first === undefined || list.length < 2) continue;
      const content = contentOf(first);
      const layers = content.nodes.reduce((sum, id) => {
        const node = nodeOf(first.group.graph, id);
        return sum + (node === undefined ? 0 : layersOf(document, node));
      }, 0);
      const size = content.nodes.length;
      if (size < 2 || layers < fewestLayers || moduleBonus * (list.length - 1) * size <= bestWorth) continue;
      if (isChain(first, ends)) continue;
      const occurrences = apart(list.toSorted((a, b) => a.exit - b.exit));
      if (occurrences.length < 2 || hasGaps(occurrences)) continue;
      const differing = differingOf(occurrences);
      if (differing.length > mostDiffering) continue;
      const entering = content.entering.length;
      const bonus = areModules(occurrences) ? moduleBonus : 1;
      const worth = (bonus * (occurrences.length - 1) * size) / (entering + 0.1 * differing.length);
      if (worth <= bestWorth) continue;
      best = { occurrences: occurrences.map(({ graph: _graph, ...occurrence }) => occurrence), differing };
      bestWorth = worth;
    }
  }
  return best;
}
