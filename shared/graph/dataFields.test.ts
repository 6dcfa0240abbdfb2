import { expect, test } from 'vitest';
import { describeFields } from './dataFields.ts';

test('fields say what their numbers stand for', () => {
  const digits = describeFields({ kind: 'digits', size: 10, noise: 0, shift: 0, slant: 0 });
  expect(digits.map(({ name, meaning }) => [name, meaning])).toEqual([
    ['image', 'image'],
    ['label', 'class'],
  ]);
  expect(digits[1]?.classes?.[9]).toBe('9');
  const random = describeFields({ kind: 'random', size: 1, shape: [], targetShape: [2] });
  expect(random.map(({ meaning }) => meaning)).toEqual(['number', 'vector']);
});
