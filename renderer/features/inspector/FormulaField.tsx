import { useState } from 'react';
import type { JSX } from 'react';
import { parseFormula } from '#shared/layers/formula/parseFormula';
import { useText } from '../../platform/i18n.ts';
import { Field } from '../../ui/Field.tsx';
import { TextInput } from '../../ui/TextInput.tsx';

export interface FormulaFieldProps {
  readonly label: string;
  /** null: several formulas are meant, and none is shown. */
  readonly value: string | null;
  readonly placeholder: string;
  onCommit(value: string): void;
}

/** A formula, read while it is typed: what keeps it from being one stands beneath, and such a text is not taken. */
export function FormulaField({ label, value, placeholder, onCommit }: FormulaFieldProps): JSX.Element {
  const say = useText();
  const [draft, setDraft] = useState<string | null>(null);
  const parsed = parseFormula(draft ?? value ?? 'a');
  const problem = parsed.ok
    ? undefined
    : say(`formula.${parsed.fault.code}`, { ...parsed.fault.values, position: parsed.fault.position });
  return (
    <Field label={label} layout="column" problem={problem}>
      {({ id, describedBy, invalid }) => (
        <TextInput
          id={id}
          mono
          value={value ?? ''}
          placeholder={value === null ? placeholder : undefined}
          describedBy={describedBy}
          invalid={invalid}
          onDraft={setDraft}
          onCommit={(text) => {
            if (parseFormula(text).ok) onCommit(text.trim());
          }}
        />
      )}
    </Field>
  );
}
