import { basename, dirname, join, resolve } from 'node:path';
import type { Response as CallResponse, ServiceEvent } from '#shared/protocol/calls';
import { bridgeChannels } from '#shared/protocol/bridge';
import { modelExtensions } from '#shared/protocol/exports';
import type { Locale } from '#shared/text/locale';
import { text } from '#shared/text/text';
import { CallHandler, noRequest } from '../services/callHandler.ts';
import { dataPartners } from '../services/dataFiles.ts';
import { failureOf } from '../services/failure.ts';
import { nodeFileSystem } from '../services/fileSystem.ts';
import { tfjsDescription } from '../services/imports.ts';
import { workInThread } from '../services/modelWork.ts';
import { contentPolicy, pageHeaders, readPageFile } from '../services/page.ts';
import { GrantedReach } from '../services/reach.ts';
import { createServices } from '../services/services.ts';
import type { Services } from '../services/services.ts';
import type { CallEvent, ContentsApi, ElectronApi, WindowApi } from './electronApi.ts';
import { menuTemplate } from './menu.ts';
import { utilityLauncher } from './utilityLauncher.ts';
import { placeOf, readWindowState, writeWindowState } from './windowState.ts';
import type { WindowState } from './windowState.ts';

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
  /** What the program was started with, without the program itself. */
  readonly commandLine: readonly string[];
  readonly cwd: string;
  readonly log: (line: string) => void;
}

interface OpenWindow {
  readonly window: WindowApi;
  readonly handler: CallHandler;
}

/**
 * The desktop app: one window on the services. Everything the page may do goes through one checked call; it can neither
 * navigate, nor open windows, nor ask for permissions. Returns when the app is up, or at once where it runs already.
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
  });
  for (const path of await services.recent.list()) reach.grant(path);
  for (const { path } of await services.keptWork.found()) if (path !== null) reach.grant(path);
  const locale: Locale = /^zh\b/i.test(app.getLocale()) ? 'zh-CN' : 'en';
  const statePath = join(app.getPath('userData'), 'window.json');
  const state = await readWindowState(nodeFileSystem, statePath);
  let open: OpenWindow | null = null;
  /** A file that the page is to show as soon as it asks. */
  let waiting: string | null = null;
  let closing: Promise<void> = Promise.resolve();

  ipcMain.handle(bridgeChannels.call, async (event, message): Promise<CallResponse> => {
    if (open === null || !isFromPage(event, open.window)) {
      return { id: noRequest, failure: failureOf('call.malformed', { reason: 'it does not come from the page' }) };
    }
    return open.handler.handle(message);
  });

  const show = (): void => {
    if (open === null) {
      open = openWindow(electron, settings, services, reach, locale, {
        place: placeOf(
          state,
          electron.screen.getAllDisplays().map(({ workArea }) => workArea),
        ),
        isMaximized: state?.isMaximized === true,
        takeFile: () => {
          const file = waiting;
          waiting = null;
          return file;
        },
        leaves: (left) => {
          closing = closing.then(() => writeWindowState(nodeFileSystem, statePath, left));
        },
        closed: (handler) => {
          open = null;
          closing = closing.then(() => handler.close()).then(() => services.keptWork.close());
        },
      });
      return;
    }
    if (open.window.isMinimized()) open.window.restore();
    open.window.focus();
  };
  const showFile = (path: string): void => {
    const granted = reach.grant(path);
    if (open === null) waiting = granted;
    else tell(open.window, { event: 'open', path: granted });
  };
  app.on('second-instance', (_event, commandLine, cwd) => {
    const file = documentIn(commandLine, cwd);
    if (file !== null) showFile(file);
    show();
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    showFile(path);
    show();
  });
  app.on('window-all-closed', () => {
    closing.then(
      () => app.quit(),
      () => app.quit(),
    );
  });
  app.on('will-quit', () => services.engine.close());
  const template = menuTemplate(locale, process.platform, (command) => {
    if (open !== null) tell(open.window, { event: 'menu', command });
  });
  electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(template) as never);
  services.engine.start();
  const file = documentIn(settings.commandLine, settings.cwd);
  if (file !== null) showFile(file);
  show();
}

/** The document that a command line names, if any: the last word that is no option and ends like one. */
function documentIn(commandLine: readonly string[], cwd: string): string | null {
  const named = commandLine.findLast((word) => !word.startsWith('-') && word.toLowerCase().endsWith('.json'));
  return named === undefined ? null : resolve(cwd, named);
}

/** How a window stands, and what is told when it goes. */
interface WindowLife {
  readonly place: ReturnType<typeof placeOf>;
  readonly isMaximized: boolean;
  takeFile(): string | null;
  leaves(state: WindowState): void;
  closed(handler: CallHandler): void;
}

