import { getViewportForBounds } from '@xyflow/react';
import type { ReactFlowInstance, Viewport } from '@xyflow/react';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import type { Point, Rectangle } from '#shared/drawing/route';
import { boundsOf, boxOf } from '#shared/drawing/scene';
import { useSelectionStore } from '../state/selectionStore.ts';
import { useViewStore } from '../state/viewStore.ts';
import { useCanvasStore } from './canvasStore.ts';
import type { FlowNode } from './flow.ts';

export const minimumZoom = 0.05;
export const maximumZoom = 2.5;
const flight = 180;

interface Mounted {
  readonly instance: ReactFlowInstance<FlowNode>;
  readonly element: HTMLElement;
}

let mounted: Mounted | null = null;
/** The view that showed the whole sheet last; while it stands, the canvas goes on showing all of it as it is resized. */
let fitted: Viewport | null = null;

/** Names the canvas that is on the screen; the commands act on it. */
export function mountView(instance: Mounted['instance'], element: HTMLElement): () => void {
  mounted = { instance, element };
  return () => {
    mounted = null;
  };
}

function duration(animated: boolean): number {
  return animated && !matchMedia('(prefers-reduced-motion: reduce)').matches ? flight : 0;
}

function show(bounds: Rectangle | null, animated: boolean, closest: number): Viewport | null {
  if (mounted === null || bounds === null) return null;
  const { instance, element } = mounted;
  const { clientWidth: width, clientHeight: height } = element;
  if (width === 0 || height === 0) return null;
  // The legend lies over the upper edge, the controls over the lower one.
  const top = useViewStore.getState().overlay === 'off' ? 36 : Math.min(116, height * 0.22);
  const padding = { top: `${top}px`, bottom: '56px', left: '36px', right: '36px' } as const;
  const box = {
    x: bounds.left,
    y: bounds.top,
    width: Math.max(1, bounds.right - bounds.left),
    height: Math.max(1, bounds.bottom - bounds.top),
  };
  const viewport = getViewportForBounds(box, width, height, minimumZoom, closest, padding);
  void instance.setViewport(viewport, { duration: duration(animated) });
  return viewport;
}

/** Shows the whole sheet. */
export function fitView(animated = true): void {
  // On a wall-sized canvas a small graph may be larger than it was drawn for, so that it can be read.
  const closest = Math.max(1, Math.min(1.8, (mounted?.element.clientWidth ?? 0) / 1500));
  fitted = show(boundsOf(useCanvasStore.getState().flow.scene), animated, closest);
}

/** After the canvas changed its size: shows the whole sheet again where it did so before. */
export function keepFitted(): void {
  if (mounted === null || fitted === null) return;
  const { x, y, zoom } = mounted.instance.getViewport();
  if (x === fitted.x && y === fitted.y && zoom === fitted.zoom) fitView(false);
}

/** Shows what is selected; the whole sheet where nothing is. */
export function zoomToSelection(): void {
  const { scene } = useCanvasStore.getState().flow;
  const { nodes, wires } = useSelectionStore.getState();
  const ends = [...wires].flatMap((id) => {
    const wire = scene.wires.get(id)?.wire;
    return wire === undefined ? [] : [wire.from.node, wire.to.node];
  });
  const chosen = new Set<NodeId>([...nodes, ...ends]);
  if (chosen.size === 0) fitView();
  else show(boundsOf(scene, chosen), true, 1.4);
}

/** Brings nodes into view without changing what is selected. */
export function revealNodes(nodes: ReadonlySet<NodeId>): void {
  show(boundsOf(useCanvasStore.getState().flow.scene, nodes), true, 1);
}

/** Brings a node into view at the present zoom, where it is not in view already. */
export function bringIntoView(id: NodeId): void {
  const node = useCanvasStore.getState().flow.scene.nodes.get(id);
  if (node !== undefined) bringBoxIntoView(boxOf(node));
}

/** Brings what an edit selected into view at the present zoom, once it is drawn, where it is not in view already. */
export function followSelection(): void {
  if (mounted === null) return;
  requestAnimationFrame(() => {
    const box = boundsOf(useCanvasStore.getState().flow.scene, useSelectionStore.getState().nodes);
    if (box !== null) bringBoxIntoView(box);
  });
}

/** Brings the ends of a wire into view at the present zoom, where they are not in view already. */
export function bringWireIntoView(id: WireId): void {
  const wire = useCanvasStore.getState().flow.scene.wires.get(id);
  if (wire === undefined) return;
  const { from, to } = wire;
  bringBoxIntoView({
    left: Math.min(from.x, to.x),
    right: Math.max(from.x, to.x),
    top: Math.min(from.y, to.y),
    bottom: Math.max(from.y, to.y),
  });
}

function bringBoxIntoView({ left, top, right, bottom }: Rectangle): void {
  if (mounted === null) return;
  const { x, y, zoom } = mounted.instance.getViewport();
  const { clientWidth: width, clientHeight: height } = mounted.element;
  const isInView = left * zoom + x > 0 && top * zoom + y > 0 && right * zoom + x < width && bottom * zoom + y < height;
  if (isInView) return;
  void mounted.instance.setCenter((left + right) / 2, (top + bottom) / 2, { zoom, duration: duration(true) });
}

/** Zooms around the middle of the canvas. */
export function zoomBy(factor: number): void {
  zoomAt(middleOfCanvas(), factor);
}

/** Zooms to the size that cards are drawn for. */
export function zoomToActualSize(): void {
  if (mounted !== null) zoomBy(1 / mounted.instance.getZoom());
}

/** Zooms so that the point under `at` (in pixels of the canvas element) stays where it is. */
export function zoomAt(at: Point, factor: number): void {
  if (mounted === null) return;
  const { x, y, zoom } = mounted.instance.getViewport();
  const next = Math.max(minimumZoom, Math.min(maximumZoom, zoom * factor));
  const share = next / zoom;
  void mounted.instance.setViewport({ x: at.x - (at.x - x) * share, y: at.y - (at.y - y) * share, zoom: next });
}

/** Moves the view by so many pixels. */
export function panBy(by: Point): void {
  if (mounted === null) return;
  const { x, y, zoom } = mounted.instance.getViewport();
  void mounted.instance.setViewport({ x: x - by.x, y: y - by.y, zoom });
}

/** The middle of the canvas, in pixels of its element. */
export function middleOfCanvas(): Point {
  if (mounted === null) return { x: 0, y: 0 };
  const { width, height } = mounted.element.getBoundingClientRect();
  return { x: width / 2, y: height / 2 };
}

/** The middle of what is in view, on the sheet. */
export function middleOfView(): Point {
  return onSheet(middleOfCanvas());
}

/** Where a point of the canvas element lies on the sheet. */
export function onSheet(at: Point): Point {
  if (mounted === null) return at;
  const { x, y, zoom } = mounted.instance.getViewport();
  return { x: (at.x - x) / zoom, y: (at.y - y) / zoom };
}

/** Where a pointer event happened, in pixels of the canvas element. */
export function withinCanvas(event: { readonly clientX: number; readonly clientY: number }): Point {
  const box = mounted?.element.getBoundingClientRect();
  return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
}
