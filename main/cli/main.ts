import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataFolder } from '../services/folders.ts';
import { nodeFileSystem } from '../services/fileSystem.ts';
import { forkLauncher } from '../services/forkLauncher.ts';
import { EngineProvision } from '../services/provision/engineProvision.ts';
import { readRelease } from '../services/provision/release.ts';
import { workInThread } from '../services/modelWork.ts';
import { runCommandLine } from './program.ts';

// Only an entry's own address is sure: what several entries share is bundled into chunks that lie elsewhere.
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function findElectron(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return null;
  }
}

/** npm and scripts hand a signal on that has reached this process already; a person's second one comes later. */
const repeatAfter = 1000;
let firstSignal: number | null = null;
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      firstSignal ??= Date.now();
      if (Date.now() - firstSignal > repeatAfter) process.exit(3);
      resolve();
    });
  }
});

/** The server is another program; signals that end this one end it too. */
function serve(commandLine: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [here('../server/main.js'), ...commandLine], { stdio: 'inherit' });
    void interrupted.then(() => child.kill('SIGTERM'));
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(3);
    });
    child.on('close', (code) => resolve(code ?? 3));
  });
}

// A reader that has had enough (`… | head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3));

const provision = new EngineProvision({
  release: readRelease(here('../../../release.json')),
  folder: join(dataFolder(), 'engine'),
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  cwd: process.cwd(),
  environment: process.env,
  platform: process.platform,
  fileSystem: nodeFileSystem,
  launcher: provision.launcher(forkLauncher(here('../engine/process.js'), (text) => process.stderr.write(text))),
  provision,
  modelWork: workInThread(here('../services/modelThread.js')),
  electronFolder: findElectron(),
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  serve,
  interrupted,
});