function openWindow(
  electron: ElectronApi,
  settings: AppSettings,
  services: Services,
  reach: GrantedReach,
  locale: Locale,
  life: WindowLife,
): OpenWindow {
  const window = electron.createWindow({
    width: 1440,
    height: 900,
    ...life.place,
    minWidth: 800,
    minHeight: 560,
    title: 'Gradloom',
    show: false,
    webPreferences: {
      preload: settings.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
    },
  });
  const filters = [{ name: text(locale, 'dialog.documents'), extensions: ['json'] }];
  const handler = new CallHandler(services, {
    event: (event) => tell(window, event),
    frame: (bytes) => send(window, bridgeChannels.frame, bytes),
    dialogs: {
      async open() {
        const properties: 'openFile'[] = ['openFile'];
        const options = { defaultPath: services.folder, filters, properties };
        const { canceled, filePaths } = await electron.dialog.showOpenDialog(window as never, options);
        const [path] = filePaths;
        return canceled || path === undefined ? null : reach.grant(path);
      },
      async save(suggested) {
        const options = { defaultPath: join(services.folder, basename(suggested)), filters };
        const { canceled, filePath } = await electron.dialog.showSaveDialog(window as never, options);
        return canceled || filePath === '' ? null : reach.grant(resolve(filePath));
      },
      async data(folder) {
        const properties: ('openFile' | 'openDirectory')[] = [folder ? 'openDirectory' : 'openFile'];
        const options = { defaultPath: services.folder, filters: [], properties };
        const { canceled, filePaths } = await electron.dialog.showOpenDialog(window as never, options);
        const [path] = filePaths;
        if (canceled || path === undefined) return null;
        for (const partner of dataPartners(path)) reach.grantData(partner);
        return reach.grantData(path);
      },
      async export(suggested) {
        const options = { defaultPath: join(services.folder, basename(suggested)), filters: [] };
        const { canceled, filePath } = await electron.dialog.showSaveDialog(window as never, options);
        return canceled || filePath === '' ? null : reach.grant(resolve(filePath));
      },
      async model() {
        const properties: 'openFile'[] = ['openFile'];
        const models = [{ name: text(locale, 'dialog.models'), extensions: [...modelExtensions] }];
        const options = { defaultPath: services.folder, filters: models, properties };
        const { canceled, filePaths } = await electron.dialog.showOpenDialog(window as never, options);
        const [path] = filePaths;
        if (canceled || path === undefined) return null;
        // Of a TensorFlow.js model the description is chosen; the numbers lie beside it.
        if (basename(path) === tfjsDescription) reach.grantData(dirname(path));
        return reach.grantData(path);
      },
    },
    takeFile: () => life.takeFile(),
    touched: (path) => electron.app.addRecentDocument(path),
    broke: (error) => settings.log(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  if (life.isMaximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => life.leaves({ ...window.getNormalBounds(), isMaximized: window.isMaximized() }));
  window.on('closed', () => life.closed(handler));
  window.webContents.on('will-prevent-unload', (event) => {
    // Without this a page with unsaved changes could never be closed: Electron asks nobody by itself.
    if (wantsToLeave(electron, window, locale)) event.preventDefault();
  });
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    settings.log(
      `The window's page ended (${reason}, ${exitCode}). It is loaded again; unsaved work is offered there.`,
    );
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
  });
  window.loadURL(`${pageOrigin}/index.html`).catch((error: unknown) => settings.log(String(error)));
  return { window, handler };
}

function wantsToLeave(electron: ElectronApi, window: WindowApi, locale: Locale): boolean {
  const buttons = [text(locale, 'dialog.leave.close'), text(locale, 'dialog.leave.stay')];
  const pressed = electron.dialog.showMessageBoxSync(window as never, {
    type: 'question',
    message: text(locale, 'dialog.leave'),
    detail: text(locale, 'dialog.leave.detail'),
    buttons,
    defaultId: 1,
    cancelId: 1,
  });
  return pressed === 0;
}

/** Whether a call comes from the page itself: the window's own main frame, showing an address of the page. */
function isFromPage(event: CallEvent, window: WindowApi): boolean {
  if (window.isDestroyed() || event.sender !== window.webContents || event.senderFrame === null) return false;
  return event.senderFrame === window.webContents.mainFrame && event.senderFrame.url.startsWith(`${pageOrigin}/`);
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

function tell(window: WindowApi, event: ServiceEvent): void {
  send(window, bridgeChannels.event, event);
}

function send(window: WindowApi, channel: string, message: unknown): void {
  if (!window.isDestroyed() && !window.webContents.isDestroyed()) window.webContents.send(channel, message);
}
