import { hostname } from 'node:os';
import { z } from 'zod';
import { fail, systemCode } from '../failure.ts';
import { fileFailure } from '../fileSystem.ts';
import type { FileSystem } from '../fileSystem.ts';
import { isProcessRunning } from '../keptWork.ts';

/** Who holds a lock says so this often; after three times as long without a word it counts as gone. */
const beat = 10_000;

const ownerSchema = z.object({ process: z.number().int(), host: z.string() });

/** What tests put in the place of the machine's own. */
export interface LockSurroundings {
  readonly process?: number;
  readonly now?: () => number;
}

/**
 * Takes a lock that is a file, so that two programs do not do the same work beside each other; one whose owner is gone is
 * taken over. What is done under it must be sound even so: two that take over at the same moment may both come through.
 * @returns gives the lock back
 * @throws ServiceError `provision.busy` where another program holds it, or what the disk says
 */
export async function takeLock(
  fileSystem: FileSystem,
  path: string,
  { process: own = process.pid, now = Date.now }: LockSurroundings = {},
): Promise<() => Promise<void>> {
  for (let left = 3; ; left -= 1) {
    try {
      const handle = await fileSystem.open(path, 'wx');
      await handle.writeFile(JSON.stringify({ process: own, host: hostname() })).finally(() => handle.close());
      break;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw fileFailure(error, path, 'write');
    }
    if (left === 0 || (await isHeld(fileSystem, path, now()))) throw fail('provision.busy');
    await fileSystem.rm(path, { force: true }).catch((error: unknown) => {
      throw fileFailure(error, path, 'write');
    });
  }
  const timer = setInterval(() => {
    const time = new Date();
    fileSystem.utimes(path, time, time).catch(() => undefined);
  }, beat);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await fileSystem.rm(path, { force: true }).catch(() => undefined);
  };
}

async function isHeld(fileSystem: FileSystem, path: string, now: number): Promise<boolean> {
  try {
    const { mtimeMs } = await fileSystem.stat(path);
    if (now - mtimeMs > 3 * beat) return false;
    const handle = await fileSystem.open(path, 'r');
    const text = await handle.readFile('utf8').finally(() => handle.close());
    // An empty file is a lock in the moment of being written.
    if (text === '') return true;
    const owner = ownerSchema.parse(JSON.parse(text));
    return owner.host !== hostname() || isProcessRunning(owner.process);
  } catch {
    // Given back in this moment, or not written by us.
    return false;
  }
}
