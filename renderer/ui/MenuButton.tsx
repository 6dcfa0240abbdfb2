import { useRef, useState } from 'react';
import type { JSX } from 'react';
import { IconButton } from './IconButton.tsx';
import type { IconButtonProps } from './IconButton.tsx';
import { Menu } from './Menu.tsx';
import type { MenuEntry } from './Menu.tsx';

export interface MenuButtonProps extends Omit<IconButtonProps, 'onClick' | 'pressed' | 'ref'> {
  readonly entries: readonly MenuEntry[];
}

/** A button with an icon that opens a menu of its own name, at its end. */
export function MenuButton({ entries, ...rest }: MenuButtonProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <IconButton {...rest} ref={button} aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)} />
      {open && (
        <Menu
          anchor={button}
          label={rest.label}
          side={rest.side}
          alignment="end"
          entries={entries}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
