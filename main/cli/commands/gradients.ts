import type { GradloomDocument } from '#shared/graph/document';
import { findWire } from '#shared/graph/queries';
import { wireIdSchema } from '#shared/graph/identifiers';
import type { GradientMeasures } from '#shared/protocol/engine';
import { largestSeed } from '#shared/graph/training';
import { findArrays, separateTargets } from '../../services/arrays.ts';
import { readArrays } from '../../services/weightFiles.ts';
import { writeArrays } from '../arrayOutput.ts';
import type { Command } from '../command.ts';
import { askEngine } from '../engineSession.ts';
import type { Terminal } from '../surroundings.ts';
import { scientific, shapeText, table } from '../table.ts';
import { chooseWeights, lowerDocument, openTarget } from '../target.ts';

/** The iterations of the enclosing loops in a path, outermost first. */
function iterationsOf(path: readonly string[]): number[] {
  return path.flatMap((step) => (step.includes('=') ? [Number(step.slice(step.lastIndexOf('=') + 1))] : []));
}

function toJson({ loss, headLosses, headRms, wires, weights }: GradientMeasures): unknown {
  return {
    loss,
    headLosses,
    headRms,
    wires: wires.map(({ wire, path, rms, l2, max, mark }) => ({
      wire,
      iteration: iterationsOf(path),
      path,
      rms,
      l2,
      max,
      mark,
    })),
    weights: weights.map(({ id, node, shape, l2, iterations }) => ({
      id,
      node,
      shape,
      l2,
      ...(iterations === undefined
        ? {}
        : {
            iterations: iterations.map((share) => ({
              iteration: iterationsOf(share.path),
              path: share.path,
              l2: share.l2,
              cosine: share.cosine,
            })),
          }),
    })),
  };
}

function ends(document: GradloomDocument, wire: string): string {
  const id = wireIdSchema.safeParse(wire);
  const found = id.success ? findWire(document, id.data)?.wire : undefined;
  return found === undefined ? '' : `${found.from.node} → ${found.to.node}`;
}

function human(terminal: Terminal, document: GradloomDocument, measures: GradientMeasures): string {
  const head = (['wire', 'ends', 'path', 'rms', 'l2', 'max', 'mark'] as const).map((key) =>
    terminal.say(`terminal.gradients.${key}`),
  );
  const wires = measures.wires.map(({ wire, path, rms, l2, max, mark }) => [
    wire,
    ends(document, wire),
    path.join(' '),
    scientific(rms),
    scientific(l2),
    scientific(max),
    mark === 'none' ? '' : mark,
  ]);
  const weights = measures.weights.map(({ id, shape, l2 }) => [id, shapeText(shape), scientific(l2)]);
  const weightHead = (['weight', 'shape', 'l2'] as const).map((key) => terminal.say(`terminal.gradients.${key}`));
  return [
    `${terminal.say('terminal.gradients.loss', { loss: measures.loss })}\n`,
    table(head, wires, ['left', 'left', 'left', 'right', 'right', 'right', 'left']),
    table(weightHead, weights, ['left', 'left', 'right']),
  ].join('\n');
}

/** One forward and backward pass: the gradient on every wire and weight. */
export const gradients: Command = {
  name: 'gradients',
  usage: 'gradients FILE|RUN [--weights W.npz] [--inputs B.npz] [--seed N] [--raw G.npz]',
  positionals: { minimum: 1, maximum: 1 },
  options: {
    weights: { kind: 'text', value: 'W.npz' },
    inputs: { kind: 'text', value: 'B.npz' },
    seed: { kind: 'integer', minimum: 0, maximum: largestSeed },
    raw: { kind: 'text', value: 'G.npz' },
  },
  async run(terminal, { positionals: [file = ''], texts, integers }) {
    const { surroundings } = terminal;
    const target = await openTarget(terminal, file);
    const { program, weights: wanted } = lowerDocument(target.document, terminal.path(file));
    const weights = await chooseWeights(terminal, target, wanted, texts.get('weights'));
    const inputsPath = texts.get('inputs');
    let { document } = target;
    let inputs = null;
    if (inputsPath !== undefined) {
      const path = terminal.path(inputsPath);
      inputs = findArrays(program, await readArrays(surroundings.fileSystem, path), path, true);
      document = separateTargets(document);
    }
    const rawPath = texts.get('raw');
    const measures = await askEngine(surroundings, (engine) =>
      engine.request({
        kind: 'gradients',
        document,
        seed: integers.get('seed') ?? null,
        weights,
        inputs,
        raw: rawPath !== undefined,
      }),
    );
    if (rawPath !== undefined) {
      const path = await writeArrays(terminal, rawPath, measures.raw ?? {});
      terminal.note(terminal.say('terminal.written', { path }));
    }
    terminal.result(toJson(measures), () => human(terminal, target.document, measures));
    return 0;
  },
};
