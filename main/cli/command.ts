import type { CommandShape, Given } from './commandLine.ts';
import type { ExitCode, Terminal } from './surroundings.ts';

/** One command of the terminal. */
export interface Command extends CommandShape {
  /** Does it. Throws a ServiceError for what is wrong with the input. */
  run(terminal: Terminal, given: Given): Promise<ExitCode>;
}
