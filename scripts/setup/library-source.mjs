import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { runCommand } from './run-command.mjs';
import { ZipFile } from './zip.mjs';

/**
 * Something that holds a TensorFlow library and its headers: a wheel, an unpacked libtensorflow archive, an installed
 * Python package.
 * @typedef {object} LibrarySource
 * @property {readonly string[]} names members, with forward slashes
 * @property {(name: string) => Promise<Buffer>} read
 * @property {(name: string, destination: string) => Promise<{ sha256: string, size: number }>} extract
 */

/** @param {string} path @returns {Promise<LibrarySource>} */
async function fromZip(path) {
  const zip = await ZipFile.open(path);
  return {
    names: [...zip.members.keys()],
    read: (name) => zip.read(name),
    extract: (name, destination) => zip.extract(name, destination),
  };
}

/** @param {string} folder @returns {Promise<LibrarySource>} */
async function fromFolder(folder) {
  /** @type {string[]} */
  const names = [];
  /** @param {string} at */
  const walk = async (at) => {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) names.push(relative(folder, path).split(sep).join('/'));
      // A libtensorflow archive names one library three times by links; the file itself is the one to take.
      else if (entry.isSymbolicLink() && !(await pointsToSibling(path))) {
        if ((await stat(path)).isFile()) names.push(relative(folder, path).split(sep).join('/'));
      }
    }
  };
  await walk(folder);
  return {
    names,
    read: (name) => readFile(join(folder, name)),
    async extract(name, destination) {
      await mkdir(dirname(destination), { recursive: true });
      const hash = createHash('sha256');
      let size = 0;
      const hashing = new Transform({
        transform(chunk, _encoding, done) {
          hash.update(chunk);
          size += chunk.length;
          done(null, chunk);
        },
      });
      await pipeline(createReadStream(join(folder, name)), hashing, createWriteStream(destination));
      return { sha256: hash.digest('hex'), size };
    },
  };
}

/** @param {string} path */
async function pointsToSibling(path) {
  const target = await readlink(path);
  return !target.includes('/') && !target.includes('\\');
}

/**
 * @param {string} path a wheel (.whl, .zip), a libtensorflow archive (.tar.gz, .tgz) or a folder with either's content
 * @param {string} scratch an existing folder where an archive may be unpacked
 * @returns {Promise<LibrarySource>}
 */
export async function openLibrarySource(path, scratch) {
  const about = await lstat(path).catch(() => undefined);
  if (about === undefined) throw new Error(`${path} does not exist`);
  if ((await stat(path)).isDirectory()) return fromFolder(path);
  if (/\.(whl|zip)$/i.test(path)) return fromZip(path);
  if (/\.(tar\.gz|tgz|tar)$/i.test(path)) {
    const unpacked = join(scratch, 'unpacked');
    await mkdir(unpacked, { recursive: true });
    const result = await runCommand('tar', ['-xf', path, '-C', unpacked]);
    if (!result.ok) throw new Error(`${path} could not be unpacked: ${result.reason}`);
    return fromFolder(unpacked);
  }
  throw new Error(`${path} is none of: a wheel (.whl), a libtensorflow archive (.tar.gz, .zip), a folder`);
}
