import type { JSX } from 'react';
import { describeFields } from '#shared/graph/dataFields';
import type { GraphNode } from '#shared/graph/document';
import type { Data, DataSource } from '#shared/graph/training';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { count, percentage } from '../../ui/format.ts';
import { nodeTitle } from '../../ui/nodeTitle.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';
import { ShapeField } from '../../ui/ShapeField.tsx';
import { describeMessage } from '../../ui/words.ts';
import { newData, switchSource } from './dataEdits.ts';
import styles from './DataTab.module.css';
import { PreviewCanvas } from './PreviewCanvas.tsx';
import { drawable } from './previewRows.ts';
import { usePreview } from './usePreview.ts';

const sourceKinds = ['twoSpirals', 'digits', 'random'] as const;

/** The data set of the document: where it comes from, what it looks like, and which input reads what. */
export function DataTab(): JSX.Element {
  const say = useText();
  const data = useDocumentStore((store) => store.document.training.data);
  const nodes = useDocumentStore((store) => store.document.graph.nodes);
  const edit = useDocumentStore((store) => store.edit);
  const inputs = nodes.filter((node) => node.type === 'input');
  if (data === null) {
    return (
      <EmptyState icon="data" title={say('data.none')}>
        <p>{say('data.none.help')}</p>
        <div className={styles.choices}>
          {sourceKinds.map((kind) => (
            <Button
              key={kind}
              onClick={() =>
                edit([{ kind: 'setTraining', set: { data: newData(kind, inputs) } }], { key: 'training.edit.data' })
              }
            >
              {say(`data.source.${kind}`)}
            </Button>
          ))}
        </div>
      </EmptyState>
    );
  }
  return (
    <div className={styles.tab}>
      <div className={styles.form}>
        <DataForm data={data} inputs={inputs} />
      </div>
      <Preview data={data} />
    </div>
  );
}

function DataForm({ data, inputs }: { readonly data: Data; readonly inputs: readonly GraphNode[] }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const training = useDocumentStore((store) => store.document.training);
  const edit = useDocumentStore((store) => store.edit);
  const change = (set: Partial<Data>): void =>
    edit([{ kind: 'setTraining', set: { data: { ...data, ...set } } }], { key: 'training.edit.data' });
  const fields = describeFields(data.source).map((field) => field.name);
  return (
    <>
      <SelectField
        label={say('data.source')}
        value={data.source.kind}
        options={sourceKinds.map((kind) => ({ value: kind, label: say(`data.source.${kind}`) }))}
        help={say(`data.source.${data.source.kind}.help`)}
        onChange={(kind) => {
          if (kind === data.source.kind) return;
          edit([{ kind: 'setTraining', set: switchSource(training, kind, inputs) }], { key: 'training.edit.data' });
        }}
      />
      <SourceFields source={data.source} onChange={(source) => change({ source })} />
      <NumberField
        label={say('data.validation')}
        help={say('data.validation.help')}
        value={data.validation}
        minimum={0}
        maximum={0.9}
        onCommit={(validation) => change({ validation })}
      />
      <NumberField
        label={say('data.seed')}
        value={data.seed}
        integer
        minimum={0}
        maximum={0xffff_ffff}
        onCommit={(seed) => change({ seed })}
      />
      {inputs.map((node) => (
        <SelectField
          key={node.id}
          label={say('data.reads', { input: nodeTitle(locale, node) })}
          value={data.inputs[node.id] ?? null}
          mixedLabel={say('data.reads.nothing')}
          options={fields.map((name) => ({ value: name, label: name }))}
          onChange={(field) => change({ inputs: { ...data.inputs, [node.id]: field } })}
        />
      ))}
    </>
  );
}

