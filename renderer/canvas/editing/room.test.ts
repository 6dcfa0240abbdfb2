import { describe, expect, it } from 'vitest';
import { applyOperations } from '#shared/graph/applyOperation';
import type { GradloomDocument } from '#shared/graph/document';
import { addedNodes, wrapInLoop } from '#shared/graph/gestures';
import { nodeId } from '#shared/graph/identifiers';
import type { NodeId } from '#shared/graph/identifiers';
import { ancestorsOf } from '#shared/graph/queries';
import { createTemplate } from '#shared/templates/templates';
import { loopHeader } from '#shared/drawing/layout';
import type { Rectangle } from '#shared/drawing/route';
import { boxOf, buildScene, emptyScene } from '#shared/drawing/scene';
import type { Scene } from '#shared/drawing/scene';
import { withRoom } from './room.ts';

const sceneOf = (document: GradloomDocument): Scene => buildScene(document, null, new Map(), emptyScene);

function wrapped(document: GradloomDocument, node: NodeId): { readonly scene: Scene; readonly loop: NodeId } {
  const operations = wrapInLoop(document, [node]);
  const [loop] = addedNodes(operations);
  if (loop === undefined) throw new Error('no loop was made');
  return { scene: sceneOf(applyOperations(document, withRoom(document, null, operations, loop))), loop };
}

/** Pairs of nodes that lie over one another though neither holds the other. */
function overlaps(scene: Scene): readonly string[] {
  const boxes = [...scene.nodes].map(([id, node]) => ({ id, box: boxOf(node) }));
  const cross = (one: Rectangle, other: Rectangle): boolean =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  const holds = (one: NodeId, other: NodeId): boolean => ancestorsOf(scene.graph, other).some(({ id }) => id === one);
  return boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter((other) => cross(one.box, other.box) && !holds(one.id, other.id) && !holds(other.id, one.id))
      .map((other) => `${one.id} ${other.id}`),
  );
}

const rla = createTemplate('rla');
const outer = nodeId('rla');
const inside = rla.graph.nodes.filter(({ parent }) => parent === outer).map(({ id }) => id);

describe('a loop made within a loop', () => {
  it.each(inside)('around %s stands clear of the border and of all else, and nothing outside is covered', (node) => {
    const { scene, loop } = wrapped(rla, node);
    const [around, own] = [scene.nodes.get(outer), scene.nodes.get(loop)];
    if (around === undefined || own === undefined) throw new Error('a loop is not drawn');
    expect(overlaps(scene)).toEqual(overlaps(sceneOf(rla)));
    const [big, small] = [boxOf(around), boxOf(own)];
    expect(small.left - big.left).toBeGreaterThanOrEqual(76);
    expect(big.right - small.right).toBeGreaterThanOrEqual(76);
    expect(small.top - big.top).toBeGreaterThanOrEqual(loopHeader + 24);
    expect(big.bottom - small.bottom).toBeGreaterThanOrEqual(48);
  });

  it('leaves what holds it where its upper left corner was, and what lies before it too', () => {
    const before = sceneOf(rla);
    const [first] = inside;
    if (first === undefined) throw new Error('the template is empty');
    const { scene } = wrapped(rla, first);
    expect(scene.nodes.get(outer)?.origin).toEqual(before.nodes.get(outer)?.origin);
    for (const [id, node] of before.nodes) {
      const isBefore = node.depth === 0 && boxOf(node).right < (before.nodes.get(outer)?.origin.x ?? 0);
      if (isBefore) expect(scene.nodes.get(id)?.origin).toEqual(node.origin);
    }
  });

  it('three deep, each stands clear of the next', () => {
    const [first] = inside;
    if (first === undefined) throw new Error('the template is empty');
    const operations = wrapInLoop(rla, [first]);
    const [loop] = addedNodes(operations);
    if (loop === undefined) throw new Error('no loop was made');
    const twice = applyOperations(rla, withRoom(rla, null, operations, loop));
    const { scene } = wrapped(twice, first);
    expect(overlaps(scene)).toEqual(overlaps(sceneOf(rla)));
  });
});

describe('a loop made among rows of layers', () => {
  const example = createTemplate('plain-or-residual');
  it.each([
    ['plain-dense-1', 'plain-dense-2'],
    ['plain-dense-2', 'plain-dense-3', 'plain-dense-4'],
    ['plain-dense-8', 'plain-dense-9'],
    ['plain-dense-15', 'plain-dense-16'],
  ])('around %s and what follows lies over none of them, and moves none over another', (...names) => {
    const operations = wrapInLoop(example, names.map(nodeId));
    const [loop] = addedNodes(operations);
    if (loop === undefined) throw new Error('no loop was made');
    const scene = sceneOf(applyOperations(example, withRoom(example, null, operations, loop)));
    expect(overlaps(scene)).toEqual([]);
  });
});
