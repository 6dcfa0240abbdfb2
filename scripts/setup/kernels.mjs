import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compileKernels, kernelCompilerArguments } from './compile-binding.mjs';
import { bindingPackage, kernelsModule } from './paths.mjs';
import { runCommand } from './run-command.mjs';
import { say, seconds } from './say.mjs';

/**
 * @typedef {object} KernelsRecord
 * @property {string} source hash of what the module is made of
 * @property {string} reason why there is none; empty where there is one
 */

/** Of the source and the way it is compiled. */
const source = createHash('sha256')
  .update(readFileSync(join(import.meta.dirname, 'kernels.cc')))
  .update(
    kernelCompilerArguments({
      platform: process.platform,
      folder: '',
      libraries: [],
      nodeHeaders: '',
      output: '',
    }).join(' '),
  )
  .digest('hex')
  .slice(0, 12);

/**
 * Whether the kernels of the last set-up are those of this checkout, or could not be made of the same source.
 * @param {KernelsRecord | undefined} record
 * @param {string} module where the engine looks for them
 */
export function kernelsStand(record, module = kernelsModule) {
  return record?.source === source && (record.reason !== '' || existsSync(module));
}

/**
 * Makes the module of our own kernels, which measure what TensorFlow's operations need several passes for, or says why
 * there is none: everything runs without it, and more slowly. What was compiled is kept beside the library.
 * @param {string | null} library the folder of the library that the binding loads
 * @param {boolean} gpu
 * @param {string} module where the engine looks for them
 * @returns {Promise<KernelsRecord>}
 */
export async function provideKernels(library, gpu, module = kernelsModule) {
  await rm(module, { force: true });
  if (library === null) return { source, reason: 'there is no native TensorFlow' };
  if (gpu) return { source, reason: 'they compute on a CPU' };
  // Apart from the binding: several checkouts, each with a source of its own, may share the library.
  const kept = join(library, 'kernels', `gradloom_kernels-${source}.node`);
  if (!existsSync(kept)) {
    say('Compiling the kernels that measure gradients (some ten seconds) …');
    const start = Date.now();
    const made = `${kept}.${process.pid}`;
    await mkdir(dirname(kept), { recursive: true });
    const compiled = await compileKernels(library, made);
    if (!compiled.ok) {
      say(`No kernels of our own: ${compiled.reason}; measuring costs more without them.`);
      return { source, reason: compiled.reason };
    }
    await rename(made, kept);
    say(`Compiled in ${seconds(Date.now() - start)}.`);
  }
  const proof = await runCommand(process.execPath, [join(import.meta.dirname, 'probe.cjs'), bindingPackage, kept], {
    timeout: 180_000,
    environment: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  if (!proof.ok) return { source, reason: `they do not run: ${proof.reason}` };
  await mkdir(dirname(module), { recursive: true });
  await copyFile(kept, module);
  return { source, reason: '' };
}
