import { useEffect, useRef } from 'react';

/**
 * Makes the field that is being edited commit what was typed, as leaving it would. For commands that read the document
 * (save, run) while a person is still in a field.
 */
export function commitOpenDraft(): void {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.blur();
}

/** Commits a draft when its field goes without having been left, as when something else is selected. */
export function useCommitOnLeave(commit: () => void): void {
  const latest = useRef(commit);
  useEffect(() => {
    latest.current = commit;
  });
  useEffect(() => () => latest.current(), []);
}
