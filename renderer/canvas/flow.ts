import { Position } from '@xyflow/react';
import type { Edge, Node, NodeHandle } from '@xyflow/react';
import type { CheckResult, Diagnostic } from '#shared/check/diagnostic';
import type { GradloomDocument } from '#shared/graph/document';
import type { CellId, NodeId, WireId } from '#shared/graph/identifiers';
import type { Locale } from '#shared/text/locale';
import { text } from '#shared/text/text';
import { faceOf, problemsByNode, sameFace } from './scene/faces.ts';
import type { NodeFace } from './scene/faces.ts';
import type { NodeLayout, NodeShape } from './scene/layout.ts';
import type { Point } from './scene/route.ts';
import { buildScene, emptyScene } from './scene/scene.ts';
import type { Scene, SceneNode, SceneWire } from './scene/scene.ts';
import { describeFace, nameOfFace } from './words.ts';

export type FlowNode = Node<{ readonly face: NodeFace; readonly layout: NodeLayout }, NodeShape>;
export type FlowEdge = Edge<{ readonly path: string }, 'wire'>;

/** What React Flow is given. */
export interface Flow {
  readonly scene: Scene;
  readonly nodes: FlowNode[];
  readonly edges: FlowEdge[];
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
}

/** Size of the area that catches the pointer around a port; a card's styles name the same. */
export const handleSize = 18;

/** Above all areas, below all cards. */
const wireLevel = 500;
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

/** What an edge of the flow was made from. */
interface MadeEdge {
  readonly sceneWire: SceneWire;
  readonly from: NodeFace | undefined;
  readonly to: NodeFace | undefined;
  readonly selected: boolean;
  readonly locale: Locale;
  readonly edge: FlowEdge;
}

/** The flow of an empty canvas. */
export const emptyFlow: Flow = { scene: emptyScene, nodes: [], edges: [] };

/**
 * Turns documents into what React Flow draws. Whatever did not change keeps its object, and lists without a change keep
 * theirs: React Flow then renders only the cards and wires that an edit touched.
 */
export class FlowModel {
  #flow: Flow = emptyFlow;
  #faces = nothing;
  #last: FlowSource | null = null;
  #nodes = new Map<NodeId, MadeNode>();
  #edges = new Map<WireId, MadeEdge>();

  /** The flow that follows from the source; the same object as before where nothing changed. */
  update(source: FlowSource): Flow {
    const { document, sheet, moved, dragging } = source;
    const before = this.#flow.scene.sheet === sheet ? this.#flow.scene : { ...emptyScene, sheet };
    const last = this.#last;
    const sceneStays =
      last?.document === document && last.sheet === sheet && last.moved === moved && last.dragging === dragging;
    const scene = sceneStays ? this.#flow.scene : buildScene(document, sheet, moved, before, dragging);
    const facesStay = last?.document === document && last.check === source.check && last.sheet === sheet;
    if (!facesStay) this.#faces = this.#makeFaces(source, scene);
    const nodes = this.#makeNodes(source, scene);
    const edges = this.#makeEdges(source, scene);
    this.#last = source;
    if (scene !== this.#flow.scene || nodes !== this.#flow.nodes || edges !== this.#flow.edges) {
      this.#flow = { scene, nodes, edges };
    }
    return this.#flow;
  }

  #makeFaces({ document, check }: FlowSource, scene: Scene): ReadonlyMap<NodeId, NodeFace> {
    const problems = problemsByNode(check);
    const faces = new Map<NodeId, NodeFace>();
    for (const [id, { node }] of scene.nodes) {
      const face = faceOf(document, check, node, problems.get(id) ?? noProblems);
      const before = this.#faces.get(id);
      faces.set(id, before !== undefined && sameFace(before, face) ? before : face);
    }
    return faces;
  }

  #makeNodes({ selectedNodes, locale }: FlowSource, scene: Scene): FlowNode[] {
    const made = new Map<NodeId, MadeNode>();
    for (const [id, sceneNode] of scene.nodes) {
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

  #makeEdges({ selectedWires, locale }: FlowSource, scene: Scene): FlowEdge[] {
    const made = new Map<WireId, MadeEdge>();
    for (const [id, sceneWire] of scene.wires) {
      const selected = selectedWires.has(id);
      const from = this.#faces.get(sceneWire.wire.from.node);
      const to = this.#faces.get(sceneWire.wire.to.node);
      const before = this.#edges.get(id);
      const isSame =
        before?.sceneWire === sceneWire &&
        before.from === from &&
        before.to === to &&
        before.selected === selected &&
        before.locale === locale;
      if (isSame) {
        made.set(id, before);
        continue;
      }
      const edge = flowEdge(sceneWire, selected, this.#wireWords(locale, sceneWire));
      const kept = before !== undefined && sameEdge(before.edge, edge) ? before.edge : edge;
      made.set(id, { sceneWire, from, to, selected, locale, edge: kept });
    }
    this.#edges = made;
    return keepList(
      this.#flow.edges,
      Array.from(made.values(), ({ edge }) => edge),
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

function keepList<Item>(before: Item[], now: Item[]): Item[] {
  return before.length === now.length && now.every((item, index) => item === before[index]) ? before : now;
}

function flowNode(
  { node, layout, position, depth }: SceneNode,
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
    // The inside of an area belongs to the canvas: one can select and pan there. Its head and border can be grabbed.
    ...(isArea ? { style: { pointerEvents: 'none' } } : {}),
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

function sameEdge(one: FlowEdge, other: FlowEdge): boolean {
  return (
    one.data?.path === other.data?.path &&
    one.selected === other.selected &&
    one.source === other.source &&
    one.sourceHandle === other.sourceHandle &&
    one.target === other.target &&
    one.targetHandle === other.targetHandle &&
    one.ariaLabel === other.ariaLabel
  );
}

function flowEdge({ wire, source, target, route }: SceneWire, selected: boolean, ariaLabel: string): FlowEdge {
  return {
    id: wire.id,
    type: 'wire',
    source: source.node,
    sourceHandle: source.port,
    target: target.node,
    targetHandle: target.port,
    data: { path: route.path },
    selected,
    // On a large sheet the ends of the selected wires alone can be grabbed: two more elements for each.
    ...(selected ? { reconnectable: true } : {}),
    ariaLabel,
    zIndex: wireLevel,
  };
}
