import { applyOperations } from '#shared/graph/applyOperation';
import type { GradloomDocument } from '#shared/graph/document';
import type { NodeId, WireId } from '#shared/graph/identifiers';
import { endpointKey, loopPorts } from '#shared/graph/portNames';
import { ancestorsOf, descendantsOf, findNode, loopParametersOf } from '#shared/graph/queries';
import { findLayer } from '#shared/layers/catalogue';
import type { LayerFamily } from '#shared/layers/layer';
import { boxOf, buildScene, emptyScene, placedPort } from '#shared/drawing/scene';
import type { Point, Rectangle } from '#shared/drawing/route';

/** One node of a loop's body, relative to the loop's upper left corner. */
export interface UnrolledNode {
  readonly id: NodeId;
  readonly box: Rectangle;
  readonly isArea: boolean;
  readonly isRound: boolean;
  readonly family: LayerFamily;
}

/** A loop's body as every iteration repeats it. */
export interface UnrolledBody {
  readonly loop: NodeId;
  readonly iterations: number;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly UnrolledNode[];
  /** Wires inside, their course relative to the loop's corner. */
  readonly wires: readonly { readonly id: WireId; readonly path: string; readonly origin: Point }[];
  /** What hands a state on: where it lies on both borders, and the wires that end there. */
  readonly states: readonly { readonly name: string; readonly y: number; readonly wires: readonly WireId[] }[];
}

/** The body of a loop, folded or not; null where the node is no loop that could be unrolled. */
export function unrolledBody(document: GradloomDocument, loop: NodeId): UnrolledBody | null {
  const place = findNode(document, loop);
  const parameters = place === undefined ? null : loopParametersOf(place.node);
  if (place === undefined || parameters === null) return null;
  const folded = [place.node, ...ancestorsOf(place.graph, loop)].filter(({ collapsed }) => collapsed === true);
  const open = applyOperations(
    document,
    folded.map((node) => ({ kind: 'setNode', node: node.id, set: { collapsed: undefined } })),
  );
  const scene = buildScene(open, place.sheet, new Map(), { ...emptyScene, sheet: place.sheet });
  const own = scene.nodes.get(loop);
  if (own === undefined) return null;
  const { left, top } = boxOf(own);
  const inside = new Set(descendantsOf(scene.graph, loop).map(({ id }) => id));
  const isInside = (id: NodeId): boolean => inside.has(id) || id === loop;
  const nodes = [...inside].flatMap((id): readonly UnrolledNode[] => {
    const node = scene.nodes.get(id);
    if (node === undefined) return [];
    const box = boxOf(node);
    const { shape } = node.layout;
    return [
      {
        id,
        box: { left: box.left - left, top: box.top - top, right: box.right - left, bottom: box.bottom - top },
        isArea: shape === 'frame' || shape === 'loop',
        isRound: shape === 'round',
        family: findLayer(node.node.type)?.family ?? 'structure',
      },
    ];
  });
  const bordering = /^(state|next|input|result)\./;
  const wires = [...scene.wires.values()]
    .filter(
      ({ wire: { from, to } }) =>
        isInside(from.node) &&
        isInside(to.node) &&
        (from.node !== loop || bordering.test(from.port)) &&
        (to.node !== loop || bordering.test(to.port)),
    )
    .map(({ wire, route }) => ({ id: wire.id, path: route.path, origin: { x: left, y: top } }));
  const states = parameters.states.map(({ id }) => {
    const next = endpointKey({ node: loop, port: loopPorts.next(id) });
    return {
      name: id,
      y: placedPort(own, loopPorts.next(id))?.y ?? own.layout.height / 2,
      wires: scene.graph.wires.filter(({ to }) => endpointKey(to) === next).map((wire) => wire.id),
    };
  });
  const { width, height } = own.layout;
  return { loop, iterations: parameters.iterations, width, height, nodes, wires, states };
}

/** Between two copies, in the body's pixels. */
export const copyGap = 56;

/** Which copies (from the first up to and without the last) touch a stretch of the strip. */
export function copiesWithin(
  { width, iterations }: Pick<UnrolledBody, 'width' | 'iterations'>,
  from: number,
  to: number,
): { readonly first: number; readonly end: number } {
  const pitch = width + copyGap;
  const first = Math.max(0, Math.floor((from - width) / pitch));
  const end = Math.min(iterations, Math.ceil(to / pitch) + 1);
  return { first: Math.min(first, iterations), end: Math.max(end, 0) };
}
