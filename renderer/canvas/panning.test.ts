import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ViewStore } from './panning.ts';
import { Panning } from './panning.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function make(cards: number) {
  const told: [number, number, number][] = [];
  let state: ReturnType<ViewStore['getState']> = { transform: [0, 0, 0.1] };
  const store: ViewStore = {
    getState: () => state,
    setState: (change) => {
      state = { ...state, ...change };
      told.push(change.transform);
    },
  };
  const element = { style: { transform: '', willChange: '' } };
  let moves = 0;
  const panning = new Panning(store, {
    element: () => element,
    cards: () => cards,
    moved: () => void moves++,
  });
  return { panning, store, element, told, moves: () => moves };
}

test('a large sheet seen from afar moves as one picture; React Flow hears of it at rest', () => {
  const { panning, store, element, told, moves } = make(2000);
  panning.take({ x: 5, y: 6, zoom: 0.1 });
  panning.take({ x: 7, y: 8, zoom: 0.1 });
  expect(told).toEqual([]);
  expect(store.getState().transform).toEqual([7, 8, 0.1]);
  expect(element.style.transform).toBe('translate(7px, 8px) scale(0.1)');
  expect(element.style.willChange).toBe('transform');
  expect(moves()).toBe(2);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([[7, 8, 0.1]]);
  expect(element.style.willChange).toBe('');
});

test('zooming ends it at once', () => {
  const { panning, element, told } = make(2000);
  panning.take({ x: 5, y: 6, zoom: 0.1 });
  panning.take({ x: 5, y: 6, zoom: 0.12 });
  expect(told).toEqual([[5, 6, 0.12]]);
  expect(element.style.willChange).toBe('');
  vi.advanceTimersByTime(1000);
  expect(told).toHaveLength(1);
});

test('of a small sheet, and of one seen from near, React Flow hears at once; it moves as one picture all the same', () => {
  const small = make(20);
  small.panning.take({ x: 5, y: 6, zoom: 0.1 });
  expect(small.told).toEqual([[5, 6, 0.1]]);
  const near = make(2000);
  near.panning.take({ x: 5, y: 6, zoom: 0.5 });
  near.panning.take({ x: 6, y: 6, zoom: 0.5 });
  near.panning.take({ x: 7, y: 6, zoom: 0.5 });
  expect(near.told).toHaveLength(3);
  expect(near.element.style.willChange).toBe('transform');
  expect(near.moves()).toBe(0);
  vi.advanceTimersByTime(1000);
  expect(near.told).toHaveLength(3);
  expect(near.element.style.willChange).toBe('');
});
