import { nodeFileSystem } from '../fileSystem.ts';
import { KeptWork } from '../keptWork.ts';

/** Keeps one state after the other as fast as it can and says after each that it is kept, until it is killed. */
const [folder = '', window = ''] = process.argv.slice(2);
const keptWork = new KeptWork(nodeFileSystem, folder);
for (let state = 1; ; state++) {
  await keptWork.keep({ window, path: null, name: 'killed', modified: null, text: `${state} `.repeat(20_000) });
  process.stdout.write(`${state}\n`);
}
