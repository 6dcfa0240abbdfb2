import { innerText } from '../text/text.ts';
import type { InnerText } from '../text/text.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { ProblemCode } from './report.ts';

/** How many errors there are, and the first, as values of the text that tells why a network cannot run. */
export function firstError(diagnostics: readonly Diagnostic[]): {
  readonly count: number;
  readonly first: InnerText<Diagnostic['values']> | '–';
} {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  return {
    count: errors.length,
    first: first === undefined ? '–' : innerText(`problem.${first.code as ProblemCode}`, first.values),
  };
}
