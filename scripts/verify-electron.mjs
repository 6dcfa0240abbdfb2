import './setup/node-version.mjs';
import { buildAll } from './build/build-all.mjs';
import { say } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';
import { provideElectron } from './shell/electron.mjs';
import { runTool } from './test/steps.mjs';

// The end-to-end specs in the Electron app: their fixture starts the shell that GRADLOOM_E2E_SHELL names.
await setUp();
await buildAll();
const { path, reason } = await provideElectron();
if (path === undefined) {
  say(`The Electron app is not verified here: ${reason}`);
  process.exitCode = 1;
} else {
  const environment = { GRADLOOM_E2E_SHELL: 'electron', GRADLOOM_ELECTRON: path };
  const ok = await runTool('@playwright/test/cli.js', ['test', ...process.argv.slice(2)], environment);
  process.exitCode = ok ? 0 : 1;
}
