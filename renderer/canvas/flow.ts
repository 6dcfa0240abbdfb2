import { Position } from '@xyflow/react';
import type { Node, NodeHandle } from '@xyflow/react';
import type { CheckResult, Diagnostic } from '#shared/check/diagnostic';
import type { GradloomDocument, GraphNode } from '#shared/graph/document';
import type { CellId, NodeId, WireId } from '#shared/graph/identifiers';
import { isContainerType } from '#shared/graph/portNames';
import { instanceParametersOf } from '#shared/graph/queries';
import type { Locale } from '#shared/text/locale';
import { text } from '#shared/text/text';
import { faceOf, problemsByNode, sameFace } from '#shared/drawing/faces';
import type { NodeFace } from '#shared/drawing/faces';
import type { NodeLayout, NodeShape } from '#shared/drawing/layout';
import type { Point, Rectangle } from '#shared/drawing/route';
import { buildScene, emptyScene, nodeTouches, touches } from '#shared/drawing/scene';
import type { Scene, SceneNode, SceneWire } from '#shared/drawing/scene';
import { nameOfFace } from '#shared/drawing/words';
import { describeFace } from './words.ts';

export type FlowNode = Node<{ readonly face: NodeFace; readonly layout: NodeLayout }, NodeShape>;

/** A wire as the sheet shows it. While it looks and is called the same, the object stays the same. */
export interface FlowWire {
  readonly id: WireId;
  /** The nodes it is drawn at. */
  readonly source: NodeId;
  readonly target: NodeId;
  readonly from: Point;
  readonly to: Point;
  /** Its course, as SVG writes it. */
  readonly path: string;
  readonly label: string;
  readonly isSelected: boolean;
}

/** What the page is given: all of a small sheet, of a large one what lies around the view. */
export interface Flow {
  readonly scene: Scene;
  readonly nodes: FlowNode[];
  readonly wires: readonly FlowWire[];
}

/** Everything that the flow follows from. */
export interface FlowSource {
  readonly document: GradloomDocument;
  readonly check: CheckResult;
  readonly sheet: CellId | null;
  readonly locale: Locale;
  readonly selectedNodes: ReadonlySet<NodeId>;
  readonly selectedWires: ReadonlySet<WireId>;
  readonly moved: ReadonlyMap<NodeId, Point>;
  readonly dragging: boolean;
  /** The part of the sheet that React Flow is given, with what is selected; null: everything. */
  readonly area: Rectangle | null;
}

/** Size of the area that catches the pointer around a port; a card's styles name the same. */
export const handleSize = 18;

/** Above all areas and, at 500 (wires.module.css), above all wires. */
const cardLevel = 1000;

const noProblems: readonly Diagnostic[] = [];
const nothing: ReadonlyMap<NodeId, NodeFace> = new Map();

/** What a node of the flow was made from: while all of it is the same, the node stays. */
interface MadeNode {
  readonly sceneNode: SceneNode;
  readonly face: NodeFace;
  readonly selected: boolean;
  readonly locale: Locale;
  readonly node: FlowNode;
}

/** What a wire of the flow was made from. */
interface MadeWire {
  readonly sceneWire: SceneWire;
  readonly from: NodeFace | undefined;
  readonly to: NodeFace | undefined;
  readonly selected: boolean;
  readonly locale: Locale;
  readonly made: FlowWire;
}

/** The flow of an empty canvas. */
export const emptyFlow: Flow = { scene: emptyScene, nodes: [], wires: [] };

/**
 * Turns documents into what React Flow draws. Whatever did not change keeps its object, and lists without a change keep
 * theirs: React Flow then renders only the cards and wires that an edit touched.
 */
export class FlowModel {
  #flow: Flow = emptyFlow;
  #given: Part = { ...emptyScene, scene: emptyScene, area: null };
  #faces = nothing;
  #last: FlowSource | null = null;
  #nodes = new Map<NodeId, MadeNode>();
  #wires = new Map<WireId, MadeWire>();

