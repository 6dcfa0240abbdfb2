import './setup/node-version.mjs';
import { setUp } from './setup/set-up.mjs';
import { runSteps } from './test/run-steps.mjs';

// One step of `npm test` by itself; further arguments narrow the tests down to files.
const [name = '', ...filters] = process.argv.slice(2);
await setUp();
await runSteps([name], filters);
