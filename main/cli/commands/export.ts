import { drawingFormats } from '#shared/drawing/pictures';
import { themes } from '#shared/drawing/themes';
import { handedOn } from '#shared/graph/handedOn';
import {
  exportFormats,
  exportFormatSchema,
  exportPrecisions,
  exportPrecisionSchema,
  formatPrecisions,
} from '#shared/protocol/exports';
import type { ExportLoss } from '#shared/protocol/exports';
import { isTextKey } from '#shared/text/text';
import { attentionMaps } from '../../formats/attentionMaps.ts';
import { completeSheet, makeExport, modelToExport, saveExport } from '../../services/exports.ts';
import { checkExport, makeExamples, measureLoss } from '../../services/modelFiles.ts';
import { workHere } from '../../services/modelWork.ts';
import { runFactsAt } from '../../services/runFolders.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../commandLine.ts';
import { askEngine } from '../engineSession.ts';
import { grouped, table } from '../table.ts';
import { chooseWeights, lowerDocument, openTarget } from '../target.ts';
import { exportDrawing } from './drawing.ts';

/** The numbers of a loss as the terminal writes them. */
function lossWords({ before, after, largest, changed, asked }: ExportLoss): Readonly<Record<string, string | number>> {
  return { before: grouped(before), after: grouped(after), largest: largest.toPrecision(2), changed, asked };
}

/** Hands a network on as a model file, with a sheet of what the next team asks. */
export const exportCommand: Command = {
  name: 'export',
  usage: `export RUN|FILE --to ${exportFormats.join('|')}|${drawingFormats.join('|')} --out PATH [--weights W.npz] [--precision ${exportPrecisions.join('|')}] [--attention-maps] [--page] [--licence TEXT] [--note TEXT] [--sheet CELL] [--theme ${themes.join('|')}]`,
  positionals: { minimum: 1, maximum: 1 },
  options: {
    to: { kind: 'text', value: 'FORMAT' },
    out: { kind: 'text', value: 'PATH' },
    weights: { kind: 'text', value: 'W.npz' },
    precision: { kind: 'text', value: 'PRECISION' },
    'attention-maps': { kind: 'flag' },
    page: { kind: 'flag' },
    licence: { kind: 'text', value: 'TEXT' },
    note: { kind: 'text', value: 'TEXT' },
    sheet: { kind: 'text', value: 'CELL' },
    theme: { kind: 'text', value: 'THEME' },
  },
  async run(terminal, given) {
    const {
      positionals: [file = ''],
      texts,
      flags,
    } = given;
    const { surroundings } = terminal;
    const { fileSystem } = surroundings;
    const drawing = drawingFormats.find((each) => each === texts.get('to'));
    if (drawing !== undefined) return exportDrawing(terminal, given, drawing);
    const ofDrawings = ['sheet', 'theme'].find((option) => texts.has(option));
    if (ofDrawings !== undefined) {
      throw new UsageError(terminal.say('terminal.export.modelOption', { option: `--${ofDrawings}` }));
    }
    const format = exportFormatSchema.safeParse(texts.get('to'));
    if (!format.success) {
      const received = texts.get('to') ?? '';
      throw new UsageError(
        terminal.say('terminal.export.format', { received, expected: [...exportFormats, ...drawingFormats] }),
      );
    }
    const precision = exportPrecisionSchema.safeParse(texts.get('precision') ?? 'float32');
    const possible = formatPrecisions[format.data];
    if (!precision.success || !possible.includes(precision.data)) {
      const received = texts.get('precision') ?? '';
      throw new UsageError(terminal.say('terminal.export.precision', { received, expected: possible }));
    }
    const target = await openTarget(terminal, file);
    const { document } = target;
    const { program, weights: wanted } = lowerDocument(document, terminal.path(file));
    const weights = await chooseWeights(terminal, target, wanted, texts.get('weights'));
    if (weights === null) terminal.note(terminal.say('terminal.predict.untrained', { seed: document.training.seed }));
    const handed = handedOn(target.asWritten);
    const model = modelToExport(handed, weights);
    const { examples, loss } = await askEngine(surroundings, async (engine) => ({
      examples: await makeExamples(engine, document, program, weights),
      loss: await measureLoss(engine, workHere, document, program, model.weights, precision.data),
    }));
    const isRun = target.run !== null && !texts.has('weights');
    const choice = {
      format: format.data,
      precision: precision.data,
      attentionMaps: flags.has('attention-maps'),
      page: flags.has('page'),
    };
    if (choice.page && choice.format !== 'tfjs') throw new UsageError(terminal.say('terminal.export.page'));
    if (choice.attentionMaps && attentionMaps(model).length === 0) {
      throw new UsageError(terminal.say('terminal.export.noMaps'));
    }
    const made = await makeExport(handed, model, choice, examples, {
      licence: texts.get('licence') ?? '',
      note: texts.get('note') ?? '',
      run: isRun ? await runFactsAt(fileSystem, target.run) : null,
    });
    const path = terminal.path(texts.get('out') ?? '');
    const saved = await saveExport(fileSystem, format.data, path, made.files);
    const check = await checkExport(fileSystem, workHere, format.data, path, {
      document: handed,
      weights: model.weights,
      precision: precision.data,
    });
    const files = await completeSheet(fileSystem, format.data, path, made.files, saved, check, loss);
    const { findings } = made;
    terminal.result({ format: format.data, precision: precision.data, path, files, findings, check, loss }, () => {
      const rows = files.map((each) => [each.path, grouped(each.bytes)]);
      const head = [terminal.say('terminal.export.file'), terminal.say('terminal.export.bytes')];
      const told = findings.map(({ code, node, values, message }) => {
        const key = `export.finding.${code}`;
        const words = isTextKey(key) ? terminal.say(key, values) : message;
        return `${node === null ? '' : `${node}: `}${words}\n`;
      });
      const back = terminal.say(`export.check.${check.outcome}`, { reason: check.reason });
      const cost = loss === null ? '' : `${terminal.say('export.loss', lossWords(loss))}\n`;
      return `${table(head, rows, ['left', 'right'])}\n${told.join('')}${cost}${back}\n`;
    });
    return 0;
  },
};