  /** The flow that follows from the source; the same object as before where nothing changed. */
  update(source: FlowSource): Flow {
    const { document, sheet, moved, dragging } = source;
    const before = this.#flow.scene.sheet === sheet ? this.#flow.scene : { ...emptyScene, sheet };
    const last = this.#last;
    const sceneStays =
      last?.document === document && last.sheet === sheet && last.moved === moved && last.dragging === dragging;
    const scene = sceneStays ? this.#flow.scene : buildScene(document, sheet, moved, before, dragging);
    const facesStay = last?.document === document && last.check === source.check && last.sheet === sheet;
    const given = partOf(scene, source, this.#given);
    const faces = this.#makeFaces(source, given, facesStay);
    const isSame = given === this.#given && faces === this.#faces && last?.locale === source.locale;
    this.#faces = faces;
    const nodes =
      isSame && last.selectedNodes === source.selectedNodes ? this.#flow.nodes : this.#makeNodes(source, given.nodes);
    const wires =
      isSame && last.selectedWires === source.selectedWires ? this.#flow.wires : this.#makeWires(source, given.wires);
    this.#given = given;
    this.#last = source;
    if (scene !== this.#flow.scene || nodes !== this.#flow.nodes || wires !== this.#flow.wires) {
      this.#flow = { scene, nodes, wires };
    }
    return this.#flow;
  }

  #makeFaces({ document, check }: FlowSource, given: Part, facesStay: boolean): ReadonlyMap<NodeId, NodeFace> {
    if (facesStay && given === this.#given) return this.#faces;
    const last = this.#last;
    const sameRest =
      last !== null && last.check === check && last.document.cells === document.cells && last.sheet === given.sheet;
    let problems: ReturnType<typeof problemsByNode> | null = null;
    const faces = new Map<NodeId, NodeFace>();
    for (const [id, { node }] of given.nodes) {
      const before = this.#faces.get(id);
      const stays = facesStay || (sameRest && speaksForItself(node) && this.#given.nodes.get(id)?.node === node);
      if (stays && before !== undefined) {
        faces.set(id, before);
        continue;
      }
      problems ??= problemsByNode(check);
      const face = faceOf(document, check, node, problems.get(id) ?? noProblems);
      faces.set(id, before !== undefined && sameFace(before, face) ? before : face);
    }
    return faces;
  }

  #makeNodes({ selectedNodes, locale }: FlowSource, nodes: Scene['nodes']): FlowNode[] {
    const made = new Map<NodeId, MadeNode>();
    for (const [id, sceneNode] of nodes) {
      const face = this.#faces.get(id);
      if (face === undefined) continue;
      const selected = selectedNodes.has(id);
      const before = this.#nodes.get(id);
      const isSame =
        before !== undefined &&
        isDrawnAlike(before.sceneNode, sceneNode) &&
        before.face === face &&
        before.selected === selected &&
        before.locale === locale;
      if (isSame) made.set(id, before);
      else
        made.set(id, {
          sceneNode,
          face,
          selected,
          locale,
          node: flowNode(sceneNode, face, selected, describeFace(locale, face)),
        });
    }
    this.#nodes = made;
    return keepList(
      this.#flow.nodes,
      Array.from(made.values(), ({ node }) => node),
    );
  }

  #makeWires({ selectedWires, locale }: FlowSource, wires: Scene['wires']): readonly FlowWire[] {
    const all = new Map<WireId, MadeWire>();
    for (const [id, sceneWire] of wires) {
      const selected = selectedWires.has(id);
      const from = this.#faces.get(sceneWire.wire.from.node);
      const to = this.#faces.get(sceneWire.wire.to.node);
      const before = this.#wires.get(id);
      const isSame =
        before?.sceneWire === sceneWire &&
        before.from === from &&
        before.to === to &&
        before.selected === selected &&
        before.locale === locale;
      if (isSame) {
        all.set(id, before);
        continue;
      }
      const now = flowWire(sceneWire, selected, this.#wireWords(locale, sceneWire));
      const made = before !== undefined && isDrawnTheSame(before.made, now) ? before.made : now;
      all.set(id, { sceneWire, from, to, selected, locale, made });
    }
    this.#wires = all;
    return keepList(
      this.#flow.wires,
      Array.from(all.values(), ({ made }) => made),
    );
  }

  #wireWords(locale: Locale, { wire }: SceneWire): string {
    const name = (id: NodeId): string => {
      const face = this.#faces.get(id);
      return face === undefined ? id : nameOfFace(locale, face);
    };
    return text(locale, 'canvas.wire.described', { from: name(wire.from.node), to: name(wire.to.node) });
  }
}

/** What React Flow is given of a scene. */
interface Part extends Pick<Scene, 'nodes' | 'wires' | 'sheet'> {
  readonly scene: Scene;
  readonly area: Rectangle | null;
}

