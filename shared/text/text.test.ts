import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { locales } from './locale.ts';
import { innerText, isTextKey, text, textKeys } from './text.ts';

function placeholders(template: string): readonly string[] {
  return [...template.matchAll(/\{([A-Za-z][A-Za-z0-9]*)\}/g)].map((match) => match[1] ?? '').sort();
}

describe('the text table', () => {
  test.each(locales)('%s: no text is empty', (locale) => {
    expect(textKeys().filter((key) => text(locale, key).trim() === '')).toEqual([]);
  });

  test('both languages put in the same values', () => {
    const differing = textKeys().filter(
      (key) => placeholders(text('en', key)).join() !== placeholders(text('zh-CN', key)).join(),
    );
    expect(differing).toEqual([]);
  });

  test('of an output at chance no more is said than was found, when a run is over as well as before', () => {
    // An accuracy within three standard errors above chance shows no skill; nor does it show that there is none.
    const values = { output: 'class' };
    expect(text('en', 'training.guessing', values)).toBe('“class” is not yet distinguishable from guessing.');
    expect(text('zh-CN', 'training.guessing', values)).toBe('“class”尚不能与随机猜测区分。');
  });

  test('a text in another is told in the language of the one around it, a parameter by its name', () => {
    const first = innerText('problem.parameter.boolean', { name: 'Dense', parameter: 'units', received: 3 });
    for (const locale of locales) {
      const told = text(locale, 'failure.run.problems', { count: 1, first });
      const units = text(locale, 'parameter.units.name');
      const inner = text(locale, 'problem.parameter.boolean', { name: 'Dense', parameter: units, received: 3 });
      expect(told).toBe(text(locale, 'failure.run.problems', { count: 1, first: inner }));
      expect(told).toContain(units);
    }
  });

  test('Chinese texts are not left in English', () => {
    // Names of functions, keys and formats stay as they are in both languages; a sentence does not.
    const untranslated = textKeys().filter((key) => {
      const chinese = text('zh-CN', key);
      return chinese === text('en', key) && /[a-z]{3,} [a-z]{2,} [a-z]{2,}/.test(chinese);
    });
    expect(untranslated).toEqual([]);
  });

  test('Chinese texts use Chinese punctuation', () => {
    const bad = textKeys().filter((key) =>
      /[\u4e00-\u9fff][,;:?!](?:\s|$)|[\u4e00-\u9fff]\.$/.test(text('zh-CN', key)),
    );
    expect(bad).toEqual([]);
  });
});

/*
 * As VS Code writes them: what asks for more before it does anything, what waits to be filled in and what goes on end with
 * one … right behind the word, in either language. A list that is left open ends with the …… of Chinese sentences.
 */
describe('what trails off', () => {
  const openList = /、[^、]*……|, …/u;

  test.each(locales)('%s: one … right behind the word, but in an open list', (locale) => {
    const wrong = textKeys().filter((key) => {
      const words = text(locale, key);
      return /(?:……|\.\.\.|\s…$)/u.test(words) && !openList.test(words);
    });
    expect(wrong).toEqual([]);
  });

  test('an open list in Chinese ends with ……', () => {
    expect(textKeys().filter((key) => /、[^、…]*…(?!…)/u.test(text('zh-CN', key)))).toEqual([]);
  });

  test('what asks for more or goes on does so in both languages', () => {
    const keys = textKeys();
    const ends = (locale: (typeof locales)[number], key: (typeof keys)[number]): boolean =>
      /[^\s,、…]…$/u.test(text(locale, key));
    expect(keys.filter((key) => ends('en', key) !== ends('zh-CN', key))).toEqual([]);
    expect(keys.filter((key) => ends('en', key)).length).toBeGreaterThan(30);
  });
});

describe('putting values in', () => {
  test('a shape, a scalar, a list of words, a number', () => {
    const values = { name: 'add', expected: [8, 8, 16], received: [], from: 'x' };
    expect(text('en', 'problem.shapesDiffer', values)).toBe(
      'All inputs of “add” must have one shape: expected 8×8×16 like the first, received scalar from “x”.',
    );
    expect(text('zh-CN', 'problem.shapesDiffer', values)).toContain('标量');
    expect(text('en', 'problem.portMissing', { name: 'a', port: 'q', known: ['in', 'out'] })).toContain(
      'it has in, out.',
    );
  });

  test('a value that is missing leaves its place to be seen', () => {
    expect(text('en', 'problem.cellUnused', {})).toContain('{cell}');
  });

  test('keys are known or not', () => {
    expect(isTextKey('problem.cycle')).toBe(true);
    expect(isTextKey('constructor')).toBe(false);
  });
});

test.each(['en', 'zh'])(
  'no key stands in two of the tables in %s, where the later would hide the earlier',
  async (folder) => {
    const tables = readdirSync(new URL(folder, import.meta.url)).filter((file) => file.endsWith('.ts'));
    expect(tables.length).toBeGreaterThan(10);
    const places = new Map<string, string[]>();
    for (const file of tables) {
      const module = (await import(`./${folder}/${file}`)) as Readonly<
        Record<string, Readonly<Record<string, string>>>
      >;
      for (const key of Object.values(module).flatMap((table) => Object.keys(table).filter(isTextKey))) {
        places.set(key, [...(places.get(key) ?? []), file]);
      }
    }
    expect([...places].filter(([, files]) => files.length > 1)).toEqual([]);
    expect(places.size).toBe(textKeys().length);
  },
);
