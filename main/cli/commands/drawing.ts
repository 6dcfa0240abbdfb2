import { join } from 'node:path';
import { check } from '#shared/check/check';
import { drawSheet } from '#shared/drawing/drawSheet';
import type { DrawingFormat } from '#shared/drawing/pictures';
import { coloursOf, themes } from '#shared/drawing/themes';
import type { GradloomDocument } from '#shared/graph/document';
import type { CellId } from '#shared/graph/identifiers';
import { fileFailure, replaceFile } from '../../services/fileSystem.ts';
import { rasterise } from '../../services/rasterise.ts';
import { runFiles } from '../../services/runFolders.ts';
import { UsageError } from '../commandLine.ts';
import type { Given } from '../commandLine.ts';
import { grouped } from '../table.ts';
import { isFolder, openDocument } from '../target.ts';
import type { ExitCode, Terminal } from '../surroundings.ts';

/** Options of `export` that ask something of weights; a drawing has none. */
const ofModels = ['weights', 'precision', 'attention-maps', 'page', 'licence', 'note'] as const;

/** The sheet that is drawn: the main one, or that of a cell by its id or name. @throws UsageError that lists the cells */
function sheetOf(terminal: Terminal, { cells }: GradloomDocument, asked: string | undefined): CellId | null {
  if (asked === undefined) return null;
  const cell = cells.find(({ id }) => id === asked) ?? cells.find(({ name }) => name === asked);
  if (cell !== undefined) return cell.id;
  const expected = cells.length === 0 ? '–' : cells.map(({ name }) => name);
  throw new UsageError(terminal.say('terminal.export.sheet', { received: asked, expected }));
}

/** Writes a sheet of a document, or of the one that a run trained, as a picture: what the window draws of it at rest. */
export async function exportDrawing(
  terminal: Terminal,
  { positionals, texts, flags }: Given,
  format: DrawingFormat,
): Promise<ExitCode> {
  const superfluous = ofModels.find((option) => texts.has(option) || flags.has(option));
  if (superfluous !== undefined) {
    throw new UsageError(terminal.say('terminal.export.drawingOption', { option: `--${superfluous}` }));
  }
  const asked = texts.get('theme') ?? 'light';
  const theme = themes.find((each) => each === asked);
  if (theme === undefined) {
    throw new UsageError(terminal.say('terminal.export.theme', { received: asked, expected: themes }));
  }
  const { fileSystem } = terminal.surroundings;
  const given = terminal.path(positionals[0] ?? '');
  const document = await openDocument(
    terminal,
    (await isFolder(terminal, given)) ? join(given, runFiles.document) : given,
  );
  const sheet = sheetOf(terminal, document, texts.get('sheet'));
  const { svg, width, height } = drawSheet(document, check(document), sheet, terminal.locale, coloursOf(theme));
  const path = terminal.path(texts.get('out') ?? '');
  const content = format === 'svg' ? svg : await rasterise(svg, width, height);
  try {
    await replaceFile(fileSystem, path, content);
  } catch (error) {
    throw fileFailure(error, path, 'write');
  }
  const bytes = Buffer.byteLength(content);
  terminal.result({ format, path, width, height, bytes }, () =>
    [
      `${terminal.say('terminal.written', { path })}\n`,
      `${terminal.say(`terminal.export.drawn.${format}`, { width: grouped(width), height: grouped(height) })}\n`,
    ].join(''),
  );
  return 0;
}
