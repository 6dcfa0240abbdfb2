import { buildAll } from '../build/build-all.mjs';
import { say } from '../setup/say.mjs';
import { setUp } from '../setup/set-up.mjs';
import { provideBrowser } from './browser.mjs';
import { runTool } from './steps.mjs';

/**
 * Has Playwright take pictures of the build as it is now. Where that does not come through, the program ends with 1.
 * @param {readonly string[]} playwrightArguments
 * @returns {Promise<boolean>} whether all were taken
 */
export async function takePictures(playwrightArguments) {
  await setUp();
  await buildAll();
  const { browser, reason } = await provideBrowser();
  if (browser === undefined) say(`No pictures were taken: ${reason}`);
  const areTaken =
    browser !== undefined && (await runTool('@playwright/test/cli.js', ['test', ...playwrightArguments]));
  if (!areTaken) process.exitCode = 1;
  return areTaken;
}
