import { useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { describeFields } from '#shared/graph/dataFields';
import type { FileSource } from '#shared/graph/fileSources';
import { isFileSource } from '#shared/graph/fileSources';
import { dataSourceKinds, sourceSettings } from '#shared/graph/dataSources';
import type { GraphNode } from '#shared/graph/document';
import { dataSourceSchema } from '#shared/graph/training';
import type { Data, DataSource, GeneratedSource } from '#shared/graph/training';
import type { DataPreview } from '#shared/protocol/calls';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useDocumentStore } from '../../state/documentStore.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { Button } from '../../ui/Button.tsx';
import { classes } from '../../ui/classes.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { count, percentage } from '../../ui/format.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';
import { ShapeField } from '../../ui/ShapeField.tsx';
import { SidedTab } from '../../ui/SidedTab.tsx';
import { describeMessage } from '../../ui/words.ts';
import { ColumnTable } from './ColumnTable.tsx';
import { newData, switchSource } from './dataEdits.ts';
import styles from './DataTab.module.css';
import { FileForm } from './FileForm.tsx';
import { PreviewCanvas } from './PreviewCanvas.tsx';
import { drawable } from './previewRows.ts';
import type { Reading } from './useFileSource.ts';
import { takeSource, useLook, useReading } from './useFileSource.ts';
import { usePreview } from './usePreview.ts';

