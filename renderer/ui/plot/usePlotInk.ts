import { useEffect, useState } from 'react';
import type { RefObject } from 'react';
import { subscribeToTheme } from '../drawing.ts';
import { inkOf } from './ink.ts';
import type { PlotInk } from './ink.ts';

/** The colours of the theme that an element stands in, also after the theme changed; null until it stands there. */
export function usePlotInk(box: RefObject<Element | null>): PlotInk | null {
  const [ink, setInk] = useState<PlotInk | null>(null);
  useEffect(() => {
    const read = (): void => {
      if (box.current !== null) setInk(inkOf(box.current));
    };
    read();
    return subscribeToTheme(read);
  }, [box]);
  return ink;
}
