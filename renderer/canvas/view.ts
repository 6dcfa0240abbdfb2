import { getViewportForBounds } from '@xyflow/react';
import type { ReactFlowInstance, Viewport } from '@xyflow/react';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import type { Point, Rectangle } from '#shared/drawing/route';
import { boundsOf, boxOf, nodeTouches, obstacleOf } from '#shared/drawing/scene';
import { useSelectionStore } from '../state/selectionStore.ts';
import type { Box } from '../ui/placement.ts';
import { useCanvasStore } from './canvasStore.ts';
import { clearView } from './clearView.ts';
import type { Margins } from './clearView.ts';
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

/** Shows these nodes, or the whole sheet, as large as can be without one of them beneath what stands in the corners. */
function show(chosen: ReadonlySet<NodeId> | 'all', animated: boolean, closest: number): Viewport | null {
  const { scene } = useCanvasStore.getState().flow;
  const bounds = boundsOf(scene, chosen === 'all' ? undefined : chosen);
  if (mounted === null || bounds === null) return null;
  const { instance, element } = mounted;
  const { clientWidth: width, clientHeight: height } = element;
  if (width === 0 || height === 0) return null;
  const box = {
    x: bounds.left,
    y: bounds.top,
    width: Math.max(1, bounds.right - bounds.left),
    height: Math.max(1, bounds.bottom - bounds.top),
  };
  const fitInto = ({ top, bottom, left, right }: Margins): Viewport =>
    getViewportForBounds(box, width, height, minimumZoom, closest, {
      top: `${top}px`,
      bottom: `${bottom}px`,
      left: `${left}px`,
      right: `${right}px`,
    });
  const nodes = [...scene.nodes.values()].filter((node) => nodeTouches(node, bounds)).map(obstacleOf);
  const viewport = clearView({ width, height }, controlsOn(element, chosen === 'all'), nodes, fitInto);
  void instance.setViewport(viewport, { duration: duration(animated) });
  return viewport;
}

/** Legend, minimap and whatever else stands in the corners while all, or a part of the sheet is shown; in pixels of the canvas element. */
function controlsOn(element: HTMLElement, isWhole: boolean): readonly Rectangle[] {
  const canvas = element.getBoundingClientRect();
  // Once all is in view there is no minimap.
  const corners = `[data-part="corner"]${isWhole ? ':not([data-place="lowerRight"])' : ''}`;
  return [...element.querySelectorAll(corners)].flatMap((one) => {
    const { left, top, right, bottom, width, height } = one.getBoundingClientRect();
    if (width === 0 || height === 0) return [];
    return [
      { left: left - canvas.left, top: top - canvas.top, right: right - canvas.left, bottom: bottom - canvas.top },
    ];
  });
}

/** Shows the whole sheet; an empty one at the size that cards are drawn for. */
export function fitView(animated = true): void {
  if (mounted !== null && useCanvasStore.getState().flow.scene.nodes.size === 0) {
    fitted = null;
    void mounted.instance.setViewport({ x: 0, y: 0, zoom: 1 }, { duration: duration(animated) });
    return;
  }
  // On a wall-sized canvas a small graph may be larger than it was drawn for, so that it can be read.
  const closest = Math.max(1, Math.min(1.8, (mounted?.element.clientWidth ?? 0) / 1500));
  fitted = show('all', animated, closest);
}

function isFitted(): boolean {
  if (mounted === null || fitted === null) return false;
  const { x, y, zoom } = mounted.instance.getViewport();
  return x === fitted.x && y === fitted.y && zoom === fitted.zoom;
}

/** After the canvas changed its size: shows the whole sheet again where it did so before. */
export function keepFitted(): void {
  if (isFitted()) fitView(false);
}

/** The view as a person has chosen it; null where it shows the whole sheet. */
export function chosenView(): Viewport | null {
  return mounted === null || isFitted() ? null : mounted.instance.getViewport();
}

/** Shows a sheet as it was seen before; the whole of it where that is not known. */
export function showView(view: Viewport | null): void {
  if (view === null) fitView(false);
  else void mounted?.instance.setViewport(view);
}

/** Shows what is selected. */
export function zoomToSelection(): void {
  const { scene } = useCanvasStore.getState().flow;
  const { nodes, wires } = useSelectionStore.getState();
  const ends = [...wires].flatMap((id) => {
    const wire = scene.wires.get(id)?.wire;
    return wire === undefined ? [] : [wire.from.node, wire.to.node];
  });
  show(new Set<NodeId>([...nodes, ...ends]), true, 1.4);
}

/** Brings nodes into view without changing what is selected. */
export function revealNodes(nodes: ReadonlySet<NodeId>): void {
  show(nodes, true, 1);
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

/** Whether a point of the sheet is in view. */
export function isInView(point: Point): boolean {
  if (mounted === null) return true;
  const { x, y, zoom } = mounted.instance.getViewport();
  const { clientWidth: width, clientHeight: height } = mounted.element;
  const at = { x: point.x * zoom + x, y: point.y * zoom + y };
  return at.x > 0 && at.y > 0 && at.x < width && at.y < height;
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

/** Between two of the boxes that stand for a wire, and their size, in pixels. */
const wireStep = 24;
const wireBox = 16;

/** The canvas in pixels of the window, and the boxes of all that is to be seen on it: cards, heads of areas, wires, controls. */
export function roomInView(): { readonly area: Box; readonly obstacles: readonly Box[] } | null {
  if (mounted === null) return null;
  const { instance, element } = mounted;
  const { x, y, zoom } = instance.getViewport();
  const canvas = element.getBoundingClientRect();
  const onScreen = (at: Point): Point => ({ x: canvas.left + at.x * zoom + x, y: canvas.top + at.y * zoom + y });
  const { scene } = useCanvasStore.getState().flow;
  const cards = [...scene.nodes.values()].map((node): Box => {
    const box = obstacleOf(node);
    const { x: left, y: top } = onScreen({ x: box.left, y: box.top });
    return { left, top, width: (box.right - box.left) * zoom, height: (box.bottom - box.top) * zoom };
  });
  const wires = [...scene.wires.values()].flatMap(({ from, to }) => {
    const [start, end] = [onScreen(from), onScreen(to)];
    const steps = Math.ceil(Math.hypot(end.x - start.x, end.y - start.y) / wireStep);
    return Array.from({ length: Math.min(steps, 200) }, (_, index): Box => {
      const share = (index + 0.5) / steps;
      return {
        left: start.x + share * (end.x - start.x) - wireBox / 2,
        top: start.y + share * (end.y - start.y) - wireBox / 2,
        width: wireBox,
        height: wireBox,
      };
    });
  });
  const controls = controlsOn(element, false).map((one): Box => ({
    left: canvas.left + one.left,
    top: canvas.top + one.top,
    width: one.right - one.left,
    height: one.bottom - one.top,
  }));
  const isSeen = ({ left, top, width, height }: Box): boolean =>
    left < canvas.right && left + width > canvas.left && top < canvas.bottom && top + height > canvas.top;
  const { left, top, width, height } = canvas;
  const air = 8;
  return {
    area: { left: left + air, top: top + air, width: width - 2 * air, height: height - 2 * air },
    obstacles: [...cards, ...wires, ...controls].filter(isSeen),
  };
}
