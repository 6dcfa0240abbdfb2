import { describeDifference } from '#shared/graph/differences';
import type { Difference } from '#shared/graph/differences';
import type { GradloomDocument } from '#shared/graph/document';
import type { LoopRatio } from '#shared/theory/loopRatio';
import type { HeadRatio } from '#shared/theory/symptoms';
import { largestSeed } from '#shared/graph/training';
import type { RunEvent } from '../../services/runs.ts';
import { comparedDocuments, Comparison, planComparison } from '../../services/comparison.ts';
import type { ComparisonPlan } from '../../services/comparison.ts';
import { RunReadings } from '../../services/runReadings.ts';
import { demandWeights } from '../../services/weightFiles.ts';
import type { Command } from '../command.ts';
import { runsOf, withEngine } from '../engineSession.ts';
import { applySettings } from '../../services/settings.ts';
import { parseSetting } from '../settings.ts';
import { isBreakage } from '../surroundings.ts';
import type { ExitCode, Terminal } from '../surroundings.ts';
import { scientific } from '../table.ts';
import { lowerDocument, openTarget } from '../target.ts';
import { describeNotFinite, numbers } from '../told.ts';

type Epoch = Extract<RunEvent, { event: 'run.epoch' }>;

interface Ratios {
  readonly heads: readonly HeadRatio[];
  readonly loops: readonly LoopRatio[];
}

/** A head's or a loop's ratio as `--json` carries it. JSON has no infinity and no NaN: null stands for them, and the mark says why. */
function ratioJson({ ratio, bottom, top, ...rest }: HeadRatio | LoopRatio): Record<string, unknown> {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return { ...rest, bottom: finite(bottom), top: finite(top), ratio: finite(ratio) };
}

function ratioWords(terminal: Terminal, { heads, loops }: Ratios): string {
  const written = ({ ratio, mark }: HeadRatio | LoopRatio): string =>
    mark === 'none' ? scientific(ratio) : terminal.say(`measure.mark.${mark}`);
  return [
    ...heads.map((own) => {
      const { output, step } = own;
      return terminal.say('terminal.compare.ratio', { output, step, ratio: written(own) });
    }),
    // Of a loop that lies in another one the first way into it stands for all.
    ...loops.flatMap((own, index) => {
      const { loop, step, last } = own;
      if (loops.findIndex((other) => other.loop === loop) < index) return [];
      return terminal.say('terminal.compare.loopRatio', { loop, step, last, ratio: written(own) });
    }),
  ].join('  ');
}

function firstOf(readings: RunReadings | undefined): Ratios {
  return { heads: readings?.first ?? [], loops: readings?.firstLoops ?? [] };
}

function latestOf(readings: RunReadings | undefined): Ratios {
  return { heads: readings?.latest ?? [], loops: readings?.latestLoops ?? [] };
}

function tellStart(terminal: Terminal, plan: ComparisonPlan, names: readonly string[], files: readonly string[]): void {
  const [first] = plan.documents;
  if (first === undefined) return;
  const words = (difference: Difference, second: string) => describeDifference(terminal.locale, difference, second);
  const { batch, epochs, seed, data } = first.training;
  const json = {
    event: 'start',
    documents: plan.documents.map((_, index) => ({
      name: names[index],
      file: files[index],
      differences: (plan.differences[index] ?? []).map((difference) => ({
        ...difference,
        message: words(difference, names[index] ?? ''),
      })),
    })),
    settings: { batch, epochs, seed, data },
    adjustments: plan.adjustments,
  };
  const lines = [
    terminal.say('terminal.compare.start', { names: names.map((name) => `“${name}”`).join(', '), batch, epochs, seed }),
    ...plan.adjustments.map(({ document, setting, from, to }) =>
      terminal.say('terminal.compare.adjusted', {
        name: names[document] ?? '',
        setting,
        from: JSON.stringify(from),
        to: JSON.stringify(to),
      }),
    ),
    ...plan.differences.flatMap((list, index) =>
      list.map((difference) => `  ${names[index] ?? ''}: ${words(difference, names[index] ?? '')}`),
    ),
  ];
  terminal.event(json, lines.join('\n'));
}

/** Documents of one name are told apart by their position. */
function namesOf(documents: readonly GradloomDocument[]): readonly string[] {
  return documents.map(({ name }, index) =>
    documents.some((other, at) => at !== index && other.name === name) ? `${name} (${index + 1})` : name,
  );
}

/** Collects the members' epochs and tells each epoch once, when all that still run have finished it. */
class EpochTeller {
  readonly #terminal: Terminal;
  readonly #names: readonly string[];
  readonly #readings: readonly RunReadings[];
  readonly #epochs = new Map<number, ((Epoch & { readonly ratios: Ratios }) | undefined)[]>();
  readonly #over: boolean[];

  constructor(terminal: Terminal, names: readonly string[], readings: readonly RunReadings[]) {
    this.#terminal = terminal;
    this.#names = names;
    this.#readings = readings;
    this.#over = names.map(() => false);
  }