function SourceFields(props: { readonly source: DataSource; onChange(source: DataSource): void }): JSX.Element {
  const { source, onChange } = props;
  const say = useText();
  switch (source.kind) {
    case 'twoSpirals':
      return (
        <>
          <NumberField
            label={say('data.size')}
            value={source.size}
            integer
            minimum={2}
            maximum={1_000_000}
            logarithmic
            onCommit={(size) => onChange({ ...source, size })}
          />
          <NumberField
            label={say('data.noise')}
            value={source.noise}
            minimum={0}
            maximum={1}
            onCommit={(noise) => onChange({ ...source, noise })}
          />
        </>
      );
    case 'digits':
      return (
        <>
          <NumberField
            label={say('data.size')}
            value={source.size}
            integer
            minimum={10}
            maximum={200_000}
            logarithmic
            onCommit={(size) => onChange({ ...source, size })}
          />
          <NumberField
            label={say('data.noise')}
            value={source.noise}
            minimum={0}
            maximum={1}
            onCommit={(noise) => onChange({ ...source, noise })}
          />
          <NumberField
            label={say('data.shift')}
            value={source.shift}
            integer
            minimum={0}
            maximum={6}
            onCommit={(shift) => onChange({ ...source, shift })}
          />
          <NumberField
            label={say('data.slant')}
            value={source.slant}
            minimum={0}
            maximum={0.6}
            onCommit={(slant) => onChange({ ...source, slant })}
          />
        </>
      );
    case 'random':
      return (
        <>
          <NumberField
            label={say('data.size')}
            value={source.size}
            integer
            minimum={1}
            maximum={1_000_000}
            logarithmic
            onCommit={(size) => onChange({ ...source, size })}
          />
          <ShapeField
            label={say('data.shape')}
            value={source.shape}
            minimumRank={0}
            maximumRank={6}
            onCommit={(shape) => onChange({ ...source, shape: [...shape] })}
          />
          <ShapeField
            label={say('data.targetShape')}
            value={source.targetShape}
            minimumRank={0}
            maximumRank={6}
            onCommit={(targetShape) => onChange({ ...source, targetShape: [...targetShape] })}
          />
        </>
      );
  }
}

const previewCounts: Readonly<Record<DataSource['kind'], number>> = { twoSpirals: 1500, digits: 120, random: 200 };

function Preview({ data }: { readonly data: Data }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { preview, failure, stale } = usePreview(data, previewCounts[data.source.kind]);
  if (failure !== null) {
    return (
      <EmptyState icon="warning" title={say('data.preview.failed')}>
        {describeMessage(locale, 'failure', failure)}
      </EmptyState>
    );
  }
  if (preview === null) return <EmptyState icon="data" title={say('data.preview.waiting')} />;
  return (
    <div className={classes(styles.preview, stale && styles.stale)}>
      <div className={styles.picture}>
        <PreviewCanvas
          drawn={drawable(preview)}
          label={say('data.preview.of', { source: say(`data.source.${data.source.kind}`) })}
        />
      </div>
      <div className={styles.facts}>
        <p className={styles.counts}>
          <span>{say('data.count.training', { count: count(preview.training) })}</span>
          <span>{say('data.count.validation', { count: count(preview.validation) })}</span>
        </p>
        {Object.entries(preview.classes).map(([field, counts]) => (
          <Balance key={field} field={field} counts={counts} />
        ))}
      </div>
    </div>
  );
}

/** How many examples of each class there are, as bars. */
function Balance({ field, counts }: { readonly field: string; readonly counts: readonly number[] }): JSX.Element {
  const say = useText();
  const all = counts.reduce((sum, amount) => sum + amount, 0);
  const most = Math.max(1, ...counts);
  return (
    <div>
      <h4 className={styles.heading}>{say('data.balance', { field })}</h4>
      <ul className={styles.bars}>
        {counts.map((amount, index) => {
          const words = say('data.balance.share', {
            count: count(amount),
            share: percentage(all === 0 ? 0 : amount / all),
          });
          return (
            <li key={index} className={styles.bar} title={words}>
              <span className={styles.track}>
                <span
                  className={styles.fill}
                  style={{ height: `${(100 * amount) / most}%`, background: `var(--series-${(index % 6) + 1})` }}
                />
              </span>
              <span className={styles.class}>{index}</span>
              {counts.length <= 4 ? (
                <span className={styles.amount}>{words}</span>
              ) : (
                <span className="visually-hidden">{words}</span>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
