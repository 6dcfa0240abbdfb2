import { describe, expect, test } from 'vitest';
import { palette } from '#shared/layers/palette';
import { byFamily, searchPalette } from './paletteSearch.ts';

const found = (query: string, locale: 'en' | 'zh-CN' = 'en'): readonly string[] =>
  searchPalette(palette, query, locale).map((entry) => entry.id);

describe('searchPalette', () => {
  test.each([
    ['dense', 'dense'],
    ['  DENSE ', 'dense'],
    ['fc', 'dense'],
    ['fully connected', 'dense'],
    ['conv', 'convolution2d'],
    ['relu', 'relu'],
    ['bn', 'batchNormalisation'],
    ['normalization', 'batchNormalisation'],
    ['max', 'maxPooling2d'],
    ['gap', 'globalPooling2d'],
    ['skip', 'add'],
    ['concat', 'concatenate'],
  ])('%s finds %s first', (query, id) => {
    expect(found(query)[0]).toBe(id);
  });

  test('Chinese words find layers in both languages, English words in Chinese too', () => {
    expect(found('卷积', 'zh-CN')[0]).toBe('convolution2d');
    expect(found('卷积', 'en')).toContain('convolution2d');
    expect(found('dense', 'zh-CN')).toContain('dense');
    expect(found('池化', 'zh-CN')).toEqual(
      expect.arrayContaining(['maxPooling2d', 'averagePooling2d', 'globalPooling2d']),
    );
  });

  test.each([
    ['conv1d', 'convolution1d'],
    ['Conv2DTranspose', 'transposedConvolution2d'],
    ['deconvolution', 'transposedConvolution2d'],
    ['group normalization', 'groupNormalisation'],
    ['bidirectional', 'lstm'],
    ['双向', 'gru'],
    ['time distributed', 'dense'],
    ['spatial dropout', 'dropout'],
    ['matmul', 'matrixProduct'],
    ['self-attention', 'multiHeadAttention'],
    ['hard-swish', 'hardSwish'],
    ['max-pool', 'maxPooling2d'],
    ['lambda', 'formula'],
    ['bahdanau', 'additiveAttention'],
    ['reduce_sum', 'reduction.sum'],
  ])('%s finds %s', (query, id) => {
    expect(found(query)).toContain(id);
  });

  test('nothing typed shows everything, nonsense shows nothing', () => {
    expect(found('')).toEqual(palette.map((entry) => entry.id));
    expect(found('zzz')).toEqual([]);
  });

  test('every entry can be found by its own name', () => {
    for (const entry of palette) expect(found(entry.id)).toContain(entry.id);
  });
});

test('groups by family without losing or repeating an entry', () => {
  const groups = byFamily(palette);
  expect(new Set(groups.map((group) => group.family)).size).toBe(groups.length);
  expect(groups.flatMap((group) => group.entries)).toHaveLength(palette.length);
});
