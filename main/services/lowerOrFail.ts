import { firstError } from '#shared/check/firstError';
import type { GradloomDocument } from '#shared/graph/document';
import { lower } from '#shared/program/lower';
import type { Program } from '#shared/program/program';
import { fail } from './failure.ts';

/**
 * A document's Program.
 * @throws ServiceError that names the first problem of a document that does not lower
 */
export function lowerOrFail(document: GradloomDocument): Program {
  const lowered = lower(document);
  if (lowered.ok) return lowered.program;
  throw fail('run.problems', firstError(lowered.diagnostics));
}
