import { expect, test } from 'vitest';
import { createTemplate } from '#shared/templates/templates';
import { gridOf, imageInputOf, isShares } from './regions.ts';

test('regions lie as the feature maps with as many places do', () => {
  expect(gridOf([[28, 28, 1], [4, 3, 8], [12]], 12)).toEqual({ rows: 4, columns: 3 });
  expect(gridOf([[28, 28, 1]], 16)).toBeNull();
  expect(gridOf([[1, 1, 8]], 1)).toBeNull();
});

test('finds the image that a network reads', () => {
  expect(imageInputOf(createTemplate('digits-cnn'))?.field.name).toBe('image');
  expect(imageInputOf(createTemplate('plain-or-residual'))).toBeNull();
});

test('knows shares of a whole', () => {
  expect(isShares([0.25, 0.25, 0.5])).toBe(true);
  expect(isShares([0.5, 0.6])).toBe(false);
  expect(isShares([1.5, -0.5])).toBe(false);
  expect(isShares([1])).toBe(false);
});
