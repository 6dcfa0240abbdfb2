import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { publishFlags } from './publish.mjs';

const root = dirname(dirname(import.meta.dirname));
const require = createRequire(import.meta.url);

interface Builder {
  createYargs(): { parse(flags: readonly string[]): object };
  normalizeOptions(options: object): { readonly config?: object; readonly publish?: string };
}
interface Loader {
  getConfig(folder: string, path: null, options: object | undefined): Promise<{ readonly publish?: unknown }>;
  validateConfiguration(config: object, debug: { readonly isEnabled: boolean; add(): void }): Promise<void>;
}

/** What electron-builder makes of its file and these flags, by its own reading. */
async function read(flags: readonly string[]): Promise<{ publish: unknown; when: string | undefined }> {
  const { createYargs, normalizeOptions } = require('electron-builder/out/builder.js') as Builder;
  const { getConfig, validateConfiguration } = require('app-builder-lib/out/util/config/config.js') as Loader;
  const options = normalizeOptions(createYargs().parse(flags));
  const config = await getConfig(root, null, options.config);
  await validateConfiguration(config, { isEnabled: false, add: () => undefined });
  return { publish: config.publish ?? null, when: options.publish };
}

it.each([
  ['no address', null],
  ['an address for trials', 'http://127.0.0.1:8000/'],
])('with %s, electron-builder writes no list of versions', async (_what, address) => {
  expect(await read(publishFlags(address))).toEqual({ publish: null, when: 'never' });
});

it('with an https address it writes one, for that address, and sends nothing', async () => {
  const url = 'https://releases.example.org/gradloom/?channel=1';
  expect(await read(publishFlags(url))).toEqual({ publish: { provider: 'generic', url }, when: 'never' });
});
