import type { Viewport } from '@xyflow/react';
import { drawsCards } from './detail.ts';

/** After so many milliseconds without a movement the view is taken for at rest. */
const restAfter = 140;

/** What panning needs of React Flow's store. */
export interface ViewStore {
  getState(): { transform: [x: number, y: number, zoom: number] };
  setState(change: { readonly transform: [x: number, y: number, zoom: number] }): void;
}

/** What a movement is carried out with. */
export interface Stage {
  /** The element that all cards and wires lie in; null before the first drawing. */
  readonly element: () => { readonly style: Pick<CSSStyleDeclaration, 'transform' | 'willChange'> } | null;
  /** Cards on the sheet. */
  readonly cards: () => number;
  /** Told of every movement that React Flow does not hear of at once. */
  readonly moved: () => void;
}

/**
 * While the view is panned its cards and wires are one picture that is moved, not drawn anew. And React Flow asks every card
 * and wire whenever the view moves; of thousands that takes a good part of a second: of a large sheet seen from afar it
 * hears when the view comes to rest. Where the view is can be asked of its store all the time.
 */
export class Panning {
  readonly #store: ViewStore;
  readonly #stage: Stage;
  #resting: ReturnType<typeof setTimeout> | null = null;
  #isUntold = false;

  constructor(store: ViewStore, stage: Stage) {
    this.#store = store;
    this.#stage = stage;
  }

  /** Takes where the view goes. */
  readonly take = ({ x, y, zoom }: Viewport): void => {
    const state = this.#store.getState();
    const element = this.#stage.element();
    if (zoom !== state.transform[2] || element === null) {
      this.#end();
      this.#store.setState({ transform: [x, y, zoom] });
      return;
    }
    element.style.willChange = 'transform';
    this.#isUntold = drawsCards(zoom, this.#stage.cards());
    if (this.#isUntold) {
      // In place, without a word: whoever asks where a point lies is told right.
      state.transform = [x, y, zoom];
      element.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
      this.#stage.moved();
    } else this.#store.setState({ transform: [x, y, zoom] });
    if (this.#resting !== null) clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      const isUntold = this.#isUntold;
      this.#end();
      const [left, top, same] = this.#store.getState().transform;
      if (isUntold) this.#store.setState({ transform: [left, top, same] });
    }, restAfter);
  };

  /** Ends what is under way, for good. */
  stop(): void {
    this.#end();
  }

  #end(): void {
    this.#isUntold = false;
    if (this.#resting === null) return;
    clearTimeout(this.#resting);
    this.#resting = null;
    const element = this.#stage.element();
    // What is drawn as one picture stays as sharp as it was drawn first: at rest it is drawn anew.
    if (element !== null) element.style.willChange = '';
  }
}

const listeners = new Set<() => void>();

/** Tells whoever draws in React Flow's transform that it moved. */
export function tellMoved(): void {
  for (const listener of listeners) listener();
}

/** Calls `listener` at every movement of the view that React Flow hears of later; returns how to stop that. */
export function onMoved(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
