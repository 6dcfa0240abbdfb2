import { initialiseWeight } from '#shared/program/initialise';
import type { NamedArrays } from '#shared/protocol/engine';
import { largestSeed } from '#shared/graph/training';
import type { Command } from '../command.ts';
import { writeArrays } from '../arrayOutput.ts';
import { grouped, shapeText, table } from '../table.ts';
import { chooseWeights, lowerDocument, openTarget, weightsOfModel } from '../target.ts';

/** Writes every weight under its id: those of the run or beside the document, or those the seed gives. */
export const weights: Command = {
  name: 'weights',
  usage: 'weights FILE|RUN --out W.npz [--seed N] [--from MODEL]',
  positionals: { minimum: 1, maximum: 1 },
  options: {
    out: { kind: 'text', value: 'W.npz' },
    seed: { kind: 'integer', minimum: 0, maximum: largestSeed },
    from: { kind: 'text', value: 'MODEL' },
  },
  async run(terminal, { positionals: [file = ''], texts, integers }) {
    const target = await openTarget(terminal, file);
    const { weights: wanted } = lowerDocument(target.document, terminal.path(file));
    const seed = integers.get('seed');
    const kept = seed === undefined ? await chooseWeights(terminal, target, wanted, undefined) : null;
    const from = seed ?? target.document.training.seed;
    const model = texts.get('from');
    const matched = model === undefined ? null : await weightsOfModel(terminal, target.document, model);
    const others: NamedArrays =
      kept ??
      Object.fromEntries(
        wanted.map((weight) => [
          weight.id,
          { shape: weight.shape, dtype: 'float32', data: initialiseWeight(weight, from) } as const,
        ]),
      );
    const arrays = { ...others, ...matched?.weights };
    const out = await writeArrays(terminal, texts.get('out') ?? '', arrays);
    const listed = wanted.map(({ id, shape, trainable }) => ({ id, shape, trainable }));
    const json = {
      out,
      source: kept === null ? { seed: from } : { file: target.weights?.path ?? terminal.path(file) },
      weights: listed,
      ...(matched !== null && { taken: matched.taken }),
    };
    terminal.result(json, () => {
      const rows = listed.map(({ id, shape }) => [
        id,
        shapeText(shape),
        grouped(shape.reduce((product, length) => product * length, 1)),
      ]);
      return `${table([terminal.say('terminal.weights.id'), terminal.say('terminal.weights.shape'), terminal.say('terminal.weights.size')], rows, ['left', 'left', 'right'])}\n${terminal.say('terminal.written', { path: out })}\n`;
    });
    return 0;
  },
};
