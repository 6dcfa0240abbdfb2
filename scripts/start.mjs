import './setup/node-version.mjs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildAll } from './build/build-all.mjs';
import { root } from './setup/paths.mjs';
import { say } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';
import { hasDisplay, provideElectron, shellWithoutAsking } from './shell/electron.mjs';

/** --no-open leaves the person's browser alone; the rest is for the shell itself. */
const passed = process.argv.slice(2).filter((argument) => argument !== '--no-open');
const mayOpen = !process.argv.includes('--no-open') && hasDisplay(process.env, process.platform);

async function chooseShell() {
  const decided = shellWithoutAsking(process.env, process.platform);
  if (decided?.shell === 'browser') return { electron: undefined, reason: decided.reason };
  const { path, reason } = await provideElectron();
  return { electron: path, reason };
}

/** @param {string} program @param {readonly string[]} programArguments @returns {Promise<number>} exit code */
function runToEnd(program, programArguments) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, { cwd: root, stdio: 'inherit' });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

try {
  await setUp();
  await buildAll();
  const { electron, reason } = await chooseShell();
  if (electron === undefined) {
    say(`Opening in the browser, because ${reason}.`);
    say(
      `${mayOpen ? 'The address' : 'Open the address'} below${mayOpen ? ' holds' : '; it holds'} the key to this session. Ctrl+C ends it.`,
    );
    const server = join(root, 'dist', 'main', 'server', 'main.js');
    const open = mayOpen ? ['--open'] : [];
    process.exitCode = await runToEnd(process.execPath, ['--enable-source-maps', server, ...open, ...passed]);
  } else {
    // Chromium's sandbox refuses to run as root.
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    process.exitCode = await runToEnd(electron, [...sandbox, root, ...passed]);
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
