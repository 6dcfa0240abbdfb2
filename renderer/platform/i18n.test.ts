import { expect, it } from 'vitest';
import { preferredLocale } from './i18n.ts';

it.each([
  [['zh-CN', 'en'], 'zh-CN'],
  [['zh-TW'], 'zh-CN'],
  [['zh'], 'zh-CN'],
  [['de-DE', 'zh-Hans-CN'], 'zh-CN'],
  [['de', 'en-GB', 'zh'], 'en'],
  [['fr'], 'en'],
  [['zha'], 'en'],
  [[], 'en'],
] as const)('starts for %j in %s', (languages, locale) => {
  expect(preferredLocale(languages)).toBe(locale);
});
