import { contextBridge, ipcRenderer } from 'electron';
import { makeBridge } from './bridge.ts';

contextBridge.exposeInMainWorld('gradloom', makeBridge(ipcRenderer, process.platform));
