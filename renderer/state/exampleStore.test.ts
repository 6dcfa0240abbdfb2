import { beforeEach, expect, test } from 'vitest';
import { forgetExample, useExampleStore } from './exampleStore.ts';

const store = useExampleStore.getState;
beforeEach(() => forgetExample());

test('goes round among the examples of a part', () => {
  store().move(-1);
  expect(store().example).toEqual({ part: 'training', number: 0 });
  useExampleStore.setState({ count: 3 });
  store().move(-1);
  expect(store().example.number).toBe(2);
  store().move(1);
  expect(store().example.number).toBe(0);
});

test('draws one of the others, and each of them in the end', () => {
  store().draw();
  expect(store().example.number).toBe(0);
  useExampleStore.setState({ count: 5 });
  const seen = new Set<number>();
  for (let draw = 0; draw < 60; draw++) {
    const before = store().example.number;
    store().draw();
    expect(store().example.number).not.toBe(before);
    seen.add(store().example.number);
  }
  expect([...seen].toSorted()).toEqual([0, 1, 2, 3, 4]);
});

test('another part begins at its first example and has a count of its own', () => {
  useExampleStore.setState({ count: 5 });
  store().move(1);
  store().showPart('training');
  expect(store().example.number).toBe(1);
  store().showPart('validation');
  expect(store()).toMatchObject({ example: { part: 'validation', number: 0 }, count: null });
  useExampleStore.setState({ count: 9 });
  store().show({ part: 'validation', number: 4 });
  expect(store().count).toBe(9);
});
