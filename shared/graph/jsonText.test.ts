import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maximumTextDepth, parseJsonText } from './jsonText.ts';

function fault(source: string) {
  const result = parseJsonText(source);
  if (result.ok) throw new Error(`This was read: ${source}`);
  const { code, line, column, values } = result.fault;
  return [code, line, column, ...Object.values(values)];
}

/** The engine's parser, as a second opinion on what is JSON. */
function theirs(source: string): unknown {
  try {
    return { value: JSON.parse(source) as unknown };
  } catch {
    return null;
  }
}

describe('parseJsonText', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.nat(4), (source, indent) => {
        const value = JSON.parse(source) as unknown;
        const spaced = JSON.stringify(value, null, indent);
        fc.pre(!source.includes('__proto__'));
        expect(parseJsonText(spaced)).toMatchObject({ ok: true });
        const result = parseJsonText(spaced);
        expect(result.ok && result.value).toStrictEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses and takes the same broken texts as JSON.parse, doubled and forbidden keys aside', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'true',
      'nul',
      ' ',
      '\n',
      '\\u00',
      '"\\q"',
      '/',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), (list) => {
        const source = list.join('');
        const mine = parseJsonText(source);
        if (!mine.ok && ['jsonDuplicateKey', 'jsonForbiddenKey'].includes(mine.fault.code)) return;
        expect(mine.ok ? { value: mine.value } : null).toStrictEqual(theirs(source));
      }),
      { numRuns: 5000 },
    );
  });

  it('says where a text is broken, and how', () => {
    expect(fault('')).toEqual(['jsonEnd', 1, 1]);
    expect(fault('{\n  "a": 1,\n  "b": }\n')).toEqual(['jsonValue', 3, 8, '"}"']);
    expect(fault('{"a": 1 "b": 2}')).toEqual(['jsonComma', 1, 9, '"\\""']);
    expect(fault('{"a" 1}')).toEqual(['jsonColon', 1, 6, '"1"']);
    expect(fault('{a: 1}')).toEqual(['jsonKey', 1, 2, '"a"']);
    expect(fault('{"a": [1,\n2')).toEqual(['jsonEnd', 2, 2]);
    expect(fault('{"a": [1, 2,\n ]}')).toEqual(['jsonTrailingComma', 1, 12]);
    expect(fault('{"a": 1,}')).toEqual(['jsonTrailingComma', 1, 8]);
    expect(fault('{"a": "one\ntwo"}')).toEqual(['jsonString', 1, 7]);
    expect(fault('{"a": "\\x"}')).toEqual(['jsonEscape', 1, 8, '\\x']);
    expect(fault('{"a": "\\u12g4"}')).toEqual(['jsonEscape', 1, 8, '\\u']);
    expect(fault('[01]')).toEqual(['jsonNumber', 1, 2, '"01"']);
    expect(fault('[+1]')).toEqual(['jsonNumber', 1, 2, '"+1"']);
    expect(fault('[1e999]')).toEqual(['jsonNumber', 1, 2, '"1e999"']);
    expect(fault('[NaN]')).toEqual(['jsonValue', 1, 2, '"NaN"']);
    expect(fault("['a']")).toEqual(['jsonValue', 1, 2, '"\'"']);
    expect(fault('{} x')).toEqual(['jsonTrailing', 1, 4, '"x"']);
    expect(fault('{\r\n // note\r\n}')).toEqual(['jsonComment', 2, 2]);
    expect(fault('{"a": 1, "a": 2}')).toEqual(['jsonDuplicateKey', 1, 10, 'a']);
    expect(fault('{"a": {"\\u005f_proto__": 1}}')).toEqual(['jsonForbiddenKey', 1, 8, '__proto__']);
    expect(fault('[💡]')).toEqual(['jsonValue', 1, 2, '"💡"']);
  });

  it('bounds the depth, however deep the text is', () => {
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(parseJsonText(deep(maximumTextDepth)).ok).toBe(true);
    expect(fault(deep(maximumTextDepth + 1))[0]).toBe('jsonDepth');
    expect(fault('['.repeat(2_000_000))[0]).toBe('jsonDepth');
    expect(fault('{"a":'.repeat(500_000))[0]).toBe('jsonDepth');
  });

  it('finds the line of any path, or of what is nearest around it', () => {
    const result = parseJsonText('{\n  "a": [\n    1,\n    {"b": 2}\n  ]\n}');
    if (!result.ok) throw new Error('not read');
    expect(result.locate([])).toEqual({ line: 1, column: 1 });
    expect(result.locate(['a'])).toEqual({ line: 2, column: 3 });
    expect(result.locate(['a', 1])).toEqual({ line: 4, column: 5 });
    expect(result.locate(['a', 1, 'b'])).toEqual({ line: 4, column: 6 });
    expect(result.locate(['a', 1, 'c', 'd'])).toEqual({ line: 4, column: 5 });
    expect(result.locate(['a', 7])).toEqual({ line: 2, column: 3 });
  });
});
