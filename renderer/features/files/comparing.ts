import { useEffect, useState } from 'react';
import { documentDifferences } from '#shared/graph/differences';
import type { Difference } from '#shared/graph/differences';
import type { GradloomDocument } from '#shared/graph/document';
import { parseDocument } from '#shared/graph/serialise';
import { CallFailure, getClient } from '../../platform/client.ts';

/** How a kept text differs from what it is compared with. */
export type Comparison =
  | { readonly kind: 'comparing' | 'unreadable' }
  /** There is nothing to compare with. */
  | { readonly kind: 'alone'; readonly nodes: number; readonly wires: number }
  | { readonly kind: 'differences'; readonly differences: readonly Difference[] };

/** What the second text has otherwise than the first; null: there is no first, or it is no document. */
export function compareTexts(first: string | null, second: string): Comparison {
  const parsed = parseDocument(second);
  if (!parsed.ok) return { kind: 'unreadable' };
  const before = first === null ? null : parseDocument(first);
  if (before?.ok !== true) {
    const { nodes, wires } = parsed.document.graph;
    return { kind: 'alone', nodes: nodes.length, wires: wires.length };
  }
  return { kind: 'differences', differences: documentDifferences(before.document, parsed.document) };
}

/** What an earlier text has otherwise than a document. */
export function compareWith(document: GradloomDocument, text: string): Comparison {
  const parsed = parseDocument(text);
  if (!parsed.ok) return { kind: 'unreadable' };
  return { kind: 'differences', differences: documentDifferences(document, parsed.document) };
}

/** Reads a file's text; null where it cannot be read. */
export async function textOfFile(path: string): Promise<string | null> {
  try {
    return (await getClient().call('document.read', { path })).text;
  } catch (problem) {
    if (!(problem instanceof CallFailure)) throw problem;
    return null;
  }
}

/** The outcome of a comparison, which is made again whenever `compare` is another function. */
export function useComparison(compare: () => Promise<Comparison>): Comparison {
  const [found, setFound] = useState<{ readonly of: typeof compare; readonly comparison: Comparison } | null>(null);
  useEffect(() => {
    let isWanted = true;
    compare().then(
      (comparison) => isWanted && setFound({ of: compare, comparison }),
      () => isWanted && setFound({ of: compare, comparison: { kind: 'unreadable' } }),
    );
    return () => {
      isWanted = false;
    };
  }, [compare]);
  return found?.of === compare ? found.comparison : { kind: 'comparing' };
}
