import { useRef, useState } from 'react';
import type { JSX } from 'react';
import { useText } from '../../platform/i18n.ts';
import { overlayModes, overlaySubjects, useViewStore } from '../../state/viewStore.ts';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Menu } from '../../ui/Menu.tsx';
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

/** Every choice in view, with the definition of what is shown. */
function InView(): JSX.Element {
  const say = useText();
  const overlay = useViewStore((store) => store.overlay);
  const subject = useViewStore((store) => store.overlayOf);
  const set = useViewStore((store) => store.set);
  return (
    <div className={styles.inView}>
      <span className={styles.definition}>
        <DefinitionButton
          measure={subject === 'weights' ? 'weightGradient' : overlay === 'absolute' ? 'wireRms' : 'wireRelative'}
          side="bottom"
        />
      </span>
      <Segmented
        fitted
        label={say('gradients.overlay.of')}
        value={subject}
        options={overlaySubjects.map((value) => ({ value, label: say(`gradients.of.${value}`) }))}
        onChange={(value) => set({ overlayOf: value })}
      />
      <Segmented
        fitted
        label={say('gradients.overlay.scale')}
        value={overlay}
        options={overlayModes.map((value) => ({ value, label: say(`gradients.overlay.${value}`) }))}
        onChange={(value) => set({ overlay: value })}
      />
    </div>
  );
}

/** The same choices in a menu that says what is chosen, for a bar without room; the legend has the definition. */
function InMenu(): JSX.Element {
  const say = useText();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const overlay = useViewStore((store) => store.overlay);
  const subject = useViewStore((store) => store.overlayOf);
  const set = useViewStore((store) => store.set);
  const chosen = { of: say(`gradients.of.${subject}`), scale: say(`gradients.overlay.${overlay}`) };
  return (
    <>
      <Tooltip words={say('gradients.overlay')}>
        <button
          ref={button}
          type="button"
          className={styles.inMenu}
          aria-haspopup="menu"
          aria-expanded={open}
          aria-label={say('gradients.overlay.menu', chosen)}
          onClick={() => setOpen(!open)}
        >
          {say('gradients.overlay.chosen', chosen)}
          <Icon name="chevronDown" size={14} />
        </button>
      </Tooltip>
      {open && (
        <Menu
          anchor={button}
          label={say('gradients.overlay')}
          alignment="end"
          entries={[
            { kind: 'heading', id: 'of', label: say('gradients.overlay.of') },
            ...overlaySubjects.map((value) => ({
              kind: 'action' as const,
              id: value,
              label: say(`gradients.of.${value}`),
              checked: value === subject,
              run: () => set({ overlayOf: value }),
            })),
            { kind: 'line', id: 'line-scale' },
            { kind: 'heading', id: 'scale', label: say('gradients.overlay.scale') },
            ...overlayModes.map((value) => ({
              kind: 'action' as const,
              id: value,
              label: say(`gradients.overlay.${value}`),
              checked: value === overlay,
              run: () => set({ overlay: value }),
            })),
          ]}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
