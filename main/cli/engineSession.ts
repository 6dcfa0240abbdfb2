import { EngineClient } from '../services/engineClient.ts';
import { fail } from '../services/failure.ts';
import type { Surroundings } from './surroundings.ts';

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
