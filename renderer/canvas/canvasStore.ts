import { create } from 'zustand';
import type { BackEdgeProposal } from '#shared/check/backEdge';
import type { Endpoint } from '#shared/graph/document';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import type { JsonValue } from '#shared/graph/json';
import type { Point, Rectangle } from '#shared/drawing/route';
import { useDocumentStore } from '../state/documentStore.ts';
import { useSelectionStore } from '../state/selectionStore.ts';
import { useViewStore } from '../state/viewStore.ts';
import { emptyFlow, FlowModel } from './flow.ts';
import type { Flow } from './flow.ts';

/** The type of what a drag from the palette carries: JSON `{id, type, params}`. */
export const layerDragType = 'application/x-gradloom-layer';

/** A wire being dragged from a port, and the ports that it fits. */
export interface Connecting {
  readonly from: Endpoint;
  readonly side: 'input' | 'output';
  /** `node/port` of every port that would take it. */
  readonly fits: ReadonlySet<string>;
  /** `node/port` of every port where it would lead back, and so mean a loop. */
  readonly cycles: ReadonlySet<string>;
  /** The wire whose end is being moved; null: a new one is drawn. */
  readonly reattached: { readonly wire: WireId; readonly side: 'from' | 'to' } | null;
}

/** A wire that leads back, while it is dragged over a port and after it was let go there. */
export interface BackEdge {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** The nodes of the cycle, with what is inside them. */
  readonly body: ReadonlySet<NodeId>;
  /** Once let go: where the offer stands, in pixels of the canvas element, and what it is. */
  readonly offer: { readonly at: Point; readonly proposal: BackEdgeProposal } | null;
}

/** The search palette at a place of the canvas. */
export interface Search {
  /** Where it opens, in pixels of the canvas element; null: in the middle. */
  readonly at: Point | null;
  /** Where the new node goes, on the sheet. */
  readonly place: Point;
  /** The port that the new node is wired to, where a wire was dropped on nothing. */
  readonly from: Endpoint | null;
}

/** The pointer over a wire. */
export interface Hover {
  readonly wire: WireId;
  /** In pixels of the canvas element. */
  readonly at: Point;
}

export interface CanvasState {
  readonly flow: Flow;
  readonly connecting: Connecting | null;
  /** The port that a wire being dragged would end at, as it is drawn: of a folded frame, on its border. */
  readonly over: Endpoint | null;
  readonly search: Search | null;
  readonly hover: Hover | null;
  readonly backEdge: BackEdge | null;
  /** The frame or loop that would take in what is dragged now; 'sheet': it would leave the one it is in. */
  readonly dropArea: NodeId | 'sheet' | null;
  /** The layer that is dragged from the palette of this window. What a drag carries, the browser tells at its end only. */
  readonly dragged: { readonly type: string; readonly params: Readonly<Record<string, JsonValue>> } | null;
  /** The wire that what is dragged now would be put into. */
  readonly dropWire: WireId | null;
  /** The course of a lasso, in pixels of the canvas element; 'armed': the next drag on the sheet draws one. */
  readonly lasso: readonly Point[] | 'armed' | null;
  /** A drag of nodes, of a box or of a container's corner under way; to let go of it leaves all as it was. */
  readonly held: { letGo(): void } | null;
  /** Whether the drag of nodes under way was let go of before the pointer was: it moves nothing any more, the view included. */
  readonly isDragCancelled: boolean;
  /** A layout under way. */
  readonly layout: { stop(): void } | null;
  /** The menu of what can be done, in pixels of the canvas element. */
  readonly menu: Point | null;
  /** Whether the palette that finds nodes is open. */
  readonly finding: boolean;
  /** The node that the palette of possible wires is open for. */
  readonly joining: NodeId | null;
  /** The loop whose iterations are shown side by side. */
  readonly unrolled: NodeId | null;
}

/** What the canvas draws, and what is going on at the pointer. Follows from the other stores. */
export const useCanvasStore = create<CanvasState>()(() => ({
  flow: emptyFlow,
  connecting: null,
  over: null,
  search: null,
  hover: null,
  backEdge: null,
  dropArea: null,
  dragged: null,
  dropWire: null,
  lasso: null,
  held: null,
  isDragCancelled: false,
  layout: null,
  menu: null,
  finding: false,
  joining: null,
  unrolled: null,
}));

const model = new FlowModel();
const nothingMoved: ReadonlyMap<NodeId, Point> = new Map();
let moved = nothingMoved;

/** Positions that a drag shows before the document has them. */
export function showMoved(positions: ReadonlyMap<NodeId, Point>): void {
  moved = new Map([...moved, ...positions]);
  refresh();
}

/** What a drag has moved so far. */
export function movedPositions(): ReadonlyMap<NodeId, Point> {
  return moved;
}

/** Ends a drag: from here on the document says where things are. */
export function forgetMoved(): void {
  moved = nothingMoved;
  refresh();
}

let area: Rectangle | null = null;

/** Says which part of the sheet React Flow is given; null: everything. */
export function giveArea(next: Rectangle | null): void {
  if (next === area) return;
  area = next;
  refresh();
}

let holds = 0;
let isBehind = false;

/** Makes several changes of the stores, which the canvas follows once, at their end: each following looks at all of the sheet. */
export function followOnce<Result>(change: () => Result): Result {
  holds++;
  try {
    return change();
  } finally {
    holds--;
    if (holds === 0 && isBehind) refresh();
  }
}

function refresh(): void {
  isBehind = holds > 0;
  if (isBehind) return;
  const { document, check } = useDocumentStore.getState();
  const { nodes, wires } = useSelectionStore.getState();
  const { sheet, locale } = useViewStore.getState();
  const flow = model.update({
    document,
    check,
    sheet,
    locale,
    selectedNodes: nodes,
    selectedWires: wires,
    moved,
    dragging: moved !== nothingMoved,
    area,
  });
  if (flow !== useCanvasStore.getState().flow) useCanvasStore.setState({ flow });
}

/** Lets the canvas follow the other stores until the returned function is called. */
export function followStores(): () => void {
  refresh();
  const takeAway = [
    useDocumentStore.subscribe((state, before) => {
      if (state.document !== before.document || state.check !== before.check) refresh();
    }),
    useSelectionStore.subscribe(refresh),
    useViewStore.subscribe((state, before) => {
      if (state.sheet !== before.sheet || state.locale !== before.locale) refresh();
    }),
  ];
  return () => {
    for (const remove of takeAway) remove();
  };
}
