import type { JsonValue } from '#shared/graph/json';
import type { Failure } from '#shared/protocol/calls';
import { text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';

type CodeOf<Key> = Key extends `failure.${infer Code}` ? Code : never;

/** Every way in which the services can fail: the keys of the text table under `failure.`. */
export type FailureCode = CodeOf<TextKey>;

/** A failure with a code, on its way to the window or the terminal. */
export class ServiceError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
    this.name = 'ServiceError';
  }
}

/** Makes the failure of a code; its English text is filled in from the text table. */
export function failureOf(code: FailureCode, values: Readonly<Record<string, JsonValue>> = {}): Failure {
  return { code, message: text('en', `failure.${code}`, values), values: values as Failure['values'] };
}

/** Makes the error of a code, to be thrown. */
export function fail(code: FailureCode, values: Readonly<Record<string, JsonValue>> = {}): ServiceError {
  return new ServiceError(failureOf(code, values));
}

/** What went wrong, as a failure. What no code was foreseen for becomes `internal`, with its reason. */
export function toFailure(error: unknown): Failure {
  if (error instanceof ServiceError) return error.failure;
  return failureOf('internal', { reason: reasonOf(error) });
}

/** The message of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The operating system's code of an error (`ENOENT`, …), or '' where it has none. */
export function systemCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return '';
  return error.code;
}

/** Names for a message: quoted in one line, or the word for none. */
export function listNames(names: readonly string[]): string {
  return names.length === 0 ? '–' : names.map((name) => `"${name}"`).join(', ');
}
