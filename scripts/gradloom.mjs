import './setup/node-version.mjs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildAll } from './build/build-all.mjs';
import { root } from './setup/paths.mjs';
import { say } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';

// The command line from a checkout: sets up and builds what is missing, then hands over. Exit code 3 says that something
// broke, as the terminal's contract has it.
try {
  await setUp();
  await buildAll();
  const program = join(root, 'dist', 'main', 'cli', 'main.js');
  // npm runs scripts in the package's folder; the person's own folder is where their files are.
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const child = spawn(process.execPath, ['--enable-source-maps', program, ...process.argv.slice(2)], {
    cwd,
    stdio: 'inherit',
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    say(error.message);
    process.exitCode = 3;
  });
  child.on('close', (code) => {
    process.exitCode = code ?? 3;
  });
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 3;
}
