import { useSyncExternalStore } from 'react';
import type { RunTable } from '#shared/protocol/telemetry';
import { telemetry } from '../../state/telemetry.ts';
import { onFrame, onTable } from './frames.ts';

/** What the run measures; null before the first run. Changes once per run. */
export function useRunTable(): RunTable | null {
  return useSyncExternalStore(onTable, () => telemetry.table);
}

const pause = 400;

function onFrameSlowly(notify: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = onFrame(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      notify();
    }, pause);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

/**
 * What kind of thing the numbers are at the moment, read two or three times a second. For words that decide what is
 * rendered; numbers themselves go through LiveText and never through React.
 */
export function useKindNow<Kind extends string>(read: () => Kind): Kind {
  return useSyncExternalStore(onFrameSlowly, read);
}
