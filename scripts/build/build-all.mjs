import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { say, seconds } from '../setup/say.mjs';

const output = join(root, 'dist');
const stamp = join(output, 'inputs.sha256');

/** Everything a build reads. */
const inputs = ['shared', 'main', 'renderer', 'package-lock.json', 'vite.config.ts', 'scripts/build/build-all.mjs'];

/** The programs of main/, each one bundle; what they share lies in chunks. */
export const mainEntries = [
  'main/engine/process.ts',
  'main/services/modelThread.ts',
  'main/cli/main.ts',
  'main/server/main.ts',
  'main/app/main.ts',
];

/** A hash over the paths and contents of the inputs; tests are not among them. */
function hashInputs() {
  const hash = createHash('sha256');
  /** @param {string} path relative to the root */
  const add = (path) => {
    const absolute = join(root, path);
    if (!existsSync(absolute)) return;
    if (/\.test\.tsx?$/.test(path)) return;
    if (/\.[a-z]+$/i.test(path)) {
      hash.update(`${path}\n`).update(readFileSync(absolute));
      return;
    }
    for (const entry of readdirSync(absolute).sort()) add(`${path}/${entry}`);
  };
  for (const path of inputs) add(path);
  return hash.digest('hex');
}

/**
 * The bundler's options for main/, used by the build and by `npm run dev`.
 * @param {string} folder
 * @returns {import('esbuild').BuildOptions[]}
 */
export function mainBundles(folder) {
  /** @type {import('esbuild').BuildOptions} */
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    outbase: 'main',
    outdir: join(folder, 'main'),
    external: ['@tensorflow/*', '@resvg/*', 'electron'],
    sourcemap: true,
    legalComments: 'none',
    logLevel: 'warning',
  };
  return [
    {
      ...common,
      entryPoints: mainEntries,
      format: 'esm',
      splitting: true,
      chunkNames: 'chunks/[hash]',
      // CommonJS packages inside the bundle call require for Node's own modules.
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
    },
    // Electron's sandbox runs preload scripts as CommonJS only.
    { ...common, entryPoints: ['main/preload/preload.ts'], format: 'cjs', outExtension: { '.js': '.cjs' } },
  ];
}

/**
 * Puts a finished folder in the place of an older one. Where another build has just done the same, its result goes.
 * @param {string} old
 * @param {string} fresh
 */
function replace(old, fresh) {
  for (let left = 5; ; left -= 1) {
    rmSync(old, { recursive: true, force: true });
    try {
      renameSync(fresh, old);
      return;
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (left === 0 || (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'EPERM')) throw error;
    }
  }
}

/**
 * Builds dist/ when its inputs have changed. It is made beside the old one and then takes its place.
 * @returns {Promise<boolean>} whether anything was built
 */
export async function buildAll() {
  const key = hashInputs();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return false;
  const start = Date.now();
  say('Building Gradloom (some seconds) …');
  const fresh = join(root, `dist.${process.pid}`);
  try {
    const esbuild = await import('esbuild');
    const vite = await import('vite');
    mkdirSync(fresh, { recursive: true });
    for (const options of mainBundles(fresh)) await esbuild.build(options);
    await vite.build({
      root: join(root, 'renderer'),
      configFile: join(root, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: join(fresh, 'renderer') },
    });
    writeFileSync(join(fresh, 'inputs.sha256'), key);
    replace(output, fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  say(`Built in ${seconds(Date.now() - start)}.`);
  return true;
}
