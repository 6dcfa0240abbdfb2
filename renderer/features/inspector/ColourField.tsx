import type { JSX } from 'react';
import { useText } from '../../platform/i18n.ts';
import { classes } from '../../ui/classes.ts';
import { colours } from '../../ui/colours.ts';
import { Field } from '../../ui/Field.tsx';
import styles from './Terminals.module.css';

/** The colour of a frame, a node or a cell's band; the first choice is none: that of its kind. */
export function ColourField({
  value,
  onChange,
}: {
  readonly value: string | undefined;
  onChange(colour: string | undefined): void;
}): JSX.Element {
  const say = useText();
  const choices: readonly (string | undefined)[] = [undefined, ...colours];
  return (
    <Field label={say('inspector.colour')} layout="column">
      {({ id }) => (
        <div id={id} role="radiogroup" aria-label={say('inspector.colour')} className={styles.colours}>
          {choices.map((colour, index) => (
            <button
              key={colour ?? 'none'}
              type="button"
              role="radio"
              aria-checked={value === colour}
              aria-label={
                colour === undefined ? say('inspector.colour.none') : say('inspector.colour.number', { number: index })
              }
              className={classes(styles.swatch, colour === undefined && styles.none)}
              style={colour === undefined ? undefined : { background: colour }}
              onClick={() => onChange(colour)}
            />
          ))}
        </div>
      )}
    </Field>
  );
}
