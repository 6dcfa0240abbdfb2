import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GradloomDocument } from '#shared/graph/document';
import { framesOf } from '#shared/protocol/steps';
import { frameStep } from '#shared/protocol/telemetry';
import { readCheckpoint } from '../../formats/checkpointFile.ts';
import type { EngineLauncher, EngineProcess } from '../engineClient.ts';
import { EngineClient } from '../engineClient.ts';
import { nodeFileSystem } from '../fileSystem.ts';
import { ModelSources } from '../modelSources.ts';
import { workHere } from '../modelWork.ts';
import { reachEverything } from '../reach.ts';
import { runFiles } from '../runFolders.ts';
import type { RunListener } from '../runs.ts';
import { Runs } from '../runs.ts';

/** What a run that was killed left behind, and what came of going on with it. */
export interface Killed {
  /** Steps on disk when it was killed; 0 before the first. */
  readonly stepsDone: number;
  /** The step of its last checkpoint; null where it had none yet. */
  readonly checkpoint: number | null;
  /** Bytes of the weights at the end, after it went on (or was started anew where it had no checkpoint). */
  readonly weights: Buffer;
  readonly states: readonly string[];
}

const models = new ModelSources(nodeFileSystem, reachEverything(nodeFileSystem), workHere);

const deaf: RunListener = { event: () => undefined, frame: () => undefined };

/** Trains a document to its end in a folder of runs; returns the bytes of the weights. */
export async function trainWhole(
  launcher: EngineLauncher,
  folder: string,
  document: GradloomDocument,
): Promise<{ readonly weights: Buffer; readonly milliseconds: number }> {
  const engine = new EngineClient(launcher);
  const runs = new Runs(engine, nodeFileSystem, models, folder);
  const run = await runs.start(deaf, { document, paused: false, weights: null, folder: 'new' });
  const began = performance.now();
  await runs.ended(run);
  const milliseconds = performance.now() - began;
  engine.close();
  return { weights: await readFile(join(folder, run, 'weights.npz')), milliseconds };
}

/**
 * Starts a run, kills its engine with SIGKILL `delay` milliseconds after the engine took it, and goes on with what is left
 * in another engine. Everything that is read on the way must be whole.
 */
export async function killAndGoOn(
  launcher: EngineLauncher,
  folder: string,
  document: GradloomDocument,
  delay: number,
): Promise<Killed> {
  let victim: EngineProcess | null = null;
  const killed = new EngineClient((listener) => (victim = launcher(listener)));
  const runs = new Runs(killed, nodeFileSystem, models, folder);
  const run = await runs.start(deaf, { document, paused: false, weights: null, folder: 'new' });
  await new Promise((resolve) => setTimeout(resolve, delay));
  (victim as EngineProcess | null)?.kill();
  await runs.ended(run);
  killed.close();

  const path = join(folder, run);
  const steps = framesOf(new Uint8Array(await readFile(join(path, runFiles.steps)).catch(() => Buffer.alloc(0))));
  const checkpoint = await readFile(join(path, runFiles.checkpoint)).then(
    (bytes) => readCheckpoint(new Uint8Array(bytes)).step,
    () => null,
  );
  const engine = new EngineClient(launcher);
  const next = new Runs(engine, nodeFileSystem, models, folder);
  const listed = (await next.kept.list()).find((summary) => summary.run === run);
  const again =
    checkpoint === null
      ? await next.start(deaf, { document, paused: false, weights: null, folder: 'new' })
      : await next.resume(deaf, run, false);
  const { state } = await next.ended(again);
  engine.close();
  const last = steps.at(-1);
  return {
    stepsDone: last === undefined ? 0 : frameStep(last) + 1,
    checkpoint,
    weights: await readFile(join(folder, again, 'weights.npz')),
    states: [listed?.state ?? 'missing', state],
  };
}
