import type { GradloomDocument } from '#shared/graph/document';
import type { Program } from '#shared/program/program';
import { exportFormatSchema, exportFormats } from '#shared/protocol/exports';
import type { NamedArrays } from '#shared/protocol/engine';
import type { EngineClient } from '../../services/engineClient.ts';
import { exampleCount, exampleInputs, modelToExport, writeExport } from '../../services/exports.ts';
import type { Examples } from '../../services/exports.ts';
import { isTextKey } from '#shared/text/text';
import type { Command } from '../command.ts';
import { UsageError } from '../commandLine.ts';
import { askEngine } from '../engineSession.ts';
import { grouped, table } from '../table.ts';
import { chooseWeights, lowerDocument, openTarget } from '../target.ts';

/** Examples of the document's data with the network's answers. */
async function examplesOf(
  engine: EngineClient,
  document: GradloomDocument,
  program: Program,
  weights: NamedArrays | null,
): Promise<Examples> {
  const { data } = document.training;
  const preview = data === null ? null : await engine.request({ kind: 'preview', data, count: exampleCount });
  const inputs = exampleInputs(program.inputs, preview);
  return { inputs, outputs: await engine.request({ kind: 'predict', document, seed: null, weights, inputs }) };
}

/** Hands a network on as a model file, with a sheet of what the next team asks. */
export const exportCommand: Command = {
  name: 'export',
  usage: `export RUN|FILE --to ${exportFormats.join('|')} --out PATH [--weights W.npz]`,
  positionals: { minimum: 1, maximum: 1 },
  options: {
    to: { kind: 'text', value: 'FORMAT' },
    out: { kind: 'text', value: 'PATH' },
    weights: { kind: 'text', value: 'W.npz' },
  },
  async run(terminal, { positionals: [file = ''], texts }) {
    const { surroundings } = terminal;
    const format = exportFormatSchema.safeParse(texts.get('to'));
    if (!format.success) {
      const received = texts.get('to') ?? '';
      throw new UsageError(terminal.say('terminal.export.format', { received, expected: exportFormats }));
    }
    const target = await openTarget(terminal, file);
    const { document } = target;
    const { program, weights: wanted } = lowerDocument(document, terminal.path(file));
    const weights = await chooseWeights(terminal, target, wanted, texts.get('weights'));
    if (weights === null) terminal.note(terminal.say('terminal.predict.untrained', { seed: document.training.seed }));
    const model = modelToExport(document, weights);
    const examples = await askEngine(surroundings, (engine) => examplesOf(engine, document, program, weights));
    const out = terminal.path(texts.get('out') ?? '');
    const exported = await writeExport(surroundings.fileSystem, document, model, format.data, out, examples);
    terminal.result({ format: format.data, ...exported }, () => {
      const rows = exported.files.map(({ path, bytes }) => [path, grouped(bytes)]);
      const head = [terminal.say('terminal.export.file'), terminal.say('terminal.export.bytes')];
      const findings = exported.findings.map(({ code, node, values, message }) => {
        const key = `export.finding.${code}`;
        const words = isTextKey(key) ? terminal.say(key, values) : message;
        return `${node === null ? '' : `${node}: `}${words}\n`;
      });
      return `${table(head, rows, ['left', 'right'])}\n${findings.join('')}`;
    });
    return 0;
  },
};
