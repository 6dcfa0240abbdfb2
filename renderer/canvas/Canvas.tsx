import { ReactFlow, ReactFlowProvider, SelectionMode, useReactFlow, useStore, useStoreApi } from '@xyflow/react';
import type { NodeChange, NodeMouseHandler, NodeTypes, Viewport } from '@xyflow/react';
import { useEffect, useRef, useState } from 'react';
import type {
  DragEvent as ReactDragEvent,
  FocusEvent as ReactFocusEvent,
  JSX,
  KeyboardEvent as ReactKeyboardEvent,
  MouseEvent as ReactMouseEvent,
  ReactNode,
} from 'react';
import { z } from 'zod';
import type { GraphNode } from '#shared/graph/document';
import type { CellId, NodeId, WireId } from '#shared/graph/identifiers';
import type { JsonValue } from '#shared/graph/json';
import { isContainerType } from '#shared/graph/portNames';
import { ancestorsOf, instanceParametersOf } from '#shared/graph/queries';
import { cardHeight, cardWidth, isCollapsed } from '#shared/drawing/layout';
import type { Point, Rectangle } from '#shared/drawing/route';
import { boundsOf } from '#shared/drawing/scene';
import { isTextField } from '../platform/commands.ts';
import { useText } from '../platform/i18n.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { nameNode } from '../state/namingStore.ts';
import { useSelectionStore } from '../state/selectionStore.ts';
import type { SelectionState } from '../state/selectionStore.ts';
import { useViewStore } from '../state/viewStore.ts';
import type { Passage } from '../state/viewStore.ts';
import { classes } from '../ui/classes.ts';
import { BackEdgeOffer } from './BackEdgeOffer.tsx';
import styles from './Canvas.module.css';
import './reactFlow.css';
import { CanvasControls } from './CanvasControls.tsx';
import { followStores, giveArea, layerDragType, movedPositions, useCanvasStore } from './canvasStore.ts';
import { ConnectPalette } from './ConnectPalette.tsx';
import { ContextMenu } from './ContextMenu.tsx';
import { countRender } from './counters.ts';
import { openCell, placeCell, selectWayBack } from './editing/cells.ts';
import { beginDrag, endDrag, followDrag, moveDragged } from './editing/dragging.ts';
import { addLayer, areaAt, copySelection, cutSelection, paste } from './editing/edits.ts';
import { onInterruption } from './editing/interruption.ts';
import { dropWireForLayer, toggleCollapsed, wireUnder } from './editing/structure.ts';
import { followTravels } from './editing/travel.ts';
import { dotDistance } from './dotGrid.ts';
import { FindPalette } from './FindPalette.tsx';
import { EmptyCanvas, FirstHint } from './Hints.tsx';
import { beginLasso, Lasso } from './Lasso.tsx';
import type { FlowNode } from './flow.ts';
import { LayoutProgress } from './layout/LayoutProgress.tsx';
import { openMenu } from './menu.ts';
import { Minimap } from './minimap/Minimap.tsx';
import { CardNode } from './nodes/CardNode.tsx';
import { FrameNode } from './nodes/FrameNode.tsx';
import { LoopNode } from './nodes/LoopNode.tsx';
import { RoundNode } from './nodes/RoundNode.tsx';
import type { Theme } from './overlay/colourScale.ts';
import { Legend } from './overlay/Legend.tsx';
import { Overlay } from './overlay/Overlay.tsx';
import { detailAt, manyCards } from './detail.ts';
import { followPointer } from './pointer.ts';
import { SearchPalette } from './SearchPalette.tsx';
import { SheetBar } from './SheetBar.tsx';
import { nextArea, viewDiffers } from './stage.ts';
import { UnrolledView } from './unrolled/UnrolledView.tsx';
import { usePanning } from './usePanning.ts';
import {
  bringIntoView,
  chosenView,
  keepFitted,
  maximumZoom,
  minimumZoom,
  mountView,
  onSheet,
  panBy,
  showView,
  withinCanvas,
  zoomAt,
} from './view.ts';
import { WheelReader } from './wheel.ts';
import { WireHint } from './WireHint.tsx';
import { ConnectionWire } from './wires/ConnectionWire.tsx';
import { Wires } from './wires/Wires.tsx';

