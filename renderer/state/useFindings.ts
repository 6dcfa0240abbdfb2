import { useMemo, useSyncExternalStore } from 'react';
import type { UnitHealth } from '#shared/protocol/engine';
import type { Rival } from '#shared/protocol/runs';
import { findingsOf } from '#shared/theory/detectors';
import type { Finding } from '#shared/theory/detectors';
import { symptomsOf } from '#shared/theory/symptoms';
import { useRunStore } from './runStore.ts';
import { telemetry } from './telemetry.ts';
import { useAnswer } from './useAnswer.ts';
import { useSubject } from './useSubject.ts';

/** What each detector sees in this window's run, and the runs that compare with it. */
export interface Findings {
  readonly findings: readonly Finding[];
  /** Titles of those runs; undefined while they are not known. */
  readonly beside: readonly string[] | undefined;
}

/** What each detector sees in this window's run; null before anything was measured. */
export function useFindings(): Findings | null {
  const table = useRunStore((store) => store.table);
  const document = useRunStore((store) => store.document);
  const epochs = useRunStore((store) => store.epochs);
  const notFinite = useRunStore((store) => store.notFinite);
  const recorded = useSyncExternalStore(onProgress, countRecorded);
  const subject = useSubject();
  const isRun = subject !== null && !('document' in subject.of);
  const question = useMemo(() => (isRun ? { of: subject.of } : null), [isRun, subject]);
  const name = useRunStore((store) => store.run ?? store.kept);
  const ended = epochs.length;
  // Another run may have come to be kept with every epoch that this one ends.
  const asked = useMemo(() => (name === null || ended === 0 ? null : { run: name }), [name, ended]);
  const rivals = useAnswer('run.rivals', asked, false).result?.rivals;
  const { result } = useAnswer('run.units', question, true);
  const units = useMemo(
    () => result?.units.map((unit): UnitHealth => ({ ...unit, flat: unit.flat === null ? null : Number(unit.flat) })),
    [result],
  );
  return useMemo(() => {
    if (table === null || document === null || recorded === 0) return null;
    const symptoms = symptomsOf({
      document,
      table,
      frames: telemetry.recorded,
      epochs,
      notFinite,
      units: units ?? null,
    });
    const others = (rivals ?? []).map((rival) => ({ ...rival, name: rivalTitle(rival) }));
    return { findings: findingsOf(symptoms, others), beside: rivals?.map(rivalTitle) };
  }, [table, document, recorded, epochs, notFinite, units, rivals]);
}

/** A document may have been run often; its run's name says which time. */
function rivalTitle({ document, run }: Rival): string {
  return `${document} · ${run}`;
}

/** The store of progress moves at most five times a second. */
function onProgress(listener: () => void): () => void {
  return useRunStore.subscribe(listener);
}

/** Changes with every frame that was recorded; 0 before the first. */
function countRecorded(): number {
  const last = telemetry.recorded.at(-1);
  return last === undefined ? 0 : last.sequence + 1;
}
