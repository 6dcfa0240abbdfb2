import { dirname, join } from 'node:path';
import { describeImportFinding, importFindings } from '#shared/graph/importFindings';
import { parseDocument } from '#shared/graph/serialise';
import { fileFailure, replaceFile } from '../../services/fileSystem.ts';
import { fail } from '../../services/failure.ts';
import { readModelParts, writeSidecar } from '../../services/imports.ts';
import type { Command } from '../command.ts';

/** Brings a model file back as a document, with its weights in a side file. */
export const importCommand: Command = {
  name: 'import',
  usage: 'import MODEL --out FILE [--cells]',
  positionals: { minimum: 1, maximum: 1 },
  options: { out: { kind: 'text', value: 'FILE' }, cells: { kind: 'flag' } },
  async run(terminal, { positionals: [path = ''], texts, flags }) {
    const { fileSystem, modelWork, interrupted } = terminal.surroundings;
    const out = terminal.path(texts.get('out') ?? '');
    const parts = await readModelParts(fileSystem, terminal.path(path));
    const stop = new AbortController();
    void interrupted.then(() => stop.abort());
    const task = { kind: 'import', parts, out, cells: flags.has('cells') ? terminal.locale : null } as const;
    const files = await modelWork(task, stop.signal).catch((error: unknown) => {
      throw stop.signal.aborted ? fail('interrupted') : error;
    });
    // The weights first: a document must not name a file that is not there.
    await writeSidecar(fileSystem, files, out);
    try {
      await replaceFile(fileSystem, out, files.document);
    } catch (error) {
      throw fileFailure(error, out, 'write');
    }
    const { name, sidecar, cells } = files;
    const read = parseDocument(files.document);
    const findings = read.ok ? importFindings(read.document) : [];
    const told = findings.map((finding) => ({
      code: finding.code,
      nodes: finding.nodes.map(({ id }) => id),
      message: describeImportFinding(terminal.locale, finding),
    }));
    for (const { message } of told) terminal.note(message);
    if (findings.some(({ code }) => code !== 'training')) terminal.note(terminal.say('import.findings.unknown'));
    if (findings.some(({ code }) => code === 'training')) terminal.note(terminal.say('import.findings.training'));
    if (sidecar === null) terminal.note(terminal.say('terminal.import.noWeights'));
    if (cells !== null) terminal.note(terminal.say('terminal.import.cells', { count: cells }));
    const json = { out, name, weights: sidecar?.name ?? null, findings: told, ...(cells === null ? {} : { cells }) };
    terminal.result(json, () =>
      [...(sidecar === null ? [] : [join(dirname(out), sidecar.name)]), out]
        .map((path) => `${terminal.say('terminal.written', { path })}\n`)
        .join(''),
    );
    return 0;
  },
};
