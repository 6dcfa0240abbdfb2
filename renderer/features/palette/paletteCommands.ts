import type { Command } from '../../platform/commands.ts';
import { showRail } from '../../state/viewStore.ts';

/** A place in the palette that a person can ask for from elsewhere. */
export type PalettePlace = 'search' | 'templates';

const listeners = new Set<(place: PalettePlace) => void>();

/** Told when a person asks for a place in the palette. */
export function onPaletteRequest(listener: (place: PalettePlace) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function show(place: PalettePlace): void {
  showRail('layers');
  const ask = (): void => {
    for (const listener of listeners) listener(place);
  };
  // A palette that was folded away mounts first.
  if (listeners.size === 0) requestAnimationFrame(ask);
  else ask();
}

/** The commands that lead into the palette, for the composition root to register. */
export const paletteCommands: readonly Command[] = [
  {
    id: 'palette.search',
    label: 'palette.focus',
    keys: ['/'],
    run: () => show('search'),
  },
  { id: 'palette.templates', label: 'palette.templates.show', run: () => show('templates') },
];
