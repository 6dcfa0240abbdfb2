import { isTextKey, text } from '#shared/text/text';
import { ServiceError, toFailure } from '../services/failure.ts';
import { version } from '../services/version.ts';
import type { Command } from './command.ts';
import { parseCommandLine, UsageError } from './commandLine.ts';
import { check } from './commands/check.ts';
import { compare } from './commands/compare.ts';
import { data } from './commands/data.ts';
import { diagnose } from './commands/diagnose.ts';
import { doctor } from './commands/doctor.ts';
import { engine } from './commands/engine.ts';
import { exportCommand } from './commands/export.ts';
import { gradients } from './commands/gradients.ts';
import { importCommand } from './commands/import.ts';
import { lesson } from './commands/lesson.ts';
import { predict } from './commands/predict.ts';
import { range } from './commands/range.ts';
import { serve } from './commands/serve.ts';
import { slice } from './commands/slice.ts';
import { summary } from './commands/summary.ts';
import { sweep } from './commands/sweep.ts';
import { template } from './commands/template.ts';
import { train } from './commands/train.ts';
import { weights } from './commands/weights.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import { Terminal, terminalLocale } from './surroundings.ts';

/** The commands, in the order in which help lists them. */
export const commands: readonly Command[] = [
  doctor,
  engine,
  check,
  summary,
  data,
  template,
  weights,
  gradients,
  train,
  compare,
  sweep,
  range,
  diagnose,
  slice,
  lesson,
  predict,
  exportCommand,
  importCommand,
  serve,
];

/** Each command with what it does beneath: usages are too long for a column of their own. */
function help(terminal: Terminal): string {
  const entries = commands.map(({ name, usage }) => {
    const key = `terminal.help.${name}`;
    return `  ${usage}\n${isTextKey(key) ? `      ${terminal.say(key)}\n` : ''}`;
  });
  return `${terminal.say('terminal.help', { version })}\n\n${entries.join('')}\n${terminal.say('terminal.help.end')}\n`;
}

function isJsonAsked(line: readonly string[]): boolean {
  const end = line.indexOf('--');
  return line.slice(0, end < 0 ? undefined : end).includes('--json');
}

/**
 * The terminal: runs one command and returns its exit code. 0 done, 1 the input is wrong, 2 used wrongly, 3 something
 * broke. Never throws.
 */
export async function runCommandLine(line: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const locale = terminalLocale(surroundings.environment);
  const terminal = new Terminal(surroundings, locale, isJsonAsked(line));
  const [name, ...rest] = line;
  if (name === undefined) {
    terminal.note(help(terminal).trimEnd());
    return 2;
  }
  if (name === 'help' || name === '--help' || name === '-h') {
    surroundings.out(help(terminal));
    return 0;
  }
  if (name === '--version') {
    surroundings.out(`${version}\n`);
    return 0;
  }
  const misuse = (message: string, usage: string | null): ExitCode => {
    if (terminal.isJson) {
      const failure = { code: 'usage', message, values: {} };
      surroundings.out(`${JSON.stringify({ failure })}\n`);
    }
    terminal.note(message);
    if (usage !== null) terminal.note(terminal.say('terminal.usage', { usage }));
    return 2;
  };
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    const expected = commands.map((each) => each.name);
    return misuse(terminal.say('terminal.usage.unknownCommand', { command: name, expected }), null);
  }
  try {
    const given = parseCommandLine(command, rest, locale);
    if (given.flags.has('help')) {
      surroundings.out(`${terminal.say('terminal.usage', { usage: command.usage })}\n`);
      return 0;
    }
    const missing = requiredOptions(command.usage).find((option) => !given.texts.has(option));
    if (missing !== undefined) {
      const message = text(locale, 'terminal.usage.required', { option: `--${missing}`, command: command.name });
      return misuse(message, command.usage);
    }
    return await command.run(terminal, given);
  } catch (error) {
    if (error instanceof UsageError) return misuse(error.message, command.usage);
    if (!(error instanceof ServiceError) && error instanceof Error) terminal.note(error.stack ?? error.message);
    return terminal.fail(toFailure(error));
  }
}

/** The options that a usage line writes outside of brackets. */
function requiredOptions(usage: string): string[] {
  return [...usage.replace(/\[[^\]]*\]/g, '').matchAll(/--(\w+)/g)].map(([, name = '']) => name);
}
