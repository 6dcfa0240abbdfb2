import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf, ServiceError } from './failure.ts';
import { doModelTask } from './modelWork.ts';
import type { ModelAnswer, ModelTask } from './modelWork.ts';

/** One task of model files, done in a thread of its own: it comes as the thread's data and is answered once. */
async function answer(): Promise<ModelAnswer> {
  try {
    return { result: await doModelTask(workerData as ModelTask) };
  } catch (error) {
    if (error instanceof ServiceError) return { failure: error.failure };
    return { broke: error instanceof Error ? (error.stack ?? error.message) : reasonOf(error) };
  }
}

parentPort?.postMessage(await answer());
