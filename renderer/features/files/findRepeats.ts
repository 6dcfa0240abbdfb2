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

let working: Worker | null = null;

/** Looks for repeated blocks beside the window's thread. A search that is still going on is ended: it never answers. */
export function findRepeats(question: RepeatsQuestion): Promise<Repeats> {
  working?.terminate();
  const worker = new Worker(new URL('repeats.worker.ts', import.meta.url), { type: 'module' });
  working = worker;
  return new Promise((resolve, reject) => {
    const end = (): void => {
      worker.terminate();
      if (working === worker) working = null;
    };
    worker.addEventListener('message', ({ data }: MessageEvent<Repeats>) => {
      end();
      resolve(data);
    });
    worker.addEventListener('error', ({ message }) => {
      end();
      reject(new Error(`Repeated blocks could not be looked for: ${message}`));
    });
    worker.postMessage(question);
  });
}
