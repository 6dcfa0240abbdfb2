import type { EngineCall } from '#shared/protocol/engine';

/**
 * The few calls of Electron that the app uses, so that it can be tested against a stand-in where Electron's binary cannot
 * be had. `main.ts` passes the real ones; the compiler checks that they fit.
 */
export interface ElectronApi {
  readonly app: AppApi;
  readonly ipcMain: {
    handle(channel: string, listener: (event: CallEvent, message: unknown) => Promise<unknown>): void;
  };
  readonly protocol: {
    registerSchemesAsPrivileged(
      schemes: { scheme: string; privileges: { standard: boolean; secure: boolean; supportFetchAPI: boolean } }[],
    ): void;
    handle(scheme: string, handler: (request: { readonly url: string }) => Promise<Response>): void;
  };
  readonly net: {
    /** Like the web's, through the proxies that the system names. */
    fetch(address: string, options: RequestInit): Promise<Response>;
  };
  readonly session: {
    readonly defaultSession: {
      setPermissionRequestHandler(
        handler: (contents: unknown, permission: string, callback: (granted: boolean) => void) => void,
      ): void;
      setPermissionCheckHandler(handler: () => boolean): void;
    };
  };
  readonly dialog: {
    showOpenDialog(window: never, options: OpenDialogOptions): Promise<{ canceled: boolean; filePaths: string[] }>;
    showSaveDialog(window: never, options: SaveDialogOptions): Promise<{ canceled: boolean; filePath: string }>;
    /** Waits; returns the place of the button that was pressed. */
    showMessageBoxSync(window: never, options: MessageOptions): number;
  };
  readonly screen: { getAllDisplays(): { readonly workArea: Area }[] };
  readonly Menu: {
    buildFromTemplate(template: MenuItem[]): unknown;
    setApplicationMenu(menu: never): void;
  };
  readonly utilityProcess: {
    fork(program: string, programArguments: string[], options: UtilityOptions): UtilityProcessApi;
  };
  createWindow(options: WindowOptions): WindowApi;
}

export interface AppApi {
  requestSingleInstanceLock(): boolean;
  quit(): void;
  whenReady(): Promise<unknown>;
  getPath(name: 'userData' | 'documents'): string;
  getLocale(): string;
  enableSandbox(): void;
  on(event: 'second-instance', listener: (event: unknown, commandLine: string[], cwd: string) => void): unknown;
  addRecentDocument(path: string): void;
  /** Apple's systems hand a file over that was opened in the Finder. */
  on(event: 'open-file', listener: (event: Preventable, path: string) => void): unknown;
  on(event: 'web-contents-created', listener: (event: unknown, contents: ContentsApi) => void): unknown;
  on(event: 'window-all-closed', listener: () => void): unknown;
  /** All windows are closed; to prevent the event is to stay. */
  on(event: 'will-quit', listener: (event: Preventable) => void): unknown;
}

interface Preventable {
  preventDefault(): void;
}

export interface ContentsApi {
  readonly mainFrame: unknown;
  send(channel: string, message: unknown): void;
  isDestroyed(): boolean;
  setWindowOpenHandler(handler: () => { action: 'deny' }): void;
  reload(): void;
  on(event: 'will-navigate' | 'will-redirect' | 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  /** The page asks not to be closed; to prevent the event is to close it all the same. */
  on(event: 'will-prevent-unload', listener: (event: Preventable) => void): unknown;
  on(
    event: 'render-process-gone',
    listener: (event: unknown, details: { readonly reason: string; readonly exitCode: number }) => void,
  ): unknown;
}

/** A rectangle of a screen, in pixels that do not count its density. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface CallEvent {
  readonly sender: unknown;
  readonly senderFrame: { readonly url: string } | null;
}

export interface WindowOptions {
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
  readonly minWidth: number;
  readonly minHeight: number;
  readonly title: string;
  readonly show: boolean;
  readonly webPreferences: {
    readonly preload: string;
    readonly contextIsolation: boolean;
    readonly sandbox: boolean;
    readonly nodeIntegration: boolean;
    readonly nodeIntegrationInWorker: boolean;
    readonly nodeIntegrationInSubFrames: boolean;
    readonly webSecurity: boolean;
    readonly allowRunningInsecureContent: boolean;
    readonly webviewTag: boolean;
    readonly navigateOnDragDrop: boolean;
  };
}

export interface WindowApi {
  readonly webContents: ContentsApi;
  loadURL(url: string): Promise<void>;
  show(): void;
  focus(): void;
  restore(): void;
  maximize(): void;
  isMinimized(): boolean;
  isMaximized(): boolean;
  isDestroyed(): boolean;
  /** Where the window stands when it is neither maximised nor minimised. */
  getNormalBounds(): Area;
  /** How far something has come, on the window's button in the taskbar; below 0: nothing. */
  setProgressBar(progress: number, options?: { mode: 'normal' | 'indeterminate' | 'error' | 'paused' }): void;
  once(event: 'ready-to-show', listener: () => void): unknown;
  on(event: 'focus' | 'close' | 'closed', listener: () => void): unknown;
}

export interface MessageOptions {
  type: 'question';
  message: string;
  detail: string;
  buttons: string[];
  defaultId: number;
  cancelId: number;
}

interface FileFilter {
  name: string;
  extensions: string[];
}

export interface OpenDialogOptions {
  defaultPath: string;
  filters: FileFilter[];
  properties: ('openFile' | 'openDirectory')[];
}

export interface SaveDialogOptions {
  defaultPath: string;
  filters: FileFilter[];
}

export interface MenuItem {
  label?: string;
  role?:
    | 'close'
    | 'copy'
    | 'cut'
    | 'hide'
    | 'hideOthers'
    | 'minimize'
    | 'paste'
    | 'quit'
    | 'resetZoom'
    | 'selectAll'
    | 'services'
    | 'togglefullscreen'
    | 'unhide'
    | 'zoomIn'
    | 'zoomOut';
  type?: 'separator';
  accelerator?: string;
  visible?: boolean;
  /** The page's own keys run commands, so that a shortcut does not run twice. */
  registerAccelerator?: boolean;
  click?: () => void;
  submenu?: MenuItem[];
}

export interface UtilityOptions {
  serviceName: string;
  stdio: 'pipe';
  env: NodeJS.ProcessEnv;
}

interface OutputApi {
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
}

export interface UtilityProcessApi {
  readonly stdout: OutputApi | null;
  readonly stderr: OutputApi | null;
  postMessage(message: EngineCall): void;
  kill(): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
}
