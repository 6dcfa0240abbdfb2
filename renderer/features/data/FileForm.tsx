import type { JSX } from 'react';
import type { ArraysSource, Augmentation, FileSource, ImageFolderSource, TextSource } from '#shared/graph/fileSources';
import { filesOf } from '#shared/graph/fileSources';
import { useLocale, useText } from '../../platform/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { byteSize, count } from '../../ui/format.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { describeMessage } from '../../ui/words.ts';
import styles from './DataTab.module.css';
import type { Look, Reading } from './useFileSource.ts';

interface FormProps<Source extends FileSource> {
  readonly source: Source;
  readonly reading: Reading;
  /** What needs no look at the files. */
  onChange(source: Source): void;
}

/** The files of a source, whether they are still what the document describes, and how they are read. */
export function FileForm(props: FormProps<FileSource> & { readonly look: Look }): JSX.Element {
  const { source, reading, look } = props;
  const say = useText();
  const locale = useLocale();
  const files = filesOf(source);
  const isChanged = look.found?.changed === true;
  const failure = reading.failure ?? look.failure;
  return (
    <>
      <div className={styles.files}>
        {files.map(({ path, bytes }) => (
          <p key={path} className={styles.file} title={path}>
            <bdi>{path.split(/[\\/]/).at(-1)}</bdi>
            <span className={styles.dim}>{byteSize(bytes)}</span>
          </p>
        ))}
        {reading.busy && <p role="status">{say('data.file.reading')}</p>}
        {isChanged && (
          <p role="alert" className={styles.warning}>
            {say('data.file.changed')}
          </p>
        )}
        {failure !== null && (
          <p role="alert" className={styles.warning}>
            {describeMessage(locale, 'failure', failure)}
          </p>
        )}
        <Button
          disabled={reading.busy}
          look={isChanged ? 'primary' : undefined}
          onClick={() => void reading.read(source)}
        >
          {say('data.file.again')}
        </Button>
      </div>
      <KindForm {...props} />
    </>
  );
}

function KindForm(props: FormProps<FileSource>): JSX.Element {
  const { source, reading, onChange } = props;
  const say = useText();
  const read = (changed: FileSource): void => void reading.read(changed);
  switch (source.kind) {
    case 'table': {
      const lacking = source.columns.reduce((sum, { field, missing }) => sum + (field === null ? 0 : missing), 0);
      return (
        <>
          <SelectField
            label={say('data.table.delimiter')}
            value={source.delimiter}
            options={([',', '\t', ';', '|'] as const).map((value) => ({
              value,
              label: say(`data.table.delimiter.${delimiterNames[value]}`),
            }))}
            onChange={(delimiter) => read({ ...source, delimiter, columns: [...source.columns] })}
          />
          <Toggle
            label={say('data.table.header')}
            value={source.header}
            onChange={(header) => read({ ...source, header })}
          />
          <SelectField
            label={say('data.table.missing')}
            help={say('data.table.missing.help', { count: count(lacking) })}
            value={source.missing}
            options={(['refuse', 'drop', 'mean'] as const).map((value) => ({
              value,
              label: say(`data.table.missing.${value}`),
            }))}
            onChange={(missing) => read({ ...source, missing })}
          />
        </>
      );
    }
    case 'arrays':
    case 'idx':
    case 'cifar':
      return <ArraysForm source={source} reading={reading} onChange={onChange} />;
    case 'imageFolder':
      return <ImagesForm source={source} reading={reading} onChange={onChange} />;
    case 'text':
      return <TextForm source={source} reading={reading} onChange={onChange} />;
  }
}

const delimiterNames = { ',': 'comma', '\t': 'tab', ';': 'semicolon', '|': 'bar' } as const;

