import { useState } from 'react';
import type { JSX } from 'react';
import type { GradloomDocument, GraphNode } from '#shared/graph/document';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useExampleChoice } from '../../state/exampleStore.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { fieldOfNode } from '../../state/shownArray.ts';
import { useSubject } from '../../state/useSubject.ts';
import type { LookedAt } from '../../state/useSubject.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ExamplePicker } from '../../ui/ExamplePicker.tsx';
import { count } from '../../ui/format.ts';
import { Segmented } from '../../ui/Segmented.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';
import type { SelectOption } from '../../ui/SelectInput.tsx';
import { SidedTab } from '../../ui/SidedTab.tsx';
import { describeMessage } from '../../ui/words.ts';
import { ConfusionView } from './ConfusionView.tsx';
import styles from './Predict.module.css';
import { SurfaceView } from './SurfaceView.tsx';
import { TryView } from './TryView.tsx';
import type { Examination } from './useExamination.ts';
import { useExamination } from './useExamination.ts';
import { WorstView } from './WorstView.tsx';

const views = ['confusion', 'worst', 'surface', 'try'] as const;
type View = (typeof views)[number];

/** What the network makes of examples it is shown: right and wrong, the worst, the plane, and inputs of one's own. */
export function PredictionsTab(): JSX.Element {
  const say = useText();
  const subject = useSubject((document) => document.training.data !== null);
  const examination = useExamination();
  const picked = useExampleChoice();
  const [wanted, setWanted] = useState<View>('confusion');
  const [head, setHead] = useState(0);
  if (subject === null) {
    return (
      <EmptyState icon="check" title={say('predictions.none')}>
        {say('predictions.none.help')}
      </EmptyState>
    );
  }
  // What was judged with other weights or another network says nothing of this one.
  const own = examination.of === subject.of ? examination : { ...examination, judged: null, failure: null };
  const plane = planeOf(subject.document);
  const offered = views.filter((view) => view !== 'surface' || plane !== null);
  const view = offered.includes(wanted) ? wanted : 'confusion';
  return (
    <SidedTab
      side={
        <>
          <SelectField
            label={say('predictions.show')}
            layout="column"
            value={view}
            options={offered.map((value): SelectOption<View> => ({ value, label: say(`predictions.show.${value}`) }))}
            onChange={(value) => setWanted(value)}
          />
          {view === 'try' && <ExamplePicker {...picked} />}
          {(view === 'confusion' || view === 'worst') && (
            <Judging subject={subject} examination={own} head={head} onHead={setHead} />
          )}
          {view === 'surface' && <p className={styles.note}>{say('predictions.surface.help')}</p>}
        </>
      }
    >
      <div className={styles.main}>
        {view === 'surface' ? (
          plane !== null && <SurfaceView subject={subject} input={plane} />
        ) : view === 'try' ? (
          <TryView subject={subject} />
        ) : (
          <Judgement view={view} subject={subject} examination={own} head={head} />
        )}
      </div>
    </SidedTab>
  );
}

/** The one input of a network that reads points of the plane; null where it reads anything else. */
function planeOf(document: GradloomDocument): GraphNode | null {
  const inputs = document.graph.nodes.filter(({ type }) => type === 'input');
  const [input] = inputs;
  const field = input === undefined ? null : fieldOfNode(document, input.id);
  const isPlane = field?.dtype === 'float32' && field.shape.length === 1 && field.shape[0] === 2;
  return inputs.length === 1 && isPlane ? (input ?? null) : null;
}

/** Starts and stops the judging, says how far it is, and chooses among several losses. */
function Judging(props: {
  readonly subject: LookedAt;
  readonly examination: Examination;
  readonly head: number;
  onHead(head: number): void;
}): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { subject, examination, head, onHead } = props;
  const [part, setPart] = useState<'training' | 'validation'>('validation');
  const { judged, isUnderWay, start, stop } = examination;
  const heads = judged?.heads ?? [];
  const nameOf = (output: string): string => {
    const node = subject.document.graph.nodes.find(({ id }) => id === output);
    return node === undefined ? output : nodeTitle(locale, node);
  };
  return (
    <>
      <Segmented
        size="small"
        label={say('example.part')}
        value={part}
        options={[
          { value: 'training', label: say('example.training') },
          { value: 'validation', label: say('example.validation') },
        ]}
        onChange={setPart}
      />
      {isUnderWay ? (
        <Button icon="stop" onClick={stop}>
          {say('predictions.stop')}
        </Button>
      ) : (
        <Button look="primary" onClick={() => start(subject.of, part)}>
          {say('predictions.judge')}
        </Button>
      )}
      {judged !== null && (
        <>
          <progress className={styles.progress} value={judged.examined} max={Math.max(1, judged.count)} />
          <p className={styles.note} role="status">
            {say('predictions.judged', { examined: count(judged.examined), count: count(judged.count) })}
          </p>
          <p className={styles.note}>{weightsOf(say, judged.steps)}</p>
        </>
      )}
      {heads.length > 1 && (
        <SelectField
          label={say('predictions.head')}
          value={String(Math.min(head, heads.length - 1))}
          options={heads.map(({ output }, at) => ({ value: String(at), label: nameOf(output) }))}
          onChange={(value) => onHead(Number(value))}
        />
      )}
    </>
  );
}

function weightsOf(say: ReturnType<typeof useText>, [first, last]: readonly [number | null, number | null]): string {
  if (first === null || last === null) return say('example.weights.initial');
  if (first === last) return say('example.weights.run', { step: count(first) });
  return say('predictions.weights', { first: count(first), last: count(last) });
}

function Judgement(props: {
  readonly view: 'confusion' | 'worst';
  readonly subject: LookedAt;
  readonly examination: Examination;
  readonly head: number;
}): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { view, subject, examination, head } = props;
  const { judged, part, failure } = examination;
  const shown = judged?.heads[Math.min(head, judged.heads.length - 1)];
  if (failure !== null) {
    return (
      <EmptyState icon="warning" title={say('example.failed')}>
        {describeMessage(locale, 'failure', failure)}
      </EmptyState>
    );
  }
  if (shown === undefined || part === null) {
    return (
      <EmptyState icon="check" title={say(judged === null ? 'predictions.notJudged' : 'predictions.noExamples')}>
        {say('predictions.notJudged.help')}
      </EmptyState>
    );
  }
  return view === 'confusion' ? (
    <ConfusionView subject={subject} part={part} head={shown} />
  ) : (
    <WorstView subject={subject} part={part} head={shown} />
  );
}
