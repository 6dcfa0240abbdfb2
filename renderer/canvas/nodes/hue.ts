import type { NodeFace } from '#shared/drawing/faces';
import { familyColour, isColour } from '#shared/drawing/layout';

/** The hue on a node's left edge: the person's or the cell's colour, otherwise the family's. */
export function hueOf(face: NodeFace): string {
  return isColour(face.colour) ? face.colour : familyColour(face.family);
}
