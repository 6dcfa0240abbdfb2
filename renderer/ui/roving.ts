/** The part of a key press that decides. */
export interface ChoiceKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/**
 * Where a key press moves to in a group of `count` choices of which `current` is chosen (-1: none); null where the key
 * means nothing there. Goes round at the ends.
 */
export function moveChoice(press: ChoiceKey, count: number, current: number): number | null {
  if (count === 0 || press.ctrlKey || press.metaKey || press.altKey) return null;
  switch (press.key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return (current + 1) % count;
    case 'ArrowLeft':
    case 'ArrowUp':
      return (Math.max(current, 0) + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
