import { useMemo } from 'react';
import type { GradloomDocument } from '#shared/graph/document';
import type { CallSubject } from '#shared/protocol/calls';
import { useDocumentStore } from './documentStore.ts';
import { useRunStore } from './runStore.ts';

/** Whose weights are looked at, and the document that they belong to. */
export interface LookedAt {
  readonly of: CallSubject;
  readonly document: GradloomDocument;
}

/**
 * The run of this window with the document it was started with, where `fits` finds there what it looks for; otherwise the
 * document as it is drawn, with the weights it begins with. Null where that one does not lower.
 */
export function useSubject(fits: (document: GradloomDocument) => boolean = always): LookedAt | null {
  const run = useRunStore((store) => (store.state === 'preparing' ? null : store.run));
  const runDocument = useRunStore((store) => store.document);
  const drawn = useDocumentStore((store) => store.document);
  const isSound = useDocumentStore((store) => store.check.ok && !store.checkPending);
  const isRun = run !== null && runDocument !== null && fits(runDocument);
  const isDrawn = !isRun && isSound && fits(drawn);
  // A run's document stays the same object while the person goes on drawing.
  const document = isRun ? runDocument : isDrawn ? drawn : null;
  return useMemo(() => {
    if (document === null) return null;
    return { of: isRun && run !== null ? { run } : { document }, document };
  }, [document, isRun, run]);
}

function always(): boolean {
  return true;
}
