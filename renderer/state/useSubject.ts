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
 * The run of this window, or the kept one that it shows, with the document it was started with, where `fits` finds there
 * what it looks for; otherwise the
 * document as it is drawn, with the weights it begins with. Null where that one does not lower.
 */
export function useSubject(fits: (document: GradloomDocument) => boolean = always): LookedAt | null {
  const run = useRunStore((store) => (store.state === 'preparing' ? null : store.run));
  const runDocument = useRunStore((store) => store.document);
  const drawn = useDocumentStore((store) => store.document);
  const isSound = useDocumentStore((store) => store.check.ok && !store.checkPending);
  const kept = useRunStore((store) => store.kept);
  const isRun = (run ?? kept) !== null && runDocument !== null && fits(runDocument);
  const isDrawn = !isRun && isSound && fits(drawn);
  // A run's document stays the same object while the person goes on drawing.
  const document = isRun ? runDocument : isDrawn ? drawn : null;
  return useMemo(() => {
    if (document === null) return null;
    if (isRun && run !== null) return { of: { run }, document };
    return { of: isRun && kept !== null ? { kept } : { document }, document };
  }, [document, isRun, run, kept]);
}

function always(): boolean {
  return true;
}
