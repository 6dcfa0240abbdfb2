import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, dialog, ipcMain, Menu, net, protocol, screen, session, utilityProcess } from 'electron';
import electronUpdater, { CancellationToken } from 'electron-updater';
import { dataFolder } from '../services/folders.ts';
import { readRelease } from '../services/provision/release.ts';
import { startApp } from './application.ts';

// Only an entry's own address is sure: what several entries share is bundled into chunks that lie elsewhere.
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const log = (line: string): void => {
  process.stderr.write(`${line.trimEnd()}\n`);
};

startApp(
  {
    app,
    ipcMain,
    net,
    protocol,
    session,
    dialog,
    // Electron refuses its screens before the app is ready.
    screen: { getAllDisplays: () => screen.getAllDisplays() },
    Menu,
    utilityProcess,
    createWindow: (options) => new BrowserWindow(options),
  },
  {
    engine: here('../engine/process.js'),
    modelThread: here('../services/modelThread.js'),
    page: here('../../renderer'),
    preload: here('../preload/preload.cjs'),
    release: readRelease(here('../../../release.json')),
    updater: () => ({ updater: electronUpdater.autoUpdater, newToken: () => new CancellationToken() }),
    engines: join(dataFolder(), 'engine'),
    commandLine: process.argv.slice(app.isPackaged ? 1 : 2),
    cwd: process.cwd(),
    log,
    // Hears of the error and leaves to Electron what becomes of the program.
    onFatal: (listener) => process.on('uncaughtExceptionMonitor', listener),
  },
).catch((error: unknown) => {
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  app.exit(1);
});
