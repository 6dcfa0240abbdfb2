import type { DataField } from '#shared/graph/dataFields';
import type { GradloomDocument, GraphNode } from '#shared/graph/document';
import { fieldOfNode } from './shownArray.ts';

/** How regions lie over an image. */
export interface RegionGrid {
  readonly rows: number;
  readonly columns: number;
}

/** The first input that reads an image; null where none does. */
export function imageInputOf(
  document: GradloomDocument,
): { readonly node: GraphNode; readonly field: DataField } | null {
  for (const node of document.graph.nodes) {
    const field = node.type === 'input' ? fieldOfNode(document, node.id) : null;
    if (field?.meaning === 'image') return { node, field };
  }
  return null;
}

/**
 * The grid that so many regions form: that of feature maps in the network with as many places. Null where no feature map
 * has so many; a square that happens to fit is no evidence.
 */
export function gridOf(shapes: Iterable<readonly number[]>, count: number): RegionGrid | null {
  for (const shape of shapes) {
    const [rows = 0, columns = 0] = shape;
    if (shape.length === 3 && rows * columns === count && count > 1) return { rows, columns };
  }
  return null;
}

/** Numbers that share out one whole, as a softmax gives them: none below zero, one in sum to a thousandth. */
export function isShares(values: readonly number[]): boolean {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.length > 1 && Math.abs(sum - 1) < 1e-3 && values.every((value) => value >= 0);
}
