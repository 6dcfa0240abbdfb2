import { resolve } from 'node:path';
import type { JsonValue } from '#shared/graph/json';
import type { Failure } from '#shared/protocol/calls';
import type { Locale } from '#shared/text/locale';
import { isTextKey, text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';
import type { EngineLauncher } from '../services/engineClient.ts';
import type { FileSystem } from '../services/fileSystem.ts';
import type { EngineProvision } from '../services/provision/engineProvision.ts';
import type { ModelWork } from '../services/modelWork.ts';

/** What the program's surroundings give to a command. */
export interface Surroundings {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly fileSystem: FileSystem;
  /** Starts the engine; what it prints goes to standard error. */
  readonly launcher: EngineLauncher;
  /** How an installed Gradloom comes to its native engine. */
  readonly provision: EngineProvision;
  /** Where model files are read: in a thread that can be ended, because damage can send a reader round in circles. */
  readonly modelWork: ModelWork;
  /** Where the package `electron` lies, or null where it is not installed. */
  readonly electronFolder: string | null;
  out(text: string): void;
  error(text: string): void;
  /** Runs the browser shell with these arguments and returns its exit code. */
  serve(commandLine: readonly string[]): Promise<number>;
  /** Settles when the person asks the program to end. */
  readonly interrupted: Promise<void>;
}

/** 0 done, 1 the input is wrong, 2 used wrongly, 3 something broke. */
export type ExitCode = 0 | 1 | 2 | 3;

/** What a command says and where: results on standard output, talk on standard error. */
export class Terminal {
  constructor(
    readonly surroundings: Surroundings,
    readonly locale: Locale,
    /** `--json`: standard output carries one JSON document, or one per line, and nothing else. */
    readonly isJson: boolean,
  ) {}

  /** A text of the table in the person's language. */
  say(key: TextKey, values: Readonly<Record<string, unknown>> = {}): string {
    return text(this.locale, key, values);
  }

  /** The result: as one JSON document, or as text for a person. */
  result(json: unknown, human: () => string): void {
    const { surroundings } = this;
    surroundings.out(this.isJson ? `${JSON.stringify(json, null, 2)}\n` : human());
  }

  /** One event of several: a JSON document on one line, or a line for a person ('' for none). */
  event(json: unknown, human: string): void {
    if (this.isJson) this.surroundings.out(`${JSON.stringify(json)}\n`);
    else if (human !== '') this.surroundings.out(`${human}\n`);
  }

  /** Talk for a person, beside the result. */
  note(message: string): void {
    this.surroundings.error(`${message}\n`);
  }

  /** The words of a failure in the person's language. */
  describe({ code, message, values }: Failure): string {
    const key = `failure.${code}`;
    return this.locale !== 'en' && isTextKey(key) ? text(this.locale, key, values) : message;
  }

  /** Reports a failure where it belongs and returns the exit code that goes with it. */
  fail(failure: Failure): ExitCode {
    if (this.isJson) this.surroundings.out(`${JSON.stringify({ failure })}\n`);
    this.note(this.describe(failure));
    return isBreakage(failure.code) ? 3 : 1;
  }

  /** A path as the person wrote it, made absolute. */
  path(given: string): string {
    return resolve(this.surroundings.cwd, given);
  }
}

const breakages: readonly string[] = [
  'internal',
  'interrupted',
  'engine.died',
  'engine.gaveUp',
  'engine.closed',
  'engine.history',
  'provision.answer',
  'provision.busy',
  'provision.space',
  'provision.stopped',
  'provision.unreachable',
  'file.diskFull',
  'file.driveGone',
];

/** Whether a failure lies with the machine or this program rather than with what was asked. */
export function isBreakage(code: string): boolean {
  return breakages.includes(code);
}

/** The language of the terminal: GRADLOOM_LANGUAGE, else what the system's locale says. */
export function terminalLocale(environment: NodeJS.ProcessEnv): Locale {
  const names = ['GRADLOOM_LANGUAGE', 'LC_ALL', 'LC_MESSAGES', 'LANG'] as const;
  const chosen = names.map((name) => environment[name]).find((value) => value !== undefined && value !== '') ?? '';
  return /^zh\b|^zh[_-]/i.test(chosen) ? 'zh-CN' : 'en';
}

/** A problem or fix of a document in the person's language. */
export function localised(
  terminal: Terminal,
  area: 'problem' | 'fix',
  item: { readonly code: string; readonly values: Readonly<Record<string, JsonValue>> },
  english: string,
): string {
  const key = `${area}.${item.code}`;
  return terminal.locale !== 'en' && isTextKey(key) ? text(terminal.locale, key, item.values) : english;
}
