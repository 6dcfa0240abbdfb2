import { dirname } from 'node:path';
import type { GradloomDocument } from '#shared/graph/document';
import type { Spread } from '#shared/theory/spread';
import { fail } from '../../services/failure.ts';
import type { Runs } from '../../services/runs.ts';
import type { Setting } from '../../services/settings.ts';
import { findSidecar } from '../../services/sidecar.ts';
import { planSweep, summariseRuns, trainOnce, withSeed } from '../../services/sweeps.ts';
import type { SweepRun } from '../../services/sweeps.ts';
import type { Command } from '../command.ts';
import { runsOf, withEngine } from '../engineSession.ts';
import { parseSetting } from '../settings.ts';
import { isBreakage } from '../surroundings.ts';
import type { ExitCode, Terminal } from '../surroundings.ts';
import { table } from '../table.ts';
import { lowerDocument, openDocument } from '../target.ts';

/** One choice of values. */
interface SweepResult {
  readonly chosen: readonly Setting[];
  readonly runs: readonly SweepRun[];
  readonly summary: Readonly<Record<string, Spread>>;
}

/** One seed is no evidence. */
const defaultSeeds = 3;

/** A run that the engine broke, or that a person interrupted, ends the whole sweep. */
async function trainOrFail(
  terminal: Terminal,
  runs: Runs,
  document: GradloomDocument,
  path: string,
): Promise<SweepRun> {
  const { fileSystem, interrupted } = terminal.surroundings;
  const weights = await findSidecar(fileSystem, document, [dirname(path)]);
  const stop = interrupted.then(() => {
    throw fail('interrupted');
  });
  const run = await Promise.race([trainOnce(runs, document, weights), stop]);
  if (run.state === 'failed' && run.notFinite === null && run.failure !== null && isBreakage(run.failure.code)) {
    throw fail('engine.died', { reason: run.failure.message });
  }
  return run;
}

function onlyFinite(measures: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(measures).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}

/** Trains one document over values and seeds; median and range of what they came to. */
export const sweep: Command = {
  name: 'sweep',
  usage: 'sweep FILE [--set NAME=VALUE,VALUE …] [--seeds N] [--epochs N]',
  positionals: { minimum: 1, maximum: 1 },
  options: {
    set: { kind: 'settings' },
    seeds: { kind: 'integer', minimum: 1, maximum: 1000 },
    epochs: { kind: 'integer', minimum: 1, maximum: 1_000_000 },
  },
  async run(terminal, { positionals: [file = ''], integers, settings }) {
    const path = terminal.path(file);
    const read = await openDocument(terminal, path);
    const seeds = integers.get('seeds') ?? defaultSeeds;
    const points = planSweep(read, settings.map(parseSetting), integers.get('epochs') ?? null);
    for (const { document } of points) lowerDocument(document, path);
    return withEngine(terminal.surroundings, async (engine): Promise<ExitCode> => {
      const started = runsOf(terminal.surroundings, engine);
      const results: SweepResult[] = [];
      for (const { chosen, document } of points) {
        const runs: SweepRun[] = [];
        for (let number = 0; number < seeds; number++) {
          const run = await trainOrFail(terminal, started, withSeed(document, number), path);
          runs.push(run);
          const words = chosen.map(({ name, value }) => `${name}=${value}`).join(' ');
          terminal.note(
            terminal.say('terminal.sweep.progress', {
              done: results.length * seeds + number + 1,
              total: points.length * seeds,
              values: words,
              seed: run.seed,
            }),
          );
        }
        results.push({ chosen, runs, summary: summariseRuns(runs) });
      }
      const json = {
        seeds,
        points: results.map(({ chosen, runs, summary }) => ({
          values: Object.fromEntries(chosen.map(({ name, value }) => [name, value])),
          finished: runs.filter(({ state }) => state === 'finished').length,
          summary,
          runs: runs.map(({ seed, state, notFinite, measures }) => ({
            seed,
            state,
            notFinite,
            measures: onlyFinite(measures),
          })),
        })),
      };
      terminal.result(json, () => describe(terminal, results, seeds));
      return 0;
    });
  },
};

function describe(terminal: Terminal, results: readonly SweepResult[], seeds: number): string {
  const short = (value: number): string =>
    Math.abs(value) >= 1e-3 || value === 0 ? value.toPrecision(4) : value.toExponential(2);
  const rows = results.flatMap(({ chosen, runs, summary }) => {
    const values = chosen.map(({ name, value }) => `${name}=${value}`).join(' ');
    const finished = runs.filter(({ state }) => state === 'finished').length;
    const named = Object.entries(summary).map(([name, { median, minimum, maximum }]) => [
      values,
      name,
      short(median),
      short(minimum),
      short(maximum),
    ]);
    const failed =
      finished === runs.length
        ? []
        : [[values, terminal.say('terminal.sweep.failed', { failed: runs.length - finished }), '', '', '']];
    return [...named, ...failed];
  });
  const head = ['values', 'measure', 'median', 'minimum', 'maximum'] as const;
  const words = head.map((each) => terminal.say(`terminal.sweep.${each}`));
  const caption = terminal.say('terminal.sweep.caption', { seeds });
  return `${caption}\n\n${table(words, rows, ['left', 'left', 'right', 'right', 'right'])}`;
}
