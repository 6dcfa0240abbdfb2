import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The licences under which the work of others may travel with Gradloom. The two last ask that a reader is told where the
 * source lies; the notices name each package's repository.
 */
const accepted = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
  'EPL-2.0',
  'MPL-2.0',
]);

/** Packages whose manifest names no licence that could be looked up: what a person read in their files. */
/** @type {Readonly<Record<string, string>>} */
const readByHand = {
  // NIST's own code is in the public domain in the United States; HDF5, which it compiles, is under this one.
  h5wasm: 'BSD-3-Clause',
};

/**
 * @typedef {object} Notice
 * @property {string} name
 * @property {string} version
 * @property {string} licence an SPDX expression
 * @property {string | null} source where its source lies
 * @property {string} text of its licence files
 */

/**
 * The folder of the package that a file belongs to, as the last node_modules of its path has it; null for our own files.
 * @param {string} path
 */
export function packageOf(path) {
  const forward = path
    .replaceAll('\\', '/')
    .replace(/^\0/, '')
    .replace(/[?#].*$/, '');
  const [, folder] = /^(.*(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(forward) ?? [];
  return folder ?? null;
}

/**
 * The licences that an SPDX expression binds to, where those are accepted: all that AND joins, the first accepted of those
 * that OR joins. An expression that mixes both is refused, so that nobody has to guess how it binds.
 * @param {string} expression
 * @returns {string[] | null}
 */
function binding(expression) {
  const words = expression.replace(/[()]/g, ' ').trim().split(/\s+/);
  const names = words.filter((_, index) => index % 2 === 0);
  const joints = new Set(words.filter((_, index) => index % 2 === 1));
  if (joints.size > 1) return null;
  if (!joints.has('OR')) return names.every((name) => accepted.has(name)) ? names : null;
  const chosen = names.find((name) => accepted.has(name));
  return chosen === undefined ? null : [chosen];
}

/** @param {unknown} repository as manifests have it: an address, or an object with one */
function addressOf(repository) {
  const url =
    typeof repository === 'object' && repository !== null && 'url' in repository ? repository.url : repository;
  if (typeof url !== 'string' || url === '') return null;
  return url
    .replace(/^git\+/, '')
    .replace(/^git:\/\//, 'https://')
    .replace(/^(?:github:)?([\w-]+\/[\w.-]+)$/, 'https://github.com/$1')
    .replace(/\.git$/, '');
}

/**
 * What is to be said of one package that travels with the app.
 * @param {string} folder
 * @returns {Notice}
 * @throws where it has no manifest, its licence is not one of those above, or it carries no text of it
 */
export function readNotice(folder) {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) {
    throw new Error(
      `"${folder}" travels with the app and has no package.json, so nothing tells its licence. Run \`npm ci\` to lay the packages out anew.`,
    );
  }
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  const { name, version, license, repository, homepage } = manifest;
  const declared = typeof license === 'string' ? license : '';
  const licence = readByHand[name] ?? declared;
  const bound = binding(licence);
  if (bound === null) {
    throw new Error(
      `The package "${name}" ${version} has the licence "${declared}"; expected one of ${[...accepted].join(', ')}. ` +
        'Do without it, or add its licence in scripts/build/notices.mjs after reading it.',
    );
  }
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice|third.?party)/i.test(file) && !/\.(js|ts|json|spdx)$/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  const text = texts.length > 0 ? texts.join('\n\n') : bound.map((one) => withoutFile(one, manifest)).join('\n\n');
  return { name, version, licence, source: addressOf(repository) ?? homepage ?? null, text };
}

/**
 * The text for a package that carries none: the standard one, with whoever its manifest names.
 * @param {string} licence
 * @param {{ name: string, version: string, author?: string | { name?: string } }} manifest
 */
function withoutFile(licence, { name, version, author }) {
  const holder =
    (typeof author === 'string' ? author : author?.name)?.replace(/\s*<.*$/, '') ?? `the authors of ${name}`;
  const standard = standardTexts[licence];
  if (standard === undefined) {
    throw new Error(
      `The package "${name}" ${version} carries no text of its licence "${licence}". Add the standard text in scripts/build/notices.mjs.`,
    );
  }
  return standard(holder);
}

/** @type {Readonly<Record<string, ((holder: string) => string) | undefined>>} */
const standardTexts = {
  'Apache-2.0': (holder) =>
    `Copyright ${holder}\n\nLicensed under the Apache License, Version 2.0, whose text is Gradloom's own LICENSE.`,
  ISC: (holder) => `Copyright (c) ${holder}

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED
WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR
CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF
CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.`,
  // The licence's own words for this case, its Exhibit A.
  'MPL-2.0': (holder) => `Copyright ${holder}

This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0. If a copy of the MPL was not distributed
with this file, You can obtain one at https://mozilla.org/MPL/2.0/.`,
  MIT: (holder) => `Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
};

/**
 * The notices of packages, one per name and version, sorted.
 * @param {Iterable<string>} folders
 * @returns {Notice[]}
 */
export function collectNotices(folders) {
  /** @type {Map<string, Notice>} */
  const found = new Map();
  for (const folder of folders) {
    const notice = readNotice(folder);
    found.set(`${notice.name} ${notice.version}`, notice);
  }
  return [...found.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, notice]) => notice);
}

/**
 * The notices as one text, to be read without the app.
 * @param {readonly Notice[]} notices
 */
export function writeNotices(notices) {
  const head = `Gradloom contains the work of others: ${notices.length} packages, each under its own licence.
Gradloom's own licence is in LICENSE. Electron and Chromium bring their notices themselves.\n`;
  const parts = notices.map(({ name, version, licence, source, text }) =>
    [`${'-'.repeat(100)}`, `${name} ${version}: ${licence}`, ...(source === null ? [] : [source]), '', text, ''].join(
      '\n',
    ),
  );
  return [head, ...parts].join('\n');
}
