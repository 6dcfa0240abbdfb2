import { useState } from 'react';
import type { JSX } from 'react';
import { useWords } from './documentLocale.ts';
import { Field } from './Field.tsx';
import { parseShape } from './numberText.ts';
import { TextInput } from './TextInput.tsx';

export interface ShapeFieldProps {
  readonly label: string;
  readonly value: readonly number[] | null;
  readonly minimumRank: number;
  readonly maximumRank: number;
  readonly help?: string;
  /** What stands where no value is shown. */
  readonly placeholder?: string | undefined;
  onCommit(value: readonly number[]): void;
}

/** The shape of one example, written as 28×28×1; an x, a comma or a space does as well. */
export function ShapeField(props: ShapeFieldProps): JSX.Element {
  const { label, value, minimumRank, maximumRank, help, placeholder, onCommit } = props;
  const words = useWords();
  const [draft, setDraft] = useState<string | null>(null);
  const parsed = draft === null ? null : parseShape(draft, minimumRank, maximumRank);
  const problem =
    parsed === null || parsed.ok
      ? undefined
      : words(`ui.shape.${parsed.problem}`, { ...parsed, minimum: minimumRank, maximum: maximumRank });
  return (
    <Field label={label} help={help} problem={problem}>
      {({ id, describedBy, invalid }) => (
        <TextInput
          id={id}
          mono
          value={value?.join('×') ?? ''}
          placeholder={value?.length === 0 ? words('measure.scalar') : placeholder}
          describedBy={describedBy}
          invalid={invalid}
          onDraft={setDraft}
          onCommit={(text) => {
            const shape = parseShape(text, minimumRank, maximumRank);
            if (shape.ok && shape.shape.join() !== value?.join()) onCommit(shape.shape);
          }}
        />
      )}
    </Field>
  );
}
