import { create } from 'zustand';
import { RandomStream } from '#shared/program/random';
import type { DataPart, ExampleChoice } from '#shared/protocol/inspection';

export interface ExampleState {
  /** The example that is looked at, wherever one is. */
  readonly example: ExampleChoice;
  /** Examples in its part; null before an answer told. */
  readonly count: number | null;
  /** Whether gradients stand beside values. */
  readonly gradients: boolean;
  show(example: ExampleChoice): void;
  showPart(part: DataPart): void;
  /** The next one or the one before, from the end to the beginning. */
  move(by: 1 | -1): void;
  /** Another one by chance. Nothing happens while the count is not known. */
  draw(): void;
}

const draws = new RandomStream(1, 'examples');
const first = { example: { part: 'training', number: 0 }, count: null } as const;

/** Which example the window looks at. Not part of the document. */
export const useExampleStore = create<ExampleState>()((set, get) => ({
  ...first,
  gradients: false,
  show: (example) => set((now) => ({ example, count: example.part === now.example.part ? now.count : null })),
  showPart: (part) => {
    if (part !== get().example.part) set({ example: { part, number: 0 }, count: null });
  },
  move: (by) => {
    const { example, count } = get();
    const number = example.number + by;
    const around = count === null || count === 0 ? Math.max(0, number) : (number + count) % count;
    set({ example: { ...example, number: around } });
  },
  draw: () => {
    const { example, count } = get();
    if (count === null || count < 2) return;
    // One of the others: a person who asks for another example wants to see it change.
    const number = (example.number + 1 + draws.integer(count - 1)) % count;
    set({ example: { ...example, number } });
  },
}));

/** What a picker of examples shows of the choice, and does to it. */
export function useExampleChoice(): {
  readonly part: DataPart;
  readonly number: number;
  readonly count: number | null;
  readonly onPart: (part: DataPart) => void;
  readonly onNumber: (number: number) => void;
  readonly onMove: (by: 1 | -1) => void;
  readonly onDraw: () => void;
} {
  const { example, count, show, showPart, move, draw } = useExampleStore();
  const onNumber = (number: number): void => show({ ...example, number });
  return { part: example.part, number: example.number, count, onPart: showPart, onNumber, onMove: move, onDraw: draw };
}

/** Begins at the first example again, for another document. */
export function forgetExample(): void {
  useExampleStore.setState(first);
}
