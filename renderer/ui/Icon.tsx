import type { JSX } from 'react';
import { classes } from './classes.ts';
import styles from './Icon.module.css';

/*
 * Drawn on a 20 px grid with 1.5 px round strokes; optical centre at 10,10 and 2.5 px of air at the edge. A name with a
 * second entry draws that part filled.
 */
const drawings = {
  play: ['', 'M6.5 4.4v11.2a.8.8 0 0 0 1.22.68l9-5.6a.8.8 0 0 0 0-1.36l-9-5.6a.8.8 0 0 0-1.22.68z'],
  playOn: [
    'M2.75 10h3.5M2.75 5.5h2M2.75 14.5h2',
    'M8.5 4.9v10.2a.7.7 0 0 0 1.07.6l7.6-5.1a.7.7 0 0 0 0-1.2l-7.6-5.1a.7.7 0 0 0-1.07.6z',
  ],
  pause: [
    '',
    'M5.5 4h2.6a.6.6 0 0 1 .6.6v10.8a.6.6 0 0 1-.6.6H5.5a.6.6 0 0 1-.6-.6V4.6a.6.6 0 0 1 .6-.6zM11.9 4h2.6a.6.6 0 0 1 .6.6v10.8a.6.6 0 0 1-.6.6h-2.6a.6.6 0 0 1-.6-.6V4.6a.6.6 0 0 1 .6-.6z',
  ],
  step: ['M15.5 4.5v11', 'M4.5 5.1v9.8a.7.7 0 0 0 1.07.6l7.4-4.9a.7.7 0 0 0 0-1.2l-7.4-4.9a.7.7 0 0 0-1.07.6z'],
  stop: ['', 'M6 5h8a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z'],
  search: ['M8.75 14a5.25 5.25 0 1 0 0-10.5 5.25 5.25 0 0 0 0 10.5zM12.6 12.6l4 4'],
  plus: ['M10 4v12M4 10h12'],
  minus: ['M4 10h12'],
  close: ['M5 5l10 10M15 5L5 15'],
  check: ['M4 10.5l4 4 8-9'],
  chevronDown: ['M5.5 8l4.5 4.5L14.5 8'],
  chevronRight: ['M8 5.5l4.5 4.5L8 14.5'],
  chevronLeft: ['M12 5.5L7.5 10l4.5 4.5'],
  more: [
    '',
    'M4.5 8.7a1.3 1.3 0 1 1 0 2.6 1.3 1.3 0 0 1 0-2.6zM10 8.7a1.3 1.3 0 1 1 0 2.6 1.3 1.3 0 0 1 0-2.6zM15.5 8.7a1.3 1.3 0 1 1 0 2.6 1.3 1.3 0 0 1 0-2.6z',
  ],
  undo: ['M4 8h8a4.25 4.25 0 0 1 0 8.5H8M7.25 4.5L3.75 8l3.5 3.5'],
  redo: ['M16 8H8a4.25 4.25 0 0 0 0 8.5h4M12.75 4.5l3.5 3.5-3.5 3.5'],
  reset: ['M4.2 12.2a6 6 0 1 0 .6-5.2M4.2 3.6v3.8H8'],
  file: ['M5.5 2.75h6L15.5 6.5v10.75h-10zM11.25 3v3.75h4'],
  newFile: ['M5.5 2.75h6L15.5 6.5v10.75h-10zM11.25 3v3.75h4M10.4 9.5v4.5M8.15 11.75h4.5'],
  folder: ['M2.75 5.25a1 1 0 0 1 1-1h3.6l1.9 2h7a1 1 0 0 1 1 1v7.5a1 1 0 0 1-1 1H3.75a1 1 0 0 1-1-1z'],
  newFolder: [
    'M2.75 5.25a1 1 0 0 1 1-1h3.6l1.9 2h7a1 1 0 0 1 1 1v7.5a1 1 0 0 1-1 1H3.75a1 1 0 0 1-1-1zM10 8.75v4.5M7.75 11h4.5',
  ],
  save: [
    'M3.5 4.5a1 1 0 0 1 1-1h8.6l3.4 3.4v8.6a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1zM6.75 3.75V7.5h5.5V3.75M6.5 16.25v-5h7v5',
  ],
  export: ['M10 12.5V3.5M6.5 6.75L10 3.25l3.5 3.5M3.75 11.5v4.25h12.5V11.5'],
  import: ['M10 3.25v9M6.5 9L10 12.5 13.5 9M3.75 11.5v4.25h12.5V11.5'],
  up: ['M10 16V4.5M5.25 9.25L10 4.5l4.75 4.75'],
  blocks: ['M3.5 3.5h5v5h-5zM11.5 3.5h5v5h-5zM3.5 11.5h5v5h-5zM14 11.25v5.5M11.25 14h5.5'],
  templates: ['M3.25 4h5.5v12h-5.5zM11.25 4h5.5v4.75h-5.5zM11.25 11.25h5.5V16h-5.5z'],
  sliders: [
    'M4 5.5h6.25M13.75 5.5H16M4 10h2.25M9.75 10H16M4 14.5h7.25M14.75 14.5H16M12 3.75v3.5M8 8.25v3.5M13 12.75v3.5',
  ],
  curves: ['M3.5 3.5v13h13M6 13c2-6.5 3.5 1 5.25-2.5S14.5 5.5 16 5.5'],
  values: ['M3.5 3.5h4v4h-4zM12.5 3.5h4v4h-4zM3.5 12.5h4v4h-4z', 'M8 8h4v4H8zM12.5 12.5h4v4h-4z'],
  heatMap: [
    'M3.5 3.5h13v13h-13zM3.5 7.8h13M3.5 12.2h13M7.8 3.5v13M12.2 3.5v13',
    'M7.8 7.8h4.4v4.4H7.8zM12.2 12.2h4.3v4.3h-4.3z',
  ],
  pulse: ['M2.75 10.5h3.5l2-6 3.5 11.5 2-5.5h3.5'],
  fan: ['M3.5 10l12.5-6M3.5 10h13M3.5 10l12.5 6', 'M3.5 8.4a1.6 1.6 0 1 1 0 3.2 1.6 1.6 0 0 1 0-3.2z'],
  profile: ['M3.5 16.5h13M5 13.5v-2M8.25 13.5V9.5M11.5 13.5V6.75M14.75 13.5V3.5'],
  data: [
    'M10 7.5c3.6 0 6.25-1 6.25-2.4S13.6 2.75 10 2.75 3.75 3.75 3.75 5.1 6.4 7.5 10 7.5zM3.75 5.1v9.8c0 1.4 2.65 2.35 6.25 2.35s6.25-1 6.25-2.35V5.1M3.75 10c0 1.4 2.65 2.4 6.25 2.4s6.25-1 6.25-2.4',
  ],
  gear: [
    'M10 12.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM8.6 2.9h2.8l.5 2.1 1.5.9 2.1-.7 1.4 2.4-1.6 1.5v1.8l1.6 1.5-1.4 2.4-2.1-.7-1.5.9-.5 2.1H8.6l-.5-2.1-1.5-.9-2.1.7-1.4-2.4 1.6-1.5V9.1L3.1 7.6l1.4-2.4 2.1.7 1.5-.9z',
  ],
  error: ['M10 17.25a7.25 7.25 0 1 0 0-14.5 7.25 7.25 0 0 0 0 14.5zM7.4 7.4l5.2 5.2M12.6 7.4l-5.2 5.2'],
  warning: ['M10 3.25l7.25 13H2.75zM10 8.25v3.75', 'M10 13.1a.85.85 0 1 1 0 1.7.85.85 0 0 1 0-1.7z'],
  help: [
    'M10 17.25a7.25 7.25 0 1 0 0-14.5 7.25 7.25 0 0 0 0 14.5zM7.75 8a2.25 2.25 0 1 1 3.4 1.94c-.7.42-1.15.8-1.15 1.66',
    'M10 12.9a.95.95 0 1 1 0 1.9.95.95 0 0 1 0-1.9z',
  ],
  information: [
    'M10 17.25a7.25 7.25 0 1 0 0-14.5 7.25 7.25 0 0 0 0 14.5zM10 9.25v4.5',
    'M10 5.7a.95.95 0 1 1 0 1.9.95.95 0 0 1 0-1.9z',
  ],
  wand: ['M3.75 16.25l8.5-8.5M14 3v3.5M12.25 4.75h3.5M16 9v2.5M14.75 10.25h2.5M8.5 3v2M7.5 4h2'],
  reveal: ['M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM10 2.75V5M10 15v2.25M2.75 10H5M15 10h2.25'],
  sun: [
    'M10 13.25a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5zM10 2.5v1.25M10 16.25v1.25M2.5 10h1.25M16.25 10h1.25M4.7 4.7l.9.9M14.4 14.4l.9.9M15.3 4.7l-.9.9M5.6 14.4l-.9.9',
  ],
  moon: ['M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7z'],
  monitor: ['M3 4.25h14v9.5H3zM7 16.75h6M10 13.75v3'],
  wire: ['M2.75 14.5h2.5c5 0 4.5-9 9.5-9h2.5', 'M2.5 13h3v3h-3zM14.5 4h3v3h-3z'],
  loop: ['M5 7.25h8.5a3.25 3.25 0 0 1 0 6.5h-7a3.25 3.25 0 0 1-2.9-1.8M7.6 4.5L4.85 7.25 7.6 10'],
  dice: [
    'M4 4.5a.5.5 0 0 1 .5-.5h11a.5.5 0 0 1 .5.5v11a.5.5 0 0 1-.5.5h-11a.5.5 0 0 1-.5-.5z',
    'M7 6a1 1 0 1 1 0 2 1 1 0 0 1 0-2zM10 9a1 1 0 1 1 0 2 1 1 0 0 1 0-2zM13 12a1 1 0 1 1 0 2 1 1 0 0 1 0-2z',
  ],
  trash: ['M3.5 5.5h13M8 5.25V3.5h4v1.75M5 5.75l.8 10.75h8.4L15 5.75M8.4 8.5v5M11.6 8.5v5'],
  /** Scales. */
  verdict: ['M10 3.25v13M6 16.5h8M4 6h12M4 6L2.25 11a2 2 0 0 0 3.5 0zM16 6l-1.75 5a2 2 0 0 0 3.5 0z'],
  print: ['M6 7V3.25h8V7M6 13.5H3.5V8a1 1 0 0 1 1-1h11a1 1 0 0 1 1 1v5.5H14M6 11.25h8v5.5H6z'],
  note: ['M4 4.25h12v8.5H9.5L6 16v-3.25H4zM7 7.25h6M7 9.75h4'],
  fit: ['M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4'],
  contours: [
    'M2.75 10.5c0-4 3.2-6.75 7.5-6.75s7 2.5 7 6.25-3 6.5-7.25 6.5-7.25-2.4-7.25-6zM6.25 10.5c0-2.1 1.7-3.5 3.9-3.5s3.6 1.3 3.6 3.2-1.5 3.3-3.7 3.3-3.8-1.1-3.8-3z',
    'M10 9.2a1 1 0 1 1 0 2 1 1 0 0 1 0-2z',
  ],
  frozen: ['M10 2.75v14.5M3.72 6.38l12.56 7.24M3.72 13.62l12.56-7.24M8 4.5l2 1.75L12 4.5M8 15.5l2-1.75 2 1.75'],
  pin: ['M7.25 3.25h5.5M8.25 3.25v5L5.5 11.5h9l-2.75-3.25v-5M10 11.5v5.25'],
  lesson: ['M2.5 7L10 3.75 17.5 7 10 10.25zM5.5 8.75v4.5c2.6 2 6.4 2 9 0v-4.5M17.5 7v5'],
  edits: [
    'M8 5h8.5M8 10h8.5M8 15h8.5',
    'M4.4 3.8a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4zM4.4 8.8a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4zM4.4 13.8a1.2 1.2 0 1 1 0 2.4 1.2 1.2 0 0 1 0-2.4z',
  ],
  history: ['M4.2 12.2a6 6 0 1 0 .6-5.2M4.2 3.6v3.8H8M10.25 6.75V10.5l2.5 1.5'],
} as const satisfies Record<string, readonly [string] | readonly [string, string]>;

export type IconName = keyof typeof drawings;

/** The path data of an icon: what is stroked, and what is filled. */
function iconPaths(name: IconName): { readonly stroked: string; readonly filled: string } {
  const [stroked, filled = '']: readonly string[] = drawings[name];
  return { stroked: stroked ?? '', filled };
}

export interface IconProps {
  readonly name: IconName;
  /** In pixels; 16 beside text, 20 alone. */
  readonly size?: 14 | 16 | 20;
  readonly className?: string;
}

/** A drawn icon. Decoration only: the words are on the control that carries it. */
export function Icon({ name, size = 16, className }: IconProps): JSX.Element {
  const { stroked, filled } = iconPaths(name);
  return (
    <svg
      className={classes(styles.icon, className)}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      aria-hidden="true"
      focusable="false"
    >
      {stroked !== '' && <path className={styles.stroked} d={stroked} />}
      {filled !== '' && <path className={styles.filled} d={filled} />}
    </svg>
  );
}
