import type { TextKey } from '#shared/text/text';
import { CallFailure, getClient } from '../platform/client.ts';
import { holdKeys } from '../platform/commands.ts';
import { useDocumentStore } from './documentStore.ts';
import { useEngineStore } from './engineStore.ts';
import { ask } from './fileQuestions.ts';

/** The folder that a dialog starts in: the document's own, otherwise the shell's. */
export function startFolder(): string {
  const { path } = useDocumentStore.getState();
  const cut = path === null ? -1 : Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return path === null || cut <= 0 ? (useEngineStore.getState().shell?.folder ?? '') : path.slice(0, cut);
}

/** Waits for a call and tells its failure under a title; undefined then. */
export async function orTell<Value>(title: TextKey, call: Promise<Value>): Promise<Value | undefined> {
  try {
    return await call;
  } catch (problem) {
    if (!(problem instanceof CallFailure)) throw problem;
    await ask('failure', { title, failure: problem.failure });
    return undefined;
  }
}

/**
 * Lets a person choose a file to open, in the system's dialog or, where there is none, in ours. Null where none was chosen;
 * a failure is told under the title.
 */
export async function chooseToOpen(title: TextKey, folder: string): Promise<string | null> {
  const native = await orTell(title, holdKeys(getClient().call('dialog.open', {})));
  if (native === undefined) return null;
  return native.available ? native.path : ask('open', { folder });
}

/** Lets a person choose a model file, likewise; what for is said in our dialog. */
export async function chooseModel(title: TextKey, purpose: 'import' | 'weights'): Promise<string | null> {
  const native = await orTell(title, holdKeys(getClient().call('dialog.model', {})));
  if (native === undefined) return null;
  return native.available ? native.path : ask('model', { folder: startFolder(), purpose });
}

/** Lets a person choose the archive of the native engine, likewise. */
export async function chooseEngine(): Promise<string | null> {
  const native = await orTell('provision.failed', holdKeys(getClient().call('dialog.engine', {})));
  if (native === undefined) return null;
  return native.available ? native.path : ask('engine', { folder: startFolder() });
}
