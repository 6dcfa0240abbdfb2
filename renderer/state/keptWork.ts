import { create } from 'zustand';
import { serialiseDocument } from '#shared/graph/serialise';
import type { Failure } from '#shared/protocol/calls';
import type { FileState, FoundWork } from '#shared/protocol/keptWork';
import { CallFailure } from '../platform/client.ts';
import type { Client } from '../platform/client.ts';
import { useDocumentStore } from './documentStore.ts';

/** How the document's own file stands on the disk. */
export interface FileStanding {
  readonly path: string;
  readonly state: FileState;
  readonly modified: number | null;
  /** Other windows that show the file. */
  readonly others: number;
}

export interface KeptWorkState {
  /** Why the latest unsaved changes could not be kept; null where they are. */
  readonly failure: Failure | null;
  /** null: as the window knows it, and shown nowhere else. */
  readonly file: FileStanding | null;
  /** The person has read that other windows show the file. */
  readonly othersRead: boolean;
  /** What was found of windows that are no more, while it is shown. */
  readonly found: readonly FoundWork[] | null;
}

/** What becomes of unsaved changes, and how the file beside them stands. */
export const useKeptWork = create<KeptWorkState>()(() => ({
  failure: null,
  file: null,
  othersRead: false,
  found: null,
}));

/** Unsaved changes are kept so many milliseconds after an edit: with the writing itself, within two seconds. */
export const keepingPause = 700;

/** The name of this window, for as long as its page is loaded. */
export const windowName: string = crypto.randomUUID();

/** Keeps unsaved changes and watches the document's file; undone by the returned function. */
export function connectKeptWork(client: Client, name: string = windowName): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isKeeping = false;
  let isWanted = false;
  /** What lies in the store: unsaved changes of this window, or nothing. */
  let holds = false;

  const keep = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (isKeeping) {
      isWanted = true;
      return;
    }
    isKeeping = true;
    isWanted = false;
    const { document, dirty, path, modified } = useDocumentStore.getState();
    try {
      if (dirty) {
        const text = serialiseDocument(document);
        await client.call('work.keep', { window: name, path, name: document.name, modified, text });
        holds = true;
      } else if (holds) {
        await client.call('work.discard', { window: name });
        holds = false;
      }
      useKeptWork.setState({ failure: null });
    } catch (problem) {
      if (!(problem instanceof CallFailure)) throw problem;
      useKeptWork.setState({ failure: problem.failure });
      // A full disk may have room again, a lost connection may come back.
      timer ??= setTimeout(() => void keep(), 5 * keepingPause);
    } finally {
      isKeeping = false;
    }
    if (isWanted) await keep();
  };

  const watch = (): void => {
    const { path, modified } = useDocumentStore.getState();
    useKeptWork.setState({ file: null, othersRead: false });
    client.call('document.watch', { window: name, path, modified }).catch((problem: unknown) => {
      if (!(problem instanceof CallFailure)) throw problem;
    });
  };

  const atOnce = (): void => {
    if (timer !== undefined) void keep();
  };

  const takeAway = [
    useDocumentStore.subscribe((state, before) => {
      if (state.document !== before.document || state.dirty !== before.dirty || state.path !== before.path) {
        timer ??= setTimeout(() => void keep(), keepingPause);
      }
      // Work that was found is kept under this window's name before this has heard of it.
      if (state.loaded !== before.loaded) holds = true;
      if (state.path !== before.path || state.loaded !== before.loaded) watch();
    }),
    client.onConnection((connection) => {
      if (connection !== 'open') return;
      watch();
      // The services of this moment may be others than those that had it.
      void keep();
    }),
    client.onEvent((event) => {
      if (event.event !== 'file' || event.path !== useDocumentStore.getState().path) return;
      const { event: _event, ...file } = event;
      // A new time with the old content: saving must not ask for it.
      if (file.state === 'same') useDocumentStore.setState({ modified: file.modified });
      // What no file holds any more is unsaved.
      if (file.state === 'missing') useDocumentStore.getState().markUnsaved(null);
      useKeptWork.setState(({ othersRead }) => ({ file, othersRead: othersRead && file.others > 0 }));
    }),
  ];
  if (client.connection === 'open') watch();
  if (typeof document !== 'undefined') {
    // A window that is hidden may be gone before the pause is over.
    document.addEventListener('visibilitychange', atOnce);
    takeAway.push(() => document.removeEventListener('visibilitychange', atOnce));
  }
  return () => {
    clearTimeout(timer);
    for (const remove of takeAway) remove();
  };
}

/** Looks for what windows left behind that are no more, and shows it. Tells how much there is. */
export async function showFoundWork(client: Client): Promise<number> {
  const { works } = await client.call('work.found', {});
  useKeptWork.setState({ found: works.length === 0 ? null : works });
  return works.length;
}
