import type { ButtonHTMLAttributes, JSX, Ref } from 'react';
import { classes } from './classes.ts';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';
import styles from './IconButton.module.css';
import { Tooltip } from './Tooltip.tsx';

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled' | 'title'> {
  readonly icon: IconName;
  /** Name for assistive technology and the tooltip. */
  readonly label: string;
  /** A second line of the tooltip: why it is disabled, or what it does. */
  readonly hint?: string;
  /** Shown in the tooltip, e.g. "Ctrl+S". */
  readonly keys?: string;
  readonly look?: 'quiet' | 'framed' | 'primary';
  readonly size?: 'small' | 'medium' | 'large';
  /** Pressed state of a toggle; absent for a plain button. */
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button with an icon and a tooltip that names it. `disabled` keeps it focusable, so that the tooltip can say why. */
export function IconButton({
  icon,
  label,
  hint,
  keys,
  look = 'quiet',
  size = 'medium',
  pressed,
  disabled = false,
  side = 'bottom',
  className,
  onClick,
  ...rest
}: IconButtonProps): JSX.Element {
  return (
    <Tooltip words={label} hint={hint} keys={keys} side={side}>
      <button
        type="button"
        {...rest}
        className={classes(styles.button, styles[look], styles[size], pressed === true && styles.pressed, className)}
        aria-label={label}
        aria-pressed={pressed}
        aria-disabled={disabled || undefined}
        onClick={disabled ? (event) => event.preventDefault() : onClick}
      >
        <Icon name={icon} size={size === 'large' ? 20 : 16} />
      </button>
    </Tooltip>
  );
}
