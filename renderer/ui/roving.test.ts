import { describe, expect, test } from 'vitest';
import { moveChoice } from './roving.ts';

const press = (key: string, ctrlKey = false) => ({ key, ctrlKey, metaKey: false, altKey: false });

describe('moveChoice', () => {
  test.each([
    ['ArrowRight', 0, 1],
    ['ArrowDown', 2, 0],
    ['ArrowLeft', 0, 2],
    ['ArrowUp', 2, 1],
    ['Home', 2, 0],
    ['End', 0, 2],
    ['ArrowRight', -1, 0],
    ['ArrowLeft', -1, 2],
  ])('%s from %i of three goes to %i', (key, from, to) => {
    expect(moveChoice(press(key), 3, from)).toBe(to);
  });

  test('leaves other keys, combinations and empty groups alone', () => {
    expect(moveChoice(press('Enter'), 3, 0)).toBeNull();
    expect(moveChoice(press('ArrowRight', true), 3, 0)).toBeNull();
    expect(moveChoice(press('Home'), 0, -1)).toBeNull();
  });
});
