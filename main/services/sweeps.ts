import type { GradloomDocument } from '#shared/graph/document';
import { largestSeed } from '#shared/graph/training';
import type { NamedArrays } from '#shared/protocol/engine';
import type { Spread } from '#shared/theory/spread';
import { spread } from '#shared/theory/spread';
import type { RunOutcome, Runs } from './runs.ts';
import { RunReadings } from './runReadings.ts';
import type { Setting } from './settings.ts';
import { applySettings } from './settings.ts';

/** One choice of values, and the document with them. */
export interface SweepPoint {
  readonly chosen: readonly Setting[];
  readonly document: GradloomDocument;
}

/** What one run of a sweep came to. */
export interface SweepRun {
  readonly seed: number;
  readonly state: RunOutcome['state'];
  readonly failure: RunOutcome['failure'];
  readonly notFinite: RunOutcome['notFinite'];
  /** By name: `training.loss`, `validation.accuracy/out`, `gradientRatio.first/out`, `loopRatio.first/loop`. */
  readonly measures: Readonly<Record<string, number>>;
}

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
      before.flatMap((chosen) => splitValues(value).map((each) => [...chosen, { name, value: each.trim() }])),
    [[]],
  );
}

/**
 * Lays out a sweep; `epochs` null takes the document's own. @throws ServiceError for an unknown name or a wrong value
 */
export function planSweep(
  document: GradloomDocument,
  settings: readonly Setting[],
  epochs: number | null,
): readonly SweepPoint[] {
  return combinations(settings).map((chosen) => {
    const set = applySettings(document, chosen);
    return { chosen, document: { ...set, training: { ...set.training, epochs: epochs ?? set.training.epochs } } };
  });
}

/** The document with the seed of the sweep's n-th run of one point, n from 0 on. */
export function withSeed(document: GradloomDocument, number: number): GradloomDocument {
  const seed = (document.training.seed + number) % (largestSeed + 1);
  return { ...document, training: { ...document.training, seed } };
}

/** Trains a document once and keeps nothing of it but what it came to. A `stop` that settles ends the run early. */
export async function trainOnce(
  runs: Runs,
  document: GradloomDocument,
  weights: NamedArrays | null,
  stop: Promise<unknown> | null = null,
): Promise<SweepRun> {
  const readings = new RunReadings(document);
  const measures: Record<string, number> = {};
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
  void stop?.then(() => runs.control(run, 'stop')).catch(() => undefined);
  const { state, failure, notFinite } = await runs.ended(run);
  for (const { output, ratio } of readings.first) measures[`gradientRatio.first/${output}`] = ratio;
  for (const { output, ratio } of readings.latest) measures[`gradientRatio.last/${output}`] = ratio;
  for (const [name, loops] of [
    ['first', readings.firstLoops],
    ['last', readings.latestLoops],
  ] as const) {
    // A loop that lies in another one has a ratio on every way into it: the smallest is told.
    for (const { loop, ratio } of loops.toSorted((one, other) => other.ratio - one.ratio)) {
      measures[`loopRatio.${name}/${loop}`] = ratio;
    }
  }
  await runs.finish(run);
  return { seed: document.training.seed, state, failure, notFinite, measures };
}

/** What a sweep is asked for. */
export interface SweepRequest {
  readonly points: readonly SweepPoint[];
  readonly seeds: number;
  readonly weights: NamedArrays | null;
}

/** What a sweep tells: each run when it is over, then how all ended. */
export interface SweepListener {
  run(point: SweepPoint, run: SweepRun, done: number): void;
  end(stopped: boolean, failure: unknown): void;
}

/** Runs over points and seeds, one after the other, until the last one or a stop. */
export class Sweep {
  readonly #stop: () => void;
  #stopped = false;
  /** Settles when nothing of it is under way any more. */
  readonly over: Promise<void>;

  constructor(runs: Runs, request: SweepRequest, listener: SweepListener) {
    let stop: () => void = () => undefined;
    const stopping = new Promise<void>((resolve) => {
      stop = resolve;
    });
    this.#stop = stop;
    this.over = this.#go(runs, request, listener, stopping);
  }

  stop(): void {
    this.#stopped = true;
    this.#stop();
  }

  async #go(
    runs: Runs,
    { points, seeds, weights }: SweepRequest,
    listener: SweepListener,
    stopping: Promise<void>,
  ): Promise<void> {
    let done = 0;
    try {
      for (const point of points) {
        for (let number = 0; number < seeds; number++) {
          if (this.#stopped) break;
          const run = await trainOnce(runs, withSeed(point.document, number), weights, stopping);
          done += 1;
          // A run that was cut short came to nothing that could be compared.
          if (run.state !== 'stopped') listener.run(point, run, done);
        }
      }
      listener.end(this.#stopped, null);
    } catch (error) {
      listener.end(this.#stopped, error);
    }
  }
}

/** Median and range of each measure over the runs that ended well. */
export function summariseRuns(runs: readonly Pick<SweepRun, 'state' | 'measures'>[]): Record<string, Spread> {
  const finished = runs.filter(({ state }) => state === 'finished');
  const names = [...new Set(finished.flatMap(({ measures }) => Object.keys(measures)))];
  return Object.fromEntries(
    names.flatMap((name) => {
      const found = spread(finished.map(({ measures }) => measures[name] ?? Number.NaN));
      return found === null ? [] : [[name, found]];
    }),
  );
}
