import type { JSX } from 'react';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { showDockTab, useViewStore } from '../../state/viewStore.ts';
import { classes } from '../../ui/classes.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Section } from '../../ui/Section.tsx';
import { describeMessage } from '../../ui/words.ts';
import { ExampleControls } from './ExampleControls.tsx';
import { ShownValues } from './ShownValues.tsx';
import { useInspection } from './useInspection.ts';
import styles from './Values.module.css';
import { weightsWords } from './weightsWords.ts';

/** The value of one example in the inspector, below what is said of the wire or the node. */
export function ValueSection(): JSX.Element | null {
  const say = useText();
  const hasData = useDocumentStore((store) => store.document.training.data !== null);
  const isLarge = useViewStore((store) => store.dockOpen && store.dockTab === 'values');
  // Shown once: what stands large below needs no second question to the engine.
  if (!hasData || isLarge) return null;
  return (
    <Section
      title={say('values.title')}
      foldable
      aside={<IconButton icon="values" size="small" label={say('values.open')} onClick={() => showDockTab('values')} />}
    >
      <Values />
    </Section>
  );
}

function Values(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { places, document, answer } = useInspection();
  const { result, failure, stale } = answer;
  if (document === null || places.length === 0) return <p className={styles.note}>{say('values.noOutput')}</p>;
  return (
    <div className={classes(styles.compact, stale && styles.stale)} aria-busy={stale}>
      <ExampleControls loops={[]} />
      {failure !== null ? (
        <p className={styles.note}>{describeMessage(locale, 'failure', failure)}</p>
      ) : result === null ? (
        <p className={styles.note}>{say('example.waiting')}</p>
      ) : (
        <>
          <ShownValues places={places} document={document} inspection={result} large={false} />
          <p className={styles.note}>{weightsWords(say, result.step)}</p>
        </>
      )}
    </div>
  );
}
