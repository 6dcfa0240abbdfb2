import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { say, seconds } from '../setup/say.mjs';
import { collectNotices, packageOf, writeNotices } from './notices.mjs';
import { stagedPackages, unbundled } from './stage-app.mjs';

const output = join(root, 'dist');
const stamp = join(output, 'inputs.sha256');

/** Everything a build reads. */
const inputs = [
  'shared',
  'main',
  'renderer',
  'package-lock.json',
  'vite.config.ts',
  'scripts/build/build-all.mjs',
  'scripts/build/notices.mjs',
  'scripts/build/stage-app.mjs',
];

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
    // A package with all of its scope: what is given out beside it must not be in the bundle as well.
    external: [...new Set(unbundled.map((name) => `${name.split('/')[0]}/*`)), 'electron'],
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
 * The packages of others that a bundle of main/ holds, by their folders.
 * @param {import('esbuild').Metafile} metafile
 */
function bundledPackages({ outputs }) {
  const files = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [join(root, file)] : [])),
  );
  return files.flatMap((file) => packageOf(file) ?? []);
}

/**
 * Notes the packages of others that the page's chunks hold, and those of its workers.
 * @param {Set<string>} folders
 * @returns {import('vite').Plugin}
 */
function noteModules(folders) {
  return {
    name: 'gradloom-notices',
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== 'chunk') continue;
        for (const file of Object.keys(output.modules)) {
          const folder = packageOf(file);
          if (folder !== null) folders.add(folder);
        }
      }
    },
  };
}

/**
 * Writes the licences of all that travels with the app: what the bundles hold, and the packages beside them.
 * @param {string} folder
 * @param {Set<string>} bundled
 */
function addNotices(folder, bundled) {
  const notices = collectNotices([...bundled, ...stagedPackages().map((path) => join(root, path))]);
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), writeNotices(notices));
  writeFileSync(join(folder, 'renderer', 'notices.json'), JSON.stringify(notices));
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
    /** @type {Set<string>} */
    const bundled = new Set();
    for (const options of mainBundles(fresh)) {
      const { metafile } = await esbuild.build({ ...options, metafile: true });
      for (const folder of bundledPackages(metafile)) bundled.add(folder);
    }
    await vite.build({
      root: join(root, 'renderer'),
      configFile: join(root, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: join(fresh, 'renderer') },
      plugins: [noteModules(bundled)],
      worker: { plugins: () => [noteModules(bundled)] },
    });
    addNotices(fresh, bundled);
    writeFileSync(join(fresh, 'inputs.sha256'), key);
    replace(output, fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  say(`Built in ${seconds(Date.now() - start)}.`);
  return true;
}
