import type { Client } from '../../platform/client.ts';
import type { Command } from '../../platform/commands.ts';
import { useNoticeStore } from '../../state/noticeStore.ts';
import { useViewStore } from '../../state/viewStore.ts';

function showReports(): void {
  useViewStore.getState().openDialog({ kind: 'crashes' });
}

/** The command that shows what is kept of crashes, for the composition root to register. */
export const crashCommands: readonly Command[] = [{ id: 'help.crashes', label: 'crash.command', run: showReports }];

/** Says at the start that something crashed since the last one, once for each report. */
export async function tellCrashes(client: Client): Promise<void> {
  const { reports } = await client.call('crash.list', {});
  const { crashSeen, set } = useViewStore.getState();
  const newest = reports[0]?.time ?? 0;
  if (newest <= crashSeen) return;
  set({ crashSeen: newest });
  useNoticeStore.getState().notify('information', 'crash.found', {}, { label: 'crash.show', run: showReports });
}
