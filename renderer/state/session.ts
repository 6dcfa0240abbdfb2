import type { EngineReport } from '#shared/protocol/calls';
import type { Client } from '../platform/client.ts';
import { runFromMenu } from '../platform/commands.ts';
import { useDocumentStore } from './documentStore.ts';
import { useEngineStore } from './engineStore.ts';
import { forgetExample } from './exampleStore.ts';
import { useExportStore } from './exportStore.ts';
import { receiveRange } from './rangeStore.ts';
import { receiveLessonProgress, reopenLesson } from './lessonStore.ts';
import { useNoticeStore } from './noticeStore.ts';
import { forgetRun, isUnderWay, recallPast, receiveProgress, receiveRunEvent, useRunStore } from './runStore.ts';
import { keepSelectionWithin } from './selectionStore.ts';
import { receiveSlice } from './sliceStore.ts';
import { receiveSweep } from './sweepStore.ts';
import { telemetry } from './telemetry.ts';
import { useUpdateStore } from './updateStore.ts';
import { useViewStore } from './viewStore.ts';

/** Joins the stores to the services and to each other; undone by the returned function. */
export function connectStores(client: Client): () => void {
  const takeAway = [
    client.onConnection((connection) => {
      useEngineStore.setState({ connection });
      if (connection === 'open') greet(client);
    }),
    client.onEvent((event) => {
      switch (event.event) {
        case 'engine':
          // A new engine may be ready before the window has drawn once: the death is told until someone has read it.
          tellProvided(event.report);
          useEngineStore.setState({ report: event.report, ...(event.died !== null && { died: event.died }) });
          return;
        case 'provision':
          useEngineStore.setState({ provision: event.provision });
          return;
        case 'update':
          useUpdateStore.setState({ update: event.update });
          return;
        case 'sweep.run':
        case 'sweep.end':
          receiveSweep(event);
          return;
        case 'range':
          receiveRange(event);
          return;
        case 'slice':
          receiveSlice(event);
          return;
        case 'export':
          useExportStore.setState({ stage: event.stage });
          return;
        case 'file':
        case 'open':
          // Heard elsewhere: by `connectKeptWork`, and by the composition root.
          return;
        case 'lesson':
          receiveLessonProgress(event.progress);
          return;
        case 'menu':
          runFromMenu(event.command);
          return;
        case 'run.table':
        case 'run.preparing':
        case 'run.state':
        case 'run.epoch':
          receiveRunEvent(event);
          // The store has decided whether the run is ours.
          if (event.event === 'run.table' && useRunStore.getState().table === event.table) {
            telemetry.begin(event.table);
            useEngineStore.setState({ died: null });
            recallPast(event.table.run);
          }
          return;
        default:
          event satisfies never;
      }
    }),
    client.onFrame((frame) => {
      if (telemetry.receive(frame)) receiveProgress(frame);
    }),
    useDocumentStore.subscribe((state, before) => {
      if (state.document !== before.document) {
        keepSelectionWithin(state.document);
        const { sheet, showSheet } = useViewStore.getState();
        if (sheet !== null && !state.document.cells.some((cell) => cell.id === sheet)) showSheet(null);
      }
      if (state.loaded !== before.loaded) {
        const { state: runState, control } = useRunStore.getState();
        if (isUnderWay(runState)) void control('stop');
        forgetRun();
        forgetExample();
        telemetry.clear();
      }
    }),
  ];
  useEngineStore.setState({ connection: client.connection });
  if (client.connection === 'open') greet(client);
  return () => {
    for (const remove of takeAway) remove();
  };
}

/** Says that the engine that was installed a moment ago is the one that computes. */
function tellProvided({ state, way, version }: EngineReport): void {
  const { report, provision } = useEngineStore.getState();
  // At the start of the window the way of the engine is not known yet.
  const before = report?.way ?? '';
  if (state !== 'ready' || way !== 'provided' || provision === null || before === '' || before === way) return;
  useNoticeStore.getState().notify('information', 'provision.inUse', { version });
}

function greet(client: Client): void {
  reopenLesson();
  client.call('hello', {}).then(
    (shell) => useEngineStore.setState({ shell, report: shell.engine }),
    () => undefined,
  );
  client.call('engine.provision', {}).then(
    ({ provision }) => useEngineStore.setState({ provision }),
    () => undefined,
  );
  client.call('update.state', {}).then(
    ({ update }) => useUpdateStore.setState({ update }),
    () => undefined,
  );
}
