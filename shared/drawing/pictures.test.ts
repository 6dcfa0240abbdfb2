import { expect, it } from 'vitest';
import { pictureScale } from './pictures.ts';

it('is two pixels for one, and fewer where the picture would be too large', () => {
  expect(pictureScale(800, 600)).toBe(2);
  // 2^13 by 2^13 pixels are 2^26.
  expect(pictureScale(8192, 8192)).toBe(1);
  expect(pictureScale(32_000, 10)).toBe(0.5);
});
