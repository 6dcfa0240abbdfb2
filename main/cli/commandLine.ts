import type { Locale } from '#shared/text/locale';
import type { TextKey } from '#shared/text/text';
import { text } from '#shared/text/text';

/** The command line is not what the command takes. Exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

type OptionKind =
  | { readonly kind: 'flag' }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'number'; readonly minimum: number; readonly maximum: number }
  /** NAME=VALUE, as often as wanted; several may follow one option. */
  | { readonly kind: 'settings' };

/** What a command takes. */
export interface CommandShape {
  readonly name: string;
  /** How it is written, after the program's name. */
  readonly usage: string;
  readonly positionals: { readonly minimum: number; readonly maximum: number };
  readonly options: Readonly<Record<string, OptionKind>>;
}

/** A command line, taken apart. */
export interface Given {
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
  readonly integers: ReadonlyMap<string, number>;
  readonly numbers: ReadonlyMap<string, number>;
  readonly settings: readonly string[];
}

/** Options that every command takes. */
const everywhere: Readonly<Record<string, OptionKind>> = { json: { kind: 'flag' }, help: { kind: 'flag' } };

const settingPattern = /^[A-Za-z_][\w.-]*=/;

/**
 * Takes the arguments of a command apart: `--name value`, `--name=value`, and everything after `--` as it is.
 * @throws UsageError that names the argument, what was expected and what was received
 */
export function parseCommandLine(shape: CommandShape, line: readonly string[], locale: Locale): Given {
  const say = (key: TextKey, values: Record<string, unknown>): UsageError => new UsageError(text(locale, key, values));
  const options = { ...shape.options, ...everywhere };
  const positionals: string[] = [];
  const flags = new Set<string>();
  const texts = new Map<string, string>();
  const integers = new Map<string, number>();
  const numbers = new Map<string, number>();
  const settings: string[] = [];
  let isRest = false;
  for (let index = 0; index < line.length; index++) {
    const argument = line[index] ?? '';
    if (isRest || !argument.startsWith('-') || argument === '-') {
      positionals.push(argument);
      continue;
    }
    if (argument === '--') {
      isRest = true;
      continue;
    }
    const at = argument.indexOf('=');
    const name = argument.slice(2, at < 0 ? undefined : at);
    const option = argument.startsWith('--') && Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined) {
      const expected = Object.keys(options).map((known) => `--${known}`);
      const option = at < 0 ? argument : argument.slice(0, at);
      throw say('terminal.usage.unknownOption', { option, command: shape.name, expected });
    }
    const inline = at < 0 ? undefined : argument.slice(at + 1);
    if (option.kind === 'flag') {
      if (inline !== undefined) throw say('terminal.usage.flagValue', { option: `--${name}`, received: inline });
      flags.add(name);
      continue;
    }
    const value = inline ?? line[++index];
    if (value === undefined || (inline === undefined && value.startsWith('--'))) {
      throw say('terminal.usage.noValue', { option: `--${name}` });
    }
    if (option.kind === 'settings') {
      settings.push(value);
      while (settingPattern.test(line[index + 1] ?? '')) settings.push(line[++index] ?? '');
      continue;
    }
    if ([texts, integers, numbers].some((given) => given.has(name)))
      throw say('terminal.usage.twice', { option: `--${name}` });
    if (option.kind === 'text') {
      texts.set(name, value);
      continue;
    }
    const number = Number(value);
    const { kind, minimum, maximum } = option;
    const pattern = kind === 'integer' ? /^\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
    if (!pattern.test(value) || number < minimum || number > maximum) {
      throw say(`terminal.usage.${kind}`, { option: `--${name}`, minimum, maximum, received: value });
    }
    (kind === 'integer' ? integers : numbers).set(name, number);
  }
  if (!flags.has('help')) {
    if (positionals.length < shape.positionals.minimum) throw say('terminal.usage.tooFew', { usage: shape.usage });
    const superfluous = positionals[shape.positionals.maximum];
    if (superfluous !== undefined) {
      throw say('terminal.usage.tooMany', { received: superfluous, usage: shape.usage });
    }
  }
  return { positionals, flags, texts, integers, numbers, settings };
}
