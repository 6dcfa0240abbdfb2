import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binding } from '../backend/binding.ts';
import { MessageWriter } from '../../formats/protobuf/write.ts';
import type { GraphDefinition } from '../../formats/tensorflow/graphDefinition.ts';

/** Values that a run of the graph is given under a name. */
export interface Feed {
  readonly name: string;
  readonly values: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
  /** TensorFlow's number of the element type. */
  readonly type: number;
}

/** A tensor of the device, by its number in the binding, that a run of the graph is given under a name. */
export interface TensorFeed {
  readonly name: string;
  readonly tensor: number;
}

/**
 * Which of TensorFlow's graph optimisers run over what is fetched first. On a CPU they find little in a recorded step, and
 * need longer for it than the step takes; what they do find is that a convolution or product, its bias and its activation
 * are one kernel. `fuse` looks for that only, `none` for nothing, `all` is TensorFlow's own choice, which on a GPU lays out
 * memory as its kernels want it.
 */
export type GraphOptimisers = 'none' | 'fuse' | 'all';

/** The file beside a graph in which a session's configuration is looked for; see scripts/setup/session-config.cc. */
const configurationFile = 'session_config.pb';

/** ConfigProto: graph_options 10; GraphOptions: rewrite_options 10; RewriterConfig: optimizers 100, iterations 12, off 19. */
function configuration(optimisers: GraphOptimisers): Uint8Array {
  const rewriting = new MessageWriter();
  if (optimisers === 'none') rewriting.integer(19, 1);
  if (optimisers === 'fuse') rewriting.integer(12, 1).bytes(100, 'pruning').bytes(100, 'remap');
  return new MessageWriter().message(10, new MessageWriter().message(10, rewriting)).finish();
}

/**
 * A TensorFlow session over one graph. The graph travels through a file, because that is the only door the binding has;
 * the file is gone before the constructor returns. Node names are used as they are: no signature is needed.
 */
export class Session {
  readonly #binding: Binding;
  readonly #session: number;
  #open = true;

  /** Throws what TensorFlow says where the graph is not one. */
  constructor(binding: Binding, graph: GraphDefinition, optimisers: GraphOptimisers = 'fuse') {
    this.#binding = binding;
    const folder = mkdtempSync(join(tmpdir(), 'gradloom-graph-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), graph.savedModel());
      writeFileSync(join(folder, configurationFile), configuration(binding.isUsingGpuDevice() ? 'all' : optimisers));
      this.#session = binding.loadSavedModel(folder, 'serve');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Runs what `fetches` need and returns their values, in that order. */
  run(feeds: readonly (Feed | TensorFeed)[], fetches: readonly string[]): (Float32Array | Int32Array | Uint8Array)[] {
    const made: number[] = [];
    try {
      const ids = feeds.map((feed) => {
        if ('tensor' in feed) return feed.tensor;
        const id = this.#binding.createTensor(feed.shape, feed.type, feed.values);
        made.push(id);
        return id;
      });
      const names = feeds.map(({ name }) => `${name}:0`).join(',');
      const outputs = this.#binding.runSavedModel(
        this.#session,
        ids,
        names,
        fetches.map((name) => (name.includes(':') ? name : `${name}:0`)).join(','),
      );
      return outputs.map(({ id }) => {
        const values = this.#binding.tensorDataSync(id);
        this.#binding.deleteTensor(id);
        return values;
      });
    } finally {
      for (const id of made) this.#binding.deleteTensor(id);
    }
  }

  close(): void {
    if (this.#open) this.#binding.deleteSavedModel(this.#session);
    this.#open = false;
  }
}
