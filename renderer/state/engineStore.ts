import { create } from 'zustand';
import type { CallResult, EngineReport, Provision } from '#shared/protocol/calls';
import type { Connection } from '../platform/client.ts';

export interface EngineState {
  readonly report: EngineReport | null;
  /** Why an engine's process ended, until a run begins or the person has read it. */
  readonly died: string | null;
  /** How the native engine of a packaged app is come by; null where there is nothing to fetch. */
  readonly provision: Provision | null;
  /** The person has put that off. */
  readonly provisionHidden: boolean;
  readonly connection: Connection;
  /** What the services said of themselves at the start. */
  readonly shell: CallResult<'hello'> | null;
}

/** Which engine trains, and whether it can be reached. Fed by `connectStores`. */
export const useEngineStore = create<EngineState>()(() => ({
  report: null,
  died: null,
  provision: null,
  provisionHidden: false,
  connection: 'connecting',
  shell: null,
}));
