import type { JSX } from 'react';
import type { Diagnostic } from '#shared/check/diagnostic';
import { findNode } from '#shared/graph/queries';
import { useLocale, useText } from '../../platform/i18n.ts';
import { applyFix } from '../../state/applyFix.ts';
import { describeFinding } from '../../state/describeFinding.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FixButtons } from '../../ui/FixButtons.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { inOrder } from './problemOrder.ts';
import { panelOf, showProblem } from './problemPlace.ts';
import styles from './ProblemsTab.module.css';

/** Everything that check found. A press shows the place, the buttons are ways out. */
export function ProblemsTab(): JSX.Element {
  const say = useText();
  const diagnostics = useDocumentStore((store) => store.check.diagnostics);
  if (diagnostics.length === 0) {
    return (
      <EmptyState icon="check" title={say('problems.none')}>
        {say('problems.none.help')}
      </EmptyState>
    );
  }
  return (
    <ul className={styles.list} aria-label={say('problems.title')}>
      {inOrder(diagnostics).map((problem, index) => (
        <Row key={`${problem.code} ${problem.node ?? ''} ${problem.wire ?? ''} ${index}`} problem={problem} />
      ))}
    </ul>
  );
}

function Row({ problem }: { readonly problem: Diagnostic }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  const node = problem.node === undefined ? undefined : findNode(document, problem.node)?.node;
  const words = describeFinding(locale, document, 'problem', problem);
  return (
    <li className={styles.row}>
      <button
        type="button"
        className={styles.problem}
        disabled={problem.node === undefined && problem.wire === undefined && panelOf(problem) === null}
        onClick={() => showProblem(problem)}
      >
        <Icon name={problem.severity} className={classes(styles.icon, styles[problem.severity])} />
        <span className="visually-hidden">{say(`problems.${problem.severity}`)}</span>
        <span className={styles.words}>{words}</span>
        {node !== undefined && <span className={styles.place}>{nodeTitle(locale, node, document.cells)}</span>}
      </button>
      {problem.fixes.length > 0 && (
        <div className={styles.fixes}>
          <FixButtons
            fixes={problem.fixes}
            describe={(fix) => describeFinding(locale, document, 'fix', fix)}
            onApply={applyFix}
          />
        </div>
      )}
    </li>
  );
}
