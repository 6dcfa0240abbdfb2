import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, stateFolder } from '../setup/paths.mjs';
import { runCommand } from '../setup/run-command.mjs';
import { say } from '../setup/say.mjs';

const packageFolder = join(root, 'node_modules', 'electron');
const record = join(stateFolder, 'electron.json');
const day = 86_400_000;

/** @returns {string | undefined} the Electron program, when its binary is here */
export function findElectron() {
  const pathFile = join(packageFolder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : undefined;
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) return [join(override, name ?? 'electron')].find(existsSync);
  return name === undefined ? undefined : [join(packageFolder, 'dist', name)].find(existsSync);
}

/**
 * Finds Electron, or lets its own installer fetch it: 20 seconds, and after a failure not again for a day.
 * @returns {Promise<{ path: string | undefined, reason: string }>}
 */
export async function provideElectron() {
  const found = findElectron();
  if (found !== undefined) return { path: found, reason: '' };
  /** @type {{ when: string, reason: string } | undefined} */
  const earlier = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : undefined;
  if (earlier !== undefined && Date.now() - Date.parse(earlier.when) < day) {
    return { path: undefined, reason: `${earlier.reason} (tried ${earlier.when}; the next try is a day later)` };
  }
  say('Fetching Electron (about 110 MB; given up after 20 s) …');
  const result = await runCommand(process.execPath, [join(packageFolder, 'install.js')], {
    cwd: packageFolder,
    timeout: 20_000,
  });
  const path = findElectron();
  if (path !== undefined) return { path, reason: '' };
  const cause = result.reason || 'its installer brought none';
  const reason = `Electron's binary could not be fetched: ${cause}; to fetch it by hand, without a time limit: node node_modules/electron/install.js`;
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(record, `${JSON.stringify({ when: new Date().toISOString(), reason }, null, 2)}\n`);
  return { path: undefined, reason };
}

/**
 * Whether windows can be shown.
 * @param {NodeJS.ProcessEnv} environment
 * @param {NodeJS.Platform} platform
 */
export const hasDisplay = (environment, platform) =>
  platform !== 'linux' || Boolean(environment.DISPLAY) || Boolean(environment.WAYLAND_DISPLAY);

/**
 * Which shell opens, decided before anything is fetched; undefined where Electron's binary decides.
 * @param {NodeJS.ProcessEnv} environment
 * @param {NodeJS.Platform} platform
 * @returns {{ shell: 'electron' | 'browser', reason: string } | undefined}
 */
export function shellWithoutAsking(environment, platform) {
  const asked = environment.GRADLOOM_SHELL;
  if (asked !== undefined && asked !== '') {
    if (asked !== 'electron' && asked !== 'browser') {
      throw new Error(`GRADLOOM_SHELL is "${asked}"; expected "electron" or "browser"`);
    }
    return { shell: asked, reason: `GRADLOOM_SHELL=${asked}` };
  }
  if (!hasDisplay(environment, platform)) {
    return { shell: 'browser', reason: 'this machine has no display (DISPLAY and WAYLAND_DISPLAY are empty)' };
  }
  return undefined;
}
