import { createRoot } from 'react-dom/client';
import { createTemplate } from '#shared/templates/templates';
import { tellCrashes } from '../features/crashes/crashCommands.ts';
import { listenToDroppedFiles } from '../features/files/droppedFiles.ts';
import { openFile } from '../features/files/fileActions.ts';
import { offerTour } from '../features/tour/tourStore.ts';
import { tellUpdates } from '../features/updates/updateCommands.ts';
import { connect, provideClient } from '../platform/client.ts';
import { listenToKeys, registerCommands } from '../platform/commands.ts';
import { useDocumentStore } from '../state/documentStore.ts';
import { useEngineStore } from '../state/engineStore.ts';
import { connectKeptWork, showFoundWork } from '../state/keptWork.ts';
import { connectStores } from '../state/session.ts';
import { useViewStore } from '../state/viewStore.ts';
import '../ui/base.css';
import { App } from './App.tsx';
import { commands } from './commands.ts';
import { applyAppearance } from './theme.ts';

/** The template that a start without a file shows. */
const firstDocument = 'plain-or-residual';

const client = connect();
provideClient(client);
connectStores(client);
registerCommands(commands);
listenToKeys(window);
listenToDroppedFiles(window);
client.onEvent((event) => {
  if (event.event === 'open') void openFile(event.path);
});
useEngineStore.subscribe(({ shell }, before) => {
  const file = shell?.open ?? null;
  if (file !== null && shell !== before.shell) void openFile(file);
});
applyAppearance();
useDocumentStore.getState().load(createTemplate(firstDocument, {}, useViewStore.getState().locale), null, null);
offerTour();
connectKeptWork(client);
// A start without services has its banner; what was left behind can be asked for later.
showFoundWork(client).catch(() => undefined);
tellCrashes(client).catch(() => undefined);
tellUpdates();

const root = document.querySelector('#root');
if (root === null) throw new Error('the page has no element #root to draw the window in');
createRoot(root).render(<App />);
