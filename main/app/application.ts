import { join, resolve } from 'node:path';
import type { Response as CallResponse } from '#shared/protocol/calls';
import { bridgeChannels } from '#shared/protocol/bridge';
import type { Locale } from '#shared/text/locale';
import { noRequest } from '../services/callHandler.ts';
import { failureOf } from '../services/failure.ts';
import { nodeFileSystem } from '../services/fileSystem.ts';
import type { Release } from '../services/provision/release.ts';
import { workInThread } from '../services/modelWork.ts';
import { contentPolicy, pageHeaders, readPageFile } from '../services/page.ts';
import { GrantedReach } from '../services/reach.ts';
import { createServices } from '../services/services.ts';
import { AppWindow } from './appWindow.ts';
import type { ContentsApi, ElectronApi } from './electronApi.ts';
import { menuTemplate } from './menu.ts';
import { updateSourceOf } from './updater.ts';
import type { UpdaterParts } from './updater.ts';
import { utilityLauncher } from './utilityLauncher.ts';
import { besideWindow, placeOf, readWindowState, writeWindowState } from './windowState.ts';

/** The page lives under a scheme of its own: a file address would see the whole disk. */
const scheme = 'gradloom';
const pageOrigin = `${scheme}://app`;

export interface AppSettings {
  /** Path of the engine's bundled entry. */
  readonly engine: string;
  /** Path of the bundled thread of model files. */
  readonly modelThread: string;
  /** Folder of the built renderer. */
  readonly page: string;
  /** Path of the bundled preload script. */
  readonly preload: string;
  /** What packaging wrote beside the app; null in a checkout. */
  readonly release: Release | null;
  /** Makes what fetches newer versions; called only where the release has an address for them. */
  readonly updater: () => UpdaterParts;
  /** The person's folder of engines, the same for every shell. */
  readonly engines: string;
  /** What the program was started with, without the program itself. */
  readonly commandLine: readonly string[];
  readonly cwd: string;
  readonly log: (line: string) => void;
  /** Names who hears of an error that is about to end the program. */
  readonly onFatal: (listener: (error: Error) => void) => void;
}

/**
 * The desktop app: windows on the services. Everything that a page may do goes through one checked call; it can neither
 * navigate, nor open windows by itself, nor ask for permissions. Returns when the app is up, or at once where it runs
 * already.
 */
