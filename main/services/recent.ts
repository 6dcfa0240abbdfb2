import { dirname } from 'node:path';
import { z } from 'zod';
import { decodeText, readWhole, replaceFile } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';

const schema = z.object({ paths: z.array(z.string()) });
const limit = 12;

/**
 * The documents opened or saved last, newest first, kept in one small file. Losing it costs a list and nothing else, so
 * no trouble with it ever stops a person's work.
 */
export class Recent {
  readonly #fileSystem: FileSystem;
  readonly #file: string;
  #last: Promise<void> = Promise.resolve();

  constructor(fileSystem: FileSystem, file: string) {
    this.#fileSystem = fileSystem;
    this.#file = file;
  }

  /** The paths that still lead to a file. */
  async list(): Promise<string[]> {
    await this.#last;
    const paths = await this.#read();
    const there = await Promise.all(
      paths.map((path) =>
        this.#fileSystem.stat(path).then(
          (facts) => facts.isFile(),
          () => false,
        ),
      ),
    );
    return paths.filter((_, index) => there[index]);
  }

  /** Puts a path first. */
  add(path: string): Promise<void> {
    this.#last = this.#last.then(async () => {
      const paths = [path, ...(await this.#read()).filter((other) => other !== path)].slice(0, limit);
      try {
        await this.#fileSystem.mkdir(dirname(this.#file), { recursive: true });
        await replaceFile(this.#fileSystem, this.#file, `${JSON.stringify({ paths }, null, 2)}\n`);
      } catch {
        // A list that cannot be kept is no reason to disturb anyone.
      }
    });
    return this.#last;
  }

  /** Settles when nothing is being written any more. */
  async settled(): Promise<void> {
    await this.#last;
  }

  async #read(): Promise<string[]> {
    try {
      const { bytes } = await readWhole(this.#fileSystem, this.#file, 1024 * 1024);
      return schema.parse(JSON.parse(decodeText(bytes, this.#file))).paths;
    } catch {
      return [];
    }
  }
}
