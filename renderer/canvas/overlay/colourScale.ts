import type { OverlayMode } from '../../state/viewStore.ts';

export type Theme = 'light' | 'dark';

/** A scale's kind: relative to the gradient that enters at the loss, or absolute. */
export type ScaleKind = Exclude<OverlayMode, 'off'>;

/** Red, green, blue from 0 to 255. */
export type Colour = readonly [number, number, number];

/** A colour in OKLCH (Ottosson 2020): lightness 0…1, chroma, hue in degrees. */
interface Stop {
  readonly lightness: number;
  readonly chroma: number;
  readonly hue: number;
}

/**
 * From vanished to exploding. Contrast with the background never falls along the scale, so that strength reads without
 * telling hues apart: on light it darkens to crimson, on dark it brightens to white-hot (a glow is drawn around it).
 */
const stops: Readonly<Record<Theme, readonly Stop[]>> = {
  light: [
    { lightness: 0.905, chroma: 0.012, hue: 262 },
    { lightness: 0.82, chroma: 0.052, hue: 260 },
    { lightness: 0.69, chroma: 0.115, hue: 252 },
    { lightness: 0.615, chroma: 0.11, hue: 222 },
    { lightness: 0.575, chroma: 0.1, hue: 182 },
    { lightness: 0.555, chroma: 0.135, hue: 58 },
    { lightness: 0.455, chroma: 0.185, hue: 15 },
  ],
  dark: [
    { lightness: 0.275, chroma: 0.02, hue: 262 },
    { lightness: 0.365, chroma: 0.06, hue: 260 },
    { lightness: 0.52, chroma: 0.115, hue: 252 },
    { lightness: 0.66, chroma: 0.11, hue: 220 },
    { lightness: 0.76, chroma: 0.13, hue: 180 },
    { lightness: 0.81, chroma: 0.155, hue: 74 },
    { lightness: 0.93, chroma: 0.045, hue: 50 },
  ],
};

/** Where the stops lie on each scale, as log10. The fifth is the middle of what is healthy. */
const places: Readonly<Record<ScaleKind, readonly number[]>> = {
  relative: [-9, -6, -3, -1, 0, 1.5, 3],
  absolute: [-12, -9, -6, -4, -2.5, 0.5, 2],
};

/** The fixed ends of a scale, as log10: the same for every network, step and pane. */
export function scaleEnds(kind: ScaleKind): readonly [number, number] {
  const list = places[kind];
  return [list[0] ?? 0, list.at(-1) ?? 0];
}

/** The powers of ten that a legend writes. */
export const scaleTicks: Readonly<Record<ScaleKind, readonly number[]>> = {
  relative: [-9, -6, -3, 0, 3],
  absolute: [-12, -8, -4, 0, 2],
};

/** From here on a wire glows: a tenfold of what enters at the loss, or a gradient of 1. */
const glowFrom: Readonly<Record<ScaleKind, number>> = { relative: 1, absolute: 0 };

function fromLinear(value: number): number {
  const clamped = Math.max(0, Math.min(1, value));
  return clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * clamped ** (1 / 2.4) - 0.055;
}

function toColour({ lightness, chroma, hue }: Stop): Colour {
  const angle = (hue * Math.PI) / 180;
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channel = (value: number): number => Math.round(255 * fromLinear(value));
  return [
    channel(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    channel(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    channel(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

/** The colour of a magnitude given as log10; beyond the ends, the colour of the end. */
export function colourAt(logarithm: number, kind: ScaleKind, theme: Theme): Colour {
  const where = places[kind];
  const [low, high] = scaleEnds(kind);
  const value = Math.max(low, Math.min(high, logarithm));
  const upper = Math.max(
    1,
    where.findIndex((place) => value <= place),
  );
  const from = stops[theme][upper - 1];
  const to = stops[theme][upper];
  if (from === undefined || to === undefined) throw new RangeError(`${logarithm} is no logarithm of a magnitude`);
  const start = where[upper - 1] ?? low;
  const share = (value - start) / ((where[upper] ?? high) - start);
  const mix = (one: number, other: number): number => one + (other - one) * share;
  return toColour({
    lightness: mix(from.lightness, to.lightness),
    chroma: mix(from.chroma, to.chroma),
    hue: mix(from.hue, to.hue),
  });
}

/** Number of buckets that a scale is drawn in: one stroke style each. */
export const bucketCount = 32;

/** The bucket of a magnitude given as log10, from 0 to 31; beyond the ends, the first or the last. */
export function bucketOf(logarithm: number, kind: ScaleKind): number {
  const [low, high] = scaleEnds(kind);
  const share = (logarithm - low) / (high - low);
  return Math.max(0, Math.min(bucketCount - 1, Math.floor(share * bucketCount)));
}

/** How a bucket is drawn. Widths are in canvas pixels at zoom 1. */
export interface BucketStyle {
  readonly stroke: string;
  readonly width: number;
  /** The halo of what is too strong; null for the others. */
  readonly glow: { readonly stroke: string; readonly width: number } | null;
}

const thinnest = 1.3;
const thickest = 4.6;
const glowColours: Readonly<Record<Theme, Colour>> = { light: [232, 62, 40], dark: [255, 92, 46] };

/** The styles of all buckets of a scale, from faint and thin to hot and thick. */
export function bucketStyles(kind: ScaleKind, theme: Theme): readonly BucketStyle[] {
  const [low, high] = scaleEnds(kind);
  const healthy = places[kind][4] ?? 0;
  return Array.from({ length: bucketCount }, (_, bucket) => {
    const logarithm = low + ((bucket + 0.5) / bucketCount) * (high - low);
    // Width grows up to a little above what is healthy and stays: beyond, heat says more.
    const share = Math.max(0, Math.min(1, (logarithm - low) / (healthy + 0.75 - low)));
    const width = thinnest + share ** 1.4 * (thickest - thinnest);
    const heat = Math.max(0, (logarithm - glowFrom[kind]) / (high - glowFrom[kind]));
    return {
      stroke: cssColour(colourAt(logarithm, kind, theme)),
      width,
      glow: heat > 0 ? { stroke: cssColour(glowColours[theme], 0.16 + 0.3 * heat), width: width + 4 + 7 * heat } : null,
    };
  });
}

/** A colour as CSS writes it. */
export function cssColour([red, green, blue]: Colour, opacity = 1): string {
  return opacity === 1 ? `rgb(${red} ${green} ${blue})` : `rgb(${red} ${green} ${blue} / ${opacity.toFixed(3)})`;
}
