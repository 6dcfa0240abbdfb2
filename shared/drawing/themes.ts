/** Themes that a drawing can have. */
export const themes = ['light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/**
 * What of the window's themes a drawing uses, by the name of the custom property: the terminal has no style sheet to read, and
 * both draw the same. The tests of the window's style sheet hold the two together.
 */
export const themeColours: Readonly<Record<Theme, Readonly<Record<string, string>>>> = {
  light: {
    'colour-canvas': '#f6f7f9',
    'colour-line-strong': '#c6ccd6',
    'colour-mark': '#98a1b0',
    'colour-panel': '#ffffff',
    'colour-raised': '#ffffff',
    'colour-text': '#1d2430',
    'colour-text-dim': '#545d6d',
    'colour-text-faint': '#646d7d',
    'family-data': '#8b5cf6',
    'family-core': '#3b82f6',
    'family-convolution': '#1d4ed8',
    'family-activation': '#cf7c00',
    'family-normalisation': '#0e9384',
    'family-shape': '#9c6644',
    'family-merge': '#db3d8c',
    'family-recurrent': '#0277b5',
    'family-attention': '#c2410c',
    'family-arithmetic': '#4d7c0f',
    'family-structure': '#6366f1',
    'family-output': '#64748b',
  },
  dark: {
    'colour-canvas': '#13161c',
    'colour-line-strong': '#434b5a',
    'colour-mark': '#667081',
    'colour-panel': '#1a1e26',
    'colour-raised': '#20252f',
    'colour-text': '#e6e9ef',
    'colour-text-dim': '#a5adbb',
    'colour-text-faint': '#939cab',
    'family-data': '#a78bfa',
    'family-core': '#60a5fa',
    'family-convolution': '#7c9cff',
    'family-activation': '#f5a524',
    'family-normalisation': '#2dd4bf',
    'family-shape': '#d2a679',
    'family-merge': '#f472b6',
    'family-recurrent': '#38bdf8',
    'family-attention': '#fb923c',
    'family-arithmetic': '#a3d635',
    'family-structure': '#8f93f8',
    'family-output': '#8b99ad',
  },
};

/** The colours of a theme, by name. */
export function coloursOf(theme: Theme): (name: string) => string {
  return (name) => {
    const colour = themeColours[theme][name];
    if (colour === undefined) throw new Error(`drawings have no colour ${name}`);
    return colour;
  };
}
