import type { Diagnostic } from '#shared/check/diagnostic';

const severities: readonly Diagnostic['severity'][] = ['error', 'warning', 'information'];

/** Errors first, then warnings, then information; within each, in check's order. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return severities.flatMap((severity) => diagnostics.filter((diagnostic) => diagnostic.severity === severity));
}

/** How many of each there are. */
export function countBySeverity(diagnostics: readonly Diagnostic[]): Readonly<Record<Diagnostic['severity'], number>> {
  const counts = { error: 0, warning: 0, information: 0 };
  for (const { severity } of diagnostics) counts[severity]++;
  return counts;
}
