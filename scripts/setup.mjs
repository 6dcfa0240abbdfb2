import './setup/node-version.mjs';
import util from 'node:util';
import { say } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';

const { values } = util.parseArgs({ options: { tensorflow: { type: 'string' } } });
try {
  const engine = await setUp({ tensorflow: values.tensorflow, again: true });
  say(engine.version === null ? 'Ready, with plain JavaScript.' : `Ready, with TensorFlow ${engine.version}.`);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
