import { useMemo } from 'react';
import type { JSX } from 'react';
import type { NodeId } from '#shared/graph/identifiers';
import { findNode } from '#shared/graph/queries';
import type { Finding } from '#shared/theory/detectors';
import { remediesOf } from '#shared/theory/remedies';
import { showPlace } from '../../canvas/showPlace.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { applyFix } from '../../state/applyFix.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { useFindings } from '../../state/useFindings.ts';
import { useOutdated } from '../../state/useOutdated.ts';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FixButtons } from '../../ui/FixButtons.tsx';
import { describeMessage } from '../../ui/words.ts';
import styles from './FindingsTab.module.css';
import { findingWords, inOrder } from './findingWords.ts';

/** What each detector sees in this window's run: its verdict, evidence and threshold, and edits that can be tried. */
export function FindingsTab(): JSX.Element {
  const say = useText();
  const outdated = useOutdated();
  const found = useFindings();
  if (found === null) {
    return (
      <EmptyState icon="pulse" title={say('findings.none')}>
        {say('findings.none.help')}
      </EmptyState>
    );
  }
  const { findings, beside } = found;
  return (
    <div className={styles.findings}>
      <ul className={styles.list} aria-label={say('findings.title')}>
        {inOrder(findings).map((finding) => (
          <Row key={finding.ailment} finding={finding} />
        ))}
      </ul>
      <p className={styles.note}>
        {say('findings.caption')}
        {beside !== undefined &&
          ` ${beside.length === 0 ? say('findings.alone') : say('findings.beside', { runs: beside.join(', ') })}`}
        {outdated && ` ${say('findings.outdated')}`}
      </p>
    </div>
  );
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
