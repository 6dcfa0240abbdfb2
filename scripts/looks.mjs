import './setup/node-version.mjs';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup/paths.mjs';
import { takePictures } from './test/take-pictures.mjs';

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

// Takes the pictures of e2e/looks anew, which the end-to-end tests compare the main views with: all of them or none, for
// what is noted of this machine's letters is to hold for each.
if (await takePictures(['e2e/looks.spec.ts', '--update-snapshots=all'])) await repack();
