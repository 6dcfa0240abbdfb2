import './setup/node-version.mjs';
import { setUp } from './setup/set-up.mjs';
import { runSteps } from './test/run-steps.mjs';

// What can be said without running anything.
await setUp();
await runSteps(['typecheck', 'lint', 'format']);
