import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';

/** @type {ReadonlyArray<readonly [string, ...string[]]>} */
const clients = [['pip'], ['pip3'], ['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['py', '-m', 'pip']];

/** @type {Promise<readonly [string, ...string[]] | undefined> | undefined} */
let known;

/** The first pip that answers; it runs as it is configured here, so mirrors and proxies hold. */
function findPip() {
  known ??= (async () => {
    for (const client of clients) {
      const [command, ...rest] = client;
      if ((await runCommand(command, [...rest, '--version'], { timeout: 30_000 })).ok) return client;
    }
    return undefined;
  })();
  return known;
}

/**
 * Downloads one wheel for the platform, whatever Python pip itself runs on. No Python of TensorFlow's is run: the wheel
 * is only a zip.
 * @param {string} requirement
 * @param {string} platform pip's name
 * @param {string} folder where finished downloads are kept
 * @returns {Promise<{ ok: true, path: string } | { ok: false, reason: string }>}
 */
export async function downloadWheel(requirement, platform, folder) {
  const client = await findPip();
  if (client === undefined) {
    return { ok: false, reason: `pip is not installed (tried ${clients.map((words) => words.join(' ')).join(', ')})` };
  }
  await mkdir(folder, { recursive: true });
  const partial = await mkdtemp(join(folder, 'partial-'));
  try {
    const [command, ...rest] = client;
    const options = ['--no-deps', '--retries', '0', '--only-binary=:all:', '--implementation', 'cp', '--no-cache-dir'];
    const target = ['--python-version', '3.11', '--platform', platform, '-d', partial];
    const result = await runCommand(command, [...rest, 'download', ...options, ...target, requirement], {
      timeout: 3_600_000,
      echo: process.stderr.isTTY,
    });
    if (!result.ok) return { ok: false, reason: result.reason };
    const name = (await readdir(partial)).find((file) => file.endsWith('.whl'));
    if (name === undefined) return { ok: false, reason: `pip brought no wheel for ${requirement}` };
    await rename(join(partial, name), join(folder, name));
    return { ok: true, path: join(folder, name) };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
