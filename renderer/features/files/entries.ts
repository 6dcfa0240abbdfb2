import type { FileEntry } from '#shared/protocol/calls';

/** Folders first, then documents, or all files; of folders to choose nothing else. */
export function shownEntries(
  entries: readonly FileEntry[],
  chooses: 'document' | 'file' | 'folder' = 'document',
): readonly FileEntry[] {
  const isShown = ({ name }: FileEntry): boolean =>
    chooses === 'file' || (chooses === 'document' && /\.json$/i.test(name));
  const order = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  return entries
    .filter((entry) => !entry.name.startsWith('.') && (entry.folder || isShown(entry)))
    .toSorted((one, other) => Number(other.folder) - Number(one.folder) || order.compare(one.name, other.name));
}
