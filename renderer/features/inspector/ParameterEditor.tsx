import type { JSX } from 'react';
import type { JsonValue } from '#shared/graph/json';
import { initialiserSchema, regulariserSchema, shapeSchema } from '#shared/graph/values';
import type { Initialiser, Regulariser } from '#shared/graph/values';
import type { ParameterField } from '#shared/layers/layer';
import { wordsUnder } from '#shared/text/text';
import { useLocale, useText } from '../../platform/i18n.ts';
import { FormulaField } from './FormulaField.tsx';
import { Field } from '../../ui/Field.tsx';
import { IntegersField } from '../../ui/IntegersField.tsx';
import { MarginsField } from '../../ui/MarginsField.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { SelectField } from '../../ui/SelectInput.tsx';
import { ShapeField } from '../../ui/ShapeField.tsx';
import { SizesField } from '../../ui/SizesField.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { initialiserKinds, initialiserNumbers, newInitialiser } from './initialisers.ts';
import styles from './Inspector.module.css';

export interface ParameterEditorProps {
  readonly name: string;
  /** What it is called here; its own name where nothing is said. */
  readonly label?: string;
  readonly field: ParameterField;
  /** undefined: the selected nodes differ. */
  readonly value: JsonValue | undefined;
  /** Of a list where the selected nodes differ: what they have in common at each place. */
  readonly parts?: readonly (JsonValue | undefined)[] | null;
  onChange(value: JsonValue): void;
  /** Sets one place of a list on all of them. */
  onChangePart?(index: number, value: JsonValue): void;
}

/**
 * The editor of one parameter, by the kind of its field. A value of the wrong kind leaves the field empty, or shows as if there
 * were several where a field cannot be empty.
 */
export function ParameterEditor(props: ParameterEditorProps): JSX.Element {
  const { name, label: own, field, value, parts: common = null, onChange, onChangePart } = props;
  const locale = useLocale();
  const say = useText();
  const label = own ?? wordsUnder(locale, `parameter.${name}.name`, name);
  const mixed = say('inspector.mixed');
  switch (field.kind) {
    case 'integer':
    case 'number':
      return (
        <NumberField
          label={label}
          value={typeof value === 'number' ? value : null}
          placeholder={value === undefined ? mixed : undefined}
          minimum={field.minimum}
          maximum={field.maximum}
          integer={field.kind === 'integer'}
          exclusiveMinimum={field.kind === 'number' && field.exclusiveMinimum}
          exclusiveMaximum={field.kind === 'number' && field.exclusiveMaximum}
          onCommit={onChange}
        />
      );
    case 'boolean':
      return <Toggle label={label} value={typeof value === 'boolean' ? value : null} onChange={onChange} />;
    case 'choice':
      return (
        <SelectField
          label={label}
          value={typeof value === 'string' && field.options.includes(value) ? value : null}
          mixedLabel={typeof value === 'string' ? value : mixed}
          options={field.options.map((option) => ({
            value: option,
            label: wordsUnder(locale, `option.${name}.${option}`, option),
          }))}
          onChange={onChange}
        />
      );
    case 'shape': {
      const shape = shapeSchema.safeParse(value);
      return (
        <ShapeField
          label={label}
          value={shape.success ? shape.data : null}
          minimumRank={field.minimumRank}
          maximumRank={field.maximumRank}
          placeholder={value === undefined ? mixed : undefined}
          onCommit={(next) => onChange([...next])}
        />
      );
    }
    case 'pair':
    case 'triple': {
      const sides = [say('inspector.rows'), say('inspector.columns')];
      const parts = field.kind === 'pair' ? sides : [say('inspector.depth'), ...sides];
      const numbers = numbersOf(value);
      const shown = parts.map((_, index) => {
        const part = numbers === null ? common?.[index] : numbers[index];
        return typeof part === 'number' ? part : null;
      });
      const isCommon = numbers?.length === parts.length;
      return (
        <SizesField
          label={label}
          parts={parts}
          value={shown}
          minimum={field.minimum}
          maximum={largestSide}
          placeholder={severalInShort}
          {...(value === undefined && { help: mixed })}
          onCommit={(index, next) => {
            if (!isCommon && onChangePart !== undefined) onChangePart(index, next);
            else onChange(shown.map((other, at) => (at === index ? next : (other ?? next))));
          }}
        />
      );
    }
    case 'integers':
      return (
        <IntegersField
          label={label}
          value={numbersOf(value)}
          placeholder={value === undefined ? mixed : undefined}
          minimum={field.minimum}
          maximum={field.maximum}
          minimumLength={field.minimumLength}
          maximumLength={field.maximumLength}
          onCommit={(next) => onChange([...next])}
        />
      );
    case 'optionalInteger':
      return (
        <IntegersField
          label={label}
          value={typeof value === 'number' ? [value] : value === null ? [] : null}
          placeholder={value === undefined ? mixed : wordsUnder(locale, `parameter.${name}.empty`, '')}
          minimum={field.minimum}
          maximum={field.maximum}
          minimumLength={0}
          maximumLength={1}
          onCommit={([next]) => onChange(next ?? null)}
        />
      );
    case 'margins': {
      // Their axes belong together: of several, each keeps its own.
      if (value === undefined)
        return <Field label={label}>{() => <span className={styles.mixed}>{mixed}</span>}</Field>;
      const fixed = field.minimumAxes === field.maximumAxes && field.maximumAxes === 2;
      const axes = fixed
        ? [say('inspector.rows'), say('inspector.columns')]
        : Array.from({ length: field.maximumAxes }, (_, axis) => say('inspector.axis', { axis }));
      return (
        <MarginsField
          label={label}
          axes={axes}
          value={marginsOf(value)}
          minimumAxes={field.minimumAxes}
          maximum={largestSide}
          onCommit={(next) => onChange(next.map(([before, after]) => [before, after]))}
        />
      );
    }
    case 'formula':
      return (
        <FormulaField
          label={label}
          value={typeof value === 'string' ? value : null}
          placeholder={value === undefined ? mixed : ''}
          onCommit={onChange}
        />
      );
    case 'initialiser': {
      const parsed = initialiserSchema.safeParse(value);
      return <InitialiserEditor label={label} value={parsed.success ? parsed.data : null} onChange={onChange} />;
    }
    case 'regulariser': {
      const parsed = regulariserSchema.safeParse(value);
      return <RegulariserEditor label={label} value={parsed.success ? parsed.data : undefined} onChange={onChange} />;
    }
  }
}

