import type { JSX } from 'react';
import type { Diagnostic } from '#shared/check/diagnostic';
import { useLocale } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { Icon } from '../../ui/Icon.tsx';
import { describeMessage, existingKey } from '../../ui/words.ts';
import styles from './Inspector.module.css';

/** What is wrong with the selected thing, each with its ways out. Nothing where all is well. */
export function Problems({ problems }: { readonly problems: readonly Diagnostic[] }): JSX.Element | null {
  const locale = useLocale();
  const edit = useDocumentStore((store) => store.edit);
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
                {problem.fixes.map((fix) => (
                  <Button
                    key={fix.code + JSON.stringify(fix.values)}
                    size="small"
                    icon="wand"
                    onClick={() =>
                      edit(fix.operations, {
                        key: existingKey(`fix.${fix.code}`) ?? 'inspector.edit.fix',
                        values: fix.values,
                      })
                    }
                  >
                    {describeMessage(locale, 'fix', fix)}
                  </Button>
                ))}
              </span>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
