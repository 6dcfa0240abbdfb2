import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TableSource } from '#shared/graph/fileSources';
import { tableSourceSchema } from '#shared/graph/fileSources';
import { findPython, runPython } from '#shared/testing/python';
import { DataProblem, pieceBytes } from './reading.ts';
import type { FieldValues, TableWishes } from './table.ts';
import { describeTable, drawRows, loadTable, longestRow, readRows } from './table.ts';
import { memoryFiles } from '../testing/memoryFiles.ts';

const fact = { path: 'data.csv', bytes: 0, fingerprint: '0'.repeat(64) };

function rowsOf(text: string | Uint8Array, delimiter = ','): (readonly string[])[] {
  const { files, run } = memoryFiles({ 'data.csv': text });
  const rows: (readonly string[])[] = [];
  run(readRows(files[0] ?? { path: '', size: 0 }, delimiter, ({ cells }) => void rows.push(cells)));
  return rows;
}

function described(text: string, wishes: TableWishes = {}): TableSource {
  const { files, run } = memoryFiles({ 'data.csv': text });
  return run(describeTable(files[0] ?? { path: '', size: 0 }, fact, wishes)).source;
}

function loaded(
  text: string,
  source: TableSource,
  names: Readonly<Record<string, [number, 'int' | 'float']>>,
): FieldValues {
  const { files, run } = memoryFiles({ 'data.csv': text });
  const into = Object.fromEntries(
    Object.entries(names).map(([name, [width, kind]]) => {
      return [name, kind === 'int' ? new Int32Array(source.size) : new Float32Array(width * source.size)];
    }),
  );
  run(loadTable(files[0] ?? { path: '', size: 0 }, source, into));
  return into;
}

function problemOf(work: () => unknown): { code: string; values: unknown } {
  try {
    work();
  } catch (error) {
    if (error instanceof DataProblem) return { code: error.code, values: error.values };
    throw error;
  }
  throw new Error('nothing was wrong');
}

const flowers = `width,height,kind
1.5,10,red
2.5,20,blue
,30,red
3.5,40,green
`;

describe('rows (RFC 4180)', () => {
  test('quotes, doubled quotes, delimiters and line breaks inside of them, both line ends, a byte order mark', () => {
    const text = '\ufeffa,"b,c",d\r\n"say ""hi""","two\nlines",\n\n"",x,y\n last ,"",1';
    expect(rowsOf(text)).toEqual([
      ['a', 'b,c', 'd'],
      ['say "hi"', 'two\nlines', ''],
      ['', 'x', 'y'],
      [' last ', '', '1'],
    ]);
  });

  const python = findPython([]);
  test.skipIf(python === undefined)('reads what Python’s csv module reads, for random tables', () => {
    const cell = fc.stringMatching(/^[a-c"',;\n 0-9é中]{0,6}$/);
    const tables = fc.sample(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }), {
      numRuns: 60,
      seed: 11,
    });
    const program = `
import csv, io, json, sys
result = []
for rows in json.load(sys.stdin):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    result.append([out.getvalue(), [row for row in csv.reader(io.StringIO(out.getvalue(), newline='')) if row]])
print(json.dumps(result))`;
    const result = runPython(python ?? '', program, tables) as [string, string[][]][];
    for (const [text, rows] of result) expect(rowsOf(text)).toEqual(rows);
  });

  test('rows that lie across pieces are whole', () => {
    const long = 'x'.repeat(pieceBytes - 5);
    expect(rowsOf(`${long}\n"a\n""b",1\n2,3`).slice(1)).toEqual([
      ['a\n"b', '1'],
      ['2', '3'],
    ]);
  });

  test.each([
    ['a,b\n1,5" pipe\n', 'data.quoteInside', { line: 2, column: 2 }],
    ['a,b\n"x"y,2\n', 'data.quoteAfter', { line: 2, column: 1 }],
    ['a,b\n1,"open\n2,3\n', 'data.quoteOpen', { line: 2, column: 2 }],
    [`a,b\n1,"${'x'.repeat(longestRow + 10)}`, 'data.rowLong', { line: 2 }],
  ])('%# a broken quote names its line and column', (text, code, values) => {
    expect(problemOf(() => rowsOf(text))).toMatchObject({ code, values });
  });

  test('what is no UTF-8 names its line', () => {
    const bytes = Uint8Array.from([...new TextEncoder().encode('a,b\n1,2\n'), 0xff, 0x2c, 0x31, 0x0a]);
    expect(problemOf(() => rowsOf(bytes))).toMatchObject({ code: 'data.notText', values: { line: 3 } });
  });
});

describe('what a table is', () => {
  test('types, classes, statistics and missing values are found', () => {
    const source = described(flowers);
    expect(tableSourceSchema.parse(source)).toEqual(source);
    expect(source).toMatchObject({ delimiter: ',', header: true, missing: 'drop', size: 3 });
    const [width, height, kind] = source.columns;
    expect(width).toMatchObject({ name: 'width', type: 'number', field: 'features', missing: 1 });
    expect(width?.statistics).toMatchObject({ minimum: 1.5, maximum: 3.5, mean: 2.5, missing: 1 });
    expect(width?.statistics?.deviation).toBeCloseTo(Math.sqrt(2 / 3), 12);
    expect(height?.statistics).toMatchObject({ mean: 25, minimum: 10, maximum: 40 });
    expect(kind).toMatchObject({ type: 'class', field: 'kind', classes: ['blue', 'green', 'red'], filler: 2 });
  });

  test.each([
    ['a;b\n1;2\n3;4\n', ';', true],
    ['a\tb\n1\t2\n', '\t', true],
    ['1|2\n3|4\n', '|', false],
    ['1,2\n3,4\n', ',', false],
  ])('delimiter and header of %j', (text, delimiter, header) => {
    expect(described(text)).toMatchObject({ delimiter, header });
  });

  test('what a person wishes is kept', () => {
    const columns = described(flowers).columns.map((column) => ({ ...column, field: column.name }));
    const source = described(flowers, { missing: 'mean', columns });
    expect(source).toMatchObject({ missing: 'mean', size: 4 });
    expect(source.columns.map(({ field }) => field)).toEqual(['width', 'height', 'kind']);
  });

  test.each([
    ['a,b\n1,2\n3\n', {}, 'data.cells', { line: 3, expected: 2, received: 1 }],
    ['a,b\n', { header: true }, 'data.empty', {}],
    ['', {}, 'data.empty', {}],
    [`${'a,'.repeat(5000)}b\n`, { header: true }, 'data.columns', { line: 1, limit: 4096 }],
  ])('%# a broken table names its line', (text, wishes, code, values) => {
    expect(problemOf(() => described(text, wishes))).toMatchObject({ code, values });
  });
});

