import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../setup/paths.mjs';
import { runCommand } from '../setup/run-command.mjs';
import { say, seconds } from '../setup/say.mjs';
import { tensorflowVersion } from '../setup/tensorflow.mjs';

/** The frameworks that tests read exported files with; the second set only where pip has it without GPU libraries. */
const requirements = ['keras', `tensorflow-cpu==${tensorflowVersion}`, 'numpy'];
const torchRequirements = ['torch', 'safetensors'];
const interpreters = ['python3', 'python'];
const day = 86_400_000;
/** Milliseconds that pip may take for one set of packages. */
const limit = 300_000;

/** @typedef {{ python: string | undefined, reason: string }} Readers reason: why there is none */

/** @param {string} python @param {readonly string[]} modules */
async function hasModules(python, modules) {
  const check = `import importlib.util as u, sys; sys.exit(not all(u.find_spec(name) for name in ${JSON.stringify(modules)}))`;
  return (await runCommand(python, ['-c', check], { timeout: 60_000 })).ok;
}

/** @param {string} environment folder of a virtual environment */
const pythonOf = (environment) =>
  process.platform === 'win32' ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');

/**
 * A Python with the frameworks that exported files are made for: GRADLOOM_PYTHON, one on the path that has them, or a
 * virtual environment in the user's cache folder, made with pip as it is configured here. A failure is remembered for a
 * day, and only ever skips tests.
 * @returns {Promise<Readers>}
 */
export async function provideReaders() {
  if (process.env.GRADLOOM_PYTHON) return { python: process.env.GRADLOOM_PYTHON, reason: '' };
  for (const python of interpreters) {
    if (await hasModules(python, ['keras', 'tensorflow', 'numpy'])) return { python, reason: '' };
  }
  const folder = join(cacheFolder(), `readers-${tensorflowVersion}`);
  if (existsSync(pythonOf(folder))) return { python: pythonOf(folder), reason: '' };
  const record = join(cacheFolder(), 'readers.json');
  const earlier = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : undefined;
  if (earlier !== undefined && Date.now() - Date.parse(earlier.when) < day) {
    return { python: undefined, reason: `${earlier.reason} (tried ${earlier.when}; tried again after a day)` };
  }
  const reason = await makeEnvironment(folder);
  if (reason === '') return { python: pythonOf(folder), reason };
  mkdirSync(cacheFolder(), { recursive: true });
  writeFileSync(record, `${JSON.stringify({ when: new Date().toISOString(), reason })}\n`);
  return { python: undefined, reason };
}

/** @param {string} folder @returns {Promise<string>} why it could not be made; '' where it was */
async function makeEnvironment(folder) {
  say('Fetching Keras and TensorFlow for Python, which tests read exported files with (1.5 GB on disk, minutes) …');
  const start = Date.now();
  const partial = `${folder}.${process.pid}`;
  try {
    const made = await firstThatWorks(interpreters.map((python) => [python, '-m', 'venv', partial]));
    if (made !== '') return made;
    const pip = [pythonOf(partial), '-m', 'pip', 'install', '--retries', '0', '--quiet', '--disable-pip-version-check'];
    const installed = await firstThatWorks([[...pip, ...requirements]]);
    if (installed !== '') return installed;
    const [command = '', ...rest] = pip;
    const report = join(partial, 'torch.json');
    const plan = await runCommand(command, [...rest, '--dry-run', '--report', report, ...torchRequirements], {
      timeout: limit,
    });
    // PyTorch's usual wheel for Linux brings gigabytes of GPU libraries: its tests are skipped instead.
    if (plan.ok && !/"name": ?"(nvidia|cuda)/.test(readFileSync(report, 'utf8')))
      await firstThatWorks([[...pip, ...torchRequirements]]);
    // The interpreter finds its packages by its own place; only pip's scripts, which nobody calls, keep the old one.
    renameSync(partial, folder);
    say(`Fetched in ${seconds(Date.now() - start)}.`);
    return '';
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** @param {readonly (readonly string[])[]} commands @returns {Promise<string>} '' or the last reason */
async function firstThatWorks(commands) {
  let reason = '';
  for (const [command = '', ...rest] of commands) {
    const result = await runCommand(command, rest, { timeout: limit });
    if (result.ok) return '';
    reason = result.reason;
  }
  return reason;
}
