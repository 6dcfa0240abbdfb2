import type { Viewport } from '@xyflow/react';
import type { Rectangle } from '#shared/drawing/route';

/** What stays free at the edges of the canvas, in pixels. */
export type Margins = Readonly<Record<'top' | 'bottom' | 'left' | 'right', number>>;

/** At every edge, so that nothing touches it; on a low canvas this share of its height. */
const mostAir = 36;
const airShare = 0.08;
/** Between what is shown and what stands in a corner. */
const gap = 12;
/** With less than this between the margins there is nothing to see. */
const least = 64;

/**
 * The view that shows something as large as can be with no node beneath what stands in the corners of the canvas. Each edge
 * may keep free what stands at it, or not, where nothing comes to lie there. Where no view is clear: the one that keeps the
 * upper and lower edge free.
 * @param size of the canvas, and `controls` what stands in its corners, in pixels of its element
 * @param nodes on the sheet
 * @param fitInto the view that fits what is to be shown between margins
 */
export function clearView(
  size: { readonly width: number; readonly height: number },
  controls: readonly Rectangle[],
  nodes: readonly Rectangle[],
  fitInto: (margins: Margins) => Viewport,
): Viewport {
  const { width, height } = size;
  const air = Math.min(mostAir, airShare * height);
  const isAbove = ({ top, bottom }: Rectangle): boolean => top + bottom < height;
  const isLeft = ({ left, right }: Rectangle): boolean => left + right < width;
  const sides = {
    top: marginsOf(
      air,
      controls.filter(isAbove).map(({ bottom }) => bottom),
    ),
    bottom: marginsOf(
      air,
      controls.filter((one) => !isAbove(one)).map(({ top }) => height - top),
    ),
    left: marginsOf(
      air,
      controls.filter(isLeft).map(({ right }) => right),
    ),
    right: marginsOf(
      air,
      controls.filter((one) => !isLeft(one)).map(({ left }) => width - left),
    ),
  };
  let best: { readonly viewport: Viewport; readonly taken: number } | null = null;
  for (const top of sides.top) {
    for (const bottom of sides.bottom) {
      for (const left of sides.left) {
        for (const right of sides.right) {
          if (width - left - right < least || height - top - bottom < least) continue;
          const viewport = fitInto({ top, bottom, left, right });
          const taken = top + bottom + left + right;
          const isBetter =
            best === null ||
            viewport.zoom > best.viewport.zoom ||
            (viewport.zoom === best.viewport.zoom && taken < best.taken);
          if (isBetter && isClear(viewport, controls, nodes)) best = { viewport, taken };
        }
      }
    }
  }
  return best?.viewport ?? fitInto(fallback(size, sides));
}

/** The margins that an edge may have: the air alone, or as much as one of what stands at it needs. */
function marginsOf(air: number, depths: readonly number[]): readonly number[] {
  return [...new Set([air, ...depths.map((depth) => Math.max(air, Math.ceil(depth) + gap))])];
}

/** All of the upper and lower edge, as far as that leaves room to see anything. */
function fallback(
  { height }: { readonly height: number },
  sides: Readonly<Record<keyof Margins, readonly number[]>>,
): Margins {
  const most = 0.22 * height;
  return {
    top: Math.min(Math.max(...sides.top), Math.max(mostAir, most)),
    bottom: Math.min(Math.max(...sides.bottom), Math.max(mostAir, most)),
    left: Math.min(...sides.left),
    right: Math.min(...sides.right),
  };
}

function isClear({ x, y, zoom }: Viewport, controls: readonly Rectangle[], nodes: readonly Rectangle[]): boolean {
  return controls.every(({ left, top, right, bottom }) =>
    nodes.every(
      (node) =>
        node.right * zoom + x <= left ||
        node.left * zoom + x >= right ||
        node.bottom * zoom + y <= top ||
        node.top * zoom + y >= bottom,
    ),
  );
}
