import type { DockTab, RailTab } from '../state/viewStore.ts';
import { showDockTab, useViewStore } from '../state/viewStore.ts';

/** The parts of the window that the keyboard goes round in, in reading order. */
const areas = ['top', 'rail', 'left', 'canvas', 'dock', 'inspector', 'tour'] as const;
export type Area = (typeof areas)[number];

const focusable = 'a[href], button, input, select, textarea, [tabindex="0"]';

function elementOf(area: Area): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-area="${area}"]`);
}

/** Where the keyboard comes in: the chosen node of the canvas, else the first thing that takes the focus. */
function entryOf(area: Area): HTMLElement | null {
  const around = elementOf(area);
  if (around === null) return null;
  const chosen = area === 'canvas' ? around.querySelector<HTMLElement>('.react-flow__node.selected') : null;
  if (chosen !== null) return chosen;
  const candidates = [...around.querySelectorAll<HTMLElement>(area === 'canvas' ? '.react-flow__node' : focusable)];
  return candidates.find((one) => one.tabIndex >= 0 && !one.matches(':disabled') && one.checkVisibility()) ?? null;
}

/** Moves the focus into a part of the window; tells whether there is anything in it that takes it. */
export function enterArea(area: Area): boolean {
  const entry = entryOf(area);
  entry?.focus();
  return entry !== null;
}

/** Moves the focus to the next part of the window (1) or the one before (−1) that can take it, round and round. */
export function enterNextArea(way: 1 | -1): void {
  const within = document.activeElement?.closest<HTMLElement>('[data-area]')?.dataset['area'];
  const start = areas.findIndex((area) => area === within);
  for (let step = 1; step <= areas.length; step++) {
    const place = start < 0 ? (way > 0 ? step - 1 : areas.length - step) : start + way * step;
    const area = areas[(place + areas.length * step) % areas.length];
    if (area !== undefined && enterArea(area)) return;
  }
}

/** Shows a tab beneath the canvas and moves the focus there. */
export function enterDock(tab: DockTab): void {
  showDockTab(tab);
  // A panel that was folded away mounts first.
  requestAnimationFrame(() => enterArea('dock'));
}

/** Shows a panel on the left and moves the focus there. */
export function enterLeft(tab: RailTab): void {
  useViewStore.getState().set({ railTab: tab, paletteOpen: true });
  requestAnimationFrame(() => enterArea('left'));
}
