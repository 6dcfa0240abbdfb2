import type { CellDefinition, GraphNode } from '../graph/document.ts';
import type { NodeId } from '../graph/identifiers.ts';
import { cellId, terminalId } from '../graph/identifiers.ts';
import { cardPitch, skipRowPitch } from './rows.ts';
import type { End, WireNumbers } from './sheetBuilder.ts';
import { SheetBuilder } from './sheetBuilder.ts';

/** Hues for the cells of a network's stages, clear on light and on dark ground. */
export const stageColours = ['#4f86c6', '#3d9a8b', '#b5892e', '#a06cb8'] as const;

/** Columns and rows inside a cell: the sum of a residual block stands in the row of its shortcut's end. */
export function cellPlace(column: number, row: number): GraphNode['position'] {
  return { x: column * cardPitch, y: row * skipRowPitch };
}

/** What a cell is called and which ends it has, in order, each at its place inside. */
export interface CellSketch {
  /** Begins the ids of its nodes. */
  readonly id: string;
  readonly name: string;
  readonly colour?: string;
  readonly note?: string;
  readonly inputs: Readonly<Record<string, GraphNode['position']>>;
  readonly outputs: Readonly<Record<string, GraphNode['position']>>;
}

/**
 * Puts a node inside a cell and wires it to what it reads: one value, several of a merge, or values by port. Its id begins
 * with the cell's.
 */
export type PutInCell = (
  id: string,
  type: string,
  label: string,
  params: GraphNode['params'],
  position: GraphNode['position'],
  from: readonly End[] | Readonly<Record<string, End>>,
  extra?: Pick<GraphNode, 'perInstance'>,
) => NodeId;

/**
 * Draws a cell. `draw` gets a function that puts a node, and one that gives the value of an input; it returns what each
 * output hands out.
 */
export function drawCell(
  numbers: WireNumbers,
  sketch: CellSketch,
  draw: (put: PutInCell, input: (terminal: string) => End) => Readonly<Record<string, End>>,
): CellDefinition {
  const sheet = new SheetBuilder(numbers);
  const put: PutInCell = (id, type, label, params, position, from, extra = {}) => {
    const node = sheet.node(`${sketch.id}-${id}`, type, params, position, { label, ...extra });
    const ports = Array.isArray(from)
      ? (from as readonly End[]).map((end, index) => [from.length === 1 ? 'in' : `in.${index}`, end] as const)
      : Object.entries(from as Readonly<Record<string, End>>);
    for (const [port, end] of ports) sheet.wire(end, [node, port]);
    return node;
  };
  const inputs = new Map(
    Object.entries(sketch.inputs).map(([terminal, position]) => [
      terminal,
      put(`in-${terminal}`, 'cellInput', terminal, { terminal }, position, []),
    ]),
  );
  const results = draw(put, (terminal) => {
    const input = inputs.get(terminal);
    if (input === undefined) throw new Error(`the cell ${sketch.id} has no input ${terminal}`);
    return input;
  });
  for (const [terminal, position] of Object.entries(sketch.outputs)) {
    const end = results[terminal];
    if (end === undefined) throw new Error(`the cell ${sketch.id} draws nothing for its output ${terminal}`);
    put(`out-${terminal}`, 'cellOutput', terminal, { terminal }, position, [end]);
  }
  const { colour, note } = sketch;
  return {
    id: cellId(sketch.id),
    name: sketch.name,
    ...(colour === undefined ? {} : { colour }),
    ...(note === undefined ? {} : { note }),
    inputs: Object.keys(sketch.inputs).map((id) => ({ id: terminalId(id) })),
    outputs: Object.keys(sketch.outputs).map((id) => ({ id: terminalId(id) })),
    parameters: [],
    graph: sheet.graph(),
  };
}