function ArraysForm({ source, reading, onChange }: FormProps<ArraysSource>): JSX.Element {
  const say = useText();
  const change = (index: number, set: Partial<ArraysSource['arrays'][number]>): ArraysSource => {
    return { ...source, arrays: source.arrays.map((array, at) => (at === index ? { ...array, ...set } : array)) };
  };
  const hasImages = source.arrays.some(({ meaning }) => meaning === 'image');
  return (
    <>
      {source.arrays.map((array, index) => {
        const mayBeClass =
          array.meaning === 'class' || (Number.isInteger(array.statistics.maximum) && array.shape.length <= 1);
        return (
          <fieldset key={array.name} className={styles.array}>
            <legend title={array.name}>
              {array.name} <code>{array.shape.length === 0 ? '()' : array.shape.join('×')}</code>
            </legend>
            <SelectField
              label={say('data.array.meaning')}
              value={array.meaning}
              options={(['image', 'class', 'vector', 'number'] as const)
                .filter((value) => value === array.meaning || value !== 'class' || mayBeClass)
                .map((value) => ({ value, label: say(`data.array.meaning.${value}`) }))}
              onChange={(meaning) => void reading.read(change(index, { meaning }))}
            />
            {array.meaning !== 'class' && (
              <SelectField
                label={say('data.normalisation')}
                value={array.normalisation}
                options={(['none', 'standardise', 'minMax', 'pixel'] as const).map((value) => ({
                  value,
                  label: say(`data.normalisation.${value}`),
                }))}
                onChange={(normalisation) => onChange(change(index, { normalisation }))}
              />
            )}
          </fieldset>
        );
      })}
      {hasImages && (
        <AugmentationForm
          augmentation={source.augmentation}
          onChange={(augmentation) => onChange({ ...source, augmentation })}
        />
      )}
    </>
  );
}

function ImagesForm({ source, reading, onChange }: FormProps<ImageFolderSource>): JSX.Element {
  const say = useText();
  const read = (set: Partial<ImageFolderSource>): void => void reading.read({ ...source, ...set });
  return (
    <>
      {(['height', 'width'] as const).map((key) => (
        <NumberField
          key={key}
          label={say(`data.image.${key}`)}
          value={source[key]}
          integer
          minimum={1}
          maximum={1024}
          onCommit={(value) => read({ [key]: value })}
        />
      ))}
      <SelectField
        label={say('data.image.channels')}
        value={source.channels === 1 ? 'grey' : 'colour'}
        options={(['colour', 'grey'] as const).map((value) => ({ value, label: say(`data.image.channels.${value}`) }))}
        onChange={(value) => read({ channels: value === 'grey' ? 1 : 3 })}
      />
      <SelectField
        label={say('data.image.fit')}
        value={source.fit}
        options={(['cover', 'stretch'] as const).map((value) => ({ value, label: say(`data.image.fit.${value}`) }))}
        onChange={(fit) => read({ fit })}
      />
      <SelectField
        label={say('data.normalisation')}
        value={source.normalisation}
        options={(['none', 'standardise'] as const).map((value) => ({
          value,
          label: say(value === 'none' ? 'data.normalisation.unit' : 'data.normalisation.standardise'),
        }))}
        onChange={(normalisation) => onChange({ ...source, normalisation })}
      />
      <AugmentationForm
        augmentation={source.augmentation}
        onChange={(augmentation) => onChange({ ...source, augmentation })}
      />
    </>
  );
}

function AugmentationForm(props: {
  readonly augmentation: Augmentation;
  onChange(augmentation: Augmentation): void;
}): JSX.Element {
  const { augmentation, onChange } = props;
  const say = useText();
  return (
    <>
      <Toggle
        label={say('data.augmentation.flip')}
        help={say('data.augmentation.help')}
        value={augmentation.flip}
        onChange={(flip) => onChange({ ...augmentation, flip })}
      />
      <NumberField
        label={say('data.augmentation.shift')}
        value={augmentation.shift}
        integer
        minimum={0}
        maximum={64}
        onCommit={(shift) => onChange({ ...augmentation, shift })}
      />
    </>
  );
}

function TextForm({ source, reading }: FormProps<TextSource>): JSX.Element {
  const say = useText();
  const read = (set: Partial<TextSource>): void => void reading.read({ ...source, ...set });
  return (
    <>
      <SelectField
        label={say('data.text.form')}
        value={source.form}
        options={(['windows', 'lines'] as const).map((value) => ({ value, label: say(`data.text.form.${value}`) }))}
        onChange={(form) => read({ form })}
      />
      <SelectField
        label={say('data.text.unit')}
        help={say('data.text.vocabulary', { count: count(source.vocabulary.length) })}
        value={source.unit}
        options={(['characters', 'words'] as const).map((value) => ({ value, label: say(`data.text.unit.${value}`) }))}
        onChange={(unit) => read({ unit })}
      />
      <NumberField
        label={say('data.text.length')}
        value={source.length}
        integer
        minimum={1}
        maximum={4096}
        onCommit={(length) => read({ length })}
      />
      {source.form === 'windows' && (
        <NumberField
          label={say('data.text.stride')}
          value={source.stride}
          integer
          minimum={1}
          maximum={1_000_000}
          logarithmic
          onCommit={(stride) => read({ stride })}
        />
      )}
    </>
  );
}
