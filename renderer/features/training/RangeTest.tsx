import { useState } from 'react';
import type { JSX } from 'react';
import type { GradloomDocument } from '#shared/graph/document';
import type { JsonValue } from '#shared/graph/json';
import { jsonEqual } from '#shared/graph/json';
import { rangeRule } from '#shared/theory/rateRange';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useRangeStore } from '../../state/rangeStore.ts';
import type { RangeResult } from '../../state/rangeStore.ts';
import { Button } from '../../ui/Button.tsx';
import { magnitude } from '../../ui/format.ts';
import { PlotFigure } from '../../ui/plot/PlotFigure.tsx';
import { describeMessage } from '../../ui/words.ts';
import styles from './RangeTest.module.css';
import { rangeCsv, rangeDrawing } from './rangePlot.ts';

/** A range test of the learning rate: the loss over a rising rate, and what it suggests. */
export function RangeTest(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const [isOpen, setOpen] = useState(false);
  const document = useDocumentStore((store) => store.document);
  const isSound = useDocumentStore((store) => store.check.ok);
  const { progress, underWay, result, failure, measure, stop } = useRangeStore();
  if (!isOpen && !underWay && result === null) {
    return (
      <Button size="small" icon="pulse" onClick={() => setOpen(true)}>
        {say('range.open')}
      </Button>
    );
  }
  return (
    <section className={styles.test} aria-label={say('range.title')}>
      <p className={styles.help}>{say('range.help')}</p>
      {underWay ? (
        <>
          <Button size="small" icon="stop" onClick={() => void stop()}>
            {say('range.stop')}
          </Button>
          <p role="status" className={styles.help}>
            {progress !== null && say('range.progress', { ...progress, rate: magnitude(progress.rate, 2) })}
          </p>
        </>
      ) : (
        <Button size="small" icon="play" disabled={!isSound} onClick={() => void measure(document)}>
          {say('range.start')}
        </Button>
      )}
      {failure !== null && (
        <p role="alert" className={styles.failure}>
          {describeMessage(locale, 'failure', failure)}
        </p>
      )}
      {result !== null && <Result result={result} isOther={!isAlike(result.document, document)} />}
    </section>
  );
}

interface ResultProps {
  readonly result: RangeResult;
  /** The document was edited since. */
  readonly isOther: boolean;
}

function Result({ result: { range, stopped }, isOther }: ResultProps): JSX.Element {
  const say = useText();
  const edit = useDocumentStore((store) => store.edit);
  const optimiser = useDocumentStore((store) => store.document.training.optimiser);
  const { lowest, suggestion, reason } = range;
  const words = {
    title: say('range.plot.title'),
    loss: say('range.loss'),
    smooth: say('range.smooth'),
  };
  const values = {
    rate: suggestion === null ? '' : magnitude(suggestion, 2),
    lowest: lowest === null ? '' : magnitude(lowest.rate, 2),
    divisor: rangeRule.divisor,
  };
  return (
    <div className={styles.result}>
      {range.points.length > 0 && (
        <PlotFigure
          words={say('range.plot')}
          name={say('range.title')}
          drawing={(ink) => rangeDrawing(range, words, ink, { width: 200, height: 150 })}
          csv={() => rangeCsv(range)}
        />
      )}
      <p>{say(stopped && reason !== 'found' ? 'range.stopped' : `range.${reason}`, values)}</p>
      {isOther && <p className={styles.help}>{say('range.other')}</p>}
      {suggestion !== null && (
        <Button
          size="small"
          disabled={optimiser.learningRate === rounded(suggestion)}
          onClick={() =>
            edit([{ kind: 'setTraining', set: { optimiser: { ...optimiser, learningRate: rounded(suggestion) } } }], {
              key: 'range.edit',
            })
          }
        >
          {say('range.use', { rate: magnitude(suggestion, 2) })}
        </Button>
      )}
    </div>
  );
}

/** Whether two states of a document differ in nothing but the learning rate. */
function isAlike(one: GradloomDocument, other: GradloomDocument): boolean {
  const but = ({ optimiser, ...training }: GradloomDocument['training']): JsonValue =>
    JSON.parse(JSON.stringify({ ...training, optimiser: { ...optimiser, learningRate: null } })) as JsonValue;
  return one.graph === other.graph && one.cells === other.cells && jsonEqual(but(one.training), but(other.training));
}

/** To two digits: a rule of thumb has no more. */
function rounded(rate: number): number {
  return Number(rate.toPrecision(2));
}
