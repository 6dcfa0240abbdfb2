import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { serialiseDocument } from '#shared/graph/serialise';
import { writeNpz } from '../../formats/npz.ts';
import { fileFailure, replaceFile } from '../../services/fileSystem.ts';
import { importModel } from '../../services/imports.ts';
import type { Command } from '../command.ts';

/** Brings a model file back as a document, with its weights in a side file. */
export const importCommand: Command = {
  name: 'import',
  usage: 'import MODEL --out FILE',
  positionals: { minimum: 1, maximum: 1 },
  options: { out: { kind: 'text', value: 'FILE' } },
  async run(terminal, { positionals: [model = ''], texts }) {
    const { fileSystem } = terminal.surroundings;
    const { document, weights } = await importModel(fileSystem, terminal.path(model));
    const out = terminal.path(texts.get('out') ?? '');
    const sidecar = `${basename(out).replace(/\.gradloom\.json$|\.json$/, '')}.weights.npz`;
    const bytes = weights === null ? null : writeNpz(weights);
    const { weights: _former, ...plain } = document;
    const whole =
      bytes === null
        ? plain
        : { ...plain, weights: { file: sidecar, sha256: createHash('sha256').update(bytes).digest('hex') } };
    const files = [...(bytes === null ? [] : [join(dirname(out), sidecar)]), out];
    try {
      // The weights first: a document must not name a file that is not there.
      if (bytes !== null) await replaceFile(fileSystem, join(dirname(out), sidecar), bytes);
      await replaceFile(fileSystem, out, serialiseDocument(whole));
    } catch (error) {
      throw fileFailure(error, out, 'write');
    }
    if (bytes === null) terminal.note(terminal.say('terminal.import.noWeights'));
    const { name } = document;
    terminal.result({ out, name, weights: bytes === null ? null : sidecar }, () =>
      files.map((path) => `${terminal.say('terminal.written', { path })}\n`).join(''),
    );
    return 0;
  },
};
