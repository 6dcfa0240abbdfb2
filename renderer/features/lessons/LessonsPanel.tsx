import type { JSX } from 'react';
import { chapter, chapterNames } from '#shared/lessons/chapters';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useKeptLessons } from '../../state/keptLessons.ts';
import { useLessonStore } from '../../state/lessonStore.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { Icon } from '../../ui/Icon.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import type { IconName } from '../../ui/Icon.tsx';
import type { Lesson, LessonStep } from '#shared/lessons/lesson';
import styles from './Lesson.module.css';
import { openLesson } from './openLesson.ts';

const stepIcons: Readonly<Record<LessonStep['kind'], IconName>> = {
  read: 'note',
  predict: 'dice',
  run: 'play',
  measure: 'profile',
  verdict: 'verdict',
  explore: 'reveal',
};

/** The lessons that come along, and the steps of the one that is open: all of them can be gone to at any time. */
export function LessonsPanel(): JSX.Element {
  const say = useText();
  const lesson = useLessonStore((store) => store.lesson);
  return (
    <section className={styles.panel} aria-label={say('app.rail.lessons')}>
      {lesson === null ? <Chapters /> : <Steps />}
    </section>
  );
}

function Chapters(): JSX.Element {
  const say = useText();
  const own = useKeptLessons((store) => store.lessons);
  const forget = useKeptLessons((store) => store.forget);
  const locale = useLocale();
  return (
    <>
      <div className={styles.shelf}>
        <ul className={styles.list}>
          {chapterNames.map((name) => {
            const lesson = chapter(name);
            return (
              lesson !== null && (
                <li key={name}>
                  <Entry lesson={lesson} />
                </li>
              )
            );
          })}
        </ul>
        {own.length > 0 && (
          <>
            <h2 className={styles.ownHead}>{say('lessons.own')}</h2>
            <ul className={styles.list} aria-label={say('lessons.own')}>
              {own.map((lesson) => (
                <li key={lesson.title.en} className={styles.ownEntry}>
                  <Entry lesson={lesson} />
                  <IconButton
                    icon="close"
                    size="small"
                    label={say('lessons.own.forget', { title: lesson.title[locale] })}
                    onClick={() => forget(lesson)}
                  />
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <footer className={styles.foot}>
        <Button size="small" icon="folder" onClick={() => void openLesson()}>
          {say('lessons.open')}
        </Button>
      </footer>
    </>
  );
}

function Entry({ lesson }: { readonly lesson: Lesson }): JSX.Element {
  const locale = useLocale();
  const open = useLessonStore((store) => store.open);
  return (
    <button type="button" className={styles.chapter} onClick={() => open(lesson)}>
      <span className={styles.chapterTitle}>{lesson.title[locale]}</span>
      <span className={styles.summary}>{lesson.summary[locale]}</span>
    </button>
  );
}

function Steps(): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const { lesson, at, isShown, seen, results, predictions, go, close } = useLessonStore();
  if (lesson === null) return null;
  const isDone = (step: LessonStep): boolean =>
    step.kind === 'run'
      ? Object.hasOwn(results, step.id)
      : step.kind === 'predict'
        ? Object.hasOwn(predictions, step.id)
        : seen.has(step.id);
  return (
    <>
      <header className={styles.panelHead}>
        <Button size="small" look="quiet" icon="chevronLeft" onClick={close}>
          {say('lessons.all')}
        </Button>
      </header>
      <ol className={styles.list} aria-label={lesson.title[locale]}>
        {lesson.steps.map((step, index) => (
          <li key={step.id}>
            <button
              type="button"
              className={classes(styles.stepEntry, isShown && index === at && styles.current)}
              aria-current={isShown && index === at ? 'step' : undefined}
              title={say(`lesson.kind.${step.kind}`)}
              onClick={() => go(index)}
            >
              <Icon name={stepIcons[step.kind]} size={14} className={styles.stepIcon} />
              <span className={styles.stepTitle}>{step.title[locale]}</span>
              {isDone(step) && (
                <span role="img" aria-label={say('lessons.done')} className={styles.doneMark}>
                  <Icon name="check" size={14} />
                </span>
              )}
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}
