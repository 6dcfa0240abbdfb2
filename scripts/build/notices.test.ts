import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectNotices, packageOf, readNotice, writeNotices } from './notices.mjs';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradloom-notices-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A package with a manifest and other files. */
function put(name: string, manifest: object, files: Readonly<Record<string, string>> = {}): string {
  const path = join(folder, 'node_modules', name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name, version: '1.2.3', ...manifest }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

it.each([
  ['/checkout/main/app/main.ts', null],
  ['/checkout/node_modules/zod/v4/core/index.js', '/checkout/node_modules/zod'],
  ['/checkout/node_modules/@xyflow/react/dist/index.js', '/checkout/node_modules/@xyflow/react'],
  ['/c/node_modules/a/node_modules/@b/c/x.js', '/c/node_modules/a/node_modules/@b/c'],
  ['C:\\c\\node_modules\\ws\\lib\\x.js', 'C:/c/node_modules/ws'],
  ['\u0000/c/node_modules/katex/x.js?commonjs-module', '/c/node_modules/katex'],
  ['../other/node_modules/ws/x.js', '../other/node_modules/ws'],
])('knows the package of %s', (path, expected) => {
  expect(packageOf(path)).toBe(expected);
});

describe('a package', () => {
  it('is told with its licence files, and where its source lies', () => {
    const path = put(
      'whole',
      { license: 'MPL-2.0', repository: { url: 'git+https://example.org/whole.git' } },
      { LICENSE: 'the licence\r\n', 'NOTICE.md': 'the notice', 'README.md': 'no', 'license.js': 'no' },
    );
    expect(readNotice(path)).toEqual({
      name: 'whole',
      version: '1.2.3',
      licence: 'MPL-2.0',
      source: 'https://example.org/whole',
      text: 'the licence\n\nthe notice',
    });
  });

  it.each(['MIT', '(MIT AND Apache-2.0)', 'EPL-2.0 OR GPL-3.0-or-later', 'GPL-3.0-only OR MIT'])(
    'may be under %s',
    (license) => {
      expect(readNotice(put('good', { license }, { LICENCE: 'text' })).licence).toBe(license);
    },
  );

  it.each([
    'GPL-3.0-only',
    'MIT AND GPL-3.0-only',
    'MIT OR ISC AND GPL-3.0-only',
    'SEE LICENSE IN LICENSE.txt',
    'UNLICENSED',
    '',
    undefined,
  ])('is refused by its name under %s', (license) => {
    const path = put('odd-one', { license }, { LICENSE: 'text' });
    expect(() => readNotice(path)).toThrow(/^The package "odd-one" 1\.2\.3 has the licence ".*"; expected one of /);
  });

  it('that carries no text of its licence gets the standard one, in whose name its manifest says', () => {
    const { text } = readNotice(put('bare', { license: 'MIT', author: 'Ada <ada@example.org>' }));
    expect(text).toMatch(/^Copyright \(c\) Ada\n\nPermission is hereby granted/);
    const { text: both } = readNotice(put('bare-too', { license: 'Apache-2.0 AND MIT' }));
    expect(both).toMatch(/^Copyright the authors of bare-too[^]*Apache License[^]*Permission is hereby granted/);
    expect(() => readNotice(put('bare-epl', { license: 'EPL-2.0' }))).toThrow('"bare-epl" 1.2.3 carries no text');
  });
});

it('is not passed over where a package says nothing of itself', () => {
  const good = put('told', { license: 'MIT' }, { LICENSE: 'text' });
  const empty = join(folder, 'node_modules', 'empty');
  mkdirSync(empty);
  for (const silent of [empty, join(folder, 'node_modules', 'nowhere')]) {
    expect(() => collectNotices([good, silent])).toThrow(`"${silent}" travels with the app and has no package.json`);
  }
});

it('tells each package once per version, sorted, and all in one text', () => {
  const one = put('b-one', { license: 'ISC' }, { LICENSE: 'text of b' });
  const two = put('a-two', { license: 'MIT' }, { LICENSE: 'text of a' });
  const notices = collectNotices([one, two, one]);
  expect(notices.map(({ name }) => name)).toEqual(['a-two', 'b-one']);
  const text = writeNotices(notices);
  expect(text).toContain('2 packages');
  expect(text.indexOf('text of a')).toBeLessThan(text.indexOf('text of b'));
});
