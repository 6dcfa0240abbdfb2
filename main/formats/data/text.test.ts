import { describe, expect, test } from 'vitest';
import type { TextSource } from '#shared/graph/fileSources';
import { textSourceSchema } from '#shared/graph/fileSources';
import { memoryFiles } from '../testing/memoryFiles.ts';
import { DataProblem, pieceBytes } from './reading.ts';
import type { LoadedText, TextWishes } from './text.ts';
import { describeText, loadText, tokensOf, vocabularyOf } from './text.ts';

const fact = { path: 'a.txt', bytes: 0, fingerprint: '0'.repeat(64) };

function read(text: string | Uint8Array, wishes: TextWishes = {}): { source: TextSource; loaded: LoadedText } {
  const { files, run } = memoryFiles({ 'a.txt': text });
  const file = files[0] ?? { path: '', size: 0 };
  const source = run(describeText(file, fact, wishes));
  return { source, loaded: run(loadText(file, source)) };
}

const spoken = ({ source, loaded }: ReturnType<typeof read>): string =>
  Array.from(loaded.tokens, (token) => source.vocabulary[token] ?? '').join('');

describe('windows', () => {
  test('characters: the vocabulary by frequency, the text as its numbers', () => {
    const text = 'abracadabra · 中文 🙂\r\nend';
    const result = read(text, { length: 4, stride: 2 });
    expect(textSourceSchema.parse(result.source)).toEqual(result.source);
    expect(result.source.vocabulary.slice(0, 4)).toEqual(['·', '�', 'a', ' ']);
    expect(spoken(result)).toBe(text.replace('\r\n', '\n'));
    // 22 characters: windows of four, each with a fifth after it, begin at 0, 2, …, 16.
    const length = Array.from(text.replace('\r\n', '\n')).length;
    expect(result.source.size).toBe(Math.floor((length - 5) / 2) + 1);
  });

  test('words: lower case, marks apart, over pieces', () => {
    expect(tokensOf('words', "Don't stop, it's 中文 2x!")).toEqual(["don't", 'stop', ',', "it's", '中文', '2x', '!']);
    const words = Array.from({ length: 150_000 }, (_, at) => `w${at % 97}é`);
    const { source, loaded } = read(words.join(' '), { unit: 'words', length: 8, stride: 1 });
    expect(loaded.tokens).toHaveLength(words.length);
    expect(words.join(' ').length).toBeGreaterThan(pieceBytes / 2);
    words.forEach((word, at) => {
      if (source.vocabulary[loaded.tokens[at] ?? 0] !== word) throw new Error(`word ${at} is another`);
    });
  });

  test('equals in frequency go by their letters', () => {
    expect(
      vocabularyOf(
        new Map([
          ['b', 1],
          ['a', 1],
          ['c', 2],
        ]),
      ).slice(2),
    ).toEqual(['c', 'a', 'b']);
  });
});

describe('labelled lines', () => {
  test('the form is seen, lines are filled up and cut', () => {
    const { source, loaded } = read('good\tfine work\nbad\tno, no no never\n\ngood\tfine\n', { length: 3 });
    expect(source).toMatchObject({ form: 'lines', unit: 'words', classes: ['bad', 'good'], size: 3 });
    expect(Array.from(loaded.labels)).toEqual([1, 0, 1]);
    const [, , ...known] = source.vocabulary;
    expect(known.slice(0, 2)).toEqual(['no', 'fine']);
    const rows = [0, 3, 6].map((from) =>
      Array.from(loaded.tokens.subarray(from, from + 3), (token) => source.vocabulary[token]),
    );
    expect(rows).toEqual([
      ['fine', 'work', '·'],
      ['no', ',', 'no'],
      ['fine', '·', '·'],
    ]);
  });

  test.each([
    ['good\tfine\nno label here\n', { form: 'lines' }, 'data.lineLabel', { line: 2, received: 'no label here' }],
    ['ab', { length: 4 }, 'data.textShort', { expected: 5, received: 2 }],
    [Uint8Array.of(0x61, 0x0a, 0x62, 0xff, 0x0a), {}, 'data.notText', { line: 2 }],
  ] as const)('%# what is wrong names its line', (text, wishes, code, values) => {
    try {
      read(text, wishes);
    } catch (error) {
      expect(error).toBeInstanceOf(DataProblem);
      expect(error).toMatchObject({ code, values });
      return;
    }
    throw new Error('nothing was wrong');
  });
});
