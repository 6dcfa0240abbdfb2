import { basename, dirname, join, resolve } from 'node:path';
import type { ServiceEvent } from '#shared/protocol/calls';
import { bridgeChannels } from '#shared/protocol/bridge';
import { modelExtensions } from '#shared/protocol/exports';
import type { Locale } from '#shared/text/locale';
import { text } from '#shared/text/text';
import { CallHandler } from '../services/callHandler.ts';
import type { Dialogs } from '../services/callHandler.ts';
import { dataPartners } from '../services/dataFiles.ts';
import { tfjsDescription } from '../services/imports.ts';
import type { GrantedReach } from '../services/reach.ts';
import type { Services } from '../services/services.ts';
import type { CallEvent, ElectronApi, WindowApi } from './electronApi.ts';
import { Taskbar } from './taskbar.ts';
import type { TaskbarMark } from './taskbar.ts';
import type { placeOf, WindowState } from './windowState.ts';

/** What all windows of the app have in common. */
export interface WindowGround {
  readonly electron: ElectronApi;
  readonly services: Services;
  readonly reach: GrantedReach;
  readonly locale: Locale;
  /** The address that a page's addresses begin with. */
  readonly pageOrigin: string;
  /** Path of the bundled preload script. */
  readonly preload: string;
  readonly log: (line: string) => void;
}

/** How a window stands, and who hears of what becomes of it. */
export interface WindowLife {
  readonly place: ReturnType<typeof placeOf>;
  readonly isMaximized: boolean;
  /** A document that the window is to show as soon as its page asks. */
  readonly file: string | null;
  focused(window: AppWindow): void;
  leaves(state: WindowState): void;
  closed(window: AppWindow): void;
  /** The page asks for another window. */
  another(): void;
}

/** One window on the services: its page may do what goes through one checked call, and nothing else. */
export class AppWindow {
  readonly window: WindowApi;
  readonly handler: CallHandler;
  readonly #ground: WindowGround;
  #file: string | null;

  constructor(ground: WindowGround, life: WindowLife) {
    const { electron, services, locale, log } = ground;
    this.#ground = ground;
    this.#file = life.file;
    const window = electron.createWindow({
      width: 1440,
      height: 900,
      ...life.place,
      minWidth: 800,
      minHeight: 560,
      title: 'Gradloom',
      show: false,
      webPreferences: {
        preload: ground.preload,
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
    this.window = window;
    const taskbar = new Taskbar((mark) => markTaskbar(window, mark));
    this.handler = new CallHandler(services, {
      event: (event) => {
        taskbar.hear(event);
        this.tell(event);
      },
      frame: (bytes, run) => {
        taskbar.frame(run, bytes);
        send(window, bridgeChannels.frame, bytes);
      },
      dialogs: this.#dialogs(),
      takeFile: () => {
        const file = this.#file;
        this.#file = null;
        return file;
      },
      newWindow: () => life.another(),
      touched: (path) => electron.app.addRecentDocument(path),
      broke: (error) => log(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    });
    if (life.isMaximized) window.maximize();
    window.once('ready-to-show', () => window.show());
    window.on('focus', () => {
      taskbar.seen();
      life.focused(this);
    });
    window.on('close', () => life.leaves({ ...window.getNormalBounds(), isMaximized: window.isMaximized() }));
    window.on('closed', () => life.closed(this));
    window.webContents.on('will-prevent-unload', (event) => {
      // Without this a page with unsaved changes could never be closed: Electron asks nobody by itself.
      if (wantsToLeave(electron, window, locale)) event.preventDefault();
    });
    window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      log(`The window's page ended (${reason}, ${exitCode}). It is loaded again; unsaved work is offered there.`);
      if (reason !== 'clean-exit')
        services.crashes.write('page', `The page of a window ended: ${reason}, ${exitCode}.`);
      if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
    });
    window.loadURL(`${ground.pageOrigin}/index.html`).catch((error: unknown) => log(String(error)));
  }

  /** Whether the window shows a document, or is about to. */
  shows(path: string): boolean {
    return this.handler.file === path || this.#file === path;
  }

  /** Whether a call comes from the page itself: the window's own main frame, showing an address of the page. */
  isSender(event: CallEvent): boolean {
    const { window } = this;
    if (window.isDestroyed() || event.sender !== window.webContents || event.senderFrame === null) return false;
    const { pageOrigin } = this.#ground;
    return event.senderFrame === window.webContents.mainFrame && event.senderFrame.url.startsWith(`${pageOrigin}/`);
  }

  tell(event: ServiceEvent): void {
    send(this.window, bridgeChannels.event, event);
  }

  bringForward(): void {
    if (this.window.isMinimized()) this.window.restore();
    this.window.focus();
  }

  #dialogs(): Dialogs {
    const { electron, services, reach, locale } = this.#ground;
    const window = this.window as never;
    const documents = [{ name: text(locale, 'dialog.documents'), extensions: ['json'] }];
    const save = async (suggested: string, filters: typeof documents): Promise<string | null> => {
      const options = { defaultPath: join(services.folder, basename(suggested)), filters };
      const { canceled, filePath } = await electron.dialog.showSaveDialog(window, options);
      return canceled || filePath === '' ? null : reach.grant(resolve(filePath));
    };
    const open = async (
      filters: typeof documents,
      property: 'openFile' | 'openDirectory' = 'openFile',
    ): Promise<string | null> => {
      const options = { defaultPath: services.folder, filters, properties: [property] };
      const { canceled, filePaths } = await electron.dialog.showOpenDialog(window, options);
      return canceled ? null : (filePaths[0] ?? null);
    };
    return {
      async open() {
        const path = await open(documents);
        return path === null ? null : reach.grant(path);
      },
      save: (suggested) => save(suggested, documents),
      async data(folder) {
        const path = await open([], folder ? 'openDirectory' : 'openFile');
        if (path === null) return null;
        for (const partner of dataPartners(path)) reach.grantData(partner);
        return reach.grantData(path);
      },
      export: (suggested) => save(suggested, []),
      async engine() {
        const path = await open([{ name: text(locale, 'dialog.engines'), extensions: ['gz'] }]);
        return path === null ? null : reach.grantData(path);
      },
      async model() {
        const path = await open([{ name: text(locale, 'dialog.models'), extensions: [...modelExtensions] }]);
        if (path === null) return null;
        // Of a TensorFlow.js model the description is chosen; the numbers lie beside it.
        if (basename(path) === tfjsDescription) reach.grantData(dirname(path));
        return reach.grantData(path);
      },
    };
  }
}

function markTaskbar(window: WindowApi, mark: TaskbarMark | null): void {
  if (window.isDestroyed()) return;
  // Below zero Electron takes the mark away.
  if (mark === null) window.setProgressBar(-1);
  else window.setProgressBar(mark.part, { mode: mark.mode });
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

function send(window: WindowApi, channel: string, message: unknown): void {
  if (!window.isDestroyed() && !window.webContents.isDestroyed()) window.webContents.send(channel, message);
}
