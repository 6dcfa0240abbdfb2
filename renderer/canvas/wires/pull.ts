import type { useStoreApi } from '@xyflow/react';
import { XYHandle } from '@xyflow/system';
import type { Connection, ConnectionState, Edge, InternalNode, OnConnectEnd, OnConnectStart } from '@xyflow/react';
import type { Endpoint } from '#shared/graph/document';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import { endpointKey } from '#shared/graph/portNames';
import type { Point } from '#shared/drawing/route';
import { endBehind } from '#shared/drawing/scene';
import type { SceneWire } from '#shared/drawing/scene';
import { useCanvasStore } from '../canvasStore.ts';
import type { Connecting } from '../canvasStore.ts';
import { offerBackEdge } from '../editing/backEdge.ts';
import { portsThatFit, refuse } from '../editing/connect.ts';
import { connectPorts, currentGround, reattach, takeAway, tellRefusal } from '../editing/edits.ts';
import { onInterruption } from '../editing/interruption.ts';
import { connectToBorder } from '../editing/structure.ts';
import { onSheet, withinCanvas } from '../view.ts';
import { landing } from './landing.ts';

/** React Flow's store: its core draws the wire under way, scrolls the sheet and finds the port under the pointer. */
export type FlowStore = ReturnType<typeof useStoreApi>;

/** Milder than this, in pixels, a press on a port is no drag. */
const dragThreshold = 3;
/** A port this near to the pointer, in pixels of the sheet, takes the wire. */
const connectionRadius = 24;
/** An end of a wire that was let go this near to its port has hardly been moved: the wire stays. */
const letGoAfter = 48;

/**
 * Begins to draw a wire from the port that was pressed. Ports are not React Flow's `Handle`s, because each of those asks its
 * store three times at every change: on a large sheet more often than all else together.
 * @param event a press within a node; where it met no port nothing happens
 */
export function pullFromPort(store: FlowStore, event: MouseEvent | TouchEvent): void {
  const dot = event.target instanceof Element ? event.target.closest<HTMLElement>('.react-flow__handle') : null;
  const { nodeid, handleid: port } = dot?.dataset ?? {};
  if (dot === null || nodeid === undefined || port === undefined) return;
  const side = dot.classList.contains('target') ? 'input' : 'output';
  pull(store, event, { pressed: dot, from: { node: nodeid as NodeId, port }, side, reattached: null });
}

/** Takes one end of a wire off its port: the wire is drawn anew from the other. */
export function pullEnd(store: FlowStore, event: MouseEvent, wire: SceneWire, side: 'from' | 'to'): void {
  if (!(event.target instanceof Element)) return;
  pull(store, event, {
    pressed: event.target,
    from: side === 'from' ? wire.target : wire.source,
    side: side === 'from' ? 'input' : 'output',
    reattached: { wire: wire.wire.id, side },
  });
}

interface Pull {
  readonly pressed: Element;
  /** The port that the wire is drawn from, as the sheet shows it. */
  readonly from: Endpoint;
  readonly side: 'input' | 'output';
  readonly reattached: Connecting['reattached'];
}

let drawing: FlowStore | null = null;
let unfollow: (() => void) | null = null;

/**
 * Lets go of the wire under way where what it was begun on may be gone or out of sight, and where the system takes the
 * finger away, of which the core hears nothing.
 */
function follow(): void {
  unfollow?.();
  const hear = onInterruption(cancelPull);
  addEventListener('touchcancel', cancelPull);
  unfollow = () => {
    hear();
    removeEventListener('touchcancel', cancelPull);
    unfollow = null;
  };
}

/** Lets go of the wire that is being drawn, as though it had never been begun; what the core hears later says nothing more. */
export function cancelPull(): void {
  unfollow?.();
  useCanvasStore.setState({ connecting: null, over: null, backEdge: null });
  drawing?.getState().cancelConnection();
}

function pull(store: FlowStore, event: MouseEvent | TouchEvent, { pressed, from, side, reattached }: Pull): void {
  if ('button' in event && event.button !== 0) return;
  const state = store.getState();
  const onConnectStart: OnConnectStart = () => {
    const ground = currentGround();
    const held = endBehind(from);
    if (ground === null) return;
    const connecting = { from: held, side, ...portsThatFit(ground, held), reattached } as const;
    useCanvasStore.setState({ connecting, hover: null, backEdge: null });
    drawing = store;
    follow();
  };
  XYHandle.onPointerDown(event, {
    handleDomNode: pressed,
    nodeId: from.node,
    handleId: from.port,
    isTarget: side === 'input',
    edgeUpdaterType: side === 'input' ? 'target' : 'source',
    autoPanOnConnect: state.autoPanOnConnect,
    autoPanSpeed: state.autoPanSpeed,
    connectionMode: state.connectionMode,
    connectionRadius,
    dragThreshold,
    domNode: state.domNode,
    nodeLookup: state.nodeLookup,
    lib: state.lib,
    flowId: state.rfId,
    panBy: state.panBy,
    updateConnection: (connection) => state.updateConnection(landed(store, connection)),
    cancelConnection: state.cancelConnection,
    getTransform: () => store.getState().transform,
    getFromHandle: () => store.getState().connection.fromHandle,
    isValidConnection: fits,
    onConnectStart,
    onConnectEnd,
  });
}