const largestSide = 65_536;
/** In a field too narrow for words. */
const severalInShort = '–';

/** A list of numbers as it stands in a document, or null where the value is none. */
function numbersOf(value: JsonValue | undefined): readonly number[] | null {
  const isList = Array.isArray(value) && value.every((part) => typeof part === 'number');
  return isList ? value.map(Number) : null;
}

function marginsOf(value: JsonValue | undefined): readonly (readonly [number, number])[] | null {
  if (!Array.isArray(value)) return null;
  const rows = value.map((row: JsonValue) => numbersOf(row));
  return rows.every((row) => row?.length === 2) ? rows.map((row) => [row?.[0] ?? 0, row?.[1] ?? 0]) : null;
}

/** An initialiser: its kind and what belongs to it. */
export function InitialiserEditor(props: {
  readonly label: string;
  readonly value: Initialiser | null;
  onChange(value: JsonValue): void;
}): JSX.Element {
  const { label, value, onChange } = props;
  const say = useText();
  const kinds: readonly Initialiser['kind'][] =
    value?.kind === 'values' ? [...initialiserKinds, 'values'] : initialiserKinds;
  return (
    <div className={styles.group}>
      <SelectField
        label={label}
        value={value?.kind ?? null}
        mixedLabel={say('inspector.mixed')}
        options={kinds.map((kind) => ({ value: kind, label: say(`initialiser.${kind}`) }))}
        onChange={(kind) => {
          if (kind !== value?.kind) onChange({ ...newInitialiser(kind) });
        }}
      />
      {value !== null && (value.kind === 'heUniform' || value.kind === 'heNormal') && (
        <div className={styles.sub}>
          <SelectField
            label={say('initialiser.field.mode')}
            value={value.mode ?? 'fanIn'}
            options={(['fanIn', 'fanOut'] as const).map((mode) => ({
              value: mode,
              label: say(`initialiser.mode.${mode}`),
            }))}
            onChange={(mode) => onChange({ ...value, mode })}
          />
        </div>
      )}
      {value !== null &&
        initialiserNumbers(value).map((number) => (
          <div key={number.name} className={styles.sub}>
            <NumberField
              label={say(`initialiser.field.${number.name}`)}
              value={number.value}
              minimum={number.minimum}
              maximum={number.maximum}
              onCommit={(next) => onChange({ ...number.with(next) })}
            />
          </div>
        ))}
    </div>
  );
}

function RegulariserEditor(props: {
  readonly label: string;
  /** undefined: the selected nodes differ. */
  readonly value: Regulariser | undefined;
  onChange(value: JsonValue): void;
}): JSX.Element {
  const { label, value, onChange } = props;
  const say = useText();
  const kinds = ['none', 'l1', 'l2', 'both'] as const;
  const kind =
    value === undefined
      ? null
      : value === null
        ? 'none'
        : value.l1 > 0 && value.l2 > 0
          ? 'both'
          : value.l1 > 0
            ? 'l1'
            : 'l2';
  const start = 1e-4;
  const choose = (chosen: (typeof kinds)[number]): void => {
    if (chosen === kind) return;
    const l1 = value !== null && value !== undefined && value.l1 > 0 ? value.l1 : start;
    const l2 = value !== null && value !== undefined && value.l2 > 0 ? value.l2 : start;
    onChange(chosen === 'none' ? null : { l1: chosen === 'l2' ? 0 : l1, l2: chosen === 'l1' ? 0 : l2 });
  };
  return (
    <div className={styles.group}>
      <SelectField
        label={label}
        value={kind}
        mixedLabel={say('inspector.mixed')}
        options={kinds.map((one) => ({ value: one, label: say(`inspector.penalty.${one}`) }))}
        onChange={choose}
      />
      {value !== null &&
        value !== undefined &&
        (['l1', 'l2'] as const)
          .filter((name) => kind === name || kind === 'both')
          .map((name) => (
            <div key={name} className={styles.sub}>
              <NumberField
                label={say(`inspector.penalty.${name}.factor`)}
                value={value[name]}
                minimum={0}
                exclusiveMinimum
                maximum={1e6}
                logarithmic
                onCommit={(next) => onChange({ ...value, [name]: next })}
              />
            </div>
          ))}
    </div>
  );
}
