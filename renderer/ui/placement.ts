/** A box on the screen, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Side = 'top' | 'bottom' | 'left' | 'right';
export type Alignment = 'start' | 'centre' | 'end';

const opposite: Readonly<Record<Side, Side>> = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' };
const margin = 8;

/**
 * Where a floating box of `size` goes beside `anchor`: on the wanted side when it fits there, otherwise on the opposite
 * one when that has more room, and always inside the viewport with 8 px of air where the viewport is large enough.
 */
export function placeBeside(
  anchor: Box,
  size: { readonly width: number; readonly height: number },
  viewport: { readonly width: number; readonly height: number },
  side: Side,
  alignment: Alignment,
  gap = 6,
): { readonly left: number; readonly top: number; readonly side: Side } {
  const room: Readonly<Record<Side, number>> = {
    top: anchor.top - margin - gap,
    bottom: viewport.height - anchor.top - anchor.height - margin - gap,
    left: anchor.left - margin - gap,
    right: viewport.width - anchor.left - anchor.width - margin - gap,
  };
  const needed = side === 'top' || side === 'bottom' ? size.height : size.width;
  const chosen = room[side] < needed && room[opposite[side]] > room[side] ? opposite[side] : side;
  const vertical = chosen === 'top' || chosen === 'bottom';
  const along = (start: number, length: number, own: number): number =>
    alignment === 'start' ? start : alignment === 'end' ? start + length - own : start + (length - own) / 2;
  const left = vertical
    ? along(anchor.left, anchor.width, size.width)
    : chosen === 'left'
      ? anchor.left - gap - size.width
      : anchor.left + anchor.width + gap;
  const top = vertical
    ? chosen === 'top'
      ? anchor.top - gap - size.height
      : anchor.top + anchor.height + gap
    : along(anchor.top, anchor.height, size.height);
  const within = (value: number, own: number, whole: number): number =>
    Math.round(Math.max(margin, Math.min(value, whole - own - margin)));
  return {
    left: within(left, size.width, viewport.width),
    top: within(top, size.height, viewport.height),
    side: chosen,
  };
}

/** How finely free places are looked for, in pixels. */
const step = 16;
/** What a pixel further from the anchor is worth, in square pixels that are covered. */
const nearness = 20;

function covered(one: Box, other: Box): number {
  const width = Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left);
  const height = Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top);
  return width > 0 && height > 0 ? width * height : 0;
}

/** What a floating box should not cover; `cost`: how many times more than another one, where it is not alike. */
export interface Obstacle extends Box {
  readonly cost?: number;
}

/**
 * Where a floating box of `size` goes near a point within an area so that it covers little of what is there: of all places
 * the one with the least sum of what it covers and how far off it is. The area's upper left corner where it is too small.
 */
export function placeClear(
  near: { readonly left: number; readonly top: number },
  size: { readonly width: number; readonly height: number },
  area: Box,
  obstacles: readonly Obstacle[],
): { readonly left: number; readonly top: number } {
  const last = { left: area.left + area.width - size.width, top: area.top + area.height - size.height };
  let best = { left: area.left, top: area.top };
  let least = Infinity;
  for (let { top } = area; top <= last.top; top += step) {
    for (let { left } = area; left <= last.left; left += step) {
      const box = { left, top, ...size };
      let cost = nearness * Math.hypot(left + size.width / 2 - near.left, top + size.height / 2 - near.top);
      for (const obstacle of obstacles) cost += (obstacle.cost ?? 1) * covered(box, obstacle);
      if (cost >= least) continue;
      least = cost;
      best = { left, top };
    }
  }
  return { left: Math.round(best.left), top: Math.round(best.top) };
}
