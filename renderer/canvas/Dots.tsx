import { useStoreApi } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import type { JSX } from 'react';
import { subscribeToPixelRatio } from '../ui/drawing.ts';
import styles from './Dots.module.css';
import { dotGridAt } from './dotGrid.ts';
import { onMoved } from './panning.ts';

/**
 * The dots of the sheet: one picture, larger than the view by a dot's distance, which moves with the view. It is drawn anew
 * only where the zoom changes.
 */
export function Dots(): JSX.Element {
  const dots = useRef<HTMLDivElement>(null);
  const flow = useStoreApi();
  useEffect(() => {
    let drawn = 0;
    const place = (): void => {
      const element = dots.current;
      if (element === null) return;
      const [x, y, zoom] = flow.getState().transform;
      const { pitch, radius, left, top } = dotGridAt(x, y, zoom, window.devicePixelRatio);
      if (drawn !== zoom) {
        element.style.setProperty('--pitch', `${pitch}px`);
        element.style.setProperty('--radius', `${radius}px`);
        drawn = zoom;
      }
      element.style.transform = `translate(${left}px, ${top}px)`;
    };
    place();
    const takeAway = [
      flow.subscribe((state, before) => {
        if (state.transform !== before.transform) place();
      }),
      onMoved(place),
      subscribeToPixelRatio(place),
    ];
    return () => {
      for (const remove of takeAway) remove();
    };
  }, [flow]);
  return <div ref={dots} className={styles.dots} data-part="dots" aria-hidden="true" />;
}