  epoch(member: number, event: Epoch): void {
    const row = this.#epochs.get(event.epoch) ?? this.#names.map(() => undefined);
    row[member] = { ...event, ratios: latestOf(this.#readings[member]) };
    this.#epochs.set(event.epoch, row);
    this.#tell();
  }

  over(member: number): void {
    this.#over[member] = true;
    this.#tell();
  }

  #tell(): void {
    for (const [epoch, row] of [...this.#epochs]) {
      if (!row.every((each, member) => each !== undefined || this.#over[member] === true)) continue;
      this.#epochs.delete(epoch);
      const step = row.find((each) => each !== undefined)?.step ?? 0;
      const json = {
        event: 'epoch',
        epoch,
        step,
        documents: row.map((each, member) => ({
          name: this.#names[member],
          training: each?.training ?? null,
          validation: each?.validation ?? null,
          gradientRatios: (each?.ratios.heads ?? []).map(ratioJson),
          loopRatios: (each?.ratios.loops ?? []).map(ratioJson),
        })),
      };
      const lines = row.flatMap((each, member) => {
        if (each === undefined) return [];
        const parts = [numbers(each.training), ratioWords(this.#terminal, each.ratios)].filter((part) => part !== '');
        return [`  ${this.#names[member] ?? ''}: ${parts.join('  ')}`];
      });
      this.#terminal.event(json, [this.#terminal.say('terminal.compare.epoch', { epoch, step }), ...lines].join('\n'));
    }
  }
}

/** Trains two to four documents on the same batches, seeds and steps, in lock-step; one event per epoch. */
export const compare: Command = {
  name: 'compare',
  usage: 'compare FILE FILE … [--epochs N] [--seed N] [--set NAME=VALUE …] [--out RUN]',
  positionals: comparedDocuments,
  options: {
    epochs: { kind: 'integer', minimum: 1, maximum: 1_000_000 },
    seed: { kind: 'integer', minimum: 0, maximum: largestSeed },
    set: { kind: 'settings' },
    out: { kind: 'text', value: 'RUN' },
  },
  async run(terminal, { positionals: files, texts, integers, settings }) {
    const { surroundings } = terminal;
    const targets = await Promise.all(files.map((file) => openTarget(terminal, file)));
    const wanted = targets.map(({ document }) => {
      const set = applySettings(document, settings.map(parseSetting));
      const { training } = set;
      const epochs = integers.get('epochs') ?? training.epochs;
      return { ...set, training: { ...training, epochs, seed: integers.get('seed') ?? training.seed } };
    });
    const plan = planComparison(wanted);
    const startingWeights = plan.documents.map((document, index) => {
      const { weights } = lowerDocument(document, terminal.path(files[index] ?? ''));
      const given = targets[index]?.weights ?? null;
      if (given !== null) demandWeights(weights, given.arrays, given.path);
      return given?.arrays ?? null;
    });
    const names = namesOf(plan.documents);
    const out = texts.get('out');
    const folder = out === undefined ? null : { path: terminal.path(out) };
    if (folder === null) terminal.note(terminal.say('terminal.train.notKept'));
    tellStart(terminal, plan, names, files);
    return withEngine(surroundings, async (engine): Promise<ExitCode> => {
      const runs = runsOf(surroundings, engine);
      const readings = plan.documents.map((document) => new RunReadings(document));
      const teller = new EpochTeller(terminal, names, readings);
      const comparison = await Comparison.start(
        runs,
        surroundings.fileSystem,
        {
          event: (member, event) => {
            if (event.event === 'run.table') readings[member]?.table(event.table);
            if (event.event === 'run.epoch') teller.epoch(member, event);
            if (event.event === 'run.state' && isEnd(event.state)) teller.over(member);
          },
          frame: (member, _run, _sequence, bytes) => readings[member]?.frame(bytes),
        },
        { plan, weights: startingWeights, paused: false, folder },
      );
      void surroundings.interrupted.then(() => comparison.control('stop').catch(() => undefined));
      const outcomes = await comparison.ended();
      const json = {
        event: 'end',
        folder: folder?.path ?? null,
        documents: outcomes.map((outcome, index) => ({
          name: names[index],
          run: comparison.members[index],
          ...outcome,
          gradientRatios: {
            first: (readings[index]?.first ?? []).map(ratioJson),
            last: (readings[index]?.latest ?? []).map(ratioJson),
          },
          loopRatios: {
            first: (readings[index]?.firstLoops ?? []).map(ratioJson),
            last: (readings[index]?.latestLoops ?? []).map(ratioJson),
          },
        })),
      };
      const lines = outcomes.map(({ state }, index) =>
        terminal.say('terminal.compare.end', {
          name: names[index] ?? '',
          state: terminal.say(`terminal.train.${state}`),
          first: ratioWords(terminal, firstOf(readings[index])),
          last: ratioWords(terminal, latestOf(readings[index])),
        }),
      );
      if (folder !== null) lines.push(terminal.say('terminal.written', { path: folder.path }));
      terminal.event(json, lines.join('\n'));
      let code: ExitCode = 0;
      for (const { state, failure, notFinite } of outcomes) {
        if (state !== 'failed') continue;
        if (notFinite !== null) terminal.note(describeNotFinite(terminal, notFinite));
        else if (failure !== null) terminal.note(terminal.describe(failure));
        const own: ExitCode = notFinite === null && isBreakage(failure?.code ?? 'internal') ? 3 : 1;
        code = own > code ? own : code;
      }
      return code;
    });
  },
};

function isEnd(state: Extract<RunEvent, { event: 'run.state' }>['state']): boolean {
  return state === 'finished' || state === 'stopped' || state === 'failed';
}
