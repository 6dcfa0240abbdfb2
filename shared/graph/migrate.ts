import { documentVersion } from './document.ts';
import type { JsonObject } from './json.ts';
import { jsonExcerpt } from './json.ts';
import type { FileFault } from './schemaFaults.ts';

/** Brings a document from version `from` to version `from + 1`. Pure; what it makes is checked by the schema. */
export interface Migration {
  readonly from: number;
  /** Throws an Error that says what is wrong where the document does not fit its own version. */
  readonly migrate: (document: JsonObject) => JsonObject;
}

/** The way from every version that was ever written to the present one. */
export const documentMigrations: readonly Migration[] = [];

export type MigrationResult =
  | {
      readonly ok: true;
      readonly value: JsonObject;
      /** The version the text had, or null where it was the present one. */
      readonly migratedFrom: number | null;
    }
  | { readonly ok: false; readonly fault: FileFault };

/**
 * Brings a document to the version `newest`, one step after the other. A newer one is refused. The input is never
 * changed.
 */
export function migrateDocument(
  value: JsonObject,
  migrations: readonly Migration[] = documentMigrations,
  newest: number = documentVersion,
): MigrationResult {
  const refuse = (code: string, values: FileFault['values']): MigrationResult => ({
    ok: false,
    fault: { code: `problem.file.${code}`, values: { newest, ...values }, path: ['version'] },
  });
  const version = value['version'];
  const oldest = Math.min(newest, ...migrations.map(({ from }) => from));
  if (typeof version !== 'number' || !Number.isInteger(version) || version < Math.min(oldest, 1)) {
    return refuse('version', { received: version === undefined ? 'nothing' : jsonExcerpt(version) });
  }
  if (version > newest) return refuse('newer', { received: version });
  let current = value;
  for (let from = version; from < newest; from += 1) {
    const step = migrations.find((migration) => migration.from === from);
    if (step === undefined) return refuse('older', { received: version });
    try {
      current = { ...step.migrate(current), version: from + 1 };
    } catch (error) {
      return refuse('migration', { received: version, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { ok: true, value: current, migratedFrom: version === newest ? null : version };
}
