import type { Command } from '../../platform/commands.ts';
import { useViewStore } from '../../state/viewStore.ts';

const listeners = new Set<() => void>();

/** Told when a person asks for the palette's search. */
export function onSearchRequest(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The command that leads into the palette's search, for the composition root to register. */
export const paletteCommands: readonly Command[] = [
  {
    id: 'palette.search',
    label: 'palette.focus',
    keys: ['/'],
    run: () => {
      useViewStore.getState().set({ railTab: 'layers', paletteOpen: true });
      // A palette that was folded away mounts first.
      requestAnimationFrame(() => {
        for (const listener of listeners) listener();
      });
    },
  },
];
