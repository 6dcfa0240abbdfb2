import type { FileEntry } from '#shared/protocol/calls';

/** Folders first, then documents; other files are left out. */
export function shownEntries(entries: readonly FileEntry[]): readonly FileEntry[] {
  const order = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  return entries
    .filter((entry) => !entry.name.startsWith('.') && (entry.folder || /\.json$/i.test(entry.name)))
    .toSorted((one, other) => Number(other.folder) - Number(one.folder) || order.compare(one.name, other.name));
}
