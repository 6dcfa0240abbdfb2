/** English: see text.ts. */
export const problemText = {} as const;
