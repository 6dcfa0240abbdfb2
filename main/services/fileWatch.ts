import type { FileState } from '#shared/protocol/keptWork';
import { sha256 } from './digest.ts';
import { documentLimit } from './documents.ts';
import { systemCode } from './failure.ts';
import { readWhole } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';

/** How a watched file stands. */
export interface FileStanding {
  readonly state: FileState;
  /** Modification time on the disk; null where it cannot be told. */
  readonly modified: number | null;
  /** Other windows that show the file. */
  readonly others: number;
}

/** Editors that save by renaming leave a moment without the file: it is missing when it is missed twice. */
const missesAllowed = 1;

/**
 * Looks after one window's file by asking for it again and again, which works on drives that tell no changes by
 * themselves. A new time with the old content is no change.
 */
export class FileWatch {
  readonly #fileSystem: FileSystem;
  readonly #tell: (standing: FileStanding) => void;
  readonly #interval: number;
  #real: string | null = null;
  #others: () => Promise<number> = () => Promise.resolve(0);
  #modified: number | null = null;
  #digest: string | null = null;
  #told: FileStanding | null = null;
  #misses = 0;
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param interval milliseconds between two looks */
  constructor(fileSystem: FileSystem, tell: (standing: FileStanding) => void, interval = 1000) {
    this.#fileSystem = fileSystem;
    this.#tell = tell;
    this.#interval = interval;
  }

  /** Watches a file from now on in the place of the former one; null: none. `modified`: its time as the window knows it. */
  async watch(real: string | null, modified: number | null, others: () => Promise<number>): Promise<void> {
    clearTimeout(this.#timer);
    this.#real = real;
    this.#others = others;
    this.#modified = modified;
    this.#digest = null;
    this.#told = null;
    this.#misses = 0;
    if (real === null) return;
    const found = await this.#read(real);
    if (found !== null && found.modified === modified && this.#real === real) this.#digest = found.digest;
    await this.look();
  }

  /** While the window itself writes, nothing is told; afterwards what it wrote is what it knows. */
  async during<Written extends { readonly real: string; readonly modified: number; readonly text: string }>(
    write: () => Promise<Written>,
  ): Promise<Written> {
    this.#isWriting = true;
    try {
      const written = await write();
      if (written.real === this.#real) {
        this.#modified = written.modified;
        this.#digest = sha256(written.text);
        this.#misses = 0;
        if (this.#told !== null) this.#told = { ...this.#told, state: 'same', modified: written.modified };
      }
      return written;
    } finally {
      this.#isWriting = false;
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#real = null;
  }

  /** Looks once, tells what is new, and sets the next look. */
  async look(): Promise<void> {
    clearTimeout(this.#timer);
    const real = this.#real;
    if (real === null) return;
    if (!this.#isWriting) {
      const others = await this.#others();
      const standing = await this.#standing(real);
      if (real !== this.#real) return;
      if (standing !== null && !this.#isWriting) this.#tellNews({ ...standing, others });
    }
    this.#timer = setTimeout(() => void this.look(), this.#interval).unref();
  }

  /** null: it cannot be said yet. */
  async #standing(real: string): Promise<Pick<FileStanding, 'state' | 'modified'> | null> {
    let modified: number;
    try {
      modified = (await this.#fileSystem.stat(real)).mtimeMs;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') return { state: 'unreachable', modified: null };
      return this.#misses++ < missesAllowed ? null : { state: 'missing', modified: null };
    }
    this.#misses = 0;
    if (modified === this.#modified) return { state: 'same', modified };
    if (this.#told?.state === 'changed' && this.#told.modified === modified) return { state: 'changed', modified };
    const found = await this.#read(real);
    if (found === null) return null;
    if (found.digest !== this.#digest) return { state: 'changed', modified: found.modified };
    this.#modified = found.modified;
    return { state: 'same', modified: found.modified };
  }

  async #read(real: string): Promise<{ readonly digest: string; readonly modified: number } | null> {
    try {
      const { bytes, modified } = await readWhole(this.#fileSystem, real, documentLimit);
      return { digest: sha256(bytes), modified };
    } catch {
      // Gone or being written: the next look tells.
      return null;
    }
  }

  #tellNews(standing: FileStanding): void {
    const told = this.#told;
    this.#told = standing;
    const isNews =
      told === null
        ? standing.state !== 'same' || standing.others > 0
        : told.state !== standing.state || told.modified !== standing.modified || told.others !== standing.others;
    if (isNews) this.#tell(standing);
  }
}
