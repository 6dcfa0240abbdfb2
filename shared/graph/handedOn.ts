import type { GradloomDocument } from './document.ts';
import { isAbsolutePath, isFileSource, withPaths } from './fileSources.ts';
import { withModelPaths } from './weightPaths.ts';

/** The last part of a path that says where something lies on this machine; any other as it is. */
function nameOnly(path: string): string {
  if (!isAbsolutePath(path)) return path;
  return path.split(/[\\/]+/).findLast((part) => part !== '') ?? path;
}

/** A document as it goes to others: what lies on this machine goes by its name alone, without the folders around it. */
export function handedOn(given: GradloomDocument): GradloomDocument {
  const document = withModelPaths(given, nameOnly);
  const { training } = document;
  if (training.data === null || !isFileSource(training.data.source)) return document;
  const source = withPaths(training.data.source, nameOnly);
  return { ...document, training: { ...training, data: { ...training.data, source } } };
}
