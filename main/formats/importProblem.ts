import type { TextKey } from '#shared/text/text';

type CodeOf<Key> = Key extends `failure.import.${infer Code}` ? Code : never;

/** Why a model file cannot be read; the code is a key of the text table under `failure.import.`. */
export class ImportProblem extends Error {
  constructor(
    readonly code: CodeOf<TextKey>,
    readonly values: Readonly<Record<string, string | number>> = {},
  ) {
    super(`${code} ${JSON.stringify(values)}`);
    this.name = 'ImportProblem';
  }
}
