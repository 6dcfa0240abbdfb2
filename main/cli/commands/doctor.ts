import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { EngineReport } from '#shared/protocol/calls';
import type { EngineFiles } from '../../services/provision/engineProvision.ts';
import { version } from '../../services/version.ts';
import type { Command } from '../command.ts';
import { askEngine } from '../engineSession.ts';
import type { Surroundings, Terminal } from '../surroundings.ts';
import { table } from '../table.ts';

export interface ShellChoice {
  readonly shell: 'electron' | 'browser';
  readonly reason: string;
}

const earlierTrySchema = z.object({ when: z.string(), reason: z.string() });

/** Which shell `npm start` would open, and why: the same order of questions as scripts/start.mjs, without downloading. */
export async function chooseShell(
  { environment, platform, electronFolder, fileSystem }: Surroundings,
  say: Terminal['say'],
): Promise<ShellChoice> {
  const asked = environment['GRADLOOM_SHELL'];
  if (asked === 'electron' || asked === 'browser') {
    return { shell: asked, reason: say('terminal.doctor.shell.asked', { asked }) };
  }
  if (platform === 'linux' && !environment['DISPLAY'] && !environment['WAYLAND_DISPLAY']) {
    return { shell: 'browser', reason: say('terminal.doctor.shell.noDisplay') };
  }
  if (electronFolder === null) return { shell: 'browser', reason: say('terminal.doctor.shell.noPackage') };
  const name = await readFile(join(electronFolder, 'path.txt'), 'utf8').catch(() => null);
  const folder = environment['ELECTRON_OVERRIDE_DIST_PATH'] || join(electronFolder, 'dist');
  const isThere = await fileSystem.stat(join(folder, name ?? 'electron')).then(
    (facts) => facts.isFile(),
    () => false,
  );
  if (isThere) return { shell: 'electron', reason: say('terminal.doctor.shell.found') };
  const record = await readFile(join(electronFolder, '..', '.gradloom', 'electron.json'), 'utf8').catch(() => '');
  const earlier = earlierTrySchema.safeParse(parseJson(record));
  return {
    shell: 'browser',
    reason: earlier.success ? earlier.data.reason : say('terminal.doctor.shell.noBinary'),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function filesRows(terminal: Terminal, files: EngineFiles | null): string[][] {
  if (files === null) return [];
  const say = terminal.say.bind(terminal);
  const { checked, damaged, failure } = files;
  const row = (words: string): string[] => [say('terminal.doctor.files'), words];
  const reason = failure === null ? null : terminal.describe(failure);
  if (checked === 0 && reason !== null) return [row(say('terminal.doctor.files.unchecked', { reason }))];
  const damage = reason === null ? 'terminal.doctor.files.damaged' : 'terminal.doctor.files.damagedUnnoted';
  const words =
    damaged.length === 0
      ? say('terminal.doctor.files.whole', { count: checked })
      : say(damage, { files: [...damaged] });
  return reason === null ? [row(words)] : [row(words), [say('terminal.doctor.files.unnoted'), reason]];
}

function human(terminal: Terminal, engine: EngineReport, shell: ShellChoice, files: EngineFiles | null): string {
  const say = terminal.say.bind(terminal);
  const isNative = engine.backend === 'tensorflow';
  const name = isNative ? `TensorFlow ${engine.version}` : engine.version;
  const facts = table(null, [
    ['Gradloom', `${version} (${engine.platform}, Node ${engine.node.replace(/^v/, '')})`],
    [
      say('terminal.doctor.engine'),
      say(isNative ? 'terminal.doctor.native' : 'terminal.doctor.fallback', { name, threads: engine.threads }),
    ],
    [say('terminal.doctor.devices'), engine.devices.join(', ')],
    [say('terminal.doctor.way'), engine.way],
    ...filesRows(terminal, files),
    [say('terminal.doctor.shell'), `${say(`terminal.doctor.${shell.shell}`)}: ${shell.reason}`],
  ]);
  const attempts = engine.attempts.map(({ way, ok, reason }) => [
    way,
    ok ? say('terminal.doctor.used') : reason || say('terminal.doctor.failed'),
  ]);
  if (attempts.length === 0) return facts;
  return `${facts}\n${table([say('terminal.doctor.attempt'), say('terminal.doctor.outcome')], attempts)}`;
}

/** Which engine and shell there are, and why not better ones. */
export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor',
  positionals: { minimum: 0, maximum: 0 },
  options: {},
  async run(terminal) {
    const { surroundings } = terminal;
    const say = terminal.say.bind(terminal);
    const shell = await chooseShell(surroundings, say);
    // First: an engine with a damaged file is not to be started.
    const files = await surroundings.provision.verify();
    const engine = await askEngine(surroundings, (client) => client.request({ kind: 'report' }));
    terminal.result({ version, engine, shell, files }, () => human(terminal, engine, shell, files));
    return 0;
  },
};
