import { useEffect, useRef } from 'react';
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
  const seen = useViewStore((store) => store.hintSeen);
  const touring = useViewStore((store) => store.tourOn);
  const projected = useViewStore((store) => store.isProjected);
  return seen || touring || projected ? null : <ShownHint />;
}

/** Air between the hint and what stands above it, in pixels. */
const air = 8;

/** While it is shown, `--hint-room` on the page says how much of the lower edge it takes: messages come above it. */
function ShownHint(): JSX.Element {
  const say = useText();
  const set = useViewStore((store) => store.set);
  const hint = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = hint.current;
    if (element === null) return undefined;
    const { style } = document.documentElement;
    const observer = new ResizeObserver(() => {
      style.setProperty('--hint-room', `${element.offsetHeight === 0 ? 0 : element.offsetHeight + air}px`);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      style.removeProperty('--hint-room');
    };
  }, []);
  return (
    <div className={styles.place}>
      <aside ref={hint} className={styles.hint} aria-label={say('canvas.hint')} data-part="corner">
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
