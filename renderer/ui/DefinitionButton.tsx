import { useRef, useState } from 'react';
import type { JSX } from 'react';
import styles from './DefinitionButton.module.css';
import { useWords } from './documentLocale.ts';
import { Formula } from './Formula.tsx';
import { Icon } from './Icon.tsx';
import { definitionOf } from './measures.ts';
import type { MeasureId } from './measures.ts';
import type { Side } from './placement.ts';
import { Popover } from './Popover.tsx';

export interface DefinitionButtonProps {
  readonly measure: MeasureId;
  readonly side?: Side;
}

/** A small button beside a number that opens its definition: meaning, formula, reduction, batch, step, precision. */
export function DefinitionButton({ measure, side = 'left' }: DefinitionButtonProps): JSX.Element {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const definition = definitionOf(measure);
  const name = words(definition.name);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={styles.button}
        aria-label={words('measure.definitionOf', { name })}
        aria-expanded={open}
        aria-haspopup="dialog"
        onClick={() => setOpen(!open)}
      >
        <Icon name="information" size={14} />
      </button>
      {open && (
        <Popover
          anchor={button}
          label={words('measure.definitionOf', { name })}
          side={side}
          alignment="start"
          className={styles.popover}
          onClose={() => setOpen(false)}
        >
          <h3 className={styles.name}>{name}</h3>
          <p>{words(definition.meaning)}</p>
          {definition.formula !== undefined && (
            <div className={styles.formula}>
              <Formula tex={definition.formula} display />
            </div>
          )}
          <dl className={styles.lines}>
            {definition.lines.map((line) => (
              <div key={line.heading} className={styles.line}>
                <dt>{words(line.heading)}</dt>
                <dd>{words(line.words)}</dd>
              </div>
            ))}
          </dl>
        </Popover>
      )}
    </>
  );
}
