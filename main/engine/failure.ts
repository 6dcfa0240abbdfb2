import type { JsonValue } from '#shared/graph/json';
import type { Failure } from '#shared/protocol/calls';
import type { TextKey } from '#shared/text/text';
import { text } from '#shared/text/text';
import { DataProblem } from '../formats/data/reading.ts';

type FailureKey = Extract<TextKey, `failure.${string}`>;
/** A key of the text table without its `failure.` */
export type FailureCode = FailureKey extends `failure.${infer Code}` ? Code : never;

/** Why something could not be done, for a person: a key of the text table and the values its text names. */
export class EngineFailure extends Error {
  constructor(
    readonly code: FailureCode,
    readonly values: Readonly<Record<string, JsonValue>>,
  ) {
    super(text('en', `failure.${code}`, values));
    this.name = 'EngineFailure';
  }
}

/** What crosses the process boundary for an error of any kind. */
export function asFailure(error: unknown): Failure {
  if (error instanceof EngineFailure || error instanceof DataProblem) {
    return { code: error.code, message: error.message, values: error.values as Failure['values'] };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: text('en', 'failure.internal', { reason }), values: { reason } };
}
