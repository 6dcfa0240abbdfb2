import type { JSX } from 'react';
import type { Diagnostic } from '#shared/check/diagnostic';
import { useLocale } from '../../platform/i18n.ts';
import { applyFix } from '../../state/applyFix.ts';
import { classes } from '../../ui/classes.ts';
import { FixButtons } from '../../ui/FixButtons.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { describeMessage } from '../../ui/words.ts';
import styles from './Inspector.module.css';

/** What is wrong with the selected thing, each with its ways out. Nothing where all is well. */
export function Problems({ problems }: { readonly problems: readonly Diagnostic[] }): JSX.Element | null {
  const locale = useLocale();
  if (problems.length === 0) return null;
  return (
    <ul className={styles.problems}>
      {problems.map((problem, index) => (
        <li key={index} className={classes(styles.problem, styles[problem.severity])}>
          <Icon name={problem.severity} className={styles.problemIcon} />
          <div className={styles.problemWords}>
            <span>{describeMessage(locale, 'problem', problem)}</span>
            {problem.fixes.length > 0 && (
              <span className={styles.fixes}>
                <FixButtons fixes={problem.fixes} locale={locale} onApply={applyFix} />
              </span>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
