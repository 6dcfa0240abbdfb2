import { dirname, join } from 'node:path';
import { fileFailure, replaceFile } from '../../services/fileSystem.ts';
import { importedFiles, importParts, readModelParts, writeSidecar } from '../../services/imports.ts';
import type { Command } from '../command.ts';

/** Brings a model file back as a document, with its weights in a side file. */
export const importCommand: Command = {
  name: 'import',
  usage: 'import MODEL --out FILE',
  positionals: { minimum: 1, maximum: 1 },
  options: { out: { kind: 'text', value: 'FILE' } },
  async run(terminal, { positionals: [model = ''], texts }) {
    const { fileSystem } = terminal.surroundings;
    const out = terminal.path(texts.get('out') ?? '');
    const files = importedFiles(await importParts(await readModelParts(fileSystem, terminal.path(model))), out);
    // The weights first: a document must not name a file that is not there.
    await writeSidecar(fileSystem, files, out);
    try {
      await replaceFile(fileSystem, out, files.document);
    } catch (error) {
      throw fileFailure(error, out, 'write');
    }
    const { name, sidecar } = files;
    if (sidecar === null) terminal.note(terminal.say('terminal.import.noWeights'));
    terminal.result({ out, name, weights: sidecar?.name ?? null }, () =>
      [...(sidecar === null ? [] : [join(dirname(out), sidecar.name)]), out]
        .map((path) => `${terminal.say('terminal.written', { path })}\n`)
        .join(''),
    );
    return 0;
  },
};