/**
 * What lies in the area or is selected, with what that cannot be drawn without: the nodes that a wire joins, the
 * containers around a node. In the scene's order. The same object as before while nothing else is asked for.
 */
function partOf(scene: Scene, { area, selectedNodes, selectedWires }: FlowSource, before: Part): Part {
  const isInside =
    before.scene === scene &&
    before.area === area &&
    [...selectedNodes].every((id) => before.nodes.has(id) || !scene.nodes.has(id)) &&
    [...selectedWires].every((id) => before.wires.has(id) || !scene.wires.has(id));
  if (isInside) return before;
  const { sheet } = scene;
  if (area === null) return { scene, sheet, area, nodes: scene.nodes, wires: scene.wires };
  const wanted = new Set<NodeId>();
  const want = (id: NodeId): void => {
    for (let next: NodeId | undefined = id; next !== undefined && !wanted.has(next);) {
      wanted.add(next);
      const inner: SceneNode | undefined = scene.nodes.get(next);
      next = inner === undefined || inner.depth === 0 ? undefined : inner.node.parent;
    }
  };
  for (const [id, node] of scene.nodes) if (selectedNodes.has(id) || nodeTouches(node, area)) want(id);
  const wires = new Map<WireId, SceneWire>();
  for (const [id, wire] of scene.wires) {
    if (!selectedWires.has(id) && !touches(wire.route.bounds, area)) continue;
    wires.set(id, wire);
    want(wire.source.node);
    want(wire.target.node);
  }
  const nodes = new Map<NodeId, SceneNode>();
  for (const [id, node] of scene.nodes) if (wanted.has(id)) nodes.set(id, node);
  return { scene, sheet, area, nodes, wires };
}

/** Whether what a card says follows from its node and the check alone: nothing around, in or beside it matters. */
function speaksForItself(node: GraphNode): boolean {
  return (
    node.parent === undefined &&
    !isContainerType(node.type) &&
    node.type !== 'output' &&
    instanceParametersOf(node) === null
  );
}

function keepList<List extends readonly unknown[]>(before: List, now: List): List {
  return before.length === now.length && now.every((item, index) => item === before[index]) ? before : now;
}

function flowNode(
  { node, layout, position, origin, depth }: SceneNode,
  face: NodeFace,
  selected: boolean,
  ariaLabel: string,
): FlowNode {
  const { shape, width, height } = layout;
  const isArea = shape === 'frame' || shape === 'loop';
  return {
    id: node.id,
    type: shape,
    position,
    ...(depth > 0 && node.parent !== undefined ? { parentId: node.parent } : {}),
    width,
    height,
    measured: { width, height },
    handles: layout.ports.map(({ port, x, y }): NodeHandle => ({
      id: port.id,
      type: port.side === 'input' ? 'target' : 'source',
      position: port.side === 'input' ? Position.Left : Position.Right,
      x: x - handleSize / 2,
      y: y - handleSize / 2,
      width: handleSize,
      height: handleSize,
    })),
    data: { face, layout },
    selected,
    ariaLabel,
    zIndex: isArea ? depth : cardLevel + (selected ? 1 : 0),
    style: {
      // A transform of its own would make the browser paint and put together each card by itself.
      transform: 'none',
      left: origin.x,
      top: origin.y,
      // The inside of an area belongs to the canvas: one can select and pan there. Its head and border can be grabbed.
      ...(isArea ? { pointerEvents: 'none' } : {}),
    },
  };
}

/** A node may be another one (with another parameter, say) and look and stand the same. */
function isDrawnAlike(one: SceneNode, other: SceneNode): boolean {
  return (
    one === other ||
    (one.layout === other.layout &&
      one.depth === other.depth &&
      one.node.parent === other.node.parent &&
      one.position.x === other.position.x &&
      one.position.y === other.position.y)
  );
}

function isDrawnTheSame(one: FlowWire, other: FlowWire): boolean {
  return (
    one.path === other.path &&
    one.isSelected === other.isSelected &&
    one.source === other.source &&
    one.target === other.target &&
    one.label === other.label
  );
}

function flowWire({ wire, source, target, from, to, route }: SceneWire, isSelected: boolean, label: string): FlowWire {
  return { id: wire.id, source: source.node, target: target.node, from, to, path: route.path, label, isSelected };
}
