import type { JSX, ReactNode } from 'react';
import { describeDifference } from '#shared/graph/differences';
import { useLocale, useText } from '../../platform/i18n.ts';
import type { Comparison } from './comparing.ts';
import styles from './KeptList.module.css';

const mostDifferences = 5;

export interface KeptItemProps {
  readonly title: string;
  readonly place: string;
  readonly comparison: Comparison;
  /** What the kept document is called in the sentences of its differences. */
  readonly called: string;
  /** Said where nothing that is computed differs. */
  readonly same: string;
  /** Said where there is nothing to compare with. */
  readonly alone?: (counts: { readonly nodes: number; readonly wires: number }) => string;
  readonly actions: ReactNode;
}

/** One kept document in a list: what it is, from when, how it differs, and what can be done with it. */
export function KeptItem(props: KeptItemProps): JSX.Element {
  const { title, place, comparison, actions } = props;
  return (
    <li className={styles.item} aria-label={title}>
      <div className={styles.head}>
        <span className={styles.words}>
          <strong className={styles.title}>{title}</strong>
          {place !== '' && <span className={styles.place}>{place}</span>}
        </span>
        <span className={styles.actions}>{actions}</span>
      </div>
      <div className={styles.comparison}>
        <Outcome {...props} comparison={comparison} />
      </div>
    </li>
  );
}

function Outcome({ comparison, called, same, alone }: KeptItemProps): ReactNode {
  const say = useText();
  const locale = useLocale();
  switch (comparison.kind) {
    case 'comparing':
      return say('files.work.comparing');
    case 'unreadable':
      return say('files.work.unreadable');
    case 'alone':
      return alone?.(comparison);
    case 'differences': {
      const { differences } = comparison;
      if (differences.length === 0) return same;
      return (
        <ul className={styles.differences}>
          {differences.slice(0, mostDifferences).map((difference, index) => (
            <li key={index}>{describeDifference(locale, difference, called)}</li>
          ))}
          {differences.length > mostDifferences && (
            <li>{say('files.work.more', { count: differences.length - mostDifferences })}</li>
          )}
        </ul>
      );
    }
  }
}

/** The list of such documents. */
export function KeptList({ children }: { readonly children: ReactNode }): JSX.Element {
  return <ul className={styles.list}>{children}</ul>;
}
