import type { NodeId, WireId } from '../graph/identifiers.ts';
import type { JsonValue } from '../graph/json.ts';
import type { Operation } from '../graph/operations.ts';
import type { TextKey } from '../text/text.ts';
import { text } from '../text/text.ts';
import type { Diagnostic, Fix } from './diagnostic.ts';

type CodeUnder<Area extends string> = TextKey extends infer Key
  ? Key extends `${Area}.${infer Code}`
    ? Code
    : never
  : never;

/** Codes of problems that have a text. */
export type ProblemCode = CodeUnder<'problem'>;
/** Codes of fixes that have a text. */
export type FixCode = CodeUnder<'fix'>;

export type Values = Readonly<Record<string, JsonValue>>;

/** A finding before it is put in words. */
export interface Problem {
  readonly severity: Diagnostic['severity'];
  readonly code: ProblemCode;
  readonly values: Values;
  readonly node?: NodeId;
  readonly wire?: WireId;
  readonly fixes?: readonly Fix[];
}

/** Puts a list of edits under a title. */
export function makeFix(code: FixCode, values: Values, operations: readonly Operation[]): Fix {
  return { code, values, title: text('en', `fix.${code}`, values), operations };
}

const severities = ['error', 'warning', 'information'] as const;

/** Collects findings; the same one told twice (a definition is looked at once per kind of instance) is kept once. */
export class Reporter {
  readonly #found = new Map<string, Diagnostic>();
  readonly #nodesWithErrors = new Set<NodeId>();
  #errors = 0;

  report({ severity, code, values, node, wire, fixes = [] }: Problem): void {
    const key = JSON.stringify([code, node ?? null, wire ?? null, values]);
    if (this.#found.has(key)) return;
    if (severity === 'error') {
      this.#errors += 1;
      if (node !== undefined) this.#nodesWithErrors.add(node);
    }
    this.#found.set(key, {
      severity,
      code,
      values,
      message: text('en', `problem.${code}`, values),
      ...(node === undefined ? {} : { node }),
      ...(wire === undefined ? {} : { wire }),
      fixes,
    });
  }

  get errors(): number {
    return this.#errors;
  }

  hasError(node: NodeId): boolean {
    return this.#nodesWithErrors.has(node);
  }

  /** Errors first, then warnings, then information; otherwise in the order of finding. */
  diagnostics(): readonly Diagnostic[] {
    const all = [...this.#found.values()];
    return severities.flatMap((severity) => all.filter((diagnostic) => diagnostic.severity === severity));
  }
}
