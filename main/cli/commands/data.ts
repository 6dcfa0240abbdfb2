import { dirname } from 'node:path';
import { withSource } from '#shared/graph/dataBinding';
import { describeFields } from '#shared/graph/dataFields';
import type { FileSource } from '#shared/graph/fileSources';
import { absolutePath, isFileSource, movedSource, withPaths } from '#shared/graph/fileSources';
import { serialiseDocument } from '#shared/graph/serialise';
import { DataFiles } from '../../services/dataFiles.ts';
import { fileFailure, replaceFile } from '../../services/fileSystem.ts';
import { reachEverything } from '../../services/reach.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../commandLine.ts';
import type { Terminal } from '../surroundings.ts';
import { grouped, shapeText, table } from '../table.ts';
import { openDocument } from '../target.ts';

function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** What is in each column or array, a line each. */
function contents(terminal: Terminal, source: FileSource): string {
  const say = (key: 'column' | 'type' | 'minimum' | 'maximum' | 'mean' | 'deviation' | 'missing' | 'field'): string =>
    terminal.say(`terminal.data.${key}`);
  const head = [
    say('column'),
    say('type'),
    say('field'),
    say('minimum'),
    say('maximum'),
    say('mean'),
    say('deviation'),
    say('missing'),
  ];
  const parts = source.kind === 'table' ? source.columns : 'arrays' in source ? source.arrays : [];
  if (parts.length === 0) return '';
  const rows = parts.map((part) => {
    const { statistics, classes, name } = part;
    const kind = 'type' in part ? part.type : part.meaning;
    const type = classes === null ? kind : `${kind} (${classes.length})`;
    const numbers =
      statistics === null || classes !== null
        ? ['', '', '', '']
        : [statistics.minimum, statistics.maximum, statistics.mean, statistics.deviation].map(numberText);
    const missing = 'missing' in part ? part.missing : part.statistics.missing;
    return [name, type, 'field' in part ? (part.field ?? '–') : name, ...numbers, grouped(missing)];
  });
  return `${table(head, rows, ['left', 'left', 'left', 'right', 'right', 'right', 'right', 'right'])}\n`;
}

function human(terminal: Terminal, source: FileSource): string {
  const fields = describeFields(source).map(({ name, shape, dtype, classes }) => [
    name,
    dtype,
    shapeText(shape),
    classes === undefined ? '' : terminal.say('terminal.data.classes', { count: grouped(classes.length) }),
  ]);
  const head = terminal.say('terminal.data.head', { kind: source.kind, count: grouped(source.size) });
  return `${head}\n\n${contents(terminal, source)}${terminal.say('terminal.data.fields')}\n${table(null, fields)}`;
}

/**
 * Describes data in files; with a document, the source goes into it, inputs and losses bound to its fields. Without a path
 * the document's own files are read again.
 */
export const data: Command = {
  name: 'data',
  usage: 'data [PATH] [--document FILE [--out FILE]]',
  positionals: { minimum: 0, maximum: 1 },
  options: { document: { kind: 'text', value: 'FILE' }, out: { kind: 'text', value: 'FILE' } },
  async run(terminal, { positionals: [given], texts }) {
    const { fileSystem } = terminal.surroundings;
    const documentPath = texts.get('document');
    const file = documentPath === undefined ? null : terminal.path(documentPath);
    const document = file === null ? null : await openDocument(terminal, file);
    const known = document?.training.data?.source;
    const source = known !== undefined && isFileSource(known) ? known : null;
    if (given === undefined && source === null) throw new UsageError(terminal.say('terminal.data.noPath'));
    const files = new DataFiles(fileSystem, reachEverything(fileSystem));
    const path = given === undefined ? null : terminal.path(given);
    const described = await files.describe({ path, source: path === null ? source : null, folders: [] });
    if (document === null || file === null) {
      const json = { source: described.source, fields: describeFields(described.source) };
      terminal.result(json, () => human(terminal, described.source));
      return 0;
    }
    const out = terminal.path(texts.get('out') ?? documentPath ?? '');
    const from = dirname(file);
    const whole = withPaths(described.source, (each) => absolutePath(from, each));
    const inputs = document.graph.nodes.filter(({ type }) => type === 'input');
    const taken = movedSource(whole, null, dirname(out));
    const training = { ...document.training, ...withSource(document.training, taken, inputs) };
    try {
      await replaceFile(fileSystem, out, serialiseDocument({ ...document, training }));
    } catch (error) {
      throw fileFailure(error, out, 'write');
    }
    const json = { source: taken, fields: describeFields(taken), out };
    terminal.result(
      json,
      () => `${human(terminal, described.source)}${terminal.say('terminal.written', { path: out })}\n`,
    );
    return 0;
  },
};
