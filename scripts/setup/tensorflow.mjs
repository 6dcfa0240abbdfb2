import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { compileBinding } from './compile-binding.mjs';
import { kernelsStand, provideKernels } from './kernels.mjs';
import { layOut, writeJson } from './lay-out.mjs';
import { openLibrarySource } from './library-source.mjs';
import { bindingPackage, cacheFolder, engineRecord } from './paths.mjs';
import { downloadWheel } from './pip.mjs';
import { runCommand } from './run-command.mjs';
import { megabytes, say, seconds } from './say.mjs';
import { cudaRequirements, waysToTensorFlow, wheelPlatform, wheelRequirement } from './ways.mjs';

export const tensorflowVersion = '2.21.0';
/** Of tfjs-node, and how often what is compiled with it has changed. */
export const bindingVersion = '4.22.0-1';
const day = 86_400_000;

/**
 * @typedef {import('./ways.mjs').Way} Way
 * @typedef {import('./ways.mjs').Variant} Variant
 * @typedef {{ way: string, ok: boolean, reason?: string }} Attempt
 * @typedef {object} EngineRecord
 * @property {Way['kind'] | 'javascript'} way
 * @property {string | null} version of the TensorFlow library
 * @property {Variant | null} variant what the library was built for
 * @property {boolean} gpu whether it computes on a GPU
 * @property {string | null} library folder of the library
 * @property {import('./kernels.mjs').KernelsRecord} [kernels] earlier set-ups made none
 * @property {string} [binding] which binding between Node.js and the library was made; earlier set-ups do not say
 * @property {Attempt[]} attempts
 * @property {string | null} named the file the person named
 * @property {string} when ISO 8601
 */

/** @returns {EngineRecord | undefined} what the last set-up of this checkout found */
export function readEngineRecord() {
  if (!existsSync(engineRecord)) return undefined;
  return JSON.parse(readFileSync(engineRecord, 'utf8'));
}

/**
 * Whether the last result still stands: the library is where it was, nothing else was named, the binding has not changed
 * since, and a fallback is younger than a day.
 * @param {EngineRecord | undefined} record
 * @param {{ named: string | undefined, now: number, libraryExists: (folder: string) => boolean }} question
 */
export function stillStands(record, { named, now, libraryExists }) {
  if (record === undefined) return false;
  if (named !== undefined && record.named !== named) return false;
  if (record.binding !== bindingVersion) return false;
  if (record.way === 'javascript' || record.library === null) return now - Date.parse(record.when) < day;
  return libraryExists(record.library);
}

/** @param {string} folder */
const libraryExists = (folder) =>
  existsSync(join(folder, 'deps', 'lib')) && existsSync(join(bindingPackage, 'lib', 'napi-v8', 'tfjs_binding.node'));

/**
 * Provides native TensorFlow, or records why there is none.
 * @param {{ named?: string | undefined, again?: boolean }} [options] named: a wheel, archive or folder to take it from;
 *   again: try every way even if an earlier result stands
 * @returns {Promise<EngineRecord>}
 */
