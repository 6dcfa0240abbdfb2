/** The ending of a document's file name. */
export const documentEnding = '.gradloom.json';

/** The part of a path after the last separator. */
export function baseName(path: string): string {
  return (
    path
      .replace(/[\\/]+$/, '')
      .split(/[\\/]/)
      .at(-1) ?? path
  );
}

/** The folder of a path; the root stays the root. */
export function folderOf(path: string): string {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  if (cut < 0) return '';
  const isRoot = cut === 0 || /^[A-Za-z]:$/.test(path.slice(0, cut));
  return isRoot ? path.slice(0, cut + 1) : path.slice(0, cut);
}

/** A name inside a folder, with the separator that the folder's own path uses. */
export function joinPath(folder: string, name: string): string {
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/';
  return folder.endsWith(separator) || folder === '' ? folder + name : folder + separator + name;
}

/** The name of a document without its ending. */
export function documentName(path: string): string {
  return baseName(path).replace(/(\.gradloom)?\.json$/i, '');
}

/** A file name for a document of this name: what no file system takes becomes a hyphen. */
export function suggestedName(name: string, ending = documentEnding): string {
  const plain = name.replace(/[\u0000-\u001f<>:"/\\|?*]+/g, '-').replace(/^[-.\s]+|[-.\s]+$/g, '');
  return `${plain === '' ? 'untitled' : plain.slice(0, 100)}${ending}`;
}

/** A typed name with its ending, unless it has that already; any `.json` is ending enough for a document. */
export function withEnding(name: string, ending = documentEnding): string {
  const plain = name.trim();
  const isEnded = ending === documentEnding ? /\.json$/i.test(plain) : plain.toLowerCase().endsWith(ending);
  return isEnded ? plain : plain + ending;
}
