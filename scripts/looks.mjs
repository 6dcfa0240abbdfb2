import './setup/node-version.mjs';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildAll } from './build/build-all.mjs';
import { root } from './setup/paths.mjs';
import { say } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';
import { provideBrowser } from './test/browser.mjs';
import { runTool } from './test/steps.mjs';

/** Packs pictures as surfaces of one colour pack best: a fifth smaller than the browser makes them, pixel by pixel the same. */
async function repack() {
  const { PNG } = await import('pngjs');
  const folder = join(root, 'e2e', 'looks');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.png'))) {
    const path = join(folder, file);
    const options = { deflateLevel: 9, deflateStrategy: 0, filterType: 0, colorType: 2, inputHasAlpha: true };
    writeFileSync(path, PNG.sync.write(PNG.sync.read(readFileSync(path)), /** @type {object} */ (options)));
  }
}

// Takes the pictures of e2e/looks anew, which the end-to-end tests compare the main views with.
await setUp();
await buildAll();
const { browser, reason } = await provideBrowser();
if (browser === undefined) {
  say(`No pictures were taken: ${reason}`);
  process.exitCode = 1;
} else {
  const words = ['test', 'e2e/looks.spec.ts', '--update-snapshots=all', ...process.argv.slice(2)];
  process.exitCode = (await runTool('@playwright/test/cli.js', words, { GRADLOOM_RENEW_LOOKS: '1' })) ? 0 : 1;
  await repack();
}
