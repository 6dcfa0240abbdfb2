import type { Fix } from '#shared/check/diagnostic';
import { existingKey } from '../ui/words.ts';
import { useDocumentStore } from './documentStore.ts';

/** Takes a problem's way out: one edit, one entry of the history under the fix's own words. */
export function applyFix(fix: Fix): void {
  const key = existingKey(`fix.${fix.code}`) ?? 'inspector.edit.fix';
  useDocumentStore.getState().edit(fix.operations, { key, values: fix.values });
}
