import { useMemo, useSyncExternalStore } from 'react';
import type { JSX } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { findNode } from '#shared/graph/queries';
import type { UnitHealth } from '#shared/protocol/engine';
import type { Rival } from '#shared/protocol/runs';
import { findingsOf } from '#shared/theory/detectors';
import type { Finding } from '#shared/theory/detectors';
import { remediesOf } from '#shared/theory/remedies';
import { symptomsOf } from '#shared/theory/symptoms';
import { showPlace } from '../../canvas/showPlace.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { applyFix } from '../../state/applyFix.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { useRunStore } from '../../state/runStore.ts';
import { telemetry } from '../../state/telemetry.ts';
import { useAnswer } from '../../state/useAnswer.ts';
import { useOutdated } from '../../state/useOutdated.ts';
import { useSubject } from '../../state/useSubject.ts';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FixButtons } from '../../ui/FixButtons.tsx';
import { describeMessage } from '../../ui/words.ts';
import styles from './FindingsTab.module.css';
import { findingWords, inOrder } from './findingWords.ts';

/** What each detector sees in this window's run: its verdict, evidence and threshold, and edits that can be tried. */
export function FindingsTab(): JSX.Element {
  const say = useText();
  const table = useRunStore((store) => store.table);
  const document = useRunStore((store) => store.document);
  const epochs = useRunStore((store) => store.epochs);
  const notFinite = useRunStore((store) => store.notFinite);
  const outdated = useOutdated();
  const recorded = useSyncExternalStore(onProgress, countRecorded);
  const subject = useSubject();
  const isRun = subject !== null && !('document' in subject.of);
  const question = useMemo(() => (isRun ? { of: subject.of } : null), [isRun, subject]);
  const name = useRunStore((store) => store.run ?? store.kept);
  const ended = epochs.length;
  // Another run may have come to be kept with every epoch that this one ends.
  const beside = useMemo(() => (name === null || ended === 0 ? null : { run: name }), [name, ended]);
  const rivals = useAnswer('run.rivals', beside, false).result?.rivals;
  const { result } = useAnswer('run.units', question, true);
  const units = useMemo(
    () => result?.units.map((unit): UnitHealth => ({ ...unit, flat: unit.flat === null ? null : Number(unit.flat) })),
    [result],
  );
  const findings = useMemo(
    () =>
      table === null || document === null || recorded === 0
        ? null
        : findingsOf(
            symptomsOf({ document, table, frames: telemetry.recorded, epochs, notFinite, units: units ?? null }),
            (rivals ?? []).map((rival) => ({ ...rival, name: rivalTitle(rival) })),
          ),
    [table, document, recorded, epochs, notFinite, units, rivals],
  );
  if (findings === null) {
    return (
      <EmptyState icon="pulse" title={say('findings.none')}>
        {say('findings.none.help')}
      </EmptyState>
    );
  }
  return (
    <div className={styles.findings}>
      <ul className={styles.list} aria-label={say('findings.title')}>
        {inOrder(findings).map((finding) => (
          <Row key={finding.ailment} finding={finding} />
        ))}
      </ul>
      <p className={styles.note}>
        {say('findings.caption')}
        {rivals !== undefined &&
          ` ${rivals.length === 0 ? say('findings.alone') : say('findings.beside', { runs: rivals.map(rivalTitle).join(', ') })}`}
        {outdated && ` ${say('findings.outdated')}`}
      </p>
    </div>
  );
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

function Row({ finding }: { readonly finding: Finding }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  const fixes = useMemo(() => remediesOf(document, finding), [document, finding]);
  const node = finding.node === null ? undefined : findNode(document, finding.node as NodeId)?.node;
  return (
    <li className={styles.row}>
      <div className={styles.finding}>
        <span className={classes(styles.verdict, styles[finding.verdict])}>
          {say(`findings.verdict.${finding.verdict}`)}
        </span>
        <div className={styles.words}>
          <strong className={styles.ailment}>{say(`findings.ailment.${finding.ailment}`)}</strong>
          <span className={styles.evidence}>{findingWords(say, finding)}</span>
        </div>
        {node !== undefined && (
          <button type="button" className={styles.place} onClick={() => showPlace({ node: node.id })}>
            {nodeTitle(locale, node, document.cells)}
          </button>
        )}
      </div>
      {fixes.length > 0 && (
        <div className={styles.fixes}>
          <FixButtons fixes={fixes} describe={(fix) => describeMessage(locale, 'fix', fix)} onApply={applyFix} />
        </div>
      )}
    </li>
  );
}
