import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';

/** @typedef {import('./library-source.mjs').LibrarySource} LibrarySource */

/**
 * @typedef {object} LaidOutFile
 * @property {string} path relative to the folder laid out, with forward slashes
 * @property {number} size in bytes
 * @property {string} sha256
 */

const libraryName = /^libtensorflow(_cc|_framework)?(\.so(\.\d+)*|(\.\d+)*\.dylib)$/;
/** Beside the libraries, so that they go wherever these go. */
export const licencesFolder = 'deps/lib/licences';
const libraryLicence =
  /^(\.\/)?(tensorflow\/(include\/)?)?(LICENSE|THIRD_PARTY_NOTICES\.txt|THIRD_PARTY_TF_C_LICENSES)$/;
const companionLicence = /^[^/]+\.dist-info\/(licenses\/)?licen[cs]e[^/]*$/i;
const cudaLibrary = /^nvidia\/.*\.(so(\.\d+)*|bc)$|^nvidia\/.*\/bin\//;

/**
 * @param {readonly string[]} names
 * @returns {{ libraries: string[], licences: string[], includeRoot: string | undefined }} which members are the library
 *   and its licences, and where its headers lie
 */
export function findLibrary(names) {
  const header = names.find((name) => /(^|\/)include\/tensorflow\/c\/c_api\.h$/.test(name));
  return {
    libraries: names.filter((name) => libraryName.test(posix.basename(name))),
    licences: names.filter((name) => libraryLicence.test(name)),
    includeRoot: header?.slice(0, -'tensorflow/c/c_api.h'.length),
  };
}

/**
 * The headers that C++ sources need, found by following their includes through the ones that exist.
 * @param {readonly string[]} sources text of the sources
 * @param {ReadonlySet<string>} available header paths as an include would name them
 * @param {(header: string) => Promise<string>} read
 * @returns {Promise<string[]>} sorted
 */
export async function headersNeeded(sources, available, read) {
  /** @type {Set<string>} */
  const needed = new Set();
  const queue = sources.map((text) => ({ text, folder: '' }));
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
    for (const [, name = ''] of item.text.matchAll(/^\s*#\s*include\s*["<]([^">]+)[">]/gm)) {
      const header = [name, posix.join(item.folder, name)].find((candidate) => available.has(candidate));
      if (header === undefined || needed.has(header)) continue;
      needed.add(header);
      queue.push({ text: await read(header), folder: posix.dirname(header) });
    }
  }
  return [...needed].sort();
}

/**
 * Lays the library out as tfjs-node expects it: deps/lib, deps/include, and CUDA's libraries in deps/nvidia, where the
 * wheel's own run path looks for them. Their licences go along: whoever passes the libraries on has to pass these on.
 * @param {LibrarySource} source
 * @param {string} folder destination, without content
 * @param {string} bindingSources folder of tfjs-node's C++ files
 * @param {readonly LibrarySource[]} [companions] the nvidia-* wheels
 * @returns {Promise<LaidOutFile[]>}
 */
export async function layOut(source, folder, bindingSources, companions = []) {
  const { libraries, licences, includeRoot } = findLibrary(source.names);
  if (!libraries.some((name) => !basename(name).includes('_framework'))) {
    throw new Error('it holds no TensorFlow library: expected libtensorflow.so, libtensorflow_cc.so.2 or the like');
  }
  if (includeRoot === undefined) throw new Error('it holds no headers: expected include/tensorflow/c/c_api.h');
  /** @type {LaidOutFile[]} */
  const files = [];
  /** @param {LibrarySource} from @param {string} name @param {string} path */
  const extract = async (from, name, path) => {
    files.push({ path, ...(await from.extract(name, join(folder, path))) });
  };
  for (const name of libraries) {
    await extract(source, name, `deps/lib/${basename(name)}`);
    // What is linked against libX.so.2.9.1 asks for the library by its short name when it runs.
    const short = basename(name).replace(/^(.*\.so\.\d+)(\.\d+)+$|^(.*?\.\d+)(\.\d+)+(\.dylib)$/, '$1$3$5');
    if (short !== basename(name)) await symlink(basename(name), join(folder, 'deps', 'lib', short));
  }
  for (const name of licences) await extract(source, name, `${licencesFolder}/${basename(name)}`);
  const sources = (await readdir(bindingSources)).filter((name) => /\.(cc|h)$/.test(name));
  const texts = await Promise.all(sources.map((name) => readFile(join(bindingSources, name), 'utf8')));
  const available = new Set(
    source.names.filter((name) => name.startsWith(includeRoot)).map((name) => name.slice(includeRoot.length)),
  );
  const headers = await headersNeeded(texts, available, async (header) =>
    (await source.read(includeRoot + header)).toString('utf8'),
  );
  for (const header of headers) await extract(source, includeRoot + header, `deps/include/${header}`);
  for (const companion of companions) {
    for (const name of companion.names.filter((member) => cudaLibrary.test(member))) {
      await extract(companion, name, `deps/${name}`);
      // The library looks beside itself too; which of the two a release's run path names differs between releases.
      if (name.includes('.so')) await symlink(`../${name}`, join(folder, 'deps', 'lib', basename(name)));
    }
    for (const name of companion.names.filter((member) => companionLicence.test(member))) {
      await extract(companion, name, `${licencesFolder}/${name.replaceAll('/', '-')}`);
    }
  }
  return files;
}

/**
 * @param {string} path
 * @param {unknown} value
 */
export async function writeJson(path, value) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
