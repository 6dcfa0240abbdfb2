import type { NodeId } from '#shared/graph/identifiers';
import type { Point } from '#shared/drawing/route';
import { boxOf } from '#shared/drawing/scene';
import type { Scene } from '#shared/drawing/scene';

/** Whether a point lies within a closed course: a ray from it crosses an odd number of its sides. */
export function isWithin(course: readonly Point[], { x, y }: Point): boolean {
  let within = false;
  for (const [index, from] of course.entries()) {
    const to = course[(index + 1) % course.length] ?? from;
    if (from.y > y === to.y > y) continue;
    if (x < from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x)) within = !within;
  }
  return within;
}

/** The nodes whose middle lies within a closed course on the sheet. */
export function nodesWithin(scene: Scene, course: readonly Point[]): readonly NodeId[] {
  return [...scene.nodes].flatMap(([id, node]) => {
    const { left, top, right, bottom } = boxOf(node);
    return isWithin(course, { x: (left + right) / 2, y: (top + bottom) / 2 }) ? [id] : [];
  });
}
