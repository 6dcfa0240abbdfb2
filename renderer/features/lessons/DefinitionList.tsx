import type { JSX } from 'react';
import type { Lesson, StepOf } from '#shared/lessons/lesson';
import { measuresMeant } from '#shared/lessons/parseLesson';
import { useText } from '../../platform/i18n.ts';
import styles from './Lesson.module.css';

/** How the numbers of a measure step are defined: formula, reduction, batch, step. */
export function DefinitionList({
  lesson,
  step,
}: {
  readonly lesson: Lesson;
  readonly step: StepOf<'measure'>;
}): JSX.Element {
  const say = useText();
  const kinds = [...new Set(measuresMeant(lesson, step).map(({ kind }) => kind))];
  return (
    <details className={styles.definitions}>
      <summary>{say('lessons.definitions')}</summary>
      <ul>
        {kinds.map((kind) => (
          <li key={kind}>{say(`lesson.measure.${kind}`)}</li>
        ))}
      </ul>
    </details>
  );
}
