import { dirname } from 'node:path';
import type { GradloomDocument } from '#shared/graph/document';
import { spread } from '#shared/theory/spread';
import type { Spread } from '#shared/theory/spread';
import type { EngineClient } from '../../services/engineClient.ts';
import type { RunOutcome } from '../../services/runs.ts';
import { Runs } from '../../services/runs.ts';
import { RunReadings } from '../../services/runReadings.ts';
import { findSidecar } from '../../services/sidecar.ts';
import { largestSeed } from '../command.ts';
import type { Command } from '../command.ts';
import { withEngine } from '../engineSession.ts';
import type { Setting } from '../../services/settings.ts';
import { applySettings } from '../../services/settings.ts';
import { parseSetting } from '../settings.ts';
import { isBreakage } from '../surroundings.ts';
import type { ExitCode, Terminal } from '../surroundings.ts';
import { table } from '../table.ts';
import { lowerDocument, openDocument } from '../target.ts';
import { fail } from '../../services/failure.ts';

/** What one run of a sweep came to. */
interface SweepRun {
  readonly seed: number;
  readonly state: RunOutcome['state'];
  readonly notFinite: RunOutcome['notFinite'];
  /** By name: `training.loss`, `validation.accuracy/out`, `gradientRatio.first/out`. */
  readonly measures: Readonly<Record<string, number>>;
}

/** One choice of values. */
interface SweepResult {
  readonly chosen: readonly Setting[];
  readonly runs: readonly SweepRun[];
  readonly summary: Readonly<Record<string, Spread>>;
}

/** One seed is no evidence. */
const defaultSeeds = 3;

/** Splits `a,b,[1,2],"x,y"` at the commas that lie in no bracket and no quotation. */
export function splitValues(given: string): readonly string[] {
  const values: string[] = [];
  let [depth, start] = [0, 0];
  let isQuoted = false;
  for (let at = 0; at < given.length; at++) {
    const character = given[at];
    if (character === '"' && given[at - 1] !== '\\') isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === '[' || character === '{') depth += 1;
    if (character === ']' || character === '}') depth -= 1;
    if (character !== ',' || depth > 0) continue;
    values.push(given.slice(start, at));
    start = at + 1;
  }
  return [...values, given.slice(start)];
}

/** Every choice of one value for each name, the last name turning fastest. */
export function combinations(settings: readonly Setting[]): readonly (readonly Setting[])[] {
  return settings.reduce<readonly (readonly Setting[])[]>(
    (before, { name, value }) =>
      before.flatMap((chosen) => splitValues(value).map((each) => [...chosen, { name, value: each }])),
    [[]],
  );
}

async function trainOnce(
  terminal: Terminal,
  engine: EngineClient,
  document: GradloomDocument,
  path: string,
): Promise<SweepRun> {
  const { fileSystem, interrupted } = terminal.surroundings;
  const runs = new Runs(engine, fileSystem, '');
  const readings = new RunReadings(document);
  const measures: Record<string, number> = {};
  const weights = await findSidecar(fileSystem, document, [dirname(path)]);
  const run = await runs.start(
    {
      event: (event) => {
        if (event.event === 'run.table') readings.table(event.table);
        if (event.event !== 'run.epoch') return;
        for (const [name, value] of Object.entries(event.training)) measures[`training.${name}`] = value;
        for (const [name, value] of Object.entries(event.validation)) measures[`validation.${name}`] = value;
      },
      frame: (_run, _sequence, bytes) => readings.frame(bytes),
    },
    { document, paused: false, weights, folder: null },
  );
  const stop = interrupted.then(() => {
    throw fail('interrupted');
  });
  const { state, failure, notFinite } = await Promise.race([runs.ended(run), stop]);
  if (state === 'failed' && notFinite === null && failure !== null && isBreakage(failure.code)) {
    throw fail('engine.died', { reason: failure.message });
  }
  for (const { output, ratio } of readings.first) measures[`gradientRatio.first/${output}`] = ratio;
  for (const { output, ratio } of readings.latest) measures[`gradientRatio.last/${output}`] = ratio;
  await runs.finish(run);
  return { seed: document.training.seed, state, notFinite, measures };
}

/** Median and range of each measure over the runs that ended well. */
function summarise(runs: readonly SweepRun[]): Record<string, Spread> {
  const finished = runs.filter(({ state }) => state === 'finished');
  const names = [...new Set(finished.flatMap(({ measures }) => Object.keys(measures)))];
  return Object.fromEntries(
    names.flatMap((name) => {
      const found = spread(finished.map(({ measures }) => measures[name] ?? Number.NaN));
      return found === null ? [] : [[name, found]];
    }),
  );
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
    const points = combinations(settings.map(parseSetting)).map((chosen) => {
      const set = applySettings(read, chosen);
      const epochs = integers.get('epochs') ?? set.training.epochs;
      const document = { ...set, training: { ...set.training, epochs } };
      lowerDocument(document, path);
      return { chosen, document };
    });
    return withEngine(terminal.surroundings, async (engine): Promise<ExitCode> => {
      const results: SweepResult[] = [];
      for (const { chosen, document } of points) {
        const runs: SweepRun[] = [];
        for (let number = 0; number < seeds; number++) {
          const seed = (document.training.seed + number) % (largestSeed + 1);
          const seeded = { ...document, training: { ...document.training, seed } };
          runs.push(await trainOnce(terminal, engine, seeded, path));
          const words = chosen.map(({ name, value }) => `${name}=${value}`).join(' ');
          terminal.note(
            terminal.say('terminal.sweep.progress', {
              done: results.length * seeds + number + 1,
              total: points.length * seeds,
              values: words,
              seed,
            }),
          );
        }
        results.push({ chosen, runs, summary: summarise(runs) });
      }
      const json = {
        seeds,
        points: results.map(({ chosen, runs, summary }) => ({
          values: Object.fromEntries(chosen.map(({ name, value }) => [name, value])),
          finished: runs.filter(({ state }) => state === 'finished').length,
          summary,
          runs: runs.map((run) => ({ ...run, measures: onlyFinite(run.measures) })),
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
