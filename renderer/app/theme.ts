import { useEffect, useSyncExternalStore } from 'react';
import { useViewStore } from '../state/viewStore.ts';
import type { Theme } from '../canvas/overlay/colourScale.ts';

const darkQuery = '(prefers-color-scheme: dark)';

function subscribeToSystem(notify: () => void): () => void {
  const query = matchMedia(darkQuery);
  query.addEventListener('change', notify);
  return () => query.removeEventListener('change', notify);
}

/** Writes the theme where the styles read it. Called before the first drawing, so that nothing flashes. */
export function applyAppearance(): void {
  const { theme, locale, isProjected } = useViewStore.getState();
  document.documentElement.dataset['theme'] = resolve(theme, matchMedia(darkQuery).matches);
  document.documentElement.lang = locale;
  document.documentElement.toggleAttribute('data-projected', isProjected);
}

function resolve(theme: 'system' | Theme, isDark: boolean): Theme {
  return theme === 'system' ? (isDark ? 'dark' : 'light') : theme;
}

/** The theme in force: the person's choice, otherwise the system's. Keeps `<html>` in step with it and the language. */
export function useAppearance(): Theme {
  const chosen = useViewStore((store) => store.theme);
  const locale = useViewStore((store) => store.locale);
  const isProjected = useViewStore((store) => store.isProjected);
  const isDark = useSyncExternalStore(subscribeToSystem, () => matchMedia(darkQuery).matches);
  const theme = resolve(chosen, isDark);
  useEffect(applyAppearance, [theme, locale, isProjected]);
  return theme;
}
