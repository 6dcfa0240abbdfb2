import { EngineClient } from '../services/engineClient.ts';
import { fail } from '../services/failure.ts';
import { ModelSources } from '../services/modelSources.ts';
import { reachEverything } from '../services/reach.ts';
import { Runs } from '../services/runs.ts';
import type { Surroundings } from './surroundings.ts';

/** Model files, for a terminal: what a person names on a command line is theirs to name. */
export function modelSources({ fileSystem, modelWork }: Pick<Surroundings, 'fileSystem' | 'modelWork'>): ModelSources {
  return new ModelSources(fileSystem, reachEverything(fileSystem), modelWork);
}

/** Runs of one command: they have a folder where one is named, and are kept nowhere else. */
export function runsOf(surroundings: Pick<Surroundings, 'fileSystem' | 'modelWork'>, engine: EngineClient): Runs {
  return new Runs(engine, surroundings.fileSystem, modelSources(surroundings), '');
}

/** Starts an engine for one command and ends it afterwards, whatever happens. */
export async function withEngine<Result>(
  { launcher }: Pick<Surroundings, 'launcher'>,
  use: (engine: EngineClient) => Promise<Result>,
): Promise<Result> {
  // A command asks once: an engine that dies is told, not started again.
  const engine = new EngineClient(launcher, { waits: [], span: 60_000, now: () => performance.now() });
  try {
    return await use(engine);
  } finally {
    engine.close();
  }
}

/**
 * Asks the engine once.
 * @throws ServiceError: what the engine answers; `interrupted` where the person asks the program to end
 */
export function askEngine<Result>(
  surroundings: Pick<Surroundings, 'launcher' | 'interrupted'>,
  ask: (engine: EngineClient) => Promise<Result>,
): Promise<Result> {
  const interrupted = surroundings.interrupted.then(() => {
    throw fail('interrupted');
  });
  return withEngine(surroundings, (engine) => Promise.race([ask(engine), interrupted]));
}