describe('values', () => {
  const names = { features: [2, 'float'], kind: [1, 'int'] } as const;
  const fields = { features: [...names.features], kind: [...names.kind] } as Record<string, [number, 'int' | 'float']>;

  test('rows without a value are left out, numbers are standardised', () => {
    const source = described(flowers);
    const { features, kind } = loaded(flowers, source, fields);
    const deviation = Math.sqrt(2 / 3);
    const tall = Math.sqrt(125);
    expect(Array.from(kind ?? [])).toEqual([2, 0, 1]);
    [
      [-1 / deviation, -15 / tall],
      [0, -5 / tall],
      [1 / deviation, 15 / tall],
    ]
      .flat()
      .forEach((value, at) => expect(features?.[at]).toBeCloseTo(value, 6));
  });

  test('the mean and the commonest class stand for what is missing', () => {
    const text = 'x,kind\n1,a\n,b\n3,b\n5,\n';
    const { features, kind } = loaded(
      text,
      { ...described(text, { missing: 'mean' }) },
      { features: [1, 'float'], kind: [1, 'int'] },
    );
    expect(features?.[1]).toBe(0);
    expect(Array.from(kind ?? [])).toEqual([0, 1, 1, 1]);
  });

  test('classes beside numbers are one-hot; minimum and maximum become 0 and 1', () => {
    const text = 'x,colour,y\n2,red,0.5\n4,blue,1\n8,red,2\n';
    const before = described(text);
    const columns = before.columns.map((column) => ({
      ...column,
      ...(column.name === 'x' ? { normalisation: 'minMax' as const } : {}),
      ...(column.name === 'colour' ? { type: 'class' as const, field: 'features' } : {}),
    }));
    const source = described(text, { columns });
    const { features, y } = loaded(text, source, { features: [3, 'float'], y: [1, 'float'] });
    expect(Array.from(features ?? [])).toEqual([0, 0, 1, Math.fround(1 / 3), 1, 0, 1, 0, 1]);
    expect(Array.from(y ?? [])).toEqual([0.5, 1, 2]);
  });

  test.each([
    [
      flowers.replace('20', 'x'),
      { ...described(flowers) },
      'data.cellNumber',
      { line: 3, column: 'height', received: 'x' },
    ],
    [flowers.replace('blue', 'pink'), { ...described(flowers) }, 'data.cellClass', { line: 3, received: 'pink' }],
    [
      flowers.replace('height', 'size'),
      { ...described(flowers) },
      'data.headerChanged',
      { expected: 'height', received: 'size' },
    ],
    [`${flowers}9,9,red\n`, { ...described(flowers) }, 'data.rows', { expected: 3, received: 4 }],
    [flowers, { ...described(flowers), missing: 'refuse' as const }, 'data.missing', { line: 4, column: 'width' }],
  ])('%# a file that no longer fits is told by line', (text, source, code, values) => {
    expect(problemOf(() => loaded(text, source, fields))).toMatchObject({ code, values });
  });

  test('rows drawn through the index are those that were loaded, in any order and more than once', () => {
    const lines = Array.from({ length: 1000 }, (_, at) => `${at},${at % 7 === 3 ? '' : at / 8},${'abc'[at % 3]}`);
    const text = `n,"with\nbreak",kind\n${lines.join('\n')}\n`;
    const source = described(text);
    const { features, kind } = loaded(text, source, fields);
    const { files, run } = memoryFiles({ 'data.csv': text }, pieceBytes);
    const file = files[0] ?? { path: '', size: 0 };
    const index = run(loadTable(file, source, {}));
    const examples = [source.size - 1, 0, 5, 5, 400, 31, 32, 33];
    const into = { features: new Float32Array(2 * examples.length), kind: new Int32Array(examples.length) };
    run(drawRows(file, source, index, examples, into));
    examples.forEach((example, row) => {
      expect(into.kind[row]).toBe(kind?.[example]);
      expect(Array.from(into.features.subarray(2 * row, 2 * row + 2))).toEqual(
        Array.from(features?.subarray(2 * example, 2 * example + 2) ?? []),
      );
    });
  });

  test('whatever bytes are changed, a table is read or told, with bounded requests', () => {
    const bytes = new TextEncoder().encode(flowers);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, byte, length) => {
        const changed = bytes.slice(0, Math.max(1, length));
        changed[at % changed.length] = byte;
        const { files, run } = memoryFiles({ 'data.csv': changed });
        try {
          tableSourceSchema.parse(run(describeTable(files[0] ?? { path: '', size: 0 }, fact, {})).source);
        } catch (error) {
          expect(error).toBeInstanceOf(DataProblem);
        }
      }),
      { numRuns: Number(process.env['GRADLOOM_MUTATIONS'] ?? 200), seed: 5 },
    );
  });
});
