import './setup/node-version.mjs';
import { setUp } from './setup/set-up.mjs';
import { runTool } from './test/steps.mjs';

await setUp();
process.exitCode = (await runTool('prettier/bin/prettier.cjs', ['--write', '--log-level=warn', '.'])) ? 0 : 1;
