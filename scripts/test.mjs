import './setup/node-version.mjs';
import { seconds } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';
import { runSteps } from './test/run-steps.mjs';

const start = Date.now();
await setUp();
process.stdout.write(`set-up took ${seconds(Date.now() - start)}\n`);
await runSteps(['typecheck', 'lint', 'format', 'unit', 'engine', 'e2e']);
