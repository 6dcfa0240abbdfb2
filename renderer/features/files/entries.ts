import type { FileEntry } from '#shared/protocol/calls';
import { modelExtensions } from '#shared/protocol/exports';

/** What a person chooses in a list of files. */
export type Chosen = 'document' | 'file' | 'folder' | 'model' | 'engine';

const patterns: Readonly<Record<Chosen, RegExp | null>> = {
  document: /\.json$/i,
  file: /./,
  folder: null,
  // Of JSON files only the description of a TensorFlow.js model is one.
  model: new RegExp(`\\.(${modelExtensions.filter((one) => one !== 'json').join('|')})$|^model\\.json$`, 'i'),
  engine: /\.tar\.gz$/i,
};

/** Folders first, then what may be chosen. */
export function shownEntries(entries: readonly FileEntry[], chooses: Chosen = 'document'): readonly FileEntry[] {
  const pattern = patterns[chooses];
  const order = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  return entries
    .filter((entry) => !entry.name.startsWith('.') && (entry.folder || pattern?.test(entry.name) === true))
    .toSorted((one, other) => Number(other.folder) - Number(one.folder) || order.compare(one.name, other.name));
}
