import type { Finding, Verdict } from '#shared/theory/detectors';
import type { useText } from '../../platform/i18n.ts';
import { count, magnitude } from '../../ui/format.ts';

const order: readonly Verdict[] = ['found', 'unsure', 'clear', 'unmeasured'];

/** What was found stands first. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict));
}

/** The evidence in words, its numbers as the window writes numbers. */
export function findingWords(say: ReturnType<typeof useText>, { code, values }: Finding): string {
  const written = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' ? write(value) : value,
  ]);
  return say(`finding.${code}`, Object.fromEntries(written) as Record<string, string>);
}

function write(value: number): string {
  return Number.isSafeInteger(value) ? count(value) : magnitude(value);
}
