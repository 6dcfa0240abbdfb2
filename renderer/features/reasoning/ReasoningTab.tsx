import { useEffect, useMemo } from 'react';
import type { JSX } from 'react';
import type { DataField } from '#shared/graph/dataFields';
import type { CallResult } from '#shared/protocol/calls';
import { iterationsOfOneAnswer } from '#shared/protocol/inspection';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useExampleChoice, useExampleStore } from '../../state/exampleStore.ts';
import { fieldsOf, meaningOf, shownArray } from '../../state/shownArray.ts';
import { useAnswer } from '../../state/useAnswer.ts';
import { useSubject } from '../../state/useSubject.ts';
import { ArrayView } from '../../ui/arrays/ArrayView.tsx';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ExamplePicker } from '../../ui/ExamplePicker.tsx';
import { count as countWords } from '../../ui/format.ts';
import { SidedTab } from '../../ui/SidedTab.tsx';
import { describeMessage } from '../../ui/words.ts';
import { findReasoning } from './findReasoning.ts';
import type { Reasoning } from './findReasoning.ts';
import { Iterations } from './Iterations.tsx';
import styles from './Reasoning.module.css';

type Inspection = CallResult<'run.values'>;

/** How a network that looks several times comes to its answer: question, picture and maps, memory, answers. */
export function ReasoningTab(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const facts = useDocumentStore((store) => store.check.nodes);
  const subject = useSubject((document) => findReasoning(document, facts) !== null);
  const reasoning = useMemo(() => (subject === null ? null : findReasoning(subject.document, facts)), [subject, facts]);
  const example = useExampleStore((store) => store.example);
  const picked = useExampleChoice();
  const places = useMemo(() => {
    if (reasoning === null) return [];
    const { map, memory } = reasoning;
    return memory === null ? [map] : [map, memory.before, memory.after];
  }, [reasoning]);
  const isLive = subject !== null && 'run' in subject.of;
  const inspection = useAnswer(
    'run.values',
    useMemo(
      () =>
        subject === null || places.length === 0
          ? null
          : { of: subject.of, example, places, iterations: {}, gradients: false },
      [subject, places, example],
    ),
    isLive,
  );
  const answers = useAnswer(
    'run.iterate',
    useMemo(
      () =>
        subject === null || reasoning === null
          ? null
          : {
              of: subject.of,
              example,
              loop: reasoning.loop.id,
              iterations: Array.from(
                { length: Math.min(reasoning.iterations, iterationsOfOneAnswer) },
                (_, iteration) => iteration + 1,
              ),
            },
      [subject, reasoning, example],
    ),
    isLive,
  );
  const count = inspection.stale ? null : (inspection.result?.count ?? null);
  useEffect(() => {
    if (count !== null) useExampleStore.setState({ count });
  }, [count]);
  if (reasoning === null || subject === null) {
    return (
      <EmptyState icon="reveal" title={say('reasoning.none')}>
        {say('reasoning.none.help')}
      </EmptyState>
    );
  }
  const { failure, result } = inspection;
  return (
    <SidedTab
      side={
        <>
          <ExamplePicker {...picked} />
          {result !== null && (
            <Question reasoning={reasoning} fields={fieldsOf(subject.document)} inspection={result} />
          )}
        </>
      }
    >
      <div className={classes(styles.main, inspection.stale && styles.stale)}>
        {failure !== null ? (
          <EmptyState icon="warning" title={say('example.failed')}>
            {describeMessage(locale, 'failure', failure)}
          </EmptyState>
        ) : result === null ? (
          <EmptyState icon="reveal" title={say('example.waiting')} />
        ) : (
          <Iterations reasoning={reasoning} inspection={result} answers={answers} />
        )}
      </div>
    </SidedTab>
  );
}

/** What is asked, what is right, and whether the question relates one thing to others. */
function Question(props: {
  readonly reasoning: Reasoning;
  readonly fields: readonly DataField[];
  readonly inspection: Inspection;
}): JSX.Element {
  const say = useText();
  const { reasoning, fields, inspection } = props;
  // A question that the network reads as a vector is shown in words where the data has it in words too.
  const inWords = fields.find(({ meaning }) => meaning === 'tokens');
  const questions = reasoning.questions.length > 0 && inWords !== undefined ? [inWords] : reasoning.questions;
  const relational = fields.find(({ name }) => name === 'relational');
  const flag = relational === undefined ? undefined : inspection.fields[relational.name];
  const right = reasoning.answer?.field ?? null;
  const rightArray = right === null ? undefined : inspection.fields[right.name];
  return (
    <>
      {questions.map((field) => {
        const array = inspection.fields[field.name];
        if (array === undefined) return null;
        return (
          <div key={field.name} className={styles.fact}>
            <h3 className={styles.heading}>{say('reasoning.question')}</h3>
            <ArrayView array={withoutPadding(shownArray(array), field)} meaning={meaningOf(field)} label={field.name} />
          </div>
        );
      })}
      {flag !== undefined && (
        <p className={styles.flag}>
          {say(Number(flag.values[0]) === 1 ? 'reasoning.relational' : 'reasoning.notRelational')}
        </p>
      )}
      {right !== null && rightArray !== undefined && (
        <div className={styles.fact}>
          <h3 className={styles.heading}>{say('reasoning.right')}</h3>
          <ArrayView array={shownArray(rightArray)} meaning={meaningOf(right)} label={say('reasoning.right')} />
        </div>
      )}
      <p className={styles.note}>
        {inspection.step === null
          ? say('example.weights.initial')
          : say('example.weights.run', { step: countWords(inspection.step) })}
      </p>
    </>
  );
}

/** Words without those that only fill a question up to its length: number 0, at the end. */
function withoutPadding(array: ReturnType<typeof shownArray>, field: DataField): typeof array {
  if (field.meaning !== 'tokens' || array.kept.length !== 1) return array;
  const last = array.values.findLastIndex((word) => word !== 0);
  const values = array.values.slice(0, last + 1);
  return { ...array, values, shape: [values.length], kept: [values.length] };
}
