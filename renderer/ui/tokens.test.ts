import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { themeColours } from '#shared/drawing/themes';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The custom properties that hold a plain hex colour, of one theme. */
function colours(theme: 'light' | 'dark'): Map<string, string> {
  const blocks = { light: /:root \{([^}]*)\}/, dark: /html\[data-theme='dark'\] \{([^}]*)\}/ };
  const block = blocks[theme].exec(css)?.[1] ?? '';
  return new Map([...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(first: string, second: string): number {
  const [low = 0, high = 0] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

test('contrast of black on white is 21 and of grey 777 on white 4.48 (WCAG examples)', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 6);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

const surfaces = ['canvas', 'panel', 'raised', 'sunken', 'hover'].map((name) => `--colour-${name}`);

describe.each(['light', 'dark'] as const)('%s theme', (theme) => {
  const table = colours(theme);
  const colour = (name: string): string => {
    const value = table.get(name);
    if (value === undefined) throw new Error(`${theme} theme has no ${name}`);
    return value;
  };

  test.each(['text', 'text-dim', 'text-faint', 'accent-text'])('%s reads on every surface', (name) => {
    for (const surface of surfaces) {
      expect(contrast(colour(`--colour-${name}`), colour(surface)), surface).toBeGreaterThanOrEqual(4.5);
    }
  });

  test.each(['danger', 'warning', 'success'])('%s reads on panels and on its own soft ground', (name) => {
    for (const surface of ['--colour-panel', '--colour-raised', '--colour-canvas', `--colour-${name}-soft`]) {
      expect(contrast(colour(`--colour-${name}`), colour(surface)), surface).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('plain text reads on the soft grounds', () => {
    for (const name of ['accent', 'danger', 'warning', 'success']) {
      expect(contrast(colour('--colour-text'), colour(`--colour-${name}-soft`)), name).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('text on the accent reads, hovered too', () => {
    expect(contrast(colour('--colour-on-accent'), colour('--colour-accent'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('--colour-on-accent'), colour('--colour-accent-hover'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('--colour-accent-text'), colour('--colour-accent-soft'))).toBeGreaterThanOrEqual(4.5);
  });

  test('series, family hues and the focus ring stand out from panels', () => {
    const marks = [...table.keys()].filter((name) => name.startsWith('--series-') || name.startsWith('--family-'));
    expect(marks).toHaveLength(18);
    for (const name of [...marks, '--colour-focus']) {
      expect(contrast(colour(name), colour('--colour-panel')), name).toBeGreaterThanOrEqual(3);
    }
  });

  test('what the terminal draws has the same colours', () => {
    const drawn = Object.entries(themeColours[theme]);
    expect(drawn.length).toBeGreaterThan(0);
    for (const [name, value] of drawn) expect(colour(`--${name}`), name).toBe(value);
  });

  test('both themes define the same colours', () => {
    expect([...table.keys()].sort()).toEqual([...colours(theme === 'light' ? 'dark' : 'light').keys()].sort());
  });
});
