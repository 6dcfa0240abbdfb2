import type { JSX } from 'react';
import type { ScaleKind } from '../../canvas/overlay/colourScale.ts';
import { useText } from '../../platform/i18n.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { DefinitionButton } from '../../ui/DefinitionButton.tsx';
import { Segmented } from '../../ui/Segmented.tsx';

const subjects = ['activations', 'weights'] as const;
const scales = ['relative', 'absolute'] as const;

/** Whose gradients are shown over the depth. */
export type DepthSubject = (typeof subjects)[number];

/** The scale of the overlay; relative while there is no overlay. */
export function useScaleKind(): ScaleKind {
  return useViewStore((store) => (store.overlay === 'absolute' ? 'absolute' : 'relative'));
}

/** Chooses of activations or weights, relative or absolute, with the definition of what is shown. */
export function GradientChoices(props: {
  readonly subject: DepthSubject;
  onSubject(subject: DepthSubject): void;
}): JSX.Element {
  const { subject, onSubject } = props;
  const say = useText();
  const kind = useScaleKind();
  const set = useViewStore((store) => store.set);
  return (
    <>
      <DefinitionButton measure={subject === 'activations' ? 'depth' : 'weightDepth'} side="top" />
      <Segmented
        size="small"
        fitted
        label={say('gradients.overlay.of')}
        value={subject}
        options={subjects.map((value) => ({ value, label: say(`gradients.of.${value}`) }))}
        onChange={onSubject}
      />
      <Segmented
        size="small"
        fitted
        label={say('gradients.overlay.scale')}
        value={kind}
        options={scales.map((value) => ({ value, label: say(`gradients.overlay.${value}`) }))}
        onChange={(value) => set({ overlay: value })}
      />
    </>
  );
}
