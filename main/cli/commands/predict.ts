import { findArrays } from '../../services/arrays.ts';
import { readArrays } from '../../services/weightFiles.ts';
import { writeArrays } from '../arrayOutput.ts';
import type { Command } from '../command.ts';
import { askEngine } from '../engineSession.ts';
import { shapeText, table } from '../table.ts';
import { chooseWeights, lowerDocument, openTarget } from '../target.ts';

/** The outputs, after their links, for given inputs. */
export const predict: Command = {
  name: 'predict',
  usage: 'predict RUN|FILE --inputs B.npz --out P.npz',
  positionals: { minimum: 1, maximum: 1 },
  options: { inputs: { kind: 'text', value: 'B.npz' }, out: { kind: 'text', value: 'P.npz' } },
  async run(terminal, { positionals: [file = ''], texts }) {
    const { surroundings } = terminal;
    const target = await openTarget(terminal, file);
    const { document } = target;
    const { program, weights: wanted } = lowerDocument(document, terminal.path(file));
    const weights = await chooseWeights(terminal, target, wanted, undefined);
    if (weights === null) terminal.note(terminal.say('terminal.predict.untrained', { seed: document.training.seed }));
    const path = terminal.path(texts.get('inputs') ?? '');
    const inputs = findArrays(program, await readArrays(surroundings.fileSystem, path), path, false);
    const predicted = await askEngine(surroundings, (engine) =>
      engine.request({ kind: 'predict', document, seed: null, weights, inputs }),
    );
    const out = await writeArrays(terminal, texts.get('out') ?? '', predicted);
    const outputs = program.outputs.map(({ node, label, link }) => ({
      node,
      label,
      link,
      shape: predicted[node]?.shape ?? [],
    }));
    terminal.result({ out, outputs }, () => {
      const head = (['output', 'label', 'link', 'shape'] as const).map((key) =>
        terminal.say(`terminal.predict.${key}`),
      );
      const rows = outputs.map(({ node, label, link, shape }) => [node, label, link, shapeText(shape)]);
      return `${table(head, rows)}\n${terminal.say('terminal.written', { path: out })}\n`;
    });
    return 0;
  },
};
