import { cssValue } from '../drawing.ts';

/** Colours of a drawing that leaves the window as a file: plain values, no custom properties. */
export interface PlotInk {
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly panel: string;
  readonly danger: string;
  /** Colours of lines and classes; a seventh begins anew. */
  readonly series: readonly string[];
}

/** What is saved is read on paper, whatever the window looks like: the light theme's colours. */
export const paperInk: PlotInk = {
  text: '#1d2430',
  dim: '#545d6d',
  line: '#c6ccd6',
  panel: '#ffffff',
  danger: '#b3213f',
  series: ['#0b8073', '#c2570c', '#3b5bdb', '#b5267f', '#7a5a00', '#5b6472'],
};

/** The dark theme's colours, for a page that is read in light and dark. */
export const nightInk: PlotInk = {
  text: '#e6e9ef',
  dim: '#a5adbb',
  line: '#434b5a',
  panel: '#1a1e26',
  danger: '#ff8ba1',
  series: ['#3fd9c4', '#fba04a', '#93a6ff', '#ff86bd', '#e0c36a', '#aab3c1'],
};

/** The colours of the theme that an element stands in. */
export function inkOf(element: Element): PlotInk {
  const value = (name: string): string => cssValue(element, `--${name}`);
  return {
    text: value('colour-text'),
    dim: value('colour-text-dim'),
    line: value('colour-line-strong'),
    panel: value('colour-panel'),
    danger: value('colour-danger'),
    series: paperInk.series.map((_, index) => value(`series-${index + 1}`)),
  };
}
