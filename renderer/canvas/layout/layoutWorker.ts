import Elk from 'elkjs/lib/elk-api';
import workerAddress from 'elkjs/lib/elk-worker.min.js?url';
import type { RunLayout } from './elkGraph.ts';

/** What lays graphs out until it is ended. */
export interface LayoutWorker {
  readonly run: RunLayout;
  end(): void;
}

/** A layout in a worker of its own, which can be ended at any moment. */
export function startLayoutWorker(): LayoutWorker {
  const elk = new Elk({ workerFactory: () => new Worker(workerAddress) });
  return { run: (graph) => elk.layout(graph), end: () => elk.terminateWorker() };
}
