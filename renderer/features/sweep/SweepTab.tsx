import { useState } from 'react';
import type { JSX } from 'react';
import { findNode } from '#shared/graph/queries';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { useSelectionStore } from '../../state/selectionStore.ts';
import { useSweepStore } from '../../state/sweepStore.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Field } from '../../ui/Field.tsx';
import { magnitude } from '../../ui/format.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { PlotFigure } from '../../ui/plot/PlotFigure.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';
import { SidedTab } from '../../ui/SidedTab.tsx';
import { TextInput } from '../../ui/TextInput.tsx';
import { describeMessage } from '../../ui/words.ts';
import styles from './SweepTab.module.css';
import {
  measureNames,
  measureWords,
  sweepCsv,
  sweepDrawing,
  sweepNames,
  sweptPoints,
  sweptWords,
} from './sweepTable.ts';
import type { SweptPoint } from './sweepTable.ts';

/** Trains the document over several values of one setting and several seeds; median and range of what came of it. */
export function SweepTab(): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { all, done, underWay, runs, document, failure, start, stop } = useSweepStore();
  const [wanted, setMeasure] = useState('training.loss');
  const names = measureNames(runs);
  const measure = names.includes(wanted) ? wanted : (names[0] ?? '');
  const points = sweptPoints(runs, measure);
  const measured = (name: string): string => (document === null ? name : measureWords(locale, document, name));
  const setting = runs[0]?.chosen[0]?.name ?? '';
  return (
    <SidedTab wide side={<Choices underWay={underWay} onStart={start} onStop={stop} />}>
      <div className={styles.main}>
        {failure !== null && (
          <p role="alert" className={styles.failure}>
            {describeMessage(locale, 'failure', failure)}
          </p>
        )}
        {all > 0 && (
          <div className={styles.head}>
            <span role="status">{say(underWay ? 'sweep.progress' : 'sweep.done', { done, all })}</span>
            {names.length > 0 && (
              <SelectField
                label={say('sweep.measure')}
                value={measure}
                options={names.map((value) => ({ value, label: measured(value) }))}
                onChange={setMeasure}
              />
            )}
          </div>
        )}
        {points.length === 0 ? (
          failure === null && (
            <EmptyState icon="fan" title={say(underWay ? 'sweep.waiting' : 'sweep.none')}>
              {say('sweep.none.help')}
            </EmptyState>
          )
        ) : (
          <Result
            points={points}
            setting={document === null ? setting : sweptWords(locale, document, setting)}
            measure={measured(measure)}
            csv={() => sweepCsv(runs)}
          />
        )}
      </div>
    </SidedTab>
  );
}

interface ChoicesProps {
  readonly underWay: boolean;
  readonly onStart: ReturnType<typeof useSweepStore.getState>['start'];
  onStop(): Promise<void>;
}

function Choices({ underWay, onStart, onStop }: ChoicesProps): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const document = useDocumentStore((store) => store.document);
  const isSound = useDocumentStore((store) => store.check.ok);
  const selected = useSelectionStore((store) => (store.nodes.size === 1 ? ([...store.nodes][0] ?? null) : null));
  const node = selected === null ? null : (findNode(document, selected)?.node ?? null);
  const names = sweepNames(document, node);
  const [wanted, setName] = useState('training.optimiser.learningRate');
  const name = names.includes(wanted) ? wanted : (names[0] ?? '');
  const [values, setValues] = useState('0.0003, 0.001, 0.003, 0.01');
  const [seeds, setSeeds] = useState(3);
  const [epochs, setEpochs] = useState<number | null>(null);
  return (
    <>
      <SelectField
        label={say('sweep.setting')}
        layout="column"
        value={name}
        options={names.map((value) => ({ value, label: sweptWords(locale, document, value) }))}
        onChange={setName}
      />
      <Field label={say('sweep.values')} layout="column" help={say('sweep.values.help')}>
        {(control) => <TextInput {...control} mono value={values} maximumLength={2000} onCommit={setValues} />}
      </Field>
      <NumberField label={say('sweep.seeds')} value={seeds} minimum={1} maximum={100} integer onCommit={setSeeds} />
      <NumberField
        label={say('sweep.epochs')}
        value={epochs ?? document.training.epochs}
        minimum={1}
        maximum={1_000_000}
        integer
        onCommit={setEpochs}
      />
      {underWay ? (
        <Button icon="stop" onClick={() => void onStop()}>
          {say('sweep.stop')}
        </Button>
      ) : (
        <Button
          look="primary"
          icon="play"
          disabled={!isSound}
          onClick={() =>
            void onStart({
              document,
              settings: [{ name, value: values }],
              seeds,
              epochs: name === 'training.epochs' ? null : epochs,
            })
          }
        >
          {say('sweep.start')}
        </Button>
      )}
    </>
  );
}

interface ResultProps {
  readonly points: readonly SweptPoint[];
  readonly setting: string;
  readonly measure: string;
  csv(): string;
}

function Result({ points, setting, measure, csv }: ResultProps): JSX.Element {
  const say = useText();
  const words = { title: measure, axis: setting, median: say('sweep.median'), range: say('sweep.range') };
  return (
    <div className={styles.result}>
      <PlotFigure
        words={say('sweep.plot', { measure, setting })}
        name={say('sweep.title')}
        width={290}
        drawing={(ink) => sweepDrawing(points, words, ink, { width: 290, height: 150 }, (value) => magnitude(value, 3))}
        csv={csv}
      />
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{setting}</th>
              <th scope="col">{say('sweep.median')}</th>
              <th scope="col">{say('sweep.minimum')}</th>
              <th scope="col">{say('sweep.maximum')}</th>
              <th scope="col">{say('sweep.finished')}</th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ words: value, spread, finished, runs }) => (
              <tr key={value}>
                <th scope="row">{value}</th>
                <td>{spread === null ? '–' : magnitude(spread.median, 3)}</td>
                <td>{spread === null ? '–' : magnitude(spread.minimum, 3)}</td>
                <td>{spread === null ? '–' : magnitude(spread.maximum, 3)}</td>
                <td>{`${finished}/${runs}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className={styles.note}>{say('sweep.caption')}</p>
      </div>
    </div>
  );
}