export async function startApp(electron: ElectronApi, settings: AppSettings): Promise<void> {
  const { app, ipcMain, protocol, session } = electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  app.on('web-contents-created', (_event, contents) => confine(contents));
  await app.whenReady();

  session.defaultSession.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  protocol.handle(scheme, (request) => servePage(request.url, settings.page));

  const reach = new GrantedReach(nodeFileSystem);
  const services = createServices({
    shell: 'electron',
    launcher: utilityLauncher(electron, settings.engine, settings.log),
    reach,
    folder: app.getPath('documents'),
    data: app.getPath('userData'),
    modelWork: workInThread(settings.modelThread),
    provision: {
      release: settings.release,
      folder: settings.engines,
      fetch: (address, options) => electron.net.fetch(address, options),
    },
    updates: { source: updateSourceOf(settings.release, settings.updater, settings.log), log: settings.log },
  });
  services.crashes.begin();
  settings.onFatal((error) => services.crashes.write('program', error.stack ?? error.message));
  for (const path of await services.recent.list()) reach.grant(path);
  for (const { path } of await services.keptWork.found()) if (path !== null) reach.grant(path);
  const locale: Locale = /^zh\b/i.test(app.getLocale()) ? 'zh-CN' : 'en';
  const statePath = join(app.getPath('userData'), 'window.json');
  let state = await readWindowState(nodeFileSystem, statePath);
  /** The one that had the focus last stands at the end. */
  let windows: readonly AppWindow[] = [];
  let closing: Promise<void> = Promise.resolve();
  const ground = { electron, services, reach, locale, pageOrigin, preload: settings.preload, log: settings.log };

  ipcMain.handle(bridgeChannels.call, async (event, message): Promise<CallResponse> => {
    const sender = windows.find((window) => window.isSender(event));
    if (sender === undefined) {
      return { id: noRequest, failure: failureOf('call.malformed', { reason: 'it does not come from the page' }) };
    }
    return sender.handler.handle(message);
  });

  const open = (file: string | null): void => {
    const before = windows.at(-1)?.window;
    // A further window stands a little beside the one in front, so that both are seen.
    const beside = before === undefined ? null : besideWindow(before.getNormalBounds());
    const screens = electron.screen.getAllDisplays().map(({ workArea }) => workArea);
    const opened = new AppWindow(ground, {
      place: placeOf(beside ?? state, screens),
      isMaximized: before === undefined && state?.isMaximized === true,
      file,
      focused: (window) => {
        windows = [...windows.filter((other) => other !== window), window];
      },
      leaves: (left) => {
        state = left;
        closing = closing.then(() => writeWindowState(nodeFileSystem, statePath, left));
      },
      closed: (window) => {
        windows = windows.filter((other) => other !== window);
        closing = closing.then(() => window.handler.close());
      },
      another: () => open(null),
    });
    windows = [...windows, opened];
  };
  /** A document that the system hands over: in the window that shows it already, or in one of its own. */
  const showFile = (path: string): void => {
    const granted = reach.grant(path);
    const showing = windows.find((window) => window.shows(granted));
    if (showing === undefined) open(granted);
    else showing.bringForward();
  };
  const show = (): void => {
    const front = windows.at(-1);
    if (front === undefined) open(null);
    else front.bringForward();
  };
  app.on('second-instance', (_event, commandLine, cwd) => {
    const file = documentIn(commandLine, cwd);
    if (file === null) show();
    else showFile(file);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    showFile(path);
  });
  app.on('window-all-closed', () => app.quit());
  let quitting: 'not yet' | 'settling' | 'settled' = 'not yet';
  // Every way to quit comes by here: where the menu asks for it, Electron does not say that all windows are closed. What an
  // updater has ready comes later.
  app.on('will-quit', (event) => {
    if (quitting === 'settled') return;
    event.preventDefault();
    if (quitting === 'settling') return;
    quitting = 'settling';
    const end = (): void => {
      quitting = 'settled';
      services.crashes.end();
      services.engine.close();
      app.quit();
    };
    closing.then(() => services.keptWork.close()).then(end, end);
  });
  const template = menuTemplate(locale, process.platform, (command) => {
    windows.at(-1)?.tell({ event: 'menu', command });
  });
  electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(template) as never);
  services.engine.start();
  const file = documentIn(settings.commandLine, settings.cwd);
  if (file === null) show();
  else showFile(file);
  await services.updates.begin();
}

/** The document that a command line names, if any: the last word that is no option and ends like one. */
function documentIn(commandLine: readonly string[], cwd: string): string | null {
  const named = commandLine.findLast((word) => !word.startsWith('-') && word.toLowerCase().endsWith('.json'));
  return named === undefined ? null : resolve(cwd, named);
}

/** Whatever contents come to be: they stay where they are and open nothing. */
function confine(contents: ContentsApi): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  for (const event of ['will-navigate', 'will-redirect', 'will-attach-webview'] as const) {
    contents.on(event, (happening) => happening.preventDefault());
  }
}

async function servePage(url: string, folder: string): Promise<Response> {
  const headers = pageHeaders(contentPolicy());
  const path = url.startsWith(`${pageOrigin}/`) ? url.slice(pageOrigin.length).replace(/[?#].*$/s, '') : '';
  const file = await readPageFile(nodeFileSystem, folder, path);
  if (file === null) return new Response(null, { status: 404, headers });
  return new Response(Uint8Array.from(file.bytes), { status: 200, headers: { ...headers, 'Content-Type': file.type } });
}
