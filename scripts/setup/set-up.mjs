import './node-version.mjs';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { provideDependencies } from './dependencies.mjs';
import { lockFile } from './paths.mjs';
import { say, seconds } from './say.mjs';
import { provideTensorFlow } from './tensorflow.mjs';

/**
 * Brings the checkout to where everything runs: packages, then native TensorFlow. A second time it only looks.
 * @param {{ tensorflow?: string | undefined, again?: boolean }} [options]
 * @returns {Promise<import('./tensorflow.mjs').EngineRecord>}
 */
export async function setUp({ tensorflow = process.env.GRADLOOM_TENSORFLOW || undefined, again = false } = {}) {
  const release = await takeLock();
  const start = Date.now();
  try {
    await provideDependencies();
    const engine = await provideTensorFlow({ named: tensorflow, again });
    if (Date.now() - start > 3000) {
      const what =
        engine.version === null ? 'plain JavaScript' : `TensorFlow ${engine.version} (${engine.gpu ? 'GPU' : 'CPU'})`;
      say(`Set-up done in ${seconds(Date.now() - start)}: ${what}.`);
    }
    return engine;
  } finally {
    release();
  }
}

/** Waits while another set-up of this checkout runs; a lock whose owner is gone is taken over. */
async function takeLock() {
  for (let told = false; ;) {
    try {
      const file = openSync(lockFile, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      const release = () => rmSync(lockFile, { force: true });
      process.once('exit', release);
      return () => {
        process.off('exit', release);
        release();
      };
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    if (!ownerLives()) {
      rmSync(lockFile, { force: true });
      continue;
    }
    if (!told) say('Another set-up of this checkout is running; waiting for it …');
    told = true;
    await wait(300);
  }
}

function ownerLives() {
  try {
    const owner = Number(readFileSync(lockFile, 'utf8'));
    // An empty file is a lock in the moment of being written.
    if (owner > 0) process.kill(owner, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
