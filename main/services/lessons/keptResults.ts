import { join } from 'node:path';
import { z } from 'zod';
import type { Lesson, StepOf } from '#shared/lessons/lesson';
import type { LessonResult } from '#shared/protocol/lessons';
import { lessonResultSchema } from '#shared/protocol/lessons';
import { sha256 } from '../digest.ts';
import { decodeText, readWhole, replaceFile } from '../fileSystem.ts';
import type { FileSystem } from '../fileSystem.ts';

const fileSchema = z
  .object({ format: z.literal('gradloom-lesson-result'), version: z.literal(1), result: lessonResultSchema })
  .strict();

/** Bytes of one result: some thousand numbers. */
const sizeLimit = 8 * 1024 * 1024;
/** So many results are kept, the newest; a step that is edited leaves its former result behind. */
const countLimit = 300;

/** What a result belongs to: the seeds and experiments it came from. Titles and texts may be mended meanwhile. */
function nameOf({ seeds, experiments }: StepOf<'run'>): string {
  return `${sha256(JSON.stringify({ seeds, experiments }))}.json`;
}

/**
 * The results of lessons' steps between visits, one small file each. Losing one costs a run and nothing else, so no
 * trouble with them ever stops a lesson.
 */
export class KeptResults {
  readonly #fileSystem: FileSystem;
  readonly #folder: string;

  constructor(fileSystem: FileSystem, folder: string) {
    this.#fileSystem = fileSystem;
    this.#folder = folder;
  }

  /** Keeps what a step gave, in the place of what it gave before. */
  async keep(step: StepOf<'run'>, result: LessonResult): Promise<void> {
    const content: z.infer<typeof fileSchema> = { format: 'gradloom-lesson-result', version: 1, result };
    try {
      await this.#fileSystem.mkdir(this.#folder, { recursive: true });
      await replaceFile(this.#fileSystem, join(this.#folder, nameOf(step)), `${JSON.stringify(content)}\n`);
      await this.#dropOldest();
    } catch {
      // A result that cannot be kept is still shown.
    }
  }

  /** What is kept of a lesson, by run step. What cannot be read counts as not there. */
  async found({ steps }: Lesson): Promise<Record<string, LessonResult>> {
    const results: Record<string, LessonResult> = {};
    for (const step of steps) {
      if (step.kind !== 'run') continue;
      const result = await this.#read(join(this.#folder, nameOf(step)));
      if (result !== null) results[step.id] = result;
    }
    return results;
  }

  async #read(path: string): Promise<LessonResult | null> {
    try {
      const { bytes } = await readWhole(this.#fileSystem, path, sizeLimit);
      return fileSchema.parse(JSON.parse(decodeText(bytes, path))).result;
    } catch {
      return null;
    }
  }

  async #dropOldest(): Promise<void> {
    const names = (await this.#fileSystem.readdir(this.#folder)).filter((name) => name.endsWith('.json'));
    if (names.length <= countLimit) return;
    const paths = names.map((name) => join(this.#folder, name));
    const dated = await Promise.all(
      paths.map(async (path) => ({ path, modified: (await this.#fileSystem.stat(path)).mtimeMs })),
    );
    dated.sort((one, other) => other.modified - one.modified);
    for (const { path } of dated.slice(countLimit)) await this.#fileSystem.rm(path, { force: true });
  }
}
