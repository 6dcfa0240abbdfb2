import { useState } from 'react';
import type { JSX } from 'react';
import { useWords } from './documentLocale.ts';
import { Field } from './Field.tsx';
import { parseIntegers } from './numberText.ts';
import type { IntegersRange } from './numberText.ts';
import { TextInput } from './TextInput.tsx';

export interface IntegersFieldProps extends IntegersRange {
  readonly label: string;
  /** null: several values are meant, and none is shown. */
  readonly value: readonly number[] | null;
  readonly placeholder?: string;
  readonly help?: string;
  onCommit(value: readonly number[]): void;
}

/** A list of whole numbers, written 1, 0, 2; a × or a space between them does as well. */
export function IntegersField(props: IntegersFieldProps): JSX.Element {
  const { label, value, placeholder, help, onCommit, ...range } = props;
  const words = useWords();
  const [draft, setDraft] = useState<string | null>(null);
  const parsed = draft === null ? null : parseIntegers(draft, range);
  const problem =
    parsed === null || parsed.ok
      ? undefined
      : words(`ui.integers.${parsed.problem}`, {
          ...parsed,
          minimum: range.minimum,
          maximum: range.maximum,
          least: range.minimumLength,
          most: range.maximumLength,
        });
  return (
    <Field label={label} help={help} problem={problem}>
      {({ id, describedBy, invalid }) => (
        <TextInput
          id={id}
          mono
          value={value?.join(', ') ?? ''}
          placeholder={placeholder}
          describedBy={describedBy}
          invalid={invalid}
          onDraft={setDraft}
          onCommit={(text) => {
            const list = parseIntegers(text, range);
            if (list.ok && list.integers.join() !== value?.join()) onCommit(list.integers);
          }}
        />
      )}
    </Field>
  );
}
