import type { GradloomDocument } from '#shared/graph/document';
import { sameComputation } from '#shared/graph/sameComputation';
import { useDocumentStore } from './documentStore.ts';
import { useRunStore } from './runStore.ts';

/** The last two documents compared: several parts of the window ask about the same ones, and again as they draw. */
let compared: { readonly began: GradloomDocument; readonly now: GradloomDocument; readonly differ: boolean } | null =
  null;

/** Whether what the run computes is no longer what the document says; what was undone or moved about does not count. */
export function isOutdated(began: GradloomDocument | null, now: GradloomDocument): boolean {
  if (began === null || began === now) return false;
  if (compared?.began !== began || compared.now !== now) {
    compared = { began, now, differ: !sameComputation(began, now) };
  }
  return compared.differ;
}

/** Whether the document on the canvas has been edited since this window's run began. */
export function useOutdated(): boolean {
  const began = useRunStore((store) => store.document);
  return useDocumentStore((store) => isOutdated(began, store.document));
}
