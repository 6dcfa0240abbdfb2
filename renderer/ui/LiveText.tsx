import { useRef } from 'react';
import type { JSX } from 'react';
import { useDrawing } from './drawing.ts';
import type { Subscribe } from './drawing.ts';
import { tick } from './ticks.ts';

export interface LiveTextProps {
  readonly source: Subscribe;
  readonly className?: string;
  /** What stands there now. Called outside rendering, at most five times a second. */
  read(): string;
}

/** A text that follows a stream of numbers without React rendering anything. */
export function LiveText({ source, className, read }: LiveTextProps): JSX.Element {
  const element = useRef<HTMLSpanElement>(null);
  useDrawing(
    element,
    [source],
    () => {
      const text = read();
      if (element.current !== null && element.current.textContent !== text) element.current.textContent = text;
    },
    tick,
  );
  return <span ref={element} className={className} />;
}
