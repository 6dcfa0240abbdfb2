import { useState } from 'react';
import type { JSX } from 'react';
import type { Lesson, LessonStep, StepOf } from '#shared/lessons/lesson';
import { serialiseLesson, experimentsMeant } from '#shared/lessons/parseLesson';
import { figuresOf, isRight } from '#shared/lessons/verdict';
import { writeFigures, writeFigure } from '#shared/lessons/write';
import { CallFailure, getClient } from '../../platform/client.ts';
import { useLocale, useText } from '../../platform/i18n.ts';
import type { ShowDocument } from '../../state/openRun.ts';
import { readingsOf, useLessonStore } from '../../state/lessonStore.ts';
import { useNoticeStore } from '../../state/noticeStore.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { moment } from '../../ui/format.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { describeMessage } from '../../ui/words.ts';
import { DefinitionList } from './DefinitionList.tsx';
import { ExperimentList } from './ExperimentList.tsx';
import styles from './Lesson.module.css';
import { LessonText } from './LessonText.tsx';
import { Measurements } from './Measurements.tsx';
import { VerdictWords } from './VerdictWords.tsx';

interface BodyProps<Step extends LessonStep> {
  readonly lesson: Lesson;
  readonly step: Step;
  readonly onOpen: ShowDocument;
}

/** What a person reads and does in one step, by its kind. */
export function StepBody({ lesson, step, onOpen }: BodyProps<LessonStep>): JSX.Element {
  const readings = readingsOf(useLessonStore((store) => store.results));
  switch (step.kind) {
    case 'read':
      return <LessonText words={step.text} readings={readings} />;
    case 'predict':
      return <Predict step={step} />;
    case 'run':
      return <Run step={step} />;
    case 'measure':
      return (
        <>
          <LessonText words={step.text} readings={readings} />
          <NeededRuns lesson={lesson} step={step} />
          <Measurements step={step} readings={readings} />
          <DefinitionList lesson={lesson} step={step} />
        </>
      );
    case 'verdict':
      return (
        <>
          <NeededRuns lesson={lesson} step={step} />
          <VerdictWords step={step} readings={readings} />
        </>
      );
    case 'explore':
      return <Explore lesson={lesson} step={step} onOpen={onOpen} />;
    default:
      return step satisfies never;
  }
}

function Predict({ step }: { readonly step: StepOf<'predict'> }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const prediction = useLessonStore((store) => store.predictions[step.id]);
  const readings = readingsOf(useLessonStore((store) => store.results));
  const predict = useLessonStore((store) => store.predict);
  const [draft, setDraft] = useState<string | number | null>(null);
  const { answer } = step;
  const isCommitted = prediction !== undefined;
  const chosen = prediction ?? draft;
  const right = prediction === undefined ? null : isRight(readings, step, prediction);
  const measured = answer.kind === 'number' ? figuresOf(readings, { of: answer.of, at: answer.at ?? null }) : null;
  return (
    <>
      <LessonText words={step.question} readings={readings} />
      {answer.kind === 'choice' ? (
        <div role="radiogroup" aria-label={step.title[locale]} className={styles.options}>
          {answer.options.map(({ id, words }) => (
            <label key={id} className={classes(styles.option, chosen === id && styles.chosen)}>
              <input
                type="radio"
                name={step.id}
                checked={chosen === id}
                disabled={isCommitted}
                onChange={() => setDraft(id)}
              />
              {words[locale]}
            </label>
          ))}
        </div>
      ) : (
        <div className={styles.number}>
          <NumberField
            label={say('lessons.guess')}
            layout="column"
            value={typeof chosen === 'number' ? chosen : null}
            minimum={-1e300}
            maximum={1e300}
            disabled={isCommitted}
            onCommit={setDraft}
          />
        </div>
      )}
      {prediction === undefined ? (
        <Button look="primary" disabled={draft === null} onClick={() => draft !== null && predict(step.id, draft)}>
          {say('lessons.commit')}
        </Button>
      ) : (
        <p className={classes(styles.judged, right === true && styles.yes, right === false && styles.no)} role="status">
          {typeof prediction === 'number' && (
            <span>{say('lessons.committed', { guess: writeFigure(prediction) })}</span>
          )}
          <span>
            {say(right === null ? 'lessons.guess.wait' : right ? 'lessons.guess.right' : 'lessons.guess.wrong')}
          </span>
          {measured !== null && <span>{say('lessons.guess.measured', { value: writeFigures(measured) })}</span>}
        </p>
      )}
    </>
  );
}

