import type { Fix } from '#shared/check/diagnostic';
import { existingKey } from '../ui/words.ts';
import { useDocumentStore } from './documentStore.ts';
import { showRailBeside } from './viewStore.ts';

/**
 * Takes a problem's way out: one edit, one entry of the history under the fix's own words. Where it changes losses, their
 * settings are shown: what it did is to be seen, but not in the place of the panel that holds the button.
 */
export function applyFix(fix: Fix): void {
  const key = existingKey(`fix.${fix.code}`) ?? 'inspector.edit.fix';
  useDocumentStore.getState().edit(fix.operations, { key, values: fix.values });
  const isOfLosses = fix.operations.some((one) => one.kind === 'setTraining' && one.set.losses !== undefined);
  if (isOfLosses) showRailBeside('training');
}
