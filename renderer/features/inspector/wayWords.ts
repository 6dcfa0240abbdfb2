import type { RunTable } from '#shared/protocol/telemetry';
import type { Locale } from '#shared/text/locale';
import { text } from '#shared/text/text';

/** Why a run did not take the faster way, as it was in that run, whatever engine is there now; null where it did. */
export function wayWords(
  locale: Locale,
  { wayReason, wayCode }: Pick<RunTable, 'wayReason' | 'wayCode'>,
): string | null {
  if (wayReason === undefined) return null;
  // Runs of former versions say it in English alone.
  return wayCode === undefined ? wayReason : text(locale, `training.way.${wayCode}`, { reason: wayReason });
}
