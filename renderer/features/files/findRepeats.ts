import type { GradloomDocument } from '#shared/graph/document';
import type { RepeatedCells } from '#shared/graph/gestures';
import type { Locale } from '#shared/text/locale';

export interface RepeatsQuestion {
  readonly document: GradloomDocument;
  /** In which the cells are called. */
  readonly locale: Locale;
}

/** What making cells of a document's repeated blocks comes to. */
export interface Repeats extends Pick<RepeatedCells, 'cells' | 'operations'> {
  /** Weights of the document that have another id afterwards, by their id before. */
  readonly names: Readonly<Record<string, string>>;
}

let working: { end(): void } | null = null;

/**
 * Looks for repeated blocks beside the window's thread. null: a newer search took its place, and only that one matters.
 */
export function findRepeats(question: RepeatsQuestion): Promise<Repeats | null> {
  working?.end();
  const worker = new Worker(new URL('repeats.worker.ts', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    const search = {
      end: (): void => {
        worker.terminate();
        if (working === search) working = null;
        // Where it has answered already, this says nothing.
        resolve(null);
      },
    };
    working = search;
    worker.addEventListener('message', ({ data }: MessageEvent<Repeats>) => {
      resolve(data);
      search.end();
    });
    worker.addEventListener('error', ({ message }) => {
      reject(new Error(`Repeated blocks could not be looked for: ${message}`));
      search.end();
    });
    worker.postMessage(question);
  });
}
