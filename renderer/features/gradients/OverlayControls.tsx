import { useRef, useState } from 'react';
import type { JSX } from 'react';
import { useText } from '../../platform/i18n.ts';
import { overlayModes, overlaySubjects, useViewStore } from '../../state/viewStore.ts';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Menu } from '../../ui/Menu.tsx';
import type { MenuEntry } from '../../ui/Menu.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { Tooltip } from '../../ui/Tooltip.tsx';
import styles from './OverlayControls.module.css';

/** Whether and how gradients are drawn on wires and nodes: of activations or weights, relative, absolute or not at all. */
export function OverlayControls(): JSX.Element {
  const say = useText();
  return (
    <div className={styles.controls} role="group" aria-label={say('gradients.overlay')}>
      <InView />
      <InMenu />
    </div>
  );
}

/** One of the choices: what may be chosen, what is, and how to choose. */
interface Choice {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string; choose(): void }[];
}

/** Whose gradient is drawn, and on which scale. */
function useChoices(): readonly [subject: Choice, scale: Choice] {
  const say = useText();
  const overlay = useViewStore((store) => store.overlay);
  const subject = useViewStore((store) => store.overlayOf);
  const set = useViewStore((store) => store.set);
  return [
    {
      id: 'of',
      label: say('gradients.overlay.of'),
      value: subject,
      options: overlaySubjects.map((value) => ({
        value,
        label: say(`gradients.of.${value}`),
        choose: () => set({ overlayOf: value }),
      })),
    },
    {
      id: 'scale',
      label: say('gradients.overlay.scale'),
      value: overlay,
      options: overlayModes.map((value) => ({
        value,
        label: say(`gradients.overlay.${value}`),
        choose: () => set({ overlay: value }),
      })),
    },
  ];
}

/** Every choice in view, with the definition of what is shown. */
function InView(): JSX.Element {
  const choices = useChoices();
  const [subject, scale] = choices;
  const measure =
    subject.value === 'weights' ? 'weightGradient' : scale.value === 'absolute' ? 'wireRms' : 'wireRelative';
  return (
    <div className={styles.inView}>
      <span className={styles.definition}>
        <DefinitionButton measure={measure} side="bottom" />
      </span>
      {choices.map(({ id, label, value, options }) => (
        <Segmented
          key={id}
          fitted
          label={label}
          value={value}
          options={options}
          onChange={(chosen) => options.find((option) => option.value === chosen)?.choose()}
        />
      ))}
    </div>
  );
}

/** The same choices in a menu that says what is chosen, for a bar without room; the legend has the definition. */
function InMenu(): JSX.Element {
  const say = useText();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const choices = useChoices();
  const [of = '', scale = ''] = choices.map(({ value, options }) => options.find((one) => one.value === value)?.label);
  return (
    <>
      <Tooltip words={say('gradients.overlay')}>
        <button
          ref={button}
          type="button"
          className={styles.inMenu}
          aria-haspopup="menu"
          aria-expanded={open}
          aria-label={say('gradients.overlay.menu', { of, scale })}
          onClick={() => setOpen(!open)}
        >
          {say('gradients.overlay.chosen', { of, scale })}
          <Icon name="chevronDown" size={14} />
        </button>
      </Tooltip>
      {open && (
        <Menu
          anchor={button}
          label={say('gradients.overlay')}
          alignment="end"
          entries={choices.flatMap(({ id, label, value, options }, index): MenuEntry[] => [
            ...(index === 0 ? [] : [{ kind: 'line', id: `line-${id}` } as const]),
            { kind: 'heading', id, label },
            ...options.map((option) => ({
              kind: 'action' as const,
              id: option.value,
              label: option.label,
              checked: option.value === value,
              run: () => option.choose(),
            })),
          ])}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
