import { expect, test } from 'vitest';
import { templates } from '#shared/templates/templates';
import { searchTemplates, templatesByFamily } from './templateSearch.ts';

const namesFor = (query: string): string[] => searchTemplates(templates, query).map(({ name }) => name);

test('an empty query gives all, by family, each once', () => {
  expect(namesFor('  ')).toEqual(templates.map(({ name }) => name));
  const grouped = templatesByFamily(templates).flatMap((group) => group.templates.map(({ name }) => name));
  expect(grouped.toSorted()).toEqual(templates.map(({ name }) => name).toSorted());
});

test.each([
  ['resnet 50', ['resnet', 'rla-net']],
  ['U-Net', ['unet']],
  ['分割', ['unet']],
  ['Ronneberger', ['unet']],
  ['自编码', ['autoencoder']],
  ['cifar', ['resnet-cifar']],
  ['no such network', []],
])('%s', (query, expected) => {
  for (const name of expected) expect(namesFor(query)).toContain(name);
  if (expected.length === 0) expect(namesFor(query)).toEqual([]);
});
