import { expect, test } from 'vitest';
import { initialiserSchema } from '#shared/graph/values';
import { initialiserKinds, initialiserNumbers, newInitialiser } from './initialisers.ts';

test('every kind starts with settings that the document accepts, and so does every edit of its numbers', () => {
  for (const kind of initialiserKinds) {
    const start = newInitialiser(kind);
    expect(initialiserSchema.safeParse(start).success, kind).toBe(true);
    for (const number of initialiserNumbers(start)) {
      for (const value of [number.minimum, number.maximum]) {
        expect(initialiserSchema.safeParse(number.with(value)).success, `${kind} ${number.name} ${value}`).toBe(true);
      }
    }
  }
});

test('the ends of a uniform distribution keep their order', () => {
  const [low, high] = initialiserNumbers({ kind: 'uniform', minimum: -1, maximum: 2 });
  expect(low).toMatchObject({ name: 'minimum', maximum: 2 });
  expect(high).toMatchObject({ name: 'maximum', minimum: -1 });
});
