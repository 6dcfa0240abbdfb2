/** English: see text.ts. */
export const layerText = {} as const;
