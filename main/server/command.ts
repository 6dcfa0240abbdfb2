import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import { join, resolve } from 'node:path';
import type { Release } from '../services/provision/release.ts';
import { dataFolder } from '../services/folders.ts';
import type { EngineLauncher } from '../services/engineClient.ts';
import { reasonOf, ServiceError, systemCode } from '../services/failure.ts';
import { nodeFileSystem } from '../services/fileSystem.ts';
import type { ModelWork } from '../services/modelWork.ts';
import { isBelow, reachBelow } from '../services/reach.ts';
import { createServices } from '../services/services.ts';
import { startServer } from './server.ts';

/** What the program's surroundings give to the command. */
export interface ServerSurroundings {
  readonly launcher: EngineLauncher;
  /** Where model files are made. */
  readonly modelWork: ModelWork;
  /** Folder of the built renderer. */
  readonly page: string;
  /** What packaging wrote beside the app; null in a checkout. */
  readonly release: Release | null;
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  /** One line on standard output. */
  print(line: string): void;
  /** One line on standard error. */
  log(line: string): void;
  /** Opens an address in the person's browser. */
  openBrowser(url: string): void;
  /** Names who hears of an error that is about to end the program. */
  readonly onFatal: (listener: (error: Error) => void) => void;
  /** Settles when the program is asked to end. */
  readonly ended: Promise<void>;
}

const usage = `usage: serve [--port N] [--root FOLDER] [--open] [--json]
  --port N        listen on this port of 127.0.0.1 (a free one by default)
  --root FOLDER   read and write documents below this folder only (your home folder by default)
  --open          open the page in the browser
  --json          print the address as JSON`;

/** Serves until the program is asked to end. Returns its exit code: 0 done, 1 wrong input, 2 used wrongly, 3 broken. */
export async function serve(commandLine: readonly string[], surroundings: ServerSurroundings): Promise<number> {
  const { launcher, modelWork, page, release, cwd, environment, print, log, openBrowser, onFatal, ended } =
    surroundings;
  let options;
  try {
    options = parseArgs({
      args: [...commandLine],
      options: {
        port: { type: 'string' },
        root: { type: 'string' },
        open: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    log(reasonOf(error));
    log(usage);
    return 2;
  }
  if (options.help) {
    print(usage);
    return 0;
  }
  const port = Number(options.port ?? '0');
  if (!/^\d+$/.test(options.port ?? '0') || port > 65_535) {
    log(`--port needs a number from 0 to 65535; received "${options.port}".`);
    return 2;
  }
  try {
    const reach = await reachBelow(nodeFileSystem, resolve(cwd, options.root ?? homedir()));
    const services = createServices({
      shell: 'browser',
      launcher,
      modelWork,
      reach,
      folder: isBelow(reach.root, cwd) ? cwd : reach.root,
      data: dataFolder(environment),
      provision: { release, folder: join(dataFolder(environment), 'engine') },
      updates: { source: release === null ? 'checkout' : 'browser' },
    });
    const server = await startServer({ services, page, port, log });
    services.crashes.begin();
    onFatal((error) => services.crashes.write('program', error.stack ?? error.message));
    services.engine.start();
    print(options.json ? JSON.stringify({ url: server.url, root: reach.root }) : server.url);
    log(`Documents are read and written below ${reach.root} (--root names another folder).`);
    if (options.open) openBrowser(server.oneTimeUrl());
    await ended;
    await server.close();
    services.crashes.end();
    return 0;
  } catch (error) {
    if (systemCode(error) === 'EADDRINUSE') {
      log(`Port ${port} of 127.0.0.1 is taken. Name another with --port, or none for a free one.`);
      return 1;
    }
    if (systemCode(error) === 'EACCES') {
      log(`Port ${port} may not be used by this user. Name one above 1023 with --port.`);
      return 1;
    }
    log(reasonOf(error));
    return error instanceof ServiceError ? 1 : 3;
  }
}
