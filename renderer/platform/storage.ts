/** The browser's storage that outlasts a visit; named by a function, since to name it at all may be forbidden. */
export const localStore = (): Storage => localStorage;
/** The one that lasts as long as the tab. */
export const sessionStore = (): Storage => sessionStorage;

/** What is stored, unchecked; null where nothing is. Storage may be missing or forbidden: the window then works and forgets. */
export function readStored(store: () => Storage, key: string): unknown {
  try {
    return JSON.parse(store().getItem(key) ?? 'null') as unknown;
  } catch {
    return null;
  }
}

/** Stores a value, `null` for none. Storage may be missing, full or forbidden: what was there before then stays. */
export function writeStored(store: () => Storage, key: string, value: unknown): void {
  try {
    if (value === null) store().removeItem(key);
    else store().setItem(key, JSON.stringify(value));
  } catch {
    return;
  }
}
