import type { Provision } from '#shared/protocol/calls';
import type { EngineProvision } from '../../services/provision/engineProvision.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../commandLine.ts';
import type { ExitCode, Terminal } from '../surroundings.ts';
import { table } from '../table.ts';

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

function human(terminal: Terminal, provision: Provision | null): string {
  const say = terminal.say.bind(terminal);
  if (provision === null) return `${say('terminal.engine.none')}\n`;
  const { stage, tensorflow, file, host, size, unpacked, done } = provision;
  const kept = stage === 'absent' && done > 0 ? [[say('terminal.engine.kept'), `${megabytes(done)} MB`]] : [];
  return table(null, [
    ['TensorFlow', `${tensorflow}: ${say(stage === 'ready' ? 'terminal.engine.ready' : 'terminal.engine.absent')}`],
    [say('terminal.engine.file'), file],
    [say('terminal.engine.from'), host ?? say('terminal.engine.nowhere')],
    [say('terminal.engine.size'), `${megabytes(size)} MB`],
    [say('terminal.engine.unpacked'), `${megabytes(unpacked)} MB`],
    ...kept,
  ]);
}

/** Tells stages and tenths of them for a person, and everything as JSON. */
function progressTo(terminal: Terminal): (provision: Provision) => void {
  let last = '';
  return ({ stage, done, total }) => {
    if (stage !== 'downloading' && stage !== 'checking' && stage !== 'unpacking') return;
    if (terminal.isJson) terminal.event({ stage, done, total }, '');
    const tenth = total === 0 ? 0 : Math.floor((10 * done) / total);
    const word = `${stage} ${tenth}`;
    if (word === last || total === 0) return;
    last = word;
    const values = { done: megabytes(done), total: megabytes(total) };
    terminal.note(terminal.say(`terminal.engine.${stage}`, values));
  };
}

async function install(terminal: Terminal, provision: EngineProvision, from: string | null): Promise<ExitCode> {
  const { interrupted } = terminal.surroundings;
  const forget = provision.onState(progressTo(terminal));
  try {
    void interrupted.then(() => provision.stop());
    await provision.install(from);
  } finally {
    forget();
  }
  const { state } = provision;
  const library = provision.library();
  terminal.event({ stage: state?.stage ?? null, library }, terminal.say('terminal.engine.done', { library }));
  return 0;
}

/** The native engine of an installed Gradloom: whether it is there, and how to get it. */
export const engine: Command = {
  name: 'engine',
  usage: 'engine [install] [--from FILE]',
  positionals: { minimum: 0, maximum: 1 },
  options: { from: { kind: 'text', value: 'FILE' } },
  async run(terminal, { positionals, texts }) {
    const { provision } = terminal.surroundings;
    const [action] = positionals;
    const from = texts.get('from');
    if (action !== undefined && action !== 'install') {
      throw new UsageError(terminal.say('terminal.engine.action', { received: action }));
    }
    if (action === undefined && from !== undefined) throw new UsageError(terminal.say('terminal.engine.fromAlone'));
    if (action === 'install') return install(terminal, provision, from === undefined ? null : terminal.path(from));
    const state = await provision.look();
    terminal.result({ engine: state, library: provision.library() }, () => human(terminal, state));
    return 0;
  },
};
