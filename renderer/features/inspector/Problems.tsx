import type { JSX } from 'react';
import type { Diagnostic } from '#shared/check/diagnostic';
import { useLocale } from '../../platform/i18n.ts';
import { applyFix } from '../../state/applyFix.ts';
import { describeFinding } from '../../state/describeFinding.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { classes } from '../../ui/classes.ts';
import { FixButtons } from '../../ui/FixButtons.tsx';
import { Icon } from '../../ui/Icon.tsx';
import styles from './Inspector.module.css';

/** What is wrong with the selected thing, each with its ways out. Nothing where all is well. */
export function Problems({ problems }: { readonly problems: readonly Diagnostic[] }): JSX.Element | null {
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  if (problems.length === 0) return null;
  return (
    <ul className={styles.problems}>
      {problems.map((problem, index) => (
        <li key={index} className={classes(styles.problem, styles[problem.severity])}>
          <Icon name={problem.severity} className={styles.problemIcon} />
          <div className={styles.problemWords}>
            <span>{describeFinding(locale, document, 'problem', problem)}</span>
            {problem.fixes.length > 0 && (
              <span className={styles.fixes}>
                <FixButtons
                  fixes={problem.fixes}
                  describe={(fix) => describeFinding(locale, document, 'fix', fix)}
                  onApply={applyFix}
                />
              </span>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
