import { useEffect } from 'react';
import type { JSX } from 'react';
import { createPortal } from 'react-dom';
import type { Lesson } from '#shared/lessons/lesson';
import type { LessonStep } from '#shared/lessons/lesson';
import type { Reading } from '#shared/protocol/lessons';
import { useLocale, useText } from '../../platform/i18n.ts';
import { readingsOf, useLessonStore } from '../../state/lessonStore.ts';
import { ExperimentList } from './ExperimentList.tsx';
import styles from './HandOut.module.css';
import { LessonText } from './LessonText.tsx';
import { Measurements } from './Measurements.tsx';
import { VerdictWords } from './VerdictWords.tsx';

/** The whole lesson on paper, with what has been measured so far. Asks the browser to print once it is drawn. */
export function HandOut({ lesson, onDone }: { readonly lesson: Lesson; onDone(): void }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const readings = readingsOf(useLessonStore((store) => store.results));
  useEffect(() => {
    window.addEventListener('afterprint', onDone);
    // The formulas are set by now; the fonts they want may still be on their way.
    void document.fonts.ready.then(() => window.print());
    return () => window.removeEventListener('afterprint', onDone);
  }, [onDone]);
  return createPortal(
    <article className={styles.handOut}>
      <h1>{lesson.title[locale]}</h1>
      <p>{lesson.summary[locale]}</p>
      {lesson.steps.map((step) => (
        <section key={step.id} className={styles.step}>
          <h2>
            {say(`lesson.kind.${step.kind}`)}: {step.title[locale]}
          </h2>
          <OnPaper step={step} readings={readings} />
        </section>
      ))}
    </article>,
    document.body,
  );
}

function OnPaper({
  step,
  readings,
}: {
  readonly step: LessonStep;
  readonly readings: readonly Reading[];
}): JSX.Element {
  const say = useText();
  const locale = useLocale();
  switch (step.kind) {
    case 'read':
    case 'explore':
      return <LessonText words={step.text} readings={readings} />;
    case 'run':
      return (
        <>
          <LessonText words={step.text} readings={readings} />
          <ExperimentList step={step} />
        </>
      );
    case 'predict':
      return (
        <>
          <LessonText words={step.question} readings={readings} />
          {step.answer.kind === 'choice' ? (
            <ul className={styles.options}>
              {step.answer.options.map(({ id, words }) => (
                <li key={id}>{words[locale]}</li>
              ))}
            </ul>
          ) : (
            <p className={styles.blank}>{say('lessons.handOut.answer')}</p>
          )}
        </>
      );
    case 'measure':
      return (
        <>
          <LessonText words={step.text} readings={readings} />
          <Measurements step={step} readings={readings} isOnPaper />
        </>
      );
    case 'verdict':
      return <VerdictWords step={step} readings={readings} />;
    default:
      return step satisfies never;
  }
}
