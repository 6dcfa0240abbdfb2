import type { Command } from '../../platform/commands.ts';
import { useEngineStore } from '../../state/engineStore.ts';

/** The command that brings back the banner which offers the engine, for the composition root to register. */
export const engineCommands: readonly Command[] = [
  {
    id: 'engine.install',
    label: 'provision.command',
    when: () => {
      const { provision } = useEngineStore.getState();
      if (provision === null) return false;
      return provision.waiting || ['absent', 'failed', 'unread', 'unnoted'].includes(provision.stage);
    },
    run: () => useEngineStore.setState({ provisionHidden: false }),
  },
];
