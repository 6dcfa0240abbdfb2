import type { JSX } from 'react';
import { useLocale, useText } from '../../platform/i18n.ts';
import { useExampleChoice, useExampleStore } from '../../state/exampleStore.ts';
import { nodeTitle } from '../../state/nodeTitle.ts';
import { useViewStore } from '../../state/viewStore.ts';
import { ExamplePicker } from '../../ui/ExamplePicker.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import type { LoopAround } from './places.ts';
import { shownIterations } from './places.ts';
import styles from './Values.module.css';

/** Which example, which iteration of each loop around, and whether gradients stand beside. */
export function ExampleControls({ loops }: { readonly loops: readonly LoopAround[] }): JSX.Element {
  const say = useText();
  const picked = useExampleChoice();
  const gradients = useExampleStore((store) => store.gradients);
  return (
    <>
      <ExamplePicker {...picked} />
      <Toggle
        label={say('values.gradient.show')}
        value={gradients}
        onChange={(value) => useExampleStore.setState({ gradients: value })}
      />
      {loops.map((loop) => (
        <Iteration key={loop.node.id} loop={loop} />
      ))}
    </>
  );
}

function Iteration({ loop }: { readonly loop: LoopAround }): JSX.Element {
  const say = useText();
  const locale = useLocale();
  const chosen = useViewStore((store) => store.iterations);
  const showIteration = useViewStore((store) => store.showIteration);
  const { node, iterations } = loop;
  const shown = shownIterations([loop], chosen)[node.id] ?? 0;
  return (
    <div className={styles.iteration}>
      <span className={styles.iterationName}>{say('values.iteration', { loop: nodeTitle(locale, node) })}</span>
      <IconButton
        icon="chevronLeft"
        size="small"
        label={say('values.iteration.previous')}
        disabled={shown === 0}
        onClick={() => showIteration(node.id, shown - 1)}
      />
      <span className={styles.iterationNumber}>
        {say('values.iteration.of', { iteration: shown + 1, count: iterations })}
      </span>
      <IconButton
        icon="chevronRight"
        size="small"
        label={say('values.iteration.next')}
        disabled={shown === iterations - 1}
        onClick={() => showIteration(node.id, shown + 1)}
      />
    </div>
  );
}
