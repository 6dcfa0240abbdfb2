import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from '../setup/run-command.mjs';
import { say, seconds } from '../setup/say.mjs';

const commands = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge'];

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The Chromium that the end-to-end tests drive: GRADLOOM_BROWSER, else the first of Chromium, Chrome and Edge where
 * each platform keeps it.
 * @param {NodeJS.ProcessEnv} [environment]
 * @param {NodeJS.Platform} [platform]
 * @returns {string | undefined}
 */
export function findBrowser(environment = process.env, platform = process.platform) {
  if (environment.GRADLOOM_BROWSER) return environment.GRADLOOM_BROWSER;
  if (platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge']
      .map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
      .find(isExecutable);
  }
  if (platform === 'win32') {
    const roots = [environment.PROGRAMFILES, environment['PROGRAMFILES(X86)'], environment.LOCALAPPDATA];
    const programs = ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'];
    return roots
      .filter((folder) => folder !== undefined)
      .flatMap((folder) => programs.map((program) => join(folder, program)))
      .find(existsSync);
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return commands.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** Switches for a quiet, offline, headless Chromium; root needs the sandbox off. */
export const browserSwitches = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

/** Whether this is Debian or one of its children, run by root. */
function canUseApt() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/os-release')) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Whether Chinese text is drawn as text and not as boxes; only Linux lacks such a font. */
async function hasChineseFont() {
  if (process.platform !== 'linux') return true;
  const listed = await runCommand('fc-list', [':lang=zh', 'file']);
  return listed.ok && listed.output.trim() !== '';
}

/**
 * Finds a browser; on Debian and Ubuntu installs Chromium and a Chinese font when run by root.
 * @returns {Promise<{ browser: string | undefined, reason: string }>} reason: why there is none
 */
export async function provideBrowser() {
  const found = findBrowser();
  if (found !== undefined && (!canUseApt() || (await hasChineseFont()))) return { browser: found, reason: '' };
  if (!canUseApt()) {
    return {
      browser: undefined,
      reason: `no Chromium, Chrome or Edge was found (${commands.join(', ')} or GRADLOOM_BROWSER), and it can be installed by itself only on Debian or Ubuntu as root`,
    };
  }
  const packages = [...(found === undefined ? ['chromium'] : []), 'fonts-noto-cjk'];
  say(`Installing ${packages.join(' and ')} for the end-to-end tests (about 500 MB on disk, a minute) …`);
  const start = Date.now();
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { environment, timeout: 900_000 };
  const update = await runCommand('apt-get', ['update', '-qq'], options);
  const install = await runCommand(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
    options,
  );
  const browser = findBrowser();
  if (browser !== undefined) say(`Installed in ${seconds(Date.now() - start)}.`);
  const failure = install.ok ? 'apt-get brought no chromium' : install.reason;
  return { browser, reason: browser === undefined ? `${failure}${update.ok ? '' : `; ${update.reason}`}` : '' };
}
