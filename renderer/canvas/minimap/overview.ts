import type { Point, Rectangle } from '#shared/drawing/route';
import { enclose } from '#shared/drawing/scene';

/** How a part of the sheet lies in the overview: overview = (sheet − left | top) · scale + margin. */
export interface Overview {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

/** A box in pixels of the overview. */
export interface OverviewBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const overviewWidth = 168;
export const overviewHeight = 108;
const margin = 6;

/** An overview of everything on the sheet, and of what the view shows where that lies beside it; in the middle. */
export function overviewOf(everything: Rectangle, shown: Rectangle): Overview {
  const { left, top, right, bottom } = enclose(everything, shown);
  const [across, down] = [Math.max(1, right - left), Math.max(1, bottom - top)];
  const scale = Math.min((overviewWidth - 2 * margin) / across, (overviewHeight - 2 * margin) / down);
  return {
    left: left - (overviewWidth / scale - across) / 2,
    top: top - (overviewHeight / scale - down) / 2,
    scale,
  };
}

/** Where a box of the sheet lies in the overview. */
export function inOverview({ left, top, scale }: Overview, box: Rectangle): OverviewBox {
  return {
    x: (box.left - left) * scale,
    y: (box.top - top) * scale,
    width: (box.right - box.left) * scale,
    height: (box.bottom - box.top) * scale,
  };
}

/** The point of the sheet under a point of the overview. */
export function beneath({ left, top, scale }: Overview, at: Point): Point {
  return { x: left + at.x / scale, y: top + at.y / scale };
}