const nodeTypes: NodeTypes = { card: CardNode, round: RoundNode, frame: FrameNode, loop: LoopNode };
const panButtons = [1];
const additiveKeys = ['Shift', 'Control', 'Meta'];

/** With more nodes than this, those out of view are not in the page. */
const cullFrom = 120;

/** Nodes snap to the dots of the sheet. */
const snapGrid: [number, number] = [dotDistance, dotDistance];

/** The way in to the document's own graph. */
const notGone: readonly Passage[] = [];

/** Where the view begins; from then on it moves through `usePanning`. */
const firstView: Viewport = { x: 0, y: 0, zoom: 1 };

const draggedLayerSchema = z.object({
  id: z.string().optional(),
  type: z.string(),
  params: z.record(z.string(), z.json()),
});

/** The graph: React Flow for nodes, hit-testing and gestures; one canvas for the gradients. */
export function Canvas({ theme }: { readonly theme: Theme }): JSX.Element {
  return (
    <ReactFlowProvider>
      <Sheet theme={theme} />
    </ReactFlowProvider>
  );
}

/** How React Flow's selection of nodes becomes the window's, wires included. */
class Choosing {
  readonly #several: () => boolean;
  readonly #endBoxing: () => void;
  /** What was selected when the pointer was pressed. */
  #pressed: Selected = nothingSelected;
  /** What the pointer was pressed in: a box that begins within a loop means what the loop holds. */
  #around: ReadonlySet<NodeId> = new Set();
  /** While a box is drawn: what it adds to. */
  #kept: Selected | null = null;
  #unfollow: (() => void) | null = null;

  /**
   * @param several whether a key is held that chooses one more
   * @param endBoxing ends the box that React Flow draws
   */
  constructor(several: () => boolean, endBoxing: () => void) {
    this.#several = several;
    this.#endBoxing = endBoxing;
  }

  readonly press = (event: ReactMouseEvent): void => {
    this.#pressed = useSelectionStore.getState();
    this.#around = areasAround(onSheet(withinCanvas(event)));
  };

