import type { Graph, GraphNode } from '../graph/document.ts';
import type { TerminalId } from '../graph/identifiers.ts';
import { loopPorts } from '../graph/portNames.ts';
import { loopParametersOf, wiresFrom, wiresInto } from '../graph/queries.ts';
import type { Port } from '../layers/layer.ts';
import { loopHeader, stateRadius } from './layout.ts';
import type { NodeLayout, PlacedPort } from './layout.ts';
import type { Point } from './route.ts';

/** Families whose hues the states of a loop take in turn: both halves of one have one hue, so that the pair is seen. */
export const stateHues = ['activation', 'normalisation', 'merge', 'core', 'data'] as const;

/** Feedback arcs of a loop reach this much further for each further state. */
export const arcPitch = 12;
/** How far the innermost feedback arc reaches beneath its loop. */
export const arcFloor = 22;

/** Radius of the circle in which a residual state's sum is drawn. */
export const sumRadius = 7;
/** Between two bypasses; more than three share the last lane, for there the head of the loop begins. */
const bypassPitch = 4;
const bypassLanes = 3;

/** One state of a loop, as its two halves are drawn. */
export interface DrawnState {
  readonly name: string;
  readonly hue: (typeof stateHues)[number];
  readonly y: number;
  /** Its next value is what the body gives plus what the state held. */
  readonly residual: boolean;
  /** The arc beneath the loop, from its right half to its left one. */
  readonly feedback: string;
  /** Of a residual one, the way from its left half to its sum, inside along the border; null for all others. */
  readonly bypass: string | null;
  /** Centre of the circle where a residual state's sum is drawn: just before its right half. */
  readonly sum: Point;
}

/** One constant, scan or output of a loop, as it is drawn on the border. */
export interface DrawnTerminal {
  readonly name: string;
  readonly side: 'left' | 'right';
  readonly y: number;
  /** A value for each iteration: a scan, or an output "all". */
  readonly many: boolean;
  /** Where its port inside is; null for an output that hands out a state: nothing is wired to it inside. */
  readonly inner: number | null;
}

function isStart({ port }: PlacedPort): boolean {
  return port.role === 'state' && port.id.startsWith('state.');
}

/** The states of a loop. Coordinates are relative to its upper left corner. */
export function statesOf({ width, height, ports }: NodeLayout): readonly DrawnState[] {
  const starts = ports.filter(isStart);
  let bypasses = 0;
  return starts.map(({ port, y }, index) => {
    // Inner arcs belong to lower states, so that arcs do not cross.
    const rank = starts.length - 1 - index;
    const residual = port.residual === true;
    const sum = { x: width - sumRadius - 2, y };
    const bypass = residual ? bypassOf(sum, bypasses++) : null;
    const hue = stateHues[index % stateHues.length] ?? stateHues[0];
    return { name: port.terminal ?? '', hue, y, residual, feedback: feedbackOf(width, height, y, rank), bypass, sum };
  });
}

/** How far the feedback arcs of a loop reach beneath it. */
export function feedbackDepth({ ports }: NodeLayout): number {
  const states = ports.filter(isStart).length;
  return states === 0 ? 0 : arcFloor + arcPitch * (states - 1);
}

function feedbackOf(width: number, height: number, y: number, rank: number): string {
  const r = stateRadius;
  const out = 38 + arcPitch * rank;
  const floor = height + arcFloor + arcPitch * rank;
  return `M${width + r} ${y}C${width + out} ${y} ${width + out} ${floor} ${width - 24} ${floor}H24C${-out} ${floor} ${-out} ${y} ${-r} ${y}`;
}

/** Between the loop's head and the uppermost place that a node of the body may have. */
function bypassOf({ x, y }: Point, lane: number): string {
  const top = loopHeader + 5 - bypassPitch * Math.min(lane, bypassLanes - 1);
  const corner = 6;
  const up = 9 + bypassPitch * lane;
  // A lower one comes down beside the sums above its own.
  const down = x - (sumRadius + bypassPitch) * lane;
  const end = lane === 0 ? `V${y - sumRadius}` : `V${y - 14}C${down} ${y - 9} ${x - 7} ${y - 7} ${x - 5} ${y - 5}`;
  return `M1 ${y}C7 ${y} ${up} ${y - 3} ${up} ${y - 9}V${top + corner}Q${up} ${top} ${up + corner} ${top}H${down - corner}Q${down} ${top} ${down} ${top + corner}${end}`;
}

/** The sign in the circle of a residual state's sum, as SVG and Path2D read it. */
export function sumSign({ x, y }: Point): string {
  return `M${x - 3.5} ${y}h7M${x} ${y - 3.5}v7`;
}

/** The constants, scans and outputs of a loop, each once. */
export function terminalsOf({ ports }: NodeLayout): readonly DrawnTerminal[] {
  return ports.flatMap(({ port, x, y }): readonly DrawnTerminal[] => {
    if (port.role === 'state' || !(port.face === 'inner' || port.state !== undefined)) return [];
    return [
      {
        name: port.terminal ?? '',
        side: isEntry(port) ? 'left' : 'right',
        y,
        many: port.role === 'scan' || port.role === 'all',
        inner: port.face === 'inner' ? x : null,
      },
    ];
  });
}

function isEntry({ role }: Port): boolean {
  return role === 'constant' || role === 'scan';
}

/**
 * Names of a loop's states whose last update nothing reads: no output hands them out, nor anything that is computed from
 * the value that is written into them.
 */
export function unreadStates(graph: Graph, loop: GraphNode): readonly TerminalId[] {
  const { states = [], outputs = [] } = loopParametersOf(loop) ?? {};
  return states
    .map(({ id }) => id)
    .filter((id) => !outputs.some(({ state }) => state === id) && !leavesLoop(graph, loop, loopPorts.next(id)));
}

/** Whether the value that a port of a loop takes inside also reaches a result of the loop within the same iteration. */
function leavesLoop(graph: Graph, { id: loop }: GraphNode, port: string): boolean {
  const [written] = wiresInto(graph, loop, port);
  // A state that takes over another as it is hands on what the iteration began with.
  if (written === undefined || written.from.node === loop) return false;
  const open = [...wiresFrom(graph, written.from.node, written.from.port)];
  const seen = new Set(open.map(({ id }) => id));
  for (const { to } of open) {
    if (to.node === loop) {
      if (to.port.startsWith('result.')) return true;
      continue;
    }
    for (const next of wiresFrom(graph, to.node)) {
      if (seen.has(next.id)) continue;
      seen.add(next.id);
      open.push(next);
    }
  }
  return false;
}
