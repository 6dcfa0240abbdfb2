import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { crashCauses, crashNameSchema } from '#shared/protocol/crashes';
import type { CrashCause, CrashReport } from '#shared/protocol/crashes';
import { fileFailure } from './fileSystem.ts';
import { isProcessRunning } from './keptWork.ts';
import { version } from './version.ts';

/** So many reports are kept; the oldest go. */
const limit = 20;

const sessionSchema = z.object({
  process: z.number().int(),
  host: z.string(),
  started: z.string(),
  version: z.string(),
});

/** What tests put in the place of the machine's own. */
export interface CrashSurroundings {
  readonly now?: () => Date;
  readonly process?: number;
  readonly isRunning?: (process: number) => boolean;
}

/**
 * Reports of what ended against anyone's will, as text files in a folder of the person's own. They hold the error, versions
 * and the system, no document and no data, and are sent nowhere. Written at once and not in turn, because what writes them
 * may be about to end; nothing of this ever throws into a program that has trouble already.
 */
export class CrashReports {
  readonly folder: string;
  readonly #session: string;
  readonly #surroundings: Required<CrashSurroundings>;

  constructor(folder: string, surroundings: CrashSurroundings = {}) {
    this.folder = folder;
    this.#surroundings = { now: () => new Date(), process: process.pid, isRunning: isProcessRunning, ...surroundings };
    this.#session = join(folder, `running-${randomBytes(8).toString('hex')}.json`);
  }

  /**
   * The program begins: leaves a mark that `end` takes away. A mark whose process is no more becomes a report, for whatever
   * could not write one itself: a signal, a fault in a library, the power.
   */
  begin(): void {
    this.#quietly(() => {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      for (const name of readdirSync(this.folder)) if (/^running-[0-9a-f]+\.json$/.test(name)) this.#judge(name);
      const { now, process: id } = this.#surroundings;
      const session = { process: id, host: hostname(), started: now().toISOString(), version };
      writeFileSync(this.#session, JSON.stringify(session));
    });
  }

  /** The program ends as it should. */
  end(): void {
    this.#quietly(() => rmSync(this.#session, { force: true }));
  }

  /** Writes a report of something that has just ended. */
  write(cause: CrashCause, details: string): void {
    this.#quietly(() => {
      const { now } = this.#surroundings;
      const time = now().toISOString();
      const lines = [
        `Gradloom ${version}`,
        `what ended: ${cause}`,
        `when: ${time}`,
        `system: ${process.platform} ${process.arch}, Node.js ${process.versions.node}`,
        '',
        details.slice(0, 64 * 1024),
        '',
      ];
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      const name = `crash-${time.replaceAll(':', '-')}-${cause}-${randomBytes(4).toString('hex')}.txt`;
      writeFileSync(join(this.folder, name), lines.join('\n'), { mode: 0o600 });
      for (const old of this.#names().slice(limit)) rmSync(join(this.folder, old), { force: true });
    });
  }

  /** Newest first. */
  list(): CrashReport[] {
    return this.#names().flatMap((name) => {
      const [, date, hours, minutes, seconds, cause] =
        /^crash-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3})Z-([a-z]+)-/.exec(name) ?? [];
      const known = crashCauses.find((one) => one === cause);
      const time = Date.parse(`${date ?? ''}T${hours ?? ''}:${minutes ?? ''}:${seconds ?? ''}Z`);
      return known === undefined || Number.isNaN(time) ? [] : [{ name, time, cause: known }];
    });
  }

  /** @throws ServiceError where there is no such report */
  read(name: string): string {
    const path = join(this.folder, crashNameSchema.parse(name));
    try {
      return readFileSync(path, 'utf8').slice(0, 128 * 1024);
    } catch (error) {
      throw fileFailure(error, path, 'read');
    }
  }

  /** @throws ServiceError where the folder cannot be written */
  remove(name: string): void {
    const path = join(this.folder, crashNameSchema.parse(name));
    try {
      rmSync(path, { force: true });
    } catch (error) {
      throw fileFailure(error, path, 'write');
    }
  }

  #judge(name: string): void {
    const path = join(this.folder, name);
    const session = sessionSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (session.success && session.data.host !== hostname()) return;
    if (session.success && this.#surroundings.isRunning(session.data.process)) return;
    rmSync(path, { force: true });
    if (!session.success) return;
    const { started, version: former } = session.data;
    this.write('silent', `Gradloom ${former}, begun at ${started}, ended without a word: killed, or with the machine.`);
  }

  #names(): string[] {
    try {
      return readdirSync(this.folder)
        .filter((name) => crashNameSchema.safeParse(name).success)
        .sort()
        .reverse();
    } catch {
      return [];
    }
  }

  #quietly(act: () => void): void {
    try {
      act();
    } catch {
      // A report that cannot be written must not be trouble of its own.
    }
  }
}