  readonly change = (changes: NodeChange<FlowNode>[]): void => {
    const positions = new Map<NodeId, Point>();
    const selection = new Map<string, boolean>();
    for (const change of changes) {
      if (change.type === 'position' && change.position !== undefined)
        positions.set(change.id as NodeId, change.position);
      else if (change.type === 'select') selection.set(change.id, change.selected);
    }
    if (positions.size > 0) moveDragged(positions);
    if (selection.size === 0) return;
    const { nodes, wires, select } = useSelectionStore.getState();
    const chosen = changed(nodes, selection);
    if (this.#kept === null) select({ nodes: chosen, wires: this.#several() ? wires : [] });
    else {
      const held = [...chosen].filter((id) => !this.#around.has(id));
      const all = new Set([...this.#kept.nodes, ...held]);
      select({ nodes: all, wires: [...this.#kept.wires, ...wiresAt(all)] });
    }
  };

  /** A press on the sheet itself chooses nothing. */
  readonly clear = (): void => useSelectionStore.getState().clear();

  /** A box chooses what it holds alone or, with a key that chooses one more, as well. */
  readonly beginBox = (): void => {
    const before = this.#pressed;
    this.#kept = this.#several() ? before : nothingSelected;
    useSelectionStore.getState().select(this.#kept);
    const letGo = (): void => {
      this.#abort();
      useSelectionStore.getState().select(before);
    };
    this.#unfollow = onInterruption(() => this.#abort());
    useCanvasStore.setState({ held: { letGo } });
  };

  /** Where the system takes the pointer away React Flow goes on with the box. */
  readonly cancel = (): void => {
    if (this.#kept !== null) useCanvasStore.getState().held?.letGo();
  };

  #abort(): void {
    this.endBox();
    this.#endBoxing();
  }

  readonly endBox = (): void => {
    this.#unfollow?.();
    this.#unfollow = null;
    this.#kept = null;
    useCanvasStore.setState({ held: null });
  };
}

type Selected = Pick<SelectionState, 'nodes' | 'wires'>;
const nothingSelected: Selected = { nodes: new Set(), wires: new Set() };

/** The frames and loops that a point of the sheet lies in. */
function areasAround(point: Point): ReadonlySet<NodeId> {
  const { graph } = useCanvasStore.getState().flow.scene;
  const area = areaAt(point)?.node.id;
  return new Set(area === undefined ? [] : [area, ...ancestorsOf(graph, area).map(({ id }) => id)]);
}

/** The wires that meet one of the nodes. */
function wiresAt(nodes: ReadonlySet<NodeId>): readonly WireId[] {
  const { wires } = useCanvasStore.getState().flow.scene;
  return [...wires].flatMap(([id, { source, target }]) =>
    nodes.has(source.node) || nodes.has(target.node) ? [id] : [],
  );
}

function changed<Id extends string>(before: ReadonlySet<Id>, changes: ReadonlyMap<string, boolean>): ReadonlySet<Id> {
  const after = new Set(before);
  for (const [id, selected] of changes) {
    if (selected) after.add(id as Id);
    else after.delete(id as Id);
  }
  return after;
}

function onDrop(event: ReactDragEvent): void {
  useCanvasStore.setState({ dropWire: null });
  const data = event.dataTransfer.getData(layerDragType);
  if (data === '') return;
  event.preventDefault();
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return;
  }
  const layer = draggedLayerSchema.safeParse(value).data;
  if (layer === undefined) return;
  const place = onSheet(withinCanvas(event));
  const { x, y } = place;
  const instance = instanceParametersOf(layer);
  if (instance !== null) {
    placeCell(instance.cell, place, { wire: wireUnder(event) });
    return;
  }
  const params: Readonly<Record<string, JsonValue>> = layer.params;
  const corner = { x: x - cardWidth / 2, y: y - cardHeight / 2 };
  addLayer({ id: layer.id, type: layer.type, params }, corner, { wire: wireUnder(event) });
}

function onDragOver(event: ReactDragEvent): void {
  if (!event.dataTransfer.types.includes(layerDragType)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'copy';
  const dropWire = dropWireForLayer(event);
  if (dropWire !== useCanvasStore.getState().dropWire) useCanvasStore.setState({ dropWire });
}

/** Only when the drag leaves the canvas: it enters and leaves what lies on it all the time. */
function onDragLeave({ currentTarget, relatedTarget }: ReactDragEvent): void {
  if (!(relatedTarget instanceof Node) || !currentTarget.contains(relatedTarget)) {
    useCanvasStore.setState({ dropWire: null });
  }
}

function onDoubleClick(event: ReactMouseEvent): void {
  // The cards lie within the pane, too: a press on one of them is not meant for the sheet.
  if (!(event.target instanceof Element) || !event.target.classList.contains('react-flow__pane')) return;
  const at = withinCanvas(event);
  useCanvasStore.setState({ search: { at, place: onSheet(at), from: null } });
}

/** The node that has the keyboard's focus, if the event is about one. */
function focusedNode(event: { readonly target: EventTarget }): NodeId | null {
  const { target } = event;
  if (!(target instanceof HTMLElement) || !target.classList.contains('react-flow__node')) return null;
  return (target.dataset['id'] ?? null) as NodeId | null;
}

function onKeyDown(event: ReactKeyboardEvent): void {
  const id = focusedNode(event);
  if (id === null || (event.key !== 'Enter' && event.key !== ' ')) return;
  // With one of these keys it is a command's (Ctrl+Enter runs), whatever has the focus.
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const { nodes, wires, select } = useSelectionStore.getState();
  if (event.shiftKey) select({ nodes: changed(nodes, new Map([[id, !nodes.has(id)]])), wires });
  else select({ nodes: [id] });
}

function onFocus(event: ReactFocusEvent): void {
  const id = focusedNode(event);
  if (id !== null && event.target.matches(':focus-visible')) bringIntoView(id);
}

/** Opens what a card stands for; where it stands for nothing else, and at the title of an open container, names it. */
function onNodeDoubleClick({ target }: ReactMouseEvent, node: FlowNode): void {
  const scene = useCanvasStore.getState().flow.scene.nodes.get(node.id as NodeId);
  if (scene === undefined) return;
  const instance = instanceParametersOf(scene.node);
  if (isCollapsed(scene.node)) toggleCollapsed([scene.node.id]);
  else if (instance !== null) openCell(instance.cell, scene.node.id);
  else if (isTitle(target, scene.node)) nameNode(scene.node.id);
}

/** Whether a press there means the node's name. A card is all of it, but for its ports; of a container it is the title. */
function isTitle(target: EventTarget, node: GraphNode): boolean {
  if (!(target instanceof Element)) return false;
  if (isContainerType(node.type)) return target.closest('[data-part="area"]') !== null;
  return target.closest('.react-flow__handle') === null;
}

/*
 * What React Flow is told to call is the same at every rendering: it hands a new function on to every card and wire, which
 * would all be rendered anew at every edit.
 */
const onNodeContextMenu: NodeMouseHandler<FlowNode> = (event, node) => openMenu(event, { nodes: [node.id as NodeId] });
const onSelectionContextMenu = (event: ReactMouseEvent): void => openMenu(event, null);
const onPaneContextMenu = (event: ReactMouseEvent | MouseEvent): void => openMenu(event, {});

function Sheet({ theme }: { readonly theme: Theme }): JSX.Element {
  countRender('canvas');
  const say = useText();
  const isEmpty = useCanvasStore((store) => store.flow.scene.nodes.size === 0);
  const isCulled = useCanvasStore((store) => store.flow.scene.nodes.size > cullFrom);
  const isCrowded = useCanvasStore((store) => store.flow.scene.nodes.size >= manyCards);
  const overlay = useViewStore((store) => store.overlay);
  const minimapOpen = useViewStore((store) => store.minimapOpen);
  const connecting = useCanvasStore((store) => store.connecting !== null);
  const armed = useCanvasStore((store) => store.lasso !== null);
  const snap = useViewStore((store) => store.snap);
  const isDragCancelled = useCanvasStore((store) => store.isDragCancelled);
  const wrapper = useRef<HTMLDivElement>(null);
  const instance = useReactFlow<FlowNode>();
  const store = useStoreApi();
  const [choosing] = useState(
    () =>
      new Choosing(
        () => store.getState().multiSelectionActive,
        () => store.setState({ userSelectionActive: false, userSelectionRect: null }),
      ),
  );

  // First: what it selects is then followed together with the document.
  useEffect(() => followTravels(), []);
  useEffect(() => followStores(), []);
  useNodes();
  useEffect(() => (wrapper.current === null ? undefined : mountView(instance, wrapper.current)), [instance]);
  useEffect(() => (wrapper.current === null ? undefined : followPointer(wrapper.current)), []);
  useWheel(wrapper);
  useClipboard();
  useFitOnLoad();
  useDetail(wrapper);
  useStage();
  const takeView = usePanning(wrapper);

  return (
    <div
      ref={wrapper}
      className={classes(styles.canvas, connecting && styles.connecting, armed && styles.lassoing)}
      data-overlay={overlay === 'off' ? 'off' : 'on'}
      data-crowded={isCrowded ? '' : undefined}
      role="region"
      aria-label={say('canvas.label')}
      onDoubleClick={onDoubleClick}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      onDrop={onDrop}
      onDragOver={onDragOver}
      onDragLeave={onDragLeave}
      onPointerDownCapture={(event) => {
        choosing.press(event);
        beginLasso(event);
      }}
      onPointerCancel={choosing.cancel}
    >
      <ReactFlow<FlowNode>
        nodeTypes={nodeTypes}
        viewport={firstView}
        onViewportChange={takeView}
        onNodesChange={choosing.change}
        onPaneClick={choosing.clear}
        onSelectionStart={choosing.beginBox}
        onSelectionEnd={choosing.endBox}
        onNodeDragStart={beginDrag}
        onNodeDrag={followDrag}
        onSelectionDrag={followDrag}
        onNodeDragStop={endDrag}
        onSelectionDragStop={endDrag}
        onNodeContextMenu={onNodeContextMenu}
        onSelectionContextMenu={onSelectionContextMenu}
        onPaneContextMenu={onPaneContextMenu}
        onNodeDoubleClick={onNodeDoubleClick}
        connectionLineComponent={ConnectionWire}
        connectOnClick={false}
        onlyRenderVisibleElements={isCulled}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={additiveKeys}
        panActivationKeyCode="Space"
        zoomActivationKeyCode={null}
        selectionOnDrag
        selectionMode={SelectionMode.Partial}
        panOnDrag={panButtons}
        zoomOnScroll={false}
        zoomOnPinch={false}
        zoomOnDoubleClick={false}
        minZoom={minimumZoom}
        maxZoom={maximumZoom}
        nodeDragThreshold={2}
        autoPanOnNodeDrag={!isDragCancelled}
        elevateNodesOnSelect={false}
        zIndexMode="manual"
        snapToGrid={snap}
        snapGrid={snapGrid}
        disableKeyboardA11y
        colorMode={theme}
        attributionPosition="bottom-left"
      >
        <Overlay />
        <Wires />
      </ReactFlow>
      <Corner place="upperRight">
        <Legend theme={theme} />
      </Corner>
      <Corner place="upperLeft">
        <SheetBar />
      </Corner>
      <Corner place="lowerLeft">
        <CanvasControls />
      </Corner>
      {minimapOpen && (
        <Corner place="lowerRight">
          <Minimap />
        </Corner>
      )}
      {isEmpty ? <EmptyCanvas /> : <FirstHint />}
      <WireHint />
      <Lasso />
      <LayoutProgress />
      <BackEdgeOffer />
      <ContextMenu />
      <UnrolledView />
      <SearchPalette />
      <FindPalette />
      <ConnectPalette />
    </div>
  );
}

function Corner({
  place,
  children,
}: {
  readonly place: 'upperLeft' | 'upperRight' | 'lowerLeft' | 'lowerRight';
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <div className={classes(styles.corner, styles[place])} data-part="corner" data-place={place}>
      {children}
    </div>
  );
}

/** Wheel and trackpad. Listens actively: React's own wheel listeners cannot keep the page from zooming. */
function useWheel(wrapper: React.RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const element = wrapper.current;
    if (element === null) return undefined;
    const reader = new WheelReader();
    const onWheel = (event: WheelEvent): void => {
      if (event.target instanceof Element && event.target.closest('.nowheel') !== null) return;
      event.preventDefault();
      event.stopPropagation();
      const meaning = reader.read(event);
      if (meaning.kind === 'zoom') zoomAt(withinCanvas(event), meaning.factor);
      else panBy(meaning);
      useCanvasStore.setState({ hover: null });
    };
    element.addEventListener('wheel', onWheel, { passive: false, capture: true });
    return () => element.removeEventListener('wheel', onWheel, { capture: true });
  }, [wrapper]);
}

/** Copy, cut and paste as the browser tells of them: so the clipboard needs no permission. */
function useClipboard(): void {
  useEffect(() => {
    // A field that was left a moment ago may still be what the browser sends the event to.
    const isForeign = (): boolean =>
      isTextField(document.activeElement) || document.getSelection()?.isCollapsed === false;
    const onCopy = (event: ClipboardEvent): void => {
      const text = isForeign() ? null : copySelection();
      if (text === null) return;
      event.clipboardData?.setData('text/plain', text);
      event.preventDefault();
      if (event.type === 'cut') cutSelection();
    };
    const onPaste = (event: ClipboardEvent): void => {
      if (isTextField(event.target)) return;
      if (paste(event.clipboardData?.getData('text/plain') ?? null)) event.preventDefault();
    };
    document.addEventListener('copy', onCopy);
    document.addEventListener('cut', onCopy);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('copy', onCopy);
      document.removeEventListener('cut', onCopy);
      document.removeEventListener('paste', onPaste);
    };
  }, []);
}

/**
 * Shows the whole of a document when it opens, and of a sheet when it is turned to first. Whoever comes back finds it as
 * it was left, with the instance selected that was looked into, where nothing else on it is.
 */
function useFitOnLoad(): void {
  const loaded = useDocumentStore((store) => store.loaded);
  const sheet = useViewStore((store) => store.sheet);
  const ready = useStore((store) => store.width > 0 && store.height > 0);
  const flow = useStoreApi();
  const left = useRef({ loaded: -1, sheet, trail: notGone, views: new Map<CellId | null, Viewport | null>() });
  useEffect(() => {
    if (!ready) return;
    const { loaded: before, sheet: from, trail, views } = left.current;
    if (before !== loaded) views.clear();
    else if (from !== sheet) {
      views.set(from, chosenView());
      selectWayBack(trail, from, sheet);
    }
    showView(views.get(sheet) ?? null);
    left.current = { loaded, sheet, trail: useViewStore.getState().trail, views };
  }, [loaded, sheet, ready]);
  useEffect(
    () =>
      flow.subscribe((state, before) => {
        if (state.width !== before.width || state.height !== before.height) keepFitted();
      }),
    [flow],
  );
}

/**
 * The nodes go to React Flow's store by themselves. As a property they would be rendered twice at each edit: React Flow
 * takes over its properties once it has been rendered with them.
 */
function useNodes(): void {
  const store = useStoreApi<FlowNode>();
  useEffect(() => {
    store.getState().setNodes(useCanvasStore.getState().flow.nodes);
    return useCanvasStore.subscribe(({ flow }, before) => {
      if (flow.nodes !== before.flow.nodes) store.getState().setNodes(flow.nodes);
    });
  }, [store]);
}

/** React Flow is given what lies around the view: see `nextArea`. */
function useStage(): void {
  const store = useStoreApi();
  useEffect(() => {
    let area: Rectangle | null = null;
    const follow = (): void => {
      const { flow, connecting } = useCanvasStore.getState();
      const sheet = { cards: flow.scene.nodes.size, bounds: boundsOf(flow.scene) };
      area = nextArea(area, store.getState(), sheet, connecting !== null || movedPositions().size > 0);
      giveArea(area);
    };
    follow();
    const takeAway = [
      store.subscribe((state, before) => {
        if (viewDiffers(state, before)) follow();
      }),
      useCanvasStore.subscribe((state, before) => {
        if (
          state.flow.scene.sheet !== before.flow.scene.sheet ||
          state.flow.scene.nodes.size !== before.flow.scene.nodes.size
        )
          follow();
      }),
    ];
    return () => {
      for (const remove of takeAway) remove();
      giveArea(null);
    };
  }, [store]);
}

/** How much a card says at this zoom: an attribute, so that zooming renders no card anew. */
function useDetail(wrapper: React.RefObject<HTMLDivElement | null>): void {
  const store = useStoreApi();
  useEffect(() => {
    const show = (): void => {
      const zoom = store.getState().transform[2];
      const detail = detailAt(zoom);
      if (wrapper.current?.dataset['detail'] !== detail) wrapper.current?.setAttribute('data-detail', detail);
    };
    show();
    return store.subscribe(show);
  }, [store, wrapper]);
}