export async function provideTensorFlow({ named, again = false } = {}) {
  const chosen = named === undefined ? undefined : resolve(named);
  const earlier = readEngineRecord();
  if (!again && earlier !== undefined && stillStands(earlier, { named: chosen, now: Date.now(), libraryExists })) {
    return kernelsStand(earlier.kernels) ? earlier : record(earlier);
  }
  const hasGpu = (await runCommand('nvidia-smi', ['-L'], { timeout: 20_000 })).ok;
  await removeRemains();
  const machine = { platform: process.platform, architecture: process.arch, hasGpu, named: chosen };
  /** @type {Attempt[]} */
  const attempts = [];
  for (const way of waysToTensorFlow(machine)) {
    try {
      const folder = await follow(way, chosen);
      const found = await probe();
      attempts.push({ way: way.label, ok: true });
      return await record({
        way: way.kind,
        version: found.version,
        variant: way.variant,
        gpu: found.gpu,
        library: folder,
        attempts,
        named: chosen ?? null,
        when: new Date().toISOString(),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      attempts.push({ way: way.label, ok: false, reason });
      if (way.kind !== 'cache') say(`TensorFlow: ${way.label} does not work here: ${reason}`);
    }
  }
  await detach();
  say(
    'No native TensorFlow: Gradloom computes in plain JavaScript, which is many times slower. `gradloom doctor` says why.',
  );
  say(
    'When that is mended: npm run setup. To name a wheel or a libtensorflow archive: npm run setup -- --tensorflow FILE',
  );
  return record({
    way: 'javascript',
    version: null,
    variant: null,
    gpu: false,
    library: null,
    attempts,
    named: chosen ?? null,
    when: new Date().toISOString(),
  });
}

/** @param {EngineRecord} result */
async function record(result) {
  const kernels = await provideKernels(result.library, result.gpu);
  const whole = { ...result, binding: bindingVersion, kernels };
  await writeJson(engineRecord, whole);
  return whole;
}

/**
 * @param {Way} way
 * @param {string | undefined} named
 * @returns {Promise<string>} the folder that holds deps/lib and lib/napi-v8, linked into the package
 * @throws when the way leads nowhere; the message is the reason
 */
async function follow(way, named) {
  switch (way.kind) {
    case 'named': {
      const path = /** @type {string} */ (named);
      const about = await stat(path).catch(() => undefined);
      if (about === undefined) throw new Error(`${path} does not exist`);
      const mark = createHash('sha256').update(`${path}\n${about.size}\n${about.mtimeMs}`).digest('hex').slice(0, 12);
      const kept = keptFolder(`named-${mark}`);
      if (!(await isIntact(kept))) await build(kept, path, way.variant);
      return attach(kept);
    }
    case 'cache': {
      const kept = keptFolder(way.variant);
      if (!existsSync(kept)) throw new Error(`nothing is kept in ${cacheFolder()}`);
      if (!(await isIntact(kept))) {
        await rm(kept, { recursive: true, force: true });
        throw new Error(`what was kept in ${kept} was damaged and has been removed`);
      }
      return attach(kept);
    }
    case 'wheel':
      return attach(await buildFromWheel(way.variant));
    case 'package':
      return installFromPackage(way.variant);
  }
}

/** @param {string} variant */
const keptFolder = (variant) =>
  join(
    cacheFolder(),
    `tensorflow-${variant.startsWith('named') ? '' : `${tensorflowVersion}-`}${process.platform}-${process.arch}-${variant}-binding-${bindingVersion}`,
  );

/** @param {Variant} variant */
async function buildFromWheel(variant) {
  const platform = /** @type {string} */ (wheelPlatform(process.platform, process.arch));
  const requirement = wheelRequirement(platform, variant, tensorflowVersion);
  const downloads = join(cacheFolder(), 'downloads');
  const distribution = requirement.split('==')[0]?.replaceAll('-', '_');
  const waiting = existsSync(downloads)
    ? (await readdir(downloads)).find(
        (name) => name.startsWith(`${distribution}-${tensorflowVersion}-`) && name.includes(platform),
      )
    : undefined;
  let path = waiting === undefined ? undefined : join(downloads, waiting);
  if (path === undefined) {
    say(`Downloading ${requirement} through pip (about ${variant === 'cpu' ? 275 : 600} MB) …`);
    const start = Date.now();
    const wheel = await downloadWheel(requirement, platform, downloads);
    if (!wheel.ok) throw new Error(wheel.reason);
    path = wheel.path;
    say(`Downloaded ${megabytes(statSync(path).size)} in ${seconds(Date.now() - start)}.`);
  }
  const folder = keptFolder(variant);
  await build(folder, path, variant);
  await rm(downloads, { recursive: true, force: true });
  return folder;
}

/**
 * Unpacks and compiles beside the destination, then renames, so that a broken attempt leaves nothing behind.
 * @param {string} folder
 * @param {string} path wheel, archive or folder
 * @param {Variant} variant
 */
async function build(folder, path, variant) {
  await mkdir(cacheFolder(), { recursive: true });
  const scratch = await mkdtemp(join(cacheFolder(), 'building-'));
  try {
    say('Unpacking the TensorFlow library (about 850 MB on disk, some ten seconds) …');
    const start = Date.now();
    const source = await openLibrarySource(path, scratch);
    const companions = variant === 'gpu' ? await cudaCompanions(source, scratch) : [];
    const made = join(scratch, 'made');
    const files = await layOut(source, made, join(bindingPackage, 'binding'), companions);
    say(`Unpacked ${megabytes(files.reduce((sum, file) => sum + file.size, 0))} in ${seconds(Date.now() - start)}.`);
    say('Compiling the binding between Node.js and TensorFlow (some fifteen seconds) …');
    const compileStart = Date.now();
    const compiled = await compileBinding(made);
    if (!compiled.ok) throw new Error(compiled.reason);
    say(`Compiled in ${seconds(Date.now() - compileStart)}.`);
    const binding = 'lib/napi-v8/tfjs_binding.node';
    const bytes = await readFile(join(made, binding));
    files.push({ path: binding, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    await writeJson(join(made, 'contents.json'), files);
    await rm(folder, { recursive: true, force: true });
    await rename(made, folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Takes away what set-ups that were killed have left in the cache; younger ones may still be at work. */
async function removeRemains() {
  for (const folder of [cacheFolder(), join(cacheFolder(), 'downloads')]) {
    if (!existsSync(folder)) continue;
    for (const name of await readdir(folder)) {
      if (!/^(building|partial)-/.test(name)) continue;
      const path = join(folder, name);
      if (Date.now() - (await stat(path)).mtimeMs > day / 4) await rm(path, { recursive: true, force: true });
    }
  }
}

/**
 * The nvidia-* wheels that a GPU build asks for.
 * @param {import('./library-source.mjs').LibrarySource} source
 * @param {string} scratch
 */
async function cudaCompanions(source, scratch) {
  const metadata = source.names.find((name) => /^tensorflow-[^/]*\.dist-info\/METADATA$/.test(name));
  // An unpacked archive brings no list; its CUDA is the machine's own.
  if (metadata === undefined) return [];
  const requirements = cudaRequirements((await source.read(metadata)).toString('utf8'));
  say(`Downloading CUDA's libraries for it through pip (${requirements.length} packages, about 2500 MB) …`);
  const companions = [];
  for (const requirement of requirements) {
    const platform = process.arch === 'arm64' ? 'manylinux2014_aarch64' : 'manylinux2014_x86_64';
    const wheel = await downloadWheel(requirement, platform, join(scratch, 'cuda'));
    if (!wheel.ok) throw new Error(`${requirement}: ${wheel.reason}`);
    companions.push(await openLibrarySource(wheel.path, scratch));
  }
  return companions;
}

/**
 * Whether every file laid out has the size and SHA-256 it had.
 * @param {string} folder
 */
async function isIntact(folder) {
  const contents = join(folder, 'contents.json');
  if (!existsSync(contents)) return false;
  /** @type {import('./lay-out.mjs').LaidOutFile[]} */
  const files = JSON.parse(await readFile(contents, 'utf8'));
  for (const { path, size, sha256 } of files) {
    const file = join(folder, path);
    const about = await stat(file).catch(() => undefined);
    if (about?.size !== size) return false;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
    if (hash.digest('hex') !== sha256) return false;
  }
  return true;
}

/** Takes away what links or holds a library in the package. */
async function detach() {
  for (const name of ['deps', 'lib']) await rm(join(bindingPackage, name), { recursive: true, force: true });
}

/**
 * Makes the package find a kept library: links on Linux and macOS; on Windows a junction, which needs no privilege.
 * @param {string} folder
 */
async function attach(folder) {
  await detach();
  for (const name of ['deps', 'lib']) {
    const link = join(bindingPackage, name);
    await symlink(join(folder, name), link, process.platform === 'win32' ? 'junction' : 'dir').catch(() =>
      cp(join(folder, name), link, { recursive: true }),
    );
  }
  return folder;
}

/**
 * The package's own install script: it asks its own host for a library (2.9.1) and a binding, and honours
 * TFJS_NODE_CDN_STORAGE and the proxy variables. What it brings stays inside node_modules.
 * @param {Variant} variant
 */
async function installFromPackage(variant) {
  await detach();
  say(`Trying the package's own download of TensorFlow 2.9.1 for ${variant} (about 400 MB) …`);
  const binaries = join(bindingPackage, '..', '..', '.bin');
  const separator = process.platform === 'win32' ? ';' : ':';
  const result = await runCommand(process.execPath, ['scripts/install.js', variant, 'download'], {
    cwd: bindingPackage,
    timeout: 1_200_000,
    environment: { ...process.env, PATH: `${binaries}${separator}${process.env.PATH ?? ''}` },
  });
  if (!result.ok) throw new Error(result.reason);
  if (!existsSync(join(bindingPackage, 'deps', 'lib'))) throw new Error('the script ended without a library');
  return bindingPackage;
}

/**
 * Proves in a process of its own that the package loads, multiplies and differentiates.
 * @returns {Promise<{ version: string, gpu: boolean }>}
 */
async function probe() {
  const script = join(import.meta.dirname, 'probe.cjs');
  const result = await runCommand(process.execPath, [script, bindingPackage], {
    timeout: 180_000,
    environment: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  if (!result.ok) throw new Error(`TensorFlow does not run: ${result.reason}`);
  const line = result.output.split('\n').findLast((text) => text.startsWith('{'));
  if (line === undefined) throw new Error('TensorFlow ran but did not say its version');
  return JSON.parse(line);
}
