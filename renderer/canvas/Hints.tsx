import type { JSX } from 'react';
import { shownKeyOf } from '../platform/commands.ts';
import { useText } from '../platform/i18n.ts';
import { useViewStore } from '../state/viewStore.ts';
import { IconButton } from '../ui/IconButton.tsx';
import styles from './Hints.module.css';

/** What to do with an empty canvas. */
export function EmptyCanvas(): JSX.Element {
  const say = useText();
  return (
    <div className={styles.empty}>
      <p className={styles.title}>{say('canvas.empty.title')}</p>
      <p>{say('canvas.empty.add', { keys: shownKeyOf('canvas.search') })}</p>
      <p>{say('canvas.empty.example')}</p>
    </div>
  );
}

/** How to move about, until it was read once. The tour has the word first. */
export function FirstHint(): JSX.Element | null {
  const say = useText();
  const seen = useViewStore((store) => store.hintSeen);
  const touring = useViewStore((store) => store.tourOn);
  const set = useViewStore((store) => store.set);
  const projected = useViewStore((store) => store.isProjected);
  if (seen || touring || projected) return null;
  return (
    <div className={styles.place}>
      <aside className={styles.hint} aria-label={say('canvas.hint')} data-part="corner">
        <div className={styles.ways}>
          {(['select', 'pan', 'zoom', 'add'] as const).map((way) => (
            <span key={way}>
              <b>{say(`canvas.hint.${way}`)}</b> {say(`canvas.hint.${way}.how`)}
            </span>
          ))}
        </div>
        <IconButton
          icon="close"
          size="small"
          side="top"
          label={say('canvas.hint.close')}
          onClick={() => set({ hintSeen: true })}
        />
      </aside>
    </div>
  );
}
