import type { JSX } from 'react';
import { experimentFacts } from '#shared/lessons/experimentFacts';
import type { StepOf } from '#shared/lessons/lesson';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useEngineStore } from '../../state/engineStore.ts';
import styles from './Lesson.module.css';

/** What a step runs: each experiment with its settings in words, those that all have alike told once. */
export function ExperimentList({ step }: { readonly step: StepOf<'run'> }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const backend = useEngineStore((store) => store.report?.backend ?? 'tensorflow');
  const { shared, own } = experimentFacts(locale, step.experiments, backend);
  return (
    <>
      <ul className={styles.experiments}>
        {step.experiments.map(({ id, label }, index) => (
          <li key={id}>
            {label[locale]}
            <Facts facts={own[index] ?? []} />
          </li>
        ))}
      </ul>
      {shared.length > 0 && (
        <p className={styles.shared}>{say('lessons.settings.all', { settings: listed(shared) })}</p>
      )}
    </>
  );
}

function Facts({ facts }: { readonly facts: readonly string[] }): JSX.Element | null {
  return facts.length === 0 ? null : <span className={styles.facts}>{listed(facts)}</span>;
}

function listed(facts: readonly string[]): string {
  return facts.join(' · ');
}
