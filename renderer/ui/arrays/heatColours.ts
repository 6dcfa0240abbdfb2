import { cssValue } from '../drawing.ts';

/** Red, green, blue from 0 to 255. */
type Rgb = readonly [number, number, number];

/** The colours of a scale that diverges around zero. */
export interface HeatColours {
  readonly negative: Rgb;
  readonly zero: Rgb;
  readonly positive: Rgb;
  /** Of what is not finite. */
  readonly broken: Rgb;
}

/** Reads `#rrggbb`, or `#rgb` as a build shortens it. Throws a RangeError on anything else: tokens.css writes no other. */
export function readHex(text: string): Rgb {
  const match = /^#(?:([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})|([0-9a-f])([0-9a-f])([0-9a-f]))$/i.exec(text);
  if (match === null) throw new RangeError(`"${text}" is not a colour of the form #rrggbb`);
  const parts = match.slice(1).filter((part) => part !== undefined);
  const [red = 0, green = 0, blue = 0] = parts.map((part) =>
    Number.parseInt(part.length === 1 ? part + part : part, 16),
  );
  return [red, green, blue];
}

/** The colours of the theme that an element stands in: orange below zero, blue above. */
export function heatColours(element: Element): HeatColours {
  return {
    negative: readHex(cssValue(element, '--series-2')),
    zero: readHex(cssValue(element, '--colour-sunken')),
    positive: readHex(cssValue(element, '--series-3')),
    broken: readHex(cssValue(element, '--colour-danger')),
  };
}

/** The colour of a share of the scale, from −1 to 1; beyond the ends, the colour of the end. */
export function heatAt(share: number, { negative, zero, positive, broken }: HeatColours): Rgb {
  if (Number.isNaN(share)) return broken;
  const end = share < 0 ? negative : positive;
  const amount = Math.min(1, Math.abs(share));
  const mix = (channel: 0 | 1 | 2): number => Math.round(zero[channel] + (end[channel] - zero[channel]) * amount);
  return [mix(0), mix(1), mix(2)];
}

/** A colour as CSS writes it. */
export function cssRgb([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}
