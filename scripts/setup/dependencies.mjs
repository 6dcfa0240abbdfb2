import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, stateFolder } from './paths.mjs';
import { runCommand } from './run-command.mjs';
import { say, seconds } from './say.mjs';

const stamp = join(stateFolder, 'dependencies.sha256');

/**
 * @typedef {{ version?: string, optional?: boolean, integrity?: string }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lock
 */

/**
 * Whether what npm says it installed (node_modules/.package-lock.json) is what the lock asks for. Optional packages may
 * be missing: they are builds for other platforms.
 * @param {Lock} wanted
 * @param {Lock} installed
 */
export function lockIsInstalled(wanted, installed) {
  const present = installed.packages ?? {};
  return Object.entries(wanted.packages ?? {}).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true;
    const found = present[path];
    if (found === undefined) return optional === true;
    return found.version === version && found.integrity === integrity;
  });
}

/** @param {string} path @returns {Lock} */
const readLock = (path) => JSON.parse(readFileSync(path, 'utf8'));

/**
 * Installs the locked packages when they are missing or the lock has changed, with install scripts off.
 * @returns {Promise<void>}
 */
export async function provideDependencies() {
  const lockPath = join(root, 'package-lock.json');
  const key = createHash('sha256').update(readFileSync(lockPath)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  const installedPath = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedPath) || !lockIsInstalled(readLock(lockPath), readLock(installedPath))) {
    say('Installing the packages of package-lock.json (about 600 MB on disk; one to three minutes on a usual line) …');
    const start = Date.now();
    const result = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    if (!result.ok) {
      throw new Error(
        `The packages could not be installed: ${result.reason}\n${result.output.trim()}\n` +
          'npm was used as it is configured here; check its registry and proxy settings (npm config list) and run the command again.',
      );
    }
    say(`Packages installed in ${seconds(Date.now() - start)}.`);
  }
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(stamp, key);
}

/** @param {readonly string[]} npmArguments */
function npm(npmArguments) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('npm-cli.js')) return runCommand(process.execPath, [script, ...npmArguments], { cwd: root });
  // On Windows npm is a .cmd file, which only a shell can run.
  return runCommand('npm', npmArguments, { cwd: root, shell: process.platform === 'win32' });
}
