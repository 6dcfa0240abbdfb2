import './setup/node-version.mjs';
import { runBundled } from './build/run-bundled.mjs';

await runBundled('bench', 'bench');
