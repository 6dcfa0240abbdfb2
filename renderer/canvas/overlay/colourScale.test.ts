import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketCount, bucketOf, bucketStyles, colourAt, scaleEnds } from './colourScale.ts';
import type { Colour, ScaleKind, Theme } from './colourScale.ts';

const kinds: readonly ScaleKind[] = ['relative', 'absolute'];
const themes: readonly Theme[] = ['light', 'dark'];
const backgrounds: Readonly<Record<Theme, Colour>> = { light: [0xf6, 0xf7, 0xf9], dark: [0x13, 0x16, 0x1c] };

const linear = (channel: number): number => {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};

/** WCAG 2 relative luminance and contrast. */
const luminance = ([red, green, blue]: Colour): number =>
  0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
const contrast = (one: Colour, other: Colour): number => {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((first, second) => first - second);
  return (high + 0.05) / (low + 0.05);
};

/** CIE 1976 L*a*b*, D65. */
const lab = (linearColour: readonly number[]): readonly [number, number, number] => {
  const [red = 0, green = 0, blue = 0] = linearColour;
  const curve = (value: number): number =>
    value > 216 / 24389 ? Math.cbrt(value) : (24389 / 27 / 116) * value + 16 / 116;
  const x = curve((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047);
  const y = curve(0.2126729 * red + 0.7151522 * green + 0.072175 * blue);
  const z = curve((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
};

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const deficiencies = {
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
} as const;

const seen = (colour: Colour, eyes: keyof typeof deficiencies): readonly number[] => {
  const channels = colour.map(linear);
  return deficiencies[eyes].map((row) =>
    Math.max(
      0,
      Math.min(
        1,
        row.reduce((sum, factor, index) => sum + factor * (channels[index] ?? 0), 0),
      ),
    ),
  );
};
const distance = (one: readonly number[], other: readonly number[]): number =>
  Math.hypot(...one.map((value, index) => value - (other[index] ?? 0)));

describe.each(kinds)('the %s scale', (kind) => {
  const [low, high] = scaleEnds(kind);

  it.each(themes)('gains contrast with the %s background from its low end to its high end', (theme) => {
    const steps = Array.from({ length: 241 }, (_, index) => low + (index / 240) * (high - low));
    const contrasts = steps.map((value) => contrast(colourAt(value, kind, theme), backgrounds[theme]));
    for (const [index, value] of contrasts.entries()) {
      // One part in a hundred is what rounding to 8 bits may cost.
      expect(value, `at ${steps[index]}`).toBeGreaterThan((contrasts[index - 1] ?? 0) * 0.99);
    }
  });

  it.each(themes)('fades into the %s background at its low end and is clear where gradients are healthy', (theme) => {
    expect(contrast(colourAt(low, kind, theme), backgrounds[theme])).toBeLessThan(1.35);
    const healthy = kind === 'relative' ? 0 : -2.5;
    expect(contrast(colourAt(healthy, kind, theme), backgrounds[theme])).toBeGreaterThan(3);
  });

  it.each(themes)('keeps its decades apart for deuteranopes and protanopes on %s', (theme) => {
    const marks = Array.from({ length: 7 }, (_, index) => low + (index / 6) * (high - low));
    for (const eyes of ['deuteranopia', 'protanopia'] as const) {
      const colours = marks.map((value) => lab(seen(colourAt(value, kind, theme), eyes)));
      for (const [index, one] of colours.entries()) {
        for (const other of colours.slice(index + 1)) expect(distance(one, other)).toBeGreaterThan(8);
      }
    }
  });

  it('buckets every magnitude, in order, and clamps beyond its ends', () => {
    expect(bucketOf(low - 5, kind)).toBe(0);
    expect(bucketOf(high + 5, kind)).toBe(bucketCount - 1);
    expect(bucketOf(low, kind)).toBe(0);
    expect(bucketOf(high, kind)).toBe(bucketCount - 1);
    fc.assert(
      fc.property(
        fc.double({ min: low, max: high, noNaN: true }),
        fc.double({ min: 0, max: 12, noNaN: true }),
        (value, more) => {
          expect(bucketOf(value + more, kind)).toBeGreaterThanOrEqual(bucketOf(value, kind));
        },
      ),
    );
  });

  it.each(themes)('draws stronger buckets no thinner, and only those glow that are too strong (%s)', (theme) => {
    const styles = bucketStyles(kind, theme);
    expect(styles).toHaveLength(bucketCount);
    for (const [index, style] of styles.entries()) {
      expect(style.width).toBeGreaterThanOrEqual(styles[index - 1]?.width ?? 0);
    }
    const glowing = styles.map((style) => style.glow !== null);
    expect(glowing).toEqual([...glowing].sort((one, other) => Number(one) - Number(other)));
    expect(styles[bucketOf(kind === 'relative' ? 0 : -2.5, kind)]?.glow).toBeNull();
    expect(styles.at(-1)?.glow).not.toBeNull();
  });
});

describe('the fixed ends', () => {
  it('are those that claims.md binds the captions to', () => {
    expect(scaleEnds('relative')).toEqual([-9, 3]);
    expect(scaleEnds('absolute')).toEqual([-12, 2]);
  });
});
