import Elk from 'elkjs/lib/elk-api';
import workerAddress from 'elkjs/lib/elk-worker.min.js?url';
import type { RunLayout } from './elkGraph.ts';

/** A layout in a worker of its own, which can be ended at any moment. */
export function startLayoutWorker(): { readonly run: RunLayout; end(): void } {
  const elk = new Elk({ workerFactory: () => new Worker(workerAddress) });
  return { run: (graph) => elk.layout(graph), end: () => elk.terminateWorker() };
}
