import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bridgeChannels } from '#shared/protocol/bridge';
import { responseSchema } from '#shared/protocol/calls';
import type { Response as CallResponse } from '#shared/protocol/calls';
import { makeBridge } from '../preload/bridge.ts';
import { inTemporaryFolder, smallDocument, until } from '../services/testing/tiny.ts';
import { startApp } from './application.ts';
import type { Area, CallEvent, ElectronApi, MenuItem, WindowOptions } from './electronApi.ts';
import { menuCommands, menuTemplate } from './menu.ts';
import { placeOf } from './windowState.ts';

const tinyEngine = fileURLToPath(new URL('../services/testing/tinyEngine.mjs', import.meta.url));
const pageUrl = 'gradloom://app/index.html';

/** A stand-in of the few calls of Electron that the app uses. */
class FakeElectron {
  readonly log: string[] = [];
  readonly app = new EventEmitter();
  readonly windows: FakeWindow[] = [];
  handler: ((event: CallEvent, message: unknown) => Promise<unknown>) | null = null;
  serve: ((request: { url: string }) => Promise<Response>) | null = null;
  askPermission: ((contents: unknown, permission: string, callback: (granted: boolean) => void) => void) | null = null;
  checkPermission: (() => boolean) | null = null;
  menu: MenuItem[] = [];
  fatal: (error: Error) => void = () => undefined;
  openAnswer: { canceled: boolean; filePaths: string[] } = { canceled: true, filePaths: [] };
  saveAnswer: { canceled: boolean; filePath: string } = { canceled: true, filePath: '' };
  leaveAnswer = 1;
  readonly #folder: string;
  readonly #isFirst: boolean;

  constructor(folder: string, isFirst = true) {
    this.#folder = folder;
    this.#isFirst = isFirst;
  }

