import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** What of a laid-out library is run: the libraries and the binding, not the headers. */
const carried = /^(deps\/(lib|nvidia)|lib\/napi-v\d+)\//;
const blockSize = 512;

/**
 * @typedef {{ path: string, size: number, sha256: string } | { path: string, link: string }} EngineMember
 * @typedef {object} EngineRelease
 * @property {string} platform
 * @property {string} architecture
 * @property {string} tensorflow
 * @property {string} file
 * @property {number} size
 * @property {string} sha256
 * @property {EngineMember[]} members
 */

/**
 * What a packaged app knows of its release: main/services/provision/release.ts reads it.
 * @typedef {{ address: string | null, engine: EngineRelease | null }} Release
 */

/**
 * Where the release will lie: GRADLOOM_RELEASE_URL, the one place that says so. Empty: there is no such place yet, so the
 * engine's file must be named, and the app looks for no updates.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {string | null}
 */
export function releaseAddress(environment) {
  const address = environment.GRADLOOM_RELEASE_URL ?? '';
  if (address === '') return null;
  const { protocol, hostname } = URL.canParse(address) ? new URL(address) : { protocol: '', hostname: '' };
  const isOwn = protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  if (protocol !== 'https:' && !isOwn) {
    throw new Error(`GRADLOOM_RELEASE_URL is "${address}"; expected an address that begins with https://`);
  }
  return address;
}

/**
 * The SHA-256 of each file that set-up laid out, by its path; null where it wrote none down, because the package's own
 * script brought the library.
 * @param {string} folder
 * @returns {Promise<Map<string, string> | null>}
 */
async function readContents(folder) {
  const text = await readFile(join(folder, 'contents.json'), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  /** @type {import('../setup/lay-out.mjs').LaidOutFile[]} */
  const files = JSON.parse(text);
  return new Map(files.map(({ path, sha256 }) => [path, sha256]));
}

/**
 * The files of a folder that belong to the engine, and the links in it that lead to one of them, sorted by path. What lies
 * there besides, an editor's copy or a core dump, is left out where set-up wrote down what it laid out.
 * @param {string} folder
 * @param {ReadonlyMap<string, string> | null} contents
 * @returns {Promise<({ path: string, size: number } | { path: string, link: string })[]>}
 */
async function findMembers(folder, contents) {
  const real = await realpath(folder);
  /** @param {string} path */
  const belongs = (path) => carried.test(path) && (contents === null || contents.has(path));
  /** @param {string} path */
  const named = (path) => relative(real, path).split(sep).join('/');
  /** @type {({ path: string, size: number } | { path: string, link: string })[]} */
  const members = [];
  /** @param {string} at */
  const walk = async (at) => {
    for (const name of await readdir(at)) {
      const path = join(at, name);
      const facts = await lstat(path);
      if (facts.isDirectory()) await walk(path);
      else if (facts.isFile() && belongs(named(path))) members.push({ path: named(path), size: facts.size });
      else if (facts.isSymbolicLink() && carried.test(named(path))) {
        const target = await realpath(path);
        if (!carried.test(named(target))) throw new Error(`${path} leads out of ${folder}, to ${target}`);
        if (!belongs(named(target))) continue;
        // Windows lets few people make links; there a file has as many copies as names.
        if (process.platform === 'win32') members.push({ path: named(path), size: (await stat(target)).size });
        else members.push({ path: named(path), link: named(target) });
      }
    }
  };
  await walk(real);
  const missing = [...(contents?.keys() ?? [])].find(
    (path) => carried.test(path) && !members.some((member) => member.path === path),
  );
  if (missing !== undefined)
    throw new Error(`${join(folder, missing)} is not there; \`npm run setup\` lays it out anew`);
  return members.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * A header of POSIX.1-1988 ustar, without owner and time, so that the same files give the same archive.
 * @param {string} path
 * @param {number} size
 * @param {string} link
 */
function header(path, size, link) {
  const block = Buffer.alloc(blockSize);
  const cut = Buffer.byteLength(path) <= 100 ? 0 : path.indexOf('/', path.length - 101) + 1;
  const [name, prefix] = [path.slice(cut), path.slice(0, Math.max(0, cut - 1))];
  if (Buffer.byteLength(name) > 100 || Buffer.byteLength(prefix) > 155 || Buffer.byteLength(link) > 100) {
    throw new Error(`${path} is too long a path for the archive`);
  }
  if (size >= 8 ** 11) throw new Error(`${path} has ${size} bytes; the archive takes fewer than ${8 ** 11}`);
  /** @param {number} value @param {number} digits */
  const octal = (value, digits) => value.toString(8).padStart(digits, '0');
  block.write(name, 0);
  block.write(octal(0o755, 7), 100);
  for (const at of [108, 116]) block.write(octal(0, 7), at);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(link === '' ? '0' : '2', 156);
  block.write(link, 157);
  block.write('ustar\u000000', 257, 'latin1');
  block.write(prefix, 345);
  block.write(
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
    148,
    'latin1',
  );
  return block;
}

/**
 * Packs a laid-out TensorFlow library with its binding into one archive, streaming, and tells what a packaged app must know
 * to take this archive and no other. The same files give the same archive, whatever their times, owners, modes and order on
 * the disk; gzip's bytes are those of the zlib that Node.js brings.
 * @param {object} engine
 * @param {string} engine.library folder with deps/lib and lib/napi-v8
 * @param {string} engine.into folder of the archive
 * @param {string} engine.tensorflow version of the library
 * @param {string} engine.variant what it was built for, and with which binding
 * @returns {Promise<EngineRelease>}
 */
export async function packEngine({ library, into, tensorflow, variant }) {
  const { platform, arch: architecture } = process;
  const file = `gradloom-engine-${tensorflow}-${platform}-${architecture}-${variant}.tar.gz`;
  const contents = await readContents(library);
  const found = await findMembers(library, contents);
  if (found.length === 0) throw new Error(`${library} holds no TensorFlow library`);
  /** @type {EngineMember[]} */
  const members = [];
  async function* blocks() {
    for (const member of found) {
      if ('link' in member) {
        yield header(member.path, 0, posix.relative(posix.dirname(member.path), member.link));
        members.push(member);
        continue;
      }
      yield header(member.path, member.size, '');
      const hash = createHash('sha256');
      let size = 0;
      for await (const chunk of createReadStream(join(library, member.path), { highWaterMark: 1 << 20 })) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
      if (size !== member.size) throw new Error(`${member.path} changed while it was packed`);
      yield Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
      const sha256 = hash.digest('hex');
      const expected = contents?.get(member.path) ?? sha256;
      if (sha256 !== expected) {
        throw new Error(
          `${member.path} has the SHA-256 ${sha256}; expected ${expected}, as it was laid out: \`npm run setup\` lays it out anew`,
        );
      }
      members.push({ path: member.path, size, sha256 });
    }
    yield Buffer.alloc(2 * blockSize);
  }
  const hash = createHash('sha256');
  let size = 0;
  const counting = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  await mkdir(into, { recursive: true });
  const beside = join(into, `${file}.${process.pid}.tmp`);
  try {
    await pipeline(Readable.from(blocks()), createGzip({ level: 9 }), counting, createWriteStream(beside));
    await rename(beside, join(into, file));
  } finally {
    await rm(beside, { force: true });
  }
  return { platform, architecture, tensorflow, file, size, sha256: hash.digest('hex'), members };
}
