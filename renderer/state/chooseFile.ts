import type { TextKey } from '#shared/text/text';
import { CallFailure, getClient } from '../platform/client.ts';
import { ask } from './fileQuestions.ts';

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
  const native = await orTell(title, getClient().call('dialog.open', {}));
  if (native === undefined) return null;
  return native.available ? native.path : ask('open', { folder });
}
