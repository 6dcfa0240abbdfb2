import { expect, test } from 'vitest';
import { cardName } from './words.ts';

test.each([
  ['layer1.0.conv1', 'conv1'],
  ['layer2.0.downsample.0', 'downsample.0'],
  ['features.10', 'features.10'],
  ['layer1.0', 'layer1.0'],
  ['conv2_block1_1_conv', 'conv2_block1_1_conv'],
  ['Dense 1.5', 'Dense 1.5'],
  ['1.5', '1.5'],
  ['第一层', '第一层'],
])('%s stands on its card as %s', (name, shown) => {
  expect(cardName(name)).toBe(shown);
});
