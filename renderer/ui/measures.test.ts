import katex from 'katex';
import { describe, expect, test } from 'vitest';
import { measureFormulas } from '#shared/text/en/measures';
import { locales } from '#shared/text/locale';
import { isTextKey, text } from '#shared/text/text';
import { definitionOf, measureIds } from './measures.ts';

describe.each(measureIds)('%s', (measure) => {
  const definition = definitionOf(measure);

  test.each(locales)('is defined in full in %s', (locale) => {
    const keys = [
      definition.name,
      definition.meaning,
      ...definition.lines.flatMap((line) => [line.heading, line.words]),
    ];
    for (const key of keys) {
      expect(isTextKey(key), key).toBe(true);
      expect(text(locale, key), key).not.toMatch(/^\s*$/);
    }
    expect(definition.lines.map((line) => line.heading)).toEqual(
      expect.arrayContaining([
        'measure.part.reduction',
        'measure.part.batch',
        'measure.part.step',
        'measure.part.precision',
      ]),
    );
  });
});

test('every formula is TeX that KaTeX sets without an error', () => {
  for (const tex of Object.values(measureFormulas)) {
    expect(katex.renderToString(tex, { throwOnError: true })).toContain('<math');
  }
});
