import type { GraphNode, Wire } from './document.ts';

/** From one column and one row to the next, in canvas pixels: a card and the room for wires beside and above it. */
const columnPitch = 168;
const rowPitch = 100;
/** A sheet that is wider than this many columns is broken into bands, at a place that few wires cross. */
const longestBand = 14;
const shortestBand = 9;

/**
 * Places the nodes of a sheet from left to right: each behind everything it reads, a chain in one row, branches beneath,
 * and long networks in bands like lines of a text. `nodes` stand in an order in which values can be computed.
 */
export function placeNodes(nodes: readonly GraphNode[], wires: readonly Wire[]): GraphNode[] {
  const columns = columnsOf(nodes, wires);
  const rows = rowsOf(nodes, wires, columns);
  const last = Math.max(0, ...columns.values());
  const starts = bandStarts(last, wires, columns);
  const bandOf = (column: number): number => starts.findLastIndex((start) => start <= column);
  const heights = starts.map(() => 1);
  for (const [id, column] of columns) {
    const band = bandOf(column);
    heights[band] = Math.max(heights[band] ?? 1, (rows.get(id) ?? 0) + 1);
  }
  const tops: number[] = [];
  heights.reduce((top, height) => {
    tops.push(top);
    return top + (height + 0.5) * rowPitch;
  }, 0);
  return nodes.map((node) => {
    const column = columns.get(node.id) ?? 0;
    const band = bandOf(column);
    const x = (column - (starts[band] ?? 0)) * columnPitch;
    return { ...node, position: { x, y: (tops[band] ?? 0) + (rows.get(node.id) ?? 0) * rowPitch } };
  });
}

/** Sources of each node, in the order of the wires. */
function sourcesOf(wires: readonly Wire[]): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, string[]>();
  for (const { from, to } of wires) {
    const known = sources.get(to.node);
    if (known === undefined) sources.set(to.node, [from.node]);
    else known.push(from.node);
  }
  return sources;
}

/** Behind everything that is read; what reads nothing stands right before its first reader. */
function columnsOf(nodes: readonly GraphNode[], wires: readonly Wire[]): ReadonlyMap<string, number> {
  const sources = sourcesOf(wires);
  const columns = new Map<string, number>();
  for (const { id } of nodes) {
    columns.set(id, Math.max(-1, ...(sources.get(id) ?? []).map((source) => columns.get(source) ?? 0)) + 1);
  }
  const firstReader = new Map<string, number>();
  for (const { from, to } of wires) {
    const column = columns.get(to.node) ?? 0;
    firstReader.set(from.node, Math.min(firstReader.get(from.node) ?? column, column));
  }
  for (const { id } of nodes) {
    const reader = firstReader.get(id);
    if (reader !== undefined && !sources.has(id)) columns.set(id, Math.max(0, reader - 1));
  }
  return columns;
}

/** In the row of the first source where it is free in the node's column, else in the next free one. */
function rowsOf(
  nodes: readonly GraphNode[],
  wires: readonly Wire[],
  columns: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const sources = sourcesOf(wires);
  const rows = new Map<string, number>();
  const taken = new Map<number, Set<number>>();
  for (const { id } of nodes.toSorted((one, other) => (columns.get(one.id) ?? 0) - (columns.get(other.id) ?? 0))) {
    const column = columns.get(id) ?? 0;
    const used = taken.get(column) ?? new Set<number>();
    taken.set(column, used);
    let row = Math.min(...(sources.get(id) ?? []).map((source) => rows.get(source) ?? 0), Number.MAX_SAFE_INTEGER);
    if (row === Number.MAX_SAFE_INTEGER) row = 0;
    while (used.has(row)) row += 1;
    used.add(row);
    rows.set(id, row);
  }
  return rows;
}

/** The first column of each band. */
function bandStarts(last: number, wires: readonly Wire[], columns: ReadonlyMap<string, number>): readonly number[] {
  const crossings = new Int32Array(last + 2);
  for (const { from, to } of wires) {
    const [begin, end] = [columns.get(from.node) ?? 0, columns.get(to.node) ?? 0];
    for (let column = begin + 1; column <= end; column += 1) crossings[column] = (crossings[column] ?? 0) + 1;
  }
  const starts = [0];
  for (let start = 0; last - start >= longestBand;) {
    let best = start + longestBand;
    for (let column = best; column >= start + shortestBand; column -= 1) {
      if ((crossings[column] ?? 0) < (crossings[best] ?? 0)) best = column;
    }
    starts.push(best);
    start = best;
  }
  return starts;
}