  get api(): ElectronApi {
    const { log } = this;
    return {
      app: Object.assign(this.app, {
        requestSingleInstanceLock: () => this.#isFirst,
        quit: () => this.quit(),
        whenReady: async () => log.push('ready'),
        getPath: (name: string) => join(this.#folder, name),
        getLocale: () => 'zh-CN',
        enableSandbox: () => void log.push('sandbox'),
        addRecentDocument: (path: string) => void log.push(`recent ${path}`),
      }) as unknown as ElectronApi['app'],
      ipcMain: {
        handle: (channel, listener) => {
          log.push(channel);
          this.handler = listener;
        },
      },
      protocol: {
        registerSchemesAsPrivileged: () => void log.push('scheme'),
        handle: (_scheme, handler) => {
          this.serve = handler;
        },
      },
      net: { fetch: (address, options) => fetch(address, options) },
      session: {
        defaultSession: {
          setPermissionRequestHandler: (handler) => {
            this.askPermission = handler;
          },
          setPermissionCheckHandler: (handler) => {
            this.checkPermission = handler;
          },
        },
      },
      dialog: {
        showOpenDialog: async () => this.openAnswer,
        showSaveDialog: async () => this.saveAnswer,
        showMessageBoxSync: (_window, { buttons }) => {
          log.push(buttons.join(' / '));
          return this.leaveAnswer;
        },
      },
      screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
      Menu: {
        buildFromTemplate: (template) => template,
        setApplicationMenu: (menu) => {
          this.menu = menu;
        },
      },
      utilityProcess: {
        fork: (program) => {
          const child = fork(program, [], { serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
          return {
            stdout: child.stdout,
            stderr: child.stderr,
            postMessage: (message) => void child.send(message),
            kill: () => child.kill(),
            on: (event: string, listener: (given: never) => void) =>
              child.on(event as 'message', listener as () => void),
          };
        },
      },
      createWindow: (options) => {
        const window = new FakeWindow(options);
        this.windows.push(window);
        this.app.emit('web-contents-created', {}, window.webContents);
        return window;
      },
    };
  }

  /** As Electron quits: it closes what is open, and says nothing of that but to each window. */
  quit(): void {
    for (const window of this.windows) if (!window.destroyed) window.close(this.app, false);
    let isPrevented = false;
    this.app.emit('will-quit', { preventDefault: () => (isPrevented = true) });
    if (!isPrevented) this.log.push('quit');
  }

  get window(): FakeWindow {
    const window = this.windows.at(-1);
    if (window === undefined) throw new Error('no window was opened');
    return window;
  }

  /** A call as the page's preload makes it; from the window opened last where no other is named. */
  async call(
    name: string,
    values: unknown,
    event: Partial<CallEvent> = {},
    { webContents } = this.window,
  ): Promise<CallResponse> {
    const genuine = { sender: webContents, senderFrame: webContents.mainFrame };
    const response = await this.handler?.({ ...genuine, ...event }, { id: 1, call: name, arguments: values });
    return responseSchema.parse(response);
  }
}

class FakeContents extends EventEmitter {
  readonly mainFrame = { url: pageUrl };
  readonly sent: (readonly [string, unknown])[] = [];
  openHandler: (() => { action: 'deny' }) | null = null;
  reloads = 0;
  send(channel: string, message: unknown): void {
    this.sent.push([channel, message]);
  }
  reload(): void {
    this.reloads++;
  }
  isDestroyed(): boolean {
    return false;
  }
  setWindowOpenHandler(handler: () => { action: 'deny' }): void {
    this.openHandler = handler;
  }
}

class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents();
  readonly log: string[] = [];
  destroyed = false;
  maximized = false;
  bounds: Area = { x: 10, y: 20, width: 1000, height: 700 };
  readonly progress: (readonly [number, string | null])[] = [];
  constructor(readonly options: WindowOptions) {
    super();
  }
  async loadURL(url: string): Promise<void> {
    this.log.push(url);
  }
  show(): void {
    this.log.push('show');
  }
  focus(): void {
    this.log.push('focus');
  }
  restore(): void {
    this.log.push('restore');
  }
  maximize(): void {
    this.log.push('maximize');
  }
  isMinimized(): boolean {
    return true;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  getNormalBounds(): Area {
    return this.bounds;
  }
  setProgressBar(progress: number, options?: { mode: string }): void {
    this.progress.push([progress, options?.mode ?? null]);
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  /** As Electron closes one: `isLast` where no other window is open. */
  close(app: EventEmitter, isLast = true): void {
    this.emit('close');
    this.destroyed = true;
    this.emit('closed');
    if (isLast) app.emit('window-all-closed');
  }
}

/** A checkout has nobody to ask for updates. */
const neverMade = (): never => {
  throw new Error('the updater was made');
};

async function withApp(
  use: (electron: FakeElectron, folder: string) => Promise<void>,
  commandLine: readonly string[] = [],
): Promise<void> {
  await inTemporaryFolder(async (folder) => {
    await mkdir(join(folder, 'page'));
    await writeFile(join(folder, 'page', 'index.html'), 'page');
    await writeFile(join(folder, 'secret.html'), 'secret');
    const electron = new FakeElectron(folder);
    await startApp(electron.api, {
      engine: tinyEngine,
      modelThread: '',
      page: join(folder, 'page'),
      preload: '/preload.cjs',
      release: null,
      updater: neverMade,
      engines: join(folder, 'engine'),
      commandLine,
      cwd: folder,
      log: (line) => electron.log.push(line),
      onFatal: (listener) => (electron.fatal = listener),
    });
    try {
      await use(electron, folder);
    } finally {
      const open = electron.windows.filter(({ destroyed }) => !destroyed);
      for (const [index, window] of open.entries()) window.close(electron.app, index === open.length - 1);
      await until(() => electron.log.includes('quit'), 'quit');
    }
  });
}

describe('the window', () => {
  test('is isolated, sandboxed, without Node, and loads the page under its own scheme', () =>
    withApp(async (electron) => {
      expect(electron.window.options.webPreferences).toEqual({
        preload: '/preload.cjs',
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        webviewTag: false,
        navigateOnDragDrop: false,
      });
      expect(electron.window.log).toEqual([pageUrl]);
      electron.window.emit('ready-to-show');
      expect(electron.window.log).toEqual([pageUrl, 'show']);
    }));

  test('the sandbox and the scheme are set before Electron is ready', () =>
    withApp(async (electron) => {
      expect(electron.log.slice(0, 4)).toEqual(['sandbox', 'scheme', 'ready', bridgeChannels.call]);
    }));

  test('neither navigates nor opens windows nor embeds', () =>
    withApp(async (electron) => {
      const { webContents } = electron.window;
      expect(webContents.openHandler?.()).toEqual({ action: 'deny' });
      for (const event of ['will-navigate', 'will-redirect', 'will-attach-webview']) {
        let prevented = false;
        webContents.emit(event, { preventDefault: () => (prevented = true) });
        expect([event, prevented]).toEqual([event, true]);
      }
    }));

  test('gets no permission', () =>
    withApp(async (electron) => {
      const answers: boolean[] = [];
      for (const permission of ['media', 'geolocation', 'clipboard-read', 'openExternal']) {
        electron.askPermission?.({}, permission, (granted) => answers.push(granted));
      }
      expect(answers).toEqual([false, false, false, false]);
      expect(electron.checkPermission?.()).toBe(false);
    }));

  test('a second start brings the first window forward', () =>
    withApp(async (electron) => {
      electron.app.emit('second-instance', {}, [], '');
      expect(electron.windows).toHaveLength(1);
      expect(electron.window.log).toEqual([pageUrl, 'restore', 'focus']);
    }));

  test('a second instance quits and opens nothing', () =>
    inTemporaryFolder(async (folder) => {
      const electron = new FakeElectron(folder, false);
      await startApp(electron.api, {
        engine: '',
        modelThread: '',
        page: '',
        preload: '',
        release: null,
        updater: neverMade,
        engines: '',
        commandLine: [],
        cwd: '',
        log: () => undefined,
        onFatal: () => undefined,
      });
      expect(electron.log).toEqual(['quit']);
      expect(electron.windows).toEqual([]);
    }));
});

describe('the page’s scheme', () => {
  test('gives out the page with its headers', () =>
    withApp(async (electron) => {
      const answer = await electron.serve?.({ url: `${pageUrl}?x#y` });
      expect(answer?.status).toBe(200);
      expect(await answer?.text()).toBe('page');
      const policy = answer?.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'self'");
      expect(policy).not.toMatch(/unsafe-eval|ws:/);
      expect(answer?.headers.get('content-type')).toBe('text/html; charset=utf-8');
    }));

  test.each([
    'gradloom://app/../secret.html',
    'gradloom://app/%2e%2e/secret.html',
    'gradloom://other/index.html',
    'gradloom://app@evil/index.html',
    'file:///etc/passwd',
  ])('and nothing else: %s', (url) =>
    withApp(async (electron) => {
      const answer = await electron.serve?.({ url });
      expect(answer?.status).toBe(404);
      expect(await answer?.text()).toBe('');
    }),
  );
});

describe('the channel', () => {
  test('answers the page', () =>
    withApp(async (electron) => {
      expect(await electron.call('hello', {})).toMatchObject({ result: { shell: 'electron', root: '' } });
    }));

  const frame = { url: pageUrl };
  test.each([
    ['another sender', { sender: {} }],
    ['no frame', { senderFrame: null }],
    ['a frame inside the page', { senderFrame: frame }],
  ] satisfies [string, Partial<CallEvent>][])('refuses %s', (_what, event) =>
    withApp(async (electron) => {
      expect(await electron.call('hello', {}, event)).toHaveProperty('failure.code', 'call.malformed');
    }),
  );

  test.each(['https://evil.example/', 'gradloom://other/index.html', 'gradloom://app.evil/', 'about:blank', ''])(
    'refuses the main frame while it shows %s',
    (url) =>
      withApp(async (electron) => {
        electron.window.webContents.mainFrame.url = url;
        expect(await electron.call('hello', {})).toHaveProperty('failure.code', 'call.malformed');
      }),
  );

  test('refuses everything once the window is gone, and a new instance opens a new one', () =>
    withApp(async (electron) => {
      const gone = electron.window;
      gone.destroyed = true;
      gone.emit('closed');
      const answer = await electron.call('hello', {});
      expect(answer).toHaveProperty('failure.code', 'call.malformed');
      electron.app.emit('second-instance', {}, [], '');
      expect(electron.windows).toHaveLength(2);
      expect(await electron.call('hello', {})).toHaveProperty('result.shell', 'electron');
    }));

  test('a malformed call is a failure', () =>
    withApp(async (electron) => {
      expect(await electron.call('nothing', {})).toHaveProperty('failure.code', 'call.unknown');
      expect(await electron.call('document.read', { path: 1 })).toHaveProperty('failure.code', 'call.arguments');
    }));
});

describe('files', () => {
  test('only what a dialog returned is read and written', () =>
    withApp(async (electron, folder) => {
      const path = join(folder, 'net.gradloom.json');
      const text = JSON.stringify(smallDocument());
      const write = { path, text, expected: null, overwrite: true };
      expect(await electron.call('document.write', write)).toHaveProperty('failure.code', 'file.notGranted');
      expect(await electron.call('dialog.save', { suggested: '../../net' })).toHaveProperty('result.path', null);
      electron.saveAnswer = { canceled: false, filePath: path };
      expect(await electron.call('dialog.save', { suggested: 'net' })).toMatchObject({
        result: { available: true, path },
      });
      expect(await electron.call('document.write', write)).toHaveProperty('result.path', path);
      expect(await electron.call('document.read', { path })).toHaveProperty('result.text', text);
      const other = join(folder, 'other.json');
      await writeFile(other, text);
      expect(await electron.call('document.read', { path: other })).toHaveProperty('failure.code', 'file.notGranted');
      electron.openAnswer = { canceled: false, filePaths: [other] };
      expect(await electron.call('dialog.open', {})).toHaveProperty('result.path', other);
      expect(await electron.call('document.read', { path: other })).toHaveProperty('result.text', text);
      expect(await electron.call('files.list', { path: '/' })).toHaveProperty('failure.code', 'call.notHere');
    }));

  test('a document that the program is started with is granted, and told to the first window that asks', () =>
    withApp(
      async (electron, folder) => {
        const path = join(folder, 'net.gradloom.json');
        await writeFile(path, JSON.stringify(smallDocument()));
        expect(await electron.call('hello', {})).toHaveProperty('result.open', path);
        expect(await electron.call('hello', {})).toHaveProperty('result.open', null);
        expect(await electron.call('document.read', { path })).toHaveProperty('result.path', path);
        expect(electron.log).toContain(`recent ${path}`);
      },
      ['--flag', 'net.gradloom.json'],
    ));

  test('one that a second start or the system hands over is granted, and shown in a window of its own, once', () =>
    withApp(async (electron, folder) => {
      const path = join(folder, 'net.gradloom.json');
      await writeFile(path, JSON.stringify(smallDocument()));
      electron.app.emit('second-instance', {}, ['gradloom', 'net.gradloom.json'], folder);
      expect(electron.windows).toHaveLength(2);
      let prevented = false;
      electron.app.emit('open-file', { preventDefault: () => (prevented = true) }, path);
      expect(prevented).toBe(true);
      // Its page has not even asked yet, and no further window is opened for it.
      expect(electron.windows).toHaveLength(2);
      expect(await electron.call('hello', {})).toHaveProperty('result.open', path);
      const read = await electron.call('document.read', { path });
      expect(read).toHaveProperty('result.path', path);
      const watch = { window: 'window-two', path, modified: null };
      expect(await electron.call('document.watch', watch)).toHaveProperty('result');
      electron.app.emit('open-file', { preventDefault: () => undefined }, path);
      expect(electron.windows).toHaveLength(2);
      expect(electron.window.log.slice(-2)).toEqual(['restore', 'focus']);
    }));
});

describe('several windows', () => {
  /** A second window, asked for by the page of the first. */
  async function second(electron: FakeElectron): Promise<readonly [FakeWindow, FakeWindow]> {
    const { window } = electron;
    expect(await electron.call('window.new', {})).toHaveProperty('result');
    expect(electron.windows).toHaveLength(2);
    return [window, electron.window];
  }

  test('a page may ask for another: as closed in as the first, and a little beside it', () =>
    withApp(async (electron) => {
      const [first, other] = await second(electron);
      expect(other.options.webPreferences).toEqual(first.options.webPreferences);
      const { x, y, width, height } = first.bounds;
      expect(other.options).toMatchObject({ x: x + 28, y: y + 28, width, height });
      expect(other.log).toEqual([pageUrl]);
      expect(other.webContents.openHandler?.()).toEqual({ action: 'deny' });
    }));

  test('each answers its own page, also where both hold a frame of the other', () =>
    withApp(async (electron) => {
      const [first, other] = await second(electron);
      expect(await electron.call('hello', {}, {}, first)).toHaveProperty('result.shell', 'electron');
      const mixed = { sender: first.webContents, senderFrame: other.webContents.mainFrame };
      expect(await electron.call('hello', {}, mixed)).toHaveProperty('failure.code', 'call.malformed');
    }));

  test('a run belongs to one window: the other neither hears of it nor steers it', () =>
    withApp(async (electron) => {
      const [first, other] = await second(electron);
      const started = await electron.call('run.start', { document: smallDocument(), paused: true }, {}, first);
      expect(started).toHaveProperty('result.run');
      const { run } = (started as { result: { run: string } }).result;
      const stop = { run, action: 'stop' };
      expect(await electron.call('run.control', stop)).toHaveProperty('failure.code', 'run.unknown');
      expect(await electron.call('run.control', stop, {}, first)).toHaveProperty('result');
      const heard = ({ webContents }: FakeWindow): boolean =>
        webContents.sent.some(([, message]) => (message as { event?: string }).event === 'run.state');
      await until(() => heard(first), 'the state of the run');
      expect(heard(other)).toBe(false);
    }));

  test('two on one file are told of each other, and no longer when one goes', () =>
    withApp(async (electron, folder) => {
      const path = join(folder, 'net.gradloom.json');
      await writeFile(path, JSON.stringify(smallDocument()));
      electron.openAnswer = { canceled: false, filePaths: [path] };
      const [first, other] = await second(electron);
      for (const [name, window] of [
        ['window-one', first],
        ['window-two', other],
      ] as const) {
        await electron.call('dialog.open', {}, {}, window);
        const { modified } = await stat(path).then(({ mtimeMs }) => ({ modified: mtimeMs }));
        await electron.call('document.watch', { window: name, path, modified }, {}, window);
      }
      const others = ({ webContents }: FakeWindow): unknown =>
        webContents.sent
          .map(([, message]) => message as { event?: string; others?: number })
          .findLast(({ event }) => event === 'file')?.others;
      await until(() => others(first) === 1 && others(other) === 1, 'each of the other');
      other.close(electron.app, false);
      await until(() => others(first) === 0, 'the other has gone');
    }));

  test('the menu speaks to the one in front; closing one leaves the other and its work', () =>
    withApp(async (electron) => {
      const [first, other] = await second(electron);
      const menus = ({ webContents }: FakeWindow): number =>
        webContents.sent.filter(([, message]) => (message as { event?: string }).event === 'menu').length;
      const press = (): void =>
        electron.menu
          .flatMap(({ submenu }) => submenu ?? [])
          .find(({ click }) => click)
          ?.click?.();
      press();
      expect([menus(first), menus(other)]).toEqual([0, 1]);
      first.emit('focus');
      press();
      expect([menus(first), menus(other)]).toEqual([1, 1]);
      first.close(electron.app, false);
      press();
      expect(menus(other)).toBe(2);
      expect(electron.log).not.toContain('quit');
      expect(await electron.call('hello', {}, {}, other)).toHaveProperty('result.shell', 'electron');
      expect(await electron.call('hello', {}, {}, first)).toHaveProperty('failure.code', 'call.malformed');
    }));
});

describe('the taskbar', () => {
  test('shows how far a window’s own run has come, and nothing when it is over', () =>
    withApp(async (electron) => {
      const idle = electron.window;
      await electron.call('window.new', {});
      const started = await electron.call('run.start', { document: smallDocument(), paused: false });
      const { progress } = electron.window;
      await until(() => progress.some(([, mode]) => mode === 'normal'), 'progress');
      const { run } = (started as unknown as { result: { run: string } }).result;
      await electron.call('run.control', { run, action: 'stop' });
      await until(() => progress.at(-1)?.[0] === -1, 'the end');
      const parts = progress.slice(0, -1).map(([part]) => part);
      expect(parts.every((part, index) => part >= (parts[index - 1] ?? 0) && part <= 1)).toBe(true);
      expect(idle.progress).toEqual([]);
    }));
});

describe('the window’s life', () => {
  test('a page with unsaved changes is closed only where the person says so', () =>
    withApp(async (electron) => {
      const ask = (): boolean => {
        let closes = false;
        electron.window.webContents.emit('will-prevent-unload', { preventDefault: () => (closes = true) });
        return closes;
      };
      expect(ask()).toBe(false);
      electron.leaveAnswer = 0;
      expect(ask()).toBe(true);
      expect(electron.log).toContain('关闭 / 留下');
    }));

  test('a page that ended is loaded again and told in the log; one that was closed is not', () =>
    withApp(async (electron) => {
      const { webContents } = electron.window;
      webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
      expect(webContents.reloads).toBe(1);
      expect(electron.log.join('\n')).toContain('crashed, 5');
      const listed = await electron.call('crash.list', {});
      expect(listed).toMatchObject({ result: { reports: [{ cause: 'page' }] } });
      const [report] = (listed as unknown as { result: { reports: { name: string }[] } }).result.reports;
      expect(await electron.call('crash.read', { name: report?.name })).toHaveProperty(
        'result.text',
        expect.stringContaining('crashed, 5'),
      );
      expect(await electron.call('crash.read', { name: '../window.json' })).toHaveProperty(
        'failure.code',
        'call.arguments',
      );
      webContents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 });
      expect(webContents.reloads).toBe(1);
    }));

  test('an error that ends the program leaves a report; an end as it should be leaves none', () =>
    withApp(async (electron, folder) => {
      const left = async (): Promise<(string | undefined)[]> =>
        (await readdir(join(folder, 'userData', 'crashes'))).map((name) => name.split('-')[0]);
      expect(await left()).toEqual(['running']);
      electron.fatal(new Error('out of luck'));
      expect(await electron.call('crash.list', {})).toMatchObject({ result: { reports: [{ cause: 'program' }] } });
      electron.window.close(electron.app);
      await until(() => electron.log.includes('quit'), 'quit');
      expect(await left()).toEqual(['crash']);
    }));

  test('where it stood is kept', () =>
    withApp(async (electron, folder) => {
      electron.window.maximized = true;
      electron.window.close(electron.app);
      await until(() => electron.log.includes('quit'), 'quit');
      expect(JSON.parse(await readFile(join(folder, 'userData', 'window.json'), 'utf8'))).toEqual({
        ...electron.window.bounds,
        isMaximized: true,
      });
    }));

  const screens = [
    { x: 0, y: 0, width: 1920, height: 1080 },
    { x: 1920, y: 0, width: 1280, height: 1024 },
  ];
  test.each([
    ['on the first screen', { x: 10, y: 20 }, screens, { x: 10, y: 20 }],
    ['on the second', { x: 2000, y: 100 }, screens, { x: 2000, y: 100 }],
    ['on a second that was taken away', { x: 2000, y: 100 }, screens.slice(0, 1), {}],
    ['above every screen', { x: 10, y: -60 }, screens, {}],
    ['with a corner only', { x: -900, y: 10 }, screens, {}],
  ])('it comes back %s', (_where, at, today, expected) => {
    const state = { ...at, width: 1000, height: 700, isMaximized: false };
    expect(placeOf(state, today)).toEqual({ width: 1000, height: 700, ...expected });
  });
});

describe('events', () => {
  test('the engine’s state, a run’s events and its frames reach the page over the bridge', () =>
    withApp(async (electron) => {
      const { webContents } = electron.window;
      const listeners = new EventEmitter();
      const bridge = makeBridge(
        {
          invoke: async (_channel, message) =>
            electron.handler?.({ sender: webContents, senderFrame: webContents.mainFrame }, message),
          on: (channel, listener) => listeners.on(channel, (message: unknown) => listener({}, message)),
        },
        'linux',
      );
      const events: unknown[] = [];
      const frames: Uint8Array[] = [];
      bridge.onEvent((event) => events.push(event));
      bridge.onFrame((bytes) => frames.push(bytes));
      const answer = await bridge.call({
        id: 3,
        call: 'run.start',
        arguments: { document: smallDocument(), paused: false },
      });
      expect(answer).toHaveProperty('result.run');
      await until(() => webContents.sent.some(([channel]) => channel === bridgeChannels.frame), 'a frame');
      for (const [channel, message] of webContents.sent) listeners.emit(channel, message);
      listeners.emit(bridgeChannels.frame, 'no bytes');
      expect(frames).toHaveLength(1);
      expect(events).toContainEqual(expect.objectContaining({ event: 'run.state', state: 'running' }));
      expect(events).toContainEqual(expect.objectContaining({ event: 'engine' }));
      expect(bridge.platform).toBe('linux');
    }));

  test('the menu speaks the person’s language and sends commands', () =>
    withApp(async (electron) => {
      expect(electron.menu.map(({ label }) => label)).toContain('文件');
      const items = electron.menu.flatMap(({ submenu }) => submenu ?? []);
      for (const item of items) item.click?.();
      const sent = electron.window.webContents.sent.flatMap(([channel, message]) =>
        channel === bridgeChannels.event && (message as { event: string }).event === 'menu' ? [message] : [],
      );
      expect(sent).toEqual(menuCommands.map((command) => ({ event: 'menu', command })));
      // The page's own keys run the commands; the menu only shows them.
      expect(items.filter(({ click }) => click).every((item) => item.registerAccelerator === false)).toBe(true);
    }));

  test('a key that the menu shows is one of the window’s', async () => {
    const sources = await readdir('renderer', { recursive: true });
    const names = sources.filter((name) => /ommands?\.ts$|fileActions\.ts$|runControls\.ts$/.test(name));
    const source = (await Promise.all(names.map((name) => readFile(join('renderer', name), 'utf8')))).join('\n');
    const items = menuTemplate('en', 'linux', () => undefined).flatMap(({ submenu }) => submenu ?? []);
    const shown = items
      .filter(({ click }) => click)
      .map(({ accelerator }, index) => [menuCommands[index], accelerator]);
    for (const [command = '', key] of shown) {
      if (key === undefined) continue;
      expect(key).toMatch(/^CmdOrCtrl\+/);
      const keys = new RegExp(`id: '${command}',[^]*?keys: (\\[.*?\\])`).exec(source)?.[1];
      expect([command, keys?.includes(`'${key.replace('CmdOrCtrl', 'Mod')}'`)]).toEqual([command, true]);
    }
  });

  test('the window knows every command of the menu', async () => {
    const sources = await readdir('renderer', { recursive: true });
    const texts = await Promise.all(
      sources.filter((name) => /\.tsx?$/.test(name)).map((name) => readFile(join('renderer', name), 'utf8')),
    );
    for (const command of menuCommands) {
      expect([command, texts.some((text) => text.includes(`id: '${command}'`))]).toEqual([command, true]);
    }
  });

  test('Apple’s menu bar begins with the app’s own menu, from which one quits; elsewhere the first menu ends with that', () => {
    const quits = (platform: NodeJS.Platform): unknown =>
      menuTemplate('en', platform, () => undefined).map(({ label, submenu }) => [
        label,
        submenu?.flatMap(({ role }, index) => (role === 'quit' ? [index - submenu.length] : [])),
      ]);
    expect(quits('darwin')).toEqual([
      ['Gradloom', [-1]],
      ...['File', 'Edit', 'Run', 'Window', 'Help'].map((menu) => [menu, []]),
    ]);
    expect(quits('linux')).toEqual([['File', [-1]], ...['Edit', 'Run', 'Window', 'Help'].map((menu) => [menu, []])]);
  });

  test('what Electron does by itself has words of the person’s language, too, which it would name in English', () => {
    const items = menuTemplate('zh-CN', 'darwin', () => undefined).flatMap(({ submenu }) => submenu ?? []);
    const roles = items.filter(({ role }) => role !== undefined);
    expect(roles.length).toBeGreaterThan(10);
    for (const { role, label } of roles)
      expect([role, label]).toEqual([role, expect.stringMatching(/\p{Script=Han}/u)]);
  });

  test('the window’s contents are shown larger with “+” and with “=”, upon which it lies', () => {
    const items = menuTemplate('en', 'linux', () => undefined).flatMap(({ submenu }) => submenu ?? []);
    const larger = items.filter(({ role }) => role === 'zoomIn');
    expect(larger.map(({ accelerator, visible }) => [accelerator, visible])).toEqual([
      [undefined, undefined],
      ['CmdOrCtrl+=', false],
    ]);
  });

  test('a quit from the menu waits until unsaved work and the window’s place are on the disk', () =>
    withApp(async (electron, folder) => {
      const work = { name: 'net', path: null, modified: null, text: JSON.stringify(smallDocument()) };
      const keeping = electron.call('work.keep', { window: 'window-one', ...work });
      electron.quit();
      electron.quit();
      expect(electron.log).not.toContain('quit');
      await until(() => electron.log.includes('quit'), 'quit');
      expect(electron.log.filter((line) => line === 'quit')).toEqual(['quit']);
      const left = await readdir(join(folder, 'userData'), { recursive: true });
      expect(left).toContain('window.json');
      expect(left).toContain(join('unsaved', 'work-window-one.json'));
      expect(await keeping).toHaveProperty('result');
    }));

  test('closing the window stops its run, then quits and ends the engine', () =>
    withApp(async (electron) => {
      await electron.call('run.start', { document: smallDocument(), paused: false });
      const { window } = electron;
      window.close(electron.app);
      expect(electron.log).not.toContain('quit');
      await until(() => electron.log.includes('quit'), 'quit');
    }));
});