function Run({ step }: { readonly step: StepOf<'run'> }): JSX.Element {
  const say = useText();
  const readings = readingsOf(useLessonStore((store) => store.results));
  return (
    <>
      <LessonText words={step.text} readings={readings} />
      <h4 className={styles.caption}>{say('lessons.experiments')}</h4>
      <ExperimentList step={step} />
      <RunControl step={step} />
    </>
  );
}

/** Runs a step and says how far it is. */
function RunControl({ step }: { readonly step: StepOf<'run'> }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { running, results, failed, run, stop } = useLessonStore();
  const result = results[step.id];
  const isRunning = running?.step === step.id;
  const progress = isRunning ? running.progress : null;
  const words = step.experiments.find(({ id }) => id === progress?.experiment)?.label[locale] ?? '';
  return (
    <div className={styles.control}>
      {isRunning ? (
        <Button icon="stop" onClick={() => void stop()}>
          {say('lessons.stop')}
        </Button>
      ) : (
        <Button
          icon="play"
          look={result === undefined ? 'primary' : 'plain'}
          disabled={running !== null}
          title={running === null ? undefined : say('lessons.busy')}
          onClick={() => void run(step.id)}
        >
          {say(result === undefined ? 'lessons.run' : 'lessons.runAgain')}
        </Button>
      )}
      {isRunning && (
        <progress
          className={styles.progress}
          max={1}
          value={progress === null ? 0 : (progress.done + progress.share) / progress.runs}
          aria-label={say('lesson.kind.run')}
        />
      )}
      <span className={styles.dim} role="status">
        {progress !== null &&
          say('lessons.running', {
            done: progress.done + 1,
            runs: progress.runs,
            experiment: words,
            seed: progress.seed,
          })}
        {!isRunning &&
          result !== undefined &&
          say('lessons.ran', {
            date: moment(result.date, locale),
            version: result.version,
            seconds: result.seconds.toFixed(1),
            engine: say(`lessons.engine.${result.backend}`),
            seeds: result.seeds.join(', '),
          })}
      </span>
      {failed?.step === step.id && (
        <p className={styles.failure} role="alert">
          {say('lessons.failed', { reason: describeMessage(locale, 'failure', failed.failure) })}
        </p>
      )}
    </div>
  );
}

/** The run steps whose results a step shows and that were not run yet, with their buttons. */
function NeededRuns({ lesson, step }: { readonly lesson: Lesson; readonly step: LessonStep }): JSX.Element | null {
  const say = useText();
  const locale = useLocale();
  const results = useLessonStore((store) => store.results);
  const meant = new Set(experimentsMeant(lesson, step).map(({ id }) => id));
  const missing = lesson.steps.flatMap((each) =>
    each.kind === 'run' && results[each.id] === undefined && each.experiments.some(({ id }) => meant.has(id))
      ? [each]
      : [],
  );
  if (missing.length === 0) return null;
  return (
    <div className={styles.needed}>
      <p>{say('lessons.notMeasured')}</p>
      {missing.map((each) => (
        <div key={each.id}>
          <p className={styles.caption}>{each.title[locale]}</p>
          <RunControl step={each} />
        </div>
      ))}
    </div>
  );
}

function Explore({ lesson, step, onOpen }: BodyProps<StepOf<'explore'>>): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const readings = readingsOf(useLessonStore((store) => store.results));
  const hide = useLessonStore((store) => store.hide);
  const open = async (): Promise<void> => {
    try {
      const { document } = await getClient().call('lesson.document', {
        lesson: serialiseLesson(lesson),
        experiment: step.experiment,
        locale,
      });
      hide();
      await onOpen(document);
    } catch (problem) {
      if (!(problem instanceof CallFailure)) throw problem;
      useNoticeStore
        .getState()
        .notify('problem', 'lessons.failed', { reason: describeMessage(locale, 'failure', problem.failure) });
    }
  };
  return (
    <>
      <LessonText words={step.text} readings={readings} />
      <Button look="primary" icon="reveal" onClick={() => void open()}>
        {say('lessons.explore')}
      </Button>
    </>
  );
}
