import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { whatFits } from './fitting.ts';

const shown = (widths: readonly number[], chosen: number, room: number, more = 24): string =>
  whatFits({ widths, chosen, room, more })
    .map((fits) => (fits ? 'x' : '.'))
    .join('');

describe('whatFits', () => {
  test('all of them, to the last pixel, without room for a button that is not there', () => {
    expect(shown([60, 60, 80], 0, 200)).toBe('xxx');
    expect(shown([60, 60, 80], 0, 199)).toBe('xx.');
  });

  test('from the first one on, leaving room for the button', () => {
    expect(shown([60, 60, 60, 60], 0, 203)).toBe('xx..');
    expect(shown([60, 60, 60, 60], 0, 204)).toBe('xxx.');
  });

  test('a narrow one behind a wide one does not jump the queue', () => {
    expect(shown([60, 200, 20], 0, 110)).toBe('x..');
  });

  test('the chosen one stays in sight, in its place', () => {
    expect(shown([60, 60, 60, 60], 3, 150)).toBe('x..x');
    expect(shown([60, 60, 60, 60], 2, 10)).toBe('..x.');
  });

  test('what is shown never takes more than the room, and none more would fit behind it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 20, max: 120 }), { minLength: 1, maxLength: 14 }),
        fc.nat(13),
        fc.integer({ min: 150, max: 1500 }),
        (widths, nat, room) => {
          const chosen = nat % widths.length;
          const fits = whatFits({ widths, chosen, room, more: 24 });
          const taken = widths.reduce((sum, width, index) => sum + (fits[index] === true ? width : 0), 0);
          expect(fits[chosen]).toBe(true);
          if (fits.every(Boolean)) {
            expect(taken).toBeLessThanOrEqual(room);
            return;
          }
          expect(taken).toBeLessThanOrEqual(room - 24);
          expect(taken + (widths[fits.indexOf(false)] ?? 0)).toBeGreaterThan(room - 24);
        },
      ),
    );
  });
});
