import { createContext, createElement, useCallback, useContext } from 'react';
import type { ReactNode } from 'react';
import type { Locale, TextValues } from '#shared/text/locale';
import { text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';

const LocaleContext = createContext<Locale>('en');

/** Gives everything below it the language to speak. */
export function LocaleProvider(props: { readonly locale: Locale; readonly children: ReactNode }): ReactNode {
  return createElement(LocaleContext.Provider, { value: props.locale }, props.children);
}

/** The language of this part of the window. */
export function useLocale(): Locale {
  return useContext(LocaleContext);
}

/** A function from a key of the text table, and the values put into it, to the words in the window's language. */
export type Speak = (key: TextKey, values?: TextValues) => string;

/** Returns `Speak` for the window's language; its identity changes only with the language. */
export function useText(): Speak {
  const locale = useLocale();
  return useCallback((key: TextKey, values?: TextValues) => text(locale, key, values), [locale]);
}

/** The language to start with: the first one the person's browser asks for that we speak, otherwise English. */
export function preferredLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    if (/^zh\b/i.test(language)) return 'zh-CN';
    if (/^en\b/i.test(language)) return 'en';
  }
  return 'en';
}
