import type { GradloomDocument } from '#shared/graph/document';
import { largestSeed } from '#shared/graph/training';
import type { Subject } from '#shared/protocol/engine';
import { sliceLimits } from '#shared/protocol/slices';
import { csvOf } from '#shared/text/csv';
import type { LossSlice, SliceSpan } from '#shared/theory/lossSlice';
import { sliceCoordinates, sliceMinimum, sliceRows, sliceScale, usualSlice } from '#shared/theory/lossSlice';
import { fail } from '../../services/failure.ts';
import { fileFailure, replaceFile } from '../../services/fileSystem.ts';
import { measureSlice } from '../../services/lossSlice.ts';
import type { Command } from '../command.ts';
import { withEngine } from '../engineSession.ts';
import type { ExitCode, Terminal } from '../surroundings.ts';
import { scientific, table } from '../table.ts';
import { chooseWeights, isFolder, keptRun, lowerDocument, openTarget } from '../target.ts';

interface Network {
  readonly name: string;
  readonly document: GradloomDocument;
  readonly of: Subject;
}

/** A run as it stood last, or a document with the weights that it begins with. @throws ServiceError */
async function openNetwork(terminal: Terminal, given: string): Promise<Network> {
  const path = terminal.path(given);
  if (await isFolder(terminal, path)) {
    const { kept, run } = keptRun(terminal, given);
    const { document, weights, step } = await kept.outcome(run);
    return { name: given, document, of: { document, weights, kept: { run: path, step } } };
  }
  const target = await openTarget(terminal, given);
  const { document } = target;
  const { weights: wanted } = lowerDocument(document, path);
  const weights = await chooseWeights(terminal, target, wanted, undefined);
  return { name: given, document, of: { document, weights } };
}

/** What makes losses comparable: the data, and what is asked of the outputs. */
function askedOf({ training }: GradloomDocument): string {
  const { data, losses } = training;
  return JSON.stringify([data?.source, data?.seed, data?.validation, losses.map(({ kind, weight }) => [kind, weight])]);
}

function rowsOf(terminal: Terminal, { network, slice }: { network: string; slice: LossSlice }): string[][] {
  return slice.surfaces.map(({ name, centre, values }, at) => {
    const least = sliceMinimum(values, slice);
    const finite = values.filter(Number.isFinite);
    const largest = finite.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    return [
      at === 0 ? network : '',
      at === 0 ? (slice.step === null ? terminal.say('slice.begin') : String(slice.step)) : '',
      name,
      scientific(centre),
      least === null ? '–' : scientific(least.value),
      least === null ? '–' : `(${least.first.toPrecision(3)}, ${least.second.toPrecision(3)})`,
      finite.length === 0 ? '–' : scientific(largest),
      String(values.length - finite.length),
    ];
  });
}

/** Measures the loss in a plane through the weights of up to four networks, under one scale. */
export const slice: Command = {
  name: 'slice',
  usage: 'slice RUN|FILE [RUN|FILE …] [--points N] [--range R] [--seed N] [--batch N] [--out SLICE.csv]',
  positionals: { minimum: 1, maximum: sliceLimits.compared },
  options: {
    points: { kind: 'integer', ...sliceLimits.points },
    range: { kind: 'number', ...sliceLimits.range },
    seed: { kind: 'integer', minimum: 0, maximum: largestSeed },
    batch: { kind: 'integer', ...sliceLimits.examples },
    out: { kind: 'text', value: 'SLICE.csv' },
  },
  async run(terminal, { positionals, integers, numbers, texts }) {
    const { surroundings } = terminal;
    const span: SliceSpan = {
      points: integers.get('points') ?? usualSlice.points,
      range: numbers.get('range') ?? usualSlice.range,
      seed: integers.get('seed') ?? usualSlice.seed,
      examples: integers.get('batch') ?? usualSlice.examples,
    };
    const networks: Network[] = [];
    for (const given of positionals) networks.push(await openNetwork(terminal, given));
    const [reference] = networks;
    for (const { name, document } of networks) {
      if (reference !== undefined && askedOf(document) !== askedOf(reference.document)) {
        terminal.note(terminal.say('slice.otherTask', { name, first: reference.name }));
      }
    }
    return withEngine(surroundings, async (engine): Promise<ExitCode> => {
      const measured: { network: string; slice: LossSlice }[] = [];
      for (const { name, of } of networks) {
        const slice = await measureSlice(engine, of, span, surroundings.interrupted);
        if (slice === null) throw fail('interrupted');
        measured.push({ network: name, slice });
      }
      const scale = sliceScale(measured.map(({ slice }) => slice.surfaces[0]?.values ?? []));
      const out = texts.get('out');
      if (out !== undefined) {
        const path = terminal.path(out);
        const { head, rows } = sliceRows(measured);
        await replaceFile(surroundings.fileSystem, path, csvOf(head, rows)).catch((error: unknown) => {
          throw fileFailure(error, path, 'write');
        });
        terminal.note(terminal.say('terminal.written', { path }));
      }
      const json = {
        ...span,
        coordinates: sliceCoordinates(span),
        scale,
        networks: measured.map(({ network, slice: { step, examples, elements, surfaces } }) => ({
          network,
          step,
          examples,
          elements,
          surfaces: surfaces.map((surface) => ({ ...surface, least: sliceMinimum(surface.values, span) })),
        })),
      };
      terminal.result(json, () => {
        const columns = ['network', 'step', 'surface', 'centre', 'least', 'where', 'largest', 'notFinite'] as const;
        const head = columns.map((column) => terminal.say(`slice.${column}`));
        const lines = measured.flatMap((each) => rowsOf(terminal, each));
        const { points, range, seed } = span;
        const [first] = measured;
        const caption = terminal.say('slice.caption', { points, range, seed, examples: first?.slice.examples ?? 0 });
        const rule = terminal.say('slice.rule');
        return `${caption}\n\n${table(head, lines, ['left', 'right', 'left', 'right', 'right', 'right', 'right', 'right'])}\n${rule}\n`;
      });
      return 0;
    });
  },
};
