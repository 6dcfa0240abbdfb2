import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { forkLauncher } from '../services/forkLauncher.ts';
import { readRelease } from '../services/provision/release.ts';
import { workInThread } from '../services/modelWork.ts';
import { serve } from './command.ts';

// Only an entry's own address is sure: what several entries share is bundled into chunks that lie elsewhere.
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const ended = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
});

/** Closing waits for a run to stop; a process that hangs is worse than one cut short. */
const patience = 8000;

function openBrowser(url: string): void {
  const { platform } = process;
  const [program, ...programArguments]: [string, ...string[]] =
    platform === 'darwin'
      ? ['open', url]
      : platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  const child = spawn(program, programArguments, { stdio: 'ignore', detached: true });
  // The address stands in the terminal; a machine without an opener loses nothing.
  child.on('error', () => undefined);
  child.unref();
}

void ended.then(() => setTimeout(() => process.exit(0), patience).unref());

const code = await serve(process.argv.slice(2), {
  launcher: forkLauncher(here('../engine/process.js'), (text) => process.stderr.write(text)),
  modelWork: workInThread(here('../services/modelThread.js')),
  page: here('../../renderer'),
  release: readRelease(here('../../../release.json')),
  cwd: process.cwd(),
  environment: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
  log: (line) => process.stderr.write(`${line}\n`),
  openBrowser,
  onFatal: (listener) => process.on('uncaughtExceptionMonitor', listener),
  ended,
});
process.exit(code);
