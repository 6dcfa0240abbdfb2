import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { kernelsModule, root } from '../setup/paths.mjs';

/** What stays outside the bundles, because it holds or looks for native code, and so must travel as packages. */
export const unbundled = ['@resvg/resvg-js', '@tensorflow/tfjs', '@tensorflow/tfjs-node-gpu'];

/**
 * @typedef {{ dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} LockedPackage
 * @param {Record<string, LockedPackage>} packages of package-lock.json
 * @param {readonly string[]} roots
 * @returns {string[]} the lock's paths of the packages and all they depend on, sorted; the same look-up as Node's
 */
export function closure(packages, roots) {
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {string} name @param {string} from */
  const visit = (name, from) => {
    const path = lookUp(packages, name, from);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    const { dependencies, optionalDependencies } = packages[path] ?? {};
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) visit(next, path);
  };
  for (const name of roots) visit(name, '');
  return [...found].sort();
}

/**
 * @param {Record<string, LockedPackage>} packages
 * @param {string} name
 * @param {string} from path of the package that asks; empty for the app itself
 * @returns {string | undefined}
 */
function lookUp(packages, name, from) {
  for (let folder = from; folder !== ''; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const nested = `${folder}/node_modules/${name}`;
    if (packages[nested] !== undefined) return nested;
  }
  return packages[`node_modules/${name}`] === undefined ? undefined : `node_modules/${name}`;
}

/**
 * The packages that travel beside the bundles, by their paths in the checkout: those that are not bundled with all they
 * need, but types, and what is for other systems.
 * @returns {string[]}
 */
export function stagedPackages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return closure(packages, unbundled).filter(
    (path) => !path.includes('node_modules/@types/') && existsSync(join(root, path)),
  );
}

/**
 * What of a package does not travel: packages nested in it come by their own entries, and tfjs-node's library and binding by
 * the engine's archive.
 * @param {string} source path of a file or folder
 */
export function travels(source) {
  return !/[\\/]node_modules[\\/](.*[\\/]node_modules|@tensorflow[\\/]tfjs-node-gpu[\\/](deps|lib|build))$/.test(
    source,
  );
}

/**
 * Lays the app out as electron-builder packs it: the built dist/, the packages that are not bundled, and what it is to know
 * of its release: where that lies, and which engine to fetch from there.
 * @param {import('./engine-archive.mjs').Release} release
 * @returns {string} the folder
 */
export function stageApp(release) {
  const staged = join(root, 'release', 'app');
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(staged, { recursive: true });
  for (const path of ['dist', 'assets', 'LICENSE']) {
    if (existsSync(join(root, path))) cpSync(join(root, path), join(staged, path), { recursive: true });
  }
  renameSync(join(staged, 'dist', 'THIRD-PARTY-NOTICES.txt'), join(staged, 'THIRD-PARTY-NOTICES.txt'));
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { name, version, description, license, type, main } = manifest;
  const dependencies = Object.fromEntries(
    unbundled.map((dependency) => [dependency, manifest.dependencies[dependency]]),
  );
  const own = { name, version, description, license, type, main, author: 'The Gradloom authors', dependencies };
  writeFileSync(join(staged, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
  writeFileSync(join(staged, 'release.json'), `${JSON.stringify(release, null, 2)}\n`);
  for (const path of stagedPackages()) {
    cpSync(join(root, path), join(staged, path), {
      recursive: true,
      dereference: true,
      filter: travels,
    });
  }
  if (existsSync(kernelsModule)) cpSync(kernelsModule, join(staged, relative(root, kernelsModule)));
  return staged;
}
