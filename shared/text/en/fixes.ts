/** English: see text.ts. */
export const fixText = {} as const;
