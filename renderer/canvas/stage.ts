import type { Rectangle } from '#shared/drawing/route';
import { enclose, holds } from '#shared/drawing/scene';

/** What the view shows: screen = sheet · zoom + offset, in pixels. */
export interface Shown {
  readonly transform: readonly [x: number, y: number, zoom: number];
  readonly width: number;
  readonly height: number;
}

/** Sheets with fewer cards are given whole. */
export const stageFrom = 400;
/** How far around the view cards are given, as a share of its size. */
const air = 0.25;
/** An area this much wider than the view needs it is made smaller. */
const slack = 2;

/** Whether two views show different parts of a sheet, or show them otherwise. */
export function viewDiffers(one: Shown, other: Shown): boolean {
  return one.transform !== other.transform || one.width !== other.width || one.height !== other.height;
}

/** The part of the sheet that the view shows. */
export function shownPart({ transform: [x, y, zoom], width, height }: Shown): Rectangle {
  return { left: -x / zoom, top: -y / zoom, right: (width - x) / zoom, bottom: (height - y) / zoom };
}

/**
 * The area of the sheet that React Flow is given: it asks each card and wire it has at every change, so of thousands it
 * has those around the view. The area stays the same object while the view moves within it.
 * @param held whether something is dragged, which may come from anywhere in the former area: that is kept then
 */
export function nextArea(
  before: Rectangle | null,
  shown: Shown,
  sheet: { readonly cards: number; readonly bounds: Rectangle | null },
  held: boolean,
): Rectangle | null {
  if (sheet.bounds === null || sheet.cards < stageFrom || shown.width === 0 || shown.height === 0) return null;
  const part = shownPart(shown);
  if (before !== null && holds(before, part)) {
    const isWide = before.right - before.left > slack * (1 + 2 * air) * (part.right - part.left);
    if (!isWide || held) return before;
  }
  const [across, down] = [air * (part.right - part.left), air * (part.bottom - part.top)];
  const around = {
    left: part.left - across,
    top: part.top - down,
    right: part.right + across,
    bottom: part.bottom + down,
  };
  if (held && before === null) return null;
  const next = held && before !== null ? enclose(before, around) : around;
  return holds(next, sheet.bounds) ? null : next;
}
