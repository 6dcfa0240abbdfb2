import type { Update } from '#shared/protocol/calls';
import type { Command } from '../../platform/commands.ts';
import { useNoticeStore } from '../../state/noticeStore.ts';
import { useUpdateStore } from '../../state/updateStore.ts';
import { useViewStore } from '../../state/viewStore.ts';

function isShown(): boolean {
  return useViewStore.getState().dialogs.some(({ kind }) => kind === 'update');
}

function showUpdates(): void {
  if (!isShown()) useViewStore.getState().openDialog({ kind: 'update' });
}

/** The command that looks for updates, for the composition root to register. */
export const updateCommands: readonly Command[] = [{ id: 'help.update', label: 'update.command', run: showUpdates }];

/** Tells of a newer version that was found without anyone having asked, once for each, and of one that has been downloaded. */
export function tellUpdates(): () => void {
  return useUpdateStore.subscribe(({ update }, before) => {
    if (update !== null && update.stage !== before.update?.stage) tell(update);
  });
}

function tell({ stage, found }: Update): void {
  const { updateSeen, set } = useViewStore.getState();
  // The dialog says it already.
  if (found === null || isShown()) return;
  const { notify } = useNoticeStore.getState();
  const { version } = found;
  const action = { label: 'update.show', run: showUpdates } as const;
  if (stage === 'ready') notify('information', 'update.waits', { version }, action);
  if (stage !== 'available' || version === updateSeen) return;
  set({ updateSeen: version });
  notify('information', 'update.available', { version }, action);
}