/** The data set of the document: where it comes from, what it looks like, and which input reads what. */
export function DataTab(): JSX.Element {
  const say = useText();
  const data = useDocumentStore((store) => store.document.training.data);
  const nodes = useDocumentStore((store) => store.document.graph.nodes);
  const edit = useDocumentStore((store) => store.edit);
  const inputs = nodes.filter((node) => node.type === 'input');
  const reading = useReading();
  const locale = useLocale();
  if (data === null) {
    return (
      <EmptyState wide icon="data" title={say('data.none')}>
        <p>{say('data.none.help')}</p>
        <FileButtons reading={reading} />
        {reading.busy && <p role="status">{say('data.file.reading')}</p>}
        {reading.failure !== null && (
          <p role="alert" className={styles.warning}>
            {describeMessage(locale, 'failure', reading.failure)}
          </p>
        )}
        <div className={styles.choices}>
          {dataSourceKinds.map((kind) => (
            <Button
              key={kind}
              size="small"
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
  if (isFileSource(data.source)) {
    return <FileTab data={data} source={data.source} inputs={inputs} reading={reading} />;
  }
  return (
    <SidedTab
      wide
      side={
        <>
          <DataForm data={data} inputs={inputs} reading={reading}>
            <SourceFields source={data.source} onChange={(source) => takeData({ ...data, source })} />
          </DataForm>
        </>
      }
    >
      <Preview data={data} />
    </SidedTab>
  );
}

function takeData(data: Data): void {
  useDocumentStore.getState().edit([{ kind: 'setTraining', set: { data } }], { key: 'training.edit.data' });
}

/** Choose a file, or a folder of images. */
function FileButtons({ reading }: { readonly reading: Reading }): JSX.Element {
  const say = useText();
  return (
    <div className={styles.fromFiles}>
      <Button disabled={reading.busy} onClick={() => void reading.choose('file')}>
        {say('data.file.choose')}
      </Button>
      <Button disabled={reading.busy} onClick={() => void reading.choose('folder')}>
        {say('data.file.chooseFolder')}
      </Button>
    </div>
  );
}

/** Data from files: how they are read beside what is in them. */
function FileTab(props: {
  readonly data: Data;
  readonly source: FileSource;
  readonly inputs: readonly GraphNode[];
  readonly reading: Reading;
}): JSX.Element {
  const { data, source, inputs, reading } = props;
  const look = useLook(source);
  return (
    <SidedTab
      wide
      side={
        <>
          <DataForm data={data} inputs={inputs} reading={reading}>
            <FileForm source={source} reading={reading} look={look} onChange={takeSource} />
          </DataForm>
        </>
      }
    >
      {source.kind === 'table' ? (
        <div className={styles.columns}>
          <ColumnTable
            source={source}
            rows={look.found?.rows ?? []}
            onChange={takeSource}
            onRead={(changed) => void reading.read(changed)}
          />
          <TableFacts data={data} source={source} />
        </div>
      ) : (
        <Preview data={data} />
      )}
    </SidedTab>
  );
}

/** Parts and class balance of a table, beneath it. */
function TableFacts({ data, source }: { readonly data: Data; readonly source: FileSource }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const { preview, failure } = usePreview(data, previewCounts[source.kind]);
  if (failure !== null) return <p className={styles.warning}>{describeMessage(locale, 'failure', failure)}</p>;
  if (preview === null) return <p className={styles.counts}>{say('data.preview.waiting')}</p>;
  return (
    <div className={styles.tableFacts}>
      <Facts preview={preview} source={source} />
    </div>
  );
}

function DataForm(props: {
  readonly data: Data;
  readonly inputs: readonly GraphNode[];
  readonly reading: Reading;
  readonly children: ReactNode;
}): JSX.Element {
  const { data, inputs, reading, children } = props;
  const say = useText();
  const locale = useLocale();
  const training = useDocumentStore((store) => store.document.training);
  const edit = useDocumentStore((store) => store.edit);
  const change = (set: Partial<Data>): void => takeData({ ...data, ...set });
  const described = describeFields(data.source);
  const fields = described.map(({ name }) => name);
  const labels = described.filter(({ classes, shape }) => classes !== undefined && shape.length === 0);
  const kinds: readonly DataSource['kind'][] = isFileSource(data.source)
    ? [data.source.kind, ...dataSourceKinds]
    : dataSourceKinds;
  return (
    <>
      <SelectField
        label={say('data.source')}
        value={data.source.kind}
        options={kinds.map((kind) => ({ value: kind, label: say(`data.source.${kind}`) }))}
        help={say(`data.source.${data.source.kind}.help`)}
        onChange={(chosen) => {
          const kind = dataSourceKinds.find((each) => each === chosen);
          if (kind === undefined || kind === data.source.kind) return;
          edit([{ kind: 'setTraining', set: switchSource(training, kind, inputs) }], { key: 'training.edit.data' });
        }}
      />
      <FileButtons reading={reading} />
      {children}
      <NumberField
        label={say('data.validation')}
        help={say('data.validation.help')}
        value={data.validation}
        minimum={0}
        maximum={0.9}
        onCommit={(validation) => change({ validation })}
      />
      {labels.length > 0 && (
        <SelectField
          label={say('data.stratify')}
          help={say('data.stratify.help')}
          value={data.stratify ?? ''}
          options={[
            { value: '', label: say('data.stratify.none') },
            ...labels.map(({ name }) => ({ value: name, label: name })),
          ]}
          onChange={(field) => {
            const { stratify: _stratify, ...rest } = data;
            takeData(field === '' ? rest : { ...rest, stratify: field });
          }}
        />
      )}
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

function SourceFields(props: { readonly source: GeneratedSource; onChange(source: DataSource): void }): JSX.Element {
  const { source, onChange } = props;
  const say = useText();
  const values: Readonly<Record<string, unknown>> = source;
  const commit = (key: string, value: unknown): void => onChange(dataSourceSchema.parse({ ...source, [key]: value }));
  return (
    <>
      {sourceSettings[source.kind].map((setting) => {
        const { key } = setting;
        const label = say(`data.${key}`);
        const value = values[key];
        switch (setting.kind) {
          case 'integer':
          case 'number':
            return (
              <NumberField
                key={key}
                label={label}
                value={Number(value)}
                integer={setting.kind === 'integer'}
                minimum={setting.minimum}
                maximum={setting.maximum}
                exclusiveMinimum={setting.exclusive}
                exclusiveMaximum={setting.exclusive}
                logarithmic={setting.maximum > 1000}
                onCommit={(next) => commit(key, next)}
              />
            );
          case 'shape':
            return (
              <ShapeField
                key={key}
                label={label}
                value={Array.isArray(value) ? value.map(Number) : []}
                minimumRank={0}
                maximumRank={6}
                onCommit={(next) => commit(key, [...next])}
              />
            );
          case 'choice':
            return (
              <SelectField
                key={key}
                label={label}
                value={setting.options.find((option) => option === value) ?? null}
                options={setting.options.map((option) => ({ value: option, label: say(`data.step.${option}`) }))}
                onChange={(next) => commit(key, next)}
              />
            );
        }
      })}
    </>
  );
}

/** How many examples the preview shows of each source: fewer where each is large. */
const previewCounts: Readonly<Record<DataSource['kind'], number>> = {
  twoSpirals: 1500,
  circles: 1500,
  moons: 1500,
  xor: 1500,
  clusters: 1500,
  sine: 1500,
  parity: 60,
  digits: 120,
  digitSequences: 120,
  colouredShapes: 60,
  segmentedShapes: 24,
  sortOfClevr: 12,
  adding: 30,
  copying: 20,
  repeatedTokens: 20,
  identity: 200,
  random: 200,
  table: 200,
  arrays: 120,
  idx: 120,
  cifar: 60,
  imageFolder: 60,
  text: 20,
};

/** Whether training changes images of this source. */
function isAugmented(source: DataSource): boolean {
  return 'augmentation' in source && (source.augmentation.flip || source.augmentation.shift > 0);
}

function Preview({ data }: { readonly data: Data }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const [step, setStep] = useState(0);
  const isChanged = isAugmented(data.source);
  const { preview, failure, stale } = usePreview(data, previewCounts[data.source.kind], isChanged ? step : undefined);
  if (failure !== null) {
    return (
      <EmptyState icon="warning" title={say('data.preview.failed')}>
        {describeMessage(locale, 'failure', failure)}
      </EmptyState>
    );
  }
  if (preview === null) return <EmptyState icon="data" title={say('data.preview.waiting')} />;
  return (
    <div className={classes(styles.preview, stale && styles.stale)} aria-busy={stale}>
      <div className={styles.picture}>
        <PreviewCanvas
          drawn={drawable(preview, describeFields(data.source))}
          label={say(isChanged ? 'data.preview.changed' : 'data.preview.of', {
            source: say(`data.source.${data.source.kind}`),
          })}
        />
      </div>
      <div className={styles.facts}>
        {isChanged && (
          <NumberField
            label={say('data.augmentation.step')}
            help={say('data.augmentation.preview', { seed: data.seed })}
            value={step}
            integer
            minimum={0}
            maximum={1_000_000}
            onCommit={setStep}
          />
        )}
        <Facts preview={preview} source={data.source} />
      </div>
    </div>
  );
}

/** Sizes of the parts, and the balance of each field of classes. */
function Facts({ preview, source }: { readonly preview: DataPreview; readonly source: DataSource }): JSX.Element {
  const say = useText();
  return (
    <>
      <p className={styles.counts}>
        <span>{say('data.count.training', { count: count(preview.training) })}</span>
        <span>{say('data.count.validation', { count: count(preview.validation) })}</span>
      </p>
      {Object.entries(preview.classes).map(([field, counts]) => (
        <Balance
          key={field}
          field={field}
          counts={counts}
          names={describeFields(source).find(({ name }) => name === field)?.classes ?? []}
        />
      ))}
    </>
  );
}

/** How many examples of each class there are, as bars. */
function Balance(props: {
  readonly field: string;
  readonly counts: readonly number[];
  readonly names: readonly string[];
}): JSX.Element {
  const { field, counts, names } = props;
  const say = useText();
  const all = counts.reduce((sum, amount) => sum + amount, 0);
  const most = Math.max(1, ...counts);
  return (
    <div>
      <h3 className={styles.heading}>{say('data.balance', { field })}</h3>
      <ul className={styles.bars}>
        {counts.map((amount, index) => {
          const words = say('data.balance.share', {
            count: count(amount),
            share: percentage(all === 0 ? 0 : amount / all),
          });
          const name = names[index] ?? String(index);
          // Names wider than a bar are told when it is pointed at.
          const isShort = counts.length <= 4 || name.length <= 2;
          return (
            <li key={index} className={styles.bar} title={`${name}: ${words}`}>
              <span className={styles.track}>
                <span
                  className={styles.fill}
                  style={{ height: `${(100 * amount) / most}%`, background: `var(--series-${(index % 6) + 1})` }}
                />
              </span>
              {isShort ? <span className={styles.class}>{name}</span> : <span className="visually-hidden">{name}</span>}
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
