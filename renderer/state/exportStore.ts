import { create } from 'zustand';
import type { ExportStage } from '#shared/protocol/exports';

export interface ExportState {
  /** Whether the dialog of exports is in view. */
  readonly isOpen: boolean;
  /** What the export that is under way does at the moment; null before the first word of it. */
  readonly stage: ExportStage | null;
}

/** The export of this window. */
export const useExportStore = create<ExportState>()(() => ({ isOpen: false, stage: null }));
