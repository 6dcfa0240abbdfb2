import { createHash } from 'node:crypto';
import type { FileSystem } from './fileSystem.ts';

/** SHA-256 of a file's bytes or of a text as UTF-8, in hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * SHA-256 of a file, however large, in hexadecimal digits.
 * @param read hears how many bytes each chunk has brought; what it throws ends the reading
 */
export async function hashFile(fileSystem: FileSystem, path: string, read: (bytes: number) => void): Promise<string> {
  const handle = await fileSystem.open(path, 'r');
  const hash = createHash('sha256');
  try {
    for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 20, autoClose: false })) {
      hash.update(chunk as Buffer);
      read((chunk as Buffer).length);
    }
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}
