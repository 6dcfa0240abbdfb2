import { createHash } from 'node:crypto';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What set-up remembers about this checkout; it goes when node_modules goes. */
export const stateFolder = join(root, 'node_modules', '.gradloom');

/** Which TensorFlow was found and why no better one; `gradloom doctor` reads it. */
export const engineRecord = join(stateFolder, 'engine.json');

/** Our own kernels, as the engine loads them. */
export const kernelsModule = join(stateFolder, 'gradloom_kernels.node');

/** The package whose native half set-up provides. */
export const bindingPackage = join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');

/** One set-up at a time per checkout. It lies outside node_modules because `npm ci` empties that. */
export const lockFile = join(
  tmpdir(),
  `gradloom-setup-${createHash('sha256').update(root).digest('hex').slice(0, 12)}.lock`,
);

/**
 * Where native TensorFlow is kept between checkouts.
 * @param {NodeJS.ProcessEnv} environment
 * @param {NodeJS.Platform} platform
 * @param {string} home
 */
export function cacheFolder(environment = process.env, platform = process.platform, home = homedir()) {
  if (environment.GRADLOOM_CACHE) return resolve(environment.GRADLOOM_CACHE);
  if (platform === 'win32') {
    return join(environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'gradloom', 'Cache');
  }
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'gradloom');
  return join(environment.XDG_CACHE_HOME || join(home, '.cache'), 'gradloom');
}
