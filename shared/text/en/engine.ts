/** English: see text.ts. */
export const engineText = {} as const;
