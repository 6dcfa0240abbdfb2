import type { Command } from '../command.ts';
import type { ExitCode } from '../surroundings.ts';

/** The interface for a browser, on loopback, behind a token. */
export const serve: Command = {
  name: 'serve',
  usage: 'serve [--port N] [--root FOLDER] [--open]',
  positionals: { minimum: 0, maximum: 0 },
  options: {
    port: { kind: 'integer', minimum: 0, maximum: 65_535 },
    root: { kind: 'text', value: 'FOLDER' },
    open: { kind: 'flag' },
  },
  async run({ surroundings }, { integers, texts, flags }) {
    const port = integers.get('port');
    const root = texts.get('root');
    const line = [
      ...(port === undefined ? [] : ['--port', String(port)]),
      ...(root === undefined ? [] : ['--root', root]),
      ...(flags.has('open') ? ['--open'] : []),
      ...(flags.has('json') ? ['--json'] : []),
    ];
    return (await surroundings.serve(line)) as ExitCode;
  },
};
