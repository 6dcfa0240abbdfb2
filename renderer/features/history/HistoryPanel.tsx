import { useEffect, useRef } from 'react';
import type { JSX } from 'react';
import { text } from '#shared/text/text';
import type { TextKey } from '#shared/text/text';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { classes } from '../../ui/classes.ts';
import styles from './HistoryPanel.module.css';

/** Every edit in words, the oldest first; a press goes to where it was the last one done. */
export function HistoryPanel(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { entries, index: current, depth } = useDocumentStore((store) => store.history);
  const travelTo = useDocumentStore((store) => store.travelTo);
  const here = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // Newer browsers answer with a promise, which is no clean-up.
    void here.current?.scrollIntoView({ block: 'nearest' });
  }, [current, entries]);
  const labels = [
    say(entries.length < depth ? 'history.start' : 'history.earliest'),
    ...entries.map(({ label }) => text(locale, label.key as TextKey, label.values)),
  ];
  return (
    <section className={styles.panel} aria-label={say('app.rail.history')}>
      <ol className={styles.list}>
        {labels.map((label, index) => (
          <li key={index}>
            <button
              ref={index === current ? here : undefined}
              type="button"
              className={classes(styles.entry, index > current && styles.undone, index === current && styles.current)}
              aria-current={index === current ? 'step' : undefined}
              title={index > current ? say('history.undone') : undefined}
              onClick={() => travelTo(index)}
            >
              {label}
            </button>
          </li>
        ))}
      </ol>
      {entries.length === 0 && <p className={styles.help}>{say('history.empty')}</p>}
    </section>
  );
}
