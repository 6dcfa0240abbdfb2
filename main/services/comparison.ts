import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { GradloomDocument } from '#shared/graph/document';
import { documentDifferences } from '#shared/graph/differences';
import type { Difference } from '#shared/graph/differences';
import { inLockStep } from '#shared/graph/lockStep';
import type { Adjustment } from '#shared/graph/lockStep';
import type { NamedArrays } from '#shared/protocol/engine';
import { fail, ServiceError } from './failure.ts';
import { fileFailure, replaceFile } from './fileSystem.ts';
import type { FileSystem } from './fileSystem.ts';
import type { RunEvent, RunOutcome, Runs } from './runs.ts';

/** How few and how many documents are compared. */
export const comparedDocuments = { minimum: 2, maximum: 4 } as const;

/** The file of a comparison's folder beside those of its runs. */
export const comparisonFile = 'comparison.json';

/** How a comparison starts. */
export interface StartComparison {
  readonly plan: ComparisonPlan;
  /** Start from these instead of from the seed, by the position of the document. */
  readonly weights: readonly (NamedArrays | null)[];
  readonly paused: boolean;
  readonly folder: 'new' | { readonly path: string } | null;
}

/** What a comparison tells; `member` is the position of the document. */
export interface ComparisonListener {
  event(member: number, event: RunEvent): void;
  frame(member: number, run: string, sequence: number, bytes: Uint8Array): void;
}

/** What is compared, before anything runs. */
export interface ComparisonPlan {
  /** As they run: with the first one's data, batch, epochs and seed. */
  readonly documents: readonly GradloomDocument[];
  readonly adjustments: readonly Adjustment[];
  /** Of each document to the first, as they run; none for the first. */
  readonly differences: readonly (readonly Difference[])[];
}

/** Lays out a comparison. @throws ServiceError where there are too few or too many documents */
export function planComparison(documents: readonly GradloomDocument[]): ComparisonPlan {
  const { minimum, maximum } = comparedDocuments;
  const [first] = documents;
  if (first === undefined || documents.length < minimum || documents.length > maximum) {
    throw fail('compare.count', { minimum, maximum, received: documents.length });
  }
  const aligned = inLockStep(documents);
  const [reference = first] = aligned.documents;
  return {
    ...aligned,
    differences: aligned.documents.map((document, index) =>
      index === 0 ? [] : documentDifferences(reference, document),
    ),
  };
}

/** Two to four runs that take every step together. */
export class Comparison {
  readonly #runs: Runs;
  /** Names of the runs, in the order of the documents. */
  readonly members: readonly string[];

  private constructor(runs: Runs, members: readonly string[]) {
    this.#runs = runs;
    this.members = members;
  }

  /**
   * Starts one run for each document; the first step is taken when all are ready. Below a `path` the runs lie in folders
   * 1, 2, … beside a file that names them; with 'new' each has a folder of its own below the runs' folder.
   * @throws ServiceError: what is wrong with a document, a folder, or what the engine says; no run is left behind then
   */
  static async start(
    runs: Runs,
    fileSystem: FileSystem,
    listener: ComparisonListener,
    { plan, weights, paused, folder }: StartComparison,
  ): Promise<Comparison> {
    const name = `comparison-${randomBytes(6).toString('hex')}`;
    if (folder !== null && folder !== 'new') await writePlan(fileSystem, folder.path, plan);
    const members: string[] = [];
    try {
      for (const [member, document] of plan.documents.entries()) {
        const run = await runs.start(
          {
            event: (event) => listener.event(member, event),
            frame: (run, sequence, bytes) => listener.frame(member, run, sequence, bytes),
          },
          {
            document,
            paused,
            weights: weights[member] ?? null,
            folder: folder === null || folder === 'new' ? folder : { path: join(folder.path, String(member + 1)) },
            lockStep: { name, members: plan.documents.length, last: member === plan.documents.length - 1 },
          },
        );
        members.push(run);
      }
    } catch (error) {
      await Promise.all(members.map((run) => runs.finish(run)));
      throw error;
    }
    return new Comparison(runs, members);
  }

  /** Takes effect for all members before the same step. */
  async control(action: 'pause' | 'resume' | 'step' | 'stop'): Promise<void> {
    const live = this.members.find((run) => !this.#runs.isOver(run));
    if (live === undefined) throw fail('run.ended', { run: this.members.join(', ') });
    await this.#runs.control(live, action);
  }

  /** Settles when all members are over, with how each ended. */
  ended(): Promise<readonly RunOutcome[]> {
    return Promise.all(this.members.map((run) => this.#runs.ended(run)));
  }

  /** Stops what is still under way and forgets the members. */
  async finish(): Promise<void> {
    await Promise.all(this.members.map((run) => this.#runs.finish(run)));
  }
}

async function writePlan(
  fileSystem: FileSystem,
  path: string,
  { documents, adjustments, differences }: ComparisonPlan,
): Promise<void> {
  const file = join(path, comparisonFile);
  try {
    await fileSystem.mkdir(path, { recursive: true });
    if ((await fileSystem.readdir(path)).length > 0) throw fail('run.folderTaken', { path });
    const content = {
      members: documents.map(({ name }, index) => ({ name, folder: String(index + 1) })),
      adjustments,
      differences,
    };
    await replaceFile(fileSystem, file, `${JSON.stringify(content, null, 2)}\n`);
  } catch (error) {
    throw error instanceof ServiceError ? error : fileFailure(error, file, 'write');
  }
}
