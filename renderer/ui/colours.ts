/** Colours for frames, nodes and cells: told apart by hue and by lightness, clear on both themes. */
export const colours = ['#7c5cd6', '#0f8b8d', '#c2571a', '#b8336a', '#5b8c1f', '#2f6fd0', '#8a7250'] as const;
