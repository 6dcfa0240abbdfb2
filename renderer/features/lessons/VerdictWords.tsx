import type { JSX } from 'react';
import type { StepOf } from '#shared/lessons/lesson';
import { verdictOf } from '#shared/lessons/verdict';
import type { Reading } from '#shared/protocol/lessons';
import { useText } from '../../platform/i18n.ts';
import { classes } from '../../ui/classes.ts';
import styles from './Lesson.module.css';
import { LessonText } from './LessonText.tsx';

/** A claim, and what was measured against it. */
export function VerdictWords({
  step,
  readings,
}: {
  readonly step: StepOf<'verdict'>;
  readonly readings: readonly Reading[];
}): JSX.Element {
  const say = useText();
  const outcome = verdictOf(readings, step);
  return (
    <>
      <div className={styles.claim}>
        <span className={styles.claimName}>{say('lessons.claim')}</span>
        <LessonText words={step.claim} readings={readings} />
      </div>
      {outcome !== null && (
        <div className={classes(styles.outcome, styles[outcome.holds])} role="status">
          <span className={styles.holds}>{say(`lessons.holds.${outcome.holds}`)}</span>
          <LessonText words={outcome.words} readings={readings} />
        </div>
      )}
    </>
  );
}
