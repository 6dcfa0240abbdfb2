import type { GraphNode } from '../graph/document.ts';
import { isContainerType } from '../graph/portNames.ts';
import type { LayerFamily, Port } from '../layers/layer.ts';
import { findLayer } from '../layers/catalogue.ts';

/** Sizes of everything on the canvas, in canvas pixels. The styles of the cards repeat none of them. */
export const cardWidth = 132;
export const cardHeight = 48;
export const roundDiameter = 34;
/** Between two ports of one side. */
const portPitch = 18;
export const loopHeader = 38;
const loopRow = 38;
const loopFirstRow = loopHeader + 34;
/** How far a loop's constants, scans and outputs stand off its border on each side. */
const terminalReach = 7;
/** Radius of the half-discs that a loop's states are. */
export const stateRadius = 9;
const containerPadding = 28;
export const frameHeader = 34;

/** How a node is drawn. */
export type NodeShape = 'card' | 'round' | 'frame' | 'loop';

/** A port and where its centre is, relative to the node's upper left corner. */
export interface PlacedPort {
  readonly port: Port;
  readonly x: number;
  readonly y: number;
  readonly wired: boolean;
}

/** Size of a node and places of its ports. */
export interface NodeLayout {
  readonly shape: NodeShape;
  readonly width: number;
  readonly height: number;
  readonly ports: readonly PlacedPort[];
}

/** A box relative to the parent's upper left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How a node of this type is drawn. A collapsed container is a card. */
export function shapeOf(node: GraphNode): NodeShape {
  switch (node.type) {
    case 'frame':
      return isCollapsed(node) ? 'card' : 'frame';
    case 'loop':
      return isCollapsed(node) ? 'card' : 'loop';
    case 'add':
    case 'multiply':
      return 'round';
    default:
      return 'card';
  }
}

/** Whether a node is a frame or a loop that is folded into a card. */
export function isCollapsed(node: GraphNode): boolean {
  return node.collapsed === true && isContainerType(node.type);
}

/** The family whose hue a node carries. */
export function familyOf(type: string): LayerFamily {
  return findLayer(type)?.family ?? 'structure';
}

/** The families' hues are custom properties of the theme. */
export function familyColour(family: LayerFamily): string {
  return `var(--family-${family})`;
}

/** Lays a node out. `children` are the boxes of what a container directly holds. */
export function layoutNode(
  node: GraphNode,
  ports: readonly Port[],
  wired: ReadonlySet<string>,
  children: readonly Box[],
): NodeLayout {
  const shape = shapeOf(node);
  switch (shape) {
    case 'round':
      // As high as a card, so that nodes placed at one height have their ports at one height.
      return { shape, width: roundDiameter, height: cardHeight, ports: roundPorts(ports, wired) };
    case 'card': {
      const outer = ports.filter((port) => port.face === 'outer');
      const inputs = outer.filter((port) => port.side === 'input');
      const outputs = outer.filter((port) => port.side === 'output');
      const height = Math.max(cardHeight, portPitch * Math.max(inputs.length, outputs.length) + 12);
      const places = [...spread(inputs, 0, height, wired), ...spread(outputs, cardWidth, height, wired)];
      return { shape, width: cardWidth, height, ports: places };
    }
    case 'frame':
      return { shape, ...containerSize(node, children, 160, 96), ports: [] };
    case 'loop': {
      const size = containerSize(node, children, 260, minimumLoopHeight(ports));
      return { shape, ...size, ports: loopPorts(ports, size.width, wired) };
    }
    default:
      return shape satisfies never;
  }
}

function spread(ports: readonly Port[], x: number, height: number, wired: ReadonlySet<string>): readonly PlacedPort[] {
  const first = height / 2 - (portPitch * (ports.length - 1)) / 2;
  return ports.map((port, index) => ({ port, x, y: first + portPitch * index, wired: wired.has(port.id) }));
}

/** Inputs lie on the left half of the circle, in their order; the open one for the next wire waits below them. */
function roundPorts(ports: readonly Port[], wired: ReadonlySet<string>): readonly PlacedPort[] {
  const radius = roundDiameter / 2;
  const at = (port: Port, degrees: number): PlacedPort => ({
    port,
    x: radius + radius * Math.cos((degrees * Math.PI) / 180),
    y: cardHeight / 2 + radius * Math.sin((degrees * Math.PI) / 180),
    wired: wired.has(port.id),
  });
  const inputs = ports.filter((port) => port.side === 'input');
  const open = inputs.length > 1 ? inputs.filter((port) => port.optional === true && !wired.has(port.id)) : [];
  const fixed = inputs.filter((port) => !open.includes(port));
  const opening = Math.min(110, 42 * (fixed.length - 1));
  return [
    ...fixed.map((port, index) =>
      at(port, 180 + opening / 2 - (fixed.length > 1 ? (opening * index) / (fixed.length - 1) : 0)),
    ),
    ...open.map((port) => at(port, 96)),
    ...ports.filter((port) => port.side === 'output').map((port) => at(port, 0)),
  ];
}

function minimumLoopHeight(ports: readonly Port[]): number {
  const rows = (side: Port['side']): number =>
    ports.filter((port) => port.face === 'inner' && port.side === side).length;
  return loopFirstRow + loopRow * Math.max(rows('input'), rows('output')) + 12;
}

/** States come first on both borders, so that the two halves of one face each other. */
function loopPorts(ports: readonly Port[], width: number, wired: ReadonlySet<string>): readonly PlacedPort[] {
  const rows = (role: (port: Port) => boolean): ReadonlyMap<string, number> => {
    const terminals = new Set<string>();
    for (const port of ports) if (role(port) && port.terminal !== undefined) terminals.add(port.terminal);
    return new Map([...terminals].map((terminal, index) => [terminal, index]));
  };
  const states = rows((port) => port.role === 'state');
  const inputs = rows((port) => port.role === 'constant' || port.role === 'scan');
  const outputs = rows((port) => port.role === 'last' || port.role === 'all');
  return ports.map((port) => {
    const terminal = port.terminal ?? '';
    const isState = port.role === 'state';
    const isLeft = isState
      ? !port.id.startsWith('next.')
      : inputs.has(terminal) && port.role !== 'last' && port.role !== 'all';
    const row = isState ? (states.get(terminal) ?? 0) : states.size + ((isLeft ? inputs : outputs).get(terminal) ?? 0);
    const border = isLeft ? 0 : width;
    const outwards = isLeft ? -1 : 1;
    const reach = isState
      ? port.face === 'outer'
        ? stateRadius
        : 0
      : port.face === 'outer'
        ? terminalReach
        : -terminalReach;
    return { port, x: border + outwards * reach, y: loopFirstRow + loopRow * row, wired: wired.has(port.id) };
  });
}

function containerSize(
  node: GraphNode,
  children: readonly Box[],
  minimumWidth: number,
  minimumHeight: number,
): { readonly width: number; readonly height: number } {
  // A size of its own is the least: what comes in makes room for itself.
  let width = node.size === undefined ? minimumWidth : Math.max(node.size.width, 80);
  let height = Math.max(
    node.size === undefined ? Math.max(minimumHeight, frameHeader) : Math.max(node.size.height, 60),
    node.type === 'loop' ? minimumHeight : 0,
  );
  for (const child of children) {
    width = Math.max(width, child.x + child.width + containerPadding);
    height = Math.max(height, child.y + child.height + containerPadding);
  }
  return { width, height };
}

/** Whether a document's colour is one that can be drawn. */
export function isColour(colour: string | null | undefined): colour is string {
  return typeof colour === 'string' && /^#[0-9a-f]{6}$/i.test(colour);
}
