import type { useStoreApi } from '@xyflow/react';
import { XYHandle } from '@xyflow/system';
import type { Connection, Edge, OnConnectEnd, OnConnectStart } from '@xyflow/react';
import type { Endpoint } from '#shared/graph/document';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import { endpointKey } from '#shared/graph/portNames';
import type { Point } from '#shared/drawing/route';
import { boxOf, endBehind } from '#shared/drawing/scene';
import type { SceneWire } from '#shared/drawing/scene';
import { useCanvasStore } from '../canvasStore.ts';
import type { Connecting } from '../canvasStore.ts';
import { offerBackEdge } from '../editing/backEdge.ts';
import { portsThatFit, refuse } from '../editing/connect.ts';
import { connectPorts, currentGround, reattach, takeAway, tellRefusal } from '../editing/edits.ts';
import { connectToBorder } from '../editing/structure.ts';
import { onSheet, withinCanvas } from '../view.ts';

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

function pull(store: FlowStore, event: MouseEvent | TouchEvent, { pressed, from, side, reattached }: Pull): void {
  if ('button' in event && event.button !== 0) return;
  const state = store.getState();
  const onConnectStart: OnConnectStart = () => {
    const ground = currentGround();
    const held = endBehind(from);
    if (ground === null) return;
    const connecting = { from: held, side, ...portsThatFit(ground, held), reattached } as const;
    useCanvasStore.setState({ connecting, hover: null, backEdge: null });
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
    updateConnection: state.updateConnection,
    cancelConnection: state.cancelConnection,
    getTransform: () => store.getState().transform,
    getFromHandle: () => store.getState().connection.fromHandle,
    isValidConnection: fits,
    onConnectStart,
    onConnectEnd,
  });
}

const onConnectEnd: OnConnectEnd = (event, { toHandle, isValid }) => {
  const { connecting: held } = useCanvasStore.getState();
  useCanvasStore.setState({ connecting: null, backEdge: null });
  if (held !== null) endWire(held, endOf(toHandle?.nodeId, toHandle?.id), isValid === true, pointOf(event));
};

/** What React Flow calls a handle, as an end of a wire; a port of a folded frame stands for one inside. */
function endOf(node: string | null | undefined, port: string | null | undefined): Endpoint | null {
  return typeof node === 'string' && typeof port === 'string' ? endBehind({ node: node as NodeId, port }) : null;
}

function fits({ source, sourceHandle, target, targetHandle }: Connection | Edge): boolean {
  const { connecting } = useCanvasStore.getState();
  if (connecting === null) return false;
  const other = connecting.side === 'output' ? endOf(target, targetHandle) : endOf(source, sourceHandle);
  return other !== null && connecting.fits.has(endpointKey(other));
}

/** The first port of the node under a point that is among the ones asked for. */
function portAmong(point: Point, among: ReadonlySet<string>): Endpoint | null {
  for (const [id, node] of useCanvasStore.getState().flow.scene.nodes) {
    if (node.layout.shape !== 'card' && node.layout.shape !== 'round') continue;
    const box = boxOf(node);
    if (point.x < box.left || point.x > box.right || point.y < box.top || point.y > box.bottom) continue;
    const candidates = node.layout.ports.filter(({ port }) =>
      among.has(endpointKey(endBehind({ node: id, port: port.id }))),
    );
    const best = candidates.find(({ wired }) => !wired) ?? candidates[0];
    return best === undefined ? null : endBehind({ node: id, port: best.port.id });
  }
  return null;
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

/** A wire was let go: at a port, on a node, on a loop's border, or on nothing, where what fits is offered. */
function endWire(
  held: Connecting,
  other: Endpoint | null,
  isValid: boolean,
  pointer: { readonly clientX: number; readonly clientY: number },
): void {
  const at = withinCanvas(pointer);
  const place = onSheet(at);
  if (held.reattached !== null) {
    endReattached(held, held.reattached, other, isValid, place);
    return;
  }
  if (other !== null) {
    if (isValid) join(held.from, held.side, other);
    else if (!offerBackEdge(held, other, at)) explain(held.from, held.side, other);
    return;
  }
  const port = portAmong(place, held.fits);
  const back = port === null ? portAmong(place, held.cycles) : null;
  if (port !== null) join(held.from, held.side, port);
  else if (back !== null) offerBackEdge(held, back, at);
  else if (held.side === 'input' || !connectToBorder(held.from, place))
    useCanvasStore.setState({ search: { at, place, from: held.from } });
}

function endReattached(
  held: Connecting,
  { wire, side }: { readonly wire: WireId; readonly side: 'from' | 'to' },
  other: Endpoint | null,
  isValid: boolean,
  place: Point,
): void {
  const port = other ?? portAmong(place, held.fits);
  const before = useCanvasStore.getState().flow.scene.wires.get(wire)?.[side];
  const isWhereItWas = before !== undefined && Math.hypot(place.x - before.x, place.y - before.y) < letGoAfter;
  if (port === null && isWhereItWas) return;
  if (port === null) takeAway(wire);
  else if (isValid || other === null) reattach(wire, side, port);
  else explain(held.from, held.side, port);
}

function pointOf(event: MouseEvent | TouchEvent): { readonly clientX: number; readonly clientY: number } {
  return 'clientX' in event ? event : (event.changedTouches[0] ?? { clientX: 0, clientY: 0 });
}