/** The wire under way as it is drawn: at the port where it would end, which is not always the one nearest to the pointer. */
function landed(store: FlowStore, connection: ConnectionState<InternalNode>): ConnectionState<InternalNode> {
  const { connecting: held, flow } = useCanvasStore.getState();
  if (!connection.inProgress || held === null) return connection;
  const { transform, nodeLookup } = store.getState();
  const near = drawnEnd(connection.toHandle?.nodeId, connection.toHandle?.id);
  const end = landing(flow.scene, held, onSheet(connection.pointer), near);
  if (end?.node === near?.node && end?.port === near?.port) return connection;
  const node = end === null ? undefined : nodeLookup.get(end.node);
  const placed = end === null ? undefined : flow.scene.nodes.get(end.node);
  const type = held.side === 'output' ? 'target' : 'source';
  const handle = node?.internals.handleBounds?.[type]?.find(({ id }) => id === end?.port);
  const port = placed?.layout.ports.find((one) => one.port.id === end?.port);
  if (node === undefined || placed === undefined || handle === undefined || port === undefined) {
    return { ...connection, isValid: null, to: connection.pointer, toHandle: null, toNode: null };
  }
  const isValid = end !== null && held.fits.has(endpointKey(endBehind(end)));
  const at = { x: placed.origin.x + port.x, y: placed.origin.y + port.y };
  const to = { x: at.x * transform[2] + transform[0], y: at.y * transform[2] + transform[1] };
  return {
    ...connection,
    isValid,
    to: isValid ? to : connection.pointer,
    toHandle: { ...handle, ...at },
    toNode: node,
  };
}

const onConnectEnd: OnConnectEnd = (event, { toHandle }) => {
  unfollow?.();
  const { connecting: held, flow } = useCanvasStore.getState();
  useCanvasStore.setState({ connecting: null, backEdge: null });
  if (held === null) return;
  const pointer = pointOf(event);
  const end = landing(flow.scene, held, onSheet(withinCanvas(pointer)), drawnEnd(toHandle?.nodeId, toHandle?.id));
  endWire(held, end === null ? null : endBehind(end), pointer);
};

/** What React Flow calls a handle, as the sheet draws it. */
function drawnEnd(node: string | null | undefined, port: string | null | undefined): Endpoint | null {
  return typeof node === 'string' && typeof port === 'string' ? { node: node as NodeId, port } : null;
}

/** The same, as an end of a wire; a port of a folded frame stands for one inside. */
function endOf(node: string | null | undefined, port: string | null | undefined): Endpoint | null {
  const drawn = drawnEnd(node, port);
  return drawn === null ? null : endBehind(drawn);
}

function fits({ source, sourceHandle, target, targetHandle }: Connection | Edge): boolean {
  const { connecting } = useCanvasStore.getState();
  if (connecting === null) return false;
  const other = connecting.side === 'output' ? endOf(target, targetHandle) : endOf(source, sourceHandle);
  return other !== null && connecting.fits.has(endpointKey(other));
}

function join(held: Endpoint, side: 'input' | 'output', other: Endpoint): boolean {
  return side === 'output' ? connectPorts(held, other) : connectPorts(other, held);
}

function explain(held: Endpoint, side: 'input' | 'output', other: Endpoint): void {
  const ground = currentGround();
  const refusal =
    ground === null ? null : side === 'output' ? refuse(ground, held, other) : refuse(ground, other, held);
  if (refusal !== null) tellRefusal(refusal);
}

/** A wire was let go: at a port, on a loop's border, or on nothing, where what fits is offered. */
function endWire(
  held: Connecting,
  other: Endpoint | null,
  pointer: { readonly clientX: number; readonly clientY: number },
): void {
  const at = withinCanvas(pointer);
  const place = onSheet(at);
  if (held.reattached !== null) {
    endReattached(held, held.reattached, other, place);
    return;
  }
  if (other !== null) {
    if (held.fits.has(endpointKey(other))) join(held.from, held.side, other);
    else if (!offerBackEdge(held, other, at)) explain(held.from, held.side, other);
    return;
  }
  if (held.side === 'input' || !connectToBorder(held.from, place))
    useCanvasStore.setState({ search: { at, place, from: held.from } });
}

function endReattached(
  held: Connecting,
  { wire, side }: { readonly wire: WireId; readonly side: 'from' | 'to' },
  port: Endpoint | null,
  place: Point,
): void {
  const before = useCanvasStore.getState().flow.scene.wires.get(wire)?.[side];
  const isWhereItWas = before !== undefined && Math.hypot(place.x - before.x, place.y - before.y) < letGoAfter;
  if (port === null && isWhereItWas) return;
  if (port === null) takeAway(wire);
  else if (held.fits.has(endpointKey(port))) reattach(wire, side, port);
  else explain(held.from, held.side, port);
}

function pointOf(event: MouseEvent | TouchEvent): { readonly clientX: number; readonly clientY: number } {
  return 'clientX' in event ? event : (event.changedTouches[0] ?? { clientX: 0, clientY: 0 });
}
