import { useDocumentStore } from '../../state/documentStore.ts';
import { useViewStore } from '../../state/viewStore.ts';

/**
 * Tells when something else than the pointer, as a key, changes the document or turns to another sheet: what the pointer
 * holds may be gone then, or out of sight. Gives back how to hear no more of it.
 */
export function onInterruption(then: () => void): () => void {
  const leave = [
    useDocumentStore.subscribe(({ document }, before) => {
      if (document !== before.document) then();
    }),
    useViewStore.subscribe(({ sheet }, before) => {
      if (sheet !== before.sheet) then();
    }),
  ];
  return () => {
    for (const end of leave) end();
  };
}
