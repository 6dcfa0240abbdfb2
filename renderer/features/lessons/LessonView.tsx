import { useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';
import { serialiseLesson } from '#shared/lessons/parseLesson';
import type { Lesson } from '#shared/lessons/lesson';
import type { ShowDocument } from '../../state/openRun.ts';
import { isModalOpen } from '../../platform/commands.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useLessonStore } from '../../state/lessonStore.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { FullView } from '../../ui/FullView.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { saveFile } from '../../ui/saveFile.ts';
import { HandOut } from './HandOut.tsx';
import styles from './Lesson.module.css';
import { StepBody } from './StepBody.tsx';

/** One step of the open lesson in place of the canvas. It guides by its buttons and locks nothing. */
export function LessonView({ onOpen }: { readonly onOpen: ShowDocument }): JSX.Element | null {
  const lesson = useLessonStore((store) => store.lesson);
  return lesson === null ? null : <Shown lesson={lesson} onOpen={onOpen} />;
}

function Shown({ lesson, onOpen }: { readonly lesson: Lesson; readonly onOpen: ShowDocument }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { at, isProjected, go, close, project } = useLessonStore();
  const [isPrinting, setPrinting] = useState(false);
  const page = useRef<HTMLDivElement>(null);
  const step = lesson.steps[at];
  useEffect(() => {
    // Newer browsers answer with a promise, which an effect must not return.
    page.current?.scrollTo(0, 0);
  }, [at]);
  useEffect(() => {
    if (!isProjected) return undefined;
    const leave = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || isModalOpen()) return;
      event.preventDefault();
      project(false);
    };
    // Before the commands, which listen at the window: the canvas behind the lesson would take every Escape.
    document.addEventListener('keydown', leave);
    return () => document.removeEventListener('keydown', leave);
  }, [isProjected, project]);
  return (
    <FullView
      title={lesson.title[locale]}
      note={say('lessons.step', { number: at + 1, count: lesson.steps.length })}
      className={classes(styles.view, isProjected && styles.projected)}
      actions={
        <>
          <IconButton
            icon="monitor"
            label={say('lessons.projector')}
            pressed={isProjected}
            onClick={() => project(!isProjected)}
          />
          <IconButton icon="print" label={say('lessons.print')} onClick={() => setPrinting(true)} />
          <IconButton
            icon="save"
            label={say('lessons.save')}
            onClick={() => saveFile(`${lesson.title[locale]}.lesson.json`, 'application/json', serialiseLesson(lesson))}
          />
          <IconButton icon="close" label={say('lessons.close')} onClick={close} />
        </>
      }
    >
      <div ref={page} className={styles.page}>
        <article className={styles.step}>
          {step !== undefined && (
            <>
              <p className={styles.kind}>{say(`lesson.kind.${step.kind}`)}</p>
              <h3 className={styles.stepHead}>{step.title[locale]}</h3>
              <StepBody key={step.id} lesson={lesson} step={step} onOpen={onOpen} />
            </>
          )}
        </article>
      </div>
      <footer className={styles.guide}>
        <Button icon="chevronLeft" disabled={at === 0} onClick={() => go(at - 1)}>
          {say('lessons.back')}
        </Button>
        <progress className={styles.progress} max={lesson.steps.length} value={at + 1} aria-hidden="true" />
        <Button look="primary" disabled={at === lesson.steps.length - 1} onClick={() => go(at + 1)}>
          {say('lessons.next')}
        </Button>
      </footer>
      {isPrinting && <HandOut lesson={lesson} onDone={() => setPrinting(false)} />}
    </FullView>
  );
}
