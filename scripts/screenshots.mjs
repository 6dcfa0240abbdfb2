import './setup/node-version.mjs';
import { buildAll } from './build/build-all.mjs';
import { say } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';
import { provideBrowser } from './test/browser.mjs';
import { runTool } from './test/steps.mjs';

// Takes the pictures of docs/screenshots anew.
await setUp();
await buildAll();
const { browser, reason } = await provideBrowser();
if (browser === undefined) {
  say(`No pictures were taken: ${reason}`);
  process.exitCode = 1;
} else {
  const words = ['test', '--config=e2e/screenshots.config.ts', ...process.argv.slice(2)];
  process.exitCode = (await runTool('@playwright/test/cli.js', words)) ? 0 : 1;
}
