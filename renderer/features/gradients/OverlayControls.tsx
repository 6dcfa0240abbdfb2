import type { JSX } from 'react';
import { useText } from '../../platform/i18n.ts';
import { overlayModes, overlaySubjects, useViewStore } from '../../state/viewStore.ts';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import styles from './OverlayControls.module.css';

/** Whether and how gradients are drawn on wires and nodes: of activations or weights, relative, absolute or not at all. */
export function OverlayControls(): JSX.Element {
  const say = useText();
  const overlay = useViewStore((store) => store.overlay);
  const subject = useViewStore((store) => store.overlayOf);
  const set = useViewStore((store) => store.set);
  return (
    <div className={styles.controls} role="group" aria-label={say('gradients.overlay')}>
      <DefinitionButton
        measure={subject === 'weights' ? 'weightGradient' : overlay === 'absolute' ? 'wireRms' : 'wireRelative'}
        side="bottom"
      />
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
