import './setup/node-version.mjs';
import { buildAll } from './build/build-all.mjs';
import { say } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';

await setUp();
if (!(await buildAll())) say('The build is up to date.');
