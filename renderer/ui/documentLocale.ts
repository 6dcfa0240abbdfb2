import { useCallback, useSyncExternalStore } from 'react';
import { locales } from '#shared/text/locale';
import type { Locale, TextValues } from '#shared/text/locale';
import { text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';

function subscribe(notify: () => void): () => void {
  const observer = new MutationObserver(notify);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['lang'] });
  return () => observer.disconnect();
}

/** The language of `<html lang>`: the one place that primitives, fonts and assistive technology all read. */
export function documentLocale(): Locale {
  return locales.find((locale) => locale === document.documentElement.lang) ?? 'en';
}

/** The words of the text table in the document's language; renders anew when the language changes. */
export function useWords(): (key: TextKey, values?: TextValues) => string {
  const locale = useSyncExternalStore(subscribe, documentLocale);
  return useCallback((key, values) => text(locale, key, values), [locale]);
}
