import { dirname } from 'node:path';
import { largestSeed } from '#shared/graph/training';
import { rangeRule, readRange } from '#shared/theory/rateRange';
import { measureRange, usualSpan } from '../../services/rateRange.ts';
import { findSidecar } from '../../services/sidecar.ts';
import type { Command } from '../command.ts';
import { runsOf, withEngine } from '../engineSession.ts';
import { isBreakage } from '../surroundings.ts';
import type { ExitCode } from '../surroundings.ts';
import { table } from '../table.ts';
import { lowerDocument, openDocument } from '../target.ts';

/** Rows of the table for a person; `--json` has every step. */
const rows = 20;

/** Trains with a rising learning rate and says where the loss falls and where it runs away. */
export const range: Command = {
  name: 'range',
  usage: 'range FILE [--steps N] [--seed N]',
  positionals: { minimum: 1, maximum: 1 },
  options: {
    steps: { kind: 'integer', minimum: rangeRule.points, maximum: 100_000 },
    seed: { kind: 'integer', minimum: 0, maximum: largestSeed },
  },
  async run(terminal, { positionals: [file = ''], integers }) {
    const { surroundings } = terminal;
    const path = terminal.path(file);
    const read = await openDocument(terminal, path);
    lowerDocument(read, path);
    const { training } = read;
    const document = { ...read, training: { ...training, seed: integers.get('seed') ?? training.seed } };
    const steps = integers.get('steps') ?? usualSpan.steps;
    const weights = await findSidecar(surroundings.fileSystem, document, [dirname(path)]);
    return withEngine(surroundings, async (engine): Promise<ExitCode> => {
      const runs = runsOf(surroundings, engine);
      const span = { ...usualSpan, steps };
      const { points, outcome } = await measureRange(runs, document, weights, span, surroundings.interrupted);
      const { failure, notFinite } = outcome;
      // That numbers stop being finite is what a rising rate leads to; anything else broke.
      if (notFinite === null && failure !== null) {
        terminal.fail(failure);
        return isBreakage(failure.code) ? 3 : 1;
      }
      const found = readRange(points);
      const { seed } = document.training;
      const { from, to } = span;
      const json = { from, to, steps, seed, rule: rangeRule, notFinite, ...found };
      terminal.result(json, () => {
        const told = found.points.filter((_, at) => at % Math.ceil(found.points.length / rows) === 0);
        const head = (['rate', 'loss', 'smooth'] as const).map((each) => terminal.say(`range.${each}`));
        const lines = told.map(({ rate, loss, smooth }) => [
          rate.toExponential(2),
          loss.toPrecision(4),
          smooth.toPrecision(4),
        ]);
        const values = {
          rate: found.suggestion?.toExponential(1) ?? '',
          lowest: found.lowest?.rate.toExponential(1) ?? '',
          divisor: rangeRule.divisor,
        };
        const caption = terminal.say('range.caption', { from, to, steps: found.points.length, seed });
        const end = terminal.say(`range.${found.reason}`, values);
        return `${caption}\n\n${table(head, lines, ['right', 'right', 'right'])}\n${end}\n`;
      });
      return 0;
    });
  },
};
